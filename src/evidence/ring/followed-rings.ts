/**
 * All rings of a file that is followed.
 *
 * How the order over steps is kept. Each look reads the heads, then the new events, then the heads again. An event that was
 * begun after a look's first reading of the heads takes its clock after that moment, so it is not earlier than any event that
 * was whole before the moment: that is the **bound**. Events up to the bound can be given; later ones are held until the next
 * look. When the second reading of the heads shows that nothing was begun in the meantime, the bound is the latest event of
 * all. An event that is unfinished has no clock yet; it is not earlier than the bound of the look before it was first seen,
 * and until it is finished or given up nothing later than that is given.
 */
import { clockAt, firstLater, mergeByClock } from "./clock-order.js";
import { columnsOf } from "./columns.js";
import { EventScan, wordsPerEvent } from "./event-scan.js";
import { FollowedRing, type AwaitedEvent, type NumberRange } from "./followed-ring.js";
import type { EventColumns, RingState } from "./recording.js";
import { eventSize, type RingHead } from "./ring-heads.js";
import type { Nanoseconds } from "./units.js";
import { readWords, type ReadInto } from "./words.js";

/** Events of a ring that are being read. */
interface Batch {
  readonly ring: FollowedRing;
  readonly range: NumberRange;
  /** Set when it is one event that was unfinished before. */
  readonly awaited: AwaitedEvent | undefined;
}

/** Follows the rings. */
export class FollowedRings {
  readonly #read: ReadInto;
  readonly #patience: number;
  readonly #rings = new Map<number, FollowedRing>();
  /** The words of the events that are held. */
  #words = new Uint32Array(0);
  /** The latest clock that was read. */
  #latest: Nanoseconds = -1;
  /** No event that is begun after the last look is earlier. */
  #bound: Nanoseconds = -1;

  /**
   * @param read reads the file
   * @param patience for how many steps an unfinished event is waited for
   */
  constructor(read: ReadInto, patience: number) {
    this.#read = read;
    this.#patience = patience;
  }

  /** The rings with their totals. */
  get states(): RingState[] {
    return [...this.#rings.values()].map(({ state }) => state);
  }

  /** Whether heads are those of the rings that are followed: nothing but their counters changed, and none went down. */
  areSame(heads: readonly RingHead[]): boolean {
    const known = heads.filter(({ index }) => this.#rings.has(index));
    return (
      known.length === this.#rings.size &&
      known.every((head) => this.#rings.get(head.index)?.isSame(head) === true)
    );
  }

  /**
   * Reads what is new.
   *
   * @param before the heads as they are
   * @param readHeads reads them again
   * @returns whether nothing was begun meanwhile
   */
  look(before: readonly RingHead[], readHeads: () => readonly RingHead[]): boolean {
    const batches = before.flatMap((head) => this.#batchesOf(this.#ringOf(head), head));
    const place = this.#words.length;
    this.#readBatches(batches);
    const after = new Map(readHeads().map((head) => [head.index, head.begun]));
    const quiet = before.every((head) => after.get(head.index) === head.begun);
    const floor = this.#bound;
    this.#bound = this.#latest;
    this.#take(batches, place, { after, floor });
    if (quiet) {
      this.#bound = this.#latest;
    }
    return quiet;
  }

  #ringOf(head: RingHead): FollowedRing {
    const known = this.#rings.get(head.index);
    if (known !== undefined) {
      return known;
    }
    const ring = new FollowedRing(head);
    this.#rings.set(head.index, ring);
    return ring;
  }

  /** A ring's new events, in one piece or, where they go over its end, in two; and those waited for. */
  #batchesOf(ring: FollowedRing, head: RingHead): Batch[] {
    const { capacity } = ring.head;
    const { first, end } = ring.advance(head);
    const turn = Math.min(end, Math.ceil((first + 1) / capacity) * capacity);
    const batches: Batch[] = [
      ...ring.takeAwaited().map((awaited) => ({
        ring,
        range: { first: awaited.number, end: awaited.number + 1 },
        awaited,
      })),
      { ring, range: { first, end: turn }, awaited: undefined },
      { ring, range: { first: turn, end }, awaited: undefined },
    ];
    return batches.filter(({ range }) => range.end > range.first);
  }

  /** Reads events behind those that are held. */
  #readBatches(batches: readonly Batch[]): void {
    let end = this.#words.length;
    const events = batches.reduce((sum, { range }) => sum + range.end - range.first, 0);
    const words = new Uint32Array(end + events * wordsPerEvent);
    words.set(this.#words);
    for (const { ring, range } of batches) {
      const start = end;
      end += (range.end - range.first) * wordsPerEvent;
      const offset = ring.head.offset + (range.first % ring.head.capacity) * eventSize;
      readWords(words.subarray(start, end), offset, this.#read);
    }
    this.#words = words;
  }

  /**
   * Keeps the whole events of what was read.
   *
   * @param start the place of the first one that was read
   * @param known for each ring the events begun after it was read; and that no unfinished event that is new is earlier than
   * the floor
   */
  #take(
    batches: readonly Batch[],
    start: number,
    known: { readonly after: ReadonlyMap<number, number>; readonly floor: Nanoseconds },
  ): void {
    let next = start;
    for (const { ring, range, awaited } of batches) {
      const there = ring.stillThere(range, known.after.get(ring.head.index) ?? range.end);
      const place = next + (there.first - range.first) * wordsPerEvent;
      const scan = new EventScan(this.#words, there.end - there.first);
      scan.segment(place, there.end - there.first, there.first, (at) => {
        const number = there.first + (at - place) / wordsPerEvent;
        ring.await(awaited ?? { number, floor: known.floor, steps: 0 });
      });
      this.#keep(ring, scan);
      next += (range.end - range.first) * wordsPerEvent;
    }
  }

  #keep(ring: FollowedRing, scan: EventScan): void {
    const places = scan.sorted();
    const [first] = places;
    const last = places.at(-1);
    ring.damaged += scan.damaged;
    ring.kept += scan.kept;
    if (first === undefined || last === undefined) {
      return;
    }
    const oldest = clockAt(this.#words, first);
    ring.oldestClock = Math.min(ring.oldestClock ?? oldest, oldest);
    ring.held = mergeByClock(this.#words, [ring.held, places]);
    this.#latest = Math.max(this.#latest, clockAt(this.#words, last));
  }

  /**
   * Ends a step: counts it for all that is waited for, and gives up what was waited for too long.
   *
   * @param all whether nothing can come any more
   */
  endStep(all: boolean): void {
    for (const ring of this.#rings.values()) {
      for (const event of ring.takeAwaited()) {
        if (all || event.steps >= this.#patience) {
          ring.unfinished++;
        } else {
          ring.await({ ...event, steps: event.steps + 1 });
        }
      }
    }
  }

  /**
   * The events that can be given now.
   *
   * @param all whether nothing can come any more
   */
  give(all: boolean): EventColumns {
    const rings = [...this.#rings.values()];
    const floors = rings.flatMap(({ awaited }) => awaited.map(({ floor }) => floor));
    const limit = all ? Infinity : Math.min(this.#bound, ...floors);
    const given: Uint32Array[] = [];
    for (const ring of rings) {
      const count = firstLater(this.#words, ring.held, limit);
      given.push(ring.held.subarray(0, count));
      ring.held = ring.held.subarray(count);
    }
    const events = columnsOf(this.#words, mergeByClock(this.#words, given));
    this.#compact(rings);
    return events;
  }

  /** Keeps the words of the events that are held, and lets go of all others. */
  #compact(rings: readonly FollowedRing[]): void {
    const words = new Uint32Array(rings.reduce((sum, { held }) => sum + held.length, 0) * wordsPerEvent);
    let end = 0;
    for (const ring of rings) {
      ring.held = ring.held.map((place) => {
        const to = end;
        words.set(this.#words.subarray(place, place + wordsPerEvent), to);
        end += wordsPerEvent;
        return to;
      });
    }
    this.#words = words;
  }
}
