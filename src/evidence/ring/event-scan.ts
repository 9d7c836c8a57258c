/**
 * Finds the events of a ring that can be read.
 *
 * An event is 16 words of 32 bits (docs/event-file.md). Its first two are 1 + its number and are written last, so an event
 * whose number is not the one that belongs into its place was never finished. A **place** is the index of an event's first
 * word.
 */
import { sortByClock } from "./clock-order.js";

/** Words of 32 bits in an event. */
export const wordsPerEvent = 16;
/** The high half of a number from which on it is 2^53 or more. */
const tooHigh = 0x20_0000;

/** Looks through the events of one ring, and remembers which are whole. */
export class EventScan {
  readonly #words: Uint32Array;
  /** The places of whole events, in the order in which they were looked through. */
  readonly #places: Uint32Array;
  /** How many whole ones there are. */
  kept = 0;
  /** Being written, or their writer died over them. */
  unfinished = 0;
  /** They say what cannot be. */
  damaged = 0;

  /**
   * @param words words that hold the events
   * @param most how many events will be looked through at the most
   */
  constructor(words: Uint32Array, most: number) {
    this.#words = words;
    this.#places = new Uint32Array(most);
  }

  /**
   * Looks through events that lie one after the other.
   *
   * @param place that of the first one
   * @param count how many
   * @param number the number of the first one
   * @param onUnfinished told the place of each unfinished one
   */
  segment(place: number, count: number, number: number, onUnfinished?: (place: number) => void): void {
    const words = this.#words;
    const places = this.#places;
    // Numbers are below 2^53; their halves are compared, because 64-bit reads cost four times as much.
    let low = (number + 1) >>> 0;
    let high = Math.floor((number + 1) / 0x1_0000_0000);
    let { kept } = this;
    for (let at = place; at < place + count * wordsPerEvent; at += wordsPerEvent) {
      if (words[at] !== low || words[at + 1] !== high) {
        this.unfinished++;
        onUnfinished?.(at);
      } else if (hasSafeNumbers(words, at)) {
        places[kept++] = at;
      } else {
        this.damaged++;
      }
      low = (low + 1) >>> 0;
      if (low === 0) {
        high++;
      }
    }
    this.kept = kept;
  }

  /** The places of the whole events, sorted by clock. */
  sorted(): Uint32Array {
    const places = this.#places.subarray(0, this.kept);
    sortByClock(this.#words, places);
    return places;
  }
}

/** Whether clock, goroutine, map and both payloads are below 2^53. */
export function hasSafeNumbers(words: Uint32Array, at: number): boolean {
  return (
    half(words, at + 3) < tooHigh &&
    half(words, at + 5) < tooHigh &&
    half(words, at + 7) < tooHigh &&
    half(words, at + 11) < tooHigh &&
    half(words, at + 13) < tooHigh
  );
}

function half(words: Uint32Array, index: number): number {
  return words[index] ?? tooHigh;
}
