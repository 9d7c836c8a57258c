/** Whether two accesses can happen at the same time, as far as the goroutines that they run on tell. */
import type { MapAccess, StartEdge } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";
import type { OrderFinder } from "./order.js";
import { type Roots, startText } from "./roots.js";

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
 * @param roots those of the access
 */
export function togetherWith(
  access: MapAccess,
  roots: Roots,
  detecting: DetectingGoroutine,
  order: OrderFinder,
): Together {
  const { index } = order;
  const starts = [...roots.starts];
  const beside = starts.filter((start) => differs(index, start, detecting.starts));
  const possible = beside.filter((start) => overlaps(access, start, detecting, order));
  const [first] = possible;
  if (first !== undefined) {
    return onStart(first, possible, roots, detecting, index);
  }
  if (roots.open) {
    return {
      chance: 0.6,
      starts: [],
      reason: "who calls it is not in this source, so it may run at any time",
    };
  }
  return { chance: 0.05, starts: [], reason: apartReason(starts, beside) };
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
      : `it runs on a goroutine of its own (${startText(start)})`,
  };
}

function apartReason(starts: readonly number[], beside: readonly number[]): string {
  if (starts.length === 0) {
    return "nothing in this source calls it";
  }
  return beside.length === 0
    ? "as far as the source tells it runs on the same goroutine"
    : "as far as the source tells it comes before the other goroutine is started, or after that was waited for";
}

/** Whether the order of the code lets the two happen at once. */
function overlaps(
  access: MapAccess,
  start: number,
  detecting: DetectingGoroutine,
  order: OrderFinder,
): boolean {
  return (
    detecting.starts.size === 0 ||
    [...detecting.starts].some(
      (own) =>
        own === start ||
        (order.canOverlap(access, start, own) &&
          (detecting.access === null || order.canOverlap(detecting.access, own, start))),
    )
  );
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
  return (
    roots.oneOfSeveral ||
    index.facts.starts.some(({ site, started }) => site === start.site && started !== start.started)
  );
}

/** Whether a start gives a goroutine that can run beside the detecting one. */
function differs(index: FactsIndex, start: number, detecting: ReadonlySet<number>): boolean {
  const edge = index.facts.starts[start];
  if (edge === undefined) {
    return false;
  }
  if (edge.many || detecting.size === 0) {
    return true;
  }
  return [...detecting].some((own) => {
    const other = index.facts.starts[own];
    return own !== start && other !== undefined && !(isSequential(edge) && isSequential(other));
  });
}

/** main, package initialisation and ordinary tests come one after another. */
function isSequential({ how }: StartEdge): boolean {
  return how === "main" || how === "init" || how === "test";
}
