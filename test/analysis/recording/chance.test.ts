import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareWithChance } from "../../../src/analysis/recording/chance.js";

describe("compareWithChance", () => {
  it("gives the exact interval", () => {
    // From tables of the Clopper-Pearson interval.
    const rows = [
      [0, 10, 0, 0.3085],
      [1, 10, 0.0025, 0.445],
      [5, 10, 0.1871, 0.8129],
      [10, 10, 0.6915, 1],
      [4, 200, 0.0055, 0.0504],
    ] as const;
    for (const [hits, cases, lowest, highest] of rows) {
      const chance = compareWithChance(hits, cases, 0.5);
      expect(chance?.lowest).toBeCloseTo(lowest, 4);
      expect(chance?.highest).toBeCloseTo(highest, 4);
    }
  });

  it("says what the count can tell, and nothing with too few cases", () => {
    expect(compareWithChance(1, 1, 0.1)?.verdict).toBe("too-few");
    expect(compareWithChance(4, 4, 0.001)?.verdict).toBe("too-few");
    expect(compareWithChance(3, 5, 0.4)?.verdict).toBe("as-chance");
    expect(compareWithChance(5, 5, 0.5)?.verdict).toBe("too-few");
    expect(compareWithChance(0, 30, 0.1)?.verdict).toBe("as-chance");
    expect(compareWithChance(3, 30, 0.1)?.verdict).toBe("as-chance");
    expect(compareWithChance(12, 30, 0.1)?.verdict).toBe("more");
    expect(compareWithChance(3, 30, 0.5)?.verdict).toBe("fewer");
    expect(compareWithChance(0, 0, 0.5)).toBeUndefined();
  });

  it("has the share that was seen within its interval, and a verdict that agrees with it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (cases, share, any) => {
          const hits = any % (cases + 1);
          const chance = compareWithChance(hits, cases, share)!;
          expect(chance.lowest).toBeLessThanOrEqual(hits / cases + 1e-9);
          expect(chance.highest).toBeGreaterThanOrEqual(hits / cases - 1e-9);
          if (chance.verdict === "more") {
            expect(hits / cases).toBeGreaterThan(share);
          } else if (chance.verdict === "fewer") {
            expect(hits / cases).toBeLessThan(share);
          }
        },
      ),
    );
  });
});
