/**
 * Sorts lines that are slightly out of order, by the time stamps in their prefixes.
 *
 *     03:04:05.000100 goroutine 7 [running]:
 *     03:04:05.000300 	/src/cache.go:12 +0x1d     ← an export that writes in parallel
 *     03:04:05.000200 main.f()
 *
 * Time can run backwards over a whole export; which way it runs, the first lines tell.
 */
import type { Piece } from "./piece.js";
import { bit } from "./undone.js";

/** So many lines are held. */
const windowLines = 64;
/** A line is not further from its place than this; what seems to be is another text, pasted below. */
const furthest = 16;
/** A jump by more than this, in milliseconds, is no disorder: the clock was set, or another log begins. */
const longestJump = 3_600_000;
/** So many lines tell which way time runs. */
const decisive = 32;

/** Sorts the lines of one process. */
export class TimeSorter {
  private readonly window: Piece[] = [];
  /** Whether time runs backwards; undefined as long as it is not known. */
  private backwards: boolean | undefined;
  private latest = Number.NaN;

  /** Whether lines are held back. */
  get holds(): boolean {
    return this.window.length > 0;
  }

  /** Takes the next line; gives the ones whose place is known. */
  push(piece: Piece): readonly Piece[] {
    if (Number.isNaN(piece.time) && Number.isNaN(this.latest)) {
      return [piece];
    }
    const ready: Piece[] = [];
    if (Number.isNaN(piece.time) && piece.kind === "headline" && piece.shape === "") {
      // A dump without time stamps, below lines of a log with some: it stays where it is.
      this.release(ready);
      this.latest = Number.NaN;
      return [...ready, piece];
    }
    if (Number.isNaN(piece.time) && piece.kind === "other" && piece.shape === "") {
      // Prose between two texts: what stands below is no part of what stands above.
      const way = this.backwards;
      this.release(ready);
      this.backwards = way;
    }
    // A line without a time stamp stays behind the one before it.
    const time = Number.isNaN(piece.time) ? this.latest : piece.time;
    if (Math.abs(time - this.latest) > longestJump) {
      this.release(ready);
    }
    if (this.backwards === undefined && this.window.length >= decisive) {
      this.decide();
    }
    this.latest = time;
    this.window.push(piece.time === time ? piece : piece.with({ time }));
    if (this.backwards !== undefined) {
      this.sink(ready);
    }
    while (this.window.length > windowLines) {
      const first = this.window.shift();
      if (first !== undefined) {
        ready.push(first);
      }
    }
    return ready;
  }

  /** Gives what is held back. */
  flush(): readonly Piece[] {
    const ready: Piece[] = [];
    this.release(ready);
    this.latest = Number.NaN;
    return ready;
  }

  private release(ready: Piece[]): void {
    if (this.backwards === undefined) {
      this.decide();
    }
    ready.push(...this.window.splice(0));
    this.backwards = undefined;
  }

  /** Decides which way time runs, and sorts what came before that. */
  private decide(): void {
    this.backwards = runsBackwards(this.window);
    const given = this.window.splice(0);
    const ignored: Piece[] = [];
    for (const piece of given) {
      this.window.push(piece);
      this.sink(ignored);
    }
    this.window.unshift(...ignored);
  }

  /** Moves the last line to its place. */
  private sink(ready: Piece[]): void {
    const last = this.window.pop();
    if (last === undefined) {
      return;
    }
    let at = this.window.length;
    while (at > 0 && this.isBefore(last.time, this.window[at - 1]?.time ?? last.time)) {
      at--;
    }
    if (this.window.length - at > furthest) {
      ready.push(...this.window.splice(0));
      at = 0;
    } else if (at < this.window.length) {
      last.bits |= bit.reversed;
    }
    this.window.splice(at, 0, last);
  }

  private isBefore(one: number, other: number): boolean {
    return this.backwards === true ? one > other : one < other;
  }
}

/** Compares the first lines with the last ones. */
function runsBackwards(window: readonly Piece[]): boolean {
  const some = Math.max(1, Math.floor(window.length / 4));
  const sum = (pieces: readonly Piece[]) => pieces.reduce((all, piece) => all + piece.time, 0);
  return sum(window.slice(0, some)) > sum(window.slice(-some));
}
