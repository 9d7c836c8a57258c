/**
 * Searching an executable for bytes, piece by piece.
 */
import type { Region } from "./image.js";
import type { ByteSource } from "./source.js";

/** How much of the file is in memory at once, in bytes. */
const pieceSize = 1 << 22;

/**
 * Where some bytes are in a region.
 *
 * @param pattern the bytes; no longer than the alignment allows to overlap two pieces
 * @param alignment addresses that are no multiple of it are passed over
 * @returns addresses, one after another, as far as they are asked for
 */
export function* findInRegion(
  source: ByteSource,
  region: Region,
  pattern: Uint8Array,
  alignment: number,
): Generator<bigint> {
  const overlap = pattern.length - 1;
  for (let done = 0; done < region.size; done += pieceSize) {
    const bytes = source.read(region.fileOffset + done, Math.min(pieceSize + overlap, region.size - done));
    const start = region.address + BigInt(done);
    // Only aligned places are looked at: what is searched for often begins with a zero, which half of a program's data are.
    const misaligned = Number(start % BigInt(alignment));
    const first = misaligned === 0 ? 0 : alignment - misaligned;
    for (let at = first; at + overlap < bytes.length; at += alignment) {
      if (isAt(bytes, at, pattern)) {
        yield start + BigInt(at);
      }
    }
  }
}

function isAt(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  for (let index = 0; index < pattern.length; index++) {
    if (bytes[at + index] !== pattern[index]) {
      return false;
    }
  }
  return true;
}
