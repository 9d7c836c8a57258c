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
  /** In bytes; 0 where the instruction only computes the address. */
  readonly size: number;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** How the instruction goes on. */
export type FlowKind =
  "next" | "branch" | "conditional branch" | "call" | "indirect call" | "indirect branch" | "return" | "stop";

/** One decoded instruction. */
export interface Instruction {
  readonly address: Address;
  readonly length: number;
  /** In Go's or GNU's syntax, without address: `MOVQ 0x18(SP), BX` for display only. */
  readonly text: string;
  /** The instruction's name, lower case: `mov`, `xor`, `lock cmpxchg` has {@link locked}. */
  readonly mnemonic: string;
  readonly registersRead: readonly string[];
  readonly registersWritten: readonly string[];
  readonly memory: readonly MemoryOperand[];
  readonly flow: FlowKind;
  /** Where a direct branch or call goes. */
  readonly target: Address | undefined;
  /** Whether it has a lock prefix, or locks by itself (`xchg` with memory). */
  readonly locked: boolean;
  /** A number that it holds: `4` in `xor byte ptr [rbx+8], 4`; undefined when there is none. */
  readonly immediate: bigint | undefined;
}
