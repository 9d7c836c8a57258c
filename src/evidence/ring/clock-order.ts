/**
 * The order of events by clock: sorting those of one ring, and merging those of several.
 *
 * Events stay where they are, in one array of words; what is ordered are their places, the indexes of their first words.
 */

/** Clock of the event at a place. */
export function clockAt(words: Uint32Array, place: number): number {
  return (words[place + 3] ?? 0) * 0x1_0000_0000 + (words[place + 2] ?? 0);
}

/** Up to so many events are sorted by insertion. */
const block = 32;

/**
 * Sorts places by clock; those of equal clock keep their order. A merge sort that leaves alone what is in order already: the
 * events of a ring nearly are, because a writer takes its number just before it reads the clock. Damaged clocks cost
 * n log n, not more.
 */
export function sortByClock(words: Uint32Array, places: Uint32Array): void {
  const { length } = places;
  for (let start = 0; start < length; start += block) {
    insert(words, places, start, Math.min(start + block, length));
  }
  let spare: Uint32Array | undefined;
  for (let width = block; width < length; width *= 2) {
    for (let start = 0; start + width < length; start += 2 * width) {
      const middle = start + width;
      const end = Math.min(middle + width, length);
      if (clockOf(words, places, middle - 1) > clockOf(words, places, middle)) {
        spare ??= new Uint32Array(length);
        mergeNeighbours(words, places, [start, middle, end], spare);
      }
    }
  }
}

function clockOf(words: Uint32Array, places: Uint32Array, index: number): number {
  return clockAt(words, places[index] ?? 0);
}

function insert(words: Uint32Array, places: Uint32Array, start: number, end: number): void {
  let latest = clockOf(words, places, start);
  for (let index = start + 1; index < end; index++) {
    const place = places[index] ?? 0;
    const clock = clockAt(words, place);
    if (clock >= latest) {
      latest = clock;
      continue;
    }
    let to = index;
    while (to > start && clockOf(words, places, to - 1) > clock) {
      places[to] = places[to - 1] ?? 0;
      to--;
    }
    places[to] = place;
  }
}

/** Merges two sorted neighbours, [start, middle) and [middle, end), of which only the part that is mixed is moved. */
function mergeNeighbours(
  words: Uint32Array,
  places: Uint32Array,
  [start, middle, end]: readonly [number, number, number],
  spare: Uint32Array,
): void {
  const from = firstLater(words, places.subarray(start, middle), clockOf(words, places, middle)) + start;
  const lefts = middle - from;
  spare.set(places.subarray(from, middle));
  let left = 0;
  let right = middle;
  let to = from;
  while (left < lefts) {
    if (right < end && clockOf(words, places, right) < clockOf(words, spare, left)) {
      places[to++] = places[right++] ?? 0;
    } else {
      places[to++] = spare[left++] ?? 0;
    }
  }
}

/** How many of sorted places have a clock that is not above a given one. */
export function firstLater(words: Uint32Array, places: Uint32Array, clock: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (clockOf(words, places, middle) > clock) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Places with the clocks of their events. */
export interface Timed {
  readonly places: Uint32Array;
  readonly clocks: Float64Array;
}

/**
 * Merges sorted runs of places into one, by clock; those of equal clock come in the order of their runs. Neighbours are
 * merged two by two until one is left, so an event costs one step for each doubling of the number of runs.
 */
export function mergeByClock(words: Uint32Array, runs: readonly Uint32Array[]): Uint32Array {
  const used = runs.filter(({ length }) => length > 0);
  const [only] = used;
  if (only === undefined || used.length === 1) {
    return only ?? new Uint32Array(0);
  }
  return mergeRuns(timed(words, used), endsOf(used)).places;
}

/**
 * Merges sorted runs that stand one behind the other, by clock; those of equal clock come in the order of their runs.
 *
 * @param runs is used up: its arrays are written over
 * @param runEnds where each run ends
 */
export function mergeRuns(runs: Timed, runEnds: readonly number[]): Timed {
  if (runEnds.length < 2) {
    return runs;
  }
  const { length } = runs.places;
  let from = runs;
  let to: Timed = { places: new Uint32Array(length), clocks: new Float64Array(length) };
  let ends = runEnds;
  while (ends.length > 1) {
    const merged: number[] = [];
    for (let run = 0; run < ends.length; run += 2) {
      const start = ends[run - 1] ?? 0;
      const middle = ends[run] ?? length;
      const end = ends[run + 1] ?? middle;
      mergeTwo(from, to, [start, middle, end]);
      merged.push(end);
    }
    ends = merged;
    [from, to] = [to, from];
  }
  return from;
}

/** The runs one behind the other. */
function timed(words: Uint32Array, runs: readonly Uint32Array[]): Timed {
  const length = runs.reduce((sum, run) => sum + run.length, 0);
  const places = new Uint32Array(length);
  const clocks = new Float64Array(length);
  let at = 0;
  for (const run of runs) {
    places.set(run, at);
    for (let index = 0; index < run.length; index++) {
      clocks[at++] = clockOf(words, run, index);
    }
  }
  return { places, clocks };
}

/** Where each run ends when they stand one behind the other. */
function endsOf(runs: readonly Uint32Array[]): number[] {
  let end = 0;
  return runs.map(({ length }) => (end += length));
}

/**
 * Merges [start, middle) and [middle, end). Which of the two comes next is as good as random when two processors are busy, so
 * the choice is made by masks: a branch would be guessed wrong every other time, which costs twice as much as all the rest.
 */
function mergeTwo(
  { places, clocks }: Timed,
  to: Timed,
  [start, middle, end]: readonly [number, number, number],
): void {
  const mergedPlaces = to.places;
  const mergedClocks = to.clocks;
  // What is in order already is only moved.
  const mixed = middle < end && (clocks[middle - 1] ?? 0) > (clocks[middle] ?? 0);
  let left = start;
  let right = middle;
  let at = start;
  if (!mixed) {
    mergedClocks.set(clocks.subarray(start, end), start);
    mergedPlaces.set(places.subarray(start, end), start);
    return;
  }
  while (left < middle && right < end) {
    // All ones when the left one comes next, else zero. Indexes are below 2^31.
    const mask = -Number((clocks[left] ?? 0) <= (clocks[right] ?? 0)) | 0;
    const next = (left & mask) | (right & ~mask);
    mergedClocks[at] = clocks[next] ?? 0;
    mergedPlaces[at] = places[next] ?? 0;
    at++;
    left = (left - mask) | 0;
    right = (right + 1 + mask) | 0;
  }
  const rest = left < middle ? [left, middle] : [right, end];
  mergedClocks.set(clocks.subarray(rest[0], rest[1]), at);
  mergedPlaces.set(places.subarray(rest[0], rest[1]), at);
}
