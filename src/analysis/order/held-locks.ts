/**
 * The locks that goroutines hold at their accesses. A list is never changed: a longer one points to the one that it began as, so
 * an access keeps its list by its number. -1 is the empty list.
 */
import { withRoom } from "../../base/growing.js";
import { type OrderBatch } from "../../evidence/order/events.js";
import { type HeldLock } from "./unordered.js";

/** Words of a lock in a list: stack, 1 when for readers only, the list before it, how many there are before it. */
const width = 4;
/** As many as a goroutine's list has at most. */
const longest = 8;

/** Lists of held locks. */
export class HeldLocks {
  #words = new Int32Array(64 * width);
  #addresses = new Float64Array(64);
  #marked = new Uint8Array(0);
  #used = 0;
  #live = 0;
  #free = -1;

  /** Lists that there are. */
  get size(): number {
    return this.#live;
  }

  /**
   * The list that follows when the goroutine holds one more lock.
   *
   * @param list the list so far
   * @param before the list of one lock that this goroutine had last: it is taken again when it is the same
   * @param row of the event in its batch
   */
  with(list: number, before: number, batch: OrderBatch, row: number): number {
    const address = batch.value[row] ?? 0;
    const number = batch.number[row] ?? 0;
    const stack = (batch.stack[row] ?? 0) | 0;
    const index = number >>> 1;
    if (index === 0) {
      return this.#isSame(before, address, number, stack) ? before : this.#add(-1, address, number, stack);
    }
    const fits = list >= 0 && index < longest && (this.#words[list * width + 3] ?? 0) === index - 1;
    return fits ? this.#add(list, address, number, stack) : list;
  }

  /**
   * The lock that two lists have in common.
   *
   * @returns its address, negative when it orders them because it is not for readers only on both sides; null when there is none
   */
  common(one: number, other: number): number | null {
    let found: number | null = null;
    for (let a = one; a >= 0; a = this.#words[a * width + 2] ?? -1) {
      for (let b = other; b >= 0; b = this.#words[b * width + 2] ?? -1) {
        if (this.#addresses[a] === this.#addresses[b]) {
          const address = this.#addresses[a] ?? 0;
          if ((this.#words[a * width + 1] ?? 0) === 0 || (this.#words[b * width + 1] ?? 0) === 0) {
            return -address;
          }
          found = address;
        }
      }
    }
    return found;
  }

  /** The locks of a list, the one that was taken first in front. */
  list(list: number): HeldLock[] {
    const locks: HeldLock[] = [];
    for (let at = list; at >= 0; at = this.#words[at * width + 2] ?? -1) {
      locks.push({
        address: this.#addresses[at] ?? 0,
        reading: this.#words[at * width + 1] === 1,
        stack: (this.#words[at * width] ?? 0) >>> 0,
      });
    }
    return locks.toReversed();
  }

  /** Begins to look which lists are in use. */
  beginMarking(): void {
    this.#marked = new Uint8Array(this.#used);
  }

  /** This list is in use. */
  mark(list: number): void {
    for (let at = list; at >= 0 && this.#marked[at] === 0; at = this.#words[at * width + 2] ?? -1) {
      this.#marked[at] = 1;
    }
  }

  /** Lists that are not in use are gone. */
  endMarking(): void {
    this.#free = -1;
    this.#live = 0;
    for (let at = this.#used - 1; at >= 0; at--) {
      if (this.#marked[at] === 1) {
        this.#live++;
      } else {
        this.#words[at * width + 2] = this.#free;
        this.#free = at;
      }
    }
    this.#marked = new Uint8Array(0);
  }

  #isSame(list: number, address: number, number: number, stack: number): boolean {
    return (
      list >= 0 &&
      this.#addresses[list] === address &&
      this.#words[list * width] === stack &&
      this.#words[list * width + 1] === (number & 1)
    );
  }

  #add(before: number, address: number, number: number, stack: number): number {
    let at = this.#free;
    if (at >= 0) {
      this.#free = this.#words[at * width + 2] ?? -1;
    } else {
      at = this.#used++;
      if (at >= this.#addresses.length) {
        this.#words = withRoom(this.#words, (at + 1) * width, (length) => new Int32Array(length));
        this.#addresses = withRoom(this.#addresses, at + 1, (length) => new Float64Array(length));
      }
    }
    this.#live++;
    this.#addresses[at] = address;
    this.#words[at * width] = stack;
    this.#words[at * width + 1] = number & 1;
    this.#words[at * width + 2] = before;
    this.#words[at * width + 3] = number >>> 1;
    return at;
  }
}
