/**
 * What the case file says of crash texts and of source: the two kinds of evidence, and the observations that are read from
 * a text. Lines of a text count from 1.
 */
import { z } from "zod";
import {
  address,
  conflictKindSchema,
  count,
  frameSchema,
  mapSchema,
  operationSchema,
  placedFrameSchema,
  text,
} from "./parts.js";

const textLine = z.int().min(1);

/** What was undone to read a text, and on how many lines. */
const undoneSchema = z.object({ what: text, lines: count });

/** A text that was given: a log, a journal, a page, standard input. */
export const crashTextEvidenceSchema = z.object({
  kind: z.literal("crash-text"),
  handle: text,
  /** "-" for standard input. */
  path: text,
  lines: count,
  /** Lines that belong to no report. */
  otherLines: count,
  /** What was undone to the whole text: `gzip`, `UTF-16`. */
  undone: z.array(undoneSchema),
  /** What could not be read, one sentence each. */
  notes: z.array(text),
});

/** The source of the program, as far as it was found. */
export const sourceEvidenceSchema = z.object({
  kind: z.literal("source"),
  handle: text,
  /** The folder that was read, absolute. */
  path: text,
  modules: z.array(text),
  files: count,
  lines: count,
  /** How many of the text's frames in the program's own code are where the source says, of how many. */
  fits: z.object({ frames: count, of: count }),
  notes: z.array(text),
});

/** A version of Go that fits a text. */
export const goVersionSchema = z.object({
  /** `1.9`, `1.14 or 1.15`. */
  text,
  /** What tells it: `panic.go:605`. */
  from: text,
  /** Whether it is exact to the minor version. */
  exact: z.boolean(),
});

/** A goroutine as a text shows it. */
export const textGoroutineSchema = z.object({
  id: count.nullable(),
  state: text,
  waitMinutes: count.nullable(),
  /** `locked to thread`, `leaked`, `synctest bubble 3` … */
  remarks: z.array(text),
  labels: z.record(z.string(), z.string()),
  stack: z.array(placedFrameSchema),
  framesElided: count,
  createdBy: z.object({ frame: placedFrameSchema, goroutine: count.nullable() }).nullable(),
  /** Why there is no stack. */
  unavailable: text.nullable(),
  textLine,
});

/** A place that is named without its stack. */
const placeSchema = frameSchema.pick({ function: true, file: true, line: true });

/** Where a report stands in a text, and how well it could be read. */
const reportPlace = {
  handle: text,
  /** Handle of the evidence that it was read from. */
  evidence: text,
  textLines: z.tuple([textLine, textLine]),
  /** The process whose lines these are: `web-1`, `svc[123]`. */
  process: text.nullable(),
  undone: z.array(undoneSchema),
  unread: z.object({ count, lines: z.array(z.object({ line: textLine, text })) }),
  /** Why the report is not whole. */
  cut: text.nullable(),
};

/** A dump of goroutines that a text holds. */
export const crashObservationSchema = z.object({
  kind: z.literal("crash"),
  ...reportPlace,
  cause: z.enum(["fatal", "panic", "signal", "goroutines"]),
  /** The headlines, without `fatal error: ` and the like. */
  messages: z.array(text),
  /** Whether the headline follows from the length of the message, and was not in the text. */
  messageInferred: z.boolean(),
  conflict: conflictKindSchema.nullable(),
  goVersion: goVersionSchema.nullable(),
  os: text.nullable(),
  architecture: text.nullable(),
  /** How many goroutines the text shows. */
  goroutines: count,
  /** The side that noticed. */
  detector: z
    .object({
      goroutine: textGoroutineSchema,
      operation: operationSchema.nullable(),
      /** The runtime's function that tells the operation, or "headline". */
      operationFrom: text.nullable(),
      /** The place in the program to look at. */
      site: placeSchema.nullable(),
      /** What the program called there and that went to the map: `fmt.Sprintf`. */
      through: text.nullable(),
    })
    .nullable(),
  /** Whether the text shows a goroutine that is in a map operation and may be the peer. */
  peerVisible: z.boolean(),
  /** Goroutines in the text that may be the peer, most likely first. */
  peers: z.array(
    z.object({
      goroutine: textGoroutineSchema,
      reason: text,
      site: placeSchema.nullable(),
      operation: operationSchema.nullable(),
    }),
  ),
  /** All goroutines, grouped, those that matter first. */
  groups: z.array(
    z.object({
      level: z.enum(["identical", "similar", "any-value"]),
      count,
      ids: z.array(count),
      waitMinutes: z.tuple([count, count]).nullable(),
      example: textGoroutineSchema,
    }),
  ),
  /** How many groups there are, also those that are not listed. */
  groupCount: count,
  /** Handle of the conflict in an event file that this is the end of. */
  ofConflict: text.nullable().default(null),
});

/** A report of Go's race detector that a text holds. */
export const raceObservationSchema = z.object({
  kind: z.literal("race"),
  ...reportPlace,
  conflict: conflictKindSchema.nullable(),
  goVersion: goVersionSchema.nullable(),
  accesses: z.array(
    z.object({
      operation: z.enum(["read", "write"]),
      previous: z.boolean(),
      goroutine: count.nullable(),
      main: z.boolean(),
      address: address.nullable(),
      /** Null when it is not a map's. */
      mapOperation: operationSchema.nullable(),
      site: placeSchema.nullable(),
      through: text.nullable(),
      stack: z.array(placedFrameSchema),
      stackLost: z.boolean(),
      createdAt: z.array(placedFrameSchema),
    }),
  ),
});

/** A report of maptrap's own probe that a text holds. */
export const probeObservationSchema = z.object({
  kind: z.literal("probe-report"),
  ...reportPlace,
  /** Who found it: the trap (`caught`), or the recorder after a fatal error of Go's check. */
  found: z.enum(["caught", "recorded", "inferred"]).default("caught"),
  /** Handle of the crash that it was printed after. */
  ofCrash: text.nullable().default(null),
  /** Handle of the conflict in an event file that it tells of too. */
  ofConflict: text.nullable().default(null),
  /** The goroutines that it names. */
  goroutines: z.array(count).default([]),
  conflict: conflictKindSchema.nullable(),
  map: mapSchema.pick({ address: true, type: true, elements: true }),
});

/** What the source says of a side. */
export const sourcePlaceSchema = z.object({
  /** Relative to the source's folder, with slashes. */
  file: text,
  line: z.int().min(1),
  /** The function, as the runtime prints it. */
  function: text,
  /** The map as written: `c.items`. */
  expression: text,
  /** The variable or field that holds it: `Cache.items`. */
  variable: text,
  /** What goes to the map there, when it is not the language itself: `fmt.Sprint`. */
  through: text.nullable(),
  /** The locks that are held there: `c.mu.Lock (line 20)`. */
  locks: z.array(text),
  /** How the goroutine that runs it may have been started, a few words each. */
  starts: z.array(text),
});
