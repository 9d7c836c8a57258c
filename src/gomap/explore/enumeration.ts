/** All interleavings, one by one; or all with few preemptions, as CHESS does. */
import { withRoom } from "../../base/growing.js";
import { type EndStates } from "./end-states.js";
import { type Execution } from "./execution.js";
import { bits, lowest, type Search, type SearchProgress } from "./search.js";

const ints = (length: number): Int32Array => new Int32Array(length);

/**
 * Depth-first through all interleavings.
 *
 * With a bound on preemptions only those runs are made in which at most so many times a goroutine is left that could go
 * on (M. Musuvathi, S. Qadeer: Iterative context bounding, PLDI 2007). Steps of store buffers are not preemptions.
 */
export class Enumeration<T> implements Search<T> {
  #steps = 0;
  #runs = 0;
  #depth = 0;
  #fresh = true;
  /** For each depth: the processes still to try, those tried first, the goroutine that ran last, preemptions left. */
  #left = ints(256);
  #all = ints(256);
  #last = ints(256);
  #spare = ints(256);

  constructor(
    readonly execution: Execution,
    readonly ends: EndStates<T>,
    private readonly preemptions = Number.POSITIVE_INFINITY,
  ) {
    this.#last[0] = -1;
    this.#spare[0] = Number.isFinite(preemptions) ? preemptions : 0;
  }

  advance(steps: number): boolean {
    const until = this.#steps + steps;
    const { execution } = this;
    while (this.#steps < until) {
      if (this.#fresh) {
        this.#open();
      }
      const left = this.#left[this.#depth] ?? 0;
      if (left !== 0) {
        const process = lowest(left);
        this.#left[this.#depth] = left & (left - 1);
        this.#enter(process);
        execution.execute(process);
        this.#steps++;
        this.#depth++;
        this.#fresh = true;
      } else if (this.#depth === 0) {
        return true;
      } else {
        execution.undo();
        this.#depth--;
      }
    }
    return false;
  }

  progress(): SearchProgress {
    let share = 0;
    let part = 1;
    for (let depth = 0; depth < this.#depth; depth++) {
      const all = bits(this.#all[depth] ?? 0);
      part /= Math.max(1, all);
      share += part * (all - bits(this.#left[depth] ?? 0) - 1);
    }
    return { steps: this.#steps, runs: this.#runs, states: 0, depth: this.#depth, share };
  }

  /** Comes to a state for the first time on this way. */
  #open(): void {
    this.#fresh = false;
    const depth = this.#depth;
    if (depth + 1 >= this.#left.length) {
      this.#left = withRoom(this.#left, depth + 2, ints);
      this.#all = withRoom(this.#all, depth + 2, ints);
      this.#last = withRoom(this.#last, depth + 2, ints);
      this.#spare = withRoom(this.#spare, depth + 2, ints);
    }
    const enabled = this.execution.enabled();
    if (enabled === 0) {
      this.#runs++;
      this.ends.add(this.execution);
    }
    const allowed = this.#allowed(enabled, depth);
    this.#left[depth] = allowed;
    this.#all[depth] = allowed;
  }

  #allowed(enabled: number, depth: number): number {
    if (this.preemptions === Number.POSITIVE_INFINITY) {
      return enabled;
    }
    const last = this.#last[depth] ?? -1;
    const mustStay = last >= 0 && (enabled & (1 << last)) !== 0 && (this.#spare[depth] ?? 0) === 0;
    if (!mustStay) {
      return enabled;
    }
    const goroutines = (1 << this.execution.goroutines) - 1;
    return (enabled & ~goroutines) | (1 << last);
  }

  #enter(process: number): void {
    const depth = this.#depth;
    const last = this.#last[depth] ?? -1;
    const isGoroutine = process < this.execution.goroutines;
    const leaves = isGoroutine && last >= 0 && last !== process && this.execution.canStep(last);
    this.#last[depth + 1] = isGoroutine ? process : last;
    this.#spare[depth + 1] = (this.#spare[depth] ?? 0) - (leaves ? 1 : 0);
  }
}
