/** Reads the heads of the rings. A head that cannot be is named, and its ring left out; all others still arrive. */
import { ByteReader } from "../../base/bytes.js";
import { unreadableReason, UnreadableRecordError } from "./fields.js";
import { headerSize, type Unreadable } from "./format.js";
import type { RingClass } from "./recording.js";
import { impossibleRegion, recordsWithin, type Region } from "./region.js";

/** Sizes of a ring's head and of an event, in bytes. */
export const ringHeadSize = 64;
export const eventSize = 64;

/** More rings than any probe makes: three for each P, and those are at most 256. */
const mostRings = 4096;

/** The head of one ring. */
export interface RingHead {
  /** Position in the region, from 0. */
  readonly index: number;
  readonly ringClass: RingClass;
  /** The first P that writes here. */
  readonly processor: number;
  /** In events, a power of two. */
  readonly capacity: number;
  /** Where its first event lies in the file. */
  readonly offset: number;
  /** Events begun since the process started. */
  readonly begun: number;
  readonly overLimit: number;
}

/** How many heads lie within the file, and why not all do. */
export interface RingHeadPlaces {
  readonly there: number;
  readonly reason: string | undefined;
}

/**
 * How many heads can be read.
 *
 * @param region the ring region as the header describes it
 * @param fileSize in bytes
 */
export function ringHeadPlaces(region: Region, fileSize: number): RingHeadPlaces {
  const { count, capacity } = region;
  if (count === 0) {
    return { there: 0, reason: undefined };
  }
  const impossible = impossibleRegion(region, ringHeadSize);
  if (impossible !== undefined) {
    return { there: 0, reason: impossible };
  }
  const there = recordsWithin(region, Math.min(count, capacity, mostRings), fileSize);
  return {
    there,
    reason: there < count ? `the heads of ${count - there} of ${count} rings are not there` : undefined,
  };
}

/**
 * Reads heads. No two rings that are given share a byte, so all their events together are never more than the file.
 *
 * @param heads the bytes of the heads, from the first on
 * @param stride from one head to the next, in bytes
 * @param fileSize in bytes
 */
export function readRingHeads(
  heads: Uint8Array,
  stride: number,
  fileSize: number,
  unreadable: Unreadable[],
): RingHead[] {
  const rings: RingHead[] = [];
  for (let index = 0; (index + 1) * stride <= heads.length; index++) {
    const bytes = heads.subarray(index * stride, index * stride + ringHeadSize);
    try {
      // A ring that was never used is all zero.
      if (bytes.some((byte) => byte !== 0)) {
        rings.push(readHead(new ByteReader(bytes), index, fileSize));
      }
    } catch (error) {
      const reason = unreadableReason(error);
      if (reason === undefined) {
        throw error;
      }
      unreadable.push({ region: "rings", index, reason });
    }
  }
  return withoutOverlap(rings, unreadable);
}

const classes: readonly (RingClass | undefined)[] = [undefined, "accesses", "growth", "process"];

function readHead(reader: ByteReader, index: number, fileSize: number): RingHead {
  const capacity = reader.u32(8);
  const ringClass = classes[reader.u32(12)];
  const offset = reader.u32(16);
  if (ringClass === undefined) {
    throw new UnreadableRecordError(`${reader.u32(12)} is not a class of rings`);
  }
  if (capacity === 0 || (capacity & (capacity - 1)) !== 0) {
    throw new UnreadableRecordError(`its capacity of ${capacity} is not a power of two`);
  }
  if (offset < headerSize || capacity > (fileSize - offset) / eventSize) {
    throw new UnreadableRecordError(
      `its ${capacity} events from offset ${offset} do not lie within the file`,
    );
  }
  return {
    index,
    ringClass,
    processor: reader.u32(20),
    capacity,
    offset,
    begun: reader.u64Number(0),
    overLimit: reader.u64Number(24),
  };
}

function withoutOverlap(rings: readonly RingHead[], unreadable: Unreadable[]): RingHead[] {
  const refused = new Set<RingHead>();
  let end = 0;
  for (const ring of rings.toSorted((one, other) => one.offset - other.offset || one.index - other.index)) {
    if (ring.offset < end) {
      refused.add(ring);
      unreadable.push({ region: "rings", index: ring.index, reason: "its events lie in another ring" });
    } else {
      end = ring.offset + ring.capacity * eventSize;
    }
  }
  return rings.filter((ring) => !refused.has(ring));
}
