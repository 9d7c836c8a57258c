/** Reads an event file: bytes in, typed records out. */
import { ByteReader } from "../../base/bytes.js";
import { type ByteRanges, ReadRanges } from "./byte-ranges.js";
import { unreadableReason } from "./fields.js";
import {
  conflictRecordSize,
  headerSize,
  pairRecordSize,
  type ConflictRecord,
  type EventFile,
  type EventFileVersion,
  type PairRecord,
  type Unreadable,
} from "./format.js";
import { checkFrame } from "./frame.js";
import { readHeader } from "./header.js";
import { readLargeRecording, readRecording } from "./read-recording.js";

import type { Ordering } from "./ordered-events.js";
import type { EventColumns } from "./recording.js";
import { isUnusedPair, readConflict, readPair } from "./records.js";
import { impossibleRegion, readRegionAt, recordsWithin, regionPlaces } from "./region.js";
import type { ReadInto } from "./words.js";

export { isEventFile } from "./frame.js";

/**
 * Reads an event file. Pure, and bounded by the number of bytes. A record that cannot be is named in `unreadable`; all
 * others still arrive.
 *
 * @param bytes the whole file; of one with order events the part before the chunks is enough
 * @param fileName where it was read from, for error messages
 * @throws NotAnEventFileError, EventFileVersionError, EventFileTruncatedError or EventFileDamagedError, and nothing else
 */
export function readEventFile(bytes: Uint8Array, fileName: string): EventFile<EventColumns> {
  const reader = new ByteReader(bytes);
  const { unreadable, ...file } = readFixedParts(reader, bytes, fileName);
  const { header } = file;
  return {
    ...file,
    recording: header.mode === "record" ? readRecording(reader, header, unreadable) : null,
    unreadable,
  };
}

/**
 * Reads an event file that is larger than memory allows: its events are put in order, and read again when they are asked for.
 *
 * @param source reads bytes of the file, at once; it is read from for as long as the result is used
 * @throws what readEventFile throws, and what the source throws
 */
export async function readLargeEventFile(source: LargeFile, ordering: Ordering = {}): Promise<EventFile> {
  const ranges = new ReadRanges(source.size, source.read);
  const start = ranges.bytes(0, Math.min(source.size, headerSize));
  const { unreadable, ...file } = readFixedParts(ranges, start, source.name);
  const { header } = file;
  const recording =
    header.mode === "record"
      ? await readLargeRecording(ranges, { header, unreadable, read: source.read, ordering })
      : null;
  return { ...file, recording, unreadable };
}

/** A file that is read in ranges. */
export interface LargeFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly read: ReadInto;
}

/** All but the rings. */
function readFixedParts(
  reader: ByteRanges,
  start: Uint8Array,
  fileName: string,
): Omit<EventFile, "recording" | "unreadable"> & { readonly unreadable: Unreadable[] } {
  const version = checkFrame(start, reader.size, fileName);
  const unreadable: Unreadable[] = [];
  const header = readHeader(reader.section(0, headerSize), version, unreadable);
  const conflicts = readRecords(reader, conflictKind, version, unreadable);
  const pairs = readRecords(reader, pairKind, version, unreadable);
  return {
    fileName,
    header,
    conflicts: conflicts.records,
    conflictsNotKept: conflicts.notKept,
    pairs: pairs.records,
    pairsNotKept: pairs.notKept,
    unreadable,
  };
}

/** So many records of a region are named when they cannot be read; of the others it is said how many they are. */
const mostNamed = 1000;

/** How the records of a region lie in it. */
interface RecordKind<T> {
  readonly name: "conflicts" | "pairs";
  /** What a record has at least, in bytes. */
  readonly recordSize: number;
  /** Reads the record at a position; undefined where there is none. */
  readonly readRecord: (record: ByteReader, index: number, version: EventFileVersion) => T | undefined;
  /** Whether records may lie anywhere in the region (a hash table), or fill it from its beginning. */
  readonly scattered: boolean;
}

const conflictKind: RecordKind<ConflictRecord> = {
  name: "conflicts",
  recordSize: conflictRecordSize,
  readRecord: readConflict,
  scattered: false,
};
const pairKind: RecordKind<PairRecord> = {
  name: "pairs",
  recordSize: pairRecordSize,
  readRecord: (record, index) => (isUnusedPair(record) ? undefined : readPair(record, index)),
  scattered: true,
};

interface Records<T> {
  readonly records: readonly T[];
  /** Records that were counted and did not fit. */
  readonly notKept: number;
}

function readRecords<T>(
  reader: ByteRanges,
  kind: RecordKind<T>,
  version: EventFileVersion,
  unreadable: Unreadable[],
): Records<T> {
  const region = readRegionAt(reader.section(0, headerSize), regionPlaces[kind.name]);
  const { offset, recordSize, capacity, count } = region;
  const notKept = Math.max(0, count - capacity);
  const slots = count === 0 ? 0 : kind.scattered ? capacity : Math.min(count, capacity);
  const refuse = (index: number | null, reason: string): void => {
    unreadable.push({ region: kind.name, index, reason });
  };
  const impossible = slots === 0 ? undefined : impossibleRegion(region, kind.recordSize);
  if (impossible !== undefined) {
    refuse(null, impossible);
    return { records: [], notKept };
  }
  const there = recordsWithin(region, slots, reader.size);
  if (there < slots) {
    refuse(null, `room for ${slots - there} of ${slots} records lies outside the file`);
  }
  const records: T[] = [];
  let refused = 0;
  for (let index = 0; index < there; index++) {
    const read = readOrRefuse(
      () => kind.readRecord(reader.section(offset + index * recordSize, kind.recordSize), index, version),
      (reason) => {
        if (++refused <= mostNamed) {
          refuse(index, reason);
        }
      },
    );
    if (read !== undefined) {
      records.push(read);
    }
  }
  if (refused > mostNamed) {
    refuse(null, `${refused - mostNamed} more records say what cannot be`);
  }
  return { records, notKept };
}

/** What a record says that cannot be is named; an error of another sort is a mistake of ours and goes on. */
function readOrRefuse<T>(read: () => T, refuse: (reason: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    const reason = unreadableReason(error);
    if (reason === undefined) {
      throw error;
    }
    refuse(reason);
    return undefined;
  }
}
