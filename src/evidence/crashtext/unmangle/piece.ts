/**
 * A **piece** is what one raw line, or one line within a raw line, becomes on its way to a clean line.
 *
 *     raw line → entries (JSON, escaped line ends) → characters (ANSI, HTML, …) → prefix and suffix → order → layout
 */
import { classifyLine, isFileText, type LineKind } from "../grammar.js";

/** One line on its way. */
export interface Piece {
  /** The raw line that it comes from, from 1. */
  readonly line: number;
  /** The line with its prefix, as given or as found in a log entry. */
  readonly whole: string;
  /** The line without its prefix, indentation kept. */
  text: string;
  /** What `text` is, whatever its indentation; "other" when nothing was recognised. */
  kind: LineKind;
  /** What was undone to come to `text`. */
  bits: number;
  /** Which kinds of prefix parts were taken off, in order; lines of one dump have the same shape. */
  shape: string;
  /** The process that the prefix names. */
  process: string | null;
  /** Whether its prefix says that the next line continues it: `stderr P`. */
  readonly partial: boolean;
  /** Where in `whole` a container runtime's prefix ends; 0 when there is none. */
  readonly contentStart: number;
  /** The time stamp in its prefix in milliseconds; NaN when there is none. */
  time: number;
  /** How wide the line was on a screen: without trailing blanks. */
  readonly width: number;
}

/** What a line is when its indentation is not looked at. */
export function looseKind(text: string): LineKind {
  const trimmed = text.trim();
  const kind = classifyLine(trimmed);
  if (kind !== "other" || trimmed.length > 16_384) {
    return kind;
  }
  if (isFileText(trimmed, 0)) {
    return "file";
  }
  if (trimmed.startsWith("goroutine running on other thread; stack unavailable")) {
    return "unavailable";
  }
  return trimmed === "[failed to restore the stack]" ? "race-lost" : "other";
}

/** Whether a file line ends in an offset: ` +0x1d`, ` pc=0x42bb85`. Prose and log lines never do. */
export function hasOffset(text: string): boolean {
  return /(?: \+0x[0-9a-f]{1,16}| pc=0x[0-9a-f]{1,16})\s{0,200}$/.test(
    text.length > 300 ? text.slice(-300) : text,
  );
}
