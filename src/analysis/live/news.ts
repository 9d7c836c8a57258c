/**
 * What is new in a stream of events: what a person who watches a process wants to be told, and nothing twice.
 *
 * - **shared**: a second goroutine came to a map.
 * - **pair**: two places that used one map from two goroutines, one after the other, at least one of them to change it; told
 *   once for each pair of places. Nothing says that this is wrong: they may be ordered by a lock.
 * - **growth**, **grown**, **clear**: of maps that are shared.
 * - **gc**: a cycle of the garbage collector is over.
 */
import type { Operation } from "../../case/case.js";
import type { GrowthKind } from "../recording/growth.js";

/** A map that is shared. */
export interface WatchedMap {
  /** Counts the shared maps of a process, from 1. */
  readonly number: number;
  /** Address of the map header. */
  readonly address: number;
}

/** One access. */
export interface LiveAccess {
  /** Nanoseconds since the process started. */
  readonly at: number;
  readonly goroutine: number;
  /** null = one that is not known. */
  readonly operation: Operation | null;
  /** PC - runtime.text; 0 = not known. */
  readonly site: number;
  /** Stack id; 0 = not known. */
  readonly stack: number;
}

interface OfMap {
  /** Nanoseconds since the process started. */
  readonly at: number;
  readonly map: WatchedMap;
}

interface ByGoroutine {
  readonly goroutine: number;
  readonly site: number;
  readonly stack: number;
}

/** A second goroutine came to a map; what was lost or overwritten is null. */
export interface SharedNews extends OfMap {
  readonly kind: "shared";
  readonly first: LiveAccess | null;
  readonly second: LiveAccess | null;
}

/** Two places used one map. */
export interface PairNews extends OfMap {
  readonly kind: "pair";
  readonly earlier: LiveAccess;
  readonly later: LiveAccess;
}

/** A shared map grows. */
export interface GrowthNews extends OfMap, ByGoroutine {
  readonly kind: "growth";
  readonly growth: GrowthKind;
  /** Classic: B before. Swiss: the new capacity, local depth or global depth. */
  readonly size: number;
  readonly elements: number;
}

/** A classic map's growth is complete. */
export interface GrownNews extends OfMap {
  readonly kind: "grown";
  readonly oldBuckets: number;
  readonly elements: number;
  /** How long it took; null when its beginning is not known. */
  readonly took: number | null;
}

/** A shared map was cleared. */
export interface ClearNews extends OfMap, ByGoroutine {
  readonly kind: "clear";
  /** How many elements it had. */
  readonly elements: number;
}

/** A cycle of the garbage collector is over. */
export interface GcNews {
  readonly kind: "gc";
  readonly at: number;
  /** Cycles since the process started. */
  readonly cycle: number;
  /** From its beginning until marking was complete; null when its beginning is not known. */
  readonly took: number | null;
  /** Live heap in bytes; null where not known. */
  readonly heapBefore: number | null;
  readonly heapAfter: number;
}

/** One thing that is new. */
export type News = SharedNews | PairNews | GrowthNews | GrownNews | ClearNews | GcNews;
