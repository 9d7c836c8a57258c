/**
 * What two ways of looking found, side by side, and what each cost. A **way** is how the same tests or program were run: with
 * what orders accesses observed, with Go's race detector, or with nothing.
 *
 * Two findings are the same when their accesses are at the same two places: the line that the map function was called from. The
 * race detector often has lost the stack of one of them; then the other one tells, when it is a side of one finding only.
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
  joinLost(rows);
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

/** Findings of which one place is not known count for the only one that has the other place. */
function joinLost(rows: Map<string, Row>): void {
  for (const [key, lost] of rows) {
    const [unknown, place] = key.split("\n");
    const fitting = [...rows].filter(([other]) => !isLost(other) && other.split("\n").includes(place ?? ""));
    const [only] = fitting;
    if (unknown === lostPlace && place !== lostPlace && only !== undefined && fitting.length === 1) {
      lost.order.forEach((run) => only[1].order.add(run));
      lost.race.forEach((run) => only[1].race.add(run));
      rows.delete(key);
    }
  }
}

function isLost(key: string): boolean {
  return key.split("\n").includes(lostPlace);
}

/** Stands for a place that is not known; it is sorted before all others. */
const lostPlace = "";

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
  return frame === null ? lostPlace : `${frame.function} ${frame.file ?? ""}:${frame.line ?? 0}`;
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
