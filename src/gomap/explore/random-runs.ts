/** Runs with schedules that are drawn at random, for programs that are too large to explore. */
import { type EndStates } from "./end-states.js";
import { type Execution } from "./execution.js";
import { bits, type Search, type SearchProgress } from "./search.js";

/** How a schedule is drawn. */
export type Drawing =
  /** At each step each process that can do one has the same chance. */
  | { readonly kind: "uniform" }
  /**
   * Priorities: the one with the highest goes on, and at `depth - 1` random places it becomes the last (S. Burckhardt,
   * P. Kothari, M. Musuvathi, S. Nagarakatti: A Randomized Scheduler, ASPLOS 2010). With n goroutines and k steps a bug
   * of that depth is found in at least one of n * k^(depth - 1) runs.
   */
  | { readonly kind: "priorities"; readonly depth: number };

/** What runs are made. */
export interface RandomRunsOptions<T> {
  readonly drawing: Drawing;
  readonly runs: number;
  readonly seed: number;
  /** Called at the end of each run, before it is undone. */
  readonly onEnd?: (execution: Execution, told: T) => void;
}

/** See the file's comment. */
export class RandomRuns<T> implements Search<T> {
  #steps = 0;
  #done = 0;
  /** The longest run so far: change points are drawn below it. */
  #longest = 64;
  #state: number;

  constructor(
    readonly execution: Execution,
    readonly ends: EndStates<T>,
    private readonly options: RandomRunsOptions<T>,
  ) {
    this.#state = Math.imul(options.seed, 0x9e3779b1) || 1;
  }

  advance(steps: number): boolean {
    const until = this.#steps + steps;
    while (this.#done < this.options.runs && this.#steps < until) {
      this.#run();
    }
    return this.#done >= this.options.runs;
  }

  progress(): SearchProgress {
    return {
      steps: this.#steps,
      runs: this.#done,
      states: 0,
      depth: 0,
      share: this.#done / this.options.runs,
    };
  }

  #run(): void {
    const { execution } = this;
    const { drawing } = this.options;
    const choose = drawing.kind === "uniform" ? this.#uniform() : this.#byPriority(drawing.depth);
    for (let enabled = execution.enabled(); enabled !== 0; enabled = execution.enabled()) {
      execution.execute(choose(enabled));
      this.#steps++;
    }
    this.#done++;
    this.#longest = Math.max(this.#longest, execution.depth);
    const { told } = this.ends.add(execution);
    this.options.onEnd?.(execution, told);
    while (execution.depth > 0) {
      execution.undo();
    }
  }

  #uniform(): (enabled: number) => number {
    return (enabled) => nthBit(enabled, this.#below(bits(enabled)));
  }

  #byPriority(depth: number): (enabled: number) => number {
    const { processes } = this.execution;
    // Store buffers have priorities of their own, so that they may be late.
    const priority = Array.from({ length: processes }, (_, index) => depth + index);
    for (let index = processes - 1; index > 0; index--) {
      const other = this.#below(index + 1);
      [priority[index], priority[other]] = [priority[other] ?? 0, priority[index] ?? 0];
    }
    const changes = new Map<number, number>();
    for (let change = 1; change < depth; change++) {
      changes.set(this.#below(this.#longest), change);
    }
    return (enabled) => {
      let best = highest(enabled, priority);
      const change = changes.get(this.execution.depth);
      if (change !== undefined) {
        priority[best] = depth - 1 - change;
        best = highest(enabled, priority);
      }
      return best;
    };
  }

  /** A random number from 0 to n - 1 (xorshift). */
  #below(n: number): number {
    let x = this.#state | 0;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % n;
  }
}

function nthBit(set: number, n: number): number {
  let rest = set;
  for (let index = 0; index < n; index++) {
    rest &= rest - 1;
  }
  return 31 - Math.clz32(rest & -rest);
}

function highest(set: number, priority: readonly number[]): number {
  let best = -1;
  for (let rest = set; rest !== 0; rest &= rest - 1) {
    const process = 31 - Math.clz32(rest & -rest);
    if (best < 0 || (priority[process] ?? 0) > (priority[best] ?? 0)) {
      best = process;
    }
  }
  return best;
}
