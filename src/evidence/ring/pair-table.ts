/** Numbers pairs of 32-bit numbers in the order in which they are first met: goroutines, maps and places of millions of events. */

/** A hash table over plain numbers: nothing is allocated for a look-up. */
export class PairTable {
  /** The pairs by number; those from `length` on are not used. */
  #low = new Uint32Array(256);
  #high = new Uint32Array(256);
  /** 1 + number of the pair; 0 = free. At most half of them are used. */
  #slots = new Uint32Array(1024);
  #length = 0;

  /** @param most so many pairs are told apart; all others are `others` */
  constructor(private readonly most: number) {}

  /** How many pairs there are. */
  get length(): number {
    return this.#length;
  }

  /** What pairs get that come when the table is full. */
  get others(): number {
    return this.most;
  }

  /** The number of a pair; a new one where it is not known yet. */
  indexOf(low: number, high: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(low, high) & mask;
    for (let found = slots[slot] ?? 0; found !== 0; found = slots[slot] ?? 0) {
      if (this.#low[found - 1] === low && this.#high[found - 1] === high) {
        return found - 1;
      }
      slot = (slot + 1) & mask;
    }
    return this.#length >= this.most ? this.most : this.#add(low, high, slot);
  }

  /** The first half of a pair. */
  low(index: number): number {
    return this.#low[index] ?? 0;
  }

  /** The other half. */
  high(index: number): number {
    return this.#high[index] ?? 0;
  }

  /** Both halves as one number, the second one being the high one. */
  wide(index: number): number {
    return this.high(index) * 0x1_0000_0000 + this.low(index);
  }

  #add(low: number, high: number, slot: number): number {
    const index = this.#length++;
    if (index === this.#low.length) {
      this.#low = grown(this.#low);
      this.#high = grown(this.#high);
    }
    this.#low[index] = low;
    this.#high[index] = high;
    this.#slots[slot] = index + 1;
    if (this.#length * 2 > this.#slots.length) {
      this.#rebuild();
    }
    return index;
  }

  #rebuild(): void {
    const slots = new Uint32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#length; index++) {
      let slot = hash(this.low(index), this.high(index)) & mask;
      while (slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

function hash(low: number, high: number): number {
  let mixed = Math.imul(low, 0x9e37_79b1) ^ Math.imul(high, 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
