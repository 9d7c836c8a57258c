/** Keeps what is told at a pace that can be read: so many of a kind in a row, then so many in a second. The rest is counted. */
import type { Omitted } from "./messages.js";
import type { News } from "./news.js";

/** How fast. */
export interface PaceLimits {
  /** How many of a kind may come at once. */
  readonly burst: number;
  /** How many of a kind come in a second in the long run. */
  readonly perSecond: number;
  /** How often what was left out is told, milliseconds. */
  readonly every: number;
}

/** The pace of one output. */
export class Pace {
  readonly #room = new Map<News["kind"], number>();
  readonly #omitted = new Map<News["kind"], number>();
  #last: number;
  #told: number;

  /**
   * @param now the time in milliseconds, by any clock that does not go back
   */
  constructor(
    private readonly limits: PaceLimits,
    now: number,
  ) {
    this.#last = now;
    this.#told = now;
  }

  /** To be called once before news of one look: time has gone on. */
  goOn(now: number): void {
    const more = (Math.max(0, now - this.#last) / 1000) * this.limits.perSecond;
    this.#last = now;
    for (const [kind, room] of this.#room) {
      this.#room.set(kind, Math.min(this.limits.burst, room + more));
    }
  }

  /** Whether news of a kind is to be told; else it is counted. */
  admits(kind: News["kind"]): boolean {
    const room = this.#room.get(kind) ?? this.limits.burst;
    if (room < 1) {
      return this.omit(kind);
    }
    this.#room.set(kind, room - 1);
    return true;
  }

  /** Counts news that is not to be told. */
  omit(kind: News["kind"]): false {
    this.#omitted.set(kind, (this.#omitted.get(kind) ?? 0) + 1);
    return false;
  }

  /** What was left out since this was told last; undefined when there is nothing, or it is not yet time. */
  omitted(now: number, atOnce = false): Omitted | undefined {
    if (this.#omitted.size === 0 || (!atOnce && now - this.#told < this.limits.every)) {
      return undefined;
    }
    this.#told = now;
    const omitted = new Map(this.#omitted);
    this.#omitted.clear();
    return omitted;
  }
}
