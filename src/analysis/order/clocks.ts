/**
 * Vector clocks that share what they have in common.
 *
 * A clock says of each goroutine slot up to which epoch it is known. It is a tree of nodes with sixteen words: a leaf holds the
 * epochs of sixteen slots, a node above it the places of sixteen nodes below. A clock is the place of its top node; 0 is the
 * clock that knows nothing, and any part of a clock that knows nothing. Nodes are never changed, so to keep a clock is to keep
 * a number, and two clocks that come from the same one differ only where they have learnt since:
 *
 *     one ──► [ a │ b │ c ]        set(one, a slot below b) makes two nodes, and shares a and c
 *               │   │   │
 *     other ─► [│ a │ b'│ c ]
 *
 * Nodes that are in no clock any more are left behind when all clocks that are in use move to the other half of the memory.
 */
import { MaptrapError } from "../../base/errors.js";

/** Words of a node, and the bits that choose one. */
const width = 16;
const bits = 4;

/** How far clocks may have grown, in nodes: a limit against damaged input, far above what the limits of goroutines and addresses come to. */
const mostNodes = 1 << 26;

/** A half that is not in use stays up to this many words, so that it need not be made each time. */
const mostSpare = 1 << 22;

/** All clocks of one analysis. */
export class Clocks {
  #words: Int32Array;
  #spare: Int32Array;
  #forward: Int32Array;
  #used = width;
  /** Where #used is to be when it is time to move. */
  #full: number;
  /** Bits of a slot that are left of a leaf's. */
  #top = 0;
  #purged: Uint8Array | null = null;
  readonly #raised = new Map<number, number>();
  #raising = false;
  #oldTop = 0;

  /**
   * @param leastNodes how many nodes there is always room for
   */
  constructor(private readonly leastNodes: number) {
    this.#full = leastNodes * width;
    this.#words = new Int32Array(this.#full * 2);
    this.#spare = new Int32Array(this.#full * 2);
    this.#forward = new Int32Array(this.#words.length / width);
  }

  /** It is time to move the clocks that are in use. */
  get isFull(): boolean {
    return this.#used >= this.#full;
  }

  /** Slots from 0 to this one, exclusive, have room in clocks as they are. */
  get slots(): number {
    return 1 << (this.#top + bits);
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#words.byteLength * 2 + this.#forward.byteLength;
  }

  /** The epoch up to which a slot is known. */
  get(clock: number, slot: number): number {
    const words = this.#words;
    let at = clock;
    for (let shift = this.#top; shift > 0; shift -= bits) {
      at = words[at + ((slot >>> shift) & (width - 1))] ?? 0;
    }
    return words[at + (slot & (width - 1))] ?? 0;
  }

  /** The clock that knows a slot up to an epoch, and else the same. */
  set(clock: number, slot: number, epoch: number): number {
    if (this.get(clock, slot) >= epoch) {
      return clock;
    }
    const changed = this.#copy(clock);
    let at = changed;
    for (let shift = this.#top; shift > 0; shift -= bits) {
      const word = at + ((slot >>> shift) & (width - 1));
      at = this.#copy(this.#words[word] ?? 0);
      this.#words[word] = at;
    }
    this.#words[at + (slot & (width - 1))] = epoch;
    return changed;
  }

  /** The clock that knows what either knows: the very same one where it knows all that the other does. */
  join(one: number, other: number): number {
    // So that the words stay where they are meanwhile.
    const most = this.#used + (this.slots / (width - 1) + 8) * width;
    if (most > this.#words.length) {
      this.#grow(most);
    }
    return this.#join(one, other, this.#top);
  }

  #join(one: number, other: number, shift: number): number {
    if (one === other || other === 0) {
      return one;
    }
    if (one === 0) {
      return other;
    }
    return shift === 0 ? this.#joinLeaves(one, other) : this.#joinNodes(one, other, shift);
  }

  #joinLeaves(one: number, other: number): number {
    const words = this.#words;
    const made = this.#used;
    let moreThanOne = 0;
    let moreThanOther = 0;
    for (let index = 0; index < width; index++) {
      const ofOne = words[one + index] ?? 0;
      const ofOther = words[other + index] ?? 0;
      const joined = ofOne > ofOther ? ofOne : ofOther;
      moreThanOne |= joined ^ ofOne;
      moreThanOther |= joined ^ ofOther;
      words[made + index] = joined;
    }
    if (moreThanOne === 0) {
      return one;
    }
    if (moreThanOther === 0) {
      return other;
    }
    this.#used = made + width;
    return made;
  }

  #joinNodes(one: number, other: number, shift: number): number {
    const words = this.#words;
    const made = this.#used;
    this.#used = made + width;
    let moreThanOne = 0;
    let moreThanOther = 0;
    for (let index = 0; index < width; index++) {
      const ofOne = words[one + index] ?? 0;
      const ofOther = words[other + index] ?? 0;
      const joined = ofOne === ofOther ? ofOne : this.#join(ofOne, ofOther, shift - bits);
      moreThanOne |= joined ^ ofOne;
      moreThanOther |= joined ^ ofOther;
      words[made + index] = joined;
    }
    if (moreThanOne === 0 || moreThanOther === 0) {
      // Nothing was made below either.
      this.#used = made;
      return moreThanOne === 0 ? one : other;
    }
    return made;
  }

  #copy(node: number): number {
    const made = this.#take();
    const words = this.#words;
    for (let index = 0; index < width; index++) {
      words[made + index] = words[node + index] ?? 0;
    }
    return made;
  }

  #take(): number {
    const made = this.#used;
    this.#used += width;
    if (this.#used > this.#words.length) {
      this.#grow(this.#used);
    }
    return made;
  }

  /** Makes room for so many words, and half as many again. */
  #grow(words: number): void {
    if (words > mostNodes * width) {
      throw new MaptrapError(
        "The clocks of the goroutines and addresses in this file need more than 4 GB of memory.",
        {
          wayOut: "Record a shorter time: MAPTRAP_MAX_SIZE bounds the file.",
        },
      );
    }
    const length = Math.ceil((words * 1.5) / width) * width;
    const grown = new Int32Array(length);
    grown.set(this.#words);
    this.#words = grown;
  }

  /**
   * Begins to move clocks. Each clock that is to stay goes through `move`; all others are gone after `endMoving`.
   *
   * @param purged where not 0, the slot is taken out of all clocks
   * @param raise gives clocks room for sixteen times as many slots
   */
  beginMoving(purged: Uint8Array | null, raise: boolean): void {
    if (this.#spare.length < this.#used) {
      this.#spare = new Int32Array(this.#used);
    }
    if (this.#forward.length < this.#used / width) {
      this.#forward = new Int32Array(Math.ceil(this.#words.length / width));
    }
    this.#forward.fill(0, 0, this.#used / width);
    [this.#words, this.#spare] = [this.#spare, this.#words];
    this.#used = width;
    this.#purged = purged;
    this.#raising = raise;
    this.#raised.clear();
    this.#oldTop = this.#top;
    if (raise) {
      this.#top += bits;
    }
  }

  /** Where a clock is from now on. */
  move(clock: number): number {
    const moved = clock === 0 ? 0 : this.#move(clock, this.#oldTop, 0);
    if (!this.#raising || moved === 0) {
      return moved;
    }
    let raised = this.#raised.get(moved);
    if (raised === undefined) {
      raised = this.#copy(0);
      this.#words[raised] = moved;
      this.#raised.set(moved, raised);
    }
    return raised;
  }

  /** What was not moved is gone. */
  endMoving(roots: number): void {
    this.#full = Math.max(this.leastNodes * width, this.#used * 2 + roots * width);
    if (this.#words.length < this.#full) {
      this.#grow(this.#full);
    }
    if (this.#spare.length > mostSpare) {
      this.#spare = new Int32Array(0);
      this.#forward = new Int32Array(0);
    }
    this.#purged = null;
  }

  #move(node: number, shift: number, firstSlot: number): number {
    const known = this.#forward[node / width] ?? 0;
    if (known !== 0) {
      // Nothing can be left of a node when slots are purged.
      return known < 0 ? 0 : known;
    }
    const made = this.#take();
    let any = 0;
    for (let index = 0; index < width; index++) {
      let word = this.#spare[node + index] ?? 0;
      if (word !== 0) {
        if (shift > 0) {
          word = this.#move(word, shift - bits, (firstSlot + index) << bits);
        } else if (this.#purged !== null && (this.#purged[firstSlot + index] ?? 0) !== 0) {
          word = 0;
        }
      }
      any |= word;
      this.#words[made + index] = word;
    }
    this.#forward[node / width] = any === 0 ? -1 : made;
    return any === 0 ? 0 : made;
  }
}
