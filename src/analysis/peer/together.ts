/** Whether two accesses can happen at the same time, as far as the goroutines that they run on tell. */
import type { StartEdge } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";
import { type Roots, startText } from "./roots.js";

/** Whether a place can run while the detecting goroutine is at its own. */
export interface Together {
  /** From 0 (it cannot) to 1 (it can). */
  readonly chance: number;
  /** The starts that make it possible. */
  readonly starts: readonly number[];
  readonly reason: string;
}

/**
 * Compares the goroutines that a place can run on with the detecting one.
 *
 * @param roots those of the place
 * @param detecting the starts that the detecting goroutine may come from; empty where nothing is known
 */
export function togetherWith(index: FactsIndex, roots: Roots, detecting: ReadonlySet<number>): Together {
  const starts = [...roots.starts];
  const possible = starts.filter((start) => differs(index, start, detecting));
  const [first] = possible;
  if (first !== undefined) {
    const start = index.facts.starts[first];
    const own = detecting.has(first);
    return {
      chance:
        chanceOf(start, roots) * (own && start !== undefined && startsOthersToo(index, start) ? 0.7 : 1),
      starts: possible,
      reason:
        start === undefined
          ? "it runs on another goroutine"
          : own
            ? `several goroutines run it at once (${startText(start)})`
            : `it runs on a goroutine of its own (${startText(start)})`,
    };
  }
  if (roots.open) {
    return {
      chance: 0.6,
      starts: [],
      reason: "who calls it is not in this source, so it may run at any time",
    };
  }
  return {
    chance: 0.05,
    starts: [],
    reason:
      starts.length === 0
        ? "nothing in this source calls it"
        : "as far as the source tells it runs on the same goroutine",
  };
}

function chanceOf(start: StartEdge | undefined, roots: Roots): number {
  if (start?.how === "init") {
    return 0.05;
  }
  return roots.doubtful ? 0.9 : 1;
}

/** A loop that starts different functions, `for _, step := range steps { go step() }`, may start each only once. */
function startsOthersToo(index: FactsIndex, start: StartEdge): boolean {
  return index.facts.starts.some(({ site, started }) => site === start.site && started !== start.started);
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
