/**
 * What is kept of things that come again and again, by number: at most so many, and those that were used lately. A row of
 * numbers for each, all in one array, because a row is looked up for each event and nothing may be allocated there.
 */

/** How many rows there is room for at first. */
const firstRoom = 2;
/** How many rows are compared when one has to go. */
const sampled = 8;

/** A table of rows of numbers. Few rows: they are looked through one by one. */
export class UseTable {
  #keys = new Float64Array(firstRoom);
  #rows: Float64Array;
  #size = 0;
  #last = 0;
  #next = 0;
  #dropped = 0;

  /**
   * @param capacity how many rows are kept
   * @param width how many numbers a row has
   * @param clock which of them says when it was used last
   */
  constructor(
    readonly capacity: number,
    readonly width: number,
    private readonly clock: number,
  ) {
    this.#rows = new Float64Array(firstRoom * width);
  }

  /** How many had to go; one that came again is counted again. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many are kept. */
  get size(): number {
    return this.#size;
  }

  /** All rows one behind the other; replaced when the table grows. */
  get rows(): Float64Array {
    return this.#rows;
  }

  /** Where the row of a key begins in `rows`; -1 where there is none. */
  find(key: number): number {
    const keys = this.#keys;
    if (this.#size > 0 && keys[this.#last] === key) {
      return this.#last * this.width;
    }
    for (let at = 0; at < this.#size; at++) {
      if (keys[at] === key) {
        this.#last = at;
        return at * this.width;
      }
    }
    return -1;
  }

  /** Adds a row of zeros, in the place of one that was not used for long where none is free. Gives where it begins. */
  add(key: number): number {
    const at = this.#size < this.capacity ? this.#grow() : this.#leastRecent();
    const row = at * this.width;
    this.#keys[at] = key;
    for (let column = 0; column < this.width; column++) {
      this.#rows[row + column] = 0;
    }
    this.#last = at;
    return row;
  }

  #grow(): number {
    if (this.#size === this.#keys.length) {
      const keys = new Float64Array(Math.min(this.capacity, this.#size * 2));
      const rows = new Float64Array(keys.length * this.width);
      keys.set(this.#keys);
      rows.set(this.#rows);
      this.#keys = keys;
      this.#rows = rows;
    }
    return this.#size++;
  }

  /** Of the next few rows the one that was used longest ago: nearly as good as the longest ago of all, and quick. */
  #leastRecent(): number {
    this.#dropped++;
    let at = this.#next;
    let least = at;
    let clock = Infinity;
    for (let step = 0; step < sampled; step++) {
      const used = this.#rows[at * this.width + this.clock] ?? 0;
      if (used < clock) {
        least = at;
        clock = used;
      }
      at = at + 1 === this.capacity ? 0 : at + 1;
    }
    this.#next = this.#next + 1 === this.capacity ? 0 : this.#next + 1;
    return least;
  }
}
