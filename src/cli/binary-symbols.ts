/** Symbols of the binaries that wrote event files. */
import { BinaryError } from "../evidence/binary/errors.js";
import { openGoBinary } from "../evidence/binary/open.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { plainAtomicsAreCalls } from "../golang/plain-atomics.js";

/** Opens a binary for its symbols; undefined when it is not there or is not a Go binary that can be read. */
export function openSymbols(file: string): Symbolizer | undefined {
  try {
    const binary = openGoBinary(file);
    return {
      goVersion: binary.goVersion ?? "",
      modulePath: binary.modulePath,
      identity: binary.identity,
      plainAtomics: plainAtomicsAreCalls(binary.buildSettings),
      symbolize: (offset) => binary.symbolize(offset),
      symbolizeInnermost: (offset) => binary.symbolizeInnermost(offset),
      symbolizeEntry: (offset) => binary.functionAt(offset),
    };
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
