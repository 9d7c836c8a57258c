/** What all ways to explore have in common. */
import { type EndStates } from "./end-states.js";

/** How far an exploration has come. */
export interface SearchProgress {
  /** Steps done (not those undone). */
  readonly steps: number;
  /** Runs that came to an end. */
  readonly runs: number;
  /** Different states, where the search knows them; else 0. */
  readonly states: number;
  /** The depth that it is at. */
  readonly depth: number;
  /** How much of the whole is done, 0 to 1, by the branches that are left on the way here; undefined when nobody knows. */
  readonly share: number | undefined;
}

/** An exploration that can be done in pieces. */
export interface Search<T> {
  readonly ends: EndStates<T>;
  /**
   * Goes on.
   *
   * @param steps about how many steps to do
   * @returns whether everything is explored
   */
  advance(steps: number): boolean;
  progress(): SearchProgress;
}

/** How many bits are set. */
export function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) {
    count++;
  }
  return count;
}

/** The lowest bit's number. */
export function lowest(set: number): number {
  return 31 - Math.clz32(set & -set);
}
