/**
 * What the case file says of a program that was stopped, or of a core: the session as evidence, and the stop as an observation.
 *
 * ```text
 *   evidence "gdb-session"   which executable, which process or core, how it was stopped
 *   observation "stopped"    the detector, who else is on its map, all goroutines, the map itself
 * ```
 */
import { z } from "zod";
import {
  address,
  conflictKindSchema,
  count,
  frameSchema,
  goroutineSchema,
  mapSchema,
  nanoseconds,
  operationSchema,
  text,
} from "./parts.js";
import { stoppedMemorySchema } from "./stopped-memory-schema.js";

/** A program that was looked at while it stood still. */
export const gdbSessionEvidenceSchema = z.object({
  kind: z.literal("gdb-session"),
  handle: text,
  /** The executable, as it was given or found. */
  path: text,
  /** Whether maptrap started the program, attached to it, or read a core of it. */
  how: z.enum(["run", "attach", "core"]),
  /** Path of the core. */
  core: text.nullable(),
  processId: count.nullable(),
  /** Which of the runs it was, from 1. */
  run: count.nullable(),
  goVersion: text.nullable(),
  /** GOOS/GOARCH. */
  platform: text,
  mapImplementation: z.enum(["classic", "swiss"]),
  /** First line of `gdb --version`; null for a core, which is read without it, and where it is not known. */
  debugger: text.nullable(),
  /** How it ended: stopped by a fatal error; by itself; by a time limit; by Ctrl-C. */
  ending: z.enum(["stopped", "exited", "time limit", "interrupted"]),
  /** What it exited with where it ended by itself; null otherwise and after a signal. */
  exitStatus: z.int().nullable(),
  /** Whether it holds DWARF and a symbol table; without them less is known. */
  stripped: z.boolean(),
  /** What is missing, and why; one sentence each. */
  notes: z.array(text),
});

/**
 * How sure it is that a goroutine is on the detector's map:
 *
 * - `inside`: in a map function, and the pointer there is the same by data flow;
 * - `begun`: the same pointer, but it stands at the function's first instructions: a call that has just begun;
 * - `came`: let go on alone while the detector was held, it called a map function with the same pointer;
 * - `near`: in code of the program that uses a map of this type and has this map's address at hand, between two calls.
 */
export const stoppedGradeSchema = z.enum(["inside", "begun", "came", "near"]);

/**
 * Where in its operation it is: before the map's mark is set, between setting and clearing it, after clearing it; it never sets
 * one because it only reads; or that cannot be told.
 */
export const stoppedPhaseSchema = z.enum([
  "before the mark",
  "marked",
  "after the mark",
  "reads",
  "not known",
]);

/** A goroutine as it was found at the stop. */
export const stoppedGoroutineSchema = z.object({
  goroutine: goroutineSchema,
  /** Id of the thread that it is on. */
  thread: count.nullable(),
  /** As the runtime's own state says: `running`, `waiting` … */
  status: text,
  operation: operationSchema.nullable(),
  /** The map function that tells it: `runtime.mapassign_fast64`. */
  mapFunction: text.nullable(),
  /** The instruction or the return address in that function. */
  at: address.nullable(),
  phase: stoppedPhaseSchema,
  /** Innermost first, with the runtime's own frames. */
  stack: z.array(frameSchema),
  stackCut: text.nullable(),
});

/** What goroutines wait on. */
const waitsOnSchema = z.object({
  kind: z.enum(["channel", "lock", "semaphore", "condition", "other"]),
  address,
  channel: z.object({ sends: z.boolean(), length: count, capacity: count }).nullable(),
});

/** Goroutines that are at the same place for the same reason. */
export const stoppedGroupSchema = z.object({
  count,
  /** The first of their ids. */
  ids: z.array(count),
  status: text,
  waitReason: text.nullable(),
  /** Shortest and longest time of waiting. */
  waitNanoseconds: z.tuple([nanoseconds, nanoseconds]).nullable(),
  waitsOn: z.array(waitsOnSchema),
  system: z.boolean(),
  stack: z.array(frameSchema),
  stackCut: text.nullable(),
  startedAt: z.array(frameSchema),
});

/** The map, in brief. */
export const stoppedMapSchema = z.object({
  implementation: z.enum(["classic", "swiss"]),
  /** The header, by Go's own names; values as text, for they may be larger than 2^53. */
  header: z.array(z.object({ name: text, value: text, meaning: text.nullable() })),
  count: z.number(),
  writing: z.boolean(),
  growing: z.object({ sameSize: z.boolean(), evacuated: count, oldBuckets: count }).nullable(),
  /** How many buckets, or groups in how many tables, were read. */
  blocks: count,
  tables: count,
  /** Full slots that were found. */
  full: count,
  deleted: count,
  /** Some of its entries. */
  entries: z.array(z.object({ key: text, element: text })),
  broken: z.array(z.object({ where: text, sentence: text })),
  /** What is missing of it. */
  cut: text.nullable(),
  /** Its slots and bytes, as much as is kept; null in files of before. */
  memory: stoppedMemorySchema.nullable().default(null),
});

/** What was found when the program stood still. */
export const stoppedObservationSchema = z.object({
  kind: z.literal("stopped"),
  handle: text,
  evidence: text,
  /**
   * Where: at the `check`, before the runtime's fatal function was called; in the `fatal` function; in a `panic` that nobody
   * recovers; or, as in a core, `somewhere`.
   */
  stoppedAt: z.enum(["check", "fatal", "panic", "somewhere"]),
  /** What the runtime is about to say, or has said. */
  message: text.nullable(),
  conflict: conflictKindSchema.nullable(),
  map: mapSchema,
  /** Where the map's address and type were found, and how sure that is; one sentence. */
  mapFrom: text,
  /** Whether the map's address is proven by data flow. */
  mapProven: z.boolean(),
  /** The one that noticed; null when none did. */
  detector: stoppedGoroutineSchema.nullable(),
  /** Who else is on that map, surest first. Without a detector: everybody who is in a map function. */
  others: z.array(
    stoppedGoroutineSchema.extend({
      grade: stoppedGradeSchema,
      /** The map that it is on; the detector's, where there is one. */
      map: address.nullable(),
      /** Whether that address is proven by data flow. */
      mapProven: z.boolean(),
      /**
       * For `near`: the lines of its function that change a map of this type, and to which it can come again; each with the calls inlined
       * there, innermost first.
       */
      changesAt: z.array(z.array(frameSchema)),
      /** What is known of it, one sentence each. */
      sentences: z.array(text),
    }),
  ),
  /** Where nobody is left who could be the other side: what is known, in sentences. */
  gone: z.array(text),
  threads: z.array(z.object({ id: count, goroutine: count.nullable(), doing: text })),
  goroutines: count,
  groups: z.array(stoppedGroupSchema),
  /** Groups that are not listed. */
  groupsNotListed: count,
  decoded: stoppedMapSchema.nullable(),
});
