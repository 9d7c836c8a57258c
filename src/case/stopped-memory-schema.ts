/**
 * A map's memory at a stop: its buckets or groups with the marks of their slots and their bytes, as much as is kept. What can be told from
 * these (the states of slots, the addresses of keys) is not kept a second time.
 */
import { z } from "zod";
import { address, count, text } from "./parts.js";

/** Two hexadecimal digits a byte. */
const bytes = text.regex(/^(?:[\da-f]{2})*$/);

const valueSchema = z.object({ text, unreadable: z.boolean() });

/** Where things lie in a bucket or group: sizes and offsets in bytes. */
export const slotShapeSchema = z.object({
  blockSize: count,
  keysOffset: count,
  keyStride: count,
  elementsOffset: count,
  elementStride: count,
  keySize: count,
  elementSize: count,
  indirectKey: z.boolean(),
  indirectElement: z.boolean(),
});

/** A bucket, an overflow bucket or a group. */
export const stoppedBlockSchema = z.object({
  address,
  /** Index of the bucket among the buckets, or of the group in its table. */
  index: count,
  /** Which overflow bucket of the chain it is; 0 for the bucket itself, and for groups. */
  overflow: count,
  /** tophash or control bytes of its slots; empty where it cannot be read. */
  marks: bytes.max(16),
  /** Its memory; null where that is not kept. */
  bytes: bytes.nullable(),
  /** Of the slots that hold an entry. */
  entries: z.array(
    z.object({
      slot: count.max(7),
      key: valueSchema.nullable(),
      element: valueSchema.nullable(),
    }),
  ),
  /** Why it is not known. */
  unreadable: text.nullable(),
});

/** A table of a swiss map. */
export const stoppedTableSchema = z.object({
  address,
  /** The entries of the directory that point to it. */
  directoryIndexes: z.array(count),
  used: z.number(),
  capacity: z.number(),
  growthLeft: z.number(),
  localDepth: z.number(),
  index: z.number(),
  groups: z.array(stoppedBlockSchema),
  bytes: bytes.nullable(),
  unreadable: text.nullable(),
});

/** All of it. */
export const stoppedMemorySchema = z.object({
  type: z.object({ address, name: text, keySize: count, elementSize: count }).nullable(),
  /** Where the fields of the header stand in its bytes, in the order of the header. */
  places: z.array(z.object({ offset: count, size: count })),
  /** Of the header. */
  bytes: bytes.nullable(),
  /** Null where the type is not known. */
  shape: slotShapeSchema.nullable(),
  blocks: z.array(stoppedBlockSchema),
  oldBlocks: z.array(stoppedBlockSchema),
  tables: z.array(stoppedTableSchema),
  /** How many keys were found to be where their hashes put them. */
  keysInPlace: count,
});
