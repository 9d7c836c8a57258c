/** How far an exploration of a modelled program is, in words. */
import type { Exploration } from "../../gomap/programs/exploration.js";
import type { ExplorationPhase } from "../../gomap/programs/exploration-pieces.js";
import { countOf } from "./model.js";

/** What an exploration is at. */
export function progressText(
  exploration: Exploration,
  phase: ExplorationPhase,
  milliseconds: number,
): string {
  switch (phase) {
    case "preparing":
      return "trying the orders of whole operations, to know what is right";
    case "exploring":
      return exploringText(exploration, milliseconds);
    case "counting":
      return countingText(exploration.counting()?.states ?? 0);
    case "simplifying":
      return "making the examples easy to follow";
    default:
      return phase satisfies never;
  }
}

/** While it searches: runs, ends, speed, and how long it may still take. */
function exploringText(exploration: Exploration, milliseconds: number): string {
  const { steps, runs, depth, share } = exploration.search.progress();
  const seconds = milliseconds / 1000;
  const rate = `${countOf(steps / seconds)} steps a second`;
  const left = share === undefined || share <= 0.001 ? undefined : (seconds / share) * (1 - share);
  const estimate = left === undefined || left > 1e6 ? "" : `, about ${countOf(left)} s left`;
  return `${countOf(runs)} runs, ${countOf(exploration.search.ends.size)} ends, depth ${depth}, ${rate}${estimate}`;
}

/** While it counts. */
function countingText(states: number): string {
  return `counting interleavings: ${countOf(states)} states`;
}
