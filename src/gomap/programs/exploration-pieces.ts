/** An exploration in pieces of a twentieth of a second, so that whoever waits can be told how far it is, and can end it. */
import { forAWhile } from "../../base/pieces.js";
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
const stepsAtOnce = 100;
const millisecondsAtOnce = 50;

/** What an exploration is at. */
export type ExplorationPhase = "preparing" | "exploring" | "counting" | "simplifying";

/** Explores, counts, and makes the examples easy to follow. After each piece it says what it is at; who stops asking ends it. */
export function* explorationPieces(
  exploration: Exploration,
  { maxSteps, maxStates }: ExplorationLimits,
): Generator<ExplorationPhase, void> {
  // Once before anything: what was done until now, reading and laying out the program, took a while perhaps.
  yield "preparing";
  while (!forAWhile(millisecondsAtOnce, () => exploration.prepare())) {
    yield "preparing";
  }
  const isOver = (): boolean => {
    const by = exploration.isFull
      ? "memory"
      : exploration.search.progress().steps >= maxSteps
        ? "steps"
        : undefined;
    if (by !== undefined) {
      exploration.end(by);
    }
    return by !== undefined;
  };
  while (!forAWhile(millisecondsAtOnce, () => exploration.advance(stepsAtOnce) || isOver())) {
    yield "exploring";
  }
  while (maxStates > 0 && !forAWhile(millisecondsAtOnce, () => exploration.count(stepsAtOnce))) {
    yield "counting";
  }
  while (!forAWhile(millisecondsAtOnce, () => exploration.simplify())) {
    yield "simplifying";
  }
}

/** Ends an exploration because a person wants that, with examples that are as easy to follow as a short time allows. */
export function endByPerson(exploration: Exploration): void {
  exploration.end("person");
  forAWhile(millisecondsAtOnce, () => exploration.simplify());
}
