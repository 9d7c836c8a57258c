import { describe, expect, it } from "vitest";
import { orderKinds as kinds } from "../../../src/evidence/order/events.js";
import { analyseOrder, OrderAnalysis } from "../../../src/analysis/order/order-analysis.js";
import { type UnorderedResult } from "../../../src/analysis/order/unordered.js";
import { addressAt, batchesOf, eventsOf, mapAt, type Row } from "./programs.js";

const read = kinds.access + 1;
const assign = kinds.access + 2;
const iterate = kinds.access + 4;

function row(goroutine: number, kind: number, value = 0, stack = 0, number = 1): Row {
  return { goroutine, kind, value, number, stack };
}

const [lock, other] = [addressAt(1), addressAt(2)];
const map = mapAt(0);
const start = (by: number, id: number, stack = 900): Row => row(by, kinds.start, id, stack, 77);
const holds = (goroutine: number, address: number, index = 0, reading = false): Row =>
  row(goroutine, kinds.holds, address, 500 + index, index * 2 + (reading ? 1 : 0));

function analyse(...rows: Row[]): UnorderedResult {
  return analyseOrder(eventsOf(rows));
}

describe("a pair", () => {
  it("has what each side did, knew and was started by, the earlier one first", () => {
    const result = analyse(
      start(1, 2, 901),
      row(1, kinds.acquire, lock, 10),
      row(1, kinds.release, lock, 11),
      row(1, assign, map, 12),
      row(2, kinds.acquire, other, 20),
      row(2, read, map, 21),
    );
    expect(result.pairs).toEqual([
      {
        map,
        first: {
          goroutine: 1,
          operation: "assign",
          stack: 12,
          locks: [],
          acquired: { how: "acquire", address: lock, stack: 10 },
          released: { how: "release", address: lock, stack: 11 },
          started: null,
        },
        second: {
          goroutine: 2,
          operation: "read",
          stack: 21,
          locks: [],
          acquired: { how: "acquire", address: other, stack: 20 },
          released: null,
          started: { by: 1, stack: 901, entry: 77 },
        },
        seen: 1,
        maps: 1,
        commonLock: null,
      },
    ]);
    expect(result).toMatchObject({
      pairsNotKept: 0,
      accesses: 2,
      synchronisations: 4,
      maps: 1,
      sharedMaps: 1,
      goroutines: 2,
      forgotten: [],
    });
  });

  it("tells that a goroutine began, or began another, when it did nothing else since", () => {
    const [pair] = analyse(start(1, 2, 901), row(1, assign, map, 12), row(2, assign, map, 21)).pairs;
    expect(pair?.first).toMatchObject({ acquired: null, released: { how: "start", stack: 901 } });
    expect(pair?.second).toMatchObject({ acquired: { how: "start", stack: 901 }, released: null });
  });

  it("counts how often, and on how many maps", () => {
    const rows = [start(1, 2)];
    for (let index = 0; index < 5; index++) {
      rows.push(row(1, assign, mapAt(index % 3), 12), row(2, read, mapAt(index % 3), 21));
    }
    rows.push(row(2, read, mapAt(7), 22));
    const result = analyse(...rows);
    // Both accesses of a map's second turn are unordered with one of the first.
    expect(result.pairs.map(({ seen, maps }) => [seen, maps])).toEqual([[7, 3]]);
    expect(result).toMatchObject({ maps: 4, sharedMaps: 3 });
  });

  it("is one for stacks at the same place, but not for two kinds of conflict", () => {
    const rows = [
      start(1, 2),
      row(1, assign, map, 12),
      row(2, read, map, 21),
      row(2, read, map, 22),
      row(2, iterate, map, 23),
    ];
    const result = analyseOrder(eventsOf(rows), { placeOf: (stack) => (stack > 20 ? 2 : 1) });
    expect(result.pairs.map(({ second, seen }) => [second.operation, second.stack, seen])).toEqual([
      ["read", 21, 2],
      ["iterate-start", 23, 1],
    ]);
  });

  it("is one for each stack where the place is not known", () => {
    const rows = [start(1, 2), row(1, assign, map, 12), row(2, read, map, 21), row(2, read, map, 22)];
    expect(analyseOrder(eventsOf(rows), { placeOf: () => 0 }).pairs).toHaveLength(2);
  });

  it("is counted and not kept when there are too many", () => {
    const rows = [start(1, 2), row(1, assign, map, 12)];
    for (let stack = 21; stack < 31; stack++) {
      rows.push(row(2, read, map, stack));
    }
    expect(analyseOrder(eventsOf(rows), { limits: { pairs: 4 } })).toMatchObject({
      pairs: { length: 4 },
      pairsNotKept: 6,
    });
    expect(analyseOrder(eventsOf(rows), { limits: { stackPairs: 3 } })).toMatchObject({
      pairs: { length: 3 },
      pairsNotKept: 7,
    });
  });

  it("can be asked for in between", () => {
    const analysis = new OrderAnalysis({ placeOf: (stack) => stack });
    const lengths: number[] = [];
    for (const batch of batchesOf(
      [start(1, 2), row(1, assign, map, 12), row(2, read, map, 21), row(2, assign, map, 22)],
      1,
    )) {
      analysis.add(batch);
      lengths.push(analysis.result().pairs.length);
    }
    expect(lengths).toEqual([0, 0, 1, 2]);
  });
});

describe("locks", () => {
  it("are told of both sides as they were at the access", () => {
    const [pair] = analyse(
      start(1, 2),
      holds(1, lock),
      holds(1, other, 1, true),
      row(1, assign, map, 12),
      row(1, kinds.holdsNone),
      row(1, read, mapAt(1), 13),
      holds(2, addressAt(9)),
      row(2, read, map, 21),
    ).pairs;
    expect(pair?.first.locks).toEqual([
      { address: lock, reading: false, stack: 500 },
      { address: other, reading: true, stack: 501 },
    ]);
    expect(pair?.second.locks).toEqual([{ address: addressAt(9), reading: false, stack: 500 }]);
    expect(pair?.commonLock).toBeNull();
  });

  it("in common are told when both sides have them for reading", () => {
    const [pair] = analyse(
      start(1, 2),
      holds(1, lock, 0, true),
      row(1, assign, map, 12),
      holds(2, lock, 0, true),
      row(2, assign, map, 21),
    ).pairs;
    expect(pair?.commonLock).toBe(lock);
  });

  it.each([
    [false, false],
    [true, false],
    [false, true],
  ])("in common, for readers only %s and %s: no pair, and it is said", (one, two) => {
    const result = analyse(
      start(1, 2),
      holds(1, lock, 0, one),
      row(1, assign, map, 12),
      holds(2, other),
      holds(2, lock, 1, two),
      row(2, assign, map, 21),
    );
    expect(result.pairs).toEqual([]);
    expect(result.forgotten).toEqual([
      "1 times two accesses were not ordered by what was recorded, and yet had a lock in common: they are not among the pairs.",
    ]);
  });

  it("stay right when lists that are not in use are given up", () => {
    const rows = [start(1, 2), holds(1, lock), row(1, assign, map, 12)];
    for (let index = 0; index < 100; index++) {
      rows.push(
        holds(2, addressAt(20 + index)),
        holds(2, addressAt(300 + index), 1),
        row(2, read, mapAt(1), 30),
      );
    }
    rows.push(row(2, read, map, 21));
    const [pair] = analyseOrder(eventsOf(rows), { limits: { lockLists: 3 } }).pairs;
    expect(pair?.first.locks.map(({ address }) => address)).toEqual([lock]);
    expect(pair?.second.locks.map(({ address }) => address)).toEqual([addressAt(119), addressAt(399)]);
  });
});

describe("a map that gets a new seed", () => {
  const reseeded = (goroutine: number, old: number, fresh: number): Row => ({
    goroutine,
    kind: kinds.reseeded,
    value: map,
    number: fresh,
    stack: old,
  });
  const life = (goroutine: number, kind: number, number: number, stack: number): Row =>
    row(goroutine, kind, map, stack, number);

  it("is the same map", () => {
    const result = analyse(start(1, 2), life(1, assign, 5, 12), reseeded(1, 5, 6), life(2, assign, 6, 21));
    expect(result).toMatchObject({ maps: 1, sharedMaps: 1, pairs: { length: 1 } });
  });

  it("is the same when another goroutine still knows the old one, or knew the new one before", () => {
    expect(
      analyse(start(1, 2), reseeded(1, 5, 6), life(1, assign, 6, 12), life(2, assign, 5, 21)).pairs,
    ).toHaveLength(1);
    const before = analyse(
      start(1, 2),
      life(2, assign, 6, 21),
      life(1, read, 5, 12),
      reseeded(1, 5, 6),
      life(1, assign, 6, 13),
    );
    expect(before.pairs.map(({ first, second }) => [first.stack, second.stack])).toEqual([[21, 13]]);
    expect(before).toMatchObject({ maps: 1, sharedMaps: 1 });
  });

  it("is another one at the same address with a life that nothing leads to", () => {
    expect(analyse(start(1, 2), life(1, assign, 5, 12), life(2, assign, 6, 21))).toMatchObject({
      maps: 2,
      pairs: [],
    });
  });
});

describe("what has to go", () => {
  it("is said: accesses of a map", () => {
    const rows: Row[] = [];
    for (let id = 2; id < 32; id++) {
      rows.push(start(1, id), row(id, assign, map, 100 + id));
    }
    const { pairs, forgotten } = analyse(...rows);
    expect(pairs.length).toBeGreaterThan(100);
    expect(forgotten).toEqual([
      expect.stringMatching(
        /^\d+ accesses were forgotten, because 8 changes and 64 other accesses are kept of one map\.$/,
      ),
    ]);
  });

  it("is said: maps, of which the ones used lately stay", () => {
    const rows = [start(1, 2), row(1, assign, map, 12)];
    for (let index = 1; index < 8000; index++) {
      rows.push(row(1, assign, mapAt(index), 13), row(1, read, map, 14));
    }
    rows.push(row(2, assign, map, 21), row(2, assign, mapAt(1), 22));
    const { pairs, forgotten } = analyseOrder(eventsOf(rows), { limits: { maps: 4000 } });
    expect(pairs.map(({ second }) => second.stack)).toContain(21);
    expect(pairs.map(({ second }) => second.stack)).not.toContain(22);
    expect(forgotten).toEqual([expect.stringMatching(/^\d{4} maps were forgotten/)]);
  });

  it("is said: addresses, and whoever acquires at one comes after what was released there", () => {
    const rows = [start(1, 2), row(1, assign, map, 12), row(1, kinds.release, lock, 13)];
    for (let index = 0; index < 200; index++) {
      rows.push(row(1, kinds.release, addressAt(100 + index), 14), row(1, assign, mapAt(1), 15));
    }
    rows.push(row(2, kinds.acquire, lock, 20), row(2, assign, map, 21), row(2, assign, mapAt(1), 22));
    const { pairs, forgotten } = analyseOrder(eventsOf(rows), { limits: { addresses: 50 } });
    expect(pairs.map(({ second }) => second.stack)).toEqual([22]);
    expect(forgotten).toEqual([expect.stringMatching(/^The clocks of \d+ addresses were forgotten/)]);
  });

  it("is said: too many goroutines, and nothing after that is looked at", () => {
    const rows = [start(1, 2), row(1, assign, map, 12), row(2, assign, map, 21), start(1, 3), start(1, 4)];
    rows.push(row(3, assign, map, 31), row(1, assign, mapAt(1), 13), row(2, assign, mapAt(1), 23));
    const { pairs, forgotten } = analyseOrder(eventsOf(rows), { limits: { goroutines: 3 } });
    expect(pairs).toHaveLength(1);
    expect(forgotten).toEqual([
      "More than 3 goroutines were alive at one time: what followed was not looked at.",
    ]);
  });

  it("is said: accesses of goroutines that ended long before", () => {
    const rows: Row[] = [];
    for (let id = 2; id < 400; id++) {
      rows.push(start(1, id), row(id, assign, mapAt(id), 12), row(id, kinds.end));
    }
    rows.push(row(1, assign, mapAt(2), 21), row(1, assign, mapAt(399), 22));
    const { pairs, forgotten } = analyseOrder(eventsOf(rows), { limits: { endedGoroutines: 20 } });
    expect(pairs.map(({ second }) => second.stack)).toEqual([22]);
    expect(forgotten).toEqual([
      expect.stringMatching(/^\d+ accesses by goroutines that had ended long before were forgotten\.$/),
    ]);
  });
});

describe("events that do not fit", () => {
  it("of any numbers are taken", () => {
    const rows: Row[] = [];
    let state = 1;
    const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0);
    for (let index = 0; index < 20_000; index++) {
      rows.push({
        kind: random() >>> 24,
        goroutine: (random() >>> 8) % (index % 2 === 0 ? 8 : 2 ** 24),
        value: (random() % 2 ** 21) * 2 ** 32 + random(),
        number: random(),
        stack: random(),
      });
    }
    const { accesses, goroutines } = analyseOrder(eventsOf(rows), {
      limits: { goroutines: 50_000, clockNodes: 8 },
    });
    expect(accesses).toBeGreaterThan(100);
    expect(goroutines).toBeGreaterThan(5000);
  });

  it("of a goroutine that has ended are left out", () => {
    expect(
      analyse(start(1, 2), row(2, kinds.end), row(2, assign, map, 21), row(1, assign, map, 12)).pairs,
    ).toEqual([]);
  });
});
