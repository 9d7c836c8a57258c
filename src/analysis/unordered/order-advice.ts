/** What to do about two accesses that nothing orders: what is true of the mistake that was made. */
import { changesUnderReadLock, type Mistake, mistakesOf } from "./mistakes.js";
import {
  accessNoun,
  accessOf,
  atPlace,
  callWords,
  letterOf,
  type OrderedSides,
  otherOf,
  type SideIndex,
} from "./words.js";
import { isChange } from "../kind.js";

/** Advice, one sentence or two. */
export function adviseOnOrder(sides: OrderedSides, commonLock: string | null): string[] {
  const mistakes = mistakesOf(sides, commonLock);
  // What moves an access back under its lock, or before a last word, is enough; so is a lock where there is one.
  const [best] = mistakes.toSorted((one, other) => urgency(one) - urgency(other));
  return best === undefined ? [] : adviceOn(best, sides);
}

function urgency({ kind }: Mistake): number {
  switch (kind) {
    case "unlocked-before":
      return 0;
    case "lock-missing":
    case "readers-only":
    case "different-locks":
      return 1;
    case "released-before":
      return 2;
    case "access-after":
      return 3;
    case "started":
      return 4;
    case "siblings":
    case "waited-for-nobody":
    case "no-lock":
      return 5;
    default:
      return kind satisfies never;
  }
}

function adviceOn(mistake: Mistake, sides: OrderedSides): string[] {
  const text = adviceText(mistake, sides);
  return text === undefined ? [] : [text];
}

function adviceText(mistake: Mistake, sides: OrderedSides): string | undefined {
  switch (mistake.kind) {
    case "lock-missing":
      return lockMissingAdvice(sides, mistake.holder);
    case "readers-only":
      return readersOnlyAdvice(sides, mistake.lock.name ?? mistake.otherLock.name ?? "the lock");
    case "different-locks":
      return "Decide on one lock for this map, and take it on both sides.";
    case "unlocked-before":
      return unlockedAdvice(mistake, sides);
    case "access-after":
      return `Move ${accessOf(sides, mistake.early)}${atPlace(sides[mistake.early].site)} before ${callWords(mistake.release)}.`;
    case "released-before":
      return mistake.release.how === "channel send"
        ? `Move ${accessOf(sides, mistake.early)}${atPlace(sides[mistake.early].site)} before ${callWords(mistake.release)}. Where it is the map that is sent, send a copy, or go on with a new one.`
        : `Move ${accessOf(sides, mistake.early)}${atPlace(sides[mistake.early].site)} before ${callWords(mistake.release)}, or wait for something that comes after it.`;
    case "started":
      return startedAdvice(sides, mistake.starter);
    case "no-lock":
    case "siblings":
    case "waited-for-nobody":
      return undefined;
    default:
      return mistake satisfies never;
  }
}

/** `Take c.mu around B's read at cache.go:7 too.` */
function lockMissingAdvice(sides: OrderedSides, holder: SideIndex): string {
  const other = otherOf(holder);
  const [lock] = sides[holder].order.locks;
  const name = lock?.name ?? "the same lock";
  const method = isChange(sides[other].operation)
    ? "Lock"
    : lock?.reading === true
      ? "RLock or Lock"
      : "the same lock";
  const how = method === "the same lock" ? "" : `, with ${method},`;
  const also = changesUnderReadLock(sides, holder)
    ? ` And ${letterOf(holder)} needs Lock in place of RLock for its ${accessNoun(sides[holder].operation)}.`
    : "";
  return `Take ${name}${how} around ${accessOf(sides, other)}${atPlace(sides[other].site)} too.${also}`;
}

/** In one function the access can be moved; elsewhere the lock has to be held longer. */
function unlockedAdvice(
  { early, release, lock }: Extract<Mistake, { kind: "unlocked-before" }>,
  sides: OrderedSides,
): string {
  const { site } = sides[early];
  const access = `${accessOf(sides, early)}${atPlace(site)}`;
  const unlocking = release.at?.function ?? "?";
  const isNear =
    site !== null && (site.function === unlocking || site.function.startsWith(`${unlocking}.func`));
  return isNear
    ? `Move ${access} before ${callWords(release)}.`
    : `Hold ${lock.name ?? "the lock"} around ${access} too: it was given back before, by ${callWords(release)}.`;
}

function readersOnlyAdvice(sides: OrderedSides, name: string): string | undefined {
  const indexes: readonly SideIndex[] = [0, 1];
  const wrong = indexes.filter((index) => changesUnderReadLock(sides, index));
  const places = wrong.map((index) => `${accessOf(sides, index)}${atPlace(sides[index].site)}`);
  return places.length === 0
    ? undefined
    : `Take ${name} with Lock in place of RLock around ${places.join(" and ")}.`;
}

function startedAdvice(sides: OrderedSides, starter: SideIndex): string {
  const started = otherOf(starter);
  const { startedAt } = sides[started].goroutine;
  const at = atPlace(startedAt.find((frame) => frame.origin === "own") ?? startedAt[0]);
  return `Finish ${accessOf(sides, starter)} before the go statement${at}, or let ${letterOf(starter)} wait first until ${letterOf(started)} is done (WaitGroup.Wait, or a receive).`;
}
