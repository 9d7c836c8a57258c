/** The shape of `maptrap gdb trace --json` (docs/gdb-trace.md), as a foreign file is checked. */
import { z } from "zod";

const text = z.string();
const count = z.int().min(0);

/** Seconds since a trace began; what is beyond thirty years is damage, and cannot be drawn. */
const seconds = z.number().min(0).max(1e9);

const siteSchema = z.object({ function: text, file: text, line: z.int() });

const changesSchema = z.array(z.object({ field: text, before: text, after: text }));

const base = {
  number: count,
  seconds,
  goroutine: count.nullable(),
  site: siteSchema.nullable(),
};

/** One event of a trace. */
export const traceEventSchema = z.discriminatedUnion("kind", [
  z.object({
    ...base,
    kind: z.literal("flags"),
    map: text,
    before: count,
    after: count,
    mark: z.enum(["set", "cleared"]).nullable(),
    flags: text,
    mapFunction: text,
    changes: changesSchema,
  }),
  z.object({
    ...base,
    kind: z.literal("growth"),
    map: text,
    step: text,
    mapFunction: text,
    argument: z.number().nullable(),
    table: text.nullable(),
    changes: changesSchema,
  }),
  z.object({ ...base, kind: z.literal("header"), map: text, mapFunction: text, changes: changesSchema }),
  z.object({ ...base, kind: z.literal("fatal"), message: text.nullable(), map: text.nullable().optional() }),
]);

/** A whole trace. */
export const traceSchema = z.object({
  format: z.literal("maptrap-gdb-trace"),
  version: z.literal(1),
  maptrap: text,
  program: text,
  goVersion: text.nullable(),
  mapImplementation: z.enum(["classic", "swiss"]),
  chosen: text,
  way: text,
  events: z.array(traceEventSchema),
  end: z.object({
    why: text,
    status: z.int().nullable(),
    signal: text.nullable(),
    seconds,
  }),
  totals: z.object({
    marksSet: count,
    marksCleared: count,
    growth: z.array(z.object({ mapFunction: text, count })),
    maps: count,
    goroutines: count,
    sites: z.array(z.object({ site: siteSchema, count })),
    repeated: count,
    lost: count,
  }),
  notes: z.array(text),
});

/** A trace as its JSON has it. */
export type TraceJson = z.infer<typeof traceSchema>;
export type TraceEventJson = z.infer<typeof traceEventSchema>;
