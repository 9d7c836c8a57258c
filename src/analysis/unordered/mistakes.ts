/**
 * Which of the usual mistakes fits two accesses that nothing orders. Only what was recorded is used, and what follows from it:
 * since nothing orders the two, an acquire of one side before its access has not taken in what the other side did from its own
 * access on.
 */
import type { LockHeld, Synchronised } from "../../case/case.js";
import { isChange } from "../kind.js";
import { type OrderedSides, otherOf, type SideIndex } from "./words.js";

/** One thing that is wrong with the order of two accesses. */
export type Mistake =
  /** Neither holds a lock. */
  | { readonly kind: "no-lock" }
  /** Only one holds locks. */
  | { readonly kind: "lock-missing"; readonly holder: SideIndex }
  /** Both hold one lock, at least one of them for readers only. */
  | { readonly kind: "readers-only"; readonly lock: LockHeld; readonly otherLock: LockHeld }
  /** Both hold locks, but no common one. */
  | { readonly kind: "different-locks"; readonly samePlace: boolean }
  /** One gave back the lock that the other one holds, and then accessed the map. */
  | {
      readonly kind: "unlocked-before";
      readonly early: SideIndex;
      readonly release: Synchronised;
      readonly lock: LockHeld;
    }
  /** One released before its access what the other one acquired before its own. */
  | {
      readonly kind: "released-before";
      readonly early: SideIndex;
      readonly release: Synchronised;
      readonly acquire: Synchronised;
    }
  /** One said that it was done, or sent, and then accessed the map. */
  | { readonly kind: "access-after"; readonly early: SideIndex; readonly release: Synchronised }
  /** The goroutine of one side started that of the other one. */
  | { readonly kind: "started"; readonly starter: SideIndex }
  /** One goroutine started both. */
  | { readonly kind: "siblings" }
  /** One has come after nobody since it was started. */
  | { readonly kind: "waited-for-nobody"; readonly side: SideIndex };

/** All that fits: first what the locks say, then what of the rest says most. */
export function mistakesOf(sides: OrderedSides, commonLock: string | null): Mistake[] {
  const locks = lockMistake(sides, commonLock);
  return [locks, ...edgeMistakes(sides, locks.kind !== "no-lock")];
}

function lockMistake([first, second]: OrderedSides, commonLock: string | null): Mistake {
  const { locks } = first.order;
  const { locks: others } = second.order;
  const lock = locks.find(({ address }) => address === commonLock);
  const otherLock = others.find(({ address }) => address === commonLock);
  if (lock !== undefined && otherLock !== undefined) {
    return { kind: "readers-only", lock, otherLock };
  }
  if (locks.length > 0 && others.length > 0) {
    const samePlace = locks.some((one) => others.some((other) => isSamePlace(one, other)));
    return { kind: "different-locks", samePlace };
  }
  if (locks.length === 0 && others.length === 0) {
    return { kind: "no-lock" };
  }
  return { kind: "lock-missing", holder: locks.length > 0 ? 0 : 1 };
}

function isSamePlace({ at: one }: LockHeld, { at: other }: LockHeld): boolean {
  return (
    one !== null &&
    one.line !== null &&
    one.file === other?.file &&
    one.line === other.line &&
    one.function === other.function
  );
}

/** At most so many sentences on one finding. */
const mostEdges = 3;

function edgeMistakes(sides: OrderedSides, usesLocks: boolean): Mistake[] {
  const indexes: readonly SideIndex[] = [0, 1];
  const released = withoutReverse(indexes.flatMap((early) => releaseMistake(sides, early) ?? []))
    // Where locks are in use, it is they that should order the two, and not whatever was released last.
    .filter(({ kind }) => kind !== "access-after" || !usesLocks);
  const started = startMistake(sides);
  const found = [...released, ...(started === undefined ? [] : [started])];
  if (found.length > 0) {
    return found.slice(0, mostEdges);
  }
  const alone = indexes.find((index) => hasWaitedForNobody(sides, index));
  return alone === undefined ? [] : [{ kind: "waited-for-nobody", side: alone }];
}

/** Where both sides synchronised on one thing, the direction in which it is meant says more. */
function withoutReverse(mistakes: readonly Mistake[]): readonly Mistake[] {
  const meant = mistakes.filter((mistake) => mistake.kind !== "released-before" || isMeant(mistake.release));
  return meant.length > 0 ? meant : mistakes;
}

/** Whether an operation is there to let others come after it. */
function isMeant({ how }: Synchronised): boolean {
  return /^(?:channel (?:send|close)|WaitGroup\.(?:Done|Add|Go)|Cond\.(?:Signal|Broadcast)|.*\b(?:Store|Unlock|RUnlock)\w*)(?: in .*)?$/.test(
    how,
  );
}

/** What one side released before its access, when that is what the other side relied on, or what nobody should rely on. */
function releaseMistake(sides: OrderedSides, early: SideIndex): Mistake | undefined {
  const side = sides[early];
  const other = sides[otherOf(early)];
  const { released: release } = side.order;
  const { acquired: acquire } = other.order;
  if (release === null || release.edge !== "release") {
    return undefined;
  }
  const lock = other.order.locks.find((one) => isOfLock(release, one));
  if (lock !== undefined && !side.order.locks.some((one) => isOfLock(release, one))) {
    return { kind: "unlocked-before", early, release, lock };
  }
  if (!isDeliberate(release)) {
    return undefined;
  }
  if (acquire?.edge === "acquire" && isOnSame(release, acquire)) {
    return { kind: "released-before", early, release, acquire };
  }
  return isLastWord(release) || isReleaseInSameFunction(release, sides, early)
    ? { kind: "access-after", early, release }
    : undefined;
}

/** Whether two goroutines synchronised on one thing. A Once synchronises on its fields. */
function isOnSame(release: Synchronised, acquire: Synchronised): boolean {
  if (release.address === null || acquire.address === null) {
    return false;
  }
  const distance = BigInt(release.address) - BigInt(acquire.address);
  const isOnce = release.how === "Once.Do" && acquire.how === "Once.Do";
  return distance === 0n || (isOnce && distance > -onceSize && distance < onceSize);
}

const onceSize = 12n;

/** What a program uses to put things in order; a Pool or a file orders too, but nobody means that. */
function isDeliberate({ on, how }: Synchronised): boolean {
  switch (on) {
    case "channel":
    case "select":
    case "wait-group":
    case "timer":
      return true;
    case "mutex":
    case "rwmutex":
    case "once":
    case "cond":
    case "atomic":
      // Those inside of the standard library are its own business.
      return !how.includes(" in ");
    case "go":
    case "pool":
    case "sync-map":
    case "file":
    case "other":
      return false;
    default:
      return on satisfies never;
  }
}

/** An RWMutex synchronises on its fields. */
const lockSizes = { mutex: 8, rwmutex: 24 } as const;

/** Whether it was this lock that was given back. */
function isOfLock({ on, how, address }: Synchronised, lock: LockHeld): boolean {
  if ((on !== "mutex" && on !== "rwmutex") || !/unlock/i.test(how) || address === null) {
    return false;
  }
  const offset = BigInt(address) - BigInt(lock.address);
  return offset >= 0n && offset < BigInt(lockSizes[on]);
}

/** What tells others that something is done. A send need not: a loop may send to many. */
function isLastWord({ how }: Synchronised): boolean {
  return how === "WaitGroup.Done" || how.startsWith("channel close");
}

function isReleasing(on: Synchronised["on"], how: string): boolean {
  switch (on) {
    case "mutex":
    case "rwmutex":
      return /unlock/i.test(how);
    case "atomic":
      return how.includes("Store");
    default:
      return how === "channel send";
  }
}

function isReleaseInSameFunction(
  { on, how, at }: Synchronised,
  sides: OrderedSides,
  early: SideIndex,
): boolean {
  const { site, order } = sides[early];
  return (
    isReleasing(on, how) &&
    order.locks.length === 0 &&
    at !== null &&
    at.function === site?.function &&
    at.file === site.file &&
    (at.line ?? 0) < (site.line ?? 0)
  );
}

function startMistake([first, second]: OrderedSides): Mistake | undefined {
  const { goroutine: one } = first;
  const { goroutine: other } = second;
  if (other.startedBy !== null && other.startedBy === one.id) {
    return { kind: "started", starter: 0 };
  }
  if (one.startedBy !== null && one.startedBy === other.id) {
    return { kind: "started", starter: 1 };
  }
  return one.startedBy !== null && one.startedBy === other.startedBy ? { kind: "siblings" } : undefined;
}

function hasWaitedForNobody(sides: OrderedSides, index: SideIndex): boolean {
  const { order, goroutine } = sides[index];
  const wasStarted = goroutine.startedBy !== null || goroutine.startedAt.length > 0;
  return wasStarted && (order.acquired === null || order.acquired.edge === "start");
}

/** Whether the side that changes the map holds its lock for readers only. */
export function changesUnderReadLock(sides: OrderedSides, index: SideIndex): boolean {
  const { locks } = sides[index].order;
  return isChange(sides[index].operation) && locks.length > 0 && locks.every(({ reading }) => reading);
}
