/** The goroutines that are alive, and how far each one's segments are placed. */
import { withRoom } from "../../base/growing.js";

/** More goroutines than this at once would need many gigabytes in the program; a file that has them is damaged. */
const most = 0x80_0000;
const none = -1;

/** How far a goroutine is: its `done` segments are complete. */
const between = 0;
const within = 1;

/**
 * A hash table from a goroutine's id to a slot with what is known of it. Slots are used again after a goroutine's end, so memory
 * depends on how many are alive.
 */
export class Goroutines {
  /** Ids by slot. */
  #ids = new Float64Array(64);
  /** Complete segments by slot. */
  #done = new Uint32Array(64);
  #state = new Uint8Array(64);
  readonly #free: number[] = [];
  #used = 0;
  #alive = 0;
  /** Slots by the hash of their id. */
  #table = new Int32Array(256).fill(none);
  #shift = 24;
  // A file cannot be made so that all its ids fall into one place.
  readonly #salt = Math.trunc(Math.random() * 0x1_0000_0000);

  /** The slot of a goroutine; -1 = it is not known. */
  find(id: number): number {
    return this.#table[this.#place(id)] ?? none;
  }

  /** A slot for a goroutine that has not begun; -1 when there are too many. */
  add(id: number): number {
    if (this.#alive === most) {
      return none;
    }
    if (2 * (this.#alive + 1) > this.#table.length) {
      this.#enlarge();
    }
    const slot = this.#free.pop() ?? this.#newSlot();
    this.#alive++;
    this.#ids[slot] = id;
    this.#done[slot] = 0;
    this.#state[slot] = between;
    this.#table[this.#place(id)] = slot;
    return slot;
  }

  /** Forgets a goroutine. */
  remove(slot: number): void {
    let hole = this.#place(this.#ids[slot] ?? none);
    if (this.#table[hole] !== slot) {
      return;
    }
    this.#free.push(slot);
    this.#alive--;
    const mask = this.#table.length - 1;
    // Those behind the hole that could not be in their own place move up.
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const moved = this.#table[at] ?? none;
      if (moved === none) {
        break;
      }
      const home = this.#home(this.#ids[moved] ?? none);
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        this.#table[hole] = moved;
        hole = at;
      }
    }
    this.#table[hole] = none;
  }

  /** Whether a segment is the goroutine's next one; numbers go on from 0 after 2^32 - 1. */
  isNext(slot: number, segment: number): boolean {
    return this.#state[slot] === between && segment === ((this.#done[slot] ?? 0) + 1) >>> 0;
  }

  /** Whether a segment was placed already. */
  isPast(slot: number, segment: number): boolean {
    const begun = (this.#done[slot] ?? 0) + (this.#state[slot] ?? 0);
    return ((segment - begun) | 0) <= 0;
  }

  /** The goroutine's next segment begins. */
  begin(slot: number): void {
    this.#state[slot] = within;
  }

  /** That segment is complete. Gives the number of the one that can come now. */
  finish(slot: number): number {
    const done = ((this.#done[slot] ?? 0) + 1) >>> 0;
    this.#done[slot] = done;
    this.#state[slot] = between;
    return (done + 1) >>> 0;
  }

  /** Where a goroutine is in the table, or where it would go. */
  #place(id: number): number {
    const mask = this.#table.length - 1;
    for (let at = this.#home(id); ; at = (at + 1) & mask) {
      const slot = this.#table[at] ?? none;
      if (slot === none || this.#ids[slot] === id) {
        return at;
      }
    }
  }

  #home(id: number): number {
    const high = Math.imul((id / 0x1_0000_0000) | 0, 0x85eb_ca6b);
    return Math.imul((id | 0) ^ high ^ this.#salt, 0x9e37_79b1) >>> this.#shift;
  }

  #newSlot(): number {
    const slot = this.#used++;
    this.#ids = withRoom(this.#ids, slot + 1, (length) => new Float64Array(length));
    this.#done = withRoom(this.#done, slot + 1, (length) => new Uint32Array(length));
    this.#state = withRoom(this.#state, slot + 1, (length) => new Uint8Array(length));
    return slot;
  }

  #enlarge(): void {
    const slots = this.#table.filter((slot) => slot !== none);
    this.#shift--;
    this.#table = new Int32Array(2 * this.#table.length).fill(none);
    for (const slot of slots) {
      this.#table[this.#place(this.#ids[slot] ?? none)] = slot;
    }
  }
}
