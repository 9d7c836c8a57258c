/** The shape of a map in `maptrap map --json` (docs/map-view.md), as a foreign file is checked. Addresses are texts in hexadecimal. */
import { z } from "zod";
import { slotShapeSchema } from "../case/stopped-memory-schema.js";
import { slotStates } from "./slot-states.js";

const text = z.string();
const count = z.int().min(0);

const valueSchema = z.object({ text, unreadable: z.boolean() });

/** A slot of a bucket or group. */
export const slotSchema = z.object({
  state: z.enum(slotStates),
  mark: count,
  keyAddress: text,
  elementAddress: text,
  key: valueSchema.nullable(),
  element: valueSchema.nullable(),
});

/** A bucket or a group. `bytes` are those of its memory, two hexadecimal digits each; null where they were not kept. */
export const blockSchema = z.object({
  address: text,
  index: count,
  overflow: count,
  slots: z.array(slotSchema).max(8),
  unreadable: text.nullable(),
  bytes: text.nullable().default(null),
});

/** A table of a swiss map. */
export const tableSchema = z.object({
  address: text,
  directoryIndexes: z.array(count),
  used: z.number(),
  capacity: z.number(),
  growthLeft: z.number(),
  localDepth: z.number(),
  index: z.number(),
  groups: z.array(blockSchema),
  unreadable: text.nullable(),
  bytes: text.nullable().default(null),
});

/** A map. */
export const mapSchema = z.object({
  implementation: z.enum(["classic", "swiss"]),
  address: text,
  type: z.object({ address: text, name: text, keySize: z.number(), elementSize: z.number() }).nullable(),
  header: z.array(
    z.object({
      name: text,
      value: text,
      meaning: text.nullable(),
      /** Where in the header it stands; null in files that do not say it. */
      offset: count.nullable().default(null),
      size: count.nullable().default(null),
    }),
  ),
  count: z.number(),
  writing: z.boolean(),
  growing: z.object({ sameSize: z.boolean(), evacuated: count, oldBuckets: count }).nullable(),
  blocks: z.array(blockSchema),
  oldBlocks: z.array(blockSchema),
  tables: z.array(tableSchema),
  broken: z.array(z.object({ where: text, sentence: text })),
  keysInPlace: count,
  cut: text.nullable(),
  shape: slotShapeSchema.nullable().default(null),
  /** Of the header. */
  bytes: text.nullable().default(null),
});

/** What `maptrap map --json` prints. */
export const mapDocumentSchema = z.object({
  format: z.literal("maptrap map"),
  version: z.literal(1),
  subject: text,
  source: z.record(z.string(), z.unknown()),
  stoodStill: z.boolean(),
  typeSource: text,
  notes: z.array(text),
  map: mapSchema,
});

/** A map as its JSON has it. */
export type MapJson = z.infer<typeof mapSchema>;
export type BlockJson = z.infer<typeof blockSchema>;
export type TableJson = z.infer<typeof tableSchema>;
export type SlotJson = z.infer<typeof slotSchema>;
