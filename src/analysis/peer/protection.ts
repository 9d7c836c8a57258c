/** What the locks at two places do for each other. */
import type { HeldLock } from "../../evidence/source/facts.js";

/** How far locks keep two accesses apart, of which the second changes the map. */
export interface Protection {
  /** From 0 (kept apart for sure) to 1 (not at all). */
  readonly exposure: number;
  /** Half a sentence about it, where there is something to say. */
  readonly reason: string | null;
}

/** A common lock of which the source says that it is the same one. */
const keptApart = 0.03;
/** A lock that is held only because all known callers hold it. */
const keptApartByCallers = 0.12;
/** A lock that is held on some ways only. */
const keptApartMaybe = 0.4;

/**
 * Compares the locks of two accesses.
 *
 * @param detector the locks of the side that noticed
 * @param change the locks of the other side, which changes the map
 */
export function protectionBetween(detector: readonly HeldLock[], change: readonly HeldLock[]): Protection {
  const pairs = detector.flatMap((one) =>
    change.filter((other) => other.key === one.key).map((other) => pairProtection(one, other)),
  );
  const strongest = pairs.toSorted((one, other) => one.exposure - other.exposure)[0];
  return strongest ?? withoutCommonLock(detector, change);
}

function pairProtection(detector: HeldLock, change: HeldLock): Protection {
  if (detector.mode === "rlock" && change.mode === "rlock") {
    return {
      exposure: 1,
      reason: `it changes the map under ${change.expression}.RLock, which lets other readers in`,
    };
  }
  const copied = [detector, change].find(({ doubt }) => doubt === "copied");
  if (copied !== undefined) {
    return { exposure: 1, reason: `${copied.expression} is a copy of the lock, so it protects nothing` };
  }
  if (detector.doubt === "other-instance" || change.doubt === "other-instance") {
    return {
      exposure: 0.8,
      reason: `the lock that is held there may be another one than that of the detecting side`,
    };
  }
  if (detector.doubt === "maybe" || change.doubt === "maybe") {
    return { exposure: keptApartMaybe, reason: `both sides hold ${change.expression}, but not on all ways` };
  }
  return {
    exposure: detector.by === "caller" || change.by === "caller" ? keptApartByCallers : keptApart,
    reason: `both sides hold ${change.expression}, which should keep them apart`,
  };
}

function withoutCommonLock(detector: readonly HeldLock[], change: readonly HeldLock[]): Protection {
  const [held] = detector;
  const [holds] = change;
  if (held === undefined && holds === undefined) {
    return { exposure: 1, reason: "neither side holds a lock" };
  }
  if (holds === undefined && held !== undefined) {
    return {
      exposure: 1,
      reason: `it holds no lock, while the detecting side holds ${held.expression}`,
    };
  }
  if (held === undefined && holds !== undefined) {
    return {
      exposure: 0.9,
      reason: `it holds ${holds.expression}, but the detecting side holds no lock`,
    };
  }
  return {
    exposure: 1,
    reason: `it holds ${holds?.expression ?? "a lock"}, the detecting side ${held?.expression ?? "another"}: two different locks`,
  };
}
