/** Numbers keys of three 32-bit words in the order in which they are first met: goroutines, maps and places of millions of events. */

/** Words of a slot: the key, and 1 + its number (0 = free). One look-up touches one line of the processor's cache. */
const wordsPerSlot = 4;
const wordsPerKey = 3;
/** Slots of the front. */
const frontSlots = 4096;

/**
 * A hash table over plain numbers: nothing is allocated for a look-up. In front of it stands a small one with one place for each key, which
 * knows the keys that came last: most look-ups end there, without a branch that the processor guesses wrong.
 */
export class KeyTable {
  readonly #front = new Int32Array(frontSlots * wordsPerSlot);
  /** At most half of them are used. Signed, as are keys in here: the engine compares these faster. */
  #slots = new Int32Array(1024 * wordsPerSlot);
  /** The keys by number; those from `length` on are not used. */
  #keys = new Uint32Array(256 * wordsPerKey);
  #length = 0;
  /** Another one for each table, so that no file can be made whose keys all fall into one place. */
  readonly #seed = Math.floor(Math.random() * 0x1_0000_0000) | 0;

  /** @param most so many keys are told apart; all others are `others` */
  constructor(private readonly most: number) {}

  /** How many keys there are. */
  get length(): number {
    return this.#length;
  }

  /** What keys get that come when the table is full. */
  get others(): number {
    return this.most;
  }

  /** The number of a key; a new one where it is not known yet. */
  indexOf(first: number, second: number, third: number): number {
    const [one, two, three] = [first | 0, second | 0, third | 0];
    const front = this.#front;
    const slot = (((one ^ (one >>> 6)) + Math.imul(two, 5)) ^ three) & (frontSlots - 1);
    const at = slot * wordsPerSlot;
    const known = front[at + 3] ?? 0;
    if (known !== 0 && front[at] === one && front[at + 1] === two && front[at + 2] === three) {
      return known - 1;
    }
    const found = this.#find(one, two, three);
    front[at] = one;
    front[at + 1] = two;
    front[at + 2] = three;
    front[at + 3] = found + 1;
    return found;
  }

  /** A word of a key: 0, 1 or 2. */
  word(index: number, which: 0 | 1 | 2): number {
    return this.#keys[index * wordsPerKey + which] ?? 0;
  }

  /** The first two words as one number, the second one being the high one. */
  wide(index: number): number {
    return this.word(index, 1) * 0x1_0000_0000 + this.word(index, 0);
  }

  #find(first: number, second: number, third: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = (hash(first, second, third, this.#seed) * wordsPerSlot) & mask;
    for (let found = slots[at + 3] ?? 0; found !== 0; found = slots[at + 3] ?? 0) {
      if (slots[at] === first && slots[at + 1] === second && slots[at + 2] === third) {
        return found - 1;
      }
      at = (at + wordsPerSlot) & mask;
    }
    return this.#length >= this.most ? this.most : this.#add([first, second, third], at);
  }

  #add(key: readonly [number, number, number], at: number): number {
    const index = this.#length++;
    if (this.#length * wordsPerKey > this.#keys.length) {
      const larger = new Uint32Array(this.#keys.length * 2);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    this.#keys.set(key, index * wordsPerKey);
    this.#slots.set([...key, index + 1], at);
    if (this.#length * 2 * wordsPerSlot > this.#slots.length) {
      this.#rebuild();
    }
    return index;
  }

  #rebuild(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#length; index++) {
      const [first, second, third] = [this.word(index, 0), this.word(index, 1), this.word(index, 2)];
      let at = (hash(first, second, third, this.#seed) * wordsPerSlot) & mask;
      while (slots[at + 3] !== 0) {
        at = (at + wordsPerSlot) & mask;
      }
      slots.set([first, second, third, index + 1], at);
    }
    this.#slots = slots;
  }
}

function hash(first: number, second: number, third: number, seed: number): number {
  let mixed =
    Math.imul(first ^ seed, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b) ^ Math.imul(third, 0x27d4_eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  return mixed ^ (mixed >>> 13);
}
