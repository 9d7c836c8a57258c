/** What cannot be in a map that nobody is changing, gathered up to a limit. */
import type { BrokenInvariant } from "./decoded.js";

/** A damaged map breaks the same rule thousands of times. */
const mostBroken = 64;

/** Gathers them. */
export class BrokenInvariants {
  readonly #found: BrokenInvariant[] = [];
  #more = 0;

  add(where: string, sentence: string): void {
    if (this.#found.length < mostBroken) {
      this.#found.push({ where, sentence });
    } else {
      this.#more++;
    }
  }

  /** Adds one when a condition does not hold. */
  expect(holds: boolean, where: string, sentence: () => string): void {
    if (!holds) {
      this.add(where, sentence());
    }
  }

  list(): readonly BrokenInvariant[] {
    return this.#more === 0
      ? this.#found
      : [...this.#found, { where: "more", sentence: `${this.#more} more were found.` }];
  }
}
