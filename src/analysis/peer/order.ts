/**
 * Whether the code itself puts an access before, or after, the life of a goroutine.
 *
 * The facts say at each access, call and start which started goroutines may still be running there. A goroutine that was
 * started on the way of a function is running at a place when it was started before it and nobody waited for it since. So an
 * access on the goroutine that started another one is at the same time as it only where the other one, or the goroutine
 * which in turn started it, is among those running.
 */
import type { MapAccess, StartEdge } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";
import type { RootFinder } from "./roots.js";

const maxAncestors = 200;

/** Answers the question for one set of facts. */
export class OrderFinder {
  readonly #ancestors = new Map<number, ReadonlyMap<number, ReadonlySet<number>>>();

  constructor(
    readonly index: FactsIndex,
    readonly roots: RootFinder,
  ) {}

  /**
   * Whether an access on the goroutine of one start can be at the same time as the goroutine of another one.
   *
   * @param place the access
   * @param own the start of the goroutine that runs it
   * @param other the start of the other goroutine
   */
  canOverlap(place: Pick<MapAccess, "function" | "running">, own: number, other: number): boolean {
    const mine = this.index.facts.starts[own];
    const theirs = this.index.facts.starts[other];
    if (mine === undefined || theirs === undefined || mine.many) {
      return true;
    }
    const sites = this.#sitesOn(other).get(own);
    if (sites !== undefined) {
      return this.#isRunning(place, own, sites);
    }
    return this.#siblingsOverlap(own, other);
  }

  /** Two goroutines that a third one started, one after the other: was the first still running when the second began? */
  #siblingsOverlap(one: number, other: number): boolean {
    const above = this.#sitesOn(one);
    const below = this.#sitesOn(other);
    const common = [...above.keys()].filter((start) => below.has(start));
    if (common.length === 0) {
      return true;
    }
    return common.some((start) => {
      if (this.index.facts.starts[start]?.many === true) {
        return true;
      }
      const sites = above.get(start) ?? new Set();
      const others = below.get(start) ?? new Set();
      return this.#begins(sites, others, start) || this.#begins(others, sites, start);
    });
  }

  /** Whether goroutines of `running` may be running when one of `started` begins. */
  #begins(started: ReadonlySet<number>, running: ReadonlySet<number>, on: number): boolean {
    return this.index.facts.starts.some(
      (edge) =>
        started.has(edge.site) &&
        edge.starter !== null &&
        this.#isRunning({ function: edge.starter, running: edge.running }, on, running),
    );
  }

  /** Whether one of the sites may be running at a place, on any way from the start of its goroutine. */
  #isRunning(
    place: Pick<MapAccess, "function" | "running">,
    own: number,
    sites: ReadonlySet<number>,
  ): boolean {
    const has = (running: readonly number[]): boolean => running.some((site) => sites.has(site));
    if (has(place.running)) {
      return true;
    }
    const started = this.index.facts.starts[own]?.started;
    const functions = new Set([place.function]);
    for (const at of functions) {
      for (const call of at === started ? [] : this.index.callersOf(at)) {
        if (has(call.running)) {
          return true;
        }
        functions.add(call.caller);
      }
    }
    return false;
  }

  /**
   * For each start from which a goroutine descends: the sites on that start's goroutine which lead to it, its own or those of
   * goroutines between them.
   */
  #sitesOn(start: number): ReadonlyMap<number, ReadonlySet<number>> {
    const known = this.#ancestors.get(start);
    if (known !== undefined) {
      return known;
    }
    const found = new Map<number, Set<number>>();
    const queue = [{ start, sites: [] as readonly number[] }];
    for (let at = 0; at < queue.length && at < maxAncestors; at += 1) {
      const next = queue[at];
      const edge: StartEdge | undefined =
        next === undefined ? undefined : this.index.facts.starts[next.start];
      if (next === undefined || edge === undefined || edge.starter === null) {
        continue;
      }
      const sites = [...next.sites, edge.site];
      for (const parent of this.roots.of(edge.starter).starts) {
        const before = found.get(parent);
        if (before === undefined) {
          found.set(parent, new Set(sites));
          queue.push({ start: parent, sites });
        } else {
          sites.forEach((site) => before.add(site));
        }
      }
    }
    this.#ancestors.set(start, found);
    return found;
  }
}
