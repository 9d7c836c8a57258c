import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordingAnalysis } from "../../../src/analysis/recording/recording-analysis.js";
import { type EventRow, accessPayload, columnsOf, sliceColumns } from "../../support/event-columns.js";

const map = 0xc000_0123_40;
const read = accessPayload(1);
const write = accessPayload(2);

/** An access to the map. */
function access(clock: number, goroutine: number, a: number, more: Partial<EventRow> = {}): EventRow {
  return { kind: "access", clock, goroutine, map, life: 7, site: 0x40 + (a & 0xff), stack: 3, a, ...more };
}

function analyse(rows: readonly EventRow[], options?: ConstructorParameters<typeof RecordingAnalysis>[0]) {
  const analysis = new RecordingAnalysis(options);
  analysis.accept(columnsOf(rows));
  return analysis.summary();
}

describe("RecordingAnalysis", () => {
  it("rebuilds who used a map, where, and how often", () => {
    const { maps, events } = analyse([
      {
        kind: "shared",
        clock: 50,
        goroutine: 1,
        map,
        life: 7,
        site: 0x42,
        a: accessPayload(2, 0, 10),
        b: 30,
      },
      access(100, 8, read),
      access(110, 9, accessPayload(2, 1, 4), { b: 2, stack: 5 }),
      access(120, 8, read),
      access(130, 8, accessPayload(3, 2)),
    ]);
    expect(events).toBe(5);
    expect(maps).toHaveLength(1);
    const [life] = maps;
    expect(life).toMatchObject({
      address: map,
      life: 7,
      turns: 3,
      reads: 2,
      changes: 3,
      firstAccess: 50,
      lastAccess: 130,
    });
    // The shared event's own access is one of those it counts.
    expect([life!.countedReads, life!.countedChanges]).toEqual([14, 31]);
    expect(life!.goroutines).toEqual([
      { goroutine: 1, firstClock: 50, lastClock: 50, reads: 0, changes: 1, turns: 0 },
      { goroutine: 8, firstClock: 100, lastClock: 130, reads: 2, changes: 1, turns: 2 },
      { goroutine: 9, firstClock: 110, lastClock: 110, reads: 0, changes: 1, turns: 1 },
    ]);
    expect(life!.sites.map(({ operation, recorded, lastStack }) => [operation, recorded, lastStack])).toEqual(
      [
        [1, 2, 3],
        [2, 2, 5],
        [3, 1, 3],
      ],
    );
  });

  it("counts once what two events tell of the goroutine that had the map alone", () => {
    const alone = { kind: "shared", clock: 50, goroutine: 1, map, life: 7, site: 0x42, b: 30 } as const;
    const { maps } = analyse([
      { ...alone, a: accessPayload(1, 0, 10) },
      { ...alone, a: accessPayload(2, 0, 10) },
      access(51, 8, read),
    ]);
    expect(maps[0]).toMatchObject({ reads: 2, changes: 1, countedReads: 9, countedChanges: 29 });
  });

  it("tells a new map at an old address from the old one, also where the clocks of two rings overlap", () => {
    const { maps } = analyse([
      access(100, 8, write),
      access(110, 9, write, { life: 8 }),
      access(111, 8, write),
      access(112, 9, write, { life: 0 }),
    ]);
    expect(maps.map(({ life, accesses }) => [life, accesses])).toEqual([
      [7, 2],
      [8, 2],
    ]);
  });

  it("follows growth with its span, and the accesses that fell into it", () => {
    const { maps, growth } = analyse([
      access(0, 8, write),
      { kind: "growthBegins", clock: 100, goroutine: 8, map, life: 7, a: 3, b: 53 },
      access(110, 9, read),
      { kind: "evacuation", clock: 120, goroutine: 8, map, life: 7, a: 5, b: 8 },
      access(130, 8, write),
      { kind: "growthComplete", clock: 200, goroutine: 8, map, life: 7, a: 8, b: 60 },
      access(900, 9, read),
      { kind: "sameSizeGrowthBegins", clock: 950, goroutine: 9, map, life: 7, a: 4, b: 60 },
      access(1000, 8, write),
    ]);
    const [life] = maps;
    expect(life!.growth.last).toMatchObject([
      {
        kind: "double",
        begin: 100,
        end: 200,
        goroutine: 8,
        elements: 53,
        size: 3,
        evacuated: 8,
        accesses: 2,
        others: 1,
      },
      { kind: "same-size", begin: 950, end: null, evacuated: null, accesses: 1, others: 1 },
    ]);
    expect(growth).toEqual({
      turns: 4,
      turnsInGrowth: 3,
      byTime: expect.closeTo((4 * 150) / 1000) as number,
    });
  });

  it("keeps what lost its beginning, and ends a growth with a clear", () => {
    const { maps } = analyse([
      { kind: "evacuation", clock: 10, goroutine: 8, map, life: 7, a: 1, b: 8 },
      access(20, 8, write),
      { kind: "clear", clock: 30, goroutine: 8, map, life: 7, a: 60, b: 8 },
      { kind: "tableSplits", clock: 40, goroutine: 8, map, life: 7, a: 1, b: 896 },
    ]);
    expect(maps[0]!.clears).toBe(1);
    expect(maps[0]!.growth.open).toBeNull();
    expect(maps[0]!.growth.last).toMatchObject([
      { kind: "double", begin: null, end: 30, evacuated: 1, oldBuckets: 8 },
      { kind: "table-splits", begin: 40, end: 40, size: 1, elements: 896 },
    ]);
  });

  it("measures time and accesses in each GC phase, and with the write barrier on", () => {
    const { gc } = analyse([
      access(10, 8, write),
      { kind: "gcBegins", clock: 100, a: 4_000_000, b: 1 },
      { kind: "gcPhase", clock: 100, a: 1, b: 1 },
      { kind: "writeBarrier", clock: 101, a: 1, b: 1 },
      access(110, 9, write),
      access(120, 9, write),
      { kind: "gcPhase", clock: 180, a: 2, b: 1 },
      { kind: "gcPhase", clock: 190, a: 0, b: 1 },
      { kind: "writeBarrier", clock: 191, a: 0, b: 1 },
      { kind: "gcEnds", clock: 192, a: 5_000_000, b: 1 },
      { kind: "sweepBegins", clock: 193, b: 1 },
      { kind: "sweepComplete", clock: 210, b: 1 },
      access(400, 8, write),
    ]);
    expect(gc.phases).toEqual([
      { accesses: 2, turns: 1, time: 310 },
      { accesses: 2, turns: 1, time: 80 },
      { accesses: 0, turns: 0, time: 10 },
    ]);
    expect(gc.writeBarrier).toEqual([
      { accesses: 2, turns: 1, time: 310 },
      { accesses: 2, turns: 1, time: 90 },
    ]);
    expect(gc.cycles).toEqual([
      {
        number: 1,
        begin: 100,
        mark: 100,
        markTermination: 180,
        writeBarrierOn: 101,
        writeBarrierOff: 191,
        end: 192,
        sweepBegin: 193,
        sweepEnd: 210,
        heapBefore: 4_000_000,
        heapAfter: 5_000_000,
      },
    ]);
  });

  it("measures only from when on all events are there", () => {
    const rows: EventRow[] = [
      access(10, 8, write),
      { kind: "gcPhase", clock: 100, a: 1, b: 5 },
      access(110, 9, write),
      { kind: "gcPhase", clock: 150, a: 0, b: 5 },
      access(200, 8, write),
    ];
    const { gc } = analyse(rows, { completeSince: { accesses: 130, process: 90 } });
    expect(gc.phases.map(({ time, accesses }) => [time, accesses])).toEqual([
      [50, 1],
      [20, 0],
      [0, 0],
    ]);
    const analysis = new RecordingAnalysis();
    analysis.accept(columnsOf(rows.slice(0, 2)));
    analysis.missed();
    analysis.accept(columnsOf(rows.slice(2)));
    expect(analysis.summary().gc.phases.map(({ time, accesses }) => [time, accesses])).toEqual([
      [150, 2],
      [0, 0],
      [0, 0],
    ]);
  });

  it("keeps what was going on at a conflict", () => {
    const { conflicts, maps } = analyse([
      access(10, 8, write),
      { kind: "gcPhase", clock: 20, a: 1, b: 1 },
      { kind: "writeBarrier", clock: 21, a: 1, b: 1 },
      { kind: "growthBegins", clock: 30, goroutine: 8, map, life: 7, a: 3, b: 53 },
      { kind: "conflict", clock: 40, goroutine: 9, map, life: 7, a: 0, b: 2 },
    ]);
    expect(conflicts).toEqual([
      {
        clock: 40,
        goroutine: 9,
        address: map,
        life: 7,
        record: 0,
        gcPhase: 1,
        writeBarrier: 1,
        growing: true,
      },
    ]);
    expect(maps[0]!.conflicts).toBe(1);
  });

  it("keeps at most so many maps, places and goroutines, and counts the others", () => {
    const rows = Array.from({ length: 3000 }, (_, index) =>
      access(index, 1 + (index % 100), write, { map: map + 16 * index, site: index, life: index + 1 }),
    );
    rows.push({ kind: "conflict", clock: 0, goroutine: 9, map: 64, life: 9, a: 0 });
    const limited = analyse(rows, { limits: { kept: 50, most: 100 } });
    expect(limited.maps.length).toBeLessThanOrEqual(100);
    expect(limited.maps.length + limited.mapsNotKept).toBe(3001);
    // The one with a conflict came first and is still there; so are the newest.
    expect(limited.maps[0]?.address).toBe(64);
    expect(limited.maps.some(({ life }) => life === 3000)).toBe(true);
    const [one] = analyse(rows.map((row) => ({ ...row, map, life: 7 }))).maps;
    expect(one!.sites).toHaveLength(32);
    expect(one!.goroutines).toHaveLength(32);
    expect(one!.sitesNotKept).toBe(3000 - 32);
    expect(one!.goroutinesNotKept).toBeGreaterThan(0);
  });

  it("gives the same whether events come at once or in pieces, and takes whatever they say", () => {
    const number = fc.oneof(
      fc.nat({ max: 40 }),
      fc.nat({ max: 2 ** 31 }),
      fc.constantFrom(2 ** 53 - 1, 2 ** 47),
    );
    const row = fc.record({
      kind: fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 65_535 })),
      clock: fc.nat({ max: 1000 }),
      goroutine: fc.nat({ max: 4 }),
      map: fc.constantFrom(0, map, map + 64),
      a: number,
      b: number,
      site: fc.nat({ max: 5 }),
      stack: fc.nat({ max: 5 }),
      life: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.nat({ max: 60 }), (rows, cut) => {
        const events = columnsOf(rows);
        const whole = new RecordingAnalysis();
        whole.accept(events);
        const parted = new RecordingAnalysis();
        parted.accept(sliceColumns(events, 0, cut));
        parted.accept(sliceColumns(events, cut, events.length));
        expect(parted.summary()).toEqual(whole.summary());
        const { gc } = whole.summary();
        expect(gc.phases.every(({ time, accesses, turns }) => time >= 0 && turns <= accesses)).toBe(true);
      }),
    );
  });
});
