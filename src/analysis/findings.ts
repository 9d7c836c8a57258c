/**
 * From observations to findings: the same conflict, seen again in another run, process or with other callers, is one
 * finding. Two conflicts are the same when they are of one kind and between the same two places.
 */
import type {
  ConflictKind,
  ConflictObservation,
  Finding,
  ObservedSide,
  PlacedFrame,
  Side,
} from "../case/case.js";
import { durationText } from "../case/duration.js";
import { adviseOn } from "./advice.js";
import { conflictKind, isChange } from "./kind.js";
import type { CodeContext } from "./origin.js";
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

/** Findings with the certainty "caught", in the order in which they were first seen. */
export function findCaught(conflicts: readonly ConflictInContext[]): Finding[] {
  const groups = new Map<string, Candidate[]>();
  for (const conflict of conflicts) {
    const candidate = candidateOf(conflict);
    if (candidate !== undefined) {
      const key = sameConflictKey(candidate);
      groups.set(key, [...(groups.get(key) ?? []), candidate]);
    }
  }
  return [...groups.values()].map((group, index) => findingOf(group, `m${index}`));
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

function sideOf(observed: ObservedSide, context: CodeContext): Side {
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
  const [shown] = group;
  if (shown === undefined) {
    throw new RangeError("a finding rests on at least one observation");
  }
  return {
    handle,
    kind: shown.kind,
    certainty: "caught",
    score: null,
    reasons: [
      "Both sides were in flight on this map at the same moment; no false alarm is possible.",
      heldReason(shown),
    ],
    map: shown.observation.map,
    sides: shown.sides,
    seen: Math.min(
      group.reduce((sum, { observation }) => sum + observation.seen, 0),
      Number.MAX_SAFE_INTEGER,
    ),
    observations: group.map(({ observation }) => observation.handle),
    runs: distinct(group.flatMap(({ run }) => (run === null ? [] : [run]))).toSorted((a, b) => a - b),
    tests: testsOf(group),
    advice: adviseOn(shown.sides),
    proof: null,
  };
}

function heldReason({ observation }: Candidate): string {
  const [waited, came] = observation.sides;
  const held = waited.heldNanoseconds > 0 ? ` for ${durationText(waited.heldNanoseconds)}` : "";
  return `Goroutine ${waited.goroutine.id ?? "?"} was held${held} when it was about to ${deed(waited, "the map")}; in that time goroutine ${came.goroutine.id ?? "?"} came to ${deed(came, "it")}.`;
}

function deed({ operation }: ObservedSide, map: string): string {
  switch (operation) {
    case "read":
      return `read from ${map}`;
    case "write":
      return `write to ${map}`;
    case "delete":
      return `delete from ${map}`;
    case "iterate":
      return `iterate over ${map}`;
    case "clear":
      return `clear ${map}`;
    case "clone":
      return `copy ${map}`;
    case "change":
      return `change ${map}`;
    case "length":
      return `ask for the length of ${map}`;
    default:
      return operation satisfies never;
  }
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
