/** Bytes of an event file, whether it is in memory or read piece by piece. */
import { ByteReader, OutOfBoundsError } from "../../base/bytes.js";
import type { ReadInto } from "./words.js";

/** What the parts of an event file that are not rings are read from; a ByteReader is one. */
export interface ByteRanges {
  /** How many bytes there are. */
  readonly size: number;
  /**
   * `length` bytes at `offset`.
   *
   * @throws OutOfBoundsError when they are not there
   */
  bytes(offset: number, length: number): Uint8Array;
  /** A reader of `length` bytes at `offset`. */
  section(offset: number, length: number): ByteReader;
}

/** Records lie one behind the other: so much is read at once, in bytes. */
const blockSize = 1 << 18;

/** Reads ranges of a file, a block at a time where little is asked for. */
export class ReadRanges implements ByteRanges {
  #block = new Uint8Array(0);
  #start = 0;

  constructor(
    readonly size: number,
    private readonly read: ReadInto,
  ) {}

  bytes(offset: number, length: number): Uint8Array {
    const isThere =
      Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (!isThere || offset > this.size - length) {
      throw new OutOfBoundsError(offset, length, this.size);
    }
    if (length > blockSize) {
      const bytes = new Uint8Array(length);
      this.read(bytes, offset);
      return bytes;
    }
    if (offset < this.#start || offset + length > this.#start + this.#block.length) {
      const block = new Uint8Array(Math.min(blockSize, this.size - offset));
      this.read(block, offset);
      this.#block = block;
      this.#start = offset;
    }
    return this.#block.subarray(offset - this.#start, offset - this.#start + length);
  }

  section(offset: number, length: number): ByteReader {
    return new ByteReader(this.bytes(offset, length));
  }
}
