/** An exploration in pieces of a tenth of a second, so that whoever waits can be told how far it is, and can end it. */
import { type Exploration } from "./exploration.js";

/** Where an exploration ends. */
export interface ExplorationLimits {
  readonly maxSteps: number;
  /** Interleavings are counted through at most so many states; 0 to count none. */
  readonly maxStates: number;
}

/** What one program may take. */
export const limitsOfOne: ExplorationLimits = { maxSteps: 1_000_000_000, maxStates: 1_500_000 };
/** What each of several programs may take. */
export const limitsOfMany: ExplorationLimits = { maxSteps: 3_000_000, maxStates: 200_000 };

/** How many steps are done before the clock is looked at, and how long before the caller is. */
const stepsAtOnce = 5000;
const millisecondsAtOnce = 100;

/** Explores, then counts. After each piece it says what it is at; who stops asking ends it. */
export function* explorationPieces(
  exploration: Exploration,
  { maxSteps, maxStates }: ExplorationLimits,
): Generator<"exploring" | "counting", void> {
  const isOver = (): boolean => exploration.search.progress().steps >= maxSteps;
  while (!forAWhile(() => exploration.advance(stepsAtOnce) || isOver())) {
    yield "exploring";
  }
  while (maxStates > 0 && !forAWhile(() => exploration.count(stepsAtOnce))) {
    yield "counting";
  }
}

/** Does a piece of work again and again until it is done or the time is up. */
function forAWhile(work: () => boolean): boolean {
  const until = performance.now() + millisecondsAtOnce;
  let done = work();
  while (!done && performance.now() < until) {
    done = work();
  }
  return done;
}
