/** Writers in a heap, the one with the earliest time on top. */
export class ByTime {
  readonly #writers: number[] = [];
  readonly #times: Float64Array;

  constructor(writers: number) {
    this.#times = new Float64Array(writers);
  }

  /** Puts in a writer that is not in it. */
  push(writer: number, time: number): void {
    this.#times[writer] = time;
    let at = this.#writers.length;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const other = this.#at(above);
      if (this.#isBefore(other, writer)) {
        break;
      }
      this.#writers[at] = other;
      at = above;
    }
    this.#writers[at] = writer;
  }

  /** Takes out the earliest; undefined when there is none. */
  pop(): number | undefined {
    const [top] = this.#writers;
    const last = this.#writers.pop();
    if (last === undefined || this.#writers.length === 0) {
      return last;
    }
    const { length } = this.#writers;
    let at = 0;
    for (let below = 1; below < length; below = 2 * at + 1) {
      if (below + 1 < length && this.#isBefore(this.#at(below + 1), this.#at(below))) {
        below++;
      }
      if (this.#isBefore(last, this.#at(below))) {
        break;
      }
      this.#writers[at] = this.#at(below);
      at = below;
    }
    this.#writers[at] = last;
    return top;
  }

  #at(place: number): number {
    return this.#writers[place] ?? 0;
  }

  #isBefore(one: number, other: number): boolean {
    const [first, second] = [this.#times[one] ?? 0, this.#times[other] ?? 0];
    return first < second || (first === second && one < other);
  }
}
