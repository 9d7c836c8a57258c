/** Puts what logs say of the garbage collector beside the recordings of a case. */
import type { CrashTextEvidence, GcTraceObservation, RecordingObservation } from "../../case/case.js";
import type { CrashText } from "../../evidence/crashtext/crash-text.js";
import type { GcTrace } from "../../evidence/gctrace/gc-trace.js";
import { gcMarks, withRecordings } from "./match.js";
import { gcTraceObservations } from "./observe.js";

/** What a process wrote to its standard error, or a log of it. */
export interface CaseLog {
  /** Its path. */
  readonly path: string;
  readonly trace: GcTrace;
  /** The crashes in it. */
  readonly text?: CrashText | undefined;
}

/** What logs add to a case. */
export interface LogsInCase {
  readonly evidence: readonly CrashTextEvidence[];
  readonly observations: readonly GcTraceObservation[];
  /** The recordings, with the logs' cycles in their timelines. */
  readonly recordings: readonly RecordingObservation[];
}

/**
 * Reads logs into a case.
 *
 * @param firstEvidence the number of the first log's handle
 * @param nextHandle gives handles for observations
 */
export function logsInCase(
  logs: readonly CaseLog[],
  recordings: readonly RecordingObservation[],
  firstEvidence: number,
  nextHandle: () => string,
): LogsInCase {
  const evidence = logs.map((log, index) => evidenceOf(log, `e${firstEvidence + index}`));
  const traces = logs.flatMap(({ trace }, index) =>
    gcTraceObservations(trace, { evidence: `e${firstEvidence + index}`, nextHandle }),
  );
  const observations = withRecordings(traces, recordings);
  return {
    evidence,
    observations,
    recordings: recordings.map((recording) => withMarks(recording, observations)),
  };
}

function evidenceOf({ path, trace, text }: CaseLog, handle: string): CrashTextEvidence {
  const cycles = trace.runs.reduce((sum, { totals }) => sum + (totals?.cycles ?? 0), 0);
  return {
    kind: "crash-text",
    handle,
    path,
    lines: trace.lines,
    otherLines: text?.otherLines ?? trace.lines,
    undone: [],
    notes: [
      ...(cycles === 0 && (text === undefined || text.reports.length === 0)
        ? ["the log has no crash of a Go program and no line of GODEBUG=gctrace=1"]
        : []),
      ...(trace.unread === 0 ? [] : [`lines of the runtime that could not be read: ${trace.unread}`]),
      ...(trace.runsNotKept === 0 ? [] : [`processes that were left out: ${trace.runsNotKept}`]),
    ],
  };
}

function withMarks(
  recording: RecordingObservation,
  traces: readonly GcTraceObservation[],
): RecordingObservation {
  const { timeline } = recording;
  const trace = traces.find(({ recorded }) => recorded?.recording === recording.handle);
  if (timeline === null || trace === undefined) {
    return recording;
  }
  const marks = gcMarks(trace).filter(
    ({ atNanoseconds: at }) => at >= timeline.fromNanoseconds && at <= timeline.toNanoseconds,
  );
  return { ...recording, timeline: { ...timeline, marks: [...timeline.marks, ...marks] } };
}
