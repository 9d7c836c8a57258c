/** What the analysis of order events finds: accesses to one map that nothing orders. */
import type { RingOperation } from "../../evidence/ring/format.js";

/** A lock that a goroutine holds. */
export interface HeldLock {
  readonly address: number;
  /** Locked for readers only (RWMutex.RLock). */
  readonly reading: boolean;
  /** Id of the stack where it was locked; 0 = not known. */
  readonly stack: number;
}

/** The last time that a goroutine synchronised before an access. */
export interface LastSynchronised {
  readonly how: "acquire" | "release" | "start";
  readonly address: number;
  /** Id of the stack; 0 = not known. The function that synchronised (a channel's, a lock's …) stands at its top. */
  readonly stack: number;
}

/** One of two accesses. */
export interface UnorderedSide {
  readonly goroutine: number;
  readonly operation: RingOperation;
  /** Id of its stack; 0 = not known. */
  readonly stack: number;
  readonly locks: readonly HeldLock[];
  /** The last acquire and the last release before it; null when there was none. */
  readonly acquired: LastSynchronised | null;
  readonly released: LastSynchronised | null;
  /** The goroutine that started it, where, and its first function (PC - runtime.text); null for one that began with the program. */
  readonly started: { readonly by: number; readonly stack: number; readonly entry: number } | null;
}

/**
 * Two accesses to one map, at least one of them a change, that nothing orders. One for each two places and kind of conflict (two
 * changes, or a change and a read, an iteration or a clone).
 */
export interface UnorderedPair {
  readonly map: number;
  /** The earlier one in the order in which they were read, which is not one in time. */
  readonly first: UnorderedSide;
  readonly second: UnorderedSide;
  /** How often accesses at these two places, of this kind, were found unordered. */
  readonly seen: number;
  /** On how many maps. */
  readonly maps: number;
  /**
   * A lock that both sides hold: then it is locked for readers only on at least one side. null when there is none.
   */
  readonly commonLock: number | null;
}

/** All that was found in one process. */
export interface UnorderedResult {
  readonly pairs: readonly UnorderedPair[];
  /** Pairs of places that were found and not kept, because there were too many. */
  readonly pairsNotKept: number;
  readonly accesses: number;
  readonly synchronisations: number;
  readonly maps: number;
  readonly sharedMaps: number;
  readonly goroutines: number;
  /** What bounds of memory made the analysis forget, one sentence each; empty when nothing. */
  readonly forgotten: readonly string[];
}
