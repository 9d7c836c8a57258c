/**
 * Order events as a reader gives them: in batches, in an order that agrees with each goroutine's own and with all tickets.
 * docs/order-events.md is the definition.
 */
import type { Address } from "../ring/units.js";

/** Kinds of order events, as docs/order-events.md numbers them; kinds 1, 2 and 5 do not come out of the reader. */
export const orderKinds = {
  start: 3,
  end: 4,
  acquire: 8,
  release: 9,
  merge: 10,
  releaseAcquire: 11,
  update: 12,
  holds: 16,
  holdsNone: 17,
  reseeded: 20,
  /** To which the operation is added, as docs/event-file.md numbers it. */
  access: 32,
} as const;

/**
 * Events in columns: row n of each column is event n. The arrays are used again for the next batch.
 *
 * In this order a goroutine's events come after its `start`, and whatever acquires comes after what it acquires.
 */
export interface OrderBatch {
  /** How many rows hold events. */
  count: number;
  readonly kind: Uint8Array;
  /** Id of the goroutine that the event belongs to. */
  readonly goroutine: Float64Array;
  /** The event's value: an address, or the new goroutine of a `start`. */
  readonly value: Float64Array;
  /** The event's number; a ticket has been used up by the reader and is of no more use. */
  readonly number: Uint32Array;
  /** Id of the stack; 0 = not known. Of `reseeded` the old life. */
  readonly stack: Uint32Array;
}

/** What was read, and what could not be. Complete when all batches have been given. */
export interface OrderCoverage {
  /** Events that were given. */
  readonly events: number;
  readonly chunks: number;
  /** Bytes of the chunks. */
  readonly bytes: number;
  /** Why recording ended before the program did; null when it did not. */
  readonly cutShort: "size" | "no-room" | null;
  /** When it ended, milliseconds since the start; null when it did not. */
  readonly cutShortAt: number | null;
  /** Events that could not be put in order, because what they wait for is missing (a killed process, or a damaged file). */
  readonly notPlaced: number;
  /** What was wrong with the file, one half sentence each, at most sixteen. */
  readonly damage: readonly string[];
}

/** The order events of one process. */
export interface OrderEvents {
  /**
   * Gives all events, batch by batch. The columns of a batch are good until the next one is asked for.
   *
   * @throws MaptrapError when the file cannot be read any more
   */
  batches(): Iterable<OrderBatch>;
  /** PCs of a stack, innermost first; empty when the id is not known. Complete after the last batch. */
  stack(id: number): readonly Address[];
  /**
   * The type of a map that is accessed at a stack, or where the innermost PC is the same; null when it is not known, or when there
   * are several types. One place in generic code, or in a library that goes by reflection, may access maps of other types too.
   */
  mapType(stack: number): string | null;
  /** After the last batch. */
  coverage(): OrderCoverage;
}
