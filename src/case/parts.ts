/** What all parts of the case file are made of: counts, addresses, frames, goroutines, and the words for what is done to a map. */
import { z } from "zod";

/** A count; none is larger than 2^53. */
export const count = z.int().min(0);
/** A time or a span of time. */
export const nanoseconds = z.number().min(0);
/** An address, as text. */
export const address = z.string().regex(/^0x[0-9a-f]{1,16}$/);
/** Any text. */
export const text = z.string();

/** How sure a finding is. */
export const certaintySchema = z.enum(["caught", "unordered", "inferred"]);

/**
 * What is done to a map. `length` is `reflect`'s; the built-in `len` is not an access. `change` is a write, a delete or a clear,
 * where it is not known which.
 */
export const operationSchema = z.enum([
  "read",
  "write",
  "delete",
  "iterate",
  "clear",
  "clone",
  "length",
  "change",
]);

/** The kinds of conflict, in the words of Go's own fatal errors. */
export const conflictKindSchema = z.enum([
  "concurrent map read and map write",
  "concurrent map writes",
  "concurrent map iteration and map write",
  "concurrent map clone and map write",
]);

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
  /** The variable or field that holds it, as the source tells: `Cache.items`. */
  name: text.nullable(),
  /** Number of elements, read without a lock. */
  elements: count.nullable(),
});

/** Where the symbols (functions, files, lines) of an observation come from. */
export const symbolSourceSchema = z.enum(["binary", "process", "none"]);

/** A goroutine as the evidence tells of it. */
export const goroutineSchema = z.object({
  id: count.nullable(),
  /** Id of the goroutine that started it. */
  startedBy: count.nullable(),
  /** The stack of the go statement that started it as far as it is known, innermost first. */
  startedAt: z.array(frameSchema),
  /** The function that the goroutine began with. */
  entry: frameSchema.nullable(),
});
