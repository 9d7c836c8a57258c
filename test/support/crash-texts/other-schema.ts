/** The shape of the recorded texts of test/fixtures/crash-texts/programs: others/NAME.json.gz. */
import { z } from "zod";
import { RECORDED } from "./old-go.js";

/** What is true of such a text. */
export const otherTruthSchema = z.strictObject({
  /** What ended the program; `goroutines`: the text has goroutines and no headline. */
  cause: z.enum(["fatal", "panic", "signal", "goroutines"]),
  /** What follows `fatal error: ` or `panic: ` at the start of a line, in the order of the text. */
  headlines: z.array(z.string()),
  /** The kind, when it is a conflict on a map. */
  conflict: z.string().nullable(),
  /** The side that noticed; null when it is no such conflict, or the text has no stacks. */
  detector: z
    .strictObject({
      mark: z.string(),
      goroutine: z.int().min(0),
      function: z.string(),
      file: z.string(),
      line: z.int().min(1),
      operation: z.string(),
    })
    .nullable(),
  /** The ids in the goroutine headers, in the order of the text. */
  goroutines: z.array(z.int().min(0)),
  /** Words in the brackets of headers besides state and minutes, each once, sorted. */
  remarks: z.array(z.string()),
  /** How many stacks were unavailable. */
  unavailable: z.int().min(0),
  /** How many frames were left out in all. */
  framesElided: z.int().min(0),
  /** Header lines that have labels after the bracket. */
  labelled: z.array(z.string()),
});

/** One recorded text. */
export const otherTextSchema = z.strictObject({
  /** NAME/go1.NN */
  name: z.string().min(1),
  goVersion: z.enum(RECORDED),
  goRelease: z.string().regex(/^go1\./),
  /** What was set in the environment. */
  environment: z.record(z.string(), z.string()),
  truth: otherTruthSchema,
  text: z.string().min(1),
});

/** A file of them. */
export const otherFileSchema = z.strictObject({
  format: z.literal("other-crash-texts"),
  version: z.literal(1),
  about: z.string().min(1),
  texts: z.array(otherTextSchema).min(1),
});

export type OtherTruth = z.infer<typeof otherTruthSchema>;
export type OtherText = z.infer<typeof otherTextSchema>;
