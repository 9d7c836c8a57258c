/** Which chunks there are, and whose: the heads of all chunks, read once. */
import { ByteReader } from "../../base/bytes.js";
import { EventFileDamagedError } from "../ring/errors.js";
import { headerSize, type OrderHeader } from "../ring/format.js";
import type { Damage } from "./damage.js";
import { chunkHeadSize, chunkMagic, smallestChunk } from "./format.js";
import { withRoom } from "../../base/growing.js";
import { readFrom, type OrderSource } from "./source.js";

/** Where the chunks lie, as the header says. */
export interface ChunkLayout {
  /** Offset of the first one. */
  readonly first: number;
  /** Bytes of each. */
  readonly size: number;
  /** How many were begun and have room. */
  readonly begun: number;
}

/** The chunks of each writer, in its order. Writers are numbered here from 0, in the order in which they appear. */
export interface ChunkIndex {
  readonly layout: ChunkLayout;
  readonly writers: number;
  /** A writer's first chunk. */
  readonly firstOf: (writer: number) => number;
  /** The chunk that its writer filled after this one; -1 = none. */
  readonly after: (chunk: number) => number;
  /** Offset of a chunk. */
  readonly offset: (chunk: number) => number;
  /** Where its bytes end that are in the file. */
  readonly end: (chunk: number) => number;
  /** How many chunks are in it. */
  readonly chunks: number;
  /** Their bytes. */
  readonly bytes: number;
}

/** More than any machine has processors; a file that names more writers is damaged. */
const mostWriters = 8192;
/** After so many chunks in a row that were never begun no other one is looked for. */
const mostEmpty = 4096;
const blockSize = 0x1_0000;
const largestChunk = 0x4000_0000;

/**
 * Where the chunks lie.
 *
 * @throws EventFileDamagedError when they cannot lie there
 */
export function chunkLayoutOf(header: OrderHeader, fileName: string): ChunkLayout {
  const { firstChunk: first, chunkSize: size, chunksBegun: begun, mostChunks } = header;
  if (begun > 0 && (size < smallestChunk || size > largestChunk || (size & (size - 1)) !== 0)) {
    throw new EventFileDamagedError(fileName, `the size of a chunk cannot be ${size}`);
  }
  if (begun > 0 && first < headerSize) {
    throw new EventFileDamagedError(fileName, `the first chunk cannot be at ${first}`);
  }
  return { first, size, begun: Math.min(begun, mostChunks) };
}

/** Reads the heads of all chunks. Needs four bytes for each chunk that is really there. */
export function indexChunks(source: OrderSource, layout: ChunkLayout, damage: Damage): ChunkIndex {
  const { first, size, begun } = layout;
  const there = begun === 0 ? 0 : Math.min(begun, Math.ceil(Math.max(0, source.size - first) / size));
  damage.note("chunks outside the file: #", begun - there);
  const index = new IndexBuilder(damage);
  if (there > 0) {
    readHeads(source, { ...layout, begun: there }, index);
  }
  const offset = (chunk: number): number => first + chunk * size;
  const end = (chunk: number): number => Math.min(offset(chunk) + size, source.size);
  if (there > 0 && end(there - 1) < offset(there)) {
    damage.note("the last chunk is cut short");
  }
  return { ...index.built(), layout, offset, end, bytes: index.chunks * size };
}

function readHeads(source: OrderSource, { first, size, begun }: ChunkLayout, index: IndexBuilder): void {
  const together = Math.max(1, Math.floor(blockSize / size / 8));
  const block = new Uint8Array(together === 1 ? chunkHeadSize : together * size);
  for (let chunk = 0, empty = 0; chunk < begun; chunk += together) {
    const at = first + chunk * size;
    const part = block.subarray(0, Math.min(block.length, source.size - at));
    readFrom(source, part, at);
    const heads = new ByteReader(part);
    for (let of = 0; of < together && chunk + of < begun && heads.has(of * size, chunkHeadSize); of++) {
      const head = heads.section(of * size, chunkHeadSize);
      empty = index.add(chunk + of, head.u32(0), head.u32(4), head.u32(8)) ? 0 : empty + 1;
    }
    if (empty >= mostEmpty) {
      index.giveUp(begun - chunk - together);
      return;
    }
  }
}

class IndexBuilder {
  chunks = 0;
  readonly #damage: Damage;
  readonly #numbers = new Map<number, number>();
  #after = new Int32Array(64);
  #firsts = new Uint32Array(64);
  #lasts = new Uint32Array(64);
  /** Each writer's next chunk number. */
  #expected = new Float64Array(64);

  constructor(damage: Damage) {
    this.#damage = damage;
  }

  /** Adds a chunk. False when it was never begun. */
  add(chunk: number, magic: number, number: number, sequence: number): boolean {
    if (magic !== chunkMagic) {
      this.#damage.note(magic === 0 ? "chunks that were never begun: #" : "chunks without a head: #");
      return magic !== 0;
    }
    const known = this.#numbers.get(number);
    if (known === undefined && this.#numbers.size === mostWriters) {
      this.#damage.note(`chunks of more writers than ${mostWriters}: #`);
      return true;
    }
    const writer = known ?? this.#newWriter(number);
    const expected = this.#expected[writer] ?? 0;
    if (sequence < expected) {
      this.#damage.note("chunks that stand twice or out of their order: #");
      return true;
    }
    this.#damage.note("chunks missing between others: #", sequence - expected);
    this.#expected[writer] = sequence + 1;
    this.#after = withRoom(this.#after, chunk + 1, (length) => new Int32Array(length));
    this.#after[chunk] = -1;
    if (known === undefined) {
      this.#firsts[writer] = chunk;
    } else {
      this.#after[this.#lasts[writer] ?? 0] = chunk;
    }
    this.#lasts[writer] = chunk;
    this.chunks++;
    return true;
  }

  /** Says that so many chunks were not looked at. */
  giveUp(rest: number): void {
    this.#damage.note(`chunks not looked at, behind ${mostEmpty} that were never begun: #`, rest);
  }

  built(): Pick<ChunkIndex, "writers" | "firstOf" | "after" | "chunks"> {
    const firsts = this.#firsts;
    const after = this.#after;
    return {
      writers: this.#numbers.size,
      firstOf: (writer) => firsts[writer] ?? 0,
      after: (chunk) => after[chunk] ?? -1,
      chunks: this.chunks,
    };
  }

  #newWriter(number: number): number {
    const writer = this.#numbers.size;
    this.#numbers.set(number, writer);
    this.#firsts = withRoom(this.#firsts, writer + 1, (length) => new Uint32Array(length));
    this.#lasts = withRoom(this.#lasts, writer + 1, (length) => new Uint32Array(length));
    this.#expected = withRoom(this.#expected, writer + 1, (length) => new Float64Array(length));
    return writer;
  }
}
