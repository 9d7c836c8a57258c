/**
 * What the case file says of `GODEBUG=gctrace=1` and its like: the cycles of one process as its runtime printed them, and what
 * the heap goals say about GOGC. Sizes are in MiB, the rest cut off, as gctrace prints them (it calls them MB).
 */
import { z } from "zod";
import { address, count, nanoseconds, text } from "./parts.js";
import { growthKindSchema } from "./recording-schema.js";

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

/** What fell into the time in which the write barrier was on, as the recorder of one process saw it. */
export const writeBarrierObservationSchema = z.object({
  kind: z.literal("write-barrier"),
  handle: text,
  /** Handle of the event file. */
  evidence: text,
  /** How often it was on, and how often a recorded access or a growth fell into that. */
  spansCount: count,
  spansWithMaps: count,
  /** How long it was on, all in all. */
  onNanoseconds: nanoseconds,
  /** The last times. */
  spans: z.array(
    z.object({
      /** Cycles that had begun, this one too. */
      cycle: count,
      onNanoseconds: nanoseconds,
      /** Null when it was on to the end. */
      offNanoseconds: nanoseconds.nullable(),
      /** Recorded accesses to maps meanwhile, and by how many goroutines. */
      accesses: count,
      goroutines: count,
      /** The maps that grew or were accessed, those with the most of it first. */
      maps: z.array(
        z.object({
          address,
          life: count,
          accesses: count,
          /** Whether a growth in steps that had begun before went on. */
          growthWentOn: z.boolean(),
          growths: z.array(z.object({ kind: growthKindSchema, count })),
        }),
      ),
      mapsNotListed: count,
    }),
  ),
});
