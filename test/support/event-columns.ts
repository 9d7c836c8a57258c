/** Columns of events, written down as rows. */
import { type EventColumns, eventKinds } from "../../src/evidence/ring/recording.js";

/** The name of a kind of event. */
export type EventName = keyof typeof eventKinds;

/** One event; everything left out is zero. */
export interface EventRow {
  readonly kind: EventName | number;
  readonly clock: number;
  readonly goroutine?: number;
  readonly map?: number;
  readonly processor?: number;
  readonly stack?: number;
  readonly a?: number;
  readonly b?: number;
  readonly site?: number;
  readonly life?: number;
}

/** Makes columns of rows, in the order of their clocks. */
export function columnsOf(rows: readonly EventRow[]): EventColumns {
  const sorted = rows.toSorted((one, other) => one.clock - other.clock);
  const numbers = (name: Exclude<keyof EventRow, "kind">): number[] => sorted.map((row) => row[name] ?? 0);
  return {
    length: sorted.length,
    clock: Float64Array.from(numbers("clock")),
    goroutine: Float64Array.from(numbers("goroutine")),
    map: Float64Array.from(numbers("map")),
    kind: Uint16Array.from(sorted, ({ kind }) => (typeof kind === "number" ? kind : eventKinds[kind])),
    processor: Uint16Array.from(numbers("processor")),
    stack: Uint32Array.from(numbers("stack")),
    a: Float64Array.from(numbers("a")),
    b: Float64Array.from(numbers("b")),
    site: Uint32Array.from(numbers("site")),
    life: Uint32Array.from(numbers("life")),
  };
}

/** Part of columns: the rows from one place up to another. */
export function sliceColumns(events: EventColumns, from: number, to: number): EventColumns {
  return {
    length: Math.max(0, Math.min(to, events.length) - from),
    clock: events.clock.subarray(from, to),
    goroutine: events.goroutine.subarray(from, to),
    map: events.map.subarray(from, to),
    kind: events.kind.subarray(from, to),
    processor: events.processor.subarray(from, to),
    stack: events.stack.subarray(from, to),
    a: events.a.subarray(from, to),
    b: events.b.subarray(from, to),
    site: events.site.subarray(from, to),
    life: events.life.subarray(from, to),
  };
}

/** Payload a of an access. */
export function accessPayload(operation: number, reason = 1, reads = 0): number {
  return operation + reason * 256 + reads * 65_536;
}
