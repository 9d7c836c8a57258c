/**
 * What a timeline is made of, whatever it was read from: marks (moments), bars and bands (spans of time), in columns.
 *
 * A **mark** is one event. It stands in the lane of its goroutine, or in the row of the map (growth) or of the garbage collector. Its
 * **glyph** is what it looks like: what was done, not how the evidence numbers it.
 */
import { eventKinds } from "../../evidence/ring/recording.js";
import type { CompactEvents } from "../../evidence/ring/compact.js";

/** Kinds of mark: those of the event file, and those that other evidence has besides. */
export const markKinds = {
  ...eventKinds,
  /** A trace saw a writer set its mark (flag) in the map's header, or clear it. */
  markSet: 100,
  markCleared: 101,
  /** A trace saw other flags change, the header change, a step of growth, and the end by a fatal error. */
  flags: 102,
  header: 103,
  growthStep: 104,
  fatal: 105,
  /** A kind that is not known. */
  unknown: 255,
} as const;

/** Marks in columns, oldest first. */
export interface Marks {
  readonly length: number;
  /** Nanoseconds since the start of the process, or of the trace. */
  readonly clock: Float64Array;
  /** Number of the lane. */
  readonly lane: Uint32Array;
  /** Number of the map. */
  readonly map: Uint32Array;
  /** One of `markKinds`. */
  readonly kind: Uint8Array;
  /** Of an access: the operation's number, as event files have it; 9 for a change of a kind that is not known. */
  readonly detail: Uint8Array;
  /** Number of the place. */
  readonly place: Uint32Array;
  /** What it was made from: a slot of the event file, or an index. */
  readonly ref: Uint32Array;
}

/** A recording's events as marks; nothing is copied. */
export function marksOf(events: CompactEvents): Marks {
  const { length, clock, goroutine, map, kind, detail, place, slot } = events;
  return { length, clock, lane: goroutine, map, kind, detail, place, ref: slot };
}

/** What a mark looks like. The number is what is stored. */
export const glyphs = {
  none: 0,
  read: 1,
  iterate: 2,
  clone: 3,
  length: 4,
  write: 5,
  delete: 6,
  clear: 7,
  change: 8,
  access: 9,
  conflict: 10,
  starts: 11,
  ends: 12,
  event: 13,
  markSet: 14,
  markCleared: 15,
  flags: 16,
  header: 17,
  growth: 18,
  gc: 19,
} as const;

/** Number of a glyph. */
export type Glyph = (typeof glyphs)[keyof typeof glyphs];

/** The words for a glyph, by its number; what is searched for, and what the legend says. */
export const glyphWords: readonly string[] = [
  "",
  "read",
  "iterate",
  "clone",
  "length",
  "write",
  "delete",
  "clear",
  "change",
  "access",
  "conflict",
  "goroutine starts",
  "goroutine ends",
  "event of a kind that is not known",
  "mark set",
  "mark cleared",
  "flags change",
  "header changes",
  "growth",
  "garbage collector",
];

/** Glyphs by the operation's number. */
const byOperation: readonly Glyph[] = [
  glyphs.access,
  glyphs.read,
  glyphs.write,
  glyphs.delete,
  glyphs.iterate,
  glyphs.iterate,
  glyphs.clear,
  glyphs.clone,
  glyphs.length,
  glyphs.change,
];

/** The glyph of a mark. */
export function glyphOf(kind: number, detail: number): Glyph {
  switch (kind) {
    case markKinds.access:
    case markKinds.shared:
      return byOperation[detail] ?? glyphs.access;
    case markKinds.conflict:
    case markKinds.fatal:
      return glyphs.conflict;
    case markKinds.clear:
      return glyphs.clear;
    case markKinds.goroutineStarts:
      return glyphs.starts;
    case markKinds.goroutineEnds:
      return glyphs.ends;
    case markKinds.markSet:
      return glyphs.markSet;
    case markKinds.markCleared:
      return glyphs.markCleared;
    case markKinds.flags:
      return glyphs.flags;
    case markKinds.header:
      return glyphs.header;
    case markKinds.growthStep:
      return glyphs.growth;
    default:
      return kind >= markKinds.growthBegins && kind <= markKinds.tombstonesPruned
        ? glyphs.growth
        : kind >= markKinds.gcPhase && kind <= markKinds.gcEnds
          ? glyphs.gc
          : glyphs.event;
  }
}

/** All glyphs by kind and detail: `table[kind * 256 + detail]`. Looked up once for each of millions of marks. */
export const glyphTable: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, index) =>
  glyphOf(index >>> 8, index & 0xff),
);

/** 1 for glyphs that change the map, by their number. */
export const changeTable: Uint8Array = Uint8Array.from(glyphWords, (_, glyph) =>
  (glyph >= glyphs.write && glyph <= glyphs.change) ||
  glyph === glyphs.markSet ||
  glyph === glyphs.markCleared ||
  glyph === glyphs.header
    ? 1
    : 0,
);

/** Whether a glyph is about a goroutine's own life and not about a map. */
export function isOfLife(glyph: number): boolean {
  return glyph === glyphs.starts || glyph === glyphs.ends;
}
