/** Lays events into columns. */
import type { EventColumns } from "./recording.js";

/** Bytes that one event needs in the columns. */
export const columnBytes = 56;

/** Columns for so many events. */
export function makeColumns(length: number): EventColumns {
  return {
    length,
    clock: new Float64Array(length),
    goroutine: new Float64Array(length),
    map: new Float64Array(length),
    kind: new Uint16Array(length),
    processor: new Uint16Array(length),
    stack: new Uint32Array(length),
    a: new Float64Array(length),
    b: new Float64Array(length),
    site: new Uint32Array(length),
    life: new Uint32Array(length),
  };
}

/** No events. */
export function noEvents(): EventColumns {
  return makeColumns(0);
}

/**
 * Lays events into columns.
 *
 * @param words words that hold the events
 * @param places the index of each event's first word, in the order of the rows
 */
export function columnsOf(words: Uint32Array, places: Uint32Array): EventColumns {
  const columns = makeColumns(places.length);
  for (let row = 0; row < places.length; row++) {
    layRow(columns, row, words, places[row] ?? 0);
  }
  return columns;
}

/** Copies a row of columns into another one's. */
export function copyRow(from: EventColumns, at: number, to: EventColumns, row: number): void {
  to.clock[row] = from.clock[at] ?? 0;
  to.goroutine[row] = from.goroutine[at] ?? 0;
  to.map[row] = from.map[at] ?? 0;
  to.kind[row] = from.kind[at] ?? 0;
  to.processor[row] = from.processor[at] ?? 0;
  to.stack[row] = from.stack[at] ?? 0;
  to.a[row] = from.a[at] ?? 0;
  to.b[row] = from.b[at] ?? 0;
  to.site[row] = from.site[at] ?? 0;
  to.life[row] = from.life[at] ?? 0;
}

/** Lays one event into a row. */
export function layRow(columns: EventColumns, row: number, words: Uint32Array, at: number): void {
  columns.clock[row] = wide(words, at + 2);
  columns.goroutine[row] = wide(words, at + 4);
  columns.map[row] = wide(words, at + 6);
  const kindAndProcessor = words[at + 8] ?? 0;
  columns.kind[row] = kindAndProcessor;
  columns.processor[row] = kindAndProcessor >>> 16;
  columns.stack[row] = words[at + 9] ?? 0;
  columns.a[row] = wide(words, at + 10);
  columns.b[row] = wide(words, at + 12);
  columns.site[row] = words[at + 14] ?? 0;
  columns.life[row] = words[at + 15] ?? 0;
}

function wide(words: Uint32Array, index: number): number {
  return (words[index + 1] ?? 0) * 0x1_0000_0000 + (words[index] ?? 0);
}
