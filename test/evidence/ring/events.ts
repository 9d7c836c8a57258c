/** Events as rows, for tests that compare what was read with what was written. */
import fc from "fast-check";
import type { EventColumns } from "../../../src/evidence/ring/recording.js";
import { plainEvent, type EventDescription } from "../../support/event-file.js";

/** One row of the columns. */
export type EventRow = Omit<EventDescription, "finished">;

/** The columns as rows. */
export function rowsOf(events: EventColumns): EventRow[] {
  return Array.from({ length: events.length }, (_, row) => ({
    clock: events.clock[row]!,
    goroutine: events.goroutine[row]!,
    map: events.map[row]!,
    kind: events.kind[row]!,
    processor: events.processor[row]!,
    stack: events.stack[row]!,
    a: events.a[row]!,
    b: events.b[row]!,
    site: events.site[row]!,
    life: events.life[row]!,
  }));
}

/** A row as it must come out for what was written. */
export function rowOf(event: Partial<EventDescription>): EventRow {
  const { finished: _finished, ...row } = { ...plainEvent, ...event };
  return row;
}

/** Rows in the order in which they must come: by clock, those of equal clock by ring and then by number. */
export function inOrder(rings: readonly (readonly Partial<EventDescription>[])[]): EventRow[] {
  return rings
    .flat()
    .map(rowOf)
    .toSorted((one, other) => one.clock - other.clock);
}

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const safe = fc.maxSafeNat();

/** Any event; clocks are near each other, so that many are equal or out of order, or anything at all. */
export const anyEvent: fc.Arbitrary<EventDescription> = fc.record({
  clock: fc.oneof(
    { arbitrary: fc.integer({ min: 4_294_967_200, max: 4_294_967_400 }), weight: 9 },
    { arbitrary: safe, weight: 1 },
  ),
  goroutine: safe,
  map: safe,
  kind: u16,
  processor: u16,
  stack: u32,
  a: safe,
  b: safe,
  site: u32,
  life: u32,
  finished: fc.constant(true),
});
