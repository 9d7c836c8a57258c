/** Sums over the cycles of a run. */
import type { GcCpu, GcCycle, GcPhases, GcTotals, Bounds } from "./gc-trace.js";

type Numbers<T> = { -readonly [Key in keyof T]: number };

/** Adds cycles up; needs the same room however many there are. */
export class Totals {
  cycles = 0;
  #forced = 0;
  #periodic = 0;
  #interrupted = 0;
  #first: GcCycle | null = null;
  #last: GcCycle | null = null;
  #longestStop = { number: 0, nanoseconds: -1 };
  readonly #clock: Numbers<GcPhases> = { sweepTermination: 0, mark: 0, markTermination: 0 };
  readonly #cpu: Numbers<GcCpu> = {
    sweepTermination: 0,
    assist: 0,
    background: 0,
    idle: 0,
    markTermination: 0,
  };
  #startHeap: Bounds | null = null;
  #liveHeap: Bounds | null = null;
  #goal: Bounds | null = null;
  #stacks: Bounds | null = null;
  #globals: Bounds | null = null;
  #processors: Bounds | null = null;

  /** Adds one. */
  add(cycle: GcCycle): void {
    this.cycles++;
    this.#forced += cycle.forced ? 1 : 0;
    this.#periodic += cycle.periodic ? 1 : 0;
    this.#interrupted += cycle.interrupted ? 1 : 0;
    if (this.#first === null || cycle.number < this.#first.number) {
      this.#first = cycle;
    }
    if (this.#last === null || cycle.number >= this.#last.number) {
      this.#last = cycle;
    }
    const stop = cycle.clock.sweepTermination + cycle.clock.markTermination;
    if (stop > this.#longestStop.nanoseconds) {
      this.#longestStop = { number: cycle.number, nanoseconds: stop };
    }
    this.#clock.sweepTermination += cycle.clock.sweepTermination;
    this.#clock.mark += cycle.clock.mark;
    this.#clock.markTermination += cycle.clock.markTermination;
    this.#cpu.sweepTermination += cycle.cpu.sweepTermination;
    this.#cpu.assist += cycle.cpu.assist;
    this.#cpu.background += cycle.cpu.background;
    this.#cpu.idle += cycle.cpu.idle;
    this.#cpu.markTermination += cycle.cpu.markTermination;
    this.#startHeap = widened(this.#startHeap, cycle.heap.start);
    this.#liveHeap = widened(this.#liveHeap, cycle.heap.live);
    this.#goal = widened(this.#goal, cycle.goal);
    this.#stacks = widened(this.#stacks, cycle.stacks);
    this.#globals = widened(this.#globals, cycle.globals);
    this.#processors = widened(this.#processors, cycle.processors);
  }

  /** The sums; null when there was no cycle. */
  sums(): GcTotals | null {
    if (
      this.#first === null ||
      this.#last === null ||
      this.#startHeap === null ||
      this.#liveHeap === null ||
      this.#processors === null
    ) {
      return null;
    }
    return {
      cycles: this.cycles,
      forced: this.#forced,
      periodic: this.#periodic,
      interrupted: this.#interrupted,
      firstNumber: this.#first.number,
      lastNumber: this.#last.number,
      firstStart: this.#first.start,
      lastStart: this.#last.start,
      lastPercent: this.#last.percent,
      clock: { ...this.#clock },
      cpu: { ...this.#cpu },
      longestStop: this.#longestStop,
      startHeap: this.#startHeap,
      liveHeap: this.#liveHeap,
      goal: this.#goal,
      stacks: this.#stacks,
      globals: this.#globals,
      processors: this.#processors,
    };
  }
}

function widened(range: Bounds | null, value: number | null): Bounds | null {
  if (value === null) {
    return range;
  }
  return range === null ? [value, value] : [Math.min(range[0], value), Math.max(range[1], value)];
}
