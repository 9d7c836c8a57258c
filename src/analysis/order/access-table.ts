/** Accesses that are kept, in rows of one cache line. Each stands in a list of its map's. */
import { withRoom } from "../../base/growing.js";

/** Words of an access. */
export const accessWidth = 16;

/** Words of an access's row. */
export const accessWord = {
  /** The next one of the list; -1 = none. Also that of rows which are free. */
  next: 0,
  /** Row of the map; -1 when the row is free. */
  map: 1,
  goroutine: 2,
  slot: 3,
  epoch: 4,
  stack: 5,
  operation: 6,
  locks: 7,
  acquiredStack: 8,
  releasedStack: 9,
} as const;

/** Doubles of an access's row, counted in doubles. */
export const accessDouble = { acquired: 5, released: 6 } as const;

/** As many accesses are found by what they are without looking through lists. */
const recentRoom = 1 << 16;

/** All accesses that are kept. */
export class AccessTable {
  #words = new Int32Array(1024 * accessWidth);
  #doubles = new Float64Array(this.#words.buffer);
  #recent = new Int32Array(recentRoom);
  #used = 0;
  #free = -1;
  #size = 0;

  /** Words of all rows. Another array after `add`. */
  get words(): Int32Array {
    return this.#words;
  }

  /** The same rows as doubles. */
  get doubles(): Float64Array {
    return this.#doubles;
  }

  /** Rows are below this one. */
  get rows(): number {
    return this.#used;
  }

  /** How many are kept. */
  get size(): number {
    return this.#size;
  }

  /**
   * The row of an access of this goroutine to this map with this operation and stack, (its id with a sign), when it was kept lately; else -1.
   */
  find(map: number, goroutine: number, operation: number, stack: number): number {
    const row = this.#recent[this.#recentAt(map, goroutine, operation, stack)] ?? 0;
    const word = row * accessWidth;
    const words = this.#words;
    return words[word + accessWord.map] === map &&
      words[word + accessWord.goroutine] === goroutine &&
      words[word + accessWord.stack] === stack &&
      words[word + accessWord.operation] === operation &&
      row < this.#used
      ? row
      : -1;
  }

  /** A row for a new access. */
  add(map: number, goroutine: number, operation: number, stack: number): number {
    let row = this.#free;
    if (row >= 0) {
      this.#free = this.#words[row * accessWidth + accessWord.next] ?? -1;
    } else {
      row = this.#used++;
      if (this.#used * accessWidth > this.#words.length) {
        this.#words = withRoom(this.#words, this.#used * accessWidth, (length) => new Int32Array(length));
        this.#doubles = new Float64Array(this.#words.buffer);
      }
    }
    this.#size++;
    const words = this.#words;
    const word = row * accessWidth;
    words[word + accessWord.map] = map;
    words[word + accessWord.goroutine] = goroutine;
    words[word + accessWord.stack] = stack;
    words[word + accessWord.operation] = operation;
    this.#recent[this.#recentAt(map, goroutine, operation, stack)] = row;
    return row;
  }

  /** Gives up a row. Whoever calls has taken it out of its list. */
  remove(row: number): void {
    const words = this.#words;
    const word = row * accessWidth;
    words[word + accessWord.map] = -1;
    words[word + accessWord.next] = this.#free;
    this.#free = row;
    this.#size--;
  }

  #recentAt(map: number, goroutine: number, operation: number, stack: number): number {
    const mixed = Math.imul(
      map ^ Math.imul(goroutine, 0x85eb_ca6b) ^ Math.imul(stack ^ (operation << 24), 0xc2b2_ae35),
      0x9e37_79b1,
    );
    return (mixed ^ (mixed >>> 15)) & (recentRoom - 1);
  }
}
