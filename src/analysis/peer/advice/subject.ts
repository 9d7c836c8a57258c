/** What advice is about: the two sides, the map's home, and how the map is used elsewhere. */
import type { HeldLock, MapAccess, MapFlow } from "../../../evidence/source/facts.js";
import { isChange } from "../../kind.js";
import type { Candidate } from "../candidates.js";
import type { FactsIndex } from "../facts-index.js";
import type { RootFinder } from "../roots.js";
import { type Home, homeOf } from "./home.js";
import { isForReaders } from "./locks.js";
import { distinctPlaces } from "./places.js";

/** No more accesses than these are looked at. */
const maxAccesses = 300;

/** A lock that is there for this map. */
export interface Guard {
  readonly lock: HeldLock;
  /** At how many of the places it is held. */
  readonly count: number;
  /** Whether readers can share it. */
  readonly forReaders: boolean;
}

/** All that advice is made from. */
export interface Subject {
  readonly index: FactsIndex;
  readonly detector: MapAccess;
  /** The other side, which changes the map. */
  readonly change: MapAccess;
  /** Both, or the one line that both are at; the detecting side first. */
  readonly sides: readonly MapAccess[];
  readonly home: Home;
  /** The flows between the two sides' variables. */
  readonly way: readonly MapFlow[];
  /** The places that use the map when others can, or under a lock, one for each line; the two sides first. */
  readonly places: readonly MapAccess[];
  /** How many of the places only read, and how many change the map. */
  readonly reads: number;
  readonly changes: number;
  readonly guard: Guard | undefined;
  readonly candidate: Candidate;
}

/**
 * Gathers what advice is made from; undefined where the source does not show the detecting side's access.
 *
 * @param roots tells which places are reached only while nobody else can use the map
 */
export function subjectOf(candidate: Candidate, index: FactsIndex, roots: RootFinder): Subject | undefined {
  if (candidate.detector === null) {
    return undefined;
  }
  const detector = withLocksTold(candidate.detector.access, index);
  const change = withLocksTold(candidate.access, index);
  const { way } = candidate.alias;
  const home = homeOf(index, detector.variable, way);
  if (home === undefined) {
    return undefined;
  }
  const variables = new Set([
    detector.variable,
    change.variable,
    home.index,
    ...[...way, ...home.toDetector, ...home.toChange].flatMap(({ from, to }) => [from, to]),
  ]);
  const sides = distinctPlaces([detector, change]);
  const others = [...variables]
    .flatMap((variable) => index.accessesTo(variable))
    .slice(0, maxAccesses)
    .map((access) => withLocksTold(access, index))
    .filter(
      (access) => !access.unshared && access.operation !== "length" && canConflict(access, sides, roots),
    );
  const places = distinctPlaces([detector, change, ...others]);
  const changes = places.filter(({ operation }) => isChange(operation)).length;
  return {
    index,
    detector,
    change,
    sides,
    home,
    way,
    places,
    reads: places.length - changes,
    changes,
    guard: guardOf(places, index),
    candidate,
  };
}

/**
 * An access with its locks as they are to be taken: one that perhaps is held, and was taken in another function, is one that a
 * function that was called gave back; one of a receiver is not the only one for a package variable.
 */
function withLocksTold(access: MapAccess, index: FactsIndex): MapAccess {
  const own = index.function(access.function);
  const isOwn = ({ doubt, by, file, line }: HeldLock): boolean =>
    doubt !== "maybe" ||
    by === "caller" ||
    own === undefined ||
    (file === own.file && own.startLine <= line && line <= own.endLine);
  const receiver = own?.receiver?.name ?? null;
  const isOfInstance = ({ expression, doubt }: HeldLock): boolean =>
    doubt === null &&
    receiver !== null &&
    index.variable(access.variable)?.kind === "global" &&
    (expression === receiver || expression.startsWith(`${receiver}.`));
  if (access.locks.every((lock) => isOwn(lock) && !isOfInstance(lock))) {
    return access;
  }
  const locks = access.locks
    .filter(isOwn)
    .map((lock): HeldLock => (isOfInstance(lock) ? { ...lock, doubt: "other-instance" } : lock));
  return { ...access, locks };
}

/** Whether a place can be reached while one of the sides is, and one of the two changes the map. */
function canConflict(access: MapAccess, sides: readonly MapAccess[], { threads }: RootFinder): boolean {
  return sides.some(
    (side) =>
      (isChange(access.operation) || isChange(side.operation)) && threads.meeting(access, side) !== null,
  );
}

/** A lock that a change is made under, that is held for reading, or at half of the places: one that is there for this map. */
function guardOf(places: readonly MapAccess[], index: FactsIndex): Guard | undefined {
  const found = new Map<string, { lock: HeldLock; count: number; changes: number; forReading: boolean }>();
  for (const { locks, operation } of places) {
    const keys = new Map(locks.filter(isMeant).map((lock) => [lock.key, lock]));
    for (const lock of keys.values()) {
      const known = found.get(lock.key) ?? { lock, count: 0, changes: 0, forReading: false };
      found.set(lock.key, {
        lock: known.lock.by === "here" ? known.lock : lock,
        count: known.count + 1,
        changes: known.changes + (isChange(operation) ? 1 : 0),
        forReading: known.forReading || (lock.mode === "rlock" && lock.by === "here"),
      });
    }
  }
  const best = [...found.values()]
    .filter(({ count, changes, forReading }) => changes > 0 || forReading || count * 2 >= places.length)
    .toSorted((one, other) => other.count - one.count || other.changes - one.changes)[0];
  return best === undefined
    ? undefined
    : {
        lock: best.lock,
        count: best.count,
        forReaders: isForReaders(best.lock.key, [...places, ...index.accessesIn(best.lock.file)]),
      };
}

/** Locks that do what they are for; `maybe` ones are meant to. */
function isMeant({ doubt }: HeldLock): boolean {
  return doubt === null || doubt === "maybe";
}
