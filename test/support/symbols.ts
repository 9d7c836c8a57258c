/** A binary for tests: a table of functions at offsets from runtime.text. */
import type { SymbolFrame, Symbolizer } from "../../src/evidence/ring/symbolizer.js";

/** A frame: function, file, line. */
export function frame(name: string, file: string, line: number, inlined = false): SymbolFrame {
  return { function: name, file, line, inlined };
}

/**
 * Makes a binary.
 *
 * @param table frames, innermost first, by return address - runtime.text
 * @param details what else it says
 */
export function symbolizerOf(
  table: Readonly<Record<number, readonly SymbolFrame[]>>,
  details: { readonly goVersion?: string; readonly modulePath?: string } = {},
): Symbolizer {
  return {
    goVersion: details.goVersion ?? "go1.24.4",
    modulePath: details.modulePath,
    symbolize: (offset) => table[offset] ?? [],
    symbolizeInnermost: (offset) => table[offset]?.[0],
    symbolizeEntry: (offset) => table[offset]?.at(-1),
  };
}
