/**
 * Random numbers that the map code asks for. They are input: the same ones give the same bytes.
 */

/** What a random number is for. */
export type RandomPurpose =
  /** h.hash0 of a new map, after the last element was deleted, after clear; the seed of a swiss map. */
  | "seed"
  /** Where an iterator begins. */
  | "iterator"
  /** Whether an overflow bucket is counted, with 2^16 buckets and more. */
  | "noverflow"
  /** The hash of a NaN. */
  | "nan";

/** Gives 64 random bits at a time, as `rand()` does; `fastrand()` of older versions takes the low 32. */
export interface RandomSource {
  /** Makes new bits, to be read from low and high until the next call. */
  next(purpose: RandomPurpose): void;
  /** Lower 32 bits, as a signed number. */
  low: number;
  /** Upper 32 bits, as a signed number. */
  high: number;
}

/** Pseudo-random bits (xorshift128) from a seed: the same seed, the same bits. */
export class SeededRandom implements RandomSource {
  low = 0;
  high = 0;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed ^ 0x9e3779b9) | 0;
    this.#c = 0x243f6a88;
    this.#d = 0x85a308d3 | 0;
    for (let round = 0; round < 16; round++) {
      this.#draw();
    }
  }

  next(): void {
    this.low = this.#draw();
    this.high = this.#draw();
  }

  #draw(): number {
    let t = this.#a ^ (this.#a << 11);
    t ^= t >>> 8;
    this.#a = this.#b;
    this.#b = this.#c;
    this.#c = this.#d;
    this.#d = this.#d ^ (this.#d >>> 19) ^ t;
    return this.#d;
  }
}
