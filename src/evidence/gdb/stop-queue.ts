/** Stops that have come and not been asked for yet, and who waits for the next one. */
import { CancelledError } from "../../base/errors.js";
import type { StopEvent } from "./stop.js";

interface Waiting {
  readonly resolve: (event: StopEvent | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** First in, first out. */
export class StopQueue {
  readonly #events: StopEvent[] = [];
  readonly #waiting = new Set<Waiting>();
  #failure: Error | undefined;

  push(event: StopEvent): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#events.push(event);
    } else {
      first.resolve(event);
    }
  }

  /** No more events come: who waits, now or later, gets this error once the events that are there are used up. */
  fail(error: Error): void {
    this.#failure = error;
    for (const waiting of this.#waiting) {
      waiting.reject(error);
    }
  }

  /** Forgets what has come. The program's end is kept: there is no other one. */
  clear(): void {
    const end = this.#events.find(({ kind }) => kind === "exited");
    this.#events.length = 0;
    if (end !== undefined) {
      this.#events.push(end);
    }
  }

  /**
   * The next event; undefined when none comes in that time.
   *
   * @throws CancelledError when the signal aborts
   */
  async next(timeoutMilliseconds?: number, signal?: AbortSignal): Promise<StopEvent | undefined> {
    const known = this.#events.shift();
    if (known !== undefined) {
      return known;
    }
    if (signal?.aborted === true) {
      throw new CancelledError();
    }
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        resolve: (event) => {
          finish();
          resolve(event);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      };
      const onAbort = (): void => waiting.reject(new CancelledError());
      const timer =
        timeoutMilliseconds === undefined
          ? undefined
          : setTimeout(() => waiting.resolve(undefined), timeoutMilliseconds);
      this.#waiting.add(waiting);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}
