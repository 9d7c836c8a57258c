/**
 * What the case file says of order: two accesses to one map that nothing orders, what each side had done to be ordered with others,
 * and how much of a process is known.
 *
 * An **acquire** lets a goroutine come after others (a lock is taken, something is received), a **release** lets others come after
 * it (a lock is given back, something is sent).
 */
import { z } from "zod";
import { address, count, frameSchema, nanoseconds, placedFrameSchema, text } from "./parts.js";

/** What goroutines synchronise with. */
export const synchronisedOnSchema = z.enum([
  "go",
  "channel",
  "select",
  "mutex",
  "rwmutex",
  "wait-group",
  "once",
  "cond",
  "pool",
  "sync-map",
  "atomic",
  "timer",
  "file",
  "other",
]);

/** The last time that a goroutine synchronised before an access, as far as it told anything new. */
export const synchronisedSchema = z.object({
  /** `start`: of an acquire, by the go statement that started the goroutine; of a release, by a go statement of its own. */
  edge: z.enum(["acquire", "release", "start"]),
  on: synchronisedOnSchema,
  /** `Mutex.Lock`, `channel receive`, `atomic.Bool.Store`; "?" where not known. */
  how: text,
  /** Equal for what is synchronised on the same thing; null where there is none. */
  address: address.nullable(),
  /** The place to look at; null where not known. */
  at: placedFrameSchema.nullable(),
  /** From where that was called, innermost first; empty where not known. */
  stack: z.array(frameSchema),
});

/** A Mutex or an RWMutex that a goroutine holds. */
export const heldLockSchema = z.object({
  address,
  /** Whether it is held for readers only (RLock). */
  reading: z.boolean(),
  /** As the source has it where it was locked: `c.mu`; null where that was not read. */
  name: text.nullable(),
  /** Where it was locked: the place to look at; null where not known. */
  at: placedFrameSchema.nullable(),
  /** From where it was locked, innermost first; empty where not known. */
  stack: z.array(frameSchema),
});

/** What is known about the order of an access. */
export const sideOrderSchema = z.object({
  /** Of more than eight not all are kept. */
  locks: z.array(heldLockSchema),
  acquired: synchronisedSchema.nullable(),
  released: synchronisedSchema.nullable(),
});

/** How much of a process's order was recorded and read, and what was found in it. */
export const orderCoverageSchema = z.object({
  events: count,
  bytes: count,
  /** Why recording ended before the program did: the largest size was reached, or the file could not grow. */
  cutShort: z.enum(["size", "no-room"]).nullable(),
  /** When that was, since the process started. */
  cutShortNanoseconds: nanoseconds.nullable(),
  /** Events that could not be put in order. */
  notPlaced: count,
  /** Whether reading was stopped before the end. */
  interrupted: z.boolean(),
  /** Whether the binary was built so that plain calls of sync/atomic are recorded; null where not known. */
  plainAtomics: z.boolean().nullable(),
  accesses: count,
  synchronisations: count,
  maps: count,
  /** Maps that more than one goroutine used. */
  sharedMaps: count,
  goroutines: count,
  /** Pairs of places that were found and did not fit. */
  pairsNotKept: count,
});

/** What was recorded of order, over all processes. */
export const orderedSummarySchema = z.object({
  processes: count,
  events: count,
  bytes: count,
  accesses: count,
  synchronisations: count,
  maps: count,
  sharedMaps: count,
  goroutines: count,
  pairsNotKept: count,
});
