/**
 * Reads what the recorder left: rings to events in columns, and the stacks.
 *
 * Work is one pass over the events to find those that are whole, one that merges them, and where a ring is not in the order
 * of its clocks a sort. Memory: 4 bytes an event while it is read, and `columnBytes` for as long as the columns are kept.
 */
import type { ByteReader } from "../../base/bytes.js";
import { clockAt, EventScan, type EventRun } from "./event-scan.js";
import type { EventFileHeader, Unreadable } from "./format.js";
import { mergeRuns } from "./merge.js";
import type { Recording, RingState } from "./recording.js";
import { readRegionAt, regionPlaces } from "./region.js";
import { eventSize, readRingHeads, ringHeadPlaces, type RingHead } from "./ring-heads.js";
import { readStackTable } from "./stack-table.js";
import type { Nanoseconds } from "./units.js";
import { wordsOf } from "./words.js";

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
  const runs: EventRun[] = [];
  for (const head of readHeads(reader, unreadable)) {
    const scan = scanRing(reader, head);
    const run = scan.sorted();
    const state = stateOf(head, scan, oldestClock(run));
    runs.push(run);
    rings.push(state);
    reportDamage(head, state, unreadable);
  }
  const stacks = readStackTable(
    reader,
    { stacks: readRegionAt(reader, regionPlaces.stacks), pcs: readRegionAt(reader, regionPlaces.pcs) },
    unreadable,
  );
  return {
    events: mergeRuns(runs),
    rings,
    limit: header.limit,
    stack: stacks.stack,
    stacksNotKept: stacks.notKept,
  };
}

function readHeads(reader: ByteReader, unreadable: Unreadable[]): RingHead[] {
  const region = readRegionAt(reader, regionPlaces.rings);
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

/** The events [oldest, begun) are there; they may go over the ring's end and on at its beginning. */
function scanRing(reader: ByteReader, { offset, capacity, begun }: RingHead): EventScan {
  const count = Math.min(begun, capacity);
  const oldest = begun - count;
  const place = oldest % capacity;
  const untilEnd = Math.min(count, capacity - place);
  const scan = new EventScan(wordsOf(reader.bytes(offset, capacity * eventSize)), count);
  scan.segment(place, untilEnd, oldest);
  scan.segment(0, count - untilEnd, oldest + untilEnd);
  return scan;
}

function oldestClock({ words, places }: EventRun): Nanoseconds | null {
  const [place] = places;
  return place === undefined ? null : clockAt(words, place);
}

function stateOf(head: RingHead, scan: EventScan, oldest: Nanoseconds | null): RingState {
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
