/**
 * Which row a key has: a hash table over plain numbers. A key is a whole number below 2^53, in two halves, and a second one of 32
 * bits. Keys are not taken out one by one; the table is filled anew from time to time.
 *
 * Numbers above 2^31 would be put on the heap each time that they are handed to a function; halves are not.
 */

/** Words of a place in the table: low and high half of the key, second key, row + 1 (0 = nothing here). */
const width = 4;
const twoTo32 = 4_294_967_296;

/** The low half of a number, with its sign bit taken for one. */
export function lowHalf(value: number): number {
  return value | 0;
}

/** The high half of a number below 2^53. */
export function highHalf(value: number): number {
  return (value / twoTo32) | 0;
}

/** Spreads a key over 32 bits. */
export function spread(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** From keys to rows. */
export class KeyIndex {
  #words: Int32Array;
  #mask: number;
  #size = 0;

  constructor(private readonly firstRoom = 1024) {
    this.#words = new Int32Array(firstRoom * width);
    this.#mask = firstRoom - 1;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#size;
  }

  /** The row of a key; -1 when there is none. All three are numbers of 32 bits with a sign. */
  find(low: number, high: number, second: number): number {
    const words = this.#words;
    let at = spread(low, high ^ second) & this.#mask;
    for (;;) {
      const word = at * width;
      const row = words[word + 3] ?? 0;
      if (row === 0) {
        return -1;
      }
      if (words[word] === low && words[word + 2] === second && words[word + 1] === high) {
        return row - 1;
      }
      at = (at + 1) & this.#mask;
    }
  }

  /** From now on the key has this row. */
  put(low: number, high: number, second: number, row: number): void {
    if (this.#size * 2 > this.#mask) {
      this.#widen();
    }
    this.#put(low, high, second, row + 1);
  }

  /** Takes all keys out. */
  clear(): void {
    this.#words = new Int32Array(this.firstRoom * width);
    this.#mask = this.firstRoom - 1;
    this.#size = 0;
  }

  #put(low: number, high: number, second: number, rowPlusOne: number): void {
    const words = this.#words;
    let at = spread(low, high ^ second) & this.#mask;
    for (;;) {
      const word = at * width;
      if ((words[word + 3] ?? 0) === 0) {
        this.#size++;
        break;
      }
      if (words[word] === low && words[word + 1] === high && words[word + 2] === second) {
        break;
      }
      at = (at + 1) & this.#mask;
    }
    words[at * width] = low;
    words[at * width + 1] = high;
    words[at * width + 2] = second;
    words[at * width + 3] = rowPlusOne;
  }

  #widen(): void {
    const old = this.#words;
    this.#words = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    this.#size = 0;
    for (let word = 0; word < old.length; word += width) {
      const row = old[word + 3] ?? 0;
      if (row !== 0) {
        this.#put(old[word] ?? 0, old[word + 1] ?? 0, old[word + 2] ?? 0, row);
      }
    }
  }
}
