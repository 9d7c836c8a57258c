/** Lays events into columns. */
import type { EventColumns } from "./recording.js";

/** Bytes that one event needs in the columns. */
export const columnBytes = 56;

function makeColumns(length: number): EventColumns {
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
  const { clock, goroutine, map, kind, processor, stack, a, b, site, life } = columns;
  for (let row = 0; row < places.length; row++) {
    const at = places[row] ?? 0;
    clock[row] = wide(words, at + 2);
    goroutine[row] = wide(words, at + 4);
    map[row] = wide(words, at + 6);
    const kindAndProcessor = words[at + 8] ?? 0;
    kind[row] = kindAndProcessor;
    processor[row] = kindAndProcessor >>> 16;
    stack[row] = words[at + 9] ?? 0;
    a[row] = wide(words, at + 10);
    b[row] = wide(words, at + 12);
    site[row] = words[at + 14] ?? 0;
    life[row] = words[at + 15] ?? 0;
  }
  return columns;
}

function wide(words: Uint32Array, index: number): number {
  return (words[index + 1] ?? 0) * 0x1_0000_0000 + (words[index] ?? 0);
}
