/**
 * What a Go program's own tables say of its code. All addresses are those in the running program: where the loader moved
 * it, that is included.
 */
import type { Address } from "./memory.js";
import type { Frame } from "./pclntab/symbolizer.js";

/** One function's code. */
export interface CodeRange {
  /** The linker's name: `runtime.mapassign_fast64`, `main.(*Cache).Put`. */
  readonly name: string;
  readonly start: Address;
  /** The first address after it; the padding between functions is within. */
  readonly end: Address;
}

/** Answers about code by address and by name. */
export interface ProgramSymbols {
  /** As `runtime.Version()` gives it, for example `go1.24.4`; undefined where the program does not tell. */
  readonly goVersion: string | undefined;
  /** Which of Go's two maps it was built with. */
  readonly mapImplementation: "classic" | "swiss";
  readonly textStart: Address;
  readonly textEnd: Address;
  /** All functions of that name, in the order of addresses: usually one. Assembly with two ABIs has a wrapper of the same name. */
  functionsNamed(name: string): readonly CodeRange[];
  functionAt(pc: Address): CodeRange | undefined;
  functions(): Iterable<CodeRange>;
  /** The frames at a return address, innermost first. Empty when no Go function is there. */
  framesBefore(returnAddress: Address): readonly Frame[];
  /** The frames at an instruction that is about to run, innermost first. */
  framesAt(pc: Address): readonly Frame[];
  /**
   * How many bytes lie between the stack pointer and the return address when the instruction at `pc` is about to run (Go's
   * pcsp table); undefined where the table does not say.
   */
  stackDelta(pc: Address): number | undefined;
  /** Bits of what the runtime's own unwinding must know of the function at `pc` (pclntab/table.ts, `flags`); 0 where none is. */
  functionFlags(pc: Address): number;
  /** The bytes of some code as the executable's file holds them; undefined when they are not in it. */
  code(start: Address, length: number): Uint8Array | undefined;
  /**
   * Where a variable of package runtime or of any other lies: `runtime.allgs`, `main.cache`; from the symbol table, and where
   * that was removed from the code that uses it. Undefined when it is not known.
   */
  variable(name: string): Address | undefined;
  /** The variable that an address lies in; undefined where none does or the symbol table was removed. */
  variableAt(address: Address): { readonly name: string; readonly start: Address } | undefined;
}
