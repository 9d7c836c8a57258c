/** How much the analysis of order events keeps at the most. What had to go is told in its result. */
export interface OrderLimits {
  /** Changes of one map. */
  readonly changesOfMap: number;
  /** Other accesses to one map. */
  readonly readsOfMap: number;
  /** Of these, how many stay that a change was found unordered with. */
  readonly unorderedReadsOfMap: number;
  readonly maps: number;
  /** Accesses to all maps together. */
  readonly accesses: number;
  /** Addresses by which goroutines synchronise. */
  readonly addresses: number;
  /** Goroutines that live at one time. */
  readonly goroutines: number;
  /** Goroutines that have ended, and whose accesses are still kept, beyond as many as are alive. */
  readonly endedGoroutines: number;
  /** Pairs of stacks that were found unordered. */
  readonly stackPairs: number;
  /** Pairs of places in the result. */
  readonly pairs: number;
  /** Lists of held locks, beyond twice as many as are in use. */
  readonly lockLists: number;
  /** Room for parts of clocks before those that are not used any more are looked for. */
  readonly clockNodes: number;
  /** A goroutine whose epochs have a higher number takes another slot. */
  readonly epochs: number;
}

/** About half a gigabyte when all is used. */
export const orderLimits: OrderLimits = {
  changesOfMap: 8,
  readsOfMap: 64,
  unorderedReadsOfMap: 16,
  maps: 1 << 20,
  accesses: 1 << 21,
  addresses: 1 << 21,
  goroutines: 1 << 20,
  endedGoroutines: 1 << 13,
  stackPairs: 1 << 16,
  pairs: 4096,
  lockLists: 1 << 16,
  clockNodes: 1 << 14,
  epochs: 2 ** 31 - 2 ** 28,
};
