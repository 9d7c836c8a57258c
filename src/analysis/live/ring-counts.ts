/** What the rings of one process say as a whole, added to the figures: their totals only ever grow. */
import type { RingState } from "../../evidence/ring/recording.js";
import type { LiveFigures } from "./figures.js";

const classes = ["accesses", "growth", "process"] as const;

/** Turns totals of one process into counts for all of them. */
export class RingCounts {
  readonly #before = new Map<string, number>();

  constructor(private readonly figures: LiveFigures) {}

  /**
   * Takes the state of the rings, with totals since the process started.
   *
   * @param sharedMaps how many maps became shared
   */
  add(rings: readonly RingState[], sharedMaps: number): void {
    for (const ringClass of classes) {
      const ofClass = rings.filter((ring) => ring.ringClass === ringClass);
      const counts = this.figures.events[ringClass];
      counts.lost += this.#more(`lost ${ringClass}`, sum(ofClass.map(({ overwritten }) => overwritten)));
      const useless = sum(ofClass.map(({ unfinished, damaged }) => unfinished + damaged));
      counts.unfinished += this.#more(`unfinished ${ringClass}`, useless);
    }
    this.figures.overLimit += this.#more("over limit", sum(rings.map(({ overLimit }) => overLimit)));
    this.figures.sharedMaps += this.#more("shared maps", sharedMaps);
  }

  /** By how much a total grew; one that became less (a damaged file) is taken as it was. */
  #more(name: string, total: number): number {
    const before = this.#before.get(name) ?? 0;
    this.#before.set(name, Math.max(before, total));
    return Math.max(0, total - before);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
