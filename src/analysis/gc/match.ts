/**
 * Puts gctrace's cycles beside those of a recording of the same process, cycle by cycle.
 *
 * Both number their cycles alike. gctrace's clock begins when the runtime is ready to run init functions, the recorder's some
 * hundred microseconds earlier (more on a busy machine). The recorder's `begin` lies within the stop of the world that
 * gctrace calls sweep termination:
 *
 *     gctrace   @start ─── sweep termination ───┬─────────── mark ───────────┬─── mark termination ───
 *     recorder            begin, mark (phase)   │                            │  mark termination (phase), off
 *
 * So each cycle tells a span in which the difference of the clocks lies; `start` is cut to a millisecond, and spans to two
 * digits. The difference that most cycles agree on is taken.
 */
import type { GcTraceObservation, RecordingObservation, TracedCycle } from "../../case/case.js";
import { durationText } from "../../case/duration.js";

type RecordedCycle = RecordingObservation["gc"]["cycles"][number];
type Match = NonNullable<GcTraceObservation["recorded"]>;

/** Two cycles of one number. */
interface Pair {
  readonly traced: TracedCycle;
  readonly recorded: RecordedCycle;
}

/** gctrace cuts the start of a cycle to so much. */
const cut = 1e6;
/** What lies between two readings of the clock that belong together: printing, and being preempted in between. */
const slack = 200_000;
const mebibyte = 1_048_576;
/** More differences than these are not told. */
const mostDifferences = 5;
const mostNumbers = 200;

/** Compares the cycles of both. */
export function matchCycles(
  trace: Pick<GcTraceObservation, "kept">,
  recording: Pick<RecordingObservation, "handle" | "gc">,
): Match {
  const pairs = pairsOf(trace.kept, recording.gc.cycles);
  const offset = offsetOf(pairs);
  const found = pairs.map((pair) => ({ pair, differences: differencesOf(pair, offset) }));
  return {
    recording: recording.handle,
    both: pairs.length,
    agree: found.filter(({ differences }) => differences.length === 0).length,
    offsetNanoseconds: offset,
    deviationNanoseconds: Math.max(0, ...pairs.map((pair) => distance(spanOf(pair), offset))),
    ...onlyInOne(trace.kept, recording.gc.cycles),
    // A figure within whose line other output stood can be a wrong reading, which says nothing against the recording.
    differences: found
      .filter(({ pair }) => !pair.traced.interrupted)
      .flatMap(({ differences }) => differences)
      .slice(0, mostDifferences),
  };
}

/** Gives each trace the recording of its own process; a trace that fits to none stays as it is. */
export function withRecordings(
  traces: readonly GcTraceObservation[],
  recordings: readonly RecordingObservation[],
): GcTraceObservation[] {
  const matches = traces.map((trace) =>
    recordings
      .map((recording) => matchCycles(trace, recording))
      .toSorted((one, other) => other.agree - one.agree),
  );
  // Several processes can be in one log: a recording is of one of them.
  const taken = new Map<string, number>();
  matches.forEach(([best], index) => {
    const before = best === undefined ? undefined : taken.get(best.recording);
    if (best !== undefined && (before === undefined || (matches[before]?.[0]?.agree ?? 0) < best.agree)) {
      taken.set(best.recording, index);
    }
  });
  return traces.map((trace, index) => {
    const best = matches[index]?.[0];
    return best !== undefined && taken.get(best.recording) === index ? { ...trace, recorded: best } : trace;
  });
}

/** A moment of a trace on the recorder's clock, for the timeline. */
export interface GcMark {
  readonly atNanoseconds: number;
  readonly text: string;
}

/** What the log says of the garbage collector, on the recorder's clock. */
export function gcMarks({ kept, recorded }: GcTraceObservation): GcMark[] {
  if (recorded === null || recorded.agree === 0) {
    return [];
  }
  return kept.flatMap(({ number, startNanoseconds, clockNanoseconds: clock, forced }) => {
    const begin = startNanoseconds + recorded.offsetNanoseconds;
    const end = begin + clock.sweepTermination + clock.mark + clock.markTermination;
    return [
      { atNanoseconds: begin, text: `log: ${number}${forced ? " forced" : ""}` },
      { atNanoseconds: end, text: `log: ${number} ends` },
    ];
  });
}

function pairsOf(traced: readonly TracedCycle[], recorded: readonly RecordedCycle[]): Pair[] {
  const byNumber = new Map(recorded.map((cycle) => [cycle.number, cycle]));
  return traced.flatMap((cycle) => {
    const same = byNumber.get(cycle.number);
    return same === undefined || same.beginNanoseconds === null ? [] : [{ traced: cycle, recorded: same }];
  });
}

type Span = readonly [low: number, high: number];

/** In which span the difference of the clocks lies, as this cycle tells it. */
function spanOf({ traced, recorded }: Pair): Span {
  const begin = recorded.beginNanoseconds ?? 0;
  const stop = rounded(traced.clockNanoseconds.sweepTermination);
  return [begin - traced.startNanoseconds - cut - stop - slack, begin - traced.startNanoseconds + slack];
}

/** The largest span that two digits can stand for. */
function rounded(nanoseconds: number): number {
  return nanoseconds * 1.1 + 1000;
}

/** The difference that most cycles agree on: the middle of what they have in common. */
function offsetOf(pairs: readonly Pair[]): number {
  const spans = pairs.map(spanOf);
  const edges = spans
    .flatMap(([low, high]) => [
      { at: low, step: 1 },
      { at: high, step: -1 },
    ])
    .toSorted((one, other) => one.at - other.at || other.step - one.step);
  let open = 0;
  let most = 0;
  let best: Span = [0, 0];
  edges.forEach(({ at, step }, index) => {
    open += step;
    if (open > most) {
      most = open;
      best = [at, edges[index + 1]?.at ?? at];
    }
  });
  return Math.round((best[0] + best[1]) / 2);
}

function distance([low, high]: Span, value: number): number {
  return Math.max(0, low - value, value - high);
}

/** What does not fit, one sentence each. */
function differencesOf(pair: Pair, offset: number): string[] {
  const { traced, recorded } = pair;
  const { clockNanoseconds: clock, heap } = traced;
  const name = `Cycle ${traced.number}`;
  const differences: string[] = [];
  const apart = distance(spanOf(pair), offset);
  if (apart > cut) {
    differences.push(`${name} began ${durationText(apart)} apart on the two clocks.`);
  }
  const { markNanoseconds: mark, markTerminationNanoseconds: termination } = recorded;
  if (mark !== null && termination !== null) {
    const longest = rounded(clock.sweepTermination + clock.mark + clock.markTermination) + slack;
    const marking = termination - mark;
    if (marking < clock.mark * 0.9 - slack || marking > longest) {
      differences.push(
        `${name} marked for ${durationText(clock.mark)} in the log and ${durationText(marking)} in the recording.`,
      );
    }
  }
  const sizes = [
    ["at its beginning", heap.start, recorded.heapBefore],
    ["alive", heap.live, recorded.heapAfter],
  ] as const;
  for (const [what, megabytes, bytes] of sizes) {
    if (bytes !== null && Math.abs(Math.floor(bytes / mebibyte) - megabytes) > 1) {
      differences.push(
        `${name} had ${megabytes} MB ${what} in the log and ${Math.floor(bytes / mebibyte)} MB in the recording.`,
      );
    }
  }
  return differences;
}

/** Cycles that only one has, where the other one has cycles before and after. */
function onlyInOne(
  traced: readonly TracedCycle[],
  recorded: readonly RecordedCycle[],
): Pick<Match, "onlyTraced" | "onlyRecorded"> {
  const others = recorded.map(({ number }) => number);
  const sure = traced.filter(({ interrupted }) => !interrupted).map(({ number }) => number);
  return {
    onlyTraced: missingIn(sure, others),
    onlyRecorded: missingIn(
      others,
      traced.map(({ number }) => number),
    ),
  };
}

function missingIn(numbers: readonly number[], others: readonly number[]): number[] {
  const known = new Set(others);
  const [first, last] = [Math.min(...others), Math.max(...others)];
  return numbers
    .filter((number) => number >= first && number <= last && !known.has(number))
    .slice(0, mostNumbers);
}
