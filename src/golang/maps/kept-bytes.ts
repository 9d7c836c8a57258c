/** Keeps pieces of memory as they are, up to a limit. */
import type { Address, Memory } from "../memory.js";

/** See the file's comment. */
export class KeptBytes {
  #left: number;

  /** @param most so many bytes in all */
  constructor(most: number) {
    this.#left = most;
  }

  /** A copy of bytes that were read already; undefined when no more are kept. */
  keep(bytes: Uint8Array): Uint8Array | undefined {
    if (bytes.length > this.#left) {
      return undefined;
    }
    this.#left -= bytes.length;
    // Not slice: that of a Buffer is no copy, and would keep all of the memory that was read at once.
    return new Uint8Array(bytes);
  }

  /** Reads bytes to keep them; undefined when no more are kept, or when they cannot be read. */
  read(memory: Memory, address: Address, length: number): Uint8Array | undefined {
    const bytes = length > this.#left ? undefined : memory.read(address, length);
    return bytes === undefined ? undefined : this.keep(bytes);
  }
}
