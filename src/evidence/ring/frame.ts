/** Magic, version and sizes of an event file: without these nothing that follows means anything. */
import { ByteReader } from "../../base/bytes.js";
import {
  EventFileDamagedError,
  EventFileTruncatedError,
  EventFileVersionError,
  NotAnEventFileError,
} from "./errors.js";
import { eventFileMagic, headerSize, readableVersions, type EventFileVersion } from "./format.js";

/**
 * Whether bytes begin as an event file of any version does.
 *
 * @param bytes the beginning of the file; eight bytes are enough
 */
export function isEventFile(bytes: Uint8Array): boolean {
  const reader = new ByteReader(bytes);
  return reader.has(0, eventFileMagic.length) && reader.text(0, eventFileMagic.length) === eventFileMagic;
}

/** A number as a version that can be read; undefined when it is none. */
export function readableVersion(found: number): EventFileVersion | undefined {
  return readableVersions.find((readable) => readable === found);
}

/**
 * Checks the beginning of a file.
 *
 * @param start the file's first bytes: the header, or less where the file is shorter
 * @param size how long the file is
 * @param fileName for error messages
 * @returns the file's version
 * @throws NotAnEventFileError, EventFileVersionError, EventFileTruncatedError or EventFileDamagedError
 */
export function checkFrame(start: Uint8Array, size: number, fileName: string): EventFileVersion {
  const reader = new ByteReader(start);
  if (!isEventFile(start)) {
    throw new NotAnEventFileError(fileName);
  }
  if (!reader.has(0, 24)) {
    throw new EventFileTruncatedError(fileName, size, headerSize);
  }
  const found = reader.u32(8);
  const version = readableVersion(found);
  if (version === undefined) {
    throw new EventFileVersionError(fileName, found, readableVersions);
  }
  if (reader.u32(12) !== headerSize) {
    throw new EventFileDamagedError(
      fileName,
      `it says that it has ${reader.u32(12)} bytes, not ${headerSize}`,
    );
  }
  const fileSize = reader.u64(16);
  if (fileSize < headerSize || fileSize > Number.MAX_SAFE_INTEGER) {
    throw new EventFileDamagedError(fileName, `the file's size cannot be ${fileSize}`);
  }
  if (size < Number(fileSize)) {
    throw new EventFileTruncatedError(fileName, size, Number(fileSize));
  }
  return version;
}
