/** What is wrong with a file of order events, counted by what it is. */

const mostTold = 16;

/** Counts what was wrong. Its size depends on how many sorts of damage there are, not on how much. */
export class Damage {
  readonly #counts = new Map<string, number>();

  /** Notes once more what is wrong, half a sentence in which `#` stands for how often. */
  note(what: string, times = 1): void {
    if (times > 0) {
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
    }
  }

  /** Half a sentence for each sort. */
  told(): string[] {
    return [...this.#counts].slice(0, mostTold).map(([what, times]) => what.replace("#", String(times)));
  }
}
