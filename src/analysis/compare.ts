/**
 * What two ways of looking found, side by side, and what each cost. A **way** is how the same tests or program were run: with
 * what orders accesses observed, with Go's race detector, or with nothing.
 *
 * Two findings are the same when their accesses are at the same two places: the line that the map function was called from. The
 * race detector often has lost the stack of one of them, or its innermost function; then the other one tells, when it is a side
 * of one finding only.
 */
import type { Finding, PlacedFrame, Side } from "../case/case.js";

/** A way of looking that finds something. */
export type FindingWay = "order" | "race";
/** A way of running the tests or the program. */
export type Way = FindingWay | "plain";

/** What a run cost. Times are nanoseconds. */
export interface RunCost {
  readonly wall: number;
  readonly cpu: number;
  /** The most memory that one of its processes had, in bytes. */
  readonly memory: number;
  readonly processes: number;
}

/** One run of one way. */
export interface ComparedRun {
  readonly way: Way;
  /** From 1. */
  readonly run: number;
  /** What the processes cost. */
  readonly cost: RunCost;
  /** What reading their order events cost, besides. */
  readonly reading: Pick<RunCost, "wall" | "cpu"> | null;
  readonly status: number;
  readonly findings: readonly Finding[];
  /** Races that the race detector does not tell to be on maps: the two places of each, as {@link racePlaces} gives them. */
  readonly otherRaces: readonly string[];
}

/** A finding, and in which runs of each way it was found. */
export interface ComparedFinding {
  /** As it was found first, by order where it was found by that. */
  readonly finding: Finding;
  /** The runs in which it was found, ascending. */
  readonly order: readonly number[];
  readonly race: readonly number[];
}

/** All of it. */
export interface Comparison {
  /** What was run, as it was named. */
  readonly names: readonly string[];
  readonly runs: readonly ComparedRun[];
  readonly findings: readonly ComparedFinding[];
  /** Different races that are not on maps. */
  readonly otherRaces: number;
  /** What the person should know besides, one sentence each. */
  readonly notes: readonly string[];
}

/** Puts the findings of both ways together, those that were found most often first. */
export function compareRuns(
  runs: readonly ComparedRun[],
  { names, notes }: Pick<Comparison, "names" | "notes">,
): Comparison {
  const rows = new Map<string, Row>();
  for (const { way, run, findings } of runs) {
    for (const finding of way === "plain" ? [] : findings) {
      const key = finding.sides.map(placeKey).toSorted().join("\n");
      const row = rows.get(key) ?? { finding, order: new Set(), race: new Set() };
      rows.set(key, row);
      row[way === "order" ? "order" : "race"].add(run);
      if (way === "order" && row.order.size === 1) {
        // It tells more than a race report does.
        row.finding = finding;
      }
    }
  }
  joinVague(rows);
  const findings = [...rows.values()]
    .toSorted((one, other) => other.order.size + other.race.size - one.order.size - one.race.size)
    .map(({ finding, order, race }) => ({ finding, order: ascending(order), race: ascending(race) }));
  // What is stored in a map is written by the program itself: a race on that is told at the same two lines.
  const onMaps = new Set(findings.map(({ finding }) => racePlaces(finding.sides.map(accessPlace))));
  const others = runs.flatMap((run) => run.otherRaces).filter((places) => !onMaps.has(places));
  return { names, runs, findings, otherRaces: new Set(others).size, notes };
}

/** The two lines of a race, whichever came first. */
export function racePlaces(
  frames: readonly (Pick<PlacedFrame, "file" | "line"> | null | undefined)[],
): string {
  return frames
    .map((frame) => `${frame?.file ?? "?"}:${frame?.line ?? 0}`)
    .toSorted()
    .join(" ");
}

interface Row {
  finding: Finding;
  readonly order: Set<number>;
  readonly race: Set<number>;
}

/**
 * Counts a race report for a finding of order where it can be of no other one: one place is the same, and the other one is lost,
 * or is that of a caller (the innermost function is missing where it was inlined or had no frame of its own).
 */
function joinVague(rows: Map<string, Row>): void {
  const known = [...rows.values()].filter(({ order }) => order.size > 0);
  for (const [key, row] of rows) {
    const fitting = row.order.size > 0 ? [] : known.filter(({ finding }) => fits(row.finding, finding));
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) {
      row.race.forEach((run) => only.race.add(run));
      rows.delete(key);
    }
  }
}

/** Whether the sides of a race report can be those of a finding. */
function fits(reported: Finding, known: Finding): boolean {
  const [one, other] = reported.sides;
  const [first, second] = known.sides;
  return [
    [first, second],
    [second, first],
  ].some(
    ([mine, yours]) =>
      mine !== undefined &&
      yours !== undefined &&
      ((placeKey(one) === placeKey(mine) && isOn(other, yours)) ||
        (placeKey(other) === placeKey(yours) && isOn(one, mine))),
  );
}

/** Whether a reported side is at a place that lies on a known side's stack, or not known. */
function isOn(reported: Side, { stack }: Side): boolean {
  const place = accessPlace(reported);
  return (
    place === null ||
    stack.some(
      ({ function: name, file, line }) =>
        name === place.function && file === place.file && line === place.line,
    )
  );
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].toSorted((a, b) => a - b);
}

/** The line that the map function was called from: the first one that is not the runtime's. */
export function accessPlace({ stack, site }: Pick<Side, "stack" | "site">): PlacedFrame | null {
  return stack.find(({ origin }) => origin !== "runtime") ?? site;
}

/** Sides of which the race detector has lost the stack are alike. */
function placeKey(side: Side): string {
  const frame = accessPlace(side);
  return frame === null ? "?" : `${frame.function} ${frame.file ?? ""}:${frame.line ?? 0}`;
}

/** What the runs of a way cost on the average; the largest memory. Null where there are none. */
export function meanCost(runs: readonly ComparedRun[], way: Way): RunCost | null {
  const costs = runs.filter((run) => run.way === way).map(({ cost }) => cost);
  return costs.length === 0
    ? null
    : {
        wall: mean(costs.map(({ wall }) => wall)),
        cpu: mean(costs.map(({ cpu }) => cpu)),
        memory: Math.max(...costs.map(({ memory }) => memory)),
        processes: Math.max(...costs.map(({ processes }) => processes)),
      };
}

/** What reading the order events of a run cost on the average; null where there were none. */
export function meanReading(runs: readonly ComparedRun[]): Pick<RunCost, "wall" | "cpu"> | null {
  const costs = runs.flatMap(({ reading }) => (reading === null ? [] : [reading]));
  return costs.length === 0
    ? null
    : { wall: mean(costs.map(({ wall }) => wall)), cpu: mean(costs.map(({ cpu }) => cpu)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
