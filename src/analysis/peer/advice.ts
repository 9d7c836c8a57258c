/** What to do about an inferred conflict: the fix that suits the way this map is used, with the lines to change. */
import { guardAdvice, isOutOfReach } from "./advice/guard.js";
import {
  changedOutside,
  changedOutsideAdvice,
  copyAdvice,
  type HandOut,
  handOutOf,
} from "./advice/hand-out.js";
import { functionAt } from "./advice/locks.js";
import { newLockAdvice } from "./advice/new-lock.js";
import {
  libraryCallAdvice,
  libraryTypeAdvice,
  otherWay,
  ownCopyAdvice,
  pooledAdvice,
  publishedAdvice,
  testAdvice,
} from "./advice/other-ways.js";
import { type Subject, subjectOf } from "./advice/subject.js";
import { trapAdvice } from "./advice/traps.js";
import type { Candidate } from "./candidates.js";
import type { FactsIndex } from "./facts-index.js";
import { RootFinder } from "./roots.js";

/** No more pieces of advice than these: the first ones are the ones to follow. */
const maxAdvice = 4;

/** Advice on a candidate, most important first; none where the source does not show the detecting side's access. */
export function adviseOnCandidate(candidate: Candidate, index: FactsIndex): string[] {
  const subject = subjectOf(candidate, index, finderFor(index));
  return subject === undefined
    ? []
    : adviceOn(subject)
        .filter((advice) => advice !== undefined)
        .slice(0, maxAdvice);
}

/** What can run when is found out once for each source. */
const finders = new WeakMap<FactsIndex, RootFinder>();

function finderFor(index: FactsIndex): RootFinder {
  const known = finders.get(index) ?? new RootFinder(index);
  finders.set(index, known);
  return known;
}

/** What is wrong decides what comes first; what follows is another way to the same end. */
function adviceOn(subject: Subject): (string | undefined)[] {
  const wrong = libraryTypeAdvice(subject) ?? publishedAdvice(subject) ?? pooledAdvice(subject);
  if (wrong !== undefined) {
    return [wrong];
  }
  const trap = trapAdvice(subject);
  if (trap !== undefined) {
    return [trap, libraryCallAdvice(subject)];
  }
  const ownCopy = ownCopyAdvice(subject);
  const lock = guardAdvice(subject);
  if (lock !== undefined && !isOutOfReach(subject)) {
    return [lock, libraryCallAdvice(subject), ownCopy];
  }
  return (
    letOut(subject, ownCopy, lock) ?? [
      testAdvice(subject),
      lock ?? newLockAdvice(subject),
      ownCopy,
      libraryCallAdvice(subject),
      otherWay(subject),
    ]
  );
}

/** Advice on a map that gets out to where no lock for it can be taken; undefined where it does not. */
function letOut(
  subject: Subject,
  ownCopy: string | undefined,
  lock: string | undefined,
): (string | undefined)[] | undefined {
  const handOut = handOutOf(subject);
  if (handOut !== undefined) {
    return ownCopy !== undefined && subject.guard === undefined
      ? [ownCopy, newLockAdvice(subject)]
      : [copyAdvice(handOut, subject), lock ?? lockBesideCopy(subject, handOut)];
  }
  const outside = ownCopy === undefined ? changedOutside(subject) : undefined;
  return outside === undefined ? undefined : [changedOutsideAdvice(outside, subject)];
}

/** Who gets a copy needs no lock; the others do, unless one goroutine owns the map or it is sent from one to the next. */
function lockBesideCopy(subject: Subject, { flow, side, taken }: HandOut): string | undefined {
  const { index, places } = subject;
  const at = functionAt(index, flow);
  if (taken || flow.how === "send" || subject.guard !== undefined || at === undefined) {
    return undefined;
  }
  const { threads } = finderFor(index);
  const rest = places.filter((one) => one !== side);
  // What may be running there is only known for the side's own function.
  const running = at === side.function ? side.running : [-1];
  const copy = { ...side, file: flow.file, line: flow.line, function: at, running };
  const isShared = rest.some((one) => threads.meeting(one, copy) !== null);
  return isShared ? newLockAdvice(subject, { side, at: flow }) : undefined;
}
