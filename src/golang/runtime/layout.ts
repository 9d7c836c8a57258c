/**
 * Where the fields of the runtime's own structures lie. They move between Go versions, and programs without DWARF do not
 * say where, so there is a table by version (layouts-measured.ts) that is made from real programs' DWARF.
 */
/** Offsets in bytes within one structure; `size` is its own. Undefined: the version does not have the field. */
export interface RuntimeLayout {
  /** `g`: a goroutine. */
  readonly g: {
    readonly size: number;
    readonly stackLow: number;
    readonly stackHigh: number;
    /** `sched`: where it goes on once it runs again, and which g it is of. */
    readonly schedSp: number;
    readonly schedPc: number;
    readonly schedG: number;
    readonly schedBp: number;
    /** Where it was when it entered a system call. */
    readonly syscallSp: number;
    readonly syscallPc: number;
    readonly m: number;
    readonly status: number;
    readonly id: number;
    readonly waitSince: number;
    readonly waitReason: number;
    /** `waiting`: the first of the list of what it waits on. */
    readonly waiting: number;
    /** From Go 1.21 on. */
    readonly startedBy?: number;
    readonly startedAt: number;
    readonly entry: number;
  };
  /** `m`: a thread. */
  readonly m: {
    readonly size: number;
    readonly g0: number;
    readonly threadId: number;
    readonly gsignal: number;
    readonly curg: number;
    readonly next: number;
    readonly vdsoSp: number;
    readonly vdsoPc: number;
  };
  /** `sudog`: a goroutine in a list of waiting ones. */
  readonly sudog: {
    readonly size: number;
    readonly g: number;
    readonly next: number;
    readonly previous: number;
    readonly element: number;
    readonly isSelect: number;
    readonly waitLink: number;
    readonly channel: number;
  };
  /** `hchan`: a channel. */
  readonly channel: {
    readonly size: number;
    readonly length: number;
    readonly capacity: number;
    readonly closed: number;
    readonly receivers: number;
    readonly senders: number;
  };
  /** One entry of `semtable`: trees of those who wait for a semaphore. */
  readonly semaphores: {
    /** How many entries there are. */
    readonly count: number;
    /** Size of an entry. */
    readonly size: number;
    readonly tree: number;
    readonly waiters: number;
  };
  /** `notifyList`: those who wait for a condition. */
  readonly conditions: { readonly size: number; readonly head: number };
}
