/** Reads a text that a process printed: its crashes, and what its runtime says of the garbage collector. */
import type { CaseText } from "../../analysis/crash/build-crash-case.js";
import type { CaseLog } from "../../analysis/gc/logs.js";
import type { CrashText } from "../../evidence/crashtext/crash-text.js";
import { readCrashText, type ReadCrashTextOptions } from "../../evidence/crashtext/read.js";
import type { GcTrace } from "../../evidence/gctrace/gc-trace.js";
import { GcTraceReader } from "../../evidence/gctrace/reader.js";

/** A stream that is silent for this long has probably ended its crash. */
export const silenceMilliseconds = 1500;
/** How many reports of a text are kept for a case. */
export const maxReports = 2000;

/** What a text holds. */
export interface TextRead {
  readonly text: CrashText;
  readonly gcTrace: GcTrace;
}

/**
 * Reads a text in one pass.
 *
 * @throws what reading the pieces throws, and nothing else
 */
export async function readText(
  pieces: AsyncIterable<Uint8Array>,
  options: Omit<ReadCrashTextOptions, "onBytes"> = {},
): Promise<TextRead> {
  const collector = new GcTraceReader();
  const onBytes = (bytes: Uint8Array, lineEnds: number): void => {
    collector.push(bytes, lineEnds);
  };
  const text = await readCrashText(pieces, { ...options, onBytes });
  return { text, gcTrace: collector.end() };
}

/** Reads a text that belongs to event files. */
export async function readLog(path: string, pieces: AsyncIterable<Uint8Array>): Promise<CaseLog> {
  const { text, gcTrace } = await readText(pieces);
  return { path, text, trace: gcTrace };
}

/** Reads a text for a case of its own: as many reports as a case holds, and a note on the others. */
export async function readCaseText(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  options: Pick<ReadCrashTextOptions, "onReport" | "everyGoroutine"> = {},
): Promise<CaseText> {
  let count = 0;
  const { text, gcTrace } = await readText(pieces, {
    ...options,
    onReport: (report) => {
      count += 1;
      options.onReport?.(report);
    },
    maxReports,
    silenceMilliseconds,
  });
  const notes =
    count > maxReports ? [`${count - maxReports} further reports were left out of the case file`] : [];
  return { path, text, notes, gcTrace };
}
