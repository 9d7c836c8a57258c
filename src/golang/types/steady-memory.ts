/** Memory that does not change while the program runs, read in pages and kept. */
import type { Address, Memory } from "../memory.js";
import type { TypeModule } from "./modules.js";

const pageSize = 1 << 16;
/** So many pages are kept: 64 MiB. */
const mostPages = 1 << 10;

/**
 * Reads type descriptors and their names through a cache; everything else straight from memory. Descriptors are many and small,
 * and each read of another process is a system call.
 */
export class SteadyMemory implements Memory {
  readonly #memory: Memory;
  readonly #ranges: readonly TypeModule[];
  readonly #pages = new Map<Address, Uint8Array | undefined>();

  constructor(memory: Memory, ranges: readonly TypeModule[]) {
    this.#memory = memory;
    this.#ranges = ranges;
  }

  read(address: Address, length: number): Uint8Array | undefined {
    const range = this.#ranges.find(({ start, end }) => address >= start && address + length <= end);
    if (range === undefined || !Number.isInteger(address) || length > pageSize) {
      return this.#memory.read(address, length);
    }
    const pageStart = range.start + Math.floor((address - range.start) / pageSize) * pageSize;
    const page = this.#page(pageStart, Math.min(pageSize, range.end - pageStart));
    const offset = address - pageStart;
    return page === undefined || offset + length > page.length
      ? this.#memory.read(address, length)
      : page.subarray(offset, offset + length);
  }

  #page(start: Address, length: number): Uint8Array | undefined {
    if (this.#pages.has(start)) {
      return this.#pages.get(start);
    }
    const bytes = this.#memory.read(start, length);
    if (this.#pages.size < mostPages) {
      this.#pages.set(start, bytes);
    }
    return bytes;
  }
}
