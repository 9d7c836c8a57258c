/** Calls and starts by function, for {@link "./threads.js"}. */
import { type CallEdge, type SourceFacts } from "../facts.js";
import { anySite } from "./state.js";

/** The threads on which a function can run. */
export interface ThreadsOf {
  /** Indices of starts. */
  readonly starts: readonly number[];
  /** Somebody outside the source may call it. */
  readonly open: boolean;
  /** The functions that lead to it, itself included. */
  readonly above: ReadonlySet<number>;
}

/** Whether a site is among running ones. */
export function isListed(running: readonly number[], site: number): boolean {
  return running.includes(site) || running[0] === anySite;
}

/** A function that more functions than this lead to is taken to be called from anywhere. */
const mostFunctions = 2000;
const mostThreads = 2000;

/** Looks facts up by function and remembers what it found. */
export class ThreadIndex {
  readonly #facts: SourceFacts;
  readonly #callers: CallEdge[][];
  readonly #callees: CallEdge[][];
  readonly #startsOf: number[][];
  readonly #threads = new Map<number, ThreadsOf>();
  readonly #ancestors = new Map<number, ReadonlySet<number>>();
  readonly #running = new Map<string, ReadonlySet<number>>();
  readonly #processesOf = new Map<number, ReadonlySet<string>>();

  constructor(facts: SourceFacts) {
    this.#facts = facts;
    this.#callers = facts.functions.map(() => []);
    this.#callees = facts.functions.map(() => []);
    this.#startsOf = facts.functions.map(() => []);
    for (const call of facts.calls) {
      if (call.startedBy === null) {
        this.#callers[call.callee]?.push(call);
        this.#callees[call.caller]?.push(call);
      }
    }
    for (const [index, { started }] of facts.starts.entries()) {
      this.#startsOf[started]?.push(index);
    }
  }

  /** The threads on which a function can run. */
  threadsOf(func: number): ThreadsOf {
    const known = this.#threads.get(func);
    if (known !== undefined) {
      return known;
    }
    const above = new Set([func]);
    const starts = new Set<number>();
    let open = false;
    for (const at of above) {
      const callers = this.#callers[at] ?? [];
      const own = this.#startsOf[at] ?? [];
      for (const start of own) {
        starts.add(start);
      }
      for (const { caller } of callers) {
        if (above.size < mostFunctions) {
          above.add(caller);
        } else {
          open ||= !above.has(caller);
        }
      }
      open ||= callers.length === 0 && own.length === 0;
    }
    // Who is started and also called by nobody that is known is reached by its starts.
    const found: ThreadsOf = { starts: [...starts].slice(0, mostThreads), open, above };
    this.#threads.set(func, found);
    return found;
  }

  /** The threads from which a thread comes, not beyond those in `homes`. */
  ancestors(thread: number, homes: ReadonlySet<number> | null): ReadonlySet<number> {
    const known = homes === null ? this.#ancestors.get(thread) : undefined;
    if (known !== undefined) {
      return known;
    }
    const found = new Set<number>();
    const waiting = [thread];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const starter = this.#facts.starts[at]?.starter ?? null;
      const parents = starter === null || homes?.has(at) === true ? [] : this.threadsOf(starter).starts;
      for (const parent of parents) {
        if (!found.has(parent)) {
          found.add(parent);
          waiting.push(parent);
        }
      }
    }
    if (homes === null) {
      this.#ancestors.set(thread, found);
    }
    return found;
  }

  /** Whether a site may be running because of the calls on the way from a thread's first function to a function. */
  isRunningOnWay(thread: number, func: number, site: number): boolean {
    const running = this.#runningOnWay(thread, func);
    return running.has(site) || running.has(anySite);
  }

  /** The sites that may be running, because of the calls on the way from a thread's first function to a function. */
  #runningOnWay(thread: number, func: number): ReadonlySet<number> {
    const key = `${thread} ${func}`;
    const known = this.#running.get(key);
    if (known !== undefined) {
      return known;
    }
    const running = new Set<number>();
    const first = this.#facts.starts[thread]?.started;
    if (first !== undefined) {
      this.#collectRunning(first, this.threadsOf(func).above, running);
    }
    this.#running.set(key, running);
    return running;
  }

  #collectRunning(first: number, above: ReadonlySet<number>, running: Set<number>): void {
    const way = new Set(above.has(first) ? [first] : []);
    for (const at of way) {
      const calls = (this.#callees[at] ?? []).filter((call) => above.has(call.callee));
      for (const call of calls) {
        way.add(call.callee);
        call.running.forEach((site) => running.add(site));
      }
    }
  }

  /** Whether two threads can be in one process: not two programs, not tests of two packages. */
  sameProcess(one: number, other: number): boolean {
    const a = this.#processes(one);
    const b = this.#processes(other);
    return a.has(anyProcess) || b.has(anyProcess) || [...a].some((process) => b.has(process));
  }

  #processes(thread: number): ReadonlySet<string> {
    const known = this.#processesOf.get(thread);
    if (known !== undefined) {
      return known;
    }
    const found = this.#findProcesses(thread);
    this.#processesOf.set(thread, found);
    return found;
  }

  #findProcesses(thread: number): ReadonlySet<string> {
    const processes = new Set<string>();
    for (const at of [thread, ...this.ancestors(thread, null)]) {
      const start = this.#facts.starts[at];
      if (start === undefined || start.starter !== null) {
        continue;
      }
      const func = this.#facts.functions[start.started];
      const folder = func?.file.slice(0, Math.max(0, func.file.lastIndexOf("/"))) ?? "";
      const isTest = start.how === "test" || start.how === "parallel-test";
      processes.add(start.how === "main" || isTest ? `${isTest ? "test" : "main"} ${folder}` : anyProcess);
    }
    return processes.size === 0 ? new Set([anyProcess]) : processes;
  }
}

const anyProcess = "any";
