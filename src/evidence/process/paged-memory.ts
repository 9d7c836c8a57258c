/**
 * Memory that is fetched in blocks and remembered, so that reading thousands of small structures takes few system calls.
 *
 * ```text
 *   block (64 KiB)   |page|page|page|····|     what cannot be read is known page by page
 * ```
 */
import type { Address, Memory } from "../../golang/memory.js";
import { wordAt } from "../../golang/types/words.js";

/**
 * Fetches bytes.
 *
 * @param address a multiple of {@link pageSize}
 * @param target what to fill, from its start on
 * @returns how many bytes could be read, from the start on
 */
export type Fetch = (address: Address, target: Uint8Array) => number;

/** Memory is there or is not in pieces of this size, in bytes. */
export const pageSize = 4096;
const blockSize = 1 << 16;
const pagesInBlock = blockSize / pageSize;

/** How many blocks are remembered: 64 MiB. */
const maxBlocks = 1024;

/** A read is no longer than this, in bytes; larger lengths come from damaged memory. */
const maxRead = 1 << 28;

/** Reads longer than this go past what is remembered. */
const maxRemembered = 4 * blockSize;

interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** For each page a bit: whether it could be read. */
  readonly readable: number;
}

const allPages = 2 ** pagesInBlock - 1;

/** Memory over something that is slow to ask. */
export class PagedMemory implements Memory {
  readonly #fetch: Fetch;
  readonly #blocks = new Map<number, Block>();
  /** The block that was asked for last: most reads are close to the one before. */
  #lastIndex = -1;
  #last: Block | undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Forgets everything: to be called when the program has run. */
  invalidate(): void {
    this.#blocks.clear();
    this.#lastIndex = -1;
    this.#last = undefined;
  }

  read(address: Address, length: number): Uint8Array | undefined {
    if (!isRange(address, length)) {
      return undefined;
    }
    const index = Math.floor(address / blockSize);
    const offset = address - index * blockSize;
    if (offset + length <= blockSize) {
      const block = this.#block(index);
      return isReadable(block, offset, length) ? block.bytes.subarray(offset, offset + length) : undefined;
    }
    return length > maxRemembered ? this.#readPast(address, length) : this.#readAcross(address, length);
  }

  readonly readWord = (address: Address): number | undefined => {
    if (!isRange(address, 8)) {
      return undefined;
    }
    const index = Math.floor(address / blockSize);
    const offset = address - index * blockSize;
    if (offset > blockSize - 8) {
      const bytes = this.#readAcross(address, 8);
      return bytes === undefined ? undefined : wordAt(new DataView(bytes.buffer), 0);
    }
    const block = this.#block(index);
    return isReadable(block, offset, 8) ? wordAt(block.view, offset) : undefined;
  };

  /** A range that several blocks hold. */
  #readAcross(address: Address, length: number): Uint8Array | undefined {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const offset = (address + done) % blockSize;
      const part = Math.min(blockSize - offset, length - done);
      const block = this.#block(Math.floor((address + done) / blockSize));
      if (!isReadable(block, offset, part)) {
        return undefined;
      }
      bytes.set(block.bytes.subarray(offset, offset + part), done);
      done += part;
    }
    return bytes;
  }

  /** A long range, which is not remembered. */
  #readPast(address: Address, length: number): Uint8Array | undefined {
    const end = address + length;
    // The length may be nonsense: whether the last byte is there costs nothing compared with the whole.
    if (this.read(end - 1, 1) === undefined) {
      return undefined;
    }
    const start = address - (address % pageSize);
    const bytes = new Uint8Array(Math.ceil((end - start) / pageSize) * pageSize);
    for (let done = 0; done < bytes.length;) {
      const found = Math.floor(this.#fetch(start + done, bytes.subarray(done)) / pageSize) * pageSize;
      if (found === 0) {
        return undefined;
      }
      done += found;
    }
    return bytes.subarray(address - start, end - start);
  }

  #block(index: number): Block {
    if (index === this.#lastIndex && this.#last !== undefined) {
      return this.#last;
    }
    const block = this.#blocks.get(index) ?? this.#fetchBlock(index);
    this.#lastIndex = index;
    this.#last = block;
    return block;
  }

  #fetchBlock(index: number): Block {
    // Not filled with zeros: of a page that cannot be read nothing is shown.
    const bytes = Buffer.allocUnsafeSlow(blockSize);
    const view = new DataView(bytes.buffer, bytes.byteOffset, blockSize);
    const start = index * blockSize;
    let readable = 0;
    for (let page = 0; page < pagesInBlock;) {
      const found = Math.floor(
        this.#fetch(start + page * pageSize, bytes.subarray(page * pageSize)) / pageSize,
      );
      readable |= (2 ** found - 1) << page;
      // Where it ended nothing can be read, or what is there comes from elsewhere and is asked for anew.
      page += Math.max(found, 1);
    }
    if (this.#blocks.size >= maxBlocks) {
      this.#forgetOldest();
    }
    const block = { bytes, view, readable };
    this.#blocks.set(index, block);
    return block;
  }

  #forgetOldest(): void {
    const oldest = this.#blocks.keys().next();
    if (oldest.done !== true) {
      this.#blocks.delete(oldest.value);
    }
  }
}

function isRange(address: Address, length: number): boolean {
  return (
    Number.isSafeInteger(address) &&
    Number.isSafeInteger(length) &&
    address >= 0 &&
    length >= 0 &&
    length <= maxRead &&
    address + length <= Number.MAX_SAFE_INTEGER
  );
}

function isReadable(block: Block, offset: number, length: number): boolean {
  if (block.readable === allPages || length === 0) {
    return true;
  }
  const first = Math.floor(offset / pageSize);
  const last = Math.floor((offset + length - 1) / pageSize);
  for (let page = first; page <= last; page++) {
    if ((block.readable & (1 << page)) === 0) {
      return false;
    }
  }
  return true;
}
