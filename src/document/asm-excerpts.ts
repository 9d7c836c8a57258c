/** The lines of source that instructions were made from, so that a document shows them where the source is not at hand. */
import { excerptLine } from "../report/text/excerpt.js";
import type { AsmJson } from "./asm-schema.js";
import type { SourceExcerpt } from "./document.js";

/** So many lines go into a document. */
const mostLines = 20_000;

/**
 * Makes the excerpts for functions: for each position that instructions name, its one line.
 *
 * @param readSource gives the text of a source file; undefined where it is not there
 */
export function asmExcerpts(
  code: AsmJson,
  readSource: (file: string) => string | undefined,
): SourceExcerpt[] {
  const sources = new Map<string, string | undefined>();
  const found = new Map<string, SourceExcerpt>();
  for (const { file, line } of code.functions.flatMap(({ positions }) =>
    positions.flatMap(([first]) => first ?? []),
  )) {
    const key = `${line} ${file}`;
    // The path comes from a file that anyone may have made: nothing but source is ever shown.
    if (found.has(key) || !/\.(go|s)$/.test(file)) {
      continue;
    }
    if (!sources.has(file)) {
      sources.set(file, readSource(file));
    }
    const text = excerptLine(sources.get(file) ?? "", line);
    if (text !== undefined) {
      found.set(key, { file, line, lines: [{ number: line, text, marked: true }] });
    }
    if (found.size >= mostLines) {
      break;
    }
  }
  return [...found.values()];
}
