/**
 * The shape of a case file, version 5.
 *
 * A **case** is all that is known about one incident: the **evidence** that was given, the **observations** (facts read
 * from the evidence, one by one, with nothing concluded), and the **findings** (what follows from them).
 *
 *     evidence e0, e1 …  ←  observations o0, o1 …  ←  findings m0, m1 …
 *
 * Each of the three has handles that the others refer to. Two words run through all of it:
 *
 * - a **side** is one access to the map with its goroutine and its stack; a conflict has two;
 * - **certainty** says how sure a finding is: `caught` (both sides were in flight on the map at the same moment),
 *   `unordered` (both were observed, and nothing orders them), `inferred` (from text and source, with a score).
 *
 * Addresses are strings ("0xc000012345"). Times are nanoseconds. Counts are numbers, none larger than 2^53. What is not
 * known is null, never a made-up value.
 *
 * A change to this shape that a reader of version 5 would trip over raises {@link caseVersion}. What version 2 had not (all that
 * is about recordings) and what version 3 had not (all that is about order) has a default here, and what version 4 had not (all that
 * is about stopped programs) is a kind of evidence and of observation of its own; so their files are read too. So is a file of version 5
 * whose stopped maps have no `memory`.
 */
import { z } from "zod";
import {
  crashObservationSchema,
  crashTextEvidenceSchema,
  probeObservationSchema,
  raceObservationSchema,
  sourceEvidenceSchema,
  sourcePlaceSchema,
} from "./crash-schema.js";
import { gcTraceObservationSchema, writeBarrierObservationSchema } from "./gc-schema.js";
import { orderCoverageSchema, orderedSummarySchema, sideOrderSchema } from "./order-schema.js";
import {
  address,
  certaintySchema,
  conflictKindSchema,
  count,
  frameSchema,
  goroutineSchema,
  mapSchema,
  nanoseconds,
  operationSchema,
  placedFrameSchema,
  symbolSourceSchema,
  text,
} from "./parts.js";
import { foundSchema, recordedSummarySchema, recordingObservationSchema } from "./recording-schema.js";
import { gdbSessionEvidenceSchema, stoppedObservationSchema } from "./stopped-schema.js";

/** The version of the case file that is written. */
export const caseVersion = 5;

/** The versions that are read. */
export const readableCaseVersions: readonly number[] = [2, 3, 4, caseVersion];

/** What is in the field `format` of every case file. */
export const caseFormat = "maptrap-case";

/**
 * How a side took part: it `waited` in a trap when the other one `came`; the runtime stopped the program in it
 * (`detected`) and the recorder knows who the other one was (`recorded`), or a debugger found it on the map (`stopped`); a race report names it (`reported`); its order was
 * recorded (`observed`); or it is inferred (`supposed`).
 */
export const roleSchema = z.enum([
  "waited",
  "came",
  "detected",
  "recorded",
  "stopped",
  "reported",
  "observed",
  "supposed",
]);

/** A side as it was observed. */
export const observedSideSchema = z.object({
  role: roleSchema,
  operation: operationSchema,
  goroutine: goroutineSchema,
  /** How long it had been held in the trap; 0 for the side that came. */
  heldNanoseconds: nanoseconds,
  /** The whole stack, innermost first, with the runtime's and the probe's own frames. */
  stack: z.array(frameSchema),
  /** Whether the stack went on beyond what could be recorded. */
  stackCut: z.boolean(),
});

/** Two goroutines used one map at the same time. */
export const conflictObservationSchema = z.object({
  kind: z.literal("conflict"),
  handle: text,
  /** Handle of the evidence that it was read from. */
  evidence: text,
  /** Time since the process started. */
  atNanoseconds: nanoseconds,
  /** How often the same two stacks met. */
  seen: count,
  map: mapSchema,
  symbols: symbolSourceSchema,
  /** How it was found. */
  found: foundSchema.default({ by: "trap" }),
  /** By the trap: the side that waited, then the side that came. By Go's check: the recorded side, then the one that noticed. */
  sides: z.tuple([observedSideSchema, observedSideSchema]),
});

/** Go's check stopped the program in one goroutine, and who the other one was is not known. */
export const detectionObservationSchema = z.object({
  kind: z.literal("detection"),
  handle: text,
  evidence: text,
  /** Time since the process started. */
  atNanoseconds: nanoseconds,
  map: mapSchema,
  symbols: symbolSourceSchema,
  found: foundSchema,
  side: observedSideSchema,
});

/** Two accesses to one map, at least one of them a change, that nothing orders. */
export const unorderedObservationSchema = z.object({
  kind: z.literal("unordered"),
  handle: text,
  evidence: text,
  map: mapSchema,
  symbols: symbolSourceSchema,
  /** How often accesses at these two places were found unordered, and on how many maps. */
  seen: count,
  maps: count,
  /** A lock that both sides hold, at least one of them for readers only. */
  commonLock: address.nullable(),
  sides: z.tuple([
    observedSideSchema.extend({ order: sideOrderSchema }),
    observedSideSchema.extend({ order: sideOrderSchema }),
  ]),
});

/** One of the two places of a near miss. */
const nearMissSiteSchema = z.object({
  /** The return address of the map function, counted from `runtime.text`. */
  textOffset: address,
  operation: operationSchema,
  /** The frames at that place, innermost first; empty where there is no binary to look them up in. */
  frames: z.array(frameSchema),
});

/** Two places touched one map from two goroutines, one after the other. Nothing says that this is wrong. */
export const nearMissObservationSchema = z.object({
  kind: z.literal("near-miss"),
  handle: text,
  evidence: text,
  first: nearMissSiteSchema,
  second: nearMissSiteSchema,
  /** Shortest time from the first access to the second. */
  shortestNanoseconds: nanoseconds.nullable(),
  /** Longest such time that is known. */
  longestNanoseconds: nanoseconds.nullable(),
  /** How often they followed each other. */
  seen: count,
  /** How often the first was held and the second did not come. */
  heldInVain: count,
  /** How often the two met. */
  met: count,
  /** How often the second came right after the first was let go, a sign of a common lock. */
  cameAfterRelease: count,
  /** Longest time for which the first was held in vain. */
  longestHoldNanoseconds: nanoseconds,
});

/** One fact that was read from evidence. */
export const observationSchema = z.discriminatedUnion("kind", [
  conflictObservationSchema,
  detectionObservationSchema,
  unorderedObservationSchema,
  nearMissObservationSchema,
  recordingObservationSchema,
  crashObservationSchema,
  raceObservationSchema,
  probeObservationSchema,
  gcTraceObservationSchema,
  writeBarrierObservationSchema,
  stoppedObservationSchema,
]);

/** What the probe of one process wrote. */
export const eventFileEvidenceSchema = z.object({
  kind: z.literal("event-file"),
  handle: text,
  path: text,
  /** What the probe did. */
  mode: z.enum(["trap", "record", "order"]).default("trap"),
  processId: count,
  /** Which of the runs it was, from 1. */
  run: count.nullable(),
  /** Import path of the package under test. */
  testPackage: text.nullable(),
  goVersion: text,
  /** GOOS/GOARCH. */
  platform: text,
  executable: text,
  /** The wall clock when the process started, ISO 8601. */
  started: text.nullable(),
  mapImplementation: z.enum(["classic", "swiss"]),
  /** How it ended: a return from main or os.Exit; without a word (killed, crashed, or still running); before it began. */
  ending: z.enum(["exited", "unknown", "starting"]),
  exitStatus: z.int().nullable(),
  symbols: symbolSourceSchema,
  /** How much of its order is known; null in the other modes. */
  order: orderCoverageSchema.nullable().default(null),
  /** What could not be read or looked up, one sentence each. */
  notes: z.array(text),
});

/** One thing that was given to find out from. */
export const evidenceSchema = z.discriminatedUnion("kind", [
  eventFileEvidenceSchema,
  crashTextEvidenceSchema,
  sourceEvidenceSchema,
  gdbSessionEvidenceSchema,
]);

/** A side of a finding: what was observed, and the place in it that matters. */
export const sideSchema = observedSideSchema.extend({
  goroutine: goroutineSchema.extend({
    /** Short name, for example `g7`. */
    handle: text,
    startedAt: z.array(placedFrameSchema),
    entry: placedFrameSchema.nullable(),
  }),
  /** The stack without the probe's and the runtime's frames at its two ends, innermost first. */
  stack: z.array(placedFrameSchema),
  /** The place to look at: the first frame in the program's own code, else the first outside the runtime. */
  site: placedFrameSchema.nullable(),
  /** The test in whose goroutine, or by whose go statement, it ran. */
  test: text.nullable(),
  /** What the source says of it; null where no source was read, or it does not fit. */
  source: sourcePlaceSchema.nullable(),
  /** How it is ordered with others; null where that was not recorded. */
  order: sideOrderSchema.nullable().default(null),
});

/** A conflict, with how sure it is and why. */
export const findingSchema = z.object({
  /** Short name, for example `m0`. */
  handle: text,
  kind: conflictKindSchema,
  certainty: certaintySchema,
  /** Between 0 and 1, for what was inferred. */
  score: z.number().min(0).max(1).nullable(),
  /** Why this certainty, one sentence each. */
  reasons: z.array(text),
  map: mapSchema,
  /** The change first; when both change the map, the side that waited first. */
  sides: z.tuple([sideSchema, sideSchema]),
  /** How often it was seen, in all observations together. */
  seen: count,
  /** Handles of the observations it rests on, the one that is shown first. */
  observations: z.array(text),
  /** The runs it was seen in, ascending. */
  runs: z.array(count),
  /** The tests it was seen in. */
  tests: z.array(z.object({ package: text.nullable(), name: text.nullable() })),
  /** What to do about it, one sentence or two each. */
  advice: z.array(text),
  /** A command that would show whether it is so; null where that has been seen already. */
  proof: text.nullable(),
});

/** One program that ran: how it ended. */
export const programSchema = z.object({
  /** Handle of its evidence. */
  evidence: text,
  run: count.nullable(),
  testPackage: text.nullable(),
  ending: eventFileEvidenceSchema.shape.ending,
  exitStatus: z.int().nullable(),
});

/** What was tried, in figures. */
export const summarySchema = z.object({
  runs: count,
  /** How many traps were set. */
  delays: count,
  /** How many of them came from a plan. */
  plannedDelays: count,
  /** How many were not set because the budget was used up. */
  delaysOverBudget: count,
  /** How long at least one goroutine was held, summed over the processes. */
  trapNanoseconds: nanoseconds,
  /** How long that may be at most, summed over the processes. */
  budgetNanoseconds: nanoseconds,
  /** How many times a map was seen to be touched by a second goroutine. */
  sharedMaps: count,
  /** Different near misses. */
  nearMisses: count,
  /** Conflicts that were counted and did not fit into the event file. */
  conflictsNotKept: count,
  /** Records that could not be read. */
  unreadable: count,
  /** Null when nothing was recorded. */
  recorded: recordedSummarySchema.nullable().default(null),
  /** Null when no order was recorded. */
  ordered: orderedSummarySchema.nullable().default(null),
  programs: z.array(programSchema),
  /** Why no more runs were made, one sentence. */
  stopped: text.nullable(),
});

/** A whole case file. */
export const caseSchema = z.object({
  format: z.literal(caseFormat),
  version: z.literal(caseVersion),
  /** The version of maptrap that wrote it. */
  maptrap: text,
  /** When it was made, ISO 8601. */
  created: text,
  /** The command that was called, word by word. */
  command: z.array(text),
  /** The folder it was called in; paths below it are shown relative to it. */
  workingDirectory: text,
  toolchain: z.object({
    /** As `runtime.Version()` gives it, for example `go1.24.4`. */
    goVersion: text.nullable(),
    /** GOOS/GOARCH. */
    platform: text.nullable(),
    goroot: text.nullable(),
  }),
  /** Path of the program's main module. */
  modulePath: text.nullable(),
  evidence: z.array(evidenceSchema),
  observations: z.array(observationSchema),
  findings: z.array(findingSchema),
  /** What would tell more, one sentence or two each: other evidence to look for, known cases that look like this one. */
  nextSteps: z.array(text),
  /** Null when no program was run. */
  summary: summarySchema.nullable(),
});
