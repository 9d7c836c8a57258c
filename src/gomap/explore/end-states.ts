/** The different ways in which a program's runs end. */
import { type Execution } from "./execution.js";
import { isStopped } from "./operations.js";

/** One way to end. */
export interface EndState<T> {
  /** What the caller made of it. */
  readonly told: T;
  /** Which process did each step in the first run that ended so. */
  readonly schedule: Uint8Array;
  /** Where each goroutine stands. */
  readonly nodes: Int32Array;
  /** How many explored runs ended so. */
  runs: number;
}

/** Collects ends. What an end is like is asked once for each that is new. */
export class EndStates<T> {
  readonly #known = new Map<number, EndState<T>>();
  #bytes = 0;

  constructor(
    private readonly tell: (execution: Execution) => T,
    /** Whether a run that is stopped ends there: then what the other goroutines have done so far makes no difference. */
    private readonly stopsAll: boolean,
  ) {}

  get size(): number {
    return this.#known.size;
  }

  /** About how much memory they take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Notes that a run ends here. */
  add(execution: Execution): EndState<T> {
    const key = this.key(execution);
    let end = this.#known.get(key);
    if (end === undefined) {
      const schedule = Uint8Array.from(execution.who.subarray(0, execution.depth));
      end = { told: this.tell(execution), schedule, nodes: execution.node.slice(), runs: 0 };
      this.#known.set(key, end);
      // What is told of it, and what each object costs by itself.
      this.#bytes += schedule.length + end.nodes.byteLength + 600;
    }
    end.runs++;
    return end;
  }

  /** Forgets all of them. */
  forget(): void {
    this.#known.clear();
    this.#bytes = 0;
  }

  /** Ends in the order in which they were found. */
  *[Symbol.iterator](): IterableIterator<EndState<T>> {
    yield* this.#known.values();
  }

  /** The keys, for comparing two explorations of the same program (of the same histories). */
  keys(): ReadonlySet<number> {
    return new Set(this.#known.keys());
  }

  /** A number that tells one end from another: 52 bits of a hash of memory and of where each goroutine stands. */
  key(execution: Execution): number {
    const { node, histories, goroutines } = execution;
    const cut = this.stopsAll && execution.stopped > 0;
    let a = cut ? 0 : execution.hashA;
    let b = cut ? 0 : execution.hashB;
    for (let goroutine = 0; goroutine < goroutines; goroutine++) {
      const at = node[goroutine] ?? 0;
      if (!cut || isStopped(histories.kind[at] ?? 0)) {
        a = Math.imul(a ^ at, 0x85ebca6b) ^ goroutine;
        a ^= a >>> 15;
        b = Math.imul(b + at, 0xc2b2ae35) + goroutine;
        b ^= b >>> 13;
      }
    }
    return (a >>> 0) * 0x10_0000 + (b >>> 12);
  }
}
