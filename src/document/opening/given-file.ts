/** Files as they are read while documents are made: whole, in pieces, or bytes that are in memory already. */
import { MaptrapError } from "../../base/errors.js";
import type { GivenFile } from "../surroundings.js";

/** How much of a text is read at a time, in bytes. */
const pieceSize = 1 << 18;

/** The largest file that is read whole, in bytes. */
export const largestWhole = 1 << 30;

/** A file that was given cannot be read, or is larger than anything of its kind. */
export class GivenFileError extends MaptrapError {}

/**
 * Reads a file whole.
 *
 * @param most the most bytes that a file of this kind can have
 * @throws GivenFileError when it is larger, or ends earlier than it said
 */
export async function readWhole(file: GivenFile, most = largestWhole): Promise<Uint8Array> {
  if (file.size > most) {
    throw new GivenFileError(`${file.name} has ${file.size} bytes, more than any file of its kind`);
  }
  const bytes = await file.read(0, file.size);
  if (bytes.length < file.size) {
    throw new GivenFileError(`${file.name} became shorter while it was read`);
  }
  return bytes;
}

/** The bytes of a file one piece after another. */
export async function* piecesOfFile(
  file: GivenFile,
  onPiece?: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size;) {
    const piece = await file.read(at, Math.min(pieceSize, file.size - at));
    if (piece.length === 0) {
      return;
    }
    at += piece.length;
    yield piece;
    onPiece?.(at);
  }
}

/** Bytes that are in memory, as a file: what was packed in one that was given. */
export function fileInMemory(name: string, bytes: Uint8Array, original: GivenFile): GivenFile {
  return {
    name,
    size: bytes.length,
    bytes: original.bytes,
    read: async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    readNow: (target, offset) => {
      const part = bytes.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
  };
}
