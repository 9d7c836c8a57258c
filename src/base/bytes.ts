/**
 * Reading numbers and text from bytes that may be damaged.
 *
 * A {@link ByteReader} looks at one byte array. Offsets count from its start; all numbers are little-endian. Every read
 * is checked against the end, so a damaged length or offset gives an {@link OutOfBoundsError} and never a wrong value.
 */
import { MaptrapError } from "./errors.js";

/** A read that does not lie within the bytes. */
export class OutOfBoundsError extends MaptrapError {
  constructor(
    /** Where the read began. */
    readonly offset: number,
    /** How many bytes were asked for. */
    readonly length: number,
    /** How many bytes there are. */
    readonly size: number,
  ) {
    super(`${length} bytes at offset ${offset} are not within the ${size} bytes that are there`);
  }
}

/** A 64-bit number that a JavaScript number cannot hold exactly. */
export class UnsafeNumberError extends MaptrapError {
  constructor(
    /** Where the number stands. */
    readonly offset: number,
    /** The number. */
    readonly value: bigint,
  ) {
    super(`the number ${value} at offset ${offset} is larger than expected`);
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Little-endian, bounds-checked reads at any offset of a byte array. It copies nothing unless a method says so. */
export class ByteReader {
  /** How many bytes there are. */
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.size = bytes.byteLength;
  }

  /** Whether `length` bytes at `offset` are there. False for negative, fractional and not-a-number arguments. */
  has(offset: number, length: number): boolean {
    return (
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(length) &&
      offset >= 0 &&
      length >= 0 &&
      offset <= this.size - length
    );
  }

  /** Unsigned 8-bit number. */
  u8(offset: number): number {
    this.#check(offset, 1);
    return this.#view.getUint8(offset);
  }

  /** Unsigned 16-bit number. */
  u16(offset: number): number {
    this.#check(offset, 2);
    return this.#view.getUint16(offset, true);
  }

  /** Unsigned 32-bit number. */
  u32(offset: number): number {
    this.#check(offset, 4);
    return this.#view.getUint32(offset, true);
  }

  /** Signed 32-bit number. */
  i32(offset: number): number {
    this.#check(offset, 4);
    return this.#view.getInt32(offset, true);
  }

  /** Unsigned 64-bit number. */
  u64(offset: number): bigint {
    this.#check(offset, 8);
    return this.#view.getBigUint64(offset, true);
  }

  /** Unsigned 64-bit number as a JavaScript number; an {@link UnsafeNumberError} when it is 2^53 or more. */
  u64Number(offset: number): number {
    this.#check(offset, 8);
    const high = this.#view.getUint32(offset + 4, true);
    if (high > 0x1f_ffff) {
      throw new UnsafeNumberError(offset, this.#view.getBigUint64(offset, true));
    }
    return high * 0x1_0000_0000 + this.#view.getUint32(offset, true);
  }

  /** `length` bytes at `offset`, as a view into the same memory. */
  bytes(offset: number, length: number): Uint8Array {
    this.#check(offset, length);
    return this.#bytes.subarray(offset, offset + length);
  }

  /** A reader of its own for `length` bytes at `offset`; its offsets count from there, and it cannot read beyond. */
  section(offset: number, length: number): ByteReader {
    return new ByteReader(this.bytes(offset, length));
  }

  /** `length` bytes at `offset` as UTF-8 text; what is not UTF-8 becomes U+FFFD. */
  text(offset: number, length: number): string {
    return decoder.decode(this.bytes(offset, length));
  }

  /**
   * UTF-8 text that ends before the next zero byte. For a limit, read from a {@link section}.
   *
   * @throws OutOfBoundsError when no zero byte comes before the end
   */
  cstring(offset: number): string {
    this.#check(offset, 1);
    const end = this.#bytes.indexOf(0, offset);
    if (end === -1) {
      throw new OutOfBoundsError(offset, this.size - offset + 1, this.size);
    }
    return decoder.decode(this.#bytes.subarray(offset, end));
  }

  #check(offset: number, length: number): void {
    if (!this.has(offset, length)) {
      throw new OutOfBoundsError(offset, length, this.size);
    }
  }
}
