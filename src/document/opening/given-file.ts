/** Files as they are read while documents are made: whole, in pieces, or bytes that are in memory already. */
import { MaptrapError } from "../../base/errors.js";
import type { Bytes } from "../document.js";
import type { GivenFile } from "../surroundings.js";

/** How much of a text is read at a time, in bytes. */
const pieceSize = 1 << 20;

/** The largest file that is read whole, in bytes. */
export const largestWhole = 1 << 30;

/** A file that was given cannot be read, or is larger than anything of its kind. */
export class GivenFileError extends MaptrapError {}

/** The system does not give a file's bytes: it is gone, was changed, or may not be read. */
export class UnreadableFileError extends GivenFileError {
  constructor(name: string, options?: { readonly cause: unknown }) {
    super(`${name} cannot be read: it is gone, was changed since, or may not be read`, {
      wayOut: "see that it is there and that you may read it, and open it again",
      cause: options?.cause,
    });
  }
}

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

/** The bytes of a file one piece after another; the next one is asked for while this one is worked on. */
export async function* piecesOfFile(
  file: GivenFile,
  onPiece?: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  let next = pieceAt(file, 0);
  for (let at = 0; at < file.size;) {
    const piece = await next;
    if (piece.length === 0) {
      return;
    }
    at += piece.length;
    next = pieceAt(file, at);
    yield piece;
    onPiece?.(at);
  }
}

/** A piece that is being read. Whoever does not wait for it does not hear why it failed. */
function pieceAt(file: GivenFile, at: number): Promise<Uint8Array> {
  if (at >= file.size) {
    return Promise.resolve(new Uint8Array(0));
  }
  const piece = file.read(at, Math.min(pieceSize, file.size - at));
  piece.catch(() => undefined);
  return piece;
}

/**
 * What was packed in a file that was given, as a file.
 *
 * @param bytes what was unpacked
 * @param where where the page finds them
 */
export function fileInMemory(name: string, bytes: Uint8Array, where: Bytes): GivenFile {
  return {
    name,
    size: bytes.length,
    bytes: where,
    read: async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    readNow: (target, offset) => {
      const part = bytes.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
  };
}

/** Bytes that are packed already, as a document holds them. */
export function embeddedBytes(packed: Uint8Array, size: number): Bytes {
  const parts: string[] = [];
  // A multiple of three bytes becomes base64 without an end.
  for (let at = 0; at < packed.length; at += base64Piece) {
    parts.push(btoa(String.fromCharCode(...packed.subarray(at, at + base64Piece))));
  }
  return { kind: "embedded", base64: parts.join(""), size };
}

const base64Piece = 3 << 12;
