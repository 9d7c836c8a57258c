/**
 * Reads what the recorder left: rings to events in columns, and the stacks.
 *
 * Work is one pass over the events to find those that are whole, one that merges them, and where a ring is not in the order
 * of its clocks a sort. Memory: at most 28 bytes an event while it is read, and `columnBytes` for as long as the columns are
 * kept.
 */
import type { ByteReader } from "../../base/bytes.js";
import type { ByteRanges } from "./byte-ranges.js";
import { clockAt, mergeByClock } from "./clock-order.js";
import { columnsOf } from "./columns.js";
import { EventScan, wordsPerEvent } from "./event-scan.js";
import { type EventFileHeader, headerSize, type Unreadable } from "./format.js";
import { type Ordering, orderRings } from "./ordered-events.js";
import type { Events, Recording, RingState } from "./recording.js";
import { readRegionAt, regionPlaces } from "./region.js";
import { eventSize, readRingHeads, ringHeadPlaces, type RingHead } from "./ring-heads.js";
import { readStackTable } from "./stack-table.js";
import type { Nanoseconds } from "./units.js";
import { type ReadInto, wordsOf } from "./words.js";

/**
 * Reads all rings and the stacks.
 *
 * @param reader the whole file
 */
export function readRecording(
  reader: ByteReader,
  header: EventFileHeader,
  unreadable: Unreadable[],
): Recording {
  const rings: RingState[] = [];
  const runs: Uint32Array[] = [];
  const heads = readHeads(reader, unreadable);
  const words = wordsOfRings(reader, heads);
  for (const { head, place } of words.rings) {
    const scan = scanRing(words.words, place, head);
    const run = scan.sorted();
    const oldest = run[0] === undefined ? null : clockAt(words.words, run[0]);
    const state = stateOf(head, scan, oldest);
    runs.push(run);
    rings.push(state);
    reportDamage(head, state, unreadable);
  }
  const stacks = readStacks(reader, unreadable);
  return {
    events: columnsOf(words.words, mergeByClock(words.words, runs)),
    rings,
    limit: header.limit,
    ...stacks,
  };
}

/** What else is needed to read rings that stay in their file. */
export interface LargeRecordingInput {
  readonly header: EventFileHeader;
  readonly unreadable: Unreadable[];
  /** Reads bytes of the file, at once. */
  readonly read: ReadInto;
  readonly ordering: Ordering;
}

/** Reads all rings and the stacks of a file that is too large for the memory. */
export async function readLargeRecording(
  reader: ByteRanges,
  { header, unreadable, read, ordering }: LargeRecordingInput,
): Promise<Recording<Events>> {
  const { events, rings } = await orderRings(readHeads(reader, unreadable), read, ordering);
  const states = rings.map(({ head, oldest, ...found }) => {
    const state = stateOf(head, found, oldest);
    reportDamage(head, state, unreadable);
    return state;
  });
  return { events, rings: states, limit: header.limit, ...readStacks(reader, unreadable) };
}

function readStacks(
  reader: ByteRanges,
  unreadable: Unreadable[],
): Pick<Recording, "stack" | "stacksNotKept"> {
  const header = reader.section(0, headerSize);
  const { stack, notKept } = readStackTable(
    reader,
    { stacks: readRegionAt(header, regionPlaces.stacks), pcs: readRegionAt(header, regionPlaces.pcs) },
    unreadable,
  );
  return { stack, stacksNotKept: notKept };
}

function readHeads(reader: ByteRanges, unreadable: Unreadable[]): RingHead[] {
  const region = readRegionAt(reader.section(0, headerSize), regionPlaces.rings);
  const { there, reason } = ringHeadPlaces(region, reader.size);
  if (reason !== undefined) {
    unreadable.push({ region: "rings", index: null, reason });
  }
  return there === 0
    ? []
    : readRingHeads(
        reader.bytes(region.offset, there * region.recordSize),
        region.recordSize,
        reader.size,
        unreadable,
      );
}

/** The words of all rings, and where each ring begins. */
interface RingWords {
  readonly words: Uint32Array;
  readonly rings: readonly { readonly head: RingHead; readonly place: number }[];
}

/** The rings as they lie in the file; or, where one of them does not begin at a word, a copy of them all. */
function wordsOfRings(reader: ByteReader, heads: readonly RingHead[]): RingWords {
  if (heads.every(({ offset }) => offset % 4 === 0)) {
    const words = wordsOf(reader.bytes(0, reader.size));
    return { words, rings: heads.map((head) => ({ head, place: head.offset / 4 })) };
  }
  const copy = new Uint8Array(heads.reduce((sum, { capacity }) => sum + capacity * eventSize, 0));
  let end = 0;
  const rings = heads.map((head) => {
    const place = end / 4;
    copy.set(reader.bytes(head.offset, head.capacity * eventSize), end);
    end += head.capacity * eventSize;
    return { head, place };
  });
  return { words: wordsOf(copy), rings };
}

/** The events [oldest, begun) are there; they may go over the ring's end and on at its beginning. */
function scanRing(words: Uint32Array, ringPlace: number, { capacity, begun }: RingHead): EventScan {
  const count = Math.min(begun, capacity);
  const oldest = begun - count;
  const first = oldest % capacity;
  const untilEnd = Math.min(count, capacity - first);
  const scan = new EventScan(words, count);
  scan.segment(ringPlace + first * wordsPerEvent, untilEnd, oldest);
  scan.segment(ringPlace, count - untilEnd, oldest + untilEnd);
  return scan;
}

function stateOf(
  head: RingHead,
  scan: Pick<EventScan, "kept" | "unfinished" | "damaged">,
  oldest: Nanoseconds | null,
): RingState {
  const { ringClass, processor, capacity, begun, overLimit } = head;
  const { kept, unfinished, damaged } = scan;
  return {
    ringClass,
    processor,
    capacity,
    begun,
    kept,
    oldestClock: oldest,
    overwritten: Math.max(0, begun - capacity),
    unfinished,
    damaged,
    overLimit,
  };
}

function reportDamage(head: RingHead, state: RingState, unreadable: Unreadable[]): void {
  const refuse = (reason: string): void => {
    unreadable.push({ region: "rings", index: head.index, reason });
  };
  if (state.damaged > 0) {
    refuse(`${state.damaged} of its events have numbers of 2^53 or more`);
  }
  if (state.begun >= state.capacity && state.unfinished === state.capacity && state.capacity > 1) {
    refuse(`it says that ${state.begun} events were begun, and none of the last ${state.capacity} is there`);
  }
}
