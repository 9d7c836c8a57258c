/** Whether two accesses can happen at the same time, as far as the goroutines that they run on tell. */
import type { MapAccess, StartEdge } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";
import { type RootFinder, type Roots, startText } from "./roots.js";

/** Whether a place can run while the detecting goroutine is at its own. */
export interface Together {
  /** From 0 (it cannot) to 1 (it can). */
  readonly chance: number;
  /** The starts that make it possible. */
  readonly starts: readonly number[];
  readonly reason: string;
}

/** The detecting side, as far as goroutines matter. */
export interface DetectingGoroutine {
  /** The starts that it may come from; empty where nothing is known. */
  readonly starts: ReadonlySet<number>;
  /** Null where the source does not show it. */
  readonly access: MapAccess | null;
}

/**
 * Compares the goroutines that an access can run on with the detecting one.
 *
 * @param scope the function of which each run has a map of its own; null where the map may be known elsewhere
 */
export function togetherWith(
  access: MapAccess,
  detecting: DetectingGoroutine,
  finder: RootFinder,
  scope: number | null,
): Together {
  const { index, threads } = finder;
  const roots = finder.of(access.function);
  const starts = [...roots.starts];
  // Where nothing tells which goroutine detected it, it may have been any that can run that access.
  const known = [...detecting.starts];
  const theirs =
    known.length > 0 || detecting.access === null ? known : [...finder.of(detecting.access.function).starts];
  const possible =
    theirs.length === 0 ? starts : threads.threadsBeside(access, detecting.access, theirs, scope);
  const alive = possible.filter((start) => isReachable(start, finder));
  const first = mostTelling(alive, detecting, index);
  if (first !== undefined) {
    return onStart(first, alive, roots, detecting, index);
  }
  if (possible.length > 0) {
    return { chance: 0.05, starts: [], reason: "nothing in this source calls what starts it" };
  }
  if (roots.open && index.function(access.function)?.name.startsWith("main.") !== true) {
    return {
      chance: 0.6,
      starts: [],
      reason: "who calls it is not in this source, so it may run at any time",
    };
  }
  return { chance: 0.05, starts: [], reason: apartReason(starts) };
}

/** Whether anything can get to a start: in package main somebody in this source has to call its function. */
function isReachable(start: number, finder: RootFinder): boolean {
  const { index } = finder;
  const starter = index.facts.starts[start]?.starter ?? null;
  if (starter === null) {
    return true;
  }
  const { starts, open } = finder.of(starter);
  return starts.size > 0 || (open && index.function(starter)?.name.startsWith("main.") !== true);
}

/** The start that makes it plainest: another one than the detecting side's, and not main where there is a go statement. */
function mostTelling(
  possible: readonly number[],
  detecting: DetectingGoroutine,
  index: FactsIndex,
): number | undefined {
  const rank = (start: number): number => {
    const isMain = index.facts.starts[start]?.how === "main" || index.facts.starts[start]?.how === "init";
    return (isMain ? 2 : 0) + (detecting.starts.has(start) ? 1 : 0);
  };
  return possible.toSorted((one, other) => rank(one) - rank(other))[0];
}

function onStart(
  first: number,
  possible: readonly number[],
  roots: Roots,
  detecting: DetectingGoroutine,
  index: FactsIndex,
): Together {
  const start = index.facts.starts[first];
  if (start === undefined) {
    return { chance: 1, starts: possible, reason: "it runs on another goroutine" };
  }
  const own = detecting.starts.has(first);
  return {
    chance: chanceOf(start, roots) * (own && startsOthersToo(index, start, roots) ? 0.7 : 1),
    starts: possible,
    reason: own
      ? `several goroutines run it at once (${startText(start)})`
      : start.how === "main"
        ? "it runs on the main goroutine"
        : `it runs on a goroutine of its own (${startText(start)})`,
  };
}

function apartReason(starts: readonly number[]): string {
  return starts.length === 0
    ? "nothing in this source calls it"
    : "as far as the source tells it does not run at the same time: on the same goroutine, before the other one is started, or after that was waited for";
}

function chanceOf(start: StartEdge, roots: Roots): number {
  if (start.how === "init") {
    return 0.05;
  }
  return roots.doubtful ? 0.9 : 1;
}

/**
 * A loop that starts different functions (`for _, step := range steps { go step() }`), or one that calls different ones
 * (`go func() { task.Run() }()`), may run each only once.
 */
function startsOthersToo(index: FactsIndex, start: StartEdge, roots: Roots): boolean {
  return roots.oneOfSeveral || index.startsAt(start.site).some(({ started }) => started !== start.started);
}
