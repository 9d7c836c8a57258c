/**
 * How long something was in each of a few states, and what happened in each: for GC phases and the write barrier.
 *
 * What happens while the state is not known is not counted, and neither is what happened before the time from which the
 * recording is complete: shares are of the time in which both are known.
 */
export class StateClock {
  readonly #time: Float64Array;
  #state: number;
  #since: number;

  /**
   * @param states how many there are, numbered from 0
   * @param state the state at the beginning; -1 = not known
   * @param from time before it is not counted
   */
  constructor(
    states: number,
    state: number,
    private readonly from: number,
  ) {
    this.#time = new Float64Array(states);
    this.#state = state;
    this.#since = from;
  }

  /** The state now; -1 = not known. */
  get state(): number {
    return this.#state;
  }

  /** The state at a time that is not before the last change, for counting; -1 = not to be counted. */
  at(clock: number): number {
    return clock < this.from ? -1 : this.#state;
  }

  /** It goes over into another state; a state that does not exist is "not known". */
  change(state: number, clock: number): void {
    this.#account(this.#time, clock);
    this.#state = Number.isInteger(state) && state >= 0 && state < this.#time.length ? state : -1;
    this.#since = Math.max(this.#since, clock);
  }

  /** Time in each state, up to a clock. */
  times(clock: number): number[] {
    const time = Float64Array.from(this.#time);
    this.#account(time, clock);
    return [...time];
  }

  #account(time: Float64Array, clock: number): void {
    const state = this.#state;
    const spent = clock - this.#since;
    if (state >= 0 && spent > 0) {
      time[state] = (time[state] ?? 0) + spent;
    }
  }
}
