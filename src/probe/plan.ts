/**
 * Choosing the next run's delays from the near misses of all earlier runs. The idea is TSVD's (thread-safety violation
 * detection): where two accesses came shortly after each other, hold the first a little longer than the gap was. If
 * nothing orders the two, the second comes while the first still waits, and the conflict is caught.
 *
 * The rules, for each binary by itself:
 *
 * 1. A pair of sites that was caught needs no more delays.
 * 2. A direction is tried in two runs at the most (three where the gap is not known), and in one only when the second
 *    site came right after the first was let go at least twice and in half of the holds: then a common lock orders them. A
 *    try counts when the first site was held; where it was not, in three runs, no more is tried.
 * 3. A try holds the first site for twice the usual gap (the geometric mean of the shortest and the longest) and 1 ms, and
 *    for twice as long as it was ever held in vain; where the gap is not known for 5, 20, 100 ms. Never for more than
 *    500 ms.
 * 4. The second site is left alone, so that both are not held together, unless another pair needs it held.
 * 5. When both directions of a pair were seen, the one that was tried less is held; so they take turns.
 * 6. A direction of which only the opposite was seen is tried once, after that one.
 * 7. A pair that nothing orders is tried in three runs for 100, 250, 500 ms, or shorter where many share the budget. Which of
 *    its sites comes first is not known, so both are held: whichever comes while the other one waits meets it.
 * 8. Pairs with a site outside the standard library come first. Then what nothing orders, then never tried goes before tried,
 *    rarely seen before often seen, a small gap before a large one.
 * 9. A site is held three times, and up to 32 times as long as that takes no more than 250 ms (1 s where nothing orders a
 *    pair). All holds together stay within the budget.
 * 10. The probe reads 256 entries; where several binaries need a plan, each gets the same share.
 */
import type { Nanoseconds } from "../evidence/ring/format.js";
import type { PlanEntry } from "../evidence/ring/plan.js";
import {
  collectNearMisses,
  type Direction,
  looksLocked,
  type NearMisses,
  type PastRun,
} from "./near-misses.js";

/** Longest time for which a plan holds a site once. */
export const longestDelay: Nanoseconds = 500_000_000;
/** How many entries a plan has at the most: the probe reads no more. */
export const mostEntries = 256;
/** How often a plan lets one site be held at the most. */
export const mostHolds = 32;
/** How often it may be held though that takes long. */
const fewHolds = 3;

const millisecond: Nanoseconds = 1_000_000;
/** Time that is spent on one site, when its delay is short. */
const timeForSite: Nanoseconds = 250 * millisecond;
/** The same where nothing orders the pair. */
const timeForUnordered: Nanoseconds = 1000 * millisecond;
const delaysWithoutGap: readonly Nanoseconds[] = [5 * millisecond, 20 * millisecond, 100 * millisecond];
const delaysForUnordered: readonly Nanoseconds[] = [100 * millisecond, 250 * millisecond, longestDelay];
/** However many there are, such a site is held no shorter. */
const leastForUnordered: Nanoseconds = 20 * millisecond;
/** In so many runs a site is planned in vain: it is not reached. */
const mostNotHeld = 3;

/** Whether a site (PC - runtime.text) of a binary lies outside the standard library. */
export type IsOwnCode = (identity: bigint, site: number) => boolean;

/**
 * Plans the next run.
 *
 * @param history all runs so far, in their order
 * @param budget time that one process may spend in traps
 * @param isOwnCode whether a site of a binary lies outside the standard library; left out, nothing is known about that
 * @returns the plan's entries; empty when no pair is worth another try
 */
export function planNextRun(
  history: readonly PastRun[],
  budget: Nanoseconds,
  isOwnCode: IsOwnCode = () => true,
): PlanEntry[] {
  const nearMisses = collectNearMisses(history);
  const identities = [...new Set(nearMisses.directions.map((direction) => direction.identity))].toSorted(
    compare,
  );
  const binaries = identities
    .map((identity) => ({ identity, candidates: chooseDirections(identity, nearMisses, isOwnCode) }))
    .filter(({ candidates }) => candidates.length > 0)
    .slice(0, mostEntries / 2);
  const share = Math.floor(mostEntries / Math.max(1, binaries.length));
  return binaries.flatMap(({ identity, candidates }) => {
    const holds = chooseHolds(candidates, budget);
    const entries = holds.map((hold) => holdEntry(identity, hold));
    return [...entries, ...leaveEntries(identity, holds, nearMisses)].slice(0, share);
  });
}

/** How long a direction's first site is held in the next try; null when no further try is worth it. */
export function nextDelay(direction: Direction): Nanoseconds | null {
  const { source, shortest, longest, tries, notHeld, longestHold, heldInVain } = direction;
  if (
    notHeld >= mostNotHeld ||
    tries >= mostTries(direction) ||
    (heldInVain > 0 && longestHold >= longestDelay)
  ) {
    return null;
  }
  const usual = Math.sqrt((shortest ?? 0) * Math.max(shortest ?? 0, longest));
  const byGap = shortest === null ? null : 2 * usual + millisecond;
  const wanted =
    source === "unordered"
      ? Math.max(byGap ?? 0, delaysForUnordered[tries] ?? longestDelay)
      : (byGap ?? delaysWithoutGap[tries] ?? longestDelay);
  return Math.round(Math.min(longestDelay, Math.max(wanted, 2 * longestHold)));
}

function mostTries(direction: Direction): number {
  switch (direction.source) {
    case "unordered":
      return delaysForUnordered.length;
    case "mirrored":
      return 1;
    case "seen":
      return looksLocked(direction) ? 1 : direction.shortest === null ? delaysWithoutGap.length : 2;
    default:
      return direction.source satisfies never;
  }
}

/** A site that is to be held. */
interface Hold {
  readonly site: number;
  delay: Nanoseconds;
  limit: number;
  /** Time that is spent here, but for the first holds. */
  time: Nanoseconds;
  /** The sites that may come meanwhile. */
  readonly seconds: Set<number>;
}

/** Which sites are held, how long, and how often. */
function chooseHolds(candidates: readonly Candidate[], budget: Nanoseconds): Hold[] {
  const holds = new Map<number, Hold>();
  for (const { direction, delay } of candidates) {
    const hold = holds.get(direction.first) ?? {
      site: direction.first,
      delay,
      limit: 0,
      time: timeForSite,
      seconds: new Set<number>(),
    };
    hold.delay = Math.max(hold.delay, delay);
    hold.time = direction.source === "unordered" ? timeForUnordered : hold.time;
    hold.seconds.add(direction.second);
    holds.set(direction.first, hold);
  }
  const chosen = [...holds.values()].slice(0, mostEntries);
  const unordered = chosen.filter(({ time }) => time === timeForUnordered);
  const share = Math.max(leastForUnordered, Math.floor(budget / (2 * unordered.length)));
  for (const hold of unordered) {
    hold.delay = Math.min(hold.delay, share);
  }
  return spendBudget(chosen, budget);
}

function holdEntry(identity: bigint, { site, delay, limit }: Hold): PlanEntry {
  return { identity, site, action: "hold", delay, limit };
}

/** Sites to leave alone: the second ones of what is held, then those that were caught already. */
function leaveEntries(identity: bigint, holds: readonly Hold[], nearMisses: NearMisses): PlanEntry[] {
  if (holds.length === 0) {
    return [];
  }
  const seconds = holds.flatMap((hold) => [...hold.seconds]);
  const held = new Set(holds.map((hold) => hold.site));
  const caught = [...(nearMisses.caughtSites.get(identity) ?? [])].toSorted(compare);
  const sites = [...new Set([...seconds, ...caught])].filter((site) => !held.has(site));
  return sites.map((site) => leaveEntry(identity, site));
}

/** An entry that keeps the probe from holding a site. */
function leaveEntry(identity: bigint, site: number): PlanEntry {
  return { identity, site, action: "leave", delay: 0, limit: 0 };
}

/** A direction with the delay of its next try. */
interface Candidate {
  readonly direction: Direction;
  readonly delay: Nanoseconds;
  /** Whether one of the two sites lies outside the standard library. */
  readonly own: boolean;
}

/**
 * The directions that are worth a try, the most promising first; of two opposite ones only the better, unless nothing orders
 * them.
 */
function chooseDirections(identity: bigint, nearMisses: NearMisses, isOwnCode: IsOwnCode): Candidate[] {
  const candidates: Candidate[] = [];
  for (const direction of nearMisses.directions) {
    if (direction.identity !== identity || nearMisses.met(identity, direction.first, direction.second)) {
      continue;
    }
    const delay = nextDelay(direction);
    if (delay !== null) {
      const own = isOwnCode(identity, direction.first) || isOwnCode(identity, direction.second);
      candidates.push({ direction, delay, own });
    }
  }
  candidates.sort(
    (one, other) => Number(other.own) - Number(one.own) || compareDirections(one.direction, other.direction),
  );
  const chosen = new Set<string>();
  return candidates.filter(({ direction }) => {
    const isFirst = !chosen.has(`${direction.second} ${direction.first}`);
    chosen.add(`${direction.first} ${direction.second}`);
    return isFirst || direction.source === "unordered";
  });
}

function compareDirections(one: Direction, other: Direction): number {
  return (
    Number(other.source === "unordered") - Number(one.source === "unordered") ||
    one.tries - other.tries ||
    Number(one.source === "mirrored") - Number(other.source === "mirrored") ||
    magnitude(one.seen) - magnitude(other.seen) ||
    compare(one.shortest ?? Infinity, other.shortest ?? Infinity) ||
    one.first - other.first ||
    one.second - other.second
  );
}

/** Seen 5 times or 7 times is the same; 5 times or 500 times is not. */
function magnitude(count: number): number {
  return Math.floor(Math.log2(Math.max(1, count)));
}

function compare<T extends number | bigint>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Shares the budget: in each round every site, the most promising first, may be held once more, while there is something
 * left. A site for which nothing is left drops out.
 */
function spendBudget(holds: readonly Hold[], budget: Nanoseconds): Hold[] {
  let left = budget;
  for (let round = 0; round < mostHolds; round++) {
    for (const hold of holds) {
      const worthIt = round < fewHolds || hold.delay * (round + 1) <= hold.time;
      if (worthIt && hold.delay <= left) {
        left -= hold.delay;
        hold.limit += 1;
      }
    }
  }
  return holds.filter((hold) => hold.limit > 0);
}
