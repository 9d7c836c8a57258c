/**
 * Places of goroutines in clocks, given again after a goroutine's end when no clock can confuse the two.
 *
 * A new goroutine whose first clock knows all that the one before published can go on with its epochs: whoever knows the new one
 * knows the old one too. All other slots become free when no access of the goroutine is kept and the slot was taken out of all
 * clocks.
 */
import { withRoom } from "../../base/growing.js";
import { type Clocks } from "./clocks.js";

/** How many slots of ended goroutines are looked at for a new one. */
const tried = 4;

/** All slots. */
export class Slots {
  #used = 0;
  readonly #clean: number[] = [];
  /** Whose goroutine has ended, and whose last epoch may be known to others. */
  #ended: number[] = [];
  /** Whose last accesses no one can come after. */
  #lost: number[] = [];
  #last = new Int32Array(64);

  /** Slots that were ever given. */
  get used(): number {
    return this.#used;
  }

  /**
   * A slot for a new goroutine; the epoch that it begins with is one above `lastEpoch`.
   *
   * @param clock what the new goroutine knows
   */
  take(clocks: Clocks, clock: number): number {
    const ended = this.#ended;
    for (let index = ended.length - 1, least = Math.max(0, ended.length - tried); index >= least; index--) {
      const slot = ended[index] ?? 0;
      if (clocks.get(clock, slot) >= (this.#last[slot] ?? 0)) {
        ended[index] = ended[ended.length - 1] ?? 0;
        ended.pop();
        return slot;
      }
    }
    const clean = this.#clean.pop();
    if (clean !== undefined) {
      return clean;
    }
    if (this.#used >= this.#last.length) {
      this.#last = withRoom(this.#last, this.#used + 1, (length) => new Int32Array(length));
    }
    return this.#used++;
  }

  /** The last epoch of the goroutine that had this slot before; 0 when there was none. */
  lastEpoch(slot: number): number {
    return this.#last[slot] ?? 0;
  }

  /**
   * The goroutine of a slot has ended.
   *
   * @param epoch its last epoch that it closed, or accessed a map in
   * @param closed whether others can know that epoch
   */
  end(slot: number, epoch: number, closed: boolean): void {
    this.#last[slot] = epoch;
    (closed ? this.#ended : this.#lost).push(slot);
  }

  /**
   * Slots of ended goroutines that can be taken out of all clocks.
   *
   * @param kept where not 0, accesses with this slot are kept
   * @returns where not 0, the slot is to be taken out; null when there are none
   */
  purge(kept: Uint8Array): Uint8Array | null {
    const purged = new Uint8Array(this.#used);
    let any = false;
    const stays = (slot: number): boolean => {
      if ((kept[slot] ?? 0) !== 0) {
        return true;
      }
      purged[slot] = 1;
      this.#last[slot] = 0;
      this.#clean.push(slot);
      any = true;
      return false;
    };
    this.#ended = this.#ended.filter(stays);
    this.#lost = this.#lost.filter(stays);
    this.#clean.sort((one, other) => other - one);
    return any ? purged : null;
  }
}
