/** Where in a text a report stands, and how well it could be read. */
import type { CrashObservation, Evidence, ProbeObservation, RaceObservation } from "../../case/case.js";
import { counted, listed, shown, wrapped } from "./shown.js";

/** An observation that was read from a text. */
export type TextObservation = CrashObservation | RaceObservation | ProbeObservation;

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;

/** `text:  crash.log, lines 3 to 40, of web-1` */
export function textLine({ textLines, process }: TextObservation, evidence: Evidence | undefined): string {
  const [from, to] = textLines;
  const name = evidence === undefined || evidence.path === "-" ? "standard input" : shown(evidence.path);
  return `text:  ${name}, lines ${from} to ${to}${process === null ? "" : `, of ${shown(process)}`}`;
}

/** What was undone, what could not be read, and whether the report is whole; nothing where all is well. */
export function readingLines({ undone, unread, cut }: TextObservation): string[] {
  const lines: string[] = [];
  if (undone.length > 0) {
    const parts = undone.map(({ what, lines: count }) => `${shown(what)} (${counted(count, "line")})`);
    lines.push(...hanging("undone:", listed(parts)));
  }
  if (unread.count > 0) {
    lines.push(
      `unread: ${counted(unread.count, "line")} could not be read, the first one is ${unread.lines[0]?.line ?? "?"}`,
    );
  }
  return cut === null ? lines : [...lines, `cut:   ${shown(cut)}`];
}

function hanging(label: string, text: string): string[] {
  return wrapped(text, textWidth).map((line, index) => (index === 0 ? `${label} ${line}` : `       ${line}`));
}
