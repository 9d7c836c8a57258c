/**
 * A program of the model with its settings, and what `maptrap model … --json` found about it (docs/model.md). The page makes runs and
 * explorations itself; what is in the document is where it begins.
 */
import { z } from "zod";
import { policies } from "../gomap/programs/policies.js";

const text = z.string();

/** Under which conditions a program is looked at. */
export const modelSettingsSchema = z.object({
  map: z.enum(["classic", "swiss"]),
  minor: z.int().min(19).max(27),
  memory: z.enum(["sc", "tso"]),
  policy: z.enum(policies),
  seed: z.int().min(0),
  afterFatal: z.enum(["stop", "continue"]),
});

/** Which interleavings an exploration tries, as src/gomap/programs/exploration.ts has it. */
const planSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("reduced") }),
  z.object({ kind: z.literal("all") }),
  z.object({ kind: z.literal("preemptions"), most: z.int().min(0) }),
  z.object({ kind: z.literal("random"), runs: z.int().min(0), depth: z.int().min(0) }),
]);

/** The files of `maptrap model run`, `replay`, `explore` and `compare`; more is in them than the page needs. */
export const modelFileSchema = z.object({
  format: z.enum(["maptrap model run", "maptrap model explore", "maptrap model compare"]),
  version: z.literal(1),
  program: text.max(64 * 1024),
  settings: modelSettingsSchema,
  /** Of a run. */
  token: text.optional(),
  label: text.optional(),
  /** Of an exploration. */
  plan: planSchema.optional(),
  /** Of a comparison: how many random runs of each. */
  runs: z.int().min(0).optional(),
});

/** Where the model view begins. */
export const modelSchema = z.object({
  label: text,
  program: text,
  settings: modelSettingsSchema,
  /** The run to show; null for none. */
  token: text.nullable(),
  /** What is done at the beginning. */
  begin: z.enum(["run", "explore", "compare"]),
  /** Of an exploration; reduced when left out. */
  plan: planSchema.optional(),
  /** Of a comparison: how many random runs of each. */
  runs: z.int().min(2).optional(),
});

/** A program of the model, as a document has it. */
export type ModelJson = z.infer<typeof modelSchema>;
