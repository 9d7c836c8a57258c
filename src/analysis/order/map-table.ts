/**
 * Maps, and the lists of accesses that are kept of each. A map is an address and a life; when it gets a new seed, both its lives
 * lead to its row, because other goroutines may not know of the new one yet.
 */
import { withRoom } from "../../base/growing.js";
import { KeyIndex } from "./key-index.js";

/** Words of a map. */
export const mapWidth = 16;

/** Words of a map's row. */
export const mapWord = {
  /** First access of the list of changes, and of the list of others; -1 = none. The newest is the first. */
  changes: 0,
  reads: 1,
  changesCount: 2,
  readsCount: 3,
  /** When it was used last. */
  used: 4,
  /** Low half of the id of the first goroutine that accessed it; 0 = none yet. */
  first: 5,
  /** 1 when others did, too. */
  shared: 6,
  life: 7,
  /** The life before; the same when there was none. */
  lifeBefore: 8,
  present: 9,
  /** Which of all maps it is. */
  serial: 10,
  /** Halves of its address. */
  low: 11,
  high: 12,
} as const;

const twoTo32 = 4_294_967_296;

/** All maps that are kept. */
export class MapTable {
  readonly #index = new KeyIndex();
  #words = new Int32Array(64 * mapWidth);
  #used = 0;
  readonly #free: number[] = [];
  #seen = 0;
  #size = 0;

  /** Words of all rows. Another array after `add`. */
  get words(): Int32Array {
    return this.#words;
  }

  /** How many maps are kept. */
  get size(): number {
    return this.#size;
  }

  /** Names by which maps are found; more than maps, because of those that got new seeds. */
  get names(): number {
    return this.#index.size;
  }

  /** All maps that there were. */
  get seen(): number {
    return this.#seen;
  }

  /** Rows are below this one. */
  get rows(): number {
    return this.#used;
  }

  /** Where a map is. */
  address(row: number): number {
    const word = row * mapWidth;
    return (this.#words[word + mapWord.high] ?? 0) * twoTo32 + ((this.#words[word + mapWord.low] ?? 0) >>> 0);
  }

  /** The row of a map, by the halves of its address and its life, all with signs; -1 when there is none. */
  find(low: number, high: number, life: number): number {
    return this.#index.find(low, high, life);
  }

  /** A row for a new map. */
  add(low: number, high: number, life: number): number {
    const row = this.#free.pop() ?? this.#used++;
    if ((row + 1) * mapWidth > this.#words.length) {
      this.#words = withRoom(this.#words, (row + 1) * mapWidth, (length) => new Int32Array(length));
    }
    const word = row * mapWidth;
    this.#words.fill(0, word, word + mapWidth);
    this.#words[word + mapWord.changes] = -1;
    this.#words[word + mapWord.reads] = -1;
    this.#words[word + mapWord.life] = life;
    this.#words[word + mapWord.lifeBefore] = life;
    this.#words[word + mapWord.present] = 1;
    this.#words[word + mapWord.serial] = this.#seen++;
    this.#words[word + mapWord.low] = low;
    this.#words[word + mapWord.high] = high;
    this.#index.put(low, high, life, row);
    this.#size++;
    return row;
  }

  /** A map is known by a new life as well. */
  rename(row: number, life: number): void {
    const word = row * mapWidth;
    this.#words[word + mapWord.lifeBefore] = this.#words[word + mapWord.life] ?? 0;
    this.#words[word + mapWord.life] = life;
    this.#put(row, life);
  }

  /** Two rows turned out to be one map, which never was another. */
  uncount(): void {
    this.#seen--;
  }

  /** Gives up a row. It is found no more after `reindex`. */
  remove(row: number): void {
    this.#words[row * mapWidth + mapWord.present] = 0;
    this.#free.push(row);
    this.#size--;
  }

  /** Finds maps by their last two lives only. */
  reindex(): void {
    this.#index.clear();
    for (let row = 0; row < this.#used; row++) {
      const word = row * mapWidth;
      if (this.#words[word + mapWord.present] === 1) {
        this.#put(row, this.#words[word + mapWord.lifeBefore] ?? 0);
        this.#put(row, this.#words[word + mapWord.life] ?? 0);
      }
    }
  }

  #put(row: number, life: number): void {
    const word = row * mapWidth;
    this.#index.put(this.#words[word + mapWord.low] ?? 0, this.#words[word + mapWord.high] ?? 0, life, row);
  }
}
