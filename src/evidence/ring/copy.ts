/** Copies an event file that a process may be writing at the same time. */
import { open } from "node:fs/promises";
import { ByteReader } from "../../base/bytes.js";
import { headerSize } from "./format.js";
import { isEventFile } from "./frame.js";
import { readRegionAt, regionPlaces } from "./region.js";
import { ringHeadPlaces } from "./ring-heads.js";

/** Reads bytes from an offset on. Gives how many there were. */
type ReadAt = (target: Uint8Array, offset: number) => Promise<number>;

/**
 * Copies a file. Of an event file the heads of the rings are read once more after all else, so that an event whose place was
 * taken again while it was copied does not count as whole. Any other file is copied as it is.
 *
 * @throws what the system says
 */
export async function copyEventFile(fileName: string): Promise<Uint8Array> {
  const file = await open(fileName, "r");
  try {
    const bytes = new Uint8Array(await file.readFile());
    await readHeadsAgain(bytes, async (target, offset) => {
      const { bytesRead } = await file.read(target, 0, target.length, offset);
      return bytesRead;
    });
    return bytes;
  } finally {
    await file.close();
  }
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
