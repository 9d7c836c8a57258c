/**
 * What several runs know together about near misses.
 *
 * A **direction** is an ordered pair of sites of one binary: the first touched a map, then the second touched it from
 * another goroutine, and at least one of the two changed it. Its counters are summed over all runs and processes.
 *
 *     goroutine 1   ──●first─────────────
 *     goroutine 2   ────────────●second──      gap = time between the two
 */
import type { EventFile, Nanoseconds, PairRecord } from "../evidence/ring/format.js";
import type { PlanEntry } from "../evidence/ring/plan.js";

/** What one earlier run left behind. */
export interface PastRun {
  /** The event files of all its processes. */
  readonly files: readonly ObservedProcess[];
  /** The plan that it was given; empty for the first run. */
  readonly plan: readonly PlanEntry[];
}

/** The part of an event file that planning looks at. */
export type ObservedProcess = Pick<EventFile, "pairs" | "conflicts"> & {
  readonly header: Pick<EventFile["header"], "identity" | "text">;
};

/** One ordered pair of sites, with all that is known about it. Sites are PC - runtime.text. */
export interface Direction {
  readonly identity: bigint;
  readonly first: number;
  readonly second: number;
  /** Shortest gap; null where no run knew it. */
  shortest: Nanoseconds | null;
  /** Longest gap that was known. */
  longest: Nanoseconds;
  seen: number;
  heldInVain: number;
  cameAfterRelease: number;
  /** Longest time for which the first site was held in vain. */
  longestHold: Nanoseconds;
  /** In how many earlier runs a plan held the first site. */
  tries: number;
}

/** All directions of a history, and which pairs of sites have met. */
export interface NearMisses {
  readonly directions: readonly Direction[];
  /** Sites that were part of a caught conflict, by binary. */
  readonly caughtSites: ReadonlyMap<bigint, ReadonlySet<number>>;
  /** Whether the two sites were caught together, in either order. */
  met(identity: bigint, first: number, second: number): boolean;
}

/** Sums up the near misses of all earlier runs. */
export function collectNearMisses(history: readonly PastRun[]): NearMisses {
  const directions = new Map<string, Direction>();
  const caught = new CaughtPairs();
  for (const process of history.flatMap((run) => run.files)) {
    const { identity } = process.header;
    for (const pair of process.pairs) {
      addPair(directions, identity, pair);
      if (pair.met > 0) {
        caught.add(identity, pair.first.offset, pair.second.offset);
      }
    }
    addConflicts(caught, process);
  }
  for (const direction of directions.values()) {
    direction.tries = history.filter((run) => run.plan.some((entry) => holdsFirst(entry, direction))).length;
  }
  return {
    directions: [...directions.values()],
    caughtSites: caught.sites,
    met: (identity, first, second) => caught.has(identity, first, second),
  };
}

/** Conflicts of which the pair region had no room for the pair. */
function addConflicts(caught: CaughtPairs, process: ObservedProcess): void {
  for (const { first, second } of process.conflicts) {
    if (first !== null && first.site !== null && second.site !== null) {
      const { identity, text } = process.header;
      caught.add(identity, first.site - text, second.site - text);
    }
  }
}

function holdsFirst(entry: PlanEntry, direction: Direction): boolean {
  return entry.action === "hold" && entry.identity === direction.identity && entry.site === direction.first;
}

function addPair(directions: Map<string, Direction>, identity: bigint, pair: PairRecord): void {
  const key = `${identity} ${pair.first.offset} ${pair.second.offset}`;
  const known = directions.get(key);
  if (known === undefined) {
    directions.set(key, {
      identity,
      first: pair.first.offset,
      second: pair.second.offset,
      shortest: pair.shortest,
      longest: pair.longest,
      seen: pair.seen,
      heldInVain: pair.heldInVain,
      cameAfterRelease: pair.cameAfterRelease,
      longestHold: pair.longestHold,
      tries: 0,
    });
    return;
  }
  known.shortest = smaller(known.shortest, pair.shortest);
  known.longest = Math.max(known.longest, pair.longest);
  known.seen += pair.seen;
  known.heldInVain += pair.heldInVain;
  known.cameAfterRelease += pair.cameAfterRelease;
  known.longestHold = Math.max(known.longestHold, pair.longestHold);
}

function smaller(one: Nanoseconds | null, other: Nanoseconds | null): Nanoseconds | null {
  if (one === null || other === null) {
    return one ?? other;
  }
  return Math.min(one, other);
}

/** Pairs of sites that were caught together, whichever waited. */
class CaughtPairs {
  readonly sites = new Map<bigint, Set<number>>();
  readonly #pairs = new Set<string>();

  add(identity: bigint, one: number, other: number): void {
    const sites = this.sites.get(identity) ?? new Set<number>();
    this.sites.set(identity, sites.add(one).add(other));
    this.#pairs.add(pairKey(identity, one, other));
  }

  has(identity: bigint, one: number, other: number): boolean {
    return this.#pairs.has(pairKey(identity, one, other));
  }
}

function pairKey(identity: bigint, one: number, other: number): string {
  return `${identity} ${Math.min(one, other)} ${Math.max(one, other)}`;
}
