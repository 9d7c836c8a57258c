import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/analysis/live/pace.js";
import { RingCounts } from "../../../src/analysis/live/ring-counts.js";
import { LiveFigures } from "../../../src/analysis/live/figures.js";
import type { RingState } from "../../../src/evidence/ring/recording.js";

const limits = { burst: 3, perSecond: 2, every: 1000 };

function admitted(pace: Pace, count: number): number {
  return Array.from({ length: count }, () => pace.admits("pair")).filter(Boolean).length;
}

describe("Pace", () => {
  it("lets a few through at once, then some a second, and counts the rest", () => {
    const pace = new Pace(limits, 0);
    expect(admitted(pace, 10)).toBe(3);
    pace.goOn(500);
    expect(admitted(pace, 10)).toBe(1);
    expect(pace.omitted(500)).toBeUndefined();
    expect(pace.omitted(1000)).toEqual(new Map([["pair", 16]]));
    expect(pace.omitted(3000)).toBeUndefined();
  });

  it("never saves up more than it starts with", () => {
    const pace = new Pace(limits, 0);
    admitted(pace, 1);
    pace.goOn(60_000);
    expect(admitted(pace, 10)).toBe(3);
  });

  it("counts each kind by itself", () => {
    const pace = new Pace(limits, 0);
    admitted(pace, 10);
    expect(pace.admits("shared")).toBe(true);
    expect(pace.omitted(1, true)).toEqual(new Map([["pair", 7]]));
  });
});

const ring: RingState = {
  ringClass: "accesses",
  processor: 0,
  capacity: 64,
  begun: 0,
  kept: 0,
  oldestClock: null,
  overwritten: 0,
  unfinished: 0,
  damaged: 0,
  overLimit: 0,
};

describe("RingCounts", () => {
  it("adds what is new, over all rings and processes, and never takes anything away", () => {
    const figures = new LiveFigures();
    const one = new RingCounts(figures);
    const other = new RingCounts(figures);
    one.add(
      [
        { ...ring, overwritten: 5, overLimit: 2 },
        { ...ring, processor: 1, overwritten: 7, damaged: 1 },
      ],
      3,
    );
    other.add(
      [
        { ...ring, overwritten: 100 },
        { ...ring, ringClass: "growth", unfinished: 4 },
      ],
      10,
    );
    one.add(
      [
        { ...ring, overwritten: 6, overLimit: 9 },
        { ...ring, processor: 1, overwritten: 7, damaged: 1 },
      ],
      4,
    );
    one.add([ring, ring], 0);
    expect(figures.events.accesses).toEqual({ read: 0, lost: 113, unfinished: 1 });
    expect(figures.events.growth).toEqual({ read: 0, lost: 0, unfinished: 4 });
    expect(figures.overLimit).toBe(9);
    expect(figures.sharedMaps).toBe(14);
  });
});
