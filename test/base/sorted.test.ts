import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstNotBelow } from "../../src/base/sorted.js";

describe("the first that is not below", () => {
  it("is the one that a walk finds, in a part, too", () => {
    const numbers = fc.array(fc.nat({ max: 20 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        numbers,
        fc.nat({ max: 21 }),
        fc.nat({ max: 40 }),
        fc.nat({ max: 40 }),
        (all, value, one, other) => {
          const sorted = all.toSorted((a, b) => a - b);
          const start = Math.min(one, other, sorted.length);
          const end = Math.min(Math.max(one, other), sorted.length);
          const walked = sorted.findIndex((own, at) => at >= start && at < end && own >= value);
          const expected = walked === -1 ? end : walked;
          expect(firstNotBelow(Float64Array.from(sorted), value, start, end)).toBe(expected);
          expect(firstNotBelow(Uint32Array.from(sorted), value, start, end)).toBe(expected);
        },
      ),
    );
  });

  it("is the end where all are below or there is none", () => {
    expect(firstNotBelow(Uint32Array.of(1, 2, 3), 4)).toBe(3);
    expect(firstNotBelow(new Float64Array(0), 0)).toBe(0);
  });
});
