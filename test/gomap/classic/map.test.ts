import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newoverflow } from "../../../src/gomap/classic/header.js";
import { type ClassicMap, classicMap } from "../../../src/gomap/classic/index.js";
import { hmap } from "../../../src/gomap/classic/layout.js";
import { runToEnd, step } from "../../../src/gomap/machine/drive.js";
import type { KeyType, ValueType } from "../../../src/gomap/types.js";
import { bytesKey, bytesType, float64, int32, int64, string, struct } from "../../../src/gomap/types.js";
import { someHashKey, TestMap } from "../../support/gomap.js";

const pair = struct([
  { name: "A", type: int32 },
  { name: "B", type: string },
]);
const kinds: readonly (readonly [string, KeyType, ValueType])[] = [
  ["map[int32]int64", int32, int64],
  ["map[int64]int64", int64, int64],
  ["map[string]int64", string, int64],
  ["map[float64]int32", float64, int32],
  ["map[struct]int64", pair, int64],
  ["map[[200]byte]int64", bytesKey(200), int64],
  ["map[int64][200]byte", int64, bytesType(200)],
];

function makeClassic(key: KeyType, elem: ValueType, minor: number): ClassicMap {
  return classicMap({ minor, key, elem, hashKey: someHashKey });
}

type Operation = readonly ["set" | "get" | "delete" | "clear" | "clone" | "range", number];

const operation: fc.Arbitrary<Operation> = fc.tuple(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant("set" as const) },
    { weight: 6, arbitrary: fc.constantFrom("get" as const, "delete" as const) },
    { weight: 1, arbitrary: fc.constantFrom("clear" as const, "clone" as const, "range" as const) },
  ),
  fc.nat(120),
);

/** Does the same to a map of the model and to one of JavaScript. */
function apply(map: TestMap, truth: Map<number, number>, [what, n]: Operation, value: number): void {
  switch (what) {
    case "set":
      map.set(n, value);
      truth.set(n, value);
      break;
    case "get":
      expect(map.get(n)).toBe(truth.get(n));
      break;
    case "delete":
      map.delete(n);
      truth.delete(n);
      break;
    case "clear":
      map.clear();
      truth.clear();
      break;
    case "clone":
      if (map.functions.type.minor >= 21) {
        map.clone();
      }
      break;
    case "range":
      expect([...map.range()].toSorted(([a], [b]) => a - b)).toEqual(sorted(truth));
      break;
  }
}

function sorted(truth: ReadonlyMap<number, number>): [number, number][] {
  return [...truth].toSorted(([a], [b]) => a - b);
}

describe.each(kinds)("%s", (_, key, elem) => {
  it.each([19, 21, 23])("holds what was put into it, as a JavaScript Map does (Go 1.%i)", (minor) => {
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 300 }),
        fc.constantFrom(0, 9, 100),
        fc.nat(),
        (all, hint, seed) => {
          const map = new TestMap(makeClassic(key, elem, minor), hint, seed);
          const truth = new Map<number, number>();
          for (const [index, one] of all.entries()) {
            apply(map, truth, one, index);
          }
          expect(map.length).toBe(truth.size);
          expect(map.entries).toEqual(sorted(truth));
          expect(map.broken).toEqual([]);
        },
      ),
      { numRuns: 6 },
    );
  });

  it("comes to the same bytes step by step, and in pieces of a schedule, as at once", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), fc.nat(30), (all, piece) => {
        const atOnce = new TestMap(makeClassic(key, elem, 23));
        const inSteps = new TestMap(makeClassic(key, elem, 23));
        inSteps.run = (g, steps) => {
          g.budget = piece;
          let result = steps.next(0);
          while (result.done !== true) {
            result = step(g, steps);
            g.budget = piece;
          }
          return result.value;
        };
        for (const [index, one] of all.entries()) {
          apply(atOnce, new Map(atOnce.entries), one, index);
          apply(inSteps, new Map(inSteps.entries), one, index);
        }
        expect(inSteps.memory.mark()).toEqual(atOnce.memory.mark());
      }),
      { numRuns: 5 },
    );
  });

  it("gives each entry that stays exactly once while the map grows and shrinks under the iterator", () => {
    const map = new TestMap(makeClassic(key, elem, 23));
    for (let n = 0; n < 60; n++) {
      map.set(n, n);
    }
    let next = 1000;
    const seen: number[] = [];
    const deleted = new Set<number>();
    const range = map.range((n) => {
      for (let more = 0; more < 3; more++) {
        map.set(next++, 1);
      }
      const victim = (n * 7 + 1) % 60;
      if (victim % 4 === 0 && !seen.includes(victim)) {
        map.delete(victim);
        deleted.add(victim);
      }
    });
    for (const [n] of range) {
      seen.push(n);
    }
    const old = seen.filter((n) => n < 60);
    expect(new Set(seen).size).toBe(seen.length);
    expect(old.filter((n) => deleted.has(n) && seen.indexOf(n) < 0)).toEqual([]);
    expect(old.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_value, n) => n).filter((n) => !deleted.has(n)),
    );
    expect(map.broken).toEqual([]);
  });
});

describe("the shape of a classic map", () => {
  function header(map: TestMap): { B: number; buckets: number; extra: number; growing: boolean } {
    return {
      B: map.memory.read8(map.map + hmap.B),
      buckets: map.memory.readWord(map.map + hmap.buckets),
      extra: map.memory.readWord(map.map + hmap.extra),
      growing: map.memory.readWord(map.map + hmap.oldbuckets) !== 0,
    };
  }

  it.each([
    [0, 0],
    [8, 0],
    [9, 1],
    [13, 1],
    [14, 2],
    [104, 4],
    [105, 5],
    [1000, 8],
    [-1, 0],
  ])("a hint of %i gives 2^%i buckets", (hint, B) => {
    expect(header(new TestMap(makeClassic(int64, int64, 23), hint)).B).toBe(B);
  });

  it("Go 1.21 grows at 6 elements a bucket, the others at 6.5", () => {
    expect(header(new TestMap(makeClassic(int64, int64, 21), 13)).B).toBe(2);
    expect(header(new TestMap(makeClassic(int64, int64, 22), 13)).B).toBe(1);
  });

  it("keeps overflow buckets ready from 16 buckets on", () => {
    expect(header(new TestMap(makeClassic(int64, int64, 23), 52)).extra).toBe(0);
    expect(header(new TestMap(makeClassic(int64, int64, 23), 53)).extra).not.toBe(0);
  });

  it("has no buckets before the first assignment, and grows at the ninth", () => {
    const map = new TestMap(makeClassic(int64, int64, 23));
    expect(header(map).buckets).toBe(0);
    for (let n = 0; n < 8; n++) {
      map.set(n, n);
    }
    expect(header(map)).toMatchObject({ B: 0, growing: false });
    map.set(8, 8);
    expect(header(map).B).toBe(1);
  });

  it("grows to the same size when entries come and go", () => {
    const map = new TestMap(makeClassic(int64, int64, 23));
    let sameSize = false;
    for (let n = 0; n < 20_000 && !sameSize; n++) {
      map.set(n, n);
      if (n >= 40) {
        map.delete(n - 40);
      }
      sameSize = (map.memory.read8(map.map + hmap.flags) & 8) !== 0;
    }
    expect(sameSize).toBe(true);
    expect(map.length).toBeLessThanOrEqual(41);
    expect(map.broken).toEqual([]);
  });

  it("takes a new seed when the last element goes, and when it is cleared", () => {
    const map = new TestMap(makeClassic(int64, int64, 23));
    const seeds = new Set<number>();
    for (const end of [() => map.delete(1), () => map.clear(), () => map.delete(2)]) {
      map.set(1, 1);
      seeds.add(map.memory.read32(map.map + hmap.hash0));
      end();
    }
    expect(seeds.size).toBe(3);
  });

  it("counts overflow buckets exactly below 2^16 buckets, and with a probability from there on", () => {
    const functions = makeClassic(int64, int64, 23);
    const counted = (B: number): number => {
      const map = new TestMap(functions, 8);
      map.set(0, 0);
      map.memory.write8(map.map + hmap.B, B);
      const bucket = map.memory.readWord(map.map + hmap.buckets);
      for (let n = 0; n < 4000; n++) {
        runToEnd(map.g, newoverflow(map.g, functions.type, map.map, bucket));
      }
      return map.memory.read16(map.map + hmap.noverflow);
    };
    expect(counted(15)).toBe(4000);
    expect(counted(16)).toBeGreaterThan(1800);
    expect(counted(16)).toBeLessThan(2200);
    expect(counted(18)).toBeGreaterThan(400);
    expect(counted(18)).toBeLessThan(600);
  });

  it("NaN keys come each time anew, and are never found", () => {
    const map = new TestMap(makeClassic(float64, int64, 23));
    for (let n = 0; n < 100; n++) {
      map.set(Number.NaN, n);
    }
    expect(map.length).toBe(100);
    expect(map.get(Number.NaN)).toBeUndefined();
    expect(new Set([...map.range()].map(([, value]) => value)).size).toBe(100);
    map.set(0, 1);
    map.set(-0, 2);
    expect(map.length).toBe(101);
    expect(map.get(0)).toBe(2);
  });
});
