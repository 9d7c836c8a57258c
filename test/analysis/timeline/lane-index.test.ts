import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LaneIndex, noCells } from "../../../src/analysis/timeline/lane-index.js";
import { changeTable } from "../../../src/analysis/timeline/marks.js";
import { columns, glyphAt, lanes, rowOf, type SomeMark, someMarks } from "./arbitrary.js";

const ids = Float64Array.from({ length: lanes }, (_, lane) => 10 + lane);

function indexOf(marks: readonly SomeMark[], map: number | null, first: readonly number[] = []): LaneIndex {
  return new LaneIndex(columns(marks), { map, lanes, ids, first, from: 0, to: 200 });
}

const someMap = fc.constantFrom(null, 0, 1);

describe("marks by lane", () => {
  it("counts what a naive count counts, in every cell", () => {
    fc.assert(
      fc.property(
        someMarks,
        someMap,
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 210 }),
        fc.constantFrom(1, 2, 8, 64, 256),
        (marks, map, from, to, step) => {
          const index = indexOf(marks, map);
          for (const row of [0, 1, 2, 3, 4, "map", "gc"] as const) {
            const number = row === "map" ? index.mapRow : row === "gc" ? index.gcRow : row;
            const here = marks.filter(
              (mark) => rowOf(mark, map, marks) === row && mark.clock >= from && mark.clock < to,
            );
            const naive = new Map<number, { start: number; count: number; changes: number }>();
            for (const mark of here) {
              const cell = Math.floor(mark.clock / step);
              const known = naive.get(cell) ?? { start: mark.clock, count: 0, changes: 0 };
              known.count++;
              known.changes += changeTable[glyphAt(mark)]!;
              naive.set(cell, known);
            }
            const cells = noCells();
            index.cells(number, { from, to, step }, 7, cells);
            // The last cell may go on beyond what was asked for.
            const told = cells.start.map((start, at) => ({
              start,
              count: cells.count[at],
              changes: cells.changes[at],
            }));
            const complete = to % step === 0 ? told.length : told.length - 1;
            expect(told.slice(0, complete)).toEqual([...naive.values()].slice(0, complete));
            expect(told.map(({ start }) => start)).toEqual([...naive.values()].map(({ start }) => start));
            expect(index.count(number, from, to)).toBe(here.length);
          }
        },
      ),
    );
  });

  it("has as many marks in the overview as it shows", () => {
    fc.assert(
      fc.property(someMarks, someMap, (marks, map) => {
        const index = indexOf(marks, map);
        const shown = marks.filter((mark) => rowOf(mark, map, marks) !== undefined);
        expect(index.length).toBe(shown.length);
        expect(index.overview.count.reduce((sum, one) => sum + one, 0)).toBe(shown.length);
        expect(index.overview.changes.reduce((sum, one) => sum + one, 0)).toBe(
          shown.filter((mark) => changeTable[glyphAt(mark)] === 1).length,
        );
      }),
    );
  });

  it("goes from mark to mark in a lane, and nowhere else", () => {
    fc.assert(
      fc.property(someMarks, fc.integer({ min: 0, max: lanes - 1 }), (marks, lane) => {
        const index = indexOf(marks, null);
        const rows = marks.flatMap((mark, row) => (rowOf(mark, null, marks) === lane ? [row] : []));
        rows.forEach((row, at) => {
          const { clock } = marks[row]!;
          expect(index.beside(lane, clock, row, 1)).toBe(rows[at + 1] ?? -1);
          expect(index.beside(lane, clock, row, -1)).toBe(rows[at - 1] ?? -1);
          expect(marks[index.nearest(lane, clock)]!.clock).toBe(clock);
        });
        expect(index.nearest(lane, 100)).toBe(rows.length === 0 ? -1 : index.nearest(lane, 100));
        expect([...index.rows(lane, 0, 300, 1000)]).toEqual(rows);
      }),
    );
  });

  it("has the named lanes first, then those with most marks, then the lower id", () => {
    const at = (lane: number): SomeMark => ({ clock: 1, lane, map: 0, kind: 1, detail: 1 });
    const marks = [at(0), at(1), at(3), at(3), at(4)];
    expect([...indexOf(marks, null, [4]).order]).toEqual([4, 3, 0, 1]);
    // A side of the conflict is shown though nothing of it was recorded.
    expect([...indexOf(marks, null, [2]).order]).toEqual([2, 3, 0, 1, 4]);
  });
});
