/**
 * The shape of a case file, version 1.
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
 * A change to this shape that a reader of version 1 would trip over raises {@link caseVersion}.
 */
import { z } from "zod";

/** The version of the case file that is written, and the only one that is read. */
export const caseVersion = 1;

/** What is in the field `format` of every case file. */
export const caseFormat = "maptrap-case";

const count = z.int().min(0);
const nanoseconds = z.number().min(0);
const address = z.string().regex(/^0x[0-9a-f]{1,16}$/);
const text = z.string();

/** How sure a finding is. */
export const certaintySchema = z.enum(["caught", "unordered", "inferred"]);

/** What is done to a map. `length` is `reflect`'s; the built-in `len` is not an access. */
export const operationSchema = z.enum(["read", "write", "delete", "iterate", "clear", "clone", "length"]);

/** The kinds of conflict, in the words of Go's own fatal errors. */
export const conflictKindSchema = z.enum([
  "concurrent map read and map write",
  "concurrent map writes",
  "concurrent map iteration and map write",
  "concurrent map clone and map write",
]);

/** How a side took part: it waited in a trap when the other one came, or it came. */
export const roleSchema = z.enum(["waited", "came"]);

/** Whose code a frame is: the program's own, a dependency's, the standard library's, or the runtime's (with the probe). */
export const originSchema = z.enum(["own", "dependency", "standard", "runtime"]);

/** One line of a stack. */
export const frameSchema = z.object({
  /** The function's full name, for example `example.com/shop.(*Cache).Put`; "?" where not known. */
  function: text,
  /** The file's path as the compiler recorded it. */
  file: text.nullable(),
  /** The line in the file, from 1. */
  line: z.int().min(1).nullable(),
  /** Whether the function was inlined into the frame below it. */
  inlined: z.boolean(),
});

/** A frame of which it is known whose code it is. */
export const placedFrameSchema = frameSchema.extend({ origin: originSchema });

/** The map of a conflict. */
export const mapSchema = z.object({
  /** Address of the map header in that process. */
  address: address.nullable(),
  /** The map's Go type, for example `map[string]int`. */
  type: text.nullable(),
  /** Number of elements, read without a lock. */
  elements: count.nullable(),
});

/** Where the symbols (functions, files, lines) of an observation come from. */
export const symbolSourceSchema = z.enum(["binary", "process", "none"]);

/** A goroutine as the evidence tells of it. */
const goroutineSchema = z.object({
  id: count.nullable(),
  /** Id of the goroutine that started it. */
  startedBy: count.nullable(),
  /** The stack of the go statement that started it as far as it is known, innermost first. */
  startedAt: z.array(frameSchema),
  /** The function that the goroutine began with. */
  entry: frameSchema.nullable(),
});

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

/** Two goroutines were seen in flight on one map. */
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
  /** The side that waited, then the side that came. */
  sides: z.tuple([observedSideSchema, observedSideSchema]),
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
  nearMissObservationSchema,
]);

/** What the probe of one process wrote. */
export const eventFileEvidenceSchema = z.object({
  kind: z.literal("event-file"),
  handle: text,
  path: text,
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
  /** What could not be read or looked up, one sentence each. */
  notes: z.array(text),
});

/** One thing that was given to find out from. */
export const evidenceSchema = z.discriminatedUnion("kind", [eventFileEvidenceSchema]);

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
  summary: summarySchema,
});
