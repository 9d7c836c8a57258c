/** Where things stand in the chunks of order events. docs/order-events.md is the definition. */

/** "ORDR", the first word of a chunk that was begun. */
export const chunkMagic = 0x5244_524f;
/** What a chunk has before its events, in bytes. */
export const chunkHeadSize = 64;
export const orderEventSize = 16;
/** A chunk has room for at least one event behind its segment, and a few PCs. */
export const smallestChunk = 128;
/** A stack with more PCs is damaged; so many are more than are ever written. */
export const mostStackPcs = 128;
/** The name of a type with more bytes is damaged. */
export const mostTypeBytes = 1024;

/** Kinds of events that do not come out of the reader. */
export const segmentKind = 1;
export const stackKind = 2;
export const typeKind = 5;

/** How many counters the tickets come from. */
export const ticketCounters = 0x1_0000;

/**
 * The counter from which events of an address take their tickets.
 *
 * @param low the address's lower 32 bits
 * @param high the bits above these
 */
export function ticketCounter(low: number, high: number): number {
  const quarterLow = (low >>> 2) | (high << 30);
  return Math.imul(quarterLow ^ (high >>> 2), 0x9e37_79b1) >>> 16;
}
