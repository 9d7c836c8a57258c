/**
 * What the case file says of a recording: what the maps of one process lived through, what the garbage collector did, and the
 * last events before a conflict. Clocks are nanoseconds since the process started.
 */
import { z } from "zod";
import {
  address,
  count,
  frameSchema,
  nanoseconds,
  operationSchema,
  placedFrameSchema,
  text,
} from "./parts.js";

/** A clock; null where not known. */
const clock = nanoseconds.nullable();

/** Whether a map was growing; only classic maps grow in steps. */
export const mapGrowthSchema = z.object({
  kind: z.enum(["none", "double", "same-size"]),
  /** Old buckets that were moved, of how many. */
  evacuated: count,
  oldBuckets: count,
});

/** A phase of the garbage collector. */
export const gcPhaseSchema = z.enum(["off", "mark", "mark termination"]);

/** How a conflict was found. */
export const foundSchema = z.discriminatedUnion("by", [
  /** By the trap: one side was held in it when the other one came. */
  z.object({ by: z.literal("trap") }),
  /** By Go's own check, just before its fatal error. */
  z.object({
    by: z.literal("go-check"),
    /** What Go's fatal error says. */
    message: text.nullable(),
    /**
     * How the other side is known: by its `mark` on the map, that Go's check found; from the `rings`, as the last other one
     * that changed the map; or not at all.
     */
    otherSide: z.enum(["mark", "rings", "unknown"]),
    /** How long before it had become the one that changes the map. */
    ageNanoseconds: clock,
    /** How often it had changed the map since. */
    repeats: count.nullable(),
    /** Changes that it made after its stack was taken: its place is right, its callers are as they were then. */
    callersChangesBefore: count.default(0),
    growth: mapGrowthSchema,
    /** Classic: B, swiss: global depth; null where a text tells of the conflict, as the next two. */
    depth: count.nullable(),
    gcPhase: gcPhaseSchema.nullable(),
    /** GC cycles begun. */
    gcCycles: count.nullable(),
  }),
]);

/** A place that used a map in one way. */
const recordedSiteSchema = z.object({
  /** The return address of the map function, counted from `runtime.text`. */
  textOffset: address,
  operation: operationSchema.nullable(),
  /** The place to look at: in the program's own code where there is any. */
  site: placedFrameSchema.nullable(),
  /** The stack of its last recorded access, innermost first; empty where not known. */
  stack: z.array(frameSchema),
  /** How many of its accesses were recorded. */
  recorded: count,
  firstNanoseconds: nanoseconds,
  lastNanoseconds: nanoseconds,
  lastGoroutine: count,
  /** Whether more than one goroutine was seen there. */
  severalGoroutines: z.boolean(),
});

/** A goroutine that used a map: what was recorded of it. */
const recordedGoroutineSchema = z.object({
  id: count,
  firstNanoseconds: nanoseconds,
  lastNanoseconds: nanoseconds,
  reads: count,
  changes: count,
  /** How many times it came after another goroutine. */
  turns: count,
});

/** How a map can grow. The first two are those of classic maps, which grow in steps. */
export const growthKindSchema = z.enum([
  "double",
  "same-size",
  "becomes-table",
  "table-grows",
  "table-splits",
  "directory-doubles",
  "tombstones-pruned",
]);

/** One growth of a map. */
const recordedGrowthSchema = z.object({
  kind: growthKindSchema,
  /** Null when that was overwritten. */
  beginNanoseconds: clock,
  /** Null when it was not complete, as far as was recorded. */
  endNanoseconds: clock,
  goroutine: count.nullable(),
  site: placedFrameSchema.nullable(),
  /** Elements when it began: of the map, or of the table that grew. */
  elements: count.nullable(),
  /** Classic: B before. Swiss: the new capacity in slots, local depth or global depth. */
  size: count.nullable(),
  /** Classic: old buckets that were moved, of how many. */
  evacuated: count.nullable(),
  oldBuckets: count.nullable(),
  /** Recorded accesses while it went on, and how many of them by other goroutines than its own. */
  accesses: count,
  otherAccesses: count,
  /** Whether the GC was marking in it. */
  inMarking: z.boolean(),
});

/** The life of one map, as far as it was recorded. */
export const recordedMapSchema = z.object({
  address,
  /** Tells it from other maps at this address. */
  life: count,
  type: text.nullable(),
  /** Handles of the conflicts on it. */
  conflicts: z.array(text),
  firstNanoseconds: nanoseconds,
  lastNanoseconds: nanoseconds,
  /** Accesses that have an event of their own. */
  recorded: z.object({ reads: count, changes: count }),
  /** Accesses that were counted only. */
  counted: z.object({ reads: count, changes: count }),
  /** Recorded accesses by another goroutine than the one before. */
  turns: count,
  /** Those with the most recorded accesses first. */
  sites: z.array(recordedSiteSchema),
  sitesNotKept: count,
  /** In the order in which they came. */
  goroutines: z.array(recordedGoroutineSchema),
  goroutinesNotKept: count,
  /** One goroutine stopped using it before the next one began. */
  handOvers: z.array(z.object({ from: count, to: count, atNanoseconds: nanoseconds })),
  /** From its first recorded access to its last event, and how long it grew in steps in that time. */
  livedNanoseconds: nanoseconds,
  growingNanoseconds: nanoseconds,
  growthCounts: z.array(z.object({ kind: growthKindSchema, count })),
  /** The last ones, oldest first. */
  growths: z.array(recordedGrowthSchema),
  clears: count,
});

/** One cycle of the garbage collector; null is what was not recorded. */
const recordedCycleSchema = z.object({
  number: count,
  beginNanoseconds: clock,
  markNanoseconds: clock,
  markTerminationNanoseconds: clock,
  writeBarrierOnNanoseconds: clock,
  writeBarrierOffNanoseconds: clock,
  endNanoseconds: clock,
  sweepBeginNanoseconds: clock,
  sweepEndNanoseconds: clock,
  heapBefore: count.nullable(),
  heapAfter: count.nullable(),
});

/** Recorded accesses while something was in one state, and for how long it was. */
const inStateSchema = z.object({ nanoseconds, accesses: count, turns: count });

/** The rings of one class, summed up. */
const ringClassSchema = z.object({
  ringClass: z.enum(["accesses", "growth", "process"]),
  rings: count,
  capacity: count,
  begun: count,
  kept: count,
  overwritten: count,
  unfinished: count,
  damaged: count,
  overLimit: count,
  /** From when on all its events are there; null when there is none. */
  completeSinceNanoseconds: clock,
});

/** One event of a timeline, or several equal ones in a row. */
const timelineEventSchema = z.object({
  atNanoseconds: nanoseconds,
  /** When the last of several was; else the same. */
  untilNanoseconds: nanoseconds,
  times: count,
  /** As docs/event-file.md names it; null for a kind that is not known. */
  kind: z
    .enum([
      "access",
      "conflict",
      "shared",
      "growth-begins",
      "same-size-growth-begins",
      "evacuation",
      "growth-complete",
      "becomes-table",
      "table-grows",
      "table-splits",
      "directory-doubles",
      "tombstones-pruned",
      "clear",
      "gc-phase",
      "write-barrier",
      "sweep-begins",
      "sweep-complete",
      "gc-begins",
      "gc-ends",
      "goroutine-starts",
      "goroutine-ends",
    ])
    .nullable(),
  kindNumber: count,
  goroutine: count.nullable(),
  processor: count.nullable(),
  operation: operationSchema.nullable(),
  site: placedFrameSchema.nullable(),
  /** The payload, as docs/event-file.md says for its kind; of several events, the last one's. */
  a: count,
  b: count,
});

/** What happened around one map in a span of time. */
export const timelineSchema = z.object({
  /** The map that it is about. */
  address,
  life: count,
  type: text.nullable(),
  /** Handle of the conflict that it ends with. */
  conflict: text.nullable(),
  fromNanoseconds: nanoseconds,
  toNanoseconds: nanoseconds,
  /** The moment that times are shown relative to: that of the conflict, else the end. */
  zeroNanoseconds: nanoseconds,
  /** The goroutines, those that matter most first. */
  goroutines: z.array(count),
  /** How it stood when the span began; null is not known. */
  before: z.object({
    growing: z.boolean(),
    gcPhase: gcPhaseSchema.nullable(),
    writeBarrier: z.boolean().nullable(),
  }),
  events: z.array(timelineEventSchema),
  /** Events in the span that are not listed; they are older than those that are. */
  eventsNotListed: count,
  /** What other evidence says of the garbage collector in this span. */
  marks: z.array(z.object({ atNanoseconds: z.number(), text })),
});

/** What the recorder of one process saw. */
export const recordingObservationSchema = z.object({
  kind: z.literal("recording"),
  handle: text,
  evidence: text,
  events: count,
  /** Clocks of the first and the last event; null without any. */
  firstNanoseconds: clock,
  lastNanoseconds: clock,
  rings: z.array(ringClassSchema),
  /** Accesses that one ring takes in a second; null = no limit. */
  limit: count.nullable(),
  stacksNotKept: count,
  /** The maps to look at first: a conflict, then the most turns. */
  maps: z.array(recordedMapSchema),
  /** Shared maps that are not listed. */
  mapsNotListed: count,
  gc: z.object({
    cycleCount: count,
    /** The last ones, in order. */
    cycles: z.array(recordedCycleSchema),
    /** In the time in which both accesses and the GC's events are complete. */
    phases: z.object({ off: inStateSchema, mark: inStateSchema, markTermination: inStateSchema }),
    writeBarrier: z.object({ off: inStateSchema, on: inStateSchema }),
  }),
  /** Turns of maps that grew in steps. */
  growth: z.object({
    turns: count,
    turnsInGrowth: count,
    /** How many that would be if they came at any time alike. */
    byTime: z.number().min(0),
  }),
  goroutinesStarted: count,
  goroutinesEnded: count,
  timeline: timelineSchema.nullable(),
});

/** Whether conflicts fell into a state more often than chance gives; analysis/recording/chance.ts says how it is reckoned. */
export const chanceSchema = z.object({
  cases: count,
  hits: count,
  share: z.number().min(0).max(1),
  lowest: z.number().min(0).max(1),
  highest: z.number().min(0).max(1),
  verdict: z.enum(["too-few", "as-chance", "more", "fewer"]),
});

/** What was recorded, in figures over all processes. */
export const recordedSummarySchema = z.object({
  processes: count,
  events: count,
  /** Conflicts that Go's check found, and how many of them have an other side. */
  conflicts: count,
  conflictsWithPeer: count,
  /** Against marking of the GC (with mark termination), and against growth of that map; null without a conflict. */
  inMarking: chanceSchema.nullable(),
  inGrowth: chanceSchema.nullable(),
});
