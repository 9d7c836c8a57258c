/**
 * The bytes of an executable: read in pieces, so that 200 MB of debug information are never in memory.
 */
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { systemErrorCode } from "../../base/errors.js";
import { readFully } from "../../base/read-fully.js";
import { BinaryError } from "./errors.js";

/** Where an executable's bytes come from. Offsets and lengths are in bytes. */
export interface ByteSource {
  /** The file's name, for messages. */
  readonly name: string;
  /** How many bytes there are. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes.
   *
   * @throws BinaryError when they are not within the file, or when more was asked for than an executable can need
   */
  read(offset: number, length: number): Uint8Array;
}

/** A piece that is read at once is no larger. */
const maxPiece = 1 << 30;

/**
 * How often each byte of the file may be read on average. A damaged file can name the same bytes as thousands of
 * segments. Measured: 0.5 to 0.7 for executables with section headers, 2.0 at most for those without.
 */
const maxRounds = 12;

/** Counts what is read, so that the work on a file is bounded by its size. */
class Budget {
  #left: number;

  constructor(
    readonly name: string,
    readonly size: number,
  ) {
    this.#left = maxRounds * size + (1 << 20);
  }

  /** Allows one read, or says why not. */
  take(offset: number, length: number): void {
    const within = Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= this.size;
    if (!within) {
      throw new BinaryError(
        this.name,
        `${length} bytes are not within the file of ${this.size} bytes`,
        offset,
      );
    }
    this.#left -= length;
    if (this.#left < 0 || length > maxPiece) {
      throw new BinaryError(this.name, "the parts that the file names are larger than the file", offset);
    }
  }
}

/**
 * Bytes from anywhere: every read is within them, and how much is read in all is bounded.
 *
 * @param size how many bytes there are
 * @param readAt reads exactly so many bytes that are there, or throws
 */
export function boundedSource(
  name: string,
  size: number,
  readAt: (offset: number, length: number) => Uint8Array,
): ByteSource {
  const budget = new Budget(name, size);
  const read = (offset: number, length: number): Uint8Array => {
    budget.take(offset, length);
    return readAt(offset, length);
  };
  return { name, size, read };
}

/** Bytes that are in memory already. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return boundedSource(name, bytes.length, (offset, length) => bytes.subarray(offset, offset + length));
}

function bytesAt(descriptor: number, name: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const found = readFully(descriptor, bytes, offset);
  if (found < length) {
    throw new BinaryError(name, "the file became shorter while it was read", offset + found);
  }
  return bytes;
}

/** Opens a file, or says in a sentence why not. */
function open(path: string): number {
  try {
    // A pipe would block for ever on being opened, so this is asked before.
    if (!statSync(path).isFile()) {
      throw new BinaryError(path, "it is not a regular file", 0);
    }
    return openSync(path, "r");
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) {
      throw error;
    }
    throw new BinaryError(
      path,
      code === "ENOENT" ? "there is no such file" : `it cannot be opened (${code})`,
      0,
      error,
    );
  }
}

/**
 * Lends a file for as long as `use` runs, then closes it.
 *
 * @throws BinaryError when it cannot be opened
 */
export function withFile<T>(path: string, use: (source: ByteSource) => T): T {
  const descriptor = open(path);
  try {
    const { size } = fstatSync(descriptor);
    return use(boundedSource(path, size, (offset, length) => bytesAt(descriptor, path, offset, length)));
  } finally {
    closeSync(descriptor);
  }
}
