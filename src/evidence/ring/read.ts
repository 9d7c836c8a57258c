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
  headerSize,
  pairRecordSize,
  readableVersions,
  type ConflictRecord,
  type EventFile,
  type EventFileVersion,
  type PairRecord,
  type Unreadable,
} from "./format.js";
import { readHeader } from "./header.js";
import { readRecording } from "./read-recording.js";
import { isUnusedPair, readConflict, readPair } from "./records.js";
import { impossibleRegion, readRegionAt, recordsWithin, regionPlaces } from "./region.js";

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
  const version = checkFrame(reader, fileName);
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
    recording: header.mode === "record" ? readRecording(reader, header, unreadable) : null,
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
function checkFrame(reader: ByteReader, fileName: string): EventFileVersion {
  if (!isEventFile(reader.bytes(0, Math.min(reader.size, eventFileMagic.length)))) {
    throw new NotAnEventFileError(fileName);
  }
  if (!reader.has(0, 24)) {
    throw new EventFileTruncatedError(fileName, reader.size, headerSize);
  }
  const found = reader.u32(8);
  const version = readableVersions.find((readable) => readable === found);
  if (version === undefined) {
    throw new EventFileVersionError(fileName, found, readableVersions);
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
  return version;
}

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
  reader: ByteReader,
  kind: RecordKind<T>,
  version: EventFileVersion,
  unreadable: Unreadable[],
): Records<T> {
  const region = readRegionAt(reader, regionPlaces[kind.name]);
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
  for (let index = 0; index < there; index++) {
    const read = readOrRefuse(
      () => kind.readRecord(reader.section(offset + index * recordSize, kind.recordSize), index, version),
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
