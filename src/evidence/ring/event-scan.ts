/**
 * Finds the events of a ring that can be read.
 *
 * An event is 16 words of 32 bits (docs/event-file.md). Its first two are 1 + its number and are written last, so an event
 * whose number is not the one that belongs into its place was never finished.
 */
const wordsPerEvent = 16;
/** The high half of a number from which on it is 2^53 or more. */
const tooHigh = 0x20_0000;

/** Looks through events, and remembers which are whole. */
export class EventScan {
  /** The words of the events. */
  readonly words: Uint32Array;
  /** Where the whole events stand in `words`, counted in events; in the order in which they were looked through. */
  readonly places: Uint32Array;
  /** How many whole ones there are. */
  kept = 0;
  /** Being written, or their writer died over them. */
  unfinished = 0;
  /** They say what cannot be. */
  damaged = 0;

  /**
   * @param words the events' words
   * @param most how many events will be looked through at the most
   */
  constructor(words: Uint32Array, most: number) {
    this.words = words;
    this.places = new Uint32Array(most);
  }

  /**
   * Looks through events that lie one after the other.
   *
   * @param place where the first one stands in the words, counted in events
   * @param count how many
   * @param number the number of the first one
   * @param onUnfinished told the place of each unfinished one
   */
  segment(place: number, count: number, number: number, onUnfinished?: (place: number) => void): void {
    const { words, places } = this;
    // Numbers are below 2^53; their halves are compared, because 64-bit reads cost four times as much.
    let low = (number + 1) >>> 0;
    let high = Math.floor((number + 1) / 0x1_0000_0000);
    for (let at = place; at < place + count; at++) {
      const word = at * wordsPerEvent;
      if (words[word] !== low || words[word + 1] !== high) {
        this.unfinished++;
        onUnfinished?.(at);
      } else if (hasSafeNumbers(words, word)) {
        places[this.kept++] = at;
      } else {
        this.damaged++;
      }
      low = (low + 1) >>> 0;
      if (low === 0) {
        high++;
      }
    }
  }

  /** The places of the whole events, sorted by clock. */
  sorted(): EventRun {
    const places = this.places.subarray(0, this.kept);
    sortByClock(this.words, places);
    return { words: this.words, places };
  }
}

/** Events in the order of their clocks. */
export interface EventRun {
  readonly words: Uint32Array;
  /** Where they stand in the words, counted in events. */
  readonly places: Uint32Array;
}

/** Whether clock, goroutine, map and both payloads are below 2^53. */
function hasSafeNumbers(words: Uint32Array, word: number): boolean {
  return (
    halfAt(words, word + 3) < tooHigh &&
    halfAt(words, word + 5) < tooHigh &&
    halfAt(words, word + 7) < tooHigh &&
    halfAt(words, word + 11) < tooHigh &&
    halfAt(words, word + 13) < tooHigh
  );
}

function halfAt(words: Uint32Array, index: number): number {
  return words[index] ?? tooHigh;
}

/** The clock of the event at a place. */
export function clockAt(words: Uint32Array, place: number): number {
  const word = place * wordsPerEvent;
  return (words[word + 3] ?? 0) * 0x1_0000_0000 + (words[word + 2] ?? 0);
}

/** Up to so many events are sorted by insertion. */
const block = 32;

/**
 * Sorts events by clock; those of equal clock keep their order. A merge sort that leaves alone what is in order already: the
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
      if (clockAt(words, placeAt(places, middle - 1)) > clockAt(words, placeAt(places, middle))) {
        spare ??= new Uint32Array(length);
        mergeNeighbours(words, places, [start, middle, end], spare);
      }
    }
  }
}

function placeAt(places: Uint32Array, index: number): number {
  return places[index] ?? 0;
}

function insert(words: Uint32Array, places: Uint32Array, start: number, end: number): void {
  for (let index = start + 1; index < end; index++) {
    const place = placeAt(places, index);
    const clock = clockAt(words, place);
    let to = index;
    while (to > start && clockAt(words, placeAt(places, to - 1)) > clock) {
      places[to] = placeAt(places, to - 1);
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
  const from = firstLater(words, places, [start, middle], clockAt(words, placeAt(places, middle)));
  spare.set(places.subarray(from, middle));
  const lefts = middle - from;
  let left = 0;
  let right = middle;
  let to = from;
  while (left < lefts) {
    const leftPlace = placeAt(spare, left);
    const rightPlace = placeAt(places, right);
    if (right < end && clockAt(words, rightPlace) < clockAt(words, leftPlace)) {
      places[to++] = rightPlace;
      right++;
    } else {
      places[to++] = leftPlace;
      left++;
    }
  }
}

/**
 * The first of sorted events with a clock above a given one.
 *
 * @param range within which it is looked for; its end where there is none
 */
export function firstLater(
  words: Uint32Array,
  places: Uint32Array,
  range: readonly [number, number],
  clock: number,
): number {
  let [low, high] = range;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (clockAt(words, placeAt(places, middle)) > clock) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
