/**
 * What the case file says of `GODEBUG=gctrace=1` and its like: the cycles of one process as its runtime printed them, and what
 * the heap goals say about GOGC. Sizes are in MiB, the rest cut off, as gctrace prints them (it calls them MB).
 */
import { z } from "zod";
import { count, nanoseconds, text } from "./parts.js";

const textLine = z.int().min(1);
const mebibytes = count;
/** Smallest and largest. */
const bounds = z.tuple([count, count]);

/** The phases of a cycle, on the clock. */
const phasesSchema = z.object({
  /** The world is stopped: sweeping ends, the write barrier goes on. */
  sweepTermination: nanoseconds,
  /** The program runs, with the write barrier on. */
  mark: nanoseconds,
  /** The world is stopped: marking ends, the write barrier goes off. */
  markTermination: nanoseconds,
});

/** Processor time of a cycle. */
const processorTimeSchema = z.object({
  sweepTermination: nanoseconds,
  /** Goroutines that had to help because they allocated. */
  assist: nanoseconds,
  background: nanoseconds,
  idle: nanoseconds,
  markTermination: nanoseconds,
});

/** One cycle, as its line says. */
export const tracedCycleSchema = z.object({
  textLine,
  number: count,
  /** Since the runtime was ready to run init functions; a millisecond exact, the rest cut off. */
  startNanoseconds: nanoseconds,
  /** Share of all processors' time that collection had since the program began. */
  percent: count,
  clockNanoseconds: phasesSchema,
  processorNanoseconds: processorTimeSchema,
  /** At the beginning, when marking ended, and what was alive. */
  heap: z.object({ start: mebibytes, end: mebibytes, live: mebibytes }),
  /** Null: none (GOGC=off without a memory limit). */
  goal: mebibytes.nullable(),
  /** Null before Go 1.18. */
  stacks: mebibytes.nullable(),
  globals: mebibytes.nullable(),
  processors: count,
  /** By runtime.GC or debug.FreeOSMemory. */
  forced: z.boolean(),
  /** Because two minutes had gone by without one. */
  periodic: z.boolean(),
  leakCheck: z.boolean(),
  /** With gcpacertrace: exact sizes in bytes. */
  pacer: z
    .object({
      cpuPercent: z.int(),
      expectedCpuPercent: count,
      triggered: count,
      end: count,
      goal: count,
      heapWork: count,
      stackWork: count,
      globalsWork: count,
    })
    .nullable(),
  /** Whether other output stood within the line. */
  interrupted: z.boolean(),
});

/** What the goals say; analysis/gc/goals.ts says how they are reckoned. */
export const goalReadingSchema = z.object({
  gogc: z.object({ atLeast: z.number(), atMost: z.number().nullable(), named: count.nullable() }).nullable(),
  off: z.boolean(),
  fits: count,
  of: count,
  below: count,
  above: count,
  limited: bounds.nullable(),
  /** The same in words, one sentence each. */
  sentences: z.array(text),
});

/** The cycles of one process that a text holds. */
export const gcTraceObservationSchema = z.object({
  kind: z.literal("gc-trace"),
  handle: text,
  /** Handle of the text that it was read from. */
  evidence: text,
  textLines: z.tuple([textLine, textLine]),
  process: text.nullable(),
  /** Go versions that print such lines. */
  goVersion: text.nullable(),
  cycles: count,
  forced: count,
  periodic: count,
  interrupted: count,
  /** Numbers of the first and the last cycle; fewer cycles than numbers: lines are missing. */
  numbers: bounds,
  startNanoseconds: z.tuple([nanoseconds, nanoseconds]),
  /** Of the last cycle. */
  percent: count,
  /** Sums over all cycles. */
  clockNanoseconds: phasesSchema,
  processorNanoseconds: processorTimeSchema,
  longestStop: z.object({ number: count, nanoseconds }),
  startHeap: bounds,
  liveHeap: bounds,
  goal: bounds.nullable(),
  stacks: bounds.nullable(),
  globals: bounds.nullable(),
  processors: bounds,
  goals: goalReadingSchema,
  /** The last cycles. */
  kept: z.array(tracedCycleSchema),
  /** Packages' init functions (`inittrace`): how many, how long together, and the slowest. */
  inits: z.object({
    count,
    nanoseconds,
    slowest: z.array(z.object({ package: text, nanoseconds, bytes: count, allocations: count })),
  }),
  /** `scavtrace`: lines, and what was given back to the system at the last one, in KiB. */
  scavenges: z.object({ count, releasedKibibytes: count.nullable() }),
  /** `schedtrace`: lines, and the longest queue of goroutines that waited to run, of all queues together. */
  scheduler: z.object({ count, longestQueue: count.nullable() }),
  /** Whether it agrees with what the recorder saw in the same process; null where there is no recording. */
  recorded: z
    .object({
      recording: text,
      /** Cycles that both have. */
      both: count,
      /** How many of them agree, in time, phases and sizes. */
      agree: count,
      /** How much later than the recorder's clock gctrace's begins, and how far cycles are from that at the most. */
      offsetNanoseconds: z.number(),
      deviationNanoseconds: nanoseconds,
      /** Cycles that only one of the two has, in the span of both. */
      onlyTraced: z.array(count),
      onlyRecorded: z.array(count),
      /** What does not agree, one sentence each. */
      differences: z.array(text),
    })
    .nullable(),
});
