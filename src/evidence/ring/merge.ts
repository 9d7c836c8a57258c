/** Merges the events of several rings by clock, and lays them into columns. */
import { clockAt, type EventRun } from "./event-scan.js";
import type { EventColumns } from "./recording.js";

/** Bytes that one event needs in the columns. */
export const columnBytes = 56;

/** Columns that can be filled. */
type WritableColumns = { readonly [name in keyof EventColumns]: EventColumns[name] };

function makeColumns(length: number): WritableColumns {
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
 * Merges events by clock; those of equal clock come in the order of their runs. Runs are kept in a heap; as long as the
 * earliest run stays the earliest, its events are taken one after the other.
 *
 * @param runs each in the order of its clocks
 */
export function mergeRuns(runs: readonly EventRun[]): EventColumns {
  const columns = makeColumns(runs.reduce((sum, { places }) => sum + places.length, 0));
  const heap = new RunHeap(runs);
  let filled = 0;
  for (let run = heap.earliest; run !== undefined; run = heap.earliest) {
    const from = heap.takeEarlier();
    copyEvents(columns, filled, run, from);
    filled += from[1] - from[0];
  }
  return columns;
}

/** The runs that are not at their end, the earliest first. */
class RunHeap {
  readonly #runs: readonly EventRun[];
  /** Indexes of runs; the run at index i is not later than those at 2i + 1 and 2i + 2. */
  readonly #heap: number[] = [];
  /** For each run, its next event and that one's clock. */
  readonly #next: Uint32Array;
  readonly #clock: Float64Array;

  constructor(runs: readonly EventRun[]) {
    this.#runs = runs;
    this.#next = new Uint32Array(runs.length);
    this.#clock = new Float64Array(runs.length);
    runs.forEach(({ words, places }, index) => {
      if (places.length > 0) {
        this.#clock[index] = clockAt(words, places[0] ?? 0);
        this.#heap.push(index);
      }
    });
    for (let index = (this.#heap.length >>> 1) - 1; index >= 0; index--) {
      this.#sink(index);
    }
  }

  /** The run with the earliest event; undefined when none is left. */
  get earliest(): EventRun | undefined {
    const top = this.#heap[0];
    return top === undefined ? undefined : this.#runs[top];
  }

  /** Takes all events of the earliest run that come before any other run's. At least one. */
  takeEarlier(): readonly [from: number, to: number] {
    const top = this.#at(0);
    const run = this.#runs[top];
    const from = this.#next[top] ?? 0;
    if (run === undefined) {
      return [from, from];
    }
    const { words, places } = run;
    const other = this.#second();
    const limit = other === undefined ? Infinity : (this.#clock[other] ?? Infinity);
    const withLimit = other === undefined || top < other;
    let to = from;
    let clock = 0;
    do {
      to++;
      clock = to < places.length ? clockAt(words, places[to] ?? 0) : Infinity;
    } while (to < places.length && (clock < limit || (withLimit && clock === limit)));
    this.#next[top] = to;
    this.#clock[top] = clock;
    if (to >= places.length) {
      const last = this.#heap.pop();
      if (last !== undefined && this.#heap.length > 0) {
        this.#heap[0] = last;
      }
    }
    this.#sink(0);
    return [from, to];
  }

  /** The run that comes next after the earliest one. */
  #second(): number | undefined {
    const left = this.#heap[1];
    const right = this.#heap[2];
    return left === undefined || right === undefined || this.#isBefore(left, right) ? left : right;
  }

  #at(index: number): number {
    return this.#heap[index] ?? 0;
  }

  #isBefore(one: number, other: number): boolean {
    const first = this.#clock[one] ?? 0;
    const second = this.#clock[other] ?? 0;
    return first < second || (first === second && one < other);
  }

  #sink(from: number): void {
    const heap = this.#heap;
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let earliest = index;
      if (left < heap.length && this.#isBefore(this.#at(left), this.#at(earliest))) {
        earliest = left;
      }
      if (right < heap.length && this.#isBefore(this.#at(right), this.#at(earliest))) {
        earliest = right;
      }
      if (earliest === index) {
        return;
      }
      const moved = this.#at(index);
      heap[index] = this.#at(earliest);
      heap[earliest] = moved;
      index = earliest;
    }
  }
}

/** Lays the events [from, to) of a run into the columns, from row `row` on. */
function copyEvents(
  columns: WritableColumns,
  row: number,
  { words, places }: EventRun,
  [from, to]: readonly [number, number],
): void {
  const { clock, goroutine, map, kind, processor, stack, a, b, site, life } = columns;
  let at = row;
  for (let index = from; index < to; index++, at++) {
    const word = (places[index] ?? 0) * 16;
    clock[at] = wide(words, word + 2);
    goroutine[at] = wide(words, word + 4);
    map[at] = wide(words, word + 6);
    const kindAndProcessor = words[word + 8] ?? 0;
    kind[at] = kindAndProcessor;
    processor[at] = kindAndProcessor >>> 16;
    stack[at] = words[word + 9] ?? 0;
    a[at] = wide(words, word + 10);
    b[at] = wide(words, word + 12);
    site[at] = words[word + 14] ?? 0;
    life[at] = words[word + 15] ?? 0;
  }
}

function wide(words: Uint32Array, index: number): number {
  return (words[index + 1] ?? 0) * 0x1_0000_0000 + (words[index] ?? 0);
}
