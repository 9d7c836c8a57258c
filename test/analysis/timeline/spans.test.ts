import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markKinds } from "../../../src/analysis/timeline/marks.js";
import { findSpans, noSpanCells, spanKinds, SpanRow, spansOf } from "../../../src/analysis/timeline/spans.js";
import { columns, type SomeMark, someMarks } from "./arbitrary.js";

const { growthBegins, evacuation, growthComplete, clear, gcPhase, writeBarrier } = markKinds;

function mark(clock: number, kind: number, detail = 0, map = 0): SomeMark {
  return { clock, kind, detail, map, lane: 0 };
}

function found(marks: readonly SomeMark[], completeSince = 0): (readonly number[])[] {
  const spans = spansOf(findSpans(columns(marks), { completeSince, end: 100 }));
  return Array.from(spans.start, (start, at) => [spans.kind[at]!, start, spans.end[at]!, spans.open[at]!]);
}

describe("spans of time", () => {
  it("goes from the beginning of a growth to its end", () => {
    expect(found([mark(10, growthBegins), mark(15, evacuation), mark(20, growthComplete)])).toEqual([
      [spanKinds.growth, 10, 20, 0],
    ]);
  });

  it("says where the beginning or the end of a growth was not recorded", () => {
    expect(found([mark(15, evacuation), mark(20, growthComplete), mark(50, growthBegins)])).toEqual([
      [spanKinds.growth, 15, 20, 1],
      [spanKinds.growth, 50, 100, 2],
    ]);
    expect(found([mark(10, growthBegins), mark(30, growthBegins), mark(40, clear)])).toEqual([
      [spanKinds.growth, 10, 30, 2],
      [spanKinds.growth, 30, 40, 0],
    ]);
  });

  it("knows phases of the garbage collector, and never invents one", () => {
    const cycle = [
      mark(10, gcPhase, 1),
      mark(11, writeBarrier, 1),
      mark(30, gcPhase, 2),
      mark(32, gcPhase, 0),
      mark(33, writeBarrier, 0),
    ];
    expect(found(cycle)).toEqual([
      [spanKinds.marking, 10, 30, 0],
      [spanKinds.barrier, 11, 33, 0],
      [spanKinds.termination, 30, 32, 0],
    ]);
    // The recording has all events from the start: nothing was on before.
    expect(found([mark(33, writeBarrier, 0)])).toEqual([]);
    // Earlier events were overwritten: it was on, from when on is not known.
    expect(found([mark(33, writeBarrier, 0)], 5)).toEqual([[spanKinds.barrier, 5, 33, 1]]);
  });

  it("shows on a screen whatever covers any moment of it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(100), fc.nat(30)), { maxLength: 30 }),
        fc.nat(100),
        fc.nat(40),
        fc.constantFrom(0, 1, 8),
        (pairs, from, length, step) => {
          const spans = spansOf(pairs.map(([start, time]) => ({ start, end: start + time, kind: 1 })));
          const row = new SpanRow(1, spans, [...spans.start.keys()]);
          const cells = noSpanCells();
          row.within(from, from + length, step, cells);
          for (let clock = from; clock <= from + length; clock++) {
            const covered = pairs.some(([start, time]) => clock >= start && clock <= start + time);
            const drawn = cells.start.some((start, at) => clock >= start && clock <= cells.end[at]!);
            const isNear = pairs.some(
              ([start, time]) =>
                clock > start - Math.max(1, step) && clock < start + time + Math.max(1, step),
            );
            expect(drawn || !covered).toBe(true);
            expect(isNear || !drawn).toBe(true);
            expect(row.at(clock, 0) !== undefined).toBe(covered);
          }
        },
      ),
    );
  });

  it("has an end after each beginning, whatever the marks", () => {
    fc.assert(
      fc.property(someMarks, fc.nat(50), (marks, completeSince) => {
        const spans = spansOf(findSpans(columns(marks), { completeSince, end: 200 }));
        spans.start.forEach((start, at) => {
          expect(spans.end[at]).toBeGreaterThanOrEqual(start);
          expect(start).toBeGreaterThanOrEqual(spans.start[at - 1] ?? 0);
        });
      }),
    );
  });
});
