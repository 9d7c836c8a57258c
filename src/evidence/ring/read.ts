/** Reads an event file: bytes in, typed records out. */
import { ByteReader } from "../../base/bytes.js";
import {
  EventFileDamagedError,
  EventFileTruncatedError,
  EventFileVersionError,
  NotAnEventFileError,
} from "./errors.js";
import { unreadableReason } from "./fields.js";
import {
  conflictRecordSize,
  eventFileMagic,
  eventFileVersion,
  headerSize,
  pairRecordSize,
  type ConflictRecord,
  type EventFile,
  type PairRecord,
  type Unreadable,
} from "./format.js";
import { readHeader } from "./header.js";
import { isUnusedPair, readConflict, readPair } from "./records.js";

/**
 * Reads an event file. Pure, and bounded by the number of bytes. A record that cannot be is named in `unreadable`; all
 * others still arrive.
 *
 * @param bytes the whole file
 * @param fileName where it was read from, for error messages
 * @throws NotAnEventFileError, EventFileVersionError, EventFileTruncatedError or EventFileDamagedError, and nothing else
 */
export function readEventFile(bytes: Uint8Array, fileName: string): EventFile {
  const reader = new ByteReader(bytes);
  checkFrame(reader, fileName);
  const unreadable: Unreadable[] = [];
  const header = readHeader(reader.section(0, headerSize), unreadable);
  const conflicts = readRegion(reader, conflictRegion, unreadable);
  const pairs = readRegion(reader, pairRegion, unreadable);
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

/**
 * Whether bytes begin as an event file of any version does.
 *
 * @param bytes the beginning of the file; eight bytes are enough
 */
export function isEventFile(bytes: Uint8Array): boolean {
  const reader = new ByteReader(bytes);
  return reader.has(0, eventFileMagic.length) && reader.text(0, eventFileMagic.length) === eventFileMagic;
}

/** Magic, version and sizes: without these nothing that follows means anything. */
function checkFrame(reader: ByteReader, fileName: string): void {
  if (!isEventFile(reader.bytes(0, Math.min(reader.size, eventFileMagic.length)))) {
    throw new NotAnEventFileError(fileName);
  }
  if (!reader.has(0, 24)) {
    throw new EventFileTruncatedError(fileName, reader.size, headerSize);
  }
  const version = reader.u32(8);
  if (version !== eventFileVersion) {
    throw new EventFileVersionError(fileName, version, eventFileVersion);
  }
  if (reader.u32(12) !== headerSize) {
    throw new EventFileDamagedError(
      fileName,
      `it says that it has ${reader.u32(12)} bytes, not ${headerSize}`,
    );
  }
  const size = reader.u64(16);
  if (size < headerSize || size > Number.MAX_SAFE_INTEGER) {
    throw new EventFileDamagedError(fileName, `the file's size cannot be ${size}`);
  }
  if (reader.size < Number(size)) {
    throw new EventFileTruncatedError(fileName, reader.size, Number(size));
  }
}

/** Where the header describes a region, and how its records lie in it. */
interface RegionPlace<T> {
  readonly name: "conflicts" | "pairs";
  /** Offset of the description: offset, record size, capacity and count, u32 each. */
  readonly description: number;
  /** What a record has at least, in bytes. */
  readonly recordSize: number;
  /** Reads the record at a position; undefined where there is none. */
  readonly readRecord: (record: ByteReader, index: number) => T | undefined;
  /** Whether records may lie anywhere in the region (a hash table), or fill it from its beginning. */
  readonly scattered: boolean;
}

const conflictRegion: RegionPlace<ConflictRecord> = {
  name: "conflicts",
  description: 72,
  recordSize: conflictRecordSize,
  readRecord: readConflict,
  scattered: false,
};
const pairRegion: RegionPlace<PairRecord> = {
  name: "pairs",
  description: 88,
  recordSize: pairRecordSize,
  readRecord: (record, index) => (isUnusedPair(record) ? undefined : readPair(record, index)),
  scattered: true,
};

interface Region<T> {
  readonly records: readonly T[];
  /** Records that were counted and did not fit. */
  readonly notKept: number;
}

function readRegion<T>(reader: ByteReader, place: RegionPlace<T>, unreadable: Unreadable[]): Region<T> {
  const offset = reader.u32(place.description);
  const size = reader.u32(place.description + 4);
  const capacity = reader.u32(place.description + 8);
  const begun = reader.u32(place.description + 12);
  const notKept = Math.max(0, begun - capacity);
  const slots = begun === 0 ? 0 : place.scattered ? capacity : Math.min(begun, capacity);
  const refuse = (index: number | null, reason: string): void => {
    unreadable.push({ region: place.name, index, reason });
  };
  if (slots > 0 && (size < place.recordSize || offset < headerSize)) {
    refuse(null, `records of ${size} bytes from offset ${offset} cannot be`);
    return { records: [], notKept };
  }
  const there = slots === 0 ? 0 : Math.max(0, Math.min(slots, Math.floor((reader.size - offset) / size)));
  if (there < slots) {
    refuse(null, `room for ${slots - there} of ${slots} records lies outside the file`);
  }
  const records: T[] = [];
  for (let index = 0; index < there; index++) {
    const record = reader.section(offset + index * size, place.recordSize);
    const read = readOrRefuse(
      () => place.readRecord(record, index),
      (reason) => refuse(index, reason),
    );
    if (read !== undefined) {
      records.push(read);
    }
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
