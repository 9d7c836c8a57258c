import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeRuns } from "../../../src/evidence/ring/clock-order.js";

/** Ascending clocks, of which many are equal; `steps` says how far they lie apart. */
function run(length: number, seed: number, steps: number): Float64Array {
  let [clock, state] = [seed, seed + 1];
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (clock += (state >>> 16) % steps);
  });
}

function together(runs: readonly Float64Array[]): [Float64Array, number[]] {
  const clocks = Float64Array.from(runs.flatMap((one) => [...one]));
  let end = 0;
  return [clocks, runs.map(({ length }) => (end += length))];
}

describe("merging runs by clock", () => {
  it("gives what a stable sort gives, slice by slice too", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(0, 1, 700, 30_000, 90_000),
            fc.nat(50_000),
            fc.integer({ min: 1, max: 20 }),
          ),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
        (described) => {
          const [clocks, ends] = together(described.map(([length, seed, steps]) => run(length, seed, steps)));
          const places = Uint32Array.from(clocks, (_, place) => place);
          const sorted = places.toSorted(
            (one, other) => (clocks[one] ?? 0) - (clocks[other] ?? 0) || one - other,
          );
          const merged = mergeRuns({ places: places.slice(), clocks: clocks.slice() }, ends);
          expect(Buffer.compare(Buffer.from(merged.places.buffer), Buffer.from(sorted.buffer))).toBe(0);
          expect(merged.clocks.every((clock, at) => clock === clocks[sorted[at] ?? 0])).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("takes any number of runs, and clocks that are all equal", () => {
    const many = Array.from({ length: 2000 }, (_, index) => run(50, index % 7, 3));
    const equal = [run(80_000, 5, 1), run(80_000, 5, 1)];
    for (const runs of [many, equal]) {
      const [clocks, ends] = together(runs);
      const places = Uint32Array.from(clocks, (_, place) => place);
      const sorted = places.toSorted(
        (one, other) => (clocks[one] ?? 0) - (clocks[other] ?? 0) || one - other,
      );
      const merged = mergeRuns({ places, clocks: clocks.slice() }, ends);
      expect(Buffer.compare(Buffer.from(merged.places.buffer), Buffer.from(sorted.buffer))).toBe(0);
    }
  });
});
