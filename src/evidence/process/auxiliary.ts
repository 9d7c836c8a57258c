/**
 * The auxiliary vector, by which the kernel tells a program where it is: pairs of 64-bit words, type and value.
 *
 * Source: getauxval(3), <elf.h>.
 */
import type { Address } from "../../golang/memory.js";
import type { ExecutableImage } from "../binary/image.js";

/** AT_ENTRY: where the program starts, wherever the loader put it. */
const entryType = 9;

/** The address where the program started; undefined when it is not there. */
export function entryAddress(vector: Uint8Array): Address | undefined {
  const view = new DataView(vector.buffer, vector.byteOffset, vector.byteLength);
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    const value = view.getBigUint64(at + 8, true);
    if (view.getBigUint64(at, true) === BigInt(entryType) && value < 1n << 48n) {
      return Number(value);
    }
  }
  return undefined;
}

/** A file that is mapped to memory. */
export interface MappedFile {
  readonly start: Address;
  readonly end: Address;
  /** Where in the file it begins, in bytes. */
  readonly offset: number;
  readonly path: string;
}

/**
 * What the loader added to the addresses of an executable.
 *
 * @param entry where the program started, as the auxiliary vector says
 * @param files where the executable is mapped, for the case that the vector says nothing
 * @returns undefined when neither tells
 */
export function loadBias(
  image: ExecutableImage,
  entry: Address | undefined,
  files: readonly MappedFile[],
): number | undefined {
  if (!image.movable) {
    return 0;
  }
  const aligned = (bias: number): boolean => bias >= 0 && bias % 4096 === 0;
  const byEntry = entry === undefined || image.entry === undefined ? undefined : entry - Number(image.entry);
  if (byEntry !== undefined && aligned(byEntry)) {
    return byEntry;
  }
  for (const { start, offset } of files) {
    const segment = image.segments.find((one) => one.fileOffset - (one.fileOffset % 4096) === offset);
    if (segment !== undefined) {
      const address = Number(segment.address);
      const bias = start - (address - (address % 4096));
      return aligned(bias) ? bias : undefined;
    }
  }
  return undefined;
}
