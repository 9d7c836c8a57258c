/**
 * Events of a recording in their order, whether all are in memory or not: whoever goes through them gets some at a time, in columns.
 */
import type { EventColumns, Events, EventSequence } from "./recording.js";

/** Columns as a sequence; parts of them share their memory. */
export function sequenceOf(events: Events): EventSequence {
  return "rows" in events
    ? events
    : { length: events.length, step: events.length, rows: (from, to) => rowsOf(events, from, to) };
}

function rowsOf(events: EventColumns, from: number, to: number): EventColumns {
  if (from === 0 && to === events.length) {
    return events;
  }
  const { clock, goroutine, map, kind, processor, stack, a, b, site, life } = events;
  return {
    length: to - from,
    clock: clock.subarray(from, to),
    goroutine: goroutine.subarray(from, to),
    map: map.subarray(from, to),
    kind: kind.subarray(from, to),
    processor: processor.subarray(from, to),
    stack: stack.subarray(from, to),
    a: a.subarray(from, to),
    b: b.subarray(from, to),
    site: site.subarray(from, to),
    life: life.subarray(from, to),
  };
}

/** All events, part after part. A part is good until the next one is asked for. */
export function* partsOf(events: Events): Generator<EventColumns> {
  const { length, step, rows } = sequenceOf(events);
  for (let from = 0; from < length; from += step) {
    yield rows(from, Math.min(length, from + step));
  }
}

/** The events before a row, from the last one to the first: parts, the last one first, with the row at which each begins. */
export function* partsBefore(
  events: EventSequence,
  end: number,
): Generator<{ readonly part: EventColumns; readonly from: number }> {
  for (let to = end; to > 0;) {
    const from = Math.max(0, to - events.step);
    yield { part: events.rows(from, to), from };
    to = from;
  }
}
