/** What to do about an inferred conflict: the fix that suits the way this map is used, with the lines to change. */
import type { HeldLock, MapAccess, MapVariable } from "../../evidence/source/facts.js";
import { isChange } from "../kind.js";
import type { Candidate } from "./candidates.js";
import type { FactsIndex } from "./facts-index.js";

/** A candidate of which the detecting side's access is known. */
type PlacedCandidate = Candidate & { readonly detector: NonNullable<Candidate["detector"]> };

/** Advice on a candidate, most important first; none where the source does not show the detecting side's access. */
export function adviseOnCandidate(candidate: Candidate, index: FactsIndex): string[] {
  return isPlaced(candidate) ? placedAdvice(candidate, index) : [];
}

function isPlaced(candidate: Candidate): candidate is PlacedCandidate {
  return candidate.detector !== null;
}

function placedAdvice(candidate: PlacedCandidate, index: FactsIndex): string[] {
  const use = useOf(candidate, index);
  return [
    trapAdvice(candidate, use) ?? guardAdvice(candidate, use) ?? newLockAdvice(candidate, use),
    escapeAdvice(candidate, index),
    libraryAdvice(candidate),
    otherWay(candidate, use),
  ].filter((advice) => advice !== undefined);
}

/** How the map is used in all of the source. */
interface Use {
  readonly variable: MapVariable | undefined;
  readonly accesses: readonly MapAccess[];
  readonly reads: number;
  readonly changes: number;
  /** The lock that guards most accesses, and at how many. */
  readonly guard: { readonly lock: HeldLock; readonly count: number } | undefined;
}

function useOf(candidate: PlacedCandidate, index: FactsIndex): Use {
  const variables = new Set([candidate.access.variable, candidate.detector.access.variable]);
  const accesses = [...variables].flatMap((variable) => index.accessesTo(variable));
  const changes = accesses.filter(({ operation }) => isChange(operation)).length;
  return {
    variable: index.variable(candidate.detector.access.variable),
    accesses,
    reads: accesses.length - changes,
    changes,
    guard: guardOf(accesses),
  };
}

function guardOf(accesses: readonly MapAccess[]): Use["guard"] {
  const counts = new Map<string, { lock: HeldLock; count: number }>();
  for (const { locks } of accesses) {
    for (const lock of locks.filter(({ doubt }) => doubt !== "copied")) {
      const known = counts.get(lock.key);
      counts.set(lock.key, { lock: known?.lock ?? lock, count: (known?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].toSorted((one, other) => other.count - one.count)[0];
}

/** The classic traps: a lock is there, but it does not do what it seems to. */
function trapAdvice({ access, detector }: PlacedCandidate, { guard }: Use): string | undefined {
  for (const one of [access, detector.access]) {
    const copied = one.locks.find(({ doubt }) => doubt === "copied");
    if (copied !== undefined) {
      return `At ${placeOf(one)} the lock ${copied.expression} is a copy: each copy of the struct brings a mutex of its own, and all share the map. Use a pointer receiver (or pass the struct by pointer), so that there is one lock.`;
    }
  }
  // A lock of something else may be held there too.
  const guards = new Set([guard?.lock.key, ...detector.access.locks.map(({ key }) => key)]);
  const read = access.locks.find(({ mode, key }) => mode === "rlock" && guards.has(key));
  if (read !== undefined && isChange(access.operation)) {
    return `${placeOf(access)} changes the map under ${read.expression}.RLock (line ${read.line}). Take ${read.expression}.Lock there: RLock lets all readers in.`;
  }
  const other = [access, detector.access].flatMap((one) =>
    one.locks.filter(({ doubt }) => doubt === "other-instance").map((lock) => ({ one, lock })),
  )[0];
  return other === undefined
    ? undefined
    : `At ${placeOf(other.one)} the lock ${other.lock.expression} need not belong to the same instance as ${other.one.expression}. Both sides must take the one lock that belongs to the map.`;
}

/** There is a lock for this map, and a side leaves it out. */
function guardAdvice({ access, detector }: PlacedCandidate, use: Use): string | undefined {
  const { guard } = use;
  if (guard === undefined) {
    return undefined;
  }
  const without = distinctPlaces([detector.access, access]).filter(
    (one) => !one.locks.some(({ key }) => key === guard.lock.key),
  );
  const early = [detector.access, access].find((one) =>
    one.locks.some(({ key, doubt }) => key === guard.lock.key && doubt === "maybe"),
  );
  if (without.length === 0 && early !== undefined) {
    return `${guard.lock.expression} is not held on all ways to ${placeOf(early)}: it is given back too early, or taken on some ways only. Hold it until after ${early.expression} has been used there.`;
  }
  if (without.length === 0) {
    return `Both sides hold ${guard.lock.expression} as far as the source tells. See that it is the same lock, and that it is not given back too early.`;
  }
  const rw = use.accesses.some(({ locks }) =>
    locks.some(({ key, mode }) => key === guard.lock.key && mode === "rlock"),
  );
  const lines = without
    .map((one) => {
      const how = isChange(one.operation) ? "Lock" : rw ? "RLock or Lock" : "Lock";
      return `${placeOf(one)} (${how} around ${one.expression}${one.operation === "iterate" ? ", for the whole loop" : ""})`;
    })
    .join(" and ");
  return `${guard.lock.expression} guards this map at ${guard.count} of ${use.accesses.length} places. Take it at ${lines} too.`;
}

function newLockAdvice({ access, detector }: PlacedCandidate, use: Use): string {
  const name = use.variable?.name ?? detector.access.expression;
  const beside =
    use.variable?.kind === "field"
      ? `Put a sync.${use.reads > use.changes ? "RWMutex" : "Mutex"} beside the field ${name}`
      : `Put a sync.${use.reads > use.changes ? "RWMutex" : "Mutex"} beside ${name}`;
  const declared =
    use.variable?.file === null || use.variable?.file === undefined
      ? ""
      : ` (${use.variable.file}:${use.variable.line ?? "?"})`;
  const rw = use.reads > use.changes;
  const both = distinctPlaces([access, detector.access]);
  const places = both
    .map((one) => `${isChange(one.operation) || !rw ? "Lock" : "RLock"} at ${placeOf(one)}`)
    .join(", ");
  const more = distinctPlaces([...both, ...use.accesses]).length - both.length;
  const others = more > 0 ? `, and at the other ${more === 1 ? "place" : `${more} places`} that use it` : "";
  return `${beside}${declared}, and take it on both sides: ${places}${others}.`;
}

/** A map that is handed out by a function outlives the lock in it. */
function escapeAdvice({ alias }: Candidate, index: FactsIndex): string | undefined {
  // A flow of a result's own is that of a call, not of a return.
  const returned = alias.way.find(
    ({ how, from }) => how === "result" && index.variable(from)?.kind !== "result",
  );
  if (returned === undefined) {
    return undefined;
  }
  const name = index.variable(returned.from)?.name ?? "the map";
  return `${name} is handed out at ${returned.file}:${returned.line}: a lock that is held there is let go before the map is used outside. Return a copy made under the lock (maps.Clone, Go 1.21), or a single value.`;
}

function libraryAdvice({ access, detector }: PlacedCandidate): string | undefined {
  const names = [access.through, detector.access.through].filter((name) => name !== null);
  return names.length === 0
    ? undefined
    : `The map is used inside ${[...new Set(names)].join(" and ")}: hold the lock around the whole call${access.through === null ? ", or pass a copy of the map" : ""}.`;
}

function otherWay({ access, detector, together }: PlacedCandidate, use: Use): string | undefined {
  const sameLine = placeOf(access) === placeOf(detector.access);
  if (sameLine && together.starts.length > 0) {
    return "Several goroutines run the same line. Without a lock: let each return its result over a channel and let one goroutine fill the map, or give each a map of its own and merge them after Wait.";
  }
  if (use.variable?.kind === "global" && use.changes <= 2 && use.reads > 2) {
    return "The map is read far more often than it is changed: a change may also make a changed copy and publish it through an atomic.Pointer, so that readers need no lock.";
  }
  if (together.starts.length > 0 && use.variable?.kind === "local") {
    return "The map belongs to one function: let one goroutine own it, and send it what is to be changed.";
  }
  return use.guard === undefined && use.reads + use.changes <= 6
    ? "A sync.Map suits a map whose keys are written once and read often, or of which each goroutine uses keys of its own."
    : undefined;
}

function distinctPlaces(accesses: readonly MapAccess[]): MapAccess[] {
  return [...new Map(accesses.map((one) => [placeOf(one), one])).values()];
}

function placeOf({ file, line }: MapAccess): string {
  return `${file}:${line}`;
}
