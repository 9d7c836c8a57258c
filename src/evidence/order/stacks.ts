/** The stacks of order events, by their ids. */
import type { Address } from "../ring/units.js";
import type { Damage } from "./damage.js";
import { withRoom } from "../../base/growing.js";

const mostStacks = 0x10_0000;
/** Together they may have so many PCs: more than a real program's stacks have, and no more than 128 MiB. */
const mostPcs = 0x100_0000;
const firstTooHigh = 0x20_0000;

/** Stacks in columns: one hash table and one array of PCs. */
export class OrderStacks {
  readonly #damage: Damage;
  /** 1 + position of a stack, by the hash of its id; 0 = none. */
  #table = new Uint32Array(256);
  #shift = 24;
  #count = 0;
  #ids = new Uint32Array(64);
  /** Where each one's PCs end; they begin where those of the one before end. */
  #ends = new Uint32Array(64);
  #pcs = new Float64Array(256);
  readonly #salt = Math.trunc(Math.random() * 0x1_0000_0000);

  constructor(damage: Damage) {
    this.#damage = damage;
  }

  /**
   * Takes in a stack. The first one with an id is kept.
   *
   * @param words where its PCs stand, from `at` on, two words each
   */
  add(id: number, words: Uint32Array, at: number, pcs: number): void {
    if (id === 0 || this.#find(id) !== 0) {
      this.#damage.note(id === 0 ? "stacks without an id: #" : "stacks that were given again: #");
      return;
    }
    const start = this.#end(this.#count);
    if (this.#count === mostStacks || start + pcs > mostPcs) {
      this.#damage.note("stacks that there was no room for: #");
      return;
    }
    for (let index = 0; index < pcs; index++) {
      if ((words[at + 2 * index + 1] ?? 0) >= firstTooHigh) {
        this.#damage.note("stacks with PCs that cannot be: #");
        return;
      }
    }
    this.#pcs = withRoom(this.#pcs, start + pcs, (length) => new Float64Array(length));
    for (let index = 0; index < pcs; index++) {
      const low = words[at + 2 * index] ?? 0;
      this.#pcs[start + index] = (words[at + 2 * index + 1] ?? 0) * 0x1_0000_0000 + low;
    }
    this.#keep(id, start + pcs);
  }

  /** PCs of a stack, innermost first; empty when there is none with this id. */
  get(id: number): readonly Address[] {
    const position = Number.isInteger(id) && id > 0 ? this.#find(id) : 0;
    return position === 0 ? [] : [...this.#pcs.subarray(this.#end(position - 1), this.#end(position))];
  }

  #end(position: number): number {
    return position === 0 ? 0 : (this.#ends[position - 1] ?? 0);
  }

  #keep(id: number, end: number): void {
    if (2 * (this.#count + 1) > this.#table.length) {
      this.#enlarge();
    }
    this.#ids = withRoom(this.#ids, this.#count + 1, (length) => new Uint32Array(length));
    this.#ends = withRoom(this.#ends, this.#count + 1, (length) => new Uint32Array(length));
    this.#ids[this.#count] = id;
    this.#ends[this.#count] = end;
    this.#count++;
    this.#table[this.#place(id)] = this.#count;
  }

  #find(id: number): number {
    return this.#table[this.#place(id)] ?? 0;
  }

  #place(id: number): number {
    const mask = this.#table.length - 1;
    for (let at = Math.imul(id ^ this.#salt, 0x9e37_79b1) >>> this.#shift; ; at = (at + 1) & mask) {
      const position = this.#table[at] ?? 0;
      if (position === 0 || this.#ids[position - 1] === id) {
        return at;
      }
    }
  }

  #enlarge(): void {
    this.#shift--;
    this.#table = new Uint32Array(2 * this.#table.length);
    for (let position = 1; position <= this.#count; position++) {
      this.#table[this.#place(this.#ids[position - 1] ?? 0)] = position;
    }
  }
}
