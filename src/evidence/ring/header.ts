/** Reads the header of an event file. */
import type { ByteReader } from "../../base/bytes.js";
import { readText, unreadableReason, UnreadableRecordError } from "./fields.js";
import {
  flagLogical,
  flagSwiss,
  type EventFileHeader,
  type EventFileVersion,
  type OrderHeader,
  type ProbeMode,
  type ProcessState,
  type Unreadable,
} from "./format.js";

/** Where the header describes the chunks of order events. */
export const orderFields = {
  firstChunk: 232,
  chunkSize: 236,
  chunksBegun: 240,
  mostChunks: 244,
  cutShort: 248,
  cutShortAt: 252,
} as const;

/**
 * Reads the fields of the header. A damaged field becomes zero or empty and is named in `unreadable`; the rest of the file
 * does not depend on any of them.
 *
 * @param reader the first 4096 bytes
 * @param version what they say of it, already checked
 */
export function readHeader(
  reader: ByteReader,
  version: EventFileVersion,
  unreadable: Unreadable[],
): EventFileHeader {
  const guard: Guard = (name, read, otherwise) => {
    try {
      return read();
    } catch (error) {
      const reason = unreadableReason(error);
      if (reason === undefined) {
        throw error;
      }
      unreadable.push({ region: "header", index: null, reason: `${name}: ${reason}` });
      return otherwise;
    }
  };
  const number = (name: string, offset: number): number => guard(name, () => reader.u64Number(offset), 0);
  const text = (name: string, offset: number, size: number): string =>
    guard(name, () => readText(reader, offset, size), "");
  const flags = reader.u32(28);
  const state = guard("state", () => readState(reader.u32(108)), "running");
  const budget = number("budget", 128);
  const mode =
    version === 1
      ? "trap"
      : guard("mode", () => readMode(reader.u32(224), version), likelyMode(reader, version));
  const limit = version === 1 ? 0 : reader.u32(228);
  return {
    version,
    mode,
    order: mode === "order" ? readOrder(reader, guard) : null,
    limit: limit === 0 ? null : limit,
    processId: reader.u32(24),
    swiss: (flags & flagSwiss) !== 0,
    logical: (flags & flagLogical) !== 0,
    startWall: reader.u64(32),
    startMonotonic: number("start", 40),
    text: number("runtime.text", 48),
    etext: number("runtime.etext", 56),
    identity: reader.u64(64),
    gomaxprocs: reader.u32(104),
    state,
    exitStatus: state === "exited" ? reader.i32(112) : null,
    trapTime: number("time spent", 120),
    budget: budget === 0 ? null : budget,
    delays: number("delays", 136),
    plannedDelays: number("planned delays", 144),
    sharedMaps: number("shared maps", 152),
    updated: number("last update", 160),
    delaysOverBudget: number("delays not set", 168),
    goVersion: text("Go version", 256, 64),
    platform: text("platform", 320, 64),
    executable: text("executable", 512, 1024),
  };
}

/** Reads a field; what cannot be is noted, and another value taken. */
type Guard = <T>(name: string, read: () => T, otherwise: T) => T;

function readOrder(reader: ByteReader, guard: Guard): OrderHeader {
  const cutShort = guard("end of recording", () => readCutShort(reader.u32(orderFields.cutShort)), null);
  return {
    firstChunk: reader.u32(orderFields.firstChunk),
    chunkSize: reader.u32(orderFields.chunkSize),
    chunksBegun: reader.u32(orderFields.chunksBegun),
    mostChunks: reader.u32(orderFields.mostChunks),
    cutShort,
    cutShortAt: cutShort === null ? null : reader.u32(orderFields.cutShortAt),
  };
}

function readCutShort(why: number): OrderHeader["cutShort"] {
  switch (why) {
    case 0:
      return null;
    case 1:
      return "size";
    case 2:
      return "no-room";
    default:
      throw new UnreadableRecordError(`${why} is not one of 0, 1 and 2`);
  }
}

function readState(state: number): ProcessState {
  switch (state) {
    case 0:
      return "starting";
    case 1:
      return "running";
    case 2:
      return "exited";
    default:
      throw new UnreadableRecordError(`${state} is not one of 0, 1 and 2`);
  }
}

function readMode(mode: number, version: EventFileVersion): ProbeMode {
  if (mode === 1) {
    return "trap";
  }
  if (mode === 2) {
    return "record";
  }
  if (mode === 3 && version >= 3) {
    return "order";
  }
  throw new UnreadableRecordError(
    `${mode} is ${version === 2 ? "neither 1 nor 2" : "not one of 1, 2 and 3"}`,
  );
}

/** Only the recorder has rings, and only a file of order events has chunks. */
function likelyMode(reader: ByteReader, version: EventFileVersion): ProbeMode {
  if (version >= 3 && reader.u32(orderFields.firstChunk) !== 0) {
    return "order";
  }
  return reader.u32(176) === 0 ? "trap" : "record";
}
