/**
 * What the heap goals of a run say about GOGC and about a memory limit.
 *
 * At the end of a cycle the runtime sets the goal of the next one:
 *
 *     goal = live + (live + stacks + globals) × GOGC / 100      stacks and globals count from Go 1.18 on
 *     goal ≥ 4 MiB × GOGC / 100                                 the smallest goal
 *     goal ≤ what a memory limit leaves
 *     goal ≥ heap at the beginning of the cycle + 64 KiB        when the cycle began late
 *
 * gctrace cuts sizes to whole mebibytes, so each cycle tells a span in which GOGC lies, the narrower the larger the heap is;
 * with gcpacertrace goals, stacks and globals are exact. The value that most cycles agree on is the answer.
 */
import type { Bounds, GcCycle } from "../../evidence/gctrace/gc-trace.js";

/** What the goals say. */
export interface GoalReading {
  /** Percent; `named` is the round value in the span that people set, if there is one. Null when the goals do not agree. */
  readonly gogc: {
    readonly atLeast: number;
    readonly atMost: number | null;
    readonly named: number | null;
  } | null;
  /** Whether no cycle has a goal: GOGC=off. */
  readonly off: boolean;
  /** How many goals fit to `gogc`, of how many that tell anything. */
  readonly fits: number;
  readonly of: number;
  /** How many are lower, and how many higher than it gives. */
  readonly below: number;
  readonly above: number;
  /** Smallest and largest of the goals that are lower; or of all, when they stay the same whatever is alive. */
  readonly limited: Bounds | null;
  /** Two cycles in a row that show it best: the live heap of one, the goal of the next. */
  readonly example: GoalExample | null;
}

/** The live heap of a cycle, and the goal of the next. In MiB. */
export interface GoalExample {
  readonly number: number;
  readonly live: number;
  readonly stacks: number | null;
  readonly globals: number | null;
  readonly nextGoal: number;
}

const mebibyte = 1_048_576;
/** 4 MiB with GOGC=100: so many percent of GOGC are one MiB of the smallest goal. */
const percentPerMebibyte = 25;
/** So many of the goals must agree on a GOGC. */
const agreement = 0.6;
/** Values that people set, in the order in which they are named. */
const usualValues = [
  100, 200, 50, 400, 25, 300, 150, 75, 500, 1000, 10, 20, 30, 40, 60, 70, 80, 90, 120, 125, 250, 600, 800, 1,
  5, 2, 15,
];

/** A span of GOGC. */
interface Span {
  readonly low: number;
  readonly high: number;
}

/** What one goal tells: it fits to each of these spans. */
interface GoalSpans {
  readonly spans: readonly Span[];
  readonly cycle: GcCycle;
  readonly before: GcCycle | null;
}

/** Reads the goals of the cycles of one run, in their order. */
export function readGoals(cycles: readonly GcCycle[]): GoalReading {
  const told = cycles.flatMap((cycle, index) => spansOf(cycle, cycles[index - 1] ?? null) ?? []);
  const off = cycles.length > 0 && cycles.every(({ goal }) => goal === null);
  const steady = steadyGoals(told);
  const nothing = {
    gogc: null,
    off,
    fits: 0,
    of: told.length,
    below: 0,
    above: 0,
    limited: null,
    example: null,
  };
  const best = mostCommon(told);
  if (steady !== null) {
    return { ...nothing, limited: steady, example: exampleOf(told) };
  }
  if (best === null) {
    return nothing;
  }
  const fits = told.filter(({ spans }) => spans.some((span) => overlaps(span, best)));
  if (fits.length < agreement * told.length) {
    return { ...nothing, example: exampleOf(told) };
  }
  const others = told.filter((one) => !fits.includes(one));
  const below = others.filter(({ spans }) => spans.every(({ high }) => high <= best.low));
  return {
    gogc: {
      atLeast: rounded(best.low),
      atMost: best.high === Infinity ? null : rounded(best.high),
      named: usualValues.find((value) => value >= best.low && value < best.high) ?? null,
    },
    off: false,
    fits: fits.length,
    of: told.length,
    below: below.length,
    above: others.length - below.length,
    limited: boundsOf(below.map(({ cycle }) => cycle.goal ?? 0)),
    example: exampleOf(fits),
  };
}

function overlaps(one: Span, other: Span): boolean {
  return one.low < other.high && other.low < one.high;
}

function rounded(percent: number): number {
  return percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent);
}

function spansOf(cycle: GcCycle, previous: GcCycle | null): GoalSpans[] | null {
  const before = previous?.number === cycle.number - 1 ? previous : null;
  if (cycle.goal === null || (before === null && cycle.number !== 1)) {
    return null;
  }
  const [low, high] = goalOf(cycle);
  // A goal that is hardly above the heap at the beginning may have been put up.
  const putUp = isPutUp(cycle);
  const smallest: Span = {
    low: putUp ? 0 : low * percentPerMebibyte,
    high: high * percentPerMebibyte,
  };
  if (before === null) {
    // Nothing was alive before the first cycle.
    return [{ spans: [smallest], cycle, before }];
  }
  const live = before.heap.live;
  const [leastScanned, mostScanned] = scannedBeside(before);
  const grown: Span = {
    low: putUp ? 0 : Math.max(0, (100 * (low - (live + 1))) / (live + 1 + mostScanned)),
    high: live + leastScanned === 0 ? Infinity : Math.max(0, (100 * (high - live)) / (live + leastScanned)),
  };
  // Or it is the smallest goal, where that is not below what the live heap gives.
  const least = { low: smallest.low, high: Math.min(smallest.high, grown.high) };
  return [{ spans: least.low < least.high ? [grown, least] : [grown], cycle, before }];
}

function isPutUp({ goal, heap, pacer }: GcCycle): boolean {
  return pacer === null ? (goal ?? 0) <= heap.start + 1 : pacer.goal <= pacer.triggered + runway;
}

/** The least that lies between the beginning of a cycle and its goal. */
const runway = 64 * 1024;

/** Lowest and highest size that the goal can have, in MiB. */
function goalOf({ goal, pacer }: GcCycle): Bounds {
  if (pacer !== null) {
    return [pacer.goal / mebibyte, pacer.goal / mebibyte + 1e-6];
  }
  return [goal ?? 0, (goal ?? 0) + 1];
}

/** What counts beside the live heap. */
function scannedBeside({ stacks, globals, pacer }: GcCycle): Bounds {
  if (stacks === null || globals === null) {
    return [0, 0];
  }
  if (pacer !== null) {
    const exact = (pacer.stackWork + pacer.globalsWork) / mebibyte;
    return [exact, exact];
  }
  return [stacks + globals, stacks + globals + 2];
}

/** The span that most goals fit to; of several, the one with a usual value, and then the lowest. */
function mostCommon(told: readonly GoalSpans[]): Span | null {
  const edges = [
    ...new Set(told.flatMap(({ spans }) => spans.flatMap(({ low, high }) => [low, high]))),
  ].toSorted((one, other) => one - other);
  let best: (Span & { readonly count: number }) | null = null;
  for (let index = 0; index + 1 < edges.length; index++) {
    const span = { low: edges[index] ?? 0, high: edges[index + 1] ?? Infinity };
    const fits = told.filter(({ spans }) => spans.some((one) => overlaps(one, span))).length;
    // A goal that a limit made a little lower would also fit to a GOGC that is a little lower.
    const count = fits + (told.length >= 5 && rank(span) === 0 ? 1 : 0);
    if (best !== null && count === best.count && best.high === span.low && rank(span) >= rank(best)) {
      best = { low: best.low, high: span.high, count };
    } else if (best === null || count > best.count || (count === best.count && rank(span) < rank(best))) {
      best = { ...span, count };
    }
  }
  return best;
}

/** How usual a value in the span is; the lower the more. */
function rank({ low, high }: Span): number {
  const index = usualValues.findIndex((value) => value >= low && value < high);
  return index === -1 ? usualValues.length : index;
}

function boundsOf(values: readonly number[]): Bounds | null {
  return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
}

/** Goals that stay where they are while the live heap does not: a limit sets them. */
function steadyGoals(told: readonly GoalSpans[]): Bounds | null {
  const goals = boundsOf(told.map(({ cycle }) => cycle.goal ?? 0));
  const live = boundsOf(told.flatMap(({ before }) => (before === null ? [] : [before.heap.live])));
  if (goals === null || live === null || told.length < 3) {
    return null;
  }
  const spread = ([low, high]: Bounds): number => (high - low) / Math.max(1, high);
  return spread(goals) <= 0.2 && spread(live) > Math.max(0.2, 2 * spread(goals)) ? goals : null;
}

/** The pair with the largest heap: there what was cut off matters least. */
function exampleOf(told: readonly GoalSpans[]): GoalExample | null {
  let best: GoalExample | null = null;
  for (const { cycle, before } of told) {
    if (before !== null && cycle.goal !== null && before.heap.live >= (best?.live ?? 0)) {
      best = {
        number: before.number,
        live: before.heap.live,
        stacks: before.stacks,
        globals: before.globals,
        nextGoal: cycle.goal,
      };
    }
  }
  return best;
}
