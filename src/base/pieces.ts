/**
 * Work in pieces, so that whoever does it can say how far it is, and can end it, in between. A piece takes some milliseconds at most;
 * who asks for no more of them leaves the work as it is.
 */

/** Gives back control after each piece. */
export type Pieces<Result> = Generator<undefined, Result>;

/** Does all of it at once. */
export function toEnd<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) {
      return piece.value;
    }
  }
}

/**
 * Does pieces of work until there is nothing left to do, or the time is up.
 *
 * @param work does a piece; whether that was the last one
 * @returns whether it is done
 */
export function forAWhile(milliseconds: number, work: () => boolean): boolean {
  const until = performance.now() + milliseconds;
  let done = work();
  while (!done && performance.now() < until) {
    done = work();
  }
  return done;
}
