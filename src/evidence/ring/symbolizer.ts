/** What is asked of a binary; `GoBinary` of evidence/binary fulfils it, and tests bring their own. */

/** A function, file and line; "?" and 0 where not known. */
export interface SymbolFrame {
  /** As Go prints it, for example `main.(*Cache).Get`. */
  readonly function: string;
  /** The path as the compiler recorded it. */
  readonly file: string;
  readonly line: number;
  /** Whether the function was inlined into the next frame. */
  readonly inlined: boolean;
}

/** Looks up places in a Go binary. All offsets are PC - runtime.text. */
export interface Symbolizer {
  /** As `runtime.Version()` gives it. */
  readonly goVersion: string;
  /** Path of the main module, where there is one. */
  readonly modulePath?: string | undefined;
  /** Equal to the identity in the event file when the binary is the one that ran; left out where it is not known. */
  readonly identity?: bigint | undefined;
  /** Whether it was built so that plain calls of sync/atomic are recorded; left out where it is not known. */
  readonly plainAtomics?: boolean | undefined;
  /** All frames at a return address, innermost first; empty where there is no function. */
  symbolize(textOffset: number): readonly SymbolFrame[];
  /** The innermost frame at a return address: what one logical PC stands for. */
  symbolizeInnermost(textOffset: number): SymbolFrame | undefined;
  /** The function with the entry PC, with its first line. */
  symbolizeEntry(textOffset: number): SymbolFrame | undefined;
}
