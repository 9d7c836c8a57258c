/**
 * On which goroutines a function can run.
 *
 * A **root** is what a goroutine begins with: a go statement, a timer, a handler, a test, main. The roots of a function are
 * found against its calls. A function that nothing in the source calls or starts has an unknown root: somebody outside
 * may call it on any goroutine.
 */
import type { StartEdge } from "../../evidence/source/facts.js";
import { Threads } from "../../evidence/source/flow/threads.js";
import type { FactsIndex } from "./facts-index.js";

/** The goroutines that a function can run on. */
export interface Roots {
  /** Indexes into the facts' starts. */
  readonly starts: ReadonlySet<number>;
  /** Whether a function on the way has neither callers nor starts: the module's user may call it. */
  readonly open: boolean;
  /** Whether some way from a root leads over a call that was found by type only. */
  readonly doubtful: boolean;
  /** Whether such a call may lead to several functions, of which a goroutine perhaps runs only one. */
  readonly oneOfSeveral: boolean;
  /** The functions on the way, itself included. */
  readonly functions: ReadonlySet<number>;
}

/** Finds roots, and remembers them. */
export class RootFinder {
  readonly threads: Threads;
  readonly #known = new Map<number, Roots>();

  constructor(readonly index: FactsIndex) {
    this.threads = new Threads(index.facts);
  }

  /** The roots of a function. */
  of(called: number): Roots {
    const known = this.#known.get(called);
    if (known !== undefined) {
      return known;
    }
    const { starts, open, above } = this.threads.threadsOf(called);
    const dynamic = [...above].flatMap((at) =>
      this.index.callersOf(at).filter(({ how, startedBy }) => how === "dynamic" && startedBy === null),
    );
    const roots = {
      starts: new Set(starts),
      open,
      doubtful: dynamic.length > 0,
      oneOfSeveral: dynamic.some(({ site }) => this.index.calleesAt(site) > 1),
      functions: above,
    };
    this.#known.set(called, roots);
    return roots;
  }
}

/** A few words for a start: `go statement at cache.go:12`, `HTTP handler`. */
export function startText(start: StartEdge): string {
  const at = `${start.file}:${start.line}`;
  const many = start.many ? ", several at once" : "";
  switch (start.how) {
    case "go":
      return `go statement at ${at}${many}`;
    case "timer":
      return `timer set at ${at}${many}`;
    case "http-handler":
      return `handler registered at ${at}, one goroutine for each request`;
    case "errgroup":
      return `started through a group at ${at}${many}`;
    case "parallel-test":
      return `parallel test at ${at}`;
    case "test":
      return `test at ${at}`;
    case "main":
      return "main goroutine";
    case "init":
      return "initialisation of the package";
    case "callback":
      return `callback given away at ${at}${many}`;
    case "finalizer":
      return `finalizer set at ${at}`;
    default:
      return start.how satisfies never;
  }
}
