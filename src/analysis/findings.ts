/**
 * From observations to findings: the same conflict, seen again in another run, process or with other callers, is one
 * finding. Two conflicts are the same when they are of one kind and between the same two places.
 */
import type {
  Certainty,
  ConflictKind,
  ConflictObservation,
  Finding,
  ObservedSide,
  PlacedFrame,
  Side,
} from "../case/case.js";
import { durationText } from "../case/duration.js";
import { adviseOn } from "./advice.js";
import { deed } from "./deed.js";
import { conflictKind, isChange } from "./kind.js";
import type { CodeContext } from "./origin.js";
import { certaintyOf, goCheckReasons } from "./recording/conflict-reasons.js";
import { placeFrames, siteOf, testOf, trimStack } from "./stack.js";

/** An observation and what is known about the process it was made in. */
export interface ConflictInContext {
  readonly observation: ConflictObservation;
  readonly context: CodeContext;
  readonly run: number | null;
  readonly testPackage: string | null;
}

/** One conflict on its way to a finding. */
interface Candidate extends ConflictInContext {
  readonly kind: ConflictKind;
  readonly sides: [Side, Side];
}

/** Findings from conflicts that were observed, in the order in which they were first seen. */
export function findObserved(conflicts: readonly ConflictInContext[]): Finding[] {
  const groups = new Map<string, Candidate[]>();
  const detections = new Map<string, number>();
  for (const conflict of conflicts) {
    const candidate = candidateOf(conflict);
    if (candidate !== undefined) {
      const key = groupKey(candidate, detections);
      groups.set(key, [...(groups.get(key) ?? []), candidate]);
    }
  }
  return [...groups.values()].map((group, index) => findingOf(group, `m${index}`));
}

/**
 * Go's check ends a program, so a second conflict that it found in one process is another goroutine that ran into it at the
 * same time. The two stay apart, also where both are at the same places; over processes the first ones are one, and so on.
 */
function groupKey(candidate: Candidate, detections: Map<string, number>): string {
  const key = sameConflictKey(candidate);
  const { found, evidence } = candidate.observation;
  if (found.by === "trap") {
    return key;
  }
  const inProcess = `${evidence}\n${key}`;
  const before = detections.get(inProcess) ?? 0;
  detections.set(inProcess, before + 1);
  return `${key}\ngo-check ${before}`;
}

function candidateOf(conflict: ConflictInContext): Candidate | undefined {
  const [waited, came] = conflict.observation.sides;
  const kind = conflictKind(waited.operation, came.operation);
  if (kind === undefined) {
    return undefined;
  }
  const changeFirst = isChange(waited.operation) || !isChange(came.operation);
  const [first, second] = changeFirst ? [waited, came] : [came, waited];
  return { ...conflict, kind, sides: [sideOf(first, conflict.context), sideOf(second, conflict.context)] };
}

/** A side as it was observed, with the place in it that matters. */
export function sideOf(observed: ObservedSide, context: CodeContext): Side {
  const { goroutine } = observed;
  const stack = trimStack(placeFrames(observed.stack, context));
  return {
    ...observed,
    goroutine: {
      ...goroutine,
      handle: goroutine.id === null ? "g?" : `g${goroutine.id}`,
      startedAt: placeFrames(goroutine.startedAt, context),
      entry: goroutine.entry === null ? null : (placeFrames([goroutine.entry], context)[0] ?? null),
    },
    stack,
    site: siteOf(stack),
    test: testOf(observed.stack, goroutine.startedAt),
    source: null,
    order: null,
  };
}

/** Equal for two observations of the same conflict. */
function sameConflictKey({ kind, sides, observation }: Candidate): string {
  const sites = sides.map(({ site }) => placeKey(site, observation.handle));
  return [kind, ...sites.toSorted()].join("\n");
}

/** Without a place nothing says that two conflicts are the same, so each stays alone. */
function placeKey(site: PlacedFrame | null, handle: string): string {
  return site === null ? handle : `${site.function} ${site.file ?? ""}:${site.line ?? 0}`;
}

function findingOf(group: readonly Candidate[], handle: string): Finding {
  const shown = group.find((one) => isCaught(one)) ?? group[0];
  if (shown === undefined) {
    throw new RangeError("a finding rests on at least one observation");
  }
  return {
    handle,
    kind: shown.kind,
    certainty: certaintyOf(shown.observation.found),
    score: null,
    reasons: reasonsOf(shown, group),
    map: shown.observation.map,
    sides: shown.sides,
    seen: Math.min(
      group.reduce((sum, { observation }) => sum + observation.seen, 0),
      Number.MAX_SAFE_INTEGER,
    ),
    observations: [shown, ...group.filter((one) => one !== shown)].map(
      ({ observation }) => observation.handle,
    ),
    runs: distinct(group.flatMap(({ run }) => (run === null ? [] : [run]))).toSorted((a, b) => a - b),
    tests: testsOf(group),
    advice: adviseOn(shown.sides),
    proof: null,
  };
}

function isCaught({ observation }: Candidate): boolean {
  return certaintyOf(observation.found) === ("caught" satisfies Certainty);
}

function reasonsOf(shown: Candidate, group: readonly Candidate[]): string[] {
  const { found, sides } = shown.observation;
  if (found.by === "trap") {
    return [
      "Both sides were in flight on this map at the same moment; no false alarm is possible.",
      heldReason(shown),
    ];
  }
  const caught = group.filter((one) => isCaught(one)).length;
  const others =
    caught === group.length || caught === 0
      ? []
      : [`In ${caught} of the ${group.length} times that it was seen the other side is known by its mark.`];
  return [...goCheckReasons(found, sides), ...others];
}

function heldReason({ observation }: Candidate): string {
  const [waited, came] = observation.sides;
  const held = waited.heldNanoseconds > 0 ? ` for ${durationText(waited.heldNanoseconds)}` : "";
  return `Goroutine ${waited.goroutine.id ?? "?"} was held${held} when it was about to ${deed(waited.operation, "the map")}; in that time goroutine ${came.goroutine.id ?? "?"} came to ${deed(came.operation, "it")}.`;
}

function testsOf(group: readonly Candidate[]): Finding["tests"] {
  const tests = group.map(({ sides, testPackage }) => ({
    package: testPackage,
    name: sides[0].test ?? sides[1].test,
  }));
  const known = tests.filter((test) => test.package !== null || test.name !== null);
  return [...new Map(known.map((test) => [JSON.stringify(test), test])).values()];
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
