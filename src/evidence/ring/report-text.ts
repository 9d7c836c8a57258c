/**
 * Reads the text that the probe prints on a conflict and keeps in its record. It was symbolized in the process itself, so
 * it is what is left to go by when the binary is gone. What it looks like stands in crashtext/probe-report.ts, which reads
 * it here too.
 *
 * The text may be cut anywhere; what was read up to there counts.
 */
import type { CaseFrame } from "../../case/case.js";
import { classifyLine } from "../crashtext/grammar.js";
import { ProbeReportBuilder } from "../crashtext/probe-report.js";

/** What the text says about one goroutine. */
export interface ReportedGoroutine {
  /** Its stack, innermost first. */
  readonly stack: readonly CaseFrame[];
  /** The stack of the go statement that started it. */
  readonly startedAt: readonly CaseFrame[];
}

/**
 * Reads the text of one conflict.
 *
 * @returns what it says, by goroutine id; empty for any other text
 */
export function parseReportText(text: string): ReadonlyMap<number, ReportedGoroutine> {
  const builder = new ProbeReportBuilder();
  text.split("\n").forEach((line, index) => {
    builder.accept(classifyLine(line), { text: line, line: index + 1, process: null, undone: 0 });
  });
  const goroutines = new Map<number, ReportedGoroutine>();
  for (const { goroutine, frames, startedAt } of builder.build().sides) {
    goroutines.set(goroutine, { stack: wholeFrames(frames), startedAt: wholeFrames(startedAt) });
  }
  return goroutines;
}

/** A frame whose second line was cut off is not given. */
function wholeFrames(frames: readonly CaseFrame[]): CaseFrame[] {
  return frames
    .filter(({ file, line }) => file !== null && line !== null)
    .map(({ function: name, file, line, inlined }) => ({ function: name, file, line, inlined }));
}
