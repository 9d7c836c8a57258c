/**
 * A **piece** is what one raw line, or one line within a raw line, becomes on its way to a clean line.
 *
 *     raw line → entries (JSON, escaped line ends) → characters (ANSI, HTML, …) → prefix and suffix → order → layout
 */
import { classifyLine, isFileText, type LineKind } from "../grammar.js";

/** What a piece is made of. */
export interface PieceParts {
  /** The raw line that it comes from, from 1. */
  readonly line: number;
  /** The line with its prefix, as given or as found in a log entry. */
  readonly whole: string;
  /** The line without its prefix, indentation kept. */
  readonly text: string;
  /** What `text` is, whatever its indentation; "other" when nothing was recognised. */
  readonly kind: LineKind;
  /** What was undone to come to `text`. */
  readonly bits: number;
  /** How wide the line was on a screen: without trailing blanks. */
  readonly width: number;
  /** The prefix that was taken off. */
  readonly prefix: Prefix;
}

/** A prefix that was taken off a line. */
export interface Prefix {
  /** Which kinds of parts it has, in order; lines of one dump have the same shape. */
  readonly shape: string;
  /** The process that it names. */
  readonly process: string | null;
  /** Its first time stamp in milliseconds; NaN when there is none. */
  readonly time: number;
  /** Whether it says that the next line continues this one: `stderr P`. */
  readonly partial: boolean;
  /** Where in the line a container runtime's part of it ends; 0 when there is none. */
  readonly contentStart: number;
}

/** The prefix of a line that has none. */
export const noPrefix: Prefix = {
  shape: "",
  process: null,
  time: Number.NaN,
  partial: false,
  contentStart: 0,
};

/** One line on its way. A class, so that all have the same layout in memory: there are hundreds of thousands. */
export class Piece implements PieceParts {
  readonly line: number;
  readonly whole: string;
  readonly text: string;
  readonly kind: LineKind;
  readonly width: number;
  readonly prefix: Prefix;
  bits: number;
  shape: string;
  process: string | null;
  time: number;
  readonly partial: boolean;
  readonly contentStart: number;

  constructor(parts: PieceParts) {
    this.line = parts.line;
    this.whole = parts.whole;
    this.text = parts.text;
    this.kind = parts.kind;
    this.bits = parts.bits;
    this.width = parts.width;
    this.prefix = parts.prefix;
    this.shape = parts.prefix.shape;
    this.process = parts.prefix.process;
    this.time = parts.prefix.time;
    this.partial = parts.prefix.partial;
    this.contentStart = parts.prefix.contentStart;
  }

  /** The same line, but for some of its parts. */
  with(
    changes: Partial<PieceParts> & {
      readonly partial?: boolean;
      readonly time?: number;
      readonly shape?: string;
    },
  ): Piece {
    return new Piece({
      line: this.line,
      whole: changes.whole ?? this.whole,
      text: changes.text ?? this.text,
      kind: changes.kind ?? this.kind,
      bits: changes.bits ?? this.bits,
      width: changes.width ?? this.width,
      prefix: {
        shape: changes.shape ?? this.shape,
        process: this.process,
        time: changes.time ?? this.time,
        partial: changes.partial ?? this.partial,
        contentStart: this.contentStart,
      },
    });
  }
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
