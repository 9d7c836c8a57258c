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
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = piece.indexOf(pattern); at !== -1; at = piece.indexOf(pattern, at + 1)) {
      const address = region.address + BigInt(done + at);
      if (address % BigInt(alignment) === 0n) {
        yield address;
      }
    }
  }
}
