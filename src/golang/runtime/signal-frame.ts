/**
 * What the kernel leaves on a thread's signal stack when a signal hits: the registers of the code that was interrupted.
 *
 * ```text
 *   return address (sigreturn)   <- the stack pointer when the handler begins
 *   ucontext:  0 flags   8 link   16 stack (24)   40 r8 … r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags
 * ```
 *
 * Source: Linux's arch/x86/include/uapi/asm/sigcontext.h and ucontext.h.
 */
import type { Address, Memory } from "../memory.js";
import { readView } from "../types/words.js";
import type { Registers } from "./goroutine.js";

/** Where the registers begin in a ucontext, and their order. */
const registersAt = 40;
const order = "r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbp rbx rdx rax rcx rsp rip eflags".split(" ");

/** `mov $15, %rax; syscall`: how a signal handler's return address begins, in Go's runtime and in C libraries. */
const returnFromSignal = Uint8Array.of(0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05);
/** The same with the shorter form of the first instruction. */
const returnFromSignalShort = Uint8Array.of(0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05);

/**
 * The registers in a ucontext.
 *
 * @param fsBase of the thread, which the kernel does not save there
 * @returns undefined when it cannot be read
 */
export function interruptedRegisters(
  memory: Memory,
  ucontext: Address,
  fsBase: bigint | undefined,
): Registers | undefined {
  const view = readView(memory, ucontext + registersAt, order.length * 8);
  if (view === undefined) {
    return undefined;
  }
  const values = Object.fromEntries(order.map((name, index) => [name, view.getBigUint64(index * 8, true)]));
  const number = (name: string): number => Number(values[name] ?? 0n);
  return { rip: number("rip"), rsp: number("rsp"), rbp: number("rbp"), values, fsBase };
}

/** Whether an instruction is the one to which a signal handler returns. */
export function isReturnFromSignal(memory: Memory, pc: Address): boolean {
  return [returnFromSignal, returnFromSignalShort].some((pattern) => {
    const bytes = memory.read(pc, pattern.length);
    return bytes !== undefined && pattern.every((byte, index) => bytes[index] === byte);
  });
}
