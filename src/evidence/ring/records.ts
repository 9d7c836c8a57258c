/** Reads the records of an event file. Each function gets one record and throws when it says what cannot be. */
import type { ByteReader } from "../../base/bytes.js";
import { detailsOffset, detailsSize, readDetails, trapDetails } from "./details.js";
import { readOptional, readOptionalTime, readText, UnreadableRecordError } from "./fields.js";
import {
  maxPcs,
  ringOperations,
  sideSize,
  conflictRecordSize,
  type ConflictRecord,
  type EventFileVersion,
  type PairRecord,
  type RingOperation,
  type RingSide,
} from "./format.js";
import type { ConflictDetails } from "./recording.js";

/** Where the text of a conflict record begins. */
const reportOffset = 2480;

/**
 * Reads a conflict record.
 *
 * @param reader the record's own bytes
 * @param index its position in the region
 * @param version that of the file
 * @throws UnreadableRecordError, or what a ByteReader throws, when it cannot be
 */
export function readConflict(reader: ByteReader, index: number, version: EventFileVersion): ConflictRecord {
  const complete = reader.u32(0);
  if (complete !== 1) {
    throw new UnreadableRecordError(
      complete === 0 ? "it was not finished when the process ended" : `its mark is ${complete}, not 0 or 1`,
    );
  }
  const details = version === 1 ? trapDetails : readDetails(reader.section(detailsOffset, detailsSize));
  const first = details.otherSide === "unknown" ? null : readSide(reader.section(304, sideSize));
  const second = readSide(reader.section(304 + sideSize, sideSize));
  checkSides(first, second, details);
  const elements = reader.u64(32);
  return {
    index,
    at: reader.u64Number(8),
    map: reader.u64Number(16),
    seen: reader.u64Number(24),
    elements: elements > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(elements),
    mapType: readText(reader, 48, 256),
    first,
    second,
    details,
    report: readText(
      reader,
      reportOffset,
      (version === 1 ? conflictRecordSize : detailsOffset) - reportOffset,
    ),
  };
}

function readSide(reader: ByteReader): RingSide {
  const count = reader.u32(36);
  if (count > maxPcs) {
    throw new UnreadableRecordError(`a stack of ${count} PCs does not fit into ${maxPcs}`);
  }
  return {
    goroutine: reader.u64Number(0),
    startedBy: readOptional(reader, 8),
    startPc: readOptional(reader, 16),
    entryPc: readOptional(reader, 24),
    operation: readOperation(reader.u32(32)),
    held: reader.u64Number(40),
    site: readOptional(reader, 48),
    pcs: Array.from({ length: count }, (_, index) => reader.u64Number(64 + index * 8)),
  };
}

function readOperation(number: number): RingOperation {
  const operation = ringOperations[number - 1];
  if (operation === undefined) {
    throw new UnreadableRecordError(`${number} is not an operation`);
  }
  return operation;
}

/**
 * A conflict has two goroutines, of which at least one changes the map; what Go's check finds is always a change on the
 * other side. Anything else is damage, never a finding.
 */
function checkSides(first: RingSide | null, second: RingSide, { foundBy }: ConflictDetails): void {
  if (first === null) {
    return;
  }
  if (first.goroutine === second.goroutine) {
    throw new UnreadableRecordError(`both its sides are goroutine ${second.goroutine}`);
  }
  if (changesMap(first.operation)) {
    return;
  }
  if (foundBy === "go-check") {
    throw new UnreadableRecordError("the side whose mark Go's check found does not change the map");
  }
  if (!changesMap(second.operation)) {
    throw new UnreadableRecordError("neither of its sides changes the map");
  }
}

/** Whether an operation changes the map. */
export function changesMap(operation: RingOperation): boolean {
  return operation === "assign" || operation === "delete" || operation === "clear";
}

/**
 * Whether a place for a pair was never used. The pair region is a hash table, so used and unused ones lie side by side.
 *
 * @param reader the record's own bytes
 */
export function isUnusedPair(reader: ByteReader): boolean {
  return reader.u32(16) === 0 && reader.u32(20) === 0 && reader.u32(40) === 0;
}

/**
 * Reads a pair record.
 *
 * @param reader the record's own bytes
 * @param index its position in the region
 * @throws UnreadableRecordError, or what a ByteReader throws, when it cannot be
 */
export function readPair(reader: ByteReader, index: number): PairRecord {
  return {
    index,
    first: { offset: reader.u64Number(0), operation: readOperation(reader.u32(16)) },
    second: { offset: reader.u64Number(8), operation: readOperation(reader.u32(20)) },
    shortest: readOptionalTime(reader, 24),
    longest: reader.u64Number(32),
    seen: reader.u32(40),
    heldInVain: reader.u32(44),
    met: reader.u32(48),
    cameAfterRelease: reader.u32(52),
    longestHold: reader.u64Number(56),
  };
}
