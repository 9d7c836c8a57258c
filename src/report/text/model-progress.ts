/** How far an exploration of a modelled program is, in words. */
import type { Exploration } from "../../gomap/programs/exploration.js";
import { countOf } from "./model.js";

/** While it searches: runs, ends, speed, and how long it may still take. */
export function exploringText(exploration: Exploration, milliseconds: number): string {
  const { steps, runs, depth, share } = exploration.search.progress();
  const seconds = milliseconds / 1000;
  const rate = `${countOf(steps / seconds)} steps a second`;
  const left = share === undefined || share <= 0.001 ? undefined : (seconds / share) * (1 - share);
  const estimate = left === undefined || left > 1e6 ? "" : `, about ${countOf(left)} s left`;
  return `${countOf(runs)} runs, ${countOf(exploration.search.ends.size)} ends, depth ${depth}, ${rate}${estimate}`;
}

/** While it counts. */
export function countingText(states: number): string {
  return `counting interleavings: ${countOf(states)} states`;
}
