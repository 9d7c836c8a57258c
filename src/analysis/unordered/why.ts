/**
 * Why two accesses are unordered, in sentences. The two sides are called A and B, as the report draws them. Nothing is said that
 * the events do not say, or that does not follow from there being no order.
 */
import type { Synchronised } from "../../case/case.js";
import { changesUnderReadLock, type Mistake, mistakesOf } from "./mistakes.js";
import {
  accessNoun,
  accessOf,
  atPlace,
  callWords,
  letterOf,
  locksWords,
  lockWords,
  type OrderedSides,
  otherOf,
  placeWords,
  type SideIndex,
} from "./words.js";

/** The sentences, most important first. */
export function whyUnordered(sides: OrderedSides, commonLock: string | null): string[] {
  return mistakesOf(sides, commonLock).map((mistake) => mistakeText(mistake, sides));
}

function mistakeText(mistake: Mistake, sides: OrderedSides): string {
  switch (mistake.kind) {
    case "no-lock":
      return "Neither side holds a Mutex or an RWMutex.";
    case "lock-missing":
      return lockMissingText(sides, mistake.holder);
    case "readers-only":
      return readersOnlyText(mistake);
    case "different-locks":
      return differentLocksText(sides, mistake.samePlace);
    case "unlocked-before": {
      const other = letterOf(otherOf(mistake.early));
      const lock = mistake.lock.name ?? "the lock";
      return `${accessOf(sides, mistake.early)} comes after ${callWords(mistake.release)}, which gave back the lock that ${other} holds: ${lock} no longer protects it.`;
    }
    case "released-before":
      return releasedBeforeText(mistake, sides);
    case "access-after":
      return `${accessOf(sides, mistake.early)} comes after ${callWords(mistake.release)}${lateText(mistake.release)}.`;
    case "started":
      return startedText(sides, mistake.starter);
    case "siblings":
      return siblingsText(sides);
    case "waited-for-nobody": {
      const { goroutine, operation } = sides[mistake.side];
      const letter = letterOf(mistake.side);
      return `Since ${letter}'s goroutine was started${atPlace(startPlace(goroutine))}, nothing makes its ${accessNoun(operation)} come after another goroutine's accesses to maps.`;
    }
    default:
      return mistake satisfies never;
  }
}

function lockMissingText(sides: OrderedSides, holder: SideIndex): string {
  const { locks } = sides[holder].order;
  const other = letterOf(otherOf(holder));
  const readers = changesUnderReadLock(sides, holder) ? ", which does not keep other readers out" : "";
  return `${letterOf(holder)} holds ${locksWords(locks)}${readers}; ${other} holds no lock here.`;
}

function readersOnlyText({ lock, otherLock }: Extract<Mistake, { kind: "readers-only" }>): string {
  if (lock.reading && otherLock.reading) {
    const name = lock.name ?? otherLock.name ?? "the same lock";
    const places = [lock.at, otherLock.at].map(placeWords).filter((place) => place !== "");
    const where = [...new Set(places)].join(" and ");
    return `Both sides hold ${name} for readers only (RLock${where === "" ? "" : ` at ${where}`}), and RLock does not keep other readers out.`;
  }
  return `Both sides hold one lock, but not in the same way. A holds ${lockWords(lock)}; B holds ${lockWords(otherLock)}.`;
}

function differentLocksText([first, second]: OrderedSides, samePlace: boolean): string {
  const copies = samePlace
    ? " One of them was locked at the same line as the other, and yet they are two: each value of a type, and each copy of one, has a lock of its own."
    : "";
  return `A holds ${locksWords(first.order.locks)}; B holds another lock: ${locksWords(second.order.locks)}. Different locks do not keep each other out.${copies}`;
}

function releasedBeforeText(
  { early, release, acquire }: Extract<Mistake, { kind: "released-before" }>,
  sides: OrderedSides,
): string {
  const late = letterOf(otherOf(early));
  return `${accessOf(sides, early)} comes after ${callWords(release)}, so ${late}'s ${callWords(acquire)}, on the same ${thingWords(release)}, does not cover it.`;
}

/** What is wrong with an access after a release. */
function lateText({ on, how }: Synchronised): string {
  if (on === "wait-group") {
    return ": who waits for that does not wait for what comes after it";
  }
  if (on === "channel") {
    return how === "channel send"
      ? ": who receives what was sent comes after what was before that only"
      : ": who sees the channel closed comes after what was before that only";
  }
  if (on === "atomic") {
    return ": who sees what was stored comes after what was before that only";
  }
  return ", which gave the lock back";
}

/** What two goroutines synchronised on. */
function thingWords({ on }: Synchronised): string {
  switch (on) {
    case "channel":
    case "select":
      return "channel";
    case "mutex":
      return "Mutex";
    case "rwmutex":
      return "RWMutex";
    case "wait-group":
      return "WaitGroup";
    case "once":
      return "Once";
    case "cond":
      return "Cond";
    case "pool":
      return "Pool";
    case "sync-map":
      return "sync.Map";
    case "atomic":
      return "variable";
    case "timer":
      return "timer";
    case "file":
      return "file";
    case "go":
    case "other":
      return "address";
    default:
      return on satisfies never;
  }
}

function startedText(sides: OrderedSides, starter: SideIndex): string {
  const started = otherOf(starter);
  const at = atPlace(startPlace(sides[started].goroutine));
  return `${letterOf(starter)}'s goroutine started that of ${letterOf(started)}${at} and went on: ${accessOf(sides, starter)} comes after that go statement, and nothing makes it wait for ${accessOf(sides, started)}.`;
}

function siblingsText([first, second]: OrderedSides): string {
  const places = [first, second]
    .map(({ goroutine }) => placeWords(startPlace(goroutine)))
    .filter((place) => place !== "");
  const where = [...new Set(places)].join(" and ");
  return `One goroutine started both${where === "" ? "" : `, at ${where}`}, and nothing makes one of the two wait for the other.`;
}

function startPlace({ startedAt }: OrderedSides[number]["goroutine"]): OrderedSides[number]["site"] {
  return startedAt.find((frame) => frame.origin === "own") ?? startedAt[0] ?? null;
}
