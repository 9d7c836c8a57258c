/** Work that is long, done on the page in slices: between two of them the page answers. */
import { forAWhile, type Pieces } from "../../../src/base/pieces.js";

/** In milliseconds: a frame has 16. */
const sliceTime = 10;

/** Does all of it, slice by slice. */
export async function inSlices<Result>(pieces: Pieces<Result>): Promise<Result> {
  for (;;) {
    let last = pieces.next();
    if (last.done !== true) {
      forAWhile(sliceTime, () => {
        last = pieces.next();
        return last.done === true;
      });
    }
    if (last.done === true) {
      return last.value;
    }
    await nextTask();
  }
}

/** Lets the page do what waits. */
async function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
