/**
 * A recording in few bytes an event, for pictures of millions of events: read ring by ring through ranges, never the whole file at
 * once, and merged by clock as readRecording merges.
 *
 * Goroutines, maps and places stand in the columns as numbers of their own; the payload is left in the file, where an event is found
 * again by its slot (readEvent). Memory: 26 bytes an event, 20 more while it is merged.
 */
import { ByteReader } from "../../base/bytes.js";
import { mergeRuns } from "./clock-order.js";
import { columnsOf } from "./columns.js";
import { CompactColumns } from "./compact-columns.js";
import { wordsPerEvent } from "./event-scan.js";
import { type EventFileHeader, headerSize, type Unreadable } from "./format.js";
import { checkFrame } from "./frame.js";
import { readHeader } from "./header.js";
import type { KeyTable } from "./key-table.js";
import { type EventColumns, eventKinds } from "./recording.js";
import { readRegionAt, regionPlaces } from "./region.js";
import { eventSize, readRingHeads, ringHeadPlaces, type RingHead } from "./ring-heads.js";
import { wordsOf } from "./words.js";

/** Bytes of a file, wherever they are. Gives exactly so many bytes, fewer at the file's end only. */
export interface RangeSource {
  /** In bytes. */
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * The same, piece by piece, where that is quicker than asking for each; the last piece may be shorter. A piece is good until the next
   * one is asked for.
   */
  readonly pieces?: (offset: number, length: number, pieceLength: number) => AsyncIterable<Uint8Array>;
}

/** Events in columns, oldest first; those of equal clock in the order of their rings. */
export interface CompactEvents {
  readonly length: number;
  /** Nanoseconds since the process started. */
  readonly clock: Float64Array;
  /** Number of the goroutine. */
  readonly goroutine: Uint32Array;
  /** Number of the map. */
  readonly map: Uint32Array;
  /** As the file numbers kinds; 255 for those from 255 on. */
  readonly kind: Uint8Array;
  /** The low byte of payload a: the operation of an access, the phase of the garbage collector. */
  readonly detail: Uint8Array;
  /** Number of the place. */
  readonly place: Uint32Array;
  /** Where the event is in the file, see {@link CompactRecording.offsetOf}. */
  readonly slot: Uint32Array;
}

/** A map: the header's address, and what tells it from others at this address. */
export interface CompactMap {
  /** 0 = none. */
  readonly address: number;
  readonly life: number;
}

/** All that was read. */
export interface CompactRecording {
  readonly header: EventFileHeader;
  readonly events: CompactEvents;
  /** Ids by number. */
  readonly goroutines: Float64Array;
  /** By number. */
  readonly maps: readonly CompactMap[];
  /** By number: stack id and site of each place. */
  readonly places: PlaceNumbers;
  /** From when on all events of the process ring are there; 0 = from the start. */
  readonly processCompleteSince: number;
  /** Events that were left out because there are too many, the oldest of each ring. */
  readonly leftOut: number;
  readonly unreadable: readonly Unreadable[];
  /** Offset of an event in the file. */
  readonly offsetOf: (slot: number) => number;
}

/** Places, by their numbers. */
export interface PlaceNumbers {
  readonly length: number;
  readonly stack: (place: number) => number;
  readonly site: (place: number) => number;
}

/** What may be told while it is read, and bounds. */
export interface CompactOptions {
  /** For error messages. */
  readonly fileName: string;
  /** Share of the events that was read. */
  readonly progress?: (share: number) => void;
  /** So many events are kept at most. */
  readonly mostEvents?: number;
  /** Events that are read at once. */
  readonly pieceEvents?: number;
}

/** 26 bytes each, and half as much again in the index of a picture: what a page of one gigabyte has room for. */
const mostEventsKept = 16_000_000;
const eventsInPiece = 1 << 17;
/** Events that are worked on in one go. */
const eventsInStretch = 1 << 14;
/** So many pieces are asked for before the first one has come. */
const piecesAhead = 3;

/**
 * Reads the recording in an event file. A file of another mode has no events.
 *
 * @throws what readEventFile throws, and what the source throws
 */
export async function readCompact(source: RangeSource, options: CompactOptions): Promise<CompactRecording> {
  const start = await source.read(0, Math.min(source.size, headerSize));
  const version = checkFrame(start, source.size, options.fileName);
  const unreadable: Unreadable[] = [];
  const reader = new ByteReader(start);
  const header = readHeader(reader.section(0, headerSize), version, unreadable);
  const heads = header.mode === "record" ? await readHeads(reader, source, unreadable) : [];
  const pieces = piecesOf(heads, {
    ...options,
    pieceEvents: options.pieceEvents ?? (source.pieces === undefined ? eventsInPiece : eventsInStretch),
  });
  const total = pieces.reduce((sum, { count }) => sum + count, 0);
  const collected = new Collector(total);
  await eachPiece(source, pieces, (piece, bytes) => {
    collected.add(piece, bytes);
    options.progress?.(total === 0 ? 1 : collected.seen / total);
  });
  const begun = heads.reduce((sum, { begun: events, capacity }) => sum + Math.min(events, capacity), 0);
  if (collected.damaged > 0) {
    unreadable.push({
      region: "rings",
      index: null,
      reason: `${collected.damaged} events have numbers of 2^53 or more`,
    });
  }
  return {
    header,
    ...collected.merged(),
    processCompleteSince: completeSince(heads, collected),
    leftOut: begun - total,
    unreadable,
    offsetOf: offsetsIn(heads),
  };
}

/** Reads one event of a compact recording in full, as a row of columns; no row where it is not there any more. */
export async function readEvent(
  source: RangeSource,
  { offsetOf }: Pick<CompactRecording, "offsetOf">,
  slot: number,
): Promise<EventColumns> {
  const bytes = await source.read(offsetOf(slot), eventSize);
  const words = wordsOf(bytes.slice());
  return columnsOf(words, new Uint32Array(words.length === wordsPerEvent ? 1 : 0));
}

async function readHeads(
  reader: ByteReader,
  source: RangeSource,
  unreadable: Unreadable[],
): Promise<RingHead[]> {
  const region = readRegionAt(reader, regionPlaces.rings);
  const { there, reason } = ringHeadPlaces(region, source.size);
  if (reason !== undefined) {
    unreadable.push({ region: "rings", index: null, reason });
  }
  const bytes = there === 0 ? new Uint8Array(0) : await source.read(region.offset, there * region.recordSize);
  return there === 0 ? [] : readRingHeads(bytes, region.recordSize, source.size, unreadable);
}

/** Events that lie one after the other. */
interface Piece {
  /** Position of its ring among the heads. */
  readonly ring: number;
  readonly isProcess: boolean;
  /** Offset in the file. */
  readonly offset: number;
  /** Slot of the first one. */
  readonly slot: number;
  readonly count: number;
  /** Number of the first one. */
  readonly number: number;
}

function piecesOf(heads: readonly RingHead[], options: CompactOptions): Piece[] {
  const { mostEvents = mostEventsKept, pieceEvents = eventsInPiece } = options;
  const all = heads.reduce((sum, { begun, capacity }) => sum + Math.min(begun, capacity), 0);
  const share = Math.min(1, mostEvents / Math.max(1, all));
  const pieces: Piece[] = [];
  let firstSlot = 0;
  for (const [ring, { begun, capacity, offset, ringClass }] of heads.entries()) {
    const count = Math.floor(Math.min(begun, capacity) * share);
    for (let number = begun - count; number < begun;) {
      const at = number % capacity;
      const length = Math.min(pieceEvents, begun - number, capacity - at);
      pieces.push({
        ring,
        isProcess: ringClass === "process",
        offset: offset + at * eventSize,
        slot: firstSlot + at,
        count: length,
        number,
      });
      number += length;
    }
    firstSlot += capacity;
  }
  return pieces;
}

function offsetsIn(heads: readonly RingHead[]): (slot: number) => number {
  return (slot) => {
    let rest = slot;
    for (const { capacity, offset } of heads) {
      if (rest < capacity) {
        return offset + rest * eventSize;
      }
      rest -= capacity;
    }
    return 0;
  };
}

/** Reads the pieces in their order, and gives the bytes of each. */
async function eachPiece(
  source: RangeSource,
  pieces: readonly Piece[],
  take: (piece: Piece, bytes: Uint8Array) => void,
): Promise<void> {
  if (source.pieces === undefined) {
    await eachAsked(source, pieces, take);
    return;
  }
  for (const together of stretchesOf(pieces)) {
    const [first] = together;
    const length = together.reduce((sum, { count }) => sum + count * eventSize, 0);
    let next = 0;
    for await (const bytes of source.pieces(first?.offset ?? 0, length, (first?.count ?? 0) * eventSize)) {
      const piece = together[next++];
      if (piece !== undefined) {
        take(piece, bytes);
      }
    }
  }
}

/** Pieces that lie one behind the other in the file, and are equally long but for the last one. */
function stretchesOf(pieces: readonly Piece[]): Piece[][] {
  const stretches: Piece[][] = [];
  for (const piece of pieces) {
    const last = stretches.at(-1);
    const before = last?.at(-1);
    const follows =
      before !== undefined &&
      before.offset + before.count * eventSize === piece.offset &&
      before.count === last?.[0]?.count &&
      piece.count <= before.count;
    if (follows) {
      last?.push(piece);
    } else {
      stretches.push([piece]);
    }
  }
  return stretches;
}

/** Asks for one piece after the other, some of them ahead. */
async function eachAsked(
  source: RangeSource,
  pieces: readonly Piece[],
  take: (piece: Piece, bytes: Uint8Array) => void,
): Promise<void> {
  const ahead: Promise<Uint8Array>[] = [];
  let next = 0;
  for (const piece of pieces) {
    while (next < pieces.length && ahead.length < piecesAhead) {
      const { offset, count } = pieces[next++] ?? piece;
      const reading = source.read(offset, count * eventSize);
      // Its failure is met when its turn comes; until then it is not unhandled.
      reading.catch(() => undefined);
      ahead.push(reading);
    }
    const bytes = await ahead.shift();
    if (bytes !== undefined) {
      take(piece, bytes);
    }
  }
}

/** The clock of the oldest event of the process ring, where it has overwritten others. */
function completeSince(heads: readonly RingHead[], { oldest }: Collector): number {
  return Math.max(
    0,
    ...heads.map(({ ringClass, begun, capacity }, ring) =>
      ringClass === "process" && begun > capacity ? (oldest.get(ring) ?? 0) : 0,
    ),
  );
}

/** Puts the pieces into columns, and merges them. */
class Collector {
  readonly #columns: CompactColumns;
  /** Events that were looked at. */
  seen = 0;
  /** Clock of the oldest event of each ring. */
  readonly oldest = new Map<number, number>();

  constructor(most: number) {
    this.#columns = new CompactColumns(most);
  }

  /** Events that say what cannot be. */
  get damaged(): number {
    return this.#columns.damaged;
  }

  /** Takes a piece. */
  add({ ring, slot, count, number }: Piece, bytes: Uint8Array): void {
    const words = wordsOf(bytes);
    let earliest = this.oldest.get(ring) ?? Infinity;
    for (let first = 0; first < count; first += eventsInStretch) {
      const part = words.subarray(first * wordsPerEvent, (first + eventsInStretch) * wordsPerEvent);
      const length = Math.min(eventsInStretch, count - first);
      earliest = Math.min(earliest, this.#columns.add(part, length, number + first, slot + first));
    }
    this.oldest.set(ring, earliest);
    this.seen += count;
  }

  /** All events, oldest first. */
  merged(): Pick<CompactRecording, "events" | "goroutines" | "maps" | "places"> {
    const { goroutines, maps, places } = this.#columns;
    const events = inOrder(this.#columns);
    return {
      events,
      goroutines: Float64Array.from({ length: goroutines.length }, (_, index) => goroutines.wide(index)),
      maps: withKnownLives(events, maps),
      places: {
        length: places.length,
        stack: (place) => (place < places.length ? places.word(place, 0) : 0),
        site: (place) => (place < places.length ? places.word(place, 1) : 0),
      },
    };
  }
}

/** Merges the runs. Columns are put in order one after the other, each into the memory of the one before it. */
function inOrder(columns: CompactColumns): CompactEvents {
  const { length } = columns;
  const runEnds = columns.runEnds();
  const part = {
    clock: columns.clock.subarray(0, length),
    goroutine: columns.goroutine.subarray(0, length),
    map: columns.map.subarray(0, length),
    kind: columns.kind.subarray(0, length),
    detail: columns.detail.subarray(0, length),
    place: columns.place.subarray(0, length),
    slot: columns.slot.subarray(0, length),
  };
  if (runEnds.length < 2) {
    return { length, ...part };
  }
  const rows = new Uint32Array(length);
  for (let start = 0; start < length; start += eventsInStretch) {
    countUp(rows, start, Math.min(length, start + eventsInStretch));
  }
  const { places: order, clocks } = mergeRuns({ places: rows, clocks: part.clock }, runEnds);
  const goroutine = gathered(part.goroutine, new Uint32Array(length), order, gatherWords);
  const map = gathered(part.map, part.goroutine, order, gatherWords);
  const place = gathered(part.place, part.map, order, gatherWords);
  const slot = gathered(part.slot, part.place, order, gatherWords);
  const kind = gathered(part.kind, new Uint8Array(length), order, gatherBytes);
  const detail = gathered(part.detail, part.kind, order, gatherBytes);
  return { length, clock: clocks, goroutine, map, kind, detail, place, slot };
}

/**
 * Puts a column's rows in another order into `to`. A stretch at a time, here and elsewhere: an engine runs a function that is called often
 * several times as fast as a long loop that is run once, because the loop has begun before there is good code for it.
 */
function gathered<T extends Uint32Array | Uint8Array>(
  column: T,
  to: T,
  order: Uint32Array,
  gather: Gather<T>,
): T {
  for (let start = 0; start < order.length; start += eventsInStretch) {
    gather(column, to, order, start, Math.min(order.length, start + eventsInStretch));
  }
  return to;
}

type Gather<T> = (column: T, to: T, order: Uint32Array, start: number, end: number) => void;

function countUp(rows: Uint32Array, start: number, end: number): void {
  for (let row = start; row < end; row++) {
    rows[row] = row;
  }
}

function gatherWords(
  column: Uint32Array,
  to: Uint32Array,
  order: Uint32Array,
  start: number,
  end: number,
): void {
  for (let row = start; row < end; row++) {
    to[row] = column[order[row] ?? 0] ?? 0;
  }
}

function gatherBytes(
  column: Uint8Array,
  to: Uint8Array,
  order: Uint32Array,
  start: number,
  end: number,
): void {
  for (let row = start; row < end; row++) {
    to[row] = column[order[row] ?? 0] ?? 0;
  }
}

/**
 * An event whose life is not known (0) is of the map that is at its address then: the one of the event before, or else of the one that
 * follows. Where that changes the numbers of maps, they are put into the column.
 */
function withKnownLives(events: CompactEvents, maps: KeyTable): CompactMap[] {
  const all = Array.from({ length: maps.length }, (_, index) => ({
    address: maps.wide(index),
    life: maps.word(index, 2),
  }));
  const lives = new Map<number, number>();
  for (const { address } of all) {
    lives.set(address, (lives.get(address) ?? 0) + 1);
  }
  const unknown = Uint8Array.from(all, ({ address, life }) =>
    life === 0 && address !== 0 && (lives.get(address) ?? 0) > 1 ? 1 : 0,
  );
  if (unknown.includes(1)) {
    resolveLives(events, all, unknown);
  }
  return all;
}

function resolveLives(events: CompactEvents, maps: readonly CompactMap[], unknown: Uint8Array): void {
  const newest = new Map<number, number>();
  const pass = (from: number, to: number, step: number): void => {
    newest.clear();
    for (let row = from; row !== to; row += step) {
      const map = events.map[row] ?? 0;
      const address = maps[map]?.address ?? 0;
      if (unknown[map] === 1) {
        events.map[row] = newest.get(address) ?? map;
      } else if (hasMap(events.kind[row] ?? 0)) {
        newest.set(address, map);
      }
    }
  };
  pass(0, events.length, 1);
  pass(events.length - 1, -1, -1);
}

function hasMap(kind: number): boolean {
  return kind <= eventKinds.clear;
}
