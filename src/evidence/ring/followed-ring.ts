/** One ring that is followed: which of its events were read, and which are waited for. */
import type { RingHead } from "./ring-heads.js";
import type { RingState } from "./recording.js";
import type { Nanoseconds } from "./units.js";

/** An event whose writer has not finished it. */
export interface AwaitedEvent {
  readonly number: number;
  /** Its clock is not below this. */
  readonly floor: Nanoseconds;
  /** For how many steps it was waited for. */
  readonly steps: number;
}

/** No more unfinished events of a ring are waited for; a ring has as many only when it is damaged. */
const mostAwaited = 256;

/** A part of a ring, in numbers of events: [first, end). */
export interface NumberRange {
  readonly first: number;
  readonly end: number;
}

/** What was read of a ring so far. */
export class FollowedRing {
  /** As it was when it was first seen. */
  readonly head: RingHead;
  /** Places of events that were read and not given yet, in the order of their clocks. */
  held: Uint32Array = new Uint32Array(0);
  #awaited: AwaitedEvent[] = [];
  /** Events begun, as last seen. */
  begun = 0;
  overLimit = 0;
  kept = 0;
  oldestClock: Nanoseconds | null = null;
  overwritten = 0;
  unfinished = 0;
  damaged = 0;
  /** The first event that was not looked at yet. */
  next = 0;

  constructor(head: RingHead) {
    this.head = head;
  }

  /** Whether a head is that of this ring; all but its counters stay the same for good. */
  isSame({ ringClass, capacity, offset, processor, begun }: RingHead): boolean {
    const { head } = this;
    return (
      head.ringClass === ringClass &&
      head.capacity === capacity &&
      head.offset === offset &&
      head.processor === processor &&
      begun >= this.begun
    );
  }

  /** The events that are new since the last look and still there. Those that are not are counted. */
  advance({ begun, overLimit }: RingHead): NumberRange {
    const first = Math.max(this.next, begun - this.head.capacity);
    this.overwritten += first - this.next;
    this.begun = begun;
    this.overLimit = overLimit;
    this.next = begun;
    return { first, end: begun };
  }

  /**
   * Drops what may have been overwritten while it was read.
   *
   * @param begun events begun after it was read
   */
  stillThere({ first, end }: NumberRange, begun: number): NumberRange {
    const oldest = Math.min(end, Math.max(first, begun - this.head.capacity));
    this.overwritten += oldest - first;
    return { first: oldest, end };
  }

  /** Events whose writers have not finished them. */
  get awaited(): readonly AwaitedEvent[] {
    return this.#awaited;
  }

  /** Takes out all that are waited for. */
  takeAwaited(): readonly AwaitedEvent[] {
    const taken = this.#awaited;
    this.#awaited = [];
    return taken;
  }

  /** Waits for an event; when there are too many, the one that was begun first is given up. */
  await(event: AwaitedEvent): void {
    this.#awaited.push(event);
    if (this.#awaited.length > mostAwaited) {
      this.#awaited.shift();
      this.unfinished++;
    }
  }

  /** What a report says of the ring. */
  get state(): RingState {
    const { ringClass, processor, capacity } = this.head;
    const { begun, kept, oldestClock, overwritten, unfinished, damaged, overLimit } = this;
    return {
      ringClass,
      processor,
      capacity,
      begun,
      kept,
      oldestClock,
      overwritten,
      unfinished,
      damaged,
      overLimit,
    };
  }
}
