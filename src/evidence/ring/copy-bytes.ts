/** Copies the bytes of an event file that a process may be writing at the same time. */
import { ByteReader } from "../../base/bytes.js";
import { headerSize } from "./format.js";
import { isEventFile, readableVersion } from "./frame.js";
import { readHeader } from "./header.js";
import { readRegionAt, regionPlaces } from "./region.js";
import { ringHeadPlaces } from "./ring-heads.js";

/** Reads bytes from an offset on. Gives how many there were. */
export type ReadAt = (target: Uint8Array, offset: number) => Promise<number>;

/** The part before the chunks has a fixed size of a few megabytes; of a header that says more than this only the header is read. */
const mostBeforeChunks = 0x4000_0000;

/**
 * Copies a file; of one with order events only the part before their chunks, which may be many gigabytes, and which are read where
 * they are (evidence/order). Of an event file the heads of the rings are read once more after all else, so that an event whose place was
 * taken again while it was copied does not count as whole. Any other file is copied as it is.
 *
 * @param size how long the file is, in bytes
 * @param read reads the file
 * @param readAll reads the whole file at once
 * @throws what reading throws
 */
export async function copyEventBytes(
  size: number,
  read: ReadAt,
  readAll: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const start = new Uint8Array(headerSize);
  const length = lengthBeforeChunks(start.subarray(0, await read(start, 0)));
  if (length !== undefined) {
    const part = new Uint8Array(Math.min(length, size));
    return part.subarray(0, await read(part, 0));
  }
  const bytes = await readAll();
  await readHeadsAgain(bytes, read);
  return bytes;
}

/** How long the part before the chunks of order events is; undefined for another file. */
function lengthBeforeChunks(start: Uint8Array): number | undefined {
  const reader = new ByteReader(start);
  const version =
    reader.has(0, headerSize) && isEventFile(start) ? readableVersion(reader.u32(8)) : undefined;
  if (version === undefined || readHeader(reader, version, []).mode !== "order") {
    return undefined;
  }
  const length = Number(reader.u64(16));
  return length > mostBeforeChunks ? headerSize : length;
}

/**
 * Puts the heads of the rings, as they are now, into a copy of an event file.
 *
 * @param bytes the copy
 * @param read reads the file
 */
export async function readHeadsAgain(bytes: Uint8Array, read: ReadAt): Promise<void> {
  if (!isEventFile(bytes.subarray(0, 8)) || bytes.length < headerSize) {
    return;
  }
  const region = readRegionAt(new ByteReader(bytes), regionPlaces.rings);
  const { there } = ringHeadPlaces(region, bytes.length);
  if (there === 0) {
    return;
  }
  const heads = new Uint8Array(there * region.recordSize);
  const found = await read(heads, region.offset);
  bytes.set(heads.subarray(0, found), region.offset);
}
