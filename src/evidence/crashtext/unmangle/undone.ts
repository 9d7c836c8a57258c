/** Bits for what was undone: bit N stands for `undoneKinds[N]`. */
import { undoneKinds, type UndoneKind } from "./clean-line.js";

/** The bit that stands for one kind. */
export function undoneBit(kind: UndoneKind): number {
  return 1 << undoneKinds.indexOf(kind);
}

/** The kinds whose bits are set. */
export function undoneWords(bits: number): UndoneKind[] {
  return undoneKinds.filter((_, index) => (bits & (1 << index)) !== 0);
}

/** All bits by a short name, for the code that sets them. */
export const bit = {
  syslog: undoneBit("syslog prefix"),
  journal: undoneBit("journal prefix"),
  container: undoneBit("container prefix"),
  log: undoneBit("log prefix"),
  time: undoneBit("time stamp"),
  level: undoneBit("level tag"),
  json: undoneBit("JSON log entry"),
  control: undoneBit("escaped control characters"),
  literal: undoneBit("literal \\n and \\t"),
  html: undoneBit("HTML entities"),
  markdown: undoneBit("Markdown"),
  quote: undoneBit("quote or comment marks"),
  table: undoneBit("table or box drawing"),
  ansi: undoneBit("ANSI escapes"),
  padding: undoneBit("padding"),
  wrapped: undoneBit("wrapped lines"),
  tabs: undoneBit("lost tabs"),
  lostBlanks: undoneBit("lost blank lines"),
  addedBlanks: undoneBit("added blank lines"),
  glued: undoneBit("glued lines"),
  carriageReturns: undoneBit("carriage returns"),
  braces: undoneBit("masked braces"),
  interleaved: undoneBit("interleaved processes"),
  reversed: undoneBit("reversed order"),
  output: undoneBit("program output inside a line"),
  prompt: undoneBit("prompt on the headline's line"),
} as const;
