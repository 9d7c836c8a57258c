/**
 * A recording in few bytes an event, for pictures of millions of events: read ring by ring through ranges, never the whole file at
 * once, and merged by clock as readRecording merges.
 *
 * Goroutines, maps and places stand in the columns as numbers of their own; the payload is left in the file, where an event is found
 * again by its slot (readEvent). Memory: 26 bytes an event, 24 more while it is merged.
 */
import { ByteReader } from "../../base/bytes.js";
import { type Timed, clockAt, mergeRuns } from "./clock-order.js";
import { columnsOf } from "./columns.js";
import { EventScan, wordsPerEvent } from "./event-scan.js";
import { type EventFileHeader, headerSize, type Unreadable } from "./format.js";
import { checkFrame } from "./frame.js";
import { readHeader } from "./header.js";
import { PairTable } from "./pair-table.js";
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
/** So many pieces are asked for before the first one has come. */
const piecesAhead = 3;
/** So many goroutines, maps and places are told apart; all others are one. */
const mostNumbers = 1 << 21;

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
  const pieces = piecesOf(heads, options);
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
  #clock: Float64Array;
  #goroutine: Uint32Array;
  #map: Uint32Array;
  #kind: Uint8Array;
  #detail: Uint8Array;
  #place: Uint32Array;
  #slot: Uint32Array;
  readonly #goroutines = new PairTable(mostNumbers);
  readonly #addresses = new PairTable(mostNumbers);
  readonly #maps = new PairTable(mostNumbers);
  readonly #places = new PairTable(mostNumbers);
  readonly #ends: number[] = [];
  #length = 0;
  /** Events that were looked at. */
  seen = 0;
  damaged = 0;
  /** Clock of the oldest event of each ring. */
  readonly oldest = new Map<number, number>();

  constructor(most: number) {
    this.#clock = new Float64Array(most);
    this.#goroutine = new Uint32Array(most);
    this.#map = new Uint32Array(most);
    this.#kind = new Uint8Array(most);
    this.#detail = new Uint8Array(most);
    this.#place = new Uint32Array(most);
    this.#slot = new Uint32Array(most);
  }

  /** Takes a piece. */
  add({ ring, slot, count, number }: Piece, bytes: Uint8Array): void {
    const words = wordsOf(bytes);
    const there = Math.min(count, Math.floor(words.length / wordsPerEvent));
    const scan = new EventScan(words, there);
    scan.segment(0, there, number);
    const places = scan.sorted();
    this.seen += count;
    this.damaged += scan.damaged;
    const [first] = places;
    if (first !== undefined) {
      const clock = clockAt(words, first);
      this.oldest.set(ring, Math.min(clock, this.oldest.get(ring) ?? Infinity));
      if (this.#length > 0 && clock >= (this.#clock[this.#length - 1] ?? 0)) {
        // It goes on where the one before ended: both are one run.
        this.#ends.pop();
      }
      this.#take(words, places, slot);
      this.#ends.push(this.#length);
    }
  }

  #take(words: Uint32Array, places: Uint32Array, slot: number): void {
    const [clock, goroutine, map] = [this.#clock, this.#goroutine, this.#map] as const;
    const [kind, detail, place, slots] = [this.#kind, this.#detail, this.#place, this.#slot] as const;
    let to = this.#length;
    for (let row = 0; row < places.length; row++) {
      const at = places[row] ?? 0;
      clock[to] = clockAt(words, at);
      goroutine[to] = this.#goroutines.indexOf(words[at + 4] ?? 0, words[at + 5] ?? 0);
      const address = this.#addresses.indexOf(words[at + 6] ?? 0, words[at + 7] ?? 0);
      map[to] = this.#maps.indexOf(address, words[at + 15] ?? 0);
      kind[to] = Math.min(255, (words[at + 8] ?? 0) & 0xffff);
      detail[to] = words[at + 10] ?? 0;
      place[to] = this.#places.indexOf(words[at + 9] ?? 0, words[at + 14] ?? 0);
      slots[to] = slot + at / wordsPerEvent;
      to++;
    }
    this.#length = to;
  }

  /** All events, oldest first. */
  merged(): Pick<CompactRecording, "events" | "goroutines" | "maps" | "places"> {
    const length = this.#length;
    const rows = new Uint32Array(length);
    for (let row = 0; row < length; row++) {
      rows[row] = row;
    }
    const order: Timed = mergeRuns({ places: rows, clocks: this.#clock.subarray(0, length) }, this.#ends);
    const rowsIn = order.places;
    // One after the other, so that only one of them is there twice.
    this.#clock = order.clocks;
    this.#goroutine = inOrder(this.#goroutine, new Uint32Array(length), rowsIn);
    this.#map = inOrder(this.#map, new Uint32Array(length), rowsIn);
    this.#kind = inOrder(this.#kind, new Uint8Array(length), rowsIn);
    this.#detail = inOrder(this.#detail, new Uint8Array(length), rowsIn);
    this.#place = inOrder(this.#place, new Uint32Array(length), rowsIn);
    this.#slot = inOrder(this.#slot, new Uint32Array(length), rowsIn);
    const events: CompactEvents = {
      length,
      clock: this.#clock,
      goroutine: this.#goroutine,
      map: this.#map,
      kind: this.#kind,
      detail: this.#detail,
      place: this.#place,
      slot: this.#slot,
    };
    const places = this.#places;
    return {
      events,
      goroutines: Float64Array.from({ length: this.#goroutines.length }, (_, index) =>
        this.#goroutines.wide(index),
      ),
      maps: withKnownLives(events, this.#maps, this.#addresses),
      places: {
        length: places.length,
        stack: (place) => (place < places.length ? places.low(place) : 0),
        site: (place) => (place < places.length ? places.high(place) : 0),
      },
    };
  }
}

/** Puts a column's rows in another order into `to`. */
function inOrder<T extends Uint32Array | Uint8Array>(column: T, to: T, order: Uint32Array): T {
  const { length } = order;
  for (let row = 0; row < length; row++) {
    to[row] = column[order[row] ?? 0] ?? 0;
  }
  return to;
}

/**
 * An event whose life is not known (0) is of the map that is at its address then: the one of the event before, or else of the one that
 * follows. Where that changes the numbers of maps, they are put into the column.
 */
function withKnownLives(events: CompactEvents, maps: PairTable, addresses: PairTable): CompactMap[] {
  const all = Array.from({ length: maps.length }, (_, index) => ({
    address: addresses.wide(maps.low(index)),
    life: maps.high(index),
  }));
  const lives = new Map<number, number>();
  for (let index = 0; index < maps.length; index++) {
    lives.set(maps.low(index), (lives.get(maps.low(index)) ?? 0) + 1);
  }
  const unknown = new Uint8Array(maps.length);
  let several = 0;
  for (let index = 0; index < maps.length; index++) {
    unknown[index] =
      maps.high(index) === 0 && all[index]?.address !== 0 && (lives.get(maps.low(index)) ?? 0) > 1 ? 1 : 0;
    several += unknown[index] ?? 0;
  }
  if (several > 0) {
    resolveLives(events, maps, unknown);
  }
  return all;
}

function resolveLives(events: CompactEvents, maps: PairTable, unknown: Uint8Array): void {
  const newest = new Map<number, number>();
  const pass = (from: number, to: number, step: number): void => {
    newest.clear();
    for (let row = from; row !== to; row += step) {
      const map = events.map[row] ?? 0;
      if (unknown[map] === 1) {
        events.map[row] = newest.get(maps.low(map)) ?? map;
      } else if (hasMap(events.kind[row] ?? 0)) {
        newest.set(maps.low(map), map);
      }
    }
  };
  pass(0, events.length, 1);
  pass(events.length - 1, -1, -1);
}

function hasMap(kind: number): boolean {
  return kind <= eventKinds.clear;
}
