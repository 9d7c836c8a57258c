/** What is asked of a binary; `GoBinary` of evidence/binary fulfils it, and tests bring their own. */

/** A function, file and line. */
export interface SymbolFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly inlined: boolean;
}

/** Looks up places in a Go binary. All offsets are PC - runtime.text. */
export interface Symbolizer {
  /** As `runtime.Version()` gives it. */
  readonly goVersion: string;
  /** Path of the main module, where there is one. */
  readonly modulePath?: string | undefined;
  /** All frames at an instruction, innermost first; empty where there is no function. */
  symbolize(textOffset: number): readonly SymbolFrame[];
  /** The innermost frame at an instruction. */
  symbolizeInnermost(textOffset: number): SymbolFrame | undefined;
  /** The function that begins at an instruction. */
  symbolizeEntry(textOffset: number): SymbolFrame | undefined;
}
