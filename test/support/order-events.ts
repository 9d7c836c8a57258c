/** Writes files of order events for tests from a list of events. docs/order-events.md is the definition. */
import { orderKinds } from "../../src/evidence/order/events.js";
import {
  chunkHeadSize,
  chunkMagic,
  orderEventSize,
  segmentKind,
  stackKind,
  typeKind,
  ticketCounter,
  ticketCounters,
} from "../../src/evidence/order/format.js";
import type { OrderHeader } from "../../src/evidence/ring/format.js";
import { encodeEventFile, type EventFileDescription } from "./event-file.js";

/** One event, in the real order of time. Segments, tickets and the definitions of stacks are added by the writer. */
export interface WrittenOrderEvent {
  /** Whose event it is. */
  readonly goroutine: number;
  /** One of `orderKinds`; an access is `orderKinds.access` + operation. */
  readonly kind: number;
  /** Address, map, or the new goroutine of a `start`; left out, 0. */
  readonly value?: number;
  /** Left out, 0. Of a synchronising event it is the ticket, which the writer sets. */
  readonly number?: number;
  /** PCs of a stack, innermost first, which gets an id; or a number as it stands in the file; left out, 0. */
  readonly stack?: number | readonly number[];
  /** The type of the map that is accessed; written down before the first event with this stack. */
  readonly mapType?: string;
  /** Which writer puts it down, 1 + number of the P; left out, 1. */
  readonly writer?: number;
}

/** What else is in the file. */
export interface OrderFileDescription extends EventFileDescription {
  /** Bytes of a chunk, a power of two; left out, 256. */
  readonly chunkSize?: number;
  /** How many were begun, and how many there may be; left out, as many as there are. */
  readonly chunksBegun?: number;
  readonly mostChunks?: number;
  readonly cutShort?: OrderHeader["cutShort"];
  /** Milliseconds since the start. */
  readonly cutShortAt?: number;
  /** Bytes behind the last chunk, as in a file that grew in steps; left out, 0. */
  readonly spare?: number;
  /** Goroutines whose start is not to be waited for; left out, those without a `start` in front of their first event. */
  readonly roots?: readonly number[];
}

/** A written file, and what in it has a number of its own. */
export interface WrittenOrderFile {
  readonly bytes: Uint8Array;
  /** The stacks by their ids; the first one has the id 1. */
  readonly stacks: readonly (readonly number[])[];
  readonly chunks: number;
  /** Where the first chunk is. */
  readonly firstChunk: number;
  readonly chunkSize: number;
}

/** The file's bytes alone. */
export function encodeOrderFile(
  events: Iterable<WrittenOrderEvent>,
  description: OrderFileDescription = {},
): Uint8Array {
  return writeOrderFile(events, description).bytes;
}

/** Writes a file of order events as the probe would when the events happen in the given order, each on its writer. */
export function writeOrderFile(
  events: Iterable<WrittenOrderEvent>,
  description: OrderFileDescription = {},
): WrittenOrderFile {
  const chunkSize = description.chunkSize ?? 256;
  const chunks = new ChunkWriter(chunkSize, description.roots);
  for (const event of events) {
    chunks.write(event);
  }
  const { chunksBegun = chunks.chunks.length, cutShort = null, cutShortAt = 0 } = description;
  const firstChunk = Math.ceil(encodeEventFile(description).length / 4096) * 4096;
  const order: OrderHeader = {
    firstChunk,
    chunkSize,
    chunksBegun,
    mostChunks: description.mostChunks ?? chunks.chunks.length,
    cutShort,
    cutShortAt: cutShort === null ? null : cutShortAt,
  };
  const bytes = new Uint8Array(firstChunk + chunks.chunks.length * chunkSize + (description.spare ?? 0));
  bytes.set(
    encodeEventFile({
      ...description,
      header: { ...description.header, version: 3, mode: "order", order },
    }),
  );
  new DataView(bytes.buffer).setBigUint64(16, BigInt(firstChunk), true);
  chunks.chunks.forEach((chunk, index) => {
    bytes.set(chunk, firstChunk + index * chunkSize);
  });
  return { bytes, stacks: chunks.stacks, chunks: chunks.chunks.length, firstChunk, chunkSize };
}

interface Definition {
  readonly kind: number;
  readonly value: number;
  readonly id: number;
  readonly bytes: Uint8Array;
}

interface Writer {
  readonly number: number;
  chunk: Uint8Array;
  /** Where the next event goes. */
  at: number;
  chunks: number;
  goroutine: number | undefined;
}

/** All writers, and what they share. */
class ChunkWriter {
  readonly chunks: Uint8Array[] = [];
  readonly stacks: (readonly number[])[] = [];
  readonly #size: number;
  readonly #roots: ReadonlySet<number> | undefined;
  readonly #started = new Set<number>();
  readonly #writers = new Map<number, Writer>();
  readonly #segments = new Map<number, number>();
  readonly #lastWriters = new Map<number, Writer>();
  readonly #tickets = new Uint32Array(ticketCounters);
  readonly #stackIds = new Map<string, number>();
  readonly #typed = new Set<number>();

  constructor(size: number, roots: readonly number[] | undefined) {
    this.#size = size;
    this.#roots = roots && new Set(roots);
  }

  write(event: WrittenOrderEvent): void {
    const writer = this.#writer(event.writer ?? 1);
    const value = event.value ?? 0;
    const stack =
      typeof event.stack === "object" ? this.#stack(writer, event.goroutine, event.stack) : event.stack;
    if (event.mapType !== undefined) {
      this.#type(writer, event.goroutine, stack ?? 0, event.mapType);
    }
    let number = event.number ?? 0;
    if (event.kind >= orderKinds.acquire && event.kind <= orderKinds.update) {
      const counter = ticketCounter(value >>> 0, Math.floor(value / 0x1_0000_0000));
      number = this.#tickets[counter] = (this.#tickets[counter] ?? 0) + 1;
    }
    this.#room(writer, event.goroutine, orderEventSize);
    put(writer, event.kind, value, number, stack ?? 0);
    if (event.kind === orderKinds.start) {
      this.#started.add(value);
    }
  }

  #writer(number: number): Writer {
    let writer = this.#writers.get(number);
    if (writer === undefined) {
      writer = { number, chunk: new Uint8Array(0), at: 0, chunks: 0, goroutine: undefined };
      this.#writers.set(number, writer);
    }
    return writer;
  }

  /** Makes room in a chunk in which this goroutine is the one that is on. */
  #room(writer: Writer, goroutine: number, bytes: number): void {
    if (this.#lastWriters.get(goroutine) !== writer) {
      // It was elsewhere since: a segment of this writer is over when the goroutine has one with another.
      writer.goroutine = undefined;
    }
    const needed = bytes + (writer.goroutine === goroutine ? 0 : orderEventSize);
    if (writer.at + needed > writer.chunk.length) {
      this.#begin(writer);
    }
    if (writer.at + bytes > writer.chunk.length) {
      throw new RangeError(`${bytes} bytes do not fit into a chunk of ${this.#size}`);
    }
    if (writer.goroutine !== goroutine) {
      const segment = (this.#segments.get(goroutine) ?? 0) + 1;
      this.#segments.set(goroutine, segment);
      put(
        writer,
        segmentKind,
        goroutine,
        segment,
        (this.#roots?.has(goroutine) ?? !this.#started.has(goroutine)) ? 1 : 0,
      );
      writer.goroutine = goroutine;
      this.#lastWriters.set(goroutine, writer);
    }
  }

  #begin(writer: Writer): void {
    writer.chunk = new Uint8Array(this.#size);
    const view = new DataView(writer.chunk.buffer);
    view.setUint32(0, chunkMagic, true);
    view.setUint32(4, writer.number, true);
    view.setUint32(8, writer.chunks++, true);
    view.setBigUint64(16, BigInt(this.chunks.length) * 1_000n, true);
    writer.at = chunkHeadSize;
    writer.goroutine = undefined;
    this.chunks.push(writer.chunk);
  }

  /** The id of a stack, which is defined here when it is a new one. */
  #stack(writer: Writer, goroutine: number, pcs: readonly number[]): number {
    const key = pcs.join();
    const known = this.#stackIds.get(key);
    if (known !== undefined) {
      return known;
    }
    this.stacks.push(pcs);
    const id = this.stacks.length;
    this.#stackIds.set(key, id);
    const bytes = new Uint8Array(8 * pcs.length);
    const view = new DataView(bytes.buffer);
    pcs.forEach((pc, index) => {
      view.setBigUint64(index * 8, BigInt(pc), true);
    });
    this.#define(writer, goroutine, { kind: stackKind, value: pcs.length, id, bytes });
    return id;
  }

  #type(writer: Writer, goroutine: number, stack: number, name: string): void {
    if (!this.#typed.has(stack)) {
      this.#typed.add(stack);
      const bytes = new TextEncoder().encode(name);
      this.#define(writer, goroutine, { kind: typeKind, value: bytes.length, id: stack, bytes });
    }
  }

  /** Something that is defined once, with bytes behind it. */
  #define(writer: Writer, goroutine: number, { kind, value, id, bytes }: Definition): void {
    const size = orderEventSize * Math.ceil(bytes.length / orderEventSize);
    this.#room(writer, goroutine, orderEventSize + size);
    put(writer, kind, value, id, 0);
    writer.chunk.set(bytes, writer.at);
    writer.at += size;
  }
}

function put(writer: Writer, kind: number, value: number, number: number, stack: number): void {
  const view = new DataView(writer.chunk.buffer, writer.at, orderEventSize);
  view.setUint32(0, value >>> 0, true);
  view.setUint32(4, ((kind << 24) | Math.floor(value / 0x1_0000_0000)) >>> 0, true);
  view.setUint32(8, stack, true);
  view.setUint32(12, number, true);
  writer.at += orderEventSize;
}
