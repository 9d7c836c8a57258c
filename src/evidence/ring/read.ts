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
  type EventFile,
  type Unreadable,
} from "./format.js";
import { readHeader } from "./header.js";
import { readConflict, readPair } from "./records.js";

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
  const conflicts = readRegion(reader, conflictRegion, readConflict, unreadable);
  const pairs = readRegion(reader, pairRegion, readPair, unreadable);
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

/** Where the header describes a region, and what its records have at least. */
interface RegionPlace {
  readonly name: "conflicts" | "pairs";
  /** Offset of the description: offset, record size, capacity and count, u32 each. */
  readonly description: number;
  readonly recordSize: number;
}

const conflictRegion: RegionPlace = { name: "conflicts", description: 72, recordSize: conflictRecordSize };
const pairRegion: RegionPlace = { name: "pairs", description: 88, recordSize: pairRecordSize };

interface Region<T> {
  readonly records: readonly T[];
  /** Records that were counted and did not fit. */
  readonly notKept: number;
}

function readRegion<T>(
  reader: ByteReader,
  place: RegionPlace,
  readRecord: (record: ByteReader, index: number) => T,
  unreadable: Unreadable[],
): Region<T> {
  const offset = reader.u32(place.description);
  const size = reader.u32(place.description + 4);
  const capacity = reader.u32(place.description + 8);
  const begun = reader.u32(place.description + 12);
  const used = Math.min(begun, capacity);
  const notKept = begun - used;
  const refuse = (index: number | null, reason: string): void => {
    unreadable.push({ region: place.name, index, reason });
  };
  if (used > 0 && (size < place.recordSize || offset < headerSize)) {
    refuse(null, `records of ${size} bytes from offset ${offset} cannot be`);
    return { records: [], notKept };
  }
  const there = used === 0 ? 0 : Math.max(0, Math.min(used, Math.floor((reader.size - offset) / size)));
  if (there < used) {
    refuse(null, `${used - there} of ${used} records lie outside the file`);
  }
  const records: T[] = [];
  for (let index = 0; index < there; index++) {
    try {
      records.push(readRecord(reader.section(offset + index * size, place.recordSize), index));
    } catch (error) {
      const reason = unreadableReason(error);
      if (reason === undefined) {
        throw error;
      }
      refuse(index, reason);
    }
  }
  return { records, notKept };
}
