/** Reads how a conflict was found: the last 64 bytes of a conflict record, from version 2 on. */
import type { ByteReader } from "../../base/bytes.js";
import { readOptional, readOptionalTime, UnreadableRecordError } from "./fields.js";
import type { ConflictDetails, GoMessage, MapGrowth } from "./recording.js";

/** Offset of the details in a conflict record, and their size. */
export const detailsOffset = 8128;
export const detailsSize = 64;

/** What is known of a conflict whose record has no details: version 1 knows the trap only. */
export const trapDetails: ConflictDetails = {
  foundBy: "trap",
  message: null,
  age: null,
  repeats: null,
  otherSide: "trap",
  callersChangesBefore: 0,
  growth: { kind: "none" },
  depth: 0,
  gcPhase: "off",
  gcCycles: 0,
};

/** Go's message number n is at index n. */
export const goMessages: readonly (GoMessage | null)[] = [
  null,
  "concurrent map writes",
  "concurrent map read and map write",
  "concurrent map iteration and map write",
  "concurrent map clone and map write",
  "another",
];

/** GC phase number n is at index n. */
export const gcPhases: readonly ConflictDetails["gcPhase"][] = ["off", "mark", "mark termination"];

/** Ways in which the other side is known; number n is at index n. */
export const otherSides: readonly ConflictDetails["otherSide"][] = ["unknown", "mark", "rings"];

/**
 * Reads the details.
 *
 * @param reader their own 64 bytes
 * @throws UnreadableRecordError, or what a ByteReader throws, when they cannot be
 */
export function readDetails(reader: ByteReader): ConflictDetails {
  const foundBy = pick(["trap", "go-check"] as const, reader.u32(0), "a way to find a conflict");
  return {
    foundBy,
    message: pick(goMessages, reader.u32(4), "a message of Go"),
    age: readOptionalTime(reader, 8),
    repeats: readOptional(reader, 16),
    otherSide: foundBy === "trap" ? "trap" : pick(otherSides, reader.u32(24), "a way to know the other side"),
    callersChangesBefore: reader.u32(60),
    growth: readGrowth(reader),
    depth: reader.u32(48),
    gcPhase: pick(gcPhases, reader.u32(52), "a phase of the GC"),
    gcCycles: reader.u32(56),
  };
}

function readGrowth(reader: ByteReader): MapGrowth {
  const kind = pick(["none", "double", "same-size"] as const, reader.u32(28), "a kind of growth");
  return kind === "none"
    ? { kind }
    : { kind, evacuated: reader.u64Number(32), oldBuckets: reader.u64Number(40) };
}

function pick<T>(values: readonly T[], number: number, what: string): T {
  const value = values[number];
  if (value === undefined) {
    throw new UnreadableRecordError(`${number} is not ${what}`);
  }
  return value;
}
