/** Numbers of a program's memory. All are little-endian; what cannot be read is undefined, never an error. */
import type { Address, Memory } from "../memory.js";

const twoTo32 = 0x1_0000_0000;

/** Some bytes of memory as numbers; undefined when not all of them can be read. */
export function readView(memory: Memory, address: Address, length: number): DataView | undefined {
  const bytes = memory.read(address, length);
  return bytes === undefined || bytes.length < length ? undefined : viewOf(bytes);
}

/** Bytes as numbers, without a copy. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * A 64-bit word as an address or a size. From 2^53 on it is rounded: nothing of a program lies there, so it is good for nothing
 * but to be refused.
 */
export function wordAt(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * twoTo32 + view.getUint32(offset, true);
}

/** The word at an address; undefined when it cannot be read. */
export function readWord(memory: Memory, address: Address): number | undefined {
  if (memory.readWord !== undefined) {
    return memory.readWord(address);
  }
  const view = readView(memory, address, 8);
  return view === undefined ? undefined : wordAt(view, 0);
}

/** A pointer as people read it. */
export function hexAddress(address: Address | bigint): string {
  return `0x${address.toString(16)}`;
}
