/**
 * The events of a recording that is larger than memory allows to hold: the file is gone through once to find the order of its events, and
 * events are read again in that order whenever they are asked for.
 *
 * Memory: 24 bytes an event while they are ordered, 4 afterwards, and what lies between the file and who asks.
 */
import { clockAt, mergeRuns } from "./clock-order.js";
import { layRow, makeColumns } from "./columns.js";
import { EventScan, wordsPerEvent } from "./event-scan.js";
import type { EventColumns, EventSequence } from "./recording.js";
import { eventSize, type RingHead } from "./ring-heads.js";
import { readWords, type ReadInto } from "./words.js";

/** How much is done at a time. */
export interface OrderingSizes {
  /** Events that are looked through at once. */
  readonly pieceEvents: number;
  /** Events that are read again at once: two to this power. */
  readonly blockShift: number;
  /** Rows that are given at once. */
  readonly partRows: number;
  /** So many blocks are kept; each ring is read on in one of its own. */
  readonly fewestBlocks: number;
  readonly mostBlocks: number;
}

const usualSizes: OrderingSizes = {
  pieceEvents: 1 << 16,
  blockShift: 12,
  partRows: 1 << 15,
  fewestBlocks: 32,
  mostBlocks: 512,
};

/** How rings are put in order. */
export interface Ordering {
  /** Awaited between pieces, with the share of the events that was looked through. */
  readonly turn?: ((share: number) => Promise<void>) | undefined;
  /** Left out, sizes that are quick. */
  readonly sizes?: OrderingSizes | undefined;
}

/** What was found in one ring. */
export interface RingFound {
  readonly head: RingHead;
  readonly kept: number;
  readonly unfinished: number;
  readonly damaged: number;
  /** Clock of the oldest event; null when there is none. */
  readonly oldest: number | null;
}

/** Rings whose events were put in order. */
export interface OrderedRings {
  readonly events: EventSequence;
  readonly rings: readonly RingFound[];
}

/**
 * Puts the events of rings in order, by clock; those of equal clock in the order of the rings.
 *
 * @param read reads bytes of the file, at once
 */
export async function orderRings(
  heads: readonly RingHead[],
  read: ReadInto,
  { turn, sizes = usualSizes }: Ordering = {},
): Promise<OrderedRings> {
  const { pieceEvents } = sizes;
  const inBlock = 1 << sizes.blockShift;
  const total = heads.reduce((sum, { begun, capacity }) => sum + Math.min(begun, capacity), 0);
  const runs = new Runs(total);
  const words = new Uint32Array(Math.min(total, pieceEvents) * wordsPerEvent);
  const rings: RingFound[] = [];
  const blocks: number[] = [];
  let seen = 0;
  for (const head of heads) {
    const found = { head, kept: 0, unfinished: 0, damaged: 0, oldest: Infinity };
    const firstSlot = blocks.length * inBlock;
    for (const { at, count, number } of piecesOf(head, pieceEvents)) {
      const piece = words.subarray(0, count * wordsPerEvent);
      readWords(piece, head.offset + at * eventSize, read);
      const scan = new EventScan(piece, count);
      scan.segment(0, count, number);
      const places = scan.sorted();
      found.kept += scan.kept;
      found.unfinished += scan.unfinished;
      found.damaged += scan.damaged;
      found.oldest = Math.min(found.oldest, runs.add(piece, places, firstSlot + at));
      seen += count;
      await turn?.(seen / total);
    }
    rings.push({ ...found, oldest: found.kept === 0 ? null : found.oldest });
    for (let at = 0; at < head.capacity; at += inBlock) {
      blocks.push(head.offset + at * eventSize);
    }
  }
  return { events: new Reading({ order: runs.ordered(), blocks, read, heads }, sizes), rings };
}

/** Events of a ring that lie one after the other, the oldest first. */
function* piecesOf(
  { begun, capacity }: RingHead,
  pieceEvents: number,
): Generator<{ readonly at: number; readonly count: number; readonly number: number }> {
  for (let number = begun - Math.min(begun, capacity); number < begun;) {
    const at = number % capacity;
    const count = Math.min(pieceEvents, begun - number, capacity - at);
    yield { at, count, number };
    number += count;
  }
}

/** Sorted runs of slots, one behind the other. */
class Runs {
  readonly #slots: Uint32Array;
  readonly #clocks: Float64Array;
  readonly #ends: number[] = [];
  #length = 0;

  constructor(most: number) {
    this.#slots = new Uint32Array(most);
    this.#clocks = new Float64Array(most);
  }

  /** Takes events that follow in the order of rings and numbers. Gives the clock of the oldest of them. */
  add(words: Uint32Array, places: Uint32Array, firstSlot: number): number {
    const [first] = places;
    if (first === undefined) {
      return Infinity;
    }
    const oldest = clockAt(words, first);
    if (this.#length > 0 && oldest >= (this.#clocks[this.#length - 1] ?? 0)) {
      // It goes on where the one before ended: both are one run.
      this.#ends.pop();
    }
    let to = this.#length;
    for (let row = 0; row < places.length; row++) {
      const place = places[row] ?? 0;
      this.#slots[to] = firstSlot + place / wordsPerEvent;
      this.#clocks[to] = clockAt(words, place);
      to++;
    }
    this.#length = to;
    this.#ends.push(to);
    return oldest;
  }

  /** All slots, by clock. */
  ordered(): Uint32Array {
    const length = this.#length;
    const slots = this.#slots.subarray(0, length);
    return mergeRuns({ places: slots, clocks: this.#clocks.subarray(0, length) }, this.#ends).places;
  }
}

/** Where events are found again. */
interface Found {
  /** Slots of the events: number of the block, and position in it. */
  readonly order: Uint32Array;
  /** Where blocks begin in the file. */
  readonly blocks: readonly number[];
  readonly read: ReadInto;
  readonly heads: readonly RingHead[];
}

/** Reads events in their order, block after block. */
class Reading implements EventSequence {
  readonly length: number;
  readonly step: number;
  readonly #columns: EventColumns;
  /** Blocks that are in memory, by their numbers, and those numbers in the order in which they came. */
  readonly #known: (Uint32Array | undefined)[] = [];
  readonly #kept: number[] = [];
  readonly #mostKept: number;
  readonly #shift: number;
  /** Events of each block: the last one of a ring may have fewer. */
  readonly #counts: readonly number[];
  /** Which of those that are kept goes next. */
  #next = 0;

  constructor(
    private readonly found: Found,
    { blockShift, partRows, fewestBlocks, mostBlocks }: OrderingSizes,
  ) {
    this.length = found.order.length;
    this.step = partRows;
    this.#columns = makeColumns(partRows);
    this.#mostKept = Math.min(mostBlocks, Math.max(fewestBlocks, 2 * found.heads.length));
    this.#shift = blockShift;
    this.#counts = countsOf(found.heads, 1 << blockShift);
  }

  readonly rows = (from: number, to: number): EventColumns => {
    const length = to - from;
    const columns = length > this.step ? makeColumns(length) : this.#columns;
    const { order } = this.found;
    const shift = this.#shift;
    const inBlock = (1 << shift) - 1;
    for (let row = 0; row < length; row++) {
      const slot = order[from + row] ?? 0;
      const block = this.#known[slot >>> shift] ?? this.#take(slot >>> shift);
      layRow(columns, row, block, (slot & inBlock) * wordsPerEvent);
    }
    return { ...columns, length };
  };

  #take(number: number): Uint32Array {
    const isFull = this.#kept.length >= this.#mostKept;
    const oldest = isFull ? this.#kept[this.#next] : undefined;
    const old = oldest === undefined ? undefined : this.#known[oldest];
    const words = old ?? new Uint32Array(wordsPerEvent << this.#shift);
    if (oldest !== undefined) {
      this.#known[oldest] = undefined;
    }
    const { blocks, read } = this.found;
    readWords(words.subarray(0, (this.#counts[number] ?? 0) * wordsPerEvent), blocks[number] ?? 0, read);
    this.#known[number] = words;
    this.#kept[isFull ? this.#next : this.#kept.length] = number;
    this.#next = isFull ? (this.#next + 1) % this.#mostKept : 0;
    return words;
  }
}

function countsOf(heads: readonly RingHead[], inBlock: number): number[] {
  return heads.flatMap(({ capacity }) =>
    Array.from({ length: Math.ceil(capacity / inBlock) }, (_, index) =>
      Math.min(inBlock, capacity - index * inBlock),
    ),
  );
}
