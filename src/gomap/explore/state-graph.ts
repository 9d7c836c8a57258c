/**
 * All states that a program can come to, each once, and how many interleavings lead through them to which kinds of ends.
 *
 * A run cannot come back to a state (each step takes a goroutine or a store buffer forward), so the states form a graph
 * without cycles, and the number of interleavings from a state on is the sum over its next states. That counts exactly
 * what no one could enumerate: 10^20 interleavings have perhaps 10^5 states.
 *
 * States are told apart by 64 bits of a hash of memory, of where each goroutine stands and of the store buffers. With N
 * states the chance that two of them are taken for one is about N^2 / 2^65: one in 10^7 for a million.
 */
import { withRoom } from "../../base/growing.js";
import { type EndStates } from "./end-states.js";
import { type Execution } from "./execution.js";
import { lowest, type Search, type SearchProgress } from "./search.js";

const ints = (length: number): Int32Array => new Int32Array(length);
const floats = (length: number): Float64Array => new Float64Array(length);

/** What is counted. */
export interface StateGraphOptions<T> {
  /** How many groups of ends are told apart, and which one an end is of. */
  readonly groups: number;
  readonly groupOf: (told: T) => number;
  /** With more states it gives up; see {@link StateGraph.isFull}. */
  readonly mostStates: number;
}

/** See the file's comment. */
export class StateGraph<T> implements Search<T> {
  #steps = 0;
  #arrivals = 0;
  #states = 0;
  #depth = 0;
  #fresh = true;
  #finished = false;
  /** Hash table: hashes and number + 1 of the state. */
  #tableA = ints(1 << 12);
  #tableB = ints(1 << 12);
  #tableState = ints(1 << 12);
  /** For each group that has occurred, and each state: the number of interleavings from there on. */
  readonly #counts: Float64Array[] = [];
  /** For each depth: the state, and the processes still to follow. */
  #state = ints(256);
  #left = ints(256);

  constructor(
    readonly execution: Execution,
    readonly ends: EndStates<T>,
    private readonly options: StateGraphOptions<T>,
  ) {}

  /** Whether it gave up. */
  get isFull(): boolean {
    return this.#states >= this.options.mostStates;
  }

  /** How many interleavings end in each group; only once everything is explored. */
  counts(): readonly number[] {
    return Array.from({ length: this.options.groups }, (_, group) => this.#counts[group]?.[0] ?? 0);
  }

  advance(steps: number): boolean {
    const until = this.#steps + steps;
    while (!this.#finished && this.#steps < until && !this.isFull) {
      if (this.#fresh) {
        this.#open();
      }
      const left = this.#left[this.#depth] ?? 0;
      if (left !== 0) {
        const process = lowest(left);
        this.#left[this.#depth] = left & (left - 1);
        this.execution.execute(process);
        this.#steps++;
        this.#depth++;
        this.#fresh = true;
      } else if (this.#depth === 0) {
        this.#finished = true;
      } else {
        this.#back(this.#state[this.#depth] ?? 0);
      }
    }
    return this.#finished || this.isFull;
  }

  progress(): SearchProgress {
    return {
      steps: this.#steps,
      runs: this.#arrivals,
      states: this.#states,
      depth: this.#depth,
      share: undefined,
    };
  }

  /** Goes back, and adds to the state there what the one here leads to. */
  #back(state: number): void {
    this.execution.undo();
    const above = this.#state[--this.#depth] ?? 0;
    for (const counts of this.#counts) {
      counts[above] = (counts[above] ?? 0) + (counts[state] ?? 0);
    }
  }

  #open(): void {
    this.#fresh = false;
    const before = this.#states;
    const state = this.#number();
    if (state < before) {
      this.#back(state);
      return;
    }
    const depth = this.#depth;
    if (depth >= this.#state.length) {
      this.#state = withRoom(this.#state, depth + 1, ints);
      this.#left = withRoom(this.#left, depth + 1, ints);
    }
    this.#state[depth] = state;
    const enabled = this.execution.enabled();
    this.#left[depth] = enabled;
    for (let group = 0; group < this.#counts.length; group++) {
      this.#counts[group] = withRoom(this.#counts[group] ?? floats(0), state + 1, floats);
    }
    if (enabled === 0) {
      this.#arrivals++;
      const end = this.ends.add(this.execution);
      this.#countsOf(this.options.groupOf(end.told))[state] = 1;
    }
  }

  /** The counts of a group, with room for all states there are. */
  #countsOf(group: number): Float64Array {
    while (this.#counts.length <= group) {
      this.#counts.push(floats(Math.max(1024, this.#states)));
    }
    return this.#counts[group] ?? floats(0);
  }

  /** The number of the state that the execution is in; a new one gets the next number. */
  #number(): number {
    const { execution } = this;
    let a = execution.hashA;
    let b = execution.hashB;
    for (let goroutine = 0; goroutine < execution.goroutines; goroutine++) {
      const at = execution.node[goroutine] ?? 0;
      const flushed = execution.flushed(goroutine);
      a = Math.imul(a ^ at ^ Math.imul(flushed, 0x27d4eb2f), 0x85ebca6b) + goroutine;
      a ^= a >>> 15;
      b = Math.imul(b + at + Math.imul(flushed, 0x165667b1), 0xc2b2ae35) ^ goroutine;
      b ^= b >>> 13;
    }
    if (this.#states * 2 >= this.#tableA.length) {
      this.#grow();
    }
    const slot = this.#find(a, b);
    const known = this.#tableState[slot] ?? 0;
    if (known > 0) {
      return known - 1;
    }
    this.#tableA[slot] = a;
    this.#tableB[slot] = b;
    this.#tableState[slot] = ++this.#states;
    return this.#states - 1;
  }

  #find(a: number, b: number): number {
    const last = this.#tableA.length - 1;
    let slot = (a ^ (b >>> 7)) & last;
    while (
      (this.#tableState[slot] ?? 0) !== 0 &&
      ((this.#tableA[slot] ?? 0) !== a || (this.#tableB[slot] ?? 0) !== b)
    ) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  #grow(): void {
    const { length } = this.#tableA;
    const old = { a: this.#tableA, b: this.#tableB, state: this.#tableState };
    this.#tableA = ints(length * 2);
    this.#tableB = ints(length * 2);
    this.#tableState = ints(length * 2);
    for (let index = 0; index < length; index++) {
      if ((old.state[index] ?? 0) !== 0) {
        const a = old.a[index] ?? 0;
        const b = old.b[index] ?? 0;
        const slot = this.#find(a, b);
        this.#tableA[slot] = a;
        this.#tableB[slot] = b;
        this.#tableState[slot] = old.state[index] ?? 0;
      }
    }
  }
}
