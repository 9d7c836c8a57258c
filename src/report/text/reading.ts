/** Where in a text a report stands, and how well it could be read. */
import type { CrashObservation, Evidence, ProbeObservation, RaceObservation } from "../../case/case.js";
import { type Fact, factLine, labelled } from "./fact.js";
import { counted, listed, shown, wrapped } from "./shown.js";

/** An observation that was read from a text. */
export type TextObservation = CrashObservation | RaceObservation | ProbeObservation;

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;

/** `text:  crash.log, lines 3 to 40, of web-1` */
export function textLine(observation: TextObservation, evidence: Evidence | undefined): string {
  return factLine(textFact(observation, evidence));
}

/** Where in a text a report stands. */
export function textFact({ textLines, process }: TextObservation, evidence: Evidence | undefined): Fact {
  const [from, to] = textLines;
  const name = evidence === undefined || evidence.path === "-" ? "standard input" : shown(evidence.path);
  const text = `${name}, lines ${from} to ${to}${process === null ? "" : `, of ${shown(process)}`}`;
  return { label: "text", text };
}

/** What was undone, what could not be read, and whether the report is whole; nothing where all is well. */
export function readingLines(observation: TextObservation): string[] {
  return readingFacts(observation).flatMap(({ label, text }) =>
    label === "undone"
      ? wrapped(text, textWidth).map((line, index) => `${index === 0 ? labelled(label) : "       "}${line}`)
      : [factLine({ label, text })],
  );
}

/** The same as facts. */
export function readingFacts({ undone, unread, cut }: TextObservation): Fact[] {
  const parts = undone.map(({ what, lines: count }) => `${shown(what)} (${counted(count, "line")})`);
  return [
    ...(parts.length > 0 ? [{ label: "undone", text: listed(parts) }] : []),
    ...(unread.count > 0
      ? [
          {
            label: "unread",
            text: `${counted(unread.count, "line")} could not be read, the first one is ${unread.lines[0]?.line ?? "?"}`,
          },
        ]
      : []),
    ...(cut === null ? [] : [{ label: "cut", text: shown(cut) }]),
  ];
}
