/** What keeps two accesses apart besides the order of goroutines: common locks, and maps that belong to one run of a function. */
import { type HeldLock, type MapAccess, type SourceFacts } from "../facts.js";

/** The locks that surely keep two accesses apart: the same lock, without doubt, and not for reading only on both sides. */
export function commonLocks(one: MapAccess, other: MapAccess): [HeldLock, HeldLock][] {
  return one.locks.flatMap((first) =>
    other.locks
      .filter(
        (second) =>
          first.key === second.key &&
          first.doubt === null &&
          second.doubt === null &&
          (first.mode === "lock" || second.mode === "lock"),
      )
      .map((second): [HeldLock, HeldLock] => [first, second]),
  );
}

/** Whether a sync.Once keeps two accesses apart: one of them is inside its function, the other one too or after it. */
export function orderedByOnce(one: MapAccess, other: MapAccess): boolean {
  return one.once.some((first) =>
    other.once.some(
      (second) => first.key === second.key && (first.when === "inside" || second.when === "inside"),
    ),
  );
}

/**
 * The function of which each run has a map of its own in this variable; null when the map comes from elsewhere or is known
 * elsewhere too.
 */
export function scopeOf(facts: SourceFacts, variable: number): number | null {
  const found = facts.variables[variable];
  if (found === undefined || found.function === null || found.kind === "field" || found.kind === "global") {
    return null;
  }
  if (found.kind !== "local") {
    return null;
  }
  return targetsOf(facts).has(variable) ? null : found.function;
}

const knownTargets = new WeakMap<SourceFacts, ReadonlySet<number>>();

/** The variables that maps come to from others; gathered once, for there are many flows. */
function targetsOf(facts: SourceFacts): ReadonlySet<number> {
  const known = knownTargets.get(facts);
  if (known !== undefined) {
    return known;
  }
  const targets = new Set(facts.flows.map(({ to }) => to));
  knownTargets.set(facts, targets);
  return targets;
}
