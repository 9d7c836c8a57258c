/** From a stop to findings: one for each place that changes the map and was caught on it; else what may be inferred. */
import type {
  ConflictKind,
  Finding,
  ObservedSide,
  Operation,
  StoppedGoroutine,
  StoppedObservation,
  StoppedOther,
} from "../../case/case.js";
import { conflictKind, isChange } from "../../case/kind.js";
import { adviseOn } from "../advice.js";
import { operationOf } from "../crash/weighed.js";
import { placeKey } from "../finding-key.js";
import { sideOf } from "../findings.js";
import type { CodeContext } from "../origin.js";

/** How many other sides of one stop become findings. */
const mostFindings = 4;
/** The score of the only goroutine that may have been the other side, of those that are between two accesses. */
const onlyCandidateScore = 0.6;

/** The score where the address of the map on one side was not handed down, but read again from where it had been loaded. */
const readAgainScore = 0.9;

/** A stop on its way to findings. */
export interface StopInContext {
  readonly observation: StoppedObservation;
  readonly context: CodeContext;
  readonly run: number | null;
}

/**
 * The findings of some stops. Those of one kind between the same two places are one.
 *
 * @param firstHandle number of the first one
 */
export function findStopped(stops: readonly StopInContext[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const stop of stops) {
    for (const finding of findingsOf(stop)) {
      const key = JSON.stringify([
        finding.kind,
        ...finding.sides
          .map(({ site }) => (site === null ? "?" : placeKey(site)))
          .toSorted((one, other) => (one < other ? -1 : 1)),
      ]);
      const known = merged.get(key);
      merged.set(key, known === undefined ? finding : joined(known, finding));
    }
  }
  return [...merged.values()].map((finding, index) => ({ ...finding, handle: `m${index}` }));
}

/** What was caught once is shown as it was caught. */
function joined(one: Finding, other: Finding): Finding {
  const [first, second] =
    one.certainty !== "caught" && other.certainty === "caught" ? [other, one] : [one, other];
  return {
    ...first,
    seen: one.seen + other.seen,
    observations: [...new Set([...first.observations, ...second.observations])],
    runs: [...new Set([...one.runs, ...other.runs])].toSorted((a, b) => a - b),
  };
}

function findingsOf({ observation, context, run }: StopInContext): Finding[] {
  const { detector, conflict } = observation;
  if (detector === null || conflict === null || observation.map.address === null) {
    return [];
  }
  const changes = observation.others.filter(
    ({ operation, grade }) => operation !== null && isChange(operation) && grade !== "near",
  );
  const make = (other: StoppedOther, certainty: "caught" | "inferred"): Finding =>
    makeFinding({ observation, detector, other, certainty, context, run }, conflict);
  if (changes.length > 0) {
    const all = changes.map((other) =>
      make(other, observation.mapProven && other.mapProven ? "caught" : "inferred"),
    );
    const distinct = new Map(all.map((one) => [place(one), one] as const).toReversed());
    return [...distinct.values()].toReversed().slice(0, mostFindings);
  }
  const near = observation.others.filter(({ grade }) => grade === "near");
  const [only] = near;
  return near.length === 1 && only !== undefined && only.changesAt.length === 1
    ? [make(only, "inferred")]
    : [];
}

function place({ sides }: Finding): string {
  return sides.map(({ site }) => (site === null ? "?" : placeKey(site))).join("\n");
}

interface Pair {
  readonly observation: StoppedObservation;
  readonly detector: StoppedGoroutine;
  readonly other: StoppedOther;
  readonly certainty: "caught" | "inferred";
  readonly context: CodeContext;
  readonly run: number | null;
}

function makeFinding(
  { observation, detector, other, certainty, context, run }: Pair,
  conflict: ConflictKind,
): Finding {
  const noticed = observedSide(detector, "detected", detector.operation ?? operationOf(conflict));
  const found =
    other.grade === "near"
      ? { ...observedSide(other, "supposed", other.operation ?? "change"), stack: supposedStack(other) }
      : observedSide(other, other.grade === "came" ? "came" : "stopped", other.operation ?? "change");
  const bothChange = isChange(noticed.operation);
  const sides = (bothChange ? [noticed, found] : [found, noticed]).map((side) => sideOf(side, context));
  const [first, second] = sides;
  if (first === undefined || second === undefined) {
    throw new RangeError("a finding has two sides");
  }
  return {
    handle: "m0",
    kind: conflictKind(noticed.operation, found.operation) ?? conflict,
    certainty,
    score: certainty === "caught" ? null : other.grade === "near" ? onlyCandidateScore : readAgainScore,
    reasons: reasonsOf({ observation, detector, other, certainty, context, run }),
    map: observation.map,
    sides: [first, second],
    seen: 1,
    observations: [observation.handle],
    runs: run === null ? [] : [run],
    tests: [],
    advice: adviseOn([first, second]),
    proof: null,
  };
}

function observedSide(
  { goroutine, stack, stackCut }: StoppedGoroutine,
  role: ObservedSide["role"],
  operation: Operation,
): ObservedSide {
  return { role, operation, goroutine, heldNanoseconds: 0, stack, stackCut: stackCut !== null };
}

/** The stack as it would be at the change that the goroutine is supposed to have made: only the innermost line is another. */
function supposedStack({ stack, changesAt }: StoppedOther): ObservedSide["stack"] {
  const [change] = changesAt;
  if (change === undefined) {
    return stack;
  }
  const physical = change.at(-1);
  const index = stack.findIndex((frame) => frame.function === physical?.function && !frame.inlined);
  return index === -1 ? change : [...change, ...stack.slice(index + 1)];
}

function reasonsOf({ observation, detector, other, certainty }: Pair): string[] {
  const one = detector.goroutine.id ?? "?";
  const another = other.goroutine.id ?? "?";
  const map = observation.map.address ?? "?";
  if (other.grade === "near") {
    return [
      `Goroutine ${one} noticed the conflict; the other side had left the map. Goroutine ${another} is the only one that is at a place from which it may just have changed this map.`,
      ...other.sentences,
    ];
  }
  const both =
    other.grade === "came"
      ? `Both were in flight on the map at ${map}: goroutine ${one} was held at Go's check in ${detector.mapFunction ?? "a map function"} when goroutine ${another} called ${other.mapFunction ?? "a map function"} with the same map.`
      : `Both were in flight on the map at ${map} at the same moment: goroutine ${one} at Go's check in ${detector.mapFunction ?? "a map function"}, goroutine ${another} in ${other.mapFunction ?? "a map function"}.`;
  const doubt =
    certainty === "inferred"
      ? [
          "Where the address was read again, the program may have put another map there since: that is why this is inferred and not caught.",
        ]
      : [];
  return [both, observation.mapFrom, ...doubt, ...other.sentences];
}
