/** The lines of source around a place. */
import { sanitizeLine } from "../../base/text.js";
import { cut } from "./shown.js";

/** How many lines are shown before and after. */
const around = 2;
/** How many characters of a line are shown. */
const maxWidth = 110;

/** A few lines of source, safe to show. */
export interface Excerpt {
  readonly lines: readonly ExcerptLine[];
}

/** One line of an excerpt. */
export interface ExcerptLine {
  /** Its number, from 1. */
  readonly number: number;
  readonly text: string;
  /** Whether it is the line that is meant. */
  readonly marked: boolean;
}

/**
 * Cuts the lines around one out of a source file.
 *
 * @param source the file's text
 * @param line the line that is meant, from 1
 * @returns undefined when the file has no such line
 */
export function excerptOf(source: string, line: number): Excerpt | undefined {
  const all = source.split(/\r?\n/);
  if (all.at(-1) === "") {
    all.pop();
  }
  if (line < 1 || line > all.length) {
    return undefined;
  }
  const first = Math.max(1, line - around);
  const lines = all.slice(first - 1, line + around).map((text, index) => ({
    number: first + index,
    text: cut(sanitizeLine(text.replaceAll("\t", "    ")), maxWidth).trimEnd(),
    marked: first + index === line,
  }));
  return { lines };
}

/**
 * One line of a source file, without what is before it on the line.
 *
 * @returns undefined when the file has no such line
 */
export function excerptLine(source: string, line: number): string | undefined {
  const text = source === "" ? undefined : source.split("\n", line)[line - 1];
  return text === undefined ? undefined : cut(sanitizeLine(text.trim()), maxWidth);
}
