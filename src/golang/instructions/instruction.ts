/**
 * One x86-64 instruction of a Go function, in the words that a Go developer uses.
 *
 * Registers are named in full and in lower case (`rax`, `r8`, `xmm0`): a use of EAX is a use of `rax`.
 */
import type { Address } from "../memory.js";

/** A place that an instruction reads or writes in memory: `base + index * scale + displacement`. */
export interface MemoryOperand {
  readonly base: string | undefined;
  readonly index: string | undefined;
  readonly scale: number;
  /** For rip-relative operands the address itself. */
  readonly displacement: bigint;
  /** `fs` or `gs` where the place is counted from the thread's own memory; undefined nearly always. */
  readonly segment: string | undefined;
  /** In bytes; 0 where the instruction only computes the address, and where it repeats (`rep stosq`). */
  readonly size: number;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** An operand as it is written, destination first. */
export type Operand =
  | {
      readonly kind: "register";
      /** The whole register's name: `rcx` for CL. */
      readonly register: string;
      /** How much of it is used, in bytes. */
      readonly size: number;
    }
  | { readonly kind: "memory"; readonly memory: MemoryOperand }
  | { readonly kind: "immediate"; readonly value: bigint }
  | { readonly kind: "target"; readonly address: Address }
  | { readonly kind: "other" };

/** How the instruction goes on. */
export type FlowKind =
  "next" | "branch" | "conditional branch" | "call" | "indirect call" | "indirect branch" | "return" | "stop";

/** One decoded instruction. */
export interface Instruction {
  readonly address: Address;
  readonly length: number;
  /** In GNU's syntax, as objdump writes it, without the address: `mov 0x18(%rsp),%rbx`. For display only. */
  readonly text: string;
  /** The instruction's name, lower case: `mov`, `xor`; a lock prefix is in {@link locked}; `(bad)` for bytes that are none. */
  readonly mnemonic: string;
  readonly operands: readonly Operand[];
  readonly registersRead: readonly string[];
  readonly registersWritten: readonly string[];
  /** All of memory that it touches, also what push, pop, call and ret do to the stack. */
  readonly memory: readonly MemoryOperand[];
  readonly flow: FlowKind;
  /** Where a direct branch or call goes. */
  readonly target: Address | undefined;
  /** Whether it has a lock prefix, or locks by itself (`xchg` with memory). */
  readonly locked: boolean;
  /** A number that it holds: `4` in `xor byte ptr [rbx+8], 4`; undefined when there is none. */
  readonly immediate: bigint | undefined;
}
