/**
 * What is known of each goroutine: its clock, and what it did last.
 *
 * A goroutine has a row, and while it lives a slot: its place in all clocks. Its way is cut into epochs. A release closes the
 * epoch, and only what comes after it (an access, or something learnt) opens the next one; so a clock that knows a slot up to
 * an epoch knows all that the goroutine knew when it closed that epoch.
 */
import { withRoom } from "../../base/growing.js";
import { highHalf, KeyIndex, lowHalf } from "./key-index.js";

/** Words of a row. */
export const goroutineWidth = 32;

/** Words of a goroutine's row. */
export const goroutineWord = {
  /** What it knows of others. What it says of its own slot is not up to date. */
  clock: 0,
  slot: 1,
  epoch: 2,
  /** 1 when its epoch is closed. */
  closed: 3,
  /** The epoch in which its clock changed last. */
  learnt: 4,
  /** Its clock is within that of this slot when it closed that epoch; slot -1 = not known. */
  baseSlot: 5,
  baseEpoch: 6,
  /** Its clock together with its own closed epoch; -1 = not made yet. */
  whole: 7,
  /** The locks that it holds, and the list that it held last with one lock. */
  locks: 8,
  lastLocks: 9,
  acquiredStack: 10,
  releasedStack: 11,
  /** The epoch of its last access. */
  accessed: 12,
  /** Up to which version it knows what was released at forgotten addresses. */
  forgotten: 13,
  startedStack: 14,
  entry: 15,
  state: 16,
  /** How many kept accesses are its own; counted from time to time. */
  kept: 17,
} as const;

/** Doubles of a row, counted in doubles. */
export const goroutineDouble = {
  id: 10,
  /** -1 = none, 0 = by a go statement. */
  acquired: 11,
  released: 12,
  /** -1 = not by a go statement. */
  startedBy: 13,
} as const;

/** States of a row. */
export const goroutineState = { none: 0, alive: 1, ended: 2 } as const;

/** All goroutines whose rows are kept. */
export class GoroutineTable {
  readonly #index = new KeyIndex();
  #words = new Int32Array(64 * goroutineWidth);
  #doubles = new Float64Array(this.#words.buffer);
  #used = 0;
  readonly #free: number[] = [];
  #ended: number[] = [];
  #alive = 0;
  #seen = 0;

  /** Words of all rows. Another array after `add`. */
  get words(): Int32Array {
    return this.#words;
  }

  /** The same rows as doubles. */
  get doubles(): Float64Array {
    return this.#doubles;
  }

  /** Goroutines that have not ended. */
  get alive(): number {
    return this.#alive;
  }

  /** Goroutines that have ended and whose rows are kept. */
  get ended(): number {
    return this.#ended.length;
  }

  /** All goroutines that there were. */
  get seen(): number {
    return this.#seen;
  }

  /** Rows are below this one. */
  get rows(): number {
    return this.#used;
  }

  /** The row of a goroutine; -1 when there is none. */
  find(id: number): number {
    return this.#index.find(lowHalf(id), highHalf(id), 0);
  }

  /** A row for a goroutine, all words 0 but its id, and no one has started it. */
  add(id: number): number {
    const row = this.#free.pop() ?? this.#used++;
    if ((row + 1) * goroutineWidth > this.#words.length) {
      this.#words = withRoom(this.#words, (row + 1) * goroutineWidth, (length) => new Int32Array(length));
      this.#doubles = new Float64Array(this.#words.buffer);
    }
    const word = row * goroutineWidth;
    const double = word / 2;
    this.#words.fill(0, word, word + goroutineWidth);
    this.#words[word + goroutineWord.baseSlot] = -1;
    this.#words[word + goroutineWord.whole] = -1;
    this.#words[word + goroutineWord.locks] = -1;
    this.#words[word + goroutineWord.lastLocks] = -1;
    this.#words[word + goroutineWord.state] = goroutineState.alive;
    this.#doubles[double + goroutineDouble.id] = id;
    this.#doubles[double + goroutineDouble.acquired] = -1;
    this.#doubles[double + goroutineDouble.released] = -1;
    this.#doubles[double + goroutineDouble.startedBy] = -1;
    this.#index.put(lowHalf(id), highHalf(id), 0, row);
    this.#alive++;
    this.#seen++;
    return row;
  }

  /** A goroutine has ended. Its row stays until nothing refers to it. */
  end(row: number): void {
    this.#words[row * goroutineWidth + goroutineWord.state] = goroutineState.ended;
    this.#ended.push(row);
    this.#alive--;
  }

  /** Rows of those that have ended, in the order in which they did. */
  get endedRows(): readonly number[] {
    return this.#ended;
  }

  /** Gives up the rows of goroutines that have ended and have no kept accesses. */
  dropUnused(): void {
    const words = this.#words;
    this.#ended = this.#ended.filter((row) => {
      if ((words[row * goroutineWidth + goroutineWord.kept] ?? 0) > 0) {
        return true;
      }
      words[row * goroutineWidth + goroutineWord.state] = goroutineState.none;
      this.#free.push(row);
      return false;
    });
    this.#index.clear();
    for (let row = 0; row < this.#used; row++) {
      if (words[row * goroutineWidth + goroutineWord.state] === goroutineState.alive) {
        const id = this.#doubles[(row * goroutineWidth) / 2 + goroutineDouble.id] ?? 0;
        this.#index.put(lowHalf(id), highHalf(id), 0, row);
      }
    }
  }
}
