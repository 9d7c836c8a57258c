import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeBarrierOf } from "../../../src/analysis/gc/barrier.js";
import { writeBarrierObservationSchema } from "../../../src/case/gc-schema.js";
import { eventKinds } from "../../../src/evidence/ring/recording.js";
import { accessPayload, columnsOf, type EventRow } from "../../support/event-columns.js";

const names = { handle: "o1", evidence: "e0" };
const map = 0xc000012340;
const other = 0xc000099990;

const barrier = (clock: number, on: 0 | 1, cycle: number): EventRow => ({
  clock,
  kind: eventKinds.writeBarrier,
  a: on,
  b: cycle,
});
const access = (clock: number, goroutine: number, at = map): EventRow => ({
  clock,
  kind: eventKinds.access,
  goroutine,
  map: at,
  life: 7,
  a: accessPayload(2),
});
const growth = (clock: number, kind: number, at = map): EventRow => ({
  clock,
  kind,
  goroutine: 3,
  map: at,
  life: 7,
});

describe("the write barrier", () => {
  it("is told with what fell into it, and nothing of what did not", () => {
    const seen = writeBarrierOf(
      columnsOf([
        access(10, 1),
        growth(20, eventKinds.tableSplits),
        barrier(100, 1, 1),
        access(110, 1),
        access(120, 2),
        access(130, 2, other),
        growth(140, eventKinds.tableSplits),
        growth(150, eventKinds.tableSplits),
        growth(160, eventKinds.directoryDoubles),
        barrier(200, 0, 1),
        access(210, 3),
        barrier(300, 1, 2),
        barrier(350, 0, 2),
        growth(360, eventKinds.growthBegins, other),
        barrier(400, 1, 3),
        growth(410, eventKinds.evacuation, other),
        growth(420, eventKinds.growthComplete, other),
      ]),
      names,
    );
    expect(seen).toEqual({
      kind: "write-barrier",
      ...names,
      spansCount: 3,
      spansWithMaps: 2,
      onNanoseconds: 150,
      spans: [
        {
          cycle: 1,
          onNanoseconds: 100,
          offNanoseconds: 200,
          accesses: 3,
          goroutines: 2,
          maps: [
            {
              address: "0xc000012340",
              life: 7,
              accesses: 2,
              growthWentOn: false,
              growths: [
                { kind: "table-splits", count: 2 },
                { kind: "directory-doubles", count: 1 },
              ],
            },
            { address: "0xc000099990", life: 7, accesses: 1, growthWentOn: false, growths: [] },
          ],
          mapsNotListed: 0,
        },
        {
          cycle: 2,
          onNanoseconds: 300,
          offNanoseconds: 350,
          accesses: 0,
          goroutines: 0,
          maps: [],
          mapsNotListed: 0,
        },
        {
          cycle: 3,
          onNanoseconds: 400,
          offNanoseconds: null,
          accesses: 0,
          goroutines: 0,
          maps: [{ address: "0xc000099990", life: 7, accesses: 0, growthWentOn: true, growths: [] }],
          mapsNotListed: 0,
        },
      ],
    });
  });

  it("is not told where its events are not there", () => {
    expect(writeBarrierOf(columnsOf([access(1, 1), growth(2, eventKinds.tableSplits)]), names)).toBeNull();
    expect(writeBarrierOf(columnsOf([]), names)).toBeNull();
  });

  it("of any events is bounded, and what the case file says it is", () => {
    const row = fc.record({
      clock: fc.nat({ max: 1e9 }),
      kind: fc.constantFrom(...Object.values(eventKinds)),
      goroutine: fc.nat({ max: 9 }),
      map: fc.nat({ max: 40 }).map((n) => map + n * 64),
      life: fc.nat({ max: 3 }),
      a: fc.nat({ max: 1 }),
      b: fc.nat({ max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 400 }), (rows) => {
        const sorted = rows.toSorted((one, two) => one.clock - two.clock);
        const seen = writeBarrierOf(columnsOf(sorted), names);
        if (seen !== null) {
          expect(writeBarrierObservationSchema.parse(structuredClone(seen))).toEqual(seen);
          expect(seen.spans.length).toBeLessThanOrEqual(64);
          expect(seen.spans.every(({ maps }) => maps.length <= 8)).toBe(true);
          const accesses = sorted.filter(
            ({ kind }) => kind === eventKinds.access || kind === eventKinds.conflict,
          );
          expect(seen.spans.reduce((sum, span) => sum + span.accesses, 0)).toBeLessThanOrEqual(
            accesses.length,
          );
        }
      }),
    );
  });
});
