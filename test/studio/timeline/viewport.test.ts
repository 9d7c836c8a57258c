import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ticks, tickStep, timeText } from "../../../studio/views/timeline/axis.js";
import {
  bounded,
  clockAt,
  moved,
  shortest,
  showing,
  stepOf,
  whole,
  xOf,
  zoomed,
} from "../../../studio/views/timeline/viewport.js";

const bounds = { from: 1_000, to: 2_000_000 };
const someView = fc
  .tuple(fc.integer({ min: 0, max: 1_900_000 }), fc.integer({ min: 50, max: 500_000 }))
  .map(([from, span]) => bounded({ from, to: from + span }, bounds));

describe("the stretch in view", () => {
  it("keeps what is under the pointer where it is, as far as there is something to show", () => {
    fc.assert(
      fc.property(someView, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (view, part) => {
        const at = view.from + (view.to - view.from) * part;
        const closer = zoomed(view, 0.5, at, bounds);
        expect(xOf(at, closer, 1000)).toBeCloseTo(part * 1000, 3);
        expect(closer.to - closer.from).toBeCloseTo(Math.max(shortest, (view.to - view.from) / 2), 3);
      }),
    );
  });

  it("never leaves what is there, and is never turned around", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true }),
        fc.double({ noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (from, to, factor) => {
          const all = whole(bounds);
          for (const view of [
            bounded({ from, to }, bounds),
            zoomed(bounded({ from, to }, bounds), factor, from, bounds),
          ]) {
            expect(view.to - view.from).toBeGreaterThan(0);
            expect(view.from).toBeGreaterThanOrEqual(all.from - 1);
            expect(view.to).toBeLessThanOrEqual(all.to + 1);
          }
        },
      ),
    );
  });

  it("moves by a part of itself, stops at the ends, and comes to a moment only when it has to", () => {
    const view = { from: 500_000, to: 600_000 };
    expect(moved(view, 0.2, bounds)).toEqual({ from: 520_000, to: 620_000 });
    expect(moved(view, -100, bounds).from).toBe(whole(bounds).from);
    expect(showing(view, 550_000, bounds)).toBe(view);
    expect(showing(view, 700_000, bounds)).toEqual({ from: 650_000, to: 750_000 });
    expect(clockAt(xOf(530_000, view, 900), view, 900)).toBeCloseTo(530_000);
  });

  it("shows everything, also where everything is one moment", () => {
    expect(whole({ from: 5, to: 5 })).toEqual({ from: -495, to: 505 });
    expect(zoomed(whole({ from: 5, to: 5 }), 0.001, 5, { from: 5, to: 5 }).to).toBeLessThan(30);
  });

  it("draws cells of a power of two, two to four pixels wide", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000, max: 1e12 }), (span) => {
        const step = stepOf({ from: 0, to: span }, 1000);
        expect(Number.isInteger(Math.log2(step))).toBe(true);
        expect((step / span) * 1000).toBeGreaterThanOrEqual(1.99);
        expect((step / span) * 1000).toBeLessThan(4.01);
      }),
    );
  });
});

describe("the axis", () => {
  it("has round steps", () => {
    expect([1, 3, 7, 12, 40, 99, 101].map(tickStep)).toEqual([1, 5, 10, 20, 50, 100, 200]);
  });

  it("counts from the conflict, with units and no more digits than the step needs", () => {
    const lines = ticks({ from: 7_000_000, to: 9_000_000 }, 8_000_000, 5);
    expect(lines.map(({ text }) => text)).toEqual(["−1 ms", "−500 µs", "0", "500 µs", "1 ms"]);
    expect(timeText(1_000_000_100, 100)).toBe("1.0000001 s");
    expect(timeText(-1_250_000, 10_000)).toBe("−1.25 ms");
    expect(timeText(40, 10)).toBe("40 ns");
  });

  it("tells neighbouring lines apart, and has none out of view", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 40, max: 1e12 }), (from, span) => {
        const lines = ticks({ from, to: from + span }, 0, 8);
        expect(lines.length).toBeLessThanOrEqual(9);
        expect(new Set(lines.map(({ text }) => text)).size).toBe(lines.length);
        lines.forEach(({ clock }) => {
          expect(clock).toBeGreaterThanOrEqual(from - 1);
          expect(clock).toBeLessThanOrEqual(from + span + 1);
        });
      }),
    );
  });
});
