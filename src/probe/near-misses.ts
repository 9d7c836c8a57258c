/**
 * What several runs know together about near misses.
 *
 * A **direction** is an ordered pair of sites of one binary: the first touched a map, then the second touched it from
 * another goroutine, and at least one of the two changed it. Its counters are summed over all runs and processes.
 *
 *     goroutine 1   ──●first─────────────
 *     goroutine 2   ────────────●second──      gap = time between the two
 *
 * Not all directions were seen. Of two sites of which a run that observes order tells that nothing orders them, neither the
 * first one is known nor the gap: both directions stand for them. And where only one direction was seen, the other one is there
 * too: near misses are looked for rarely at a site that is busy, so that what comes to it after a rare one is easily not noticed.
 */
import type { EventFile, Nanoseconds, PairRecord } from "../evidence/ring/format.js";
import type { PlanEntry } from "../evidence/ring/plan.js";

/** What one earlier run left behind. */
export interface PastRun {
  /** The event files of all its processes. */
  readonly files: readonly ObservedProcess[];
  /** What nothing orders, when it was a run that observed order. */
  readonly unordered?: readonly UnorderedSites[] | undefined;
  /** The plan that it was given; empty for the first run. */
  readonly plan: readonly PlanEntry[];
}

/** The part of an event file that planning looks at. */
export type ObservedProcess = Pick<EventFile, "pairs" | "conflicts"> & {
  readonly header: Pick<EventFile["header"], "identity" | "text" | "plannedDelays">;
};

/** Two sites (PC - runtime.text) of one binary with accesses to one map that nothing orders. */
export interface UnorderedSites {
  readonly identity: bigint;
  readonly first: number;
  readonly second: number;
  /** How often. */
  readonly seen: number;
}

/**
 * How a direction is known: `unordered` (nothing orders the two), `seen` (as a near miss), `mirrored` (its opposite was seen).
 * The first word that holds counts.
 */
export type DirectionSource = "unordered" | "seen" | "mirrored";

/** One ordered pair of sites, with all that is known about it. Sites are PC - runtime.text. */
export interface Direction {
  readonly identity: bigint;
  readonly first: number;
  readonly second: number;
  source: DirectionSource;
  /** Shortest gap; null where no run knew it. A mirrored one has its opposite's. */
  shortest: Nanoseconds | null;
  /** Longest gap that was known. */
  longest: Nanoseconds;
  seen: number;
  heldInVain: number;
  cameAfterRelease: number;
  /** Longest time for which the first site was held in vain. */
  longestHold: Nanoseconds;
  /** In how many earlier runs a plan had the first site held. */
  tries: number;
  /** In how many earlier runs it was planned and the first site was not held: it was not reached, or no time was left. */
  notHeld: number;
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
  for (const sites of history.flatMap((run) => run.unordered ?? [])) {
    addUnordered(directions, sites);
  }
  for (const direction of [...directions.values()].filter((one) => !looksLocked(one))) {
    addMirrored(directions, direction);
  }
  const ways = history.map((run) => new HeldSites(run));
  for (const direction of directions.values()) {
    for (const way of ways) {
      const held = way.held(direction);
      direction.tries += held === true ? 1 : 0;
      direction.notHeld += held === false ? 1 : 0;
    }
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

/** Whether the second site mostly came right after the first was let go, as with a common lock. */
export function looksLocked({ cameAfterRelease, heldInVain }: Direction): boolean {
  return cameAfterRelease >= 2 && cameAfterRelease * 2 >= heldInVain;
}

/** Which sites of a plan were held in the run that had it. */
class HeldSites {
  readonly #planned = new Set<string>();
  readonly #held = new Set<string>();
  /** Binaries in which holds were made of which the records do not say where. */
  readonly #somewhere = new Set<bigint>();

  constructor({ plan, files }: PastRun) {
    for (const { action, identity, site } of plan) {
      if (action === "hold") {
        this.#planned.add(siteKey(identity, site));
      }
    }
    if (this.#planned.size > 0) {
      files.forEach((process) => this.#add(process));
    }
  }

  /** Whether the plan's holds of the first site were made; undefined where none was planned. */
  held({ identity, first }: Direction): boolean | undefined {
    const key = siteKey(identity, first);
    return this.#planned.has(key) ? this.#held.has(key) || this.#somewhere.has(identity) : undefined;
  }

  #add({ header, pairs, conflicts }: ObservedProcess): void {
    const { identity, text, plannedDelays } = header;
    const vain = new Map<number, number>();
    for (const { first, heldInVain, met } of pairs) {
      if (heldInVain > 0 || met > 0) {
        this.#held.add(siteKey(identity, first.offset));
      }
      if (this.#planned.has(siteKey(identity, first.offset))) {
        vain.set(first.offset, Math.max(vain.get(first.offset) ?? 0, heldInVain));
      }
    }
    for (const { first } of conflicts) {
      if (first !== null && first.site !== null) {
        this.#held.add(siteKey(identity, first.site - text));
      }
    }
    // A hold is noted with the near misses of its site, and a site may have none.
    const told = [...vain.values()].reduce((sum, count) => sum + count, 0);
    if (plannedDelays > told) {
      this.#somewhere.add(identity);
    }
  }
}

function siteKey(identity: bigint, site: number): string {
  return `${identity} ${site}`;
}

function directionKey(identity: bigint, first: number, second: number): string {
  return `${identity} ${first} ${second}`;
}

function unseen(identity: bigint, first: number, second: number): Direction {
  return {
    identity,
    first,
    second,
    source: "seen",
    shortest: null,
    longest: 0,
    seen: 0,
    heldInVain: 0,
    cameAfterRelease: 0,
    longestHold: 0,
    tries: 0,
    notHeld: 0,
  };
}

function addPair(directions: Map<string, Direction>, identity: bigint, pair: PairRecord): void {
  const key = directionKey(identity, pair.first.offset, pair.second.offset);
  const known = directions.get(key) ?? unseen(identity, pair.first.offset, pair.second.offset);
  directions.set(key, known);
  known.shortest = smaller(known.shortest, pair.shortest);
  known.longest = Math.max(known.longest, pair.longest);
  known.seen += pair.seen;
  known.heldInVain += pair.heldInVain;
  known.cameAfterRelease += pair.cameAfterRelease;
  known.longestHold = Math.max(known.longestHold, pair.longestHold);
}

/** Both directions: which of the two came first is not known. */
function addUnordered(directions: Map<string, Direction>, { identity, first, second, seen }: UnorderedSites) {
  const ways =
    first === second
      ? [[first, second]]
      : [
          [first, second],
          [second, first],
        ];
  for (const [one = 0, other = 0] of ways) {
    const key = directionKey(identity, one, other);
    const known = directions.get(key) ?? unseen(identity, one, other);
    directions.set(key, known);
    known.source = "unordered";
    known.seen += seen;
  }
}

function addMirrored(directions: Map<string, Direction>, direction: Direction): void {
  const { identity, first, second, shortest, longest, seen } = direction;
  const key = directionKey(identity, second, first);
  if (!directions.has(key)) {
    const opposite = unseen(identity, second, first);
    directions.set(key, { ...opposite, source: "mirrored", shortest, longest, seen });
  }
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
