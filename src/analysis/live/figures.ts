/**
 * What was counted while processes were watched. Nothing here ever becomes less, so that the numbers can be read as counters;
 * and the number of places that are told apart is bounded.
 */
import type { Operation } from "../../case/case.js";
import type { RingClass } from "../../evidence/ring/recording.js";
import type { GrowthKind } from "../recording/growth.js";

/** A place in a program. */
export interface LivePlace {
  /** The function's full name; "?" where not known. */
  readonly function: string;
  /** File and line, or what else tells the place from others: `/home/ada/shop/cache.go:12`. */
  readonly at: string;
}

/** How often a place made one kind of access to a map that another goroutine had used before. */
export interface AccessCount {
  /** null = all places that came when no more could be told apart. */
  readonly place: LivePlace | null;
  /** null = one that is not known. */
  readonly operation: Operation | null;
  count: number;
}

/** What Go's fatal errors say; "another" is none of them. */
export const conflictKinds = [
  "concurrent map writes",
  "concurrent map read and map write",
  "concurrent map iteration and map write",
  "concurrent map clone and map write",
  "another",
] as const;

/** A kind of conflict. */
export type LiveConflictKind = (typeof conflictKinds)[number];

/** Events of one class of rings. */
export interface EventCounts {
  read: number;
  /** Overwritten before they were read, also before watching began. */
  lost: number;
  /** Of no use: never finished by their writers, or damaged. */
  unfinished: number;
}

/** How many places are told apart. */
const mostPlaces = 100;

/** The counters of all processes that are watched together. */
export class LiveFigures {
  /** Maps that a second goroutine came to. */
  sharedMaps = 0;
  clears = 0;
  gcCycles = 0;
  /** Accesses that were not recorded because of the limit. */
  overLimit = 0;
  readonly growths: Record<GrowthKind, number> = {
    double: 0,
    "same-size": 0,
    "becomes-table": 0,
    "table-grows": 0,
    "table-splits": 0,
    "directory-doubles": 0,
    "tombstones-pruned": 0,
  };
  readonly conflicts: Record<LiveConflictKind, number> = {
    "concurrent map writes": 0,
    "concurrent map read and map write": 0,
    "concurrent map iteration and map write": 0,
    "concurrent map clone and map write": 0,
    another: 0,
  };
  readonly events: Record<RingClass, EventCounts> = {
    accesses: { read: 0, lost: 0, unfinished: 0 },
    growth: { read: 0, lost: 0, unfinished: 0 },
    process: { read: 0, lost: 0, unfinished: 0 },
  };
  readonly #accesses = new Map<string, AccessCount>();
  readonly #places = new Set<string>();

  /**
   * @param limit how many places are told apart; those that come first are, so that no count ever moves to another place
   */
  constructor(readonly limit = mostPlaces) {}

  /** All counts of accesses. */
  get accesses(): Iterable<AccessCount> {
    return this.#accesses.values();
  }

  /** How many conflicts there were. */
  get allConflicts(): number {
    return Object.values(this.conflicts).reduce((sum, count) => sum + count, 0);
  }

  /** The counter to add to for accesses from a place. Ask once and keep it: this looks the place up. */
  accessCount(place: LivePlace, operation: Operation | null): AccessCount {
    const name = `${place.function}\n${place.at}`;
    if (!this.#places.has(name) && this.#places.size < this.limit) {
      this.#places.add(name);
    }
    const shown = this.#places.has(name) ? place : null;
    const key = shown === null ? `${operation}` : `${operation}\n${name}`;
    const count = this.#accesses.get(key) ?? { place: shown, operation, count: 0 };
    this.#accesses.set(key, count);
    return count;
  }
}
