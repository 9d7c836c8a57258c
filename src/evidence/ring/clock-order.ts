/**
 * The order of events by clock: sorting those of one ring, and merging those of several.
 *
 * Events stay where they are, in one array of words; what is ordered are their places, the indexes of their first words.
 */
import { firstNotBelow } from "../../base/sorted.js";

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

/** About so many places are merged at a time: their clocks stay in the processor's cache. */
const sliceLength = 1 << 15;
/** One clock in so many is looked at to find where slices end. */
const sampled = 1 << 10;
/** More runs than that are not sliced: each slice looks at each run. */
const mostSlicedRuns = 512;

/**
 * Merges sorted runs that stand one behind the other, by clock; those of equal clock come in the order of their runs. Many places are
 * merged slice by slice, a slice being what all runs have of some stretch of time.
 *
 * @param runs is used up: its arrays may be written over
 * @param runEnds where each run ends
 */
export function mergeRuns(runs: Timed, runEnds: readonly number[]): Timed {
  const { length } = runs.places;
  if (runEnds.length < 2) {
    return runs;
  }
  return length < 2 * sliceLength || runEnds.length > mostSlicedRuns
    ? mergeNeighbouringRuns(runs, timedRoom(length), runEnds)
    : mergeSlices(runs, runEnds);
}

function timedRoom(length: number): Timed {
  return { places: new Uint32Array(length), clocks: new Float64Array(length) };
}

function mergeSlices(runs: Timed, runEnds: readonly number[]): Timed {
  const merged = timedRoom(runs.places.length);
  let rooms = [timedRoom(0), timedRoom(0)] as const;
  let starts: readonly number[] = runEnds.map((_, run) => runEnds[run - 1] ?? 0);
  let filled = 0;
  for (const bound of [...sliceBounds(runs.clocks, runEnds), Infinity]) {
    // What is equal to a bound is all in the slice after it.
    const ends = runEnds.map((end, run) => firstNotBelow(runs.clocks, bound, starts[run] ?? 0, end));
    const parts = ends.map((end, run): Part => [starts[run] ?? 0, end]).filter(([start, end]) => start < end);
    const count = parts.reduce((sum, [start, end]) => sum + end - start, 0);
    if (count > rooms[0].places.length) {
      rooms = [timedRoom(count * 2), timedRoom(count * 2)];
    }
    mergeParts(runs, parts, rooms, { to: merged, at: filled });
    filled += count;
    starts = ends;
  }
  return merged;
}

/** From one place up to another. */
type Part = readonly [number, number];

/** Merges sorted parts, two neighbours at a time, over `rooms` into what is merged. */
function mergeParts(
  runs: Timed,
  allParts: readonly Part[],
  rooms: readonly [Timed, Timed],
  { to, at: first }: { readonly to: Timed; readonly at: number },
): void {
  let [from, room, other] = [runs, rooms[0], rooms[1]];
  let parts = allParts;
  while (parts.length > 0) {
    const isLast = parts.length <= 2;
    const target = isLast ? to : room;
    let at = isLast ? first : 0;
    const next: Part[] = [];
    for (let index = 0; index < parts.length; index += 2) {
      const left = parts[index] ?? nothing;
      const right = parts[index + 1] ?? nothing;
      mergeTwo(from, target, left, right, at);
      const end = at + left[1] - left[0] + right[1] - right[0];
      next.push([at, end]);
      at = end;
    }
    if (isLast) {
      return;
    }
    parts = next;
    [from, room, other] = [room, other, room];
  }
}

const nothing: Part = [0, 0];

/** Clocks between which about `sliceLength` places lie, whatever the run. */
function sliceBounds(clocks: Float64Array, runEnds: readonly number[]): Float64Array {
  const samples: number[] = [];
  let start = 0;
  for (const end of runEnds) {
    for (let at = start + sampled - 1; at < end; at += sampled) {
      samples.push(clocks[at] ?? 0);
    }
    start = end;
  }
  const sorted = Float64Array.from(samples).toSorted();
  return sorted.filter((_, index) => (index + 1) % (sliceLength / sampled) === 0);
}

/** Merges two neighbours at a time until one run is left; between `runs` and `room`, both of which are written over. */
function mergeNeighbouringRuns(runs: Timed, room: Timed, runEnds: readonly number[]): Timed {
  const { length } = runs.places;
  let [from, to] = [runs, room];
  let ends = runEnds;
  while (ends.length > 1) {
    const merged: number[] = [];
    for (let run = 0; run < ends.length; run += 2) {
      const start = ends[run - 1] ?? 0;
      const middle = ends[run] ?? length;
      const end = ends[run + 1] ?? middle;
      mergeTwo(from, to, [start, middle], [middle, end], start);
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
 * Merges two parts. Which of the two comes next is as good as random when two processors are busy, so the choice is made by masks: a branch
 * would be guessed wrong every other time, which costs twice as much as all the rest.
 *
 * @param at where the first one goes
 */
function mergeTwo(
  { places, clocks }: Timed,
  to: Timed,
  [start, middle]: Part,
  [second, end]: Part,
  at: number,
): void {
  const mergedPlaces = to.places;
  const mergedClocks = to.clocks;
  let left = start;
  let right = second;
  let filled = at;
  // What is in order already is only moved.
  const mixed = start < middle && second < end && (clocks[middle - 1] ?? 0) > (clocks[second] ?? 0);
  while (mixed && left < middle && right < end) {
    // All ones when the left one comes next, else zero. Indexes are below 2^31.
    const mask = -Number((clocks[left] ?? 0) <= (clocks[right] ?? 0)) | 0;
    const next = (left & mask) | (right & ~mask);
    mergedClocks[filled] = clocks[next] ?? 0;
    mergedPlaces[filled] = places[next] ?? 0;
    filled++;
    left = (left - mask) | 0;
    right = (right + 1 + mask) | 0;
  }
  mergedClocks.set(clocks.subarray(left, middle), filled);
  mergedPlaces.set(places.subarray(left, middle), filled);
  filled += middle - left;
  mergedClocks.set(clocks.subarray(right, end), filled);
  mergedPlaces.set(places.subarray(right, end), filled);
}
