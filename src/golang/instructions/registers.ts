/**
 * The general registers of x86-64, and what Go's register calling convention (ABIInternal) keeps in them.
 *
 * Source: Go's src/cmd/compile/abi-internal.md, 1.19 to 1.27.
 */

/** General registers, in the order of their numbers in the machine's code. */
export const generalRegisters = [
  "rax",
  "rcx",
  "rdx",
  "rbx",
  "rsp",
  "rbp",
  "rsi",
  "rdi",
  "r8",
  "r9",
  "r10",
  "r11",
  "r12",
  "r13",
  "r14",
  "r15",
] as const;

/** A general register, by its full name. */
export type GeneralRegister = (typeof generalRegisters)[number];

/** Registers of integer and pointer arguments and results, in their order. */
export const argumentRegisters: readonly GeneralRegister[] = [
  "rax",
  "rbx",
  "rcx",
  "rdi",
  "rsi",
  "r8",
  "r9",
  "r10",
  "r11",
];

/** What other registers hold while Go code runs, by Go's convention. */
export const fixedRegisters: ReadonlyMap<string, string> = new Map([
  ["rdx", "closure context"],
  ["rsp", "stack pointer"],
  ["rbp", "frame pointer"],
  ["r14", "current goroutine (g)"],
  ["xmm15", "zero"],
]);

const numbers = new Map<string, number>(generalRegisters.map((name, index) => [name, index]));

/** The number of a general register; undefined for all others. */
export function registerNumber(name: string): number | undefined {
  return numbers.get(name);
}
