/**
 * What the recorder of one process left in its rings: docs/event-file.md, "Rings". Events stand in columns, because a file
 * holds up to millions of them.
 */
import type { Address, Nanoseconds } from "./units.js";

/** Kinds of event, as the event file numbers them. */
export const eventKinds = {
  access: 1,
  conflict: 2,
  shared: 3,
  growthBegins: 10,
  sameSizeGrowthBegins: 11,
  evacuation: 12,
  growthComplete: 13,
  becomesTable: 20,
  tableGrows: 21,
  tableSplits: 22,
  directoryDoubles: 23,
  tombstonesPruned: 24,
  clear: 30,
  gcPhase: 40,
  writeBarrier: 41,
  sweepBegins: 42,
  sweepComplete: 43,
  gcBegins: 44,
  gcEnds: 45,
  goroutineStarts: 50,
  goroutineEnds: 51,
} as const;

/** What a ring is for. */
export type RingClass = "accesses" | "growth" | "process";

/**
 * Events, oldest first by clock; those of equal clock in the order of their rings. Row i of each column belongs to event i.
 * What the fields and payloads mean is in docs/event-file.md.
 */
export interface EventColumns {
  readonly length: number;
  /** Nanoseconds since the process started. */
  readonly clock: Float64Array;
  readonly goroutine: Float64Array;
  /** Address of the map header; 0 = none. */
  readonly map: Float64Array;
  readonly kind: Uint16Array;
  /** 65535 = none. */
  readonly processor: Uint16Array;
  /** Stack id; 0 = not known. */
  readonly stack: Uint32Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** PC - runtime.text; 0 = none. */
  readonly site: Uint32Array;
  /** Tells a new map at an old address; 0 = none. */
  readonly life: Uint32Array;
}

/** Events that are too many for the memory: they are read when they are asked for. */
export interface EventSequence {
  readonly length: number;
  /** So many rows are read at a time where many are needed. */
  readonly step: number;
  /** Rows from `from` up to and without `to`, as columns of their own. They are good until rows are asked for again. */
  readonly rows: (from: number, to: number) => EventColumns;
}

/** Events of either kind; event-sequence.ts goes through both. */
export type Events = EventColumns | EventSequence;

/** One ring, as it was found. */
export interface RingState {
  readonly ringClass: RingClass;
  readonly processor: number;
  readonly capacity: number;
  /** Events begun since the process started. */
  readonly begun: number;
  /** Events that could be read. */
  readonly kept: number;
  /** Clock of the oldest of these; null when there is none. */
  readonly oldestClock: Nanoseconds | null;
  /** Events that were overwritten by later ones. */
  readonly overwritten: number;
  /** Events that were being written, or whose writer died over them. */
  readonly unfinished: number;
  /** Events that say what cannot be: a number of 2^53 or more. */
  readonly damaged: number;
  /** Accesses that were not recorded because of the limit. */
  readonly overLimit: number;
}

/** All that the rings hold. */
export interface Recording<E = EventColumns> {
  readonly events: E;
  readonly rings: readonly RingState[];
  /** The limit of accesses in a second on one ring; null = none. */
  readonly limit: number | null;
  /** The return addresses of a stack, innermost first; undefined for an id that is not there. */
  readonly stack: (id: number) => RecordedStack | undefined;
  /** Stacks that were met and did not fit. */
  readonly stacksNotKept: number;
}

/** A stack of the depot. */
export interface RecordedStack {
  readonly pcs: readonly Address[];
  /** Whether each PC stands for one logical frame. */
  readonly logical: boolean;
}

/** How a conflict was found; version 1 files hold those of the trap only. */
export interface ConflictDetails {
  readonly foundBy: "trap" | "go-check";
  /** What Go's fatal error says. */
  readonly message: GoMessage | null;
  /** How long before the other side's accesses at its place had begun; null = not known. */
  readonly age: Nanoseconds | null;
  /** How often it had made that access since; null = not known. */
  readonly repeats: number | null;
  /** How the other side is known: it was held in the trap, by its mark on the map, from the rings, or not at all. */
  readonly otherSide: "trap" | "mark" | "rings" | "unknown";
  /** Changes that the other side made after its stack was taken: its callers are as they were then, its place is right. */
  readonly callersChangesBefore: number;
  readonly growth: MapGrowth;
  /** Classic: B; swiss: global depth. */
  readonly depth: number;
  readonly gcPhase: "off" | "mark" | "mark termination";
  readonly gcCycles: number;
}

/** Go's own fatal errors about maps. */
export type GoMessage =
  | "concurrent map writes"
  | "concurrent map read and map write"
  | "concurrent map iteration and map write"
  | "concurrent map clone and map write"
  | "another";

/** Whether a map was growing; only classic maps grow in steps. */
export type MapGrowth =
  | { readonly kind: "none" }
  | {
      readonly kind: "double" | "same-size";
      /** Old buckets that were evacuated. */
      readonly evacuated: number;
      readonly oldBuckets: number;
    };
