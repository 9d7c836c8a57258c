/** Which Go versions print lines like those of a run. */
import type { GcCycle, Scavenge } from "./gc-trace.js";
import type { Values } from "./interpret.js";

/** Minor versions: 18 stands for Go 1.18. */
interface Hint {
  readonly from: number;
  readonly to: number;
}

const newest = 99;

/** Narrows the version down, line by line. */
export class VersionHints {
  #from = 5;
  #to = newest;

  /** Takes a `gc` line. */
  cycle(cycle: GcCycle, values: Values): void {
    this.#add(cycle.stacks === null ? { from: 5, to: 17 } : { from: 18, to: newest });
    if (cycle.leakCheck) {
      this.#add({ from: 26, to: newest });
    }
    if (values.all("clock").length === 5) {
      this.#add({ from: 5, to: 5 });
    }
  }

  /** Takes a line of the pacer. */
  pacer(values: Values): void {
    if (values.has("old")) {
      this.#add({ from: 5, to: 17 });
    } else if (values.has("cpuPercent")) {
      this.#add({ from: 18, to: newest });
    }
    const float = values.text("ratio");
    if (float !== "") {
      // print writes floating-point numbers as short as can be from Go 1.26 on.
      this.#add(float.startsWith("+") ? { from: 5, to: 25 } : { from: 26, to: newest });
    }
  }

  /** Takes a line of the scavenger. */
  scavenge({ eager }: Scavenge): void {
    this.#add(eager === null ? { from: 14, to: 20 } : { from: 20, to: newest });
  }

  /** Takes a line of the scheduler. */
  scheduler(values: Values): void {
    if (!values.has("detail")) {
      this.#add(values.has("tick") ? { from: 25, to: newest } : { from: 5, to: 24 });
    }
    const needs = values.all("key").some((key) => key.includes("needspinning"));
    this.#add(needs ? { from: 20, to: newest } : { from: 5, to: 20 });
  }

  /** `1.18 or newer`, `1.25`, `1.20 to 1.24`; null where nothing is told, or lines contradict each other. */
  text(): string | null {
    const [from, to] = [this.#from, this.#to];
    if (from > to || (from === 5 && to === newest)) {
      return null;
    }
    if (to === newest) {
      return `1.${from} or newer`;
    }
    if (from === 5) {
      return to === 5 ? "1.5" : `1.${to} or older`;
    }
    return from === to ? `1.${from}` : `1.${from} to 1.${to}`;
  }

  #add({ from, to }: Hint): void {
    this.#from = Math.max(this.#from, from);
    this.#to = Math.min(this.#to, to);
  }
}
