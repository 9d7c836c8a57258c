/** Events that were lost, gathered so that a flood of losses does not become a flood of lines. */
import type { LostMessage } from "../analysis/live/messages.js";
import type { Look } from "./watch-process.js";

/** How often losses are told, milliseconds. */
const every = 5000;

/** What was lost. */
export type Loss = Pick<LostMessage, "lost" | "unfinished" | "damaged" | "overLimit" | "within">;

/** Gathers the losses of one process. */
export class Losses {
  #lost = 0;
  #unfinished = 0;
  #damaged = 0;
  #overLimit = 0;
  #since: number;
  #told = -Infinity;

  /**
   * @param now the time in milliseconds
   */
  constructor(now: number) {
    this.#since = now;
  }

  /** Adds those of one look. */
  add({ lost, unfinished, damaged, overLimit }: Pick<Look, keyof Omit<Loss, "within">>): void {
    this.#lost += lost;
    this.#unfinished += unfinished;
    this.#damaged += damaged;
    this.#overLimit += overLimit;
  }

  /** What was lost since this was told last; undefined when nothing was, or it is not yet time. */
  take(now: number, atOnce: boolean): Loss | undefined {
    const any = this.#lost + this.#unfinished + this.#damaged + this.#overLimit > 0;
    if (!any) {
      // Nothing is missing up to here.
      this.#since = now;
      return undefined;
    }
    if (!atOnce && now - this.#told < every) {
      return undefined;
    }
    const loss = {
      lost: this.#lost,
      unfinished: this.#unfinished,
      damaged: this.#damaged,
      overLimit: this.#overLimit,
      within: (now - this.#since) * 1e6,
    };
    this.#lost = this.#unfinished = this.#damaged = this.#overLimit = 0;
    this.#since = now;
    this.#told = now;
    return loss;
  }
}
