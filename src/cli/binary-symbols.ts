/** Symbols of the binaries that wrote event files. */
import path from "node:path";
import { symbolizerOf } from "../document/opening/symbols.js";
import { BinaryError } from "../evidence/binary/errors.js";
import { openGoBinary } from "../evidence/binary/open.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";

/** Opens a binary for its symbols; undefined when it is not there or is not a Go binary that can be read. */
export function openSymbols(file: string): Symbolizer | undefined {
  try {
    return symbolizerOf(openGoBinary(file));
  } catch (error) {
    if (error instanceof BinaryError) {
      return undefined;
    }
    throw error;
  }
}

/** Opens each binary once. */
export class SymbolCache {
  readonly #known = new Map<string, Symbolizer | undefined>();

  /** As {@link openSymbols}. */
  open(file: string): Symbolizer | undefined {
    if (!this.#known.has(file)) {
      this.#known.set(file, openSymbols(file));
    }
    return this.#known.get(file);
  }

  /** Lets go of a binary that is of no more use. */
  forget(file: string): void {
    this.#known.delete(file);
  }
}

/** Gives the symbols for the executable that an event file names. */
export type SymbolSource = (executable: string) => Symbolizer | undefined;

export function symbolSource(exe: string | undefined): SymbolSource {
  if (exe === undefined) {
    const cache = new SymbolCache();
    return (executable) => (path.isAbsolute(executable) ? cache.open(executable) : undefined);
  }
  const symbols = openSymbols(exe);
  if (symbols === undefined) {
    // It was named, so why it cannot be read is worth an error; this says it.
    openGoBinary(exe);
  }
  return () => symbols;
}
