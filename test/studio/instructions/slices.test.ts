import { expect, it } from "vitest";
import type { Pieces } from "../../../src/base/pieces.js";
import { inSlices } from "../../../studio/views/instructions/slices.js";

/** A piece of work of some milliseconds. */
function* busy(pieces: number, milliseconds: number): Pieces<number> {
  for (let piece = 0; piece < pieces; piece++) {
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      // As long work does.
    }
    yield;
  }
  return pieces;
}

it("work in slices lets others have their turn, and gives what it gives", async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  expect(await inSlices(busy(20, 5))).toBe(20);
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(await inSlices(busy(0, 0))).toBe(0);
});

it("work in slices that fails says so", async () => {
  const failing = function* (): Pieces<number> {
    yield;
    throw new RangeError("no more");
  };
  await expect(inSlices(failing())).rejects.toThrow("no more");
});
