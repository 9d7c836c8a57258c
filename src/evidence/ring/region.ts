/** Where a region lies: the header has four numbers on each. */
import type { ByteReader } from "../../base/bytes.js";
import { headerSize } from "./format.js";

/** A region as the header describes it; nothing of this is checked yet. */
export interface Region {
  readonly offset: number;
  /** Size of a record. */
  readonly recordSize: number;
  /** Room for records. */
  readonly capacity: number;
  /** How many were begun, found, met or used; what it is depends on the region. */
  readonly count: number;
}

/** Where in the header the regions are described. */
export const regionPlaces = { conflicts: 72, pairs: 88, rings: 176, stacks: 192, pcs: 208 } as const;

/**
 * Reads the description of a region.
 *
 * @param header the file's header
 * @param place one of `regionPlaces`
 */
export function readRegionAt(header: ByteReader, place: number): Region {
  return {
    offset: header.u32(place),
    recordSize: header.u32(place + 4),
    capacity: header.u32(place + 8),
    count: header.u32(place + 12),
  };
}

/**
 * Why records of a region cannot be where it says, half a sentence; undefined when they can.
 *
 * @param smallest what a record has at least, in bytes
 */
export function impossibleRegion({ offset, recordSize }: Region, smallest: number): string | undefined {
  return recordSize < smallest || offset < headerSize
    ? `records of ${recordSize} bytes from offset ${offset} cannot be`
    : undefined;
}

/**
 * How many of a region's first records lie within the file.
 *
 * @param wanted how many are looked for
 * @param fileSize in bytes
 */
export function recordsWithin({ offset, recordSize }: Region, wanted: number, fileSize: number): number {
  return wanted === 0 ? 0 : Math.max(0, Math.min(wanted, Math.floor((fileSize - offset) / recordSize)));
}
