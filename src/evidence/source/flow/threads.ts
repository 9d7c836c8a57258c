/**
 * Which accesses can happen at the same time.
 *
 * A **thread** is a start: all goroutines that one start makes. Threads form a tree (rather, a net, for a function that starts
 * others may run on several). Two places can be reached at the same time when
 *
 * - one thread overlaps with itself, and both are on it;
 * - one is on a thread that may still be running when the other is reached, further up the same chain of starts;
 * - two threads that were started from a common one can both be running;
 * - nothing is known about who calls one of them.
 *
 * `scope` narrows the question to one run of a function: the one whose local variable holds the map.
 */
import { type MapAccess, type SourceFacts, type StartEdge } from "../facts.js";
import { orderedByOnce } from "./guards.js";
import { isListed, ThreadIndex, type ThreadsOf } from "./thread-index.js";

/** Two threads on which two accesses can meet. */
export interface Meeting {
  /** Index of a start; null where it is not known who calls. */
  readonly one: number | null;
  readonly other: number | null;
}

/** More pairs of threads than this are not tried. */
const mostPairs = 4000;
/** The same for one access beside another: many accesses are asked for. */
const mostPairsBeside = 500;

/** Answers for one set of facts. */
export class Threads {
  readonly #index: ThreadIndex;
  readonly #facts: SourceFacts;
  readonly #overlapsItself = new Map<number, boolean>();

  constructor(facts: SourceFacts) {
    this.#facts = facts;
    this.#index = new ThreadIndex(facts);
  }

  /** How two accesses can happen at the same time; null when they cannot. */
  meeting(one: MapAccess, other: MapAccess, scope: number | null = null): Meeting | null {
    if (one.unshared || other.unshared || orderedByOnce(one, other)) {
      return null;
    }
    const ones = this.#index.threadsOf(one.function);
    const others = this.#index.threadsOf(other.function);
    if (ones.open || others.open) {
      return {
        one: ones.open ? null : (ones.starts[0] ?? null),
        other: others.open ? null : (others.starts[0] ?? null),
      };
    }
    let pairs = 0;
    for (const first of ones.starts) {
      for (const second of others.starts) {
        pairs += 1;
        if (
          pairs > mostPairs ||
          this.#canMeet({ thread: first, access: one }, { thread: second, access: other }, scope)
        ) {
          return { one: first, other: second };
        }
      }
    }
    return null;
  }

  /** The threads on which a function can run. */
  threadsOf(func: number): ThreadsOf {
    return this.#index.threadsOf(func);
  }

  /**
   * The threads on which an access can be reached while another one is reached on one of given threads.
   *
   * @param other the other access; null where it is not known, and only the threads count
   * @param theirs the threads of the other access
   */
  threadsBeside(
    access: MapAccess,
    other: MapAccess | null,
    theirs: readonly number[],
    scope: number | null = null,
  ): number[] {
    // Beyond the bound a pair counts as one that can meet.
    let pairs = 0;
    return this.#index.threadsOf(access.function).starts.filter((thread) =>
      theirs.some((their) => {
        pairs += 1;
        if (other === null || pairs > mostPairsBeside) {
          return thread !== their || this.overlapsItself(thread);
        }
        return this.#canMeet({ thread, access }, { thread: their, access: other }, scope);
      }),
    );
  }

  #start(thread: number): StartEdge | undefined {
    return this.#facts.starts[thread];
  }

  #canMeet(one: Place, other: Place, scope: number | null): boolean {
    if (!this.#index.sameProcess(one.thread, other.thread)) {
      return false;
    }
    const homes = scope === null ? null : new Set(this.#index.threadsOf(scope).starts);
    if (one.thread === other.thread) {
      return this.#meetsItself(one.thread, homes);
    }
    const oneUp = this.#index.ancestors(one.thread, homes);
    const otherUp = this.#index.ancestors(other.thread, homes);
    if (otherUp.has(one.thread)) {
      return this.#isRunningAt(other.thread, otherUp, one, homes);
    }
    if (oneUp.has(other.thread)) {
      return this.#isRunningAt(one.thread, oneUp, other, homes);
    }
    return this.#branchesMeet(one.thread, other.thread, { oneUp, otherUp, homes });
  }

  /** Whether two goroutines of one thread can be there at once; for the thread that the map belongs to, only if it is not. */
  #meetsItself(thread: number, homes: ReadonlySet<number> | null): boolean {
    if (homes?.has(thread) === true) {
      return false;
    }
    const start = this.#start(thread);
    if (homes !== null && start?.starter !== null && start !== undefined && this.#isHome(start, homes)) {
      return this.#overlapsInStarter(start);
    }
    return this.overlapsItself(thread);
  }

  #isHome(start: StartEdge, homes: ReadonlySet<number>): boolean {
    return (
      start.starter !== null &&
      this.#index.threadsOf(start.starter).starts.every((thread) => homes.has(thread))
    );
  }

  #overlapsInStarter(start: StartEdge): boolean {
    return (
      isListed(start.running, start.site) || (start.inLoop && isLibrary(start)) || start.starter === null
    );
  }

  /** Whether several goroutines of a thread can be running at once. */
  overlapsItself(thread: number): boolean {
    const known = this.#overlapsItself.get(thread);
    if (known !== undefined) {
      return known;
    }
    // Until the answer is known: a circle of starts does not overlap because of itself.
    this.#overlapsItself.set(thread, false);
    const start = this.#start(thread);
    const answer = start !== undefined && this.#findOverlap(thread, start);
    this.#overlapsItself.set(thread, answer);
    return answer;
  }

  #findOverlap(thread: number, start: StartEdge): boolean {
    if (start.how === "finalizer") {
      // One goroutine runs all of them, one after another.
      return false;
    }
    if (start.starter === null) {
      return start.many;
    }
    if (this.#overlapsInStarter(start)) {
      return true;
    }
    const { starter, site } = start;
    const parents = this.#index.threadsOf(starter);
    return (
      parents.open ||
      parents.starts.some(
        (parent) =>
          this.overlapsItself(parent) ||
          (parent !== thread && this.#index.isRunningOnWay(parent, starter, site)),
      )
    );
  }

  /** Whether a thread, or what leads to it, may be running when a thread above it is at a place. */
  #isRunningAt(
    thread: number,
    up: ReadonlySet<number>,
    at: Place,
    homes: ReadonlySet<number> | null,
  ): boolean {
    if (homes?.has(at.thread) !== true && this.overlapsItself(at.thread)) {
      return true;
    }
    return [thread, ...up].some((one) => {
      const start = this.#start(one);
      if (start === undefined || one === at.thread || start.how === "parallel-test") {
        // A parallel test begins when the function that made it has returned.
        return false;
      }
      const isBelow = one === thread || this.#index.ancestors(one, homes).has(at.thread);
      return (
        isBelow &&
        (this.#index.isRunningOnWay(at.thread, at.access.function, start.site) ||
          isListed(at.access.running, start.site))
      );
    });
  }

  #branchesMeet(one: number, other: number, { oneUp, otherUp, homes }: Branches): boolean {
    const common = [...oneUp].filter((thread) => otherUp.has(thread));
    if (common.length === 0) {
      return this.#rootsMeet([one, ...oneUp], [other, ...otherUp]);
    }
    if (common.some((thread) => homes?.has(thread) !== true && this.overlapsItself(thread))) {
      return true;
    }
    const left = [one, ...oneUp].filter((thread) => !common.includes(thread));
    const right = [other, ...otherUp].filter((thread) => !common.includes(thread));
    return left.some((a) => right.some((b) => this.#siblingsMeet(a, b)));
  }

  #siblingsMeet(one: number, other: number): boolean {
    const a = this.#start(one);
    const b = this.#start(other);
    return (
      a !== undefined && b !== undefined && (this.#isRunningAtStart(a, b) || this.#isRunningAtStart(b, a))
    );
  }

  #isRunningAtStart(thread: StartEdge, start: StartEdge): boolean {
    if (thread.site === start.site) {
      // One statement that starts one of several functions.
      return thread.inLoop || thread.many;
    }
    const { starter } = start;
    return (
      isListed(start.running, thread.site) ||
      (starter !== null &&
        this.#index
          .threadsOf(starter)
          .starts.some((parent) => this.#index.isRunningOnWay(parent, starter, thread.site)))
    );
  }

  /** Threads that have no start in common: main and initialisation, tests, handlers that are started by a library. */
  #rootsMeet(ones: readonly number[], others: readonly number[]): boolean {
    const oneRoot = ones.map((thread) => this.#start(thread)).find((start) => start?.starter === null);
    const otherRoot = others.map((thread) => this.#start(thread)).find((start) => start?.starter === null);
    if (oneRoot === undefined || otherRoot === undefined) {
      return true;
    }
    if (oneRoot.how === "parallel-test" && otherRoot.how === "parallel-test") {
      return true;
    }
    if (isSequential(oneRoot) && isSequential(otherRoot)) {
      return this.#isLeft(ones, oneRoot) || this.#isLeft(others, otherRoot);
    }
    return true;
  }

  /** Whether a thread outlives the root that it comes from. */
  #isLeft(threads: readonly number[], root: StartEdge): boolean {
    return threads.some((thread) => {
      const start = this.#start(thread);
      return start !== undefined && isListed(root.left, start.site);
    });
  }
}

interface Place {
  readonly thread: number;
  readonly access: MapAccess;
}

interface Branches {
  readonly oneUp: ReadonlySet<number>;
  readonly otherUp: ReadonlySet<number>;
  readonly homes: ReadonlySet<number> | null;
}

function isLibrary({ how }: StartEdge): boolean {
  return how === "http-handler" || how === "callback" || how === "parallel-test" || how === "timer";
}

/** main, package initialisation and ordinary tests come one after another; parallel tests come after the others. */
function isSequential({ how }: StartEdge): boolean {
  return how === "main" || how === "init" || how === "test" || how === "parallel-test";
}
