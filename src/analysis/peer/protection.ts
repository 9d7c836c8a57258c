/** What the locks at two places do for each other. */
import type { HeldLock } from "../../evidence/source/facts.js";
import { isChosen, isEmbedded, lockName } from "./advice/locks.js";

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
    return {
      exposure: keptApartMaybe,
      reason: `both sides hold ${heldName(change)} on some ways, but not on all`,
    };
  }
  return {
    exposure: detector.by === "caller" || change.by === "caller" ? keptApartByCallers : keptApart,
    reason: isChosen(change)
      ? `both sides hold ${heldName(change)}, but that may be another lock each time`
      : `both sides hold ${heldName(change)}, which should keep them apart`,
  };
}

function withoutCommonLock(detector: readonly HeldLock[], change: readonly HeldLock[]): Protection {
  const [held] = detector;
  const [holds] = change;
  if (held === undefined) {
    return holds === undefined
      ? { exposure: 1, reason: "neither side holds a lock" }
      : { exposure: 0.9, reason: `it holds ${heldName(holds)}, but the detecting side holds no lock` };
  }
  if (holds === undefined) {
    return { exposure: 1, reason: `it holds no lock, while the detecting side holds ${heldName(held)}` };
  }
  return {
    exposure: 1,
    reason: `it holds ${lockName(holds)}, the detecting side ${lockName(held)}: two different locks`,
  };
}

/** A lock in a few words: `c.mu`; an embedded one by the method that took it, `c.Lock`. */
function heldName(lock: HeldLock): string {
  return isEmbedded(lock)
    ? `${lock.expression}.${lock.mode === "rlock" ? "RLock" : "Lock"}`
    : lock.expression;
}
