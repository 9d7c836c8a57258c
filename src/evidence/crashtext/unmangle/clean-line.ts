/**
 * What the unmangler makes of raw lines, and the parser reads.
 *
 *     bytes → raw lines → unmangler → clean lines → parser → reports
 *
 * A **raw line** is one line of the text as given, without its line end. A **clean line** is a line as the Go runtime wrote
 * it: without prefixes, with its tab, unwrapped, in the runtime's own order. One raw line can hold several clean ones (a
 * JSON log entry), and several raw ones make one (wrapped by a terminal).
 */

/** What can be undone to a line. Each is a bit, so that a line's changes are one number. */
export const undoneKinds = [
  "syslog prefix",
  "journal prefix",
  "container prefix",
  "log prefix",
  "time stamp",
  "level tag",
  "JSON log entry",
  "escaped control characters",
  "literal \\n and \\t",
  "HTML entities",
  "Markdown",
  "quote or comment marks",
  "table or box drawing",
  "ANSI escapes",
  "padding",
  "wrapped lines",
  "lost tabs",
  "lost blank lines",
  "added blank lines",
  "glued lines",
  "carriage returns",
  "masked braces",
  "interleaved processes",
  "reversed order",
  "program output inside a line",
  "prompt on the headline's line",
] as const;

/** One thing that was undone. */
export type UndoneKind = (typeof undoneKinds)[number];

/** A line as the Go runtime wrote it, as far as it could be restored. */
export interface CleanLine {
  readonly text: string;
  /** The raw line it comes from (the first of several), from 1. */
  readonly line: number;
  /** The process that wrote it, where its prefix tells: `web-1`, `svc[123]`. */
  readonly process: string | null;
  /** A set of bits: bit N stands for `undoneKinds[N]`. */
  readonly undone: number;
}

/** Turns raw lines into clean ones. Holds a bounded number of lines back. Never throws. */
export interface LineCleaner {
  /** Whether raw lines have been clean so far: the caller may then pass lines that are plainly a dump's own by it. */
  readonly identity: boolean;
  /** Takes the next raw line; gives the clean lines that are ready. */
  push(text: string, line: number): readonly CleanLine[];
  /** The text has ended, or has been silent: gives what was held back. */
  flush(): readonly CleanLine[];
}
