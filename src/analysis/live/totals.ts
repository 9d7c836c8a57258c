/** What all watching came to. */
import type { LiveFigures } from "./figures.js";

/** The figures at the end. */
export interface WatchTotals {
  readonly processes: number;
  readonly conflicts: number;
  readonly sharedMaps: number;
  readonly growths: number;
  readonly clears: number;
  readonly gcCycles: number;
  /** Events that were read. */
  readonly events: number;
  /** Events that were overwritten before they were read, also before watching began. */
  readonly lost: number;
  readonly unfinished: number;
  readonly overLimit: number;
}

/** Adds up. */
export function totalsOf(figures: LiveFigures, processes: number): WatchTotals {
  const classes = Object.values(figures.events);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    processes,
    conflicts: figures.allConflicts,
    sharedMaps: figures.sharedMaps,
    growths: sum(Object.values(figures.growths)),
    clears: figures.clears,
    gcCycles: figures.gcCycles,
    events: sum(classes.map(({ read }) => read)),
    lost: sum(classes.map(({ lost }) => lost)),
    unfinished: sum(classes.map(({ unfinished }) => unfinished)),
    overLimit: figures.overLimit,
  };
}
