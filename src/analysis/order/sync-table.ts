/**
 * The clocks of the addresses by which goroutines synchronise. Most are released by one goroutine: then the clock is that one's,
 * kept by reference with its slot and epoch, by which it is known at a glance whether another one comes after it already.
 */
import { spread } from "./key-index.js";

/** Words of an address. */
const width = 8;

/** Words of an address in the table, beside the halves of the address itself at 0 and 1. */
export const syncWord = {
  /** The clock. */
  clock: 2,
  /** Whose clock it is: the slot; -1 when it is of several. */
  slot: 3,
  /** The epoch of that slot, which the clock itself may not show. */
  epoch: 4,
  /** 1 when it does show it. */
  whole: 5,
  /** When it was used last. */
  used: 6,
  /** 1: an address is here. */
  present: 7,
} as const;

/** All addresses. A place in it is good until the next `add`. */
export class SyncTable {
  #words: Int32Array;
  #mask: number;
  #size = 0;

  constructor() {
    this.#words = new Int32Array(1024 * width);
    this.#mask = 1023;
  }

  /** How many addresses there are. */
  get size(): number {
    return this.#size;
  }

  /** The table's words. */
  get words(): Int32Array {
    return this.#words;
  }

  /** Where an address (in halves, with signs) is; -1 when nothing was released there. */
  find(low: number, high: number): number {
    const words = this.#words;
    let at = spread(low, high) & this.#mask;
    for (;;) {
      const word = at * width;
      if ((words[word + syncWord.present] ?? 0) === 0) {
        return -1;
      }
      if (words[word] === low && words[word + 1] === high) {
        return word;
      }
      at = (at + 1) & this.#mask;
    }
  }

  /** Where an address that is not there yet goes, with a clock that knows nothing. */
  add(low: number, high: number): number {
    if (this.#size * 2 > this.#mask) {
      this.#rebuild(this.#mask * 2 + 2, 0);
    }
    const words = this.#words;
    let at = spread(low, high) & this.#mask;
    while ((words[at * width + syncWord.present] ?? 0) !== 0) {
      at = (at + 1) & this.#mask;
    }
    const word = at * width;
    this.#size++;
    words[word] = low;
    words[word + 1] = high;
    words[word + syncWord.clock] = 0;
    words[word + syncWord.slot] = -1;
    words[word + syncWord.epoch] = 0;
    words[word + syncWord.whole] = 1;
    words[word + syncWord.used] = 0;
    words[word + syncWord.present] = 1;
    return word;
  }

  /** Calls `visit` with the place of each address. */
  each(visit: (word: number) => void): void {
    const words = this.#words;
    for (let word = 0; word < words.length; word += width) {
      if (words[word + syncWord.present] === 1) {
        visit(word);
      }
    }
  }

  /** Forgets all addresses that were last used before a time. */
  drop(before: number): void {
    this.#rebuild(this.#mask + 1, before);
  }

  #rebuild(room: number, before: number): void {
    const old = this.#words;
    const words = new Int32Array(room * width);
    this.#mask = room - 1;
    this.#size = 0;
    for (let word = 0; word < old.length; word += width) {
      if (old[word + syncWord.present] === 1 && (old[word + syncWord.used] ?? 0) >= before) {
        let at = spread(old[word] ?? 0, old[word + 1] ?? 0) & this.#mask;
        while ((words[at * width + syncWord.present] ?? 0) !== 0) {
          at = (at + 1) & this.#mask;
        }
        for (let index = 0; index < width; index++) {
          words[at * width + index] = old[word + index] ?? 0;
        }
        this.#size++;
      }
    }
    this.#words = words;
  }
}
