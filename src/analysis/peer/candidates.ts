/**
 * Which places in the source may be the other side, each with what speaks for it and against it.
 *
 * The runtime stops a program in an access that finds the mark of a change on the map. So whatever the message, the other
 * side is a change: a write, a delete or a clear.
 */
import type { HeldLock, MapAccess } from "../../evidence/source/facts.js";
import { orderedByOnce, scopeOf } from "../../evidence/source/flow/guards.js";
import { isChange } from "../kind.js";
import { type Alias, aliasesOf, type KnownCall } from "./aliases.js";
import type { DetectorAccess } from "./detector-access.js";
import type { FactsIndex } from "./facts-index.js";
import { protectionBetween } from "./protection.js";
import type { RootFinder, Roots } from "./roots.js";
import { type OtherGoroutine, supportFor, type TextSupport } from "./text-evidence.js";
import { type Together, togetherWith } from "./together.js";

/** A place that may be the other side. */
export interface Candidate {
  readonly access: MapAccess;
  /** The detecting side's access that it belongs to; null where the source does not show which map it was. */
  readonly detector: DetectorAccess | null;
  readonly alias: Alias;
  readonly roots: Roots;
  readonly together: Together;
  readonly support: TextSupport;
  /** How likely it is beside the others; only the proportions mean something. */
  readonly weight: number;
  /** What speaks for it and against it, half a sentence each, the most telling first. */
  readonly reasons: readonly string[];
}

/** What is known when candidates are weighed. */
export interface Scene {
  readonly index: FactsIndex;
  readonly roots: RootFinder;
  /** The starts that the detecting goroutine may come from. */
  readonly detecting: ReadonlySet<number>;
  readonly others: readonly OtherGoroutine[];
  /** Whether the text shows all goroutines. */
  readonly whole: boolean;
  /** The packages of the source that are on the detecting side's stack. */
  readonly near: ReadonlySet<string>;
  /** The calls on the detecting side's stack, innermost first. */
  readonly calls: readonly KnownCall[];
  /** Whether the detecting side runs in a test. */
  readonly inTest: boolean;
}

/** How much less likely the same map is for each flow between two variables. */
const eachFlow = 0.88;

/** One variable may go to several holders, of which each run of the code reaches one only. */
const turnedFactor = 0.9;

/** What a sync.Once puts in order. */
const onceFactor = 0.06;

/** A map that nobody else has yet can hardly be in a conflict. */
const unsharedFactor = 0.03;

/** The places that may be the other side, the most likely first. */
export function candidatesFor(detectors: readonly DetectorAccess[], scene: Scene): Candidate[] {
  const all = detectors.flatMap((detector) =>
    aliasesOf(scene.index, detector.access.variable, scene.calls).flatMap((alias) =>
      scene.index
        .accessesTo(alias.variable)
        .filter((access) => isChange(access.operation))
        .map((access) => weigh(access, alias, detector, scene)),
    ),
  );
  return mostLikely(all);
}

/** How much less a place says when nothing but its type ties it to the map. */
const unplacedFactor = 0.08;

/**
 * The changes that may be the other side when the source does not show which map the detecting side used: one that it came
 * to through reflect, an interface or a library. All that is known is what kind of keys the runtime's function is for.
 */
export function unplacedCandidates(operationFrom: string | null, scene: Scene): Candidate[] {
  return byType(keyKind(operationFrom), scene);
}

/**
 * The changes of other maps of the same type: where the source does not show how the detecting side came to the map, as in a
 * method that a library calls through an interface.
 */
export function sameTypeCandidates(detectors: readonly DetectorAccess[], scene: Scene): Candidate[] {
  const types = new Set(detectors.map(({ access }) => scene.index.variable(access.variable)?.type ?? null));
  types.delete(null);
  const variables = new Set(detectors.map(({ access }) => access.variable));
  return byType((type) => types.has(type), scene).filter(({ access }) => !variables.has(access.variable));
}

function byType(fits: (type: string | null) => boolean, scene: Scene): Candidate[] {
  const all = scene.index.facts.accesses
    .filter(
      (access) => isChange(access.operation) && fits(scene.index.variable(access.variable)?.type ?? null),
    )
    .slice(0, maxUnplaced)
    .map((access) => weigh(access, { variable: access.variable, way: [], turned: false }, null, scene));
  const weighed = mostLikely(all).map((candidate) => ({
    ...candidate,
    weight: candidate.weight * unplacedFactor * nearness(candidate.access, scene),
  }));
  return weighed.toSorted((one, other) => other.weight - one.weight).slice(0, maxByType);
}

/** More than these would only hide each other. */
const maxByType = 5;

/** A map of a package that is on the detecting side's stack is the likelier. */
function nearness({ function: at }: MapAccess, { index, near }: Scene): number {
  return near.has(index.function(at)?.package ?? "") ? 1 : 0.2;
}

const maxUnplaced = 500;

/** Which map types a function of the runtime is for: `mapassign_faststr` is for maps with string keys. */
function keyKind(operationFrom: string | null): (type: string | null) => boolean {
  const fast = /_fast(32|64|str)/.exec(operationFrom ?? "")?.[1];
  const plain = /^map\[(string|u?int(?:8|16|32|64)?|bool|byte|float64)\]/;
  return (type) => {
    const key = plain.exec(type ?? "")?.[1];
    if (fast === undefined || key === undefined) {
      return true;
    }
    const sizes: Readonly<Record<string, string>> = {
      string: "str",
      int: "64",
      uint: "64",
      int64: "64",
      uint64: "64",
      int32: "32",
      uint32: "32",
    };
    return sizes[key] === fast;
  };
}

function mostLikely(all: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of all) {
    const key = `${candidate.access.file}:${candidate.access.line} ${candidate.access.operation}`;
    const known = best.get(key);
    if (known === undefined || known.weight < candidate.weight) {
      best.set(key, candidate);
    }
  }
  return [...best.values()].toSorted((one, other) => other.weight - one.weight);
}

function weigh(access: MapAccess, alias: Alias, detector: DetectorAccess | null, scene: Scene): Candidate {
  const roots = scene.roots.of(access.function);
  const detecting = { starts: scene.detecting, access: detector?.access ?? null };
  const scope = alias.way.length === 0 ? scopeOf(scene.index.facts, access.variable) : null;
  const together = togetherWith(access, detecting, scene.roots, detector === null ? null : scope);
  const protection =
    detector === null
      ? { exposure: 1, reason: null }
      : protectionBetween(locksOf(detector.access, scene.index), locksOf(access, scene.index));
  const mustShow = scene.whole && !roots.open && areShown(together.starts, scene);
  const support = supportFor({ access, roots, mustShow }, scene.others);
  const test = testFactor(access, scene);
  const once = detector !== null && orderedByOnce(access, detector.access);
  const weight =
    (detector?.fit ?? 1) *
    eachFlow ** alias.way.length *
    (alias.turned ? turnedFactor : 1) *
    protection.exposure *
    together.chance *
    support.factor *
    test.factor *
    (access.unshared ? unsharedFactor : 1) *
    (once ? onceFactor : 1) *
    tendency(access, detector?.access ?? null, together, scene);
  const reasons = [
    detector === null
      ? "the source does not show which map the detecting side used; this one can be it by its type"
      : wayReason(alias, scene.index),
    support.reason,
    protection.reason,
    together.reason,
    access.unshared ? "the map has just been made there, and nobody else has it yet" : null,
    once ? "a sync.Once puts it before the detecting side's access" : null,
    test.reason,
  ].filter((reason) => reason !== null);
  return { access, detector, alias, roots, together, support, weight, reasons };
}

/**
 * The locks of an access. The lock of a receiver guards what belongs to that instance; a package variable belongs to all.
 */
function locksOf(access: MapAccess, index: FactsIndex): readonly HeldLock[] {
  const receiver = index.function(access.function)?.receiver?.name ?? null;
  if (index.variable(access.variable)?.kind !== "global" || receiver === null) {
    return access.locks;
  }
  return access.locks.map((lock) =>
    lock.doubt === null && (lock.expression === receiver || lock.expression.startsWith(`${receiver}.`))
      ? { ...lock, doubt: "other-instance" }
      : lock,
  );
}

/**
 * Whether a whole text must show a goroutine of one of these starts: not those that the runtime hides (finalizers) or that
 * end with their one call (timers), nor another one of the detecting goroutine's own kind, which may just have ended.
 */
function areShown(starts: readonly number[], { index, detecting }: Scene): boolean {
  return starts.every((start) => {
    const edge = index.facts.starts[start];
    const hidden = edge?.how === "finalizer" || edge?.how === "timer" || edge?.how === "callback";
    return !hidden && !detecting.has(start);
  });
}

/** What is not told by any one place, but true of most: who leaves out the lock elsewhere leaves it out here. */
function tendency(
  access: MapAccess,
  detector: MapAccess | null,
  together: Together,
  { index }: Scene,
): number {
  const through = access.through === null ? 1 : 0.9;
  const many = together.starts.some((start) => index.facts.starts[start]?.many === true) ? 1.15 : 1;
  const instance = detector !== null && areOtherInstances(access, detector) ? 0.3 : 1;
  return through * many * instance;
}

/** Two package variables of one type are two instances. */
function areOtherInstances(one: MapAccess, other: MapAccess): boolean {
  const isGlobal = (base: string | null): boolean => base?.startsWith("global ") ?? false;
  return one.base !== other.base && isGlobal(one.base) && isGlobal(other.base);
}

function wayReason({ way }: Alias, { facts }: FactsIndex): string {
  const [first] = way;
  if (first === undefined) {
    return "it changes the same variable";
  }
  const name = (variable: number): string => facts.variables[variable]?.name ?? "another variable";
  const steps = way
    .slice(0, 3)
    .map((flow) => `${name(flow.from)} goes to ${name(flow.to)} at ${flow.file}:${flow.line}`);
  return `it changes the same map under another name: ${steps.join(", ")}${way.length > 3 ? " …" : ""}`;
}

function testFactor(
  access: MapAccess,
  { index, inTest }: Scene,
): { readonly factor: number; readonly reason: string | null } {
  const isTest = index.function(access.function)?.inTest === true;
  return isTest && !inTest
    ? { factor: 0.03, reason: "it is in a test, and the text is not of a test" }
    : { factor: 1, reason: null };
}

/** The locks of an access in a few words each: `c.mu.Lock (line 20)`. */
export function lockTexts(locks: readonly HeldLock[]): string[] {
  return locks.map((lock) => {
    const doubt = lock.doubt === null ? "" : `, ${doubtText(lock.doubt)}`;
    const by = lock.by === "caller" ? ", held by the callers" : "";
    return `${lock.expression}.${lock.mode === "lock" ? "Lock" : "RLock"} (line ${lock.line}${by}${doubt})`;
  });
}

function doubtText(doubt: NonNullable<HeldLock["doubt"]>): string {
  switch (doubt) {
    case "copied":
      return "a copy of the lock";
    case "other-instance":
      return "perhaps another instance's";
    case "maybe":
      return "not on all ways";
    default:
      return doubt satisfies never;
  }
}
