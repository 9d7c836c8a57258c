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

/**
 * Merges sorted runs of places into one, by clock; those of equal clock come in the order of their runs. A tournament: each
 * inner node of a tree keeps the run that lost there, so the next event costs one comparison a level.
 */
export function mergeByClock(words: Uint32Array, runs: readonly Uint32Array[]): Uint32Array {
  const used = runs.filter(({ length }) => length > 0);
  const [only] = used;
  if (only === undefined || used.length === 1) {
    return only ?? new Uint32Array(0);
  }
  const all = concatenated(used);
  const merged = new Uint32Array(all.places.length);
  const { places, next, ends } = all;
  const clocks = new Float64Array(next.length).fill(Infinity);
  for (let run = 0; run < used.length; run++) {
    clocks[run] = clockOf(words, places, next[run] ?? 0);
  }
  const leaves = next.length;
  const losers = new Uint32Array(leaves);
  let winner = playAll(clocks, losers);
  for (let filled = 0; filled < merged.length; filled++) {
    const from = next[winner] ?? 0;
    merged[filled] = places[from] ?? 0;
    next[winner] = from + 1;
    let clock = from + 1 < (ends[winner] ?? 0) ? clockOf(words, places, from + 1) : Infinity;
    clocks[winner] = clock;
    for (let node = (winner + leaves) >>> 1; node > 0; node >>>= 1) {
      const loser = losers[node] ?? 0;
      const other = clocks[loser] ?? 0;
      if (other < clock || (other === clock && loser < winner)) {
        losers[node] = winner;
        winner = loser;
        clock = other;
      }
    }
  }
  return merged;
}

/** Runs one behind the other, filled up to a power of two with empty ones. */
interface Concatenated {
  readonly places: Uint32Array;
  /** For each run the index of its next place, and of its end. */
  readonly next: Uint32Array;
  readonly ends: Uint32Array;
}

function concatenated(runs: readonly Uint32Array[]): Concatenated {
  const leaves = 2 ** Math.ceil(Math.log2(runs.length));
  const places = new Uint32Array(runs.reduce((sum, { length }) => sum + length, 0));
  const next = new Uint32Array(leaves);
  const ends = new Uint32Array(leaves);
  let at = 0;
  runs.forEach((run, index) => {
    places.set(run, at);
    next[index] = at;
    at += run.length;
    ends[index] = at;
  });
  return { places, next, ends };
}

/** Plays the first round of the tournament. Gives the run that won. */
function playAll(clocks: Float64Array, losers: Uint32Array): number {
  const leaves = losers.length;
  const winners = new Uint32Array(2 * leaves);
  for (let run = 0; run < leaves; run++) {
    winners[leaves + run] = run;
  }
  for (let node = leaves - 1; node > 0; node--) {
    const left = winners[2 * node] ?? 0;
    const right = winners[2 * node + 1] ?? 0;
    // The left one is the earlier run, so it wins when both have the same clock.
    const leftWins = (clocks[left] ?? 0) <= (clocks[right] ?? 0);
    winners[node] = leftWins ? left : right;
    losers[node] = leftWins ? right : left;
  }
  return winners[1] ?? 0;
}
