import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ITER_SIZE } from "../../../src/gomap/swiss/iter.js";
import { float64 } from "../../../src/gomap/types.js";
import { keyKinds, TestMap } from "../../support/swiss-map.js";

describe("an iteration over a swiss map", () => {
  it("gives each element once whatever is added meanwhile, and those deleted before they come not at all", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1100 }),
        fc.integer({ min: 0, max: 1100 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 1000 }),
        (elements, added, deleted, seed) => {
          const map = new TestMap({ seed });
          for (let key = 0; key < elements; key++) {
            map.set(key, key);
          }
          const seen: number[] = [];
          const gone = new Set<number>();
          let step = 0;
          for (const iterator = map.begin(); iterator.key !== 0; map.next(iterator)) {
            const element = map.memory.read32(iterator.elem);
            if (element < elements) {
              expect(gone.has(element)).toBe(false);
              seen.push(element);
            }
            if (step === 0) {
              for (let key = 0; key < added; key++) {
                map.set(elements + key, elements + key);
              }
              for (let key = 0; key < Math.min(deleted, elements); key++) {
                map.delete(key);
                gone.add(key);
              }
            }
            step++;
          }
          expect(new Set(seen).size).toBe(seen.length);
          for (let key = 0; key < elements; key++) {
            expect(seen.includes(key) || gone.has(key)).toBe(true);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it("sees what is assigned to elements that have moved to other tables", () => {
    const map = new TestMap();
    for (let key = 0; key < 14; key++) {
      map.set(key, key);
    }
    const iterator = map.begin();
    for (let key = 14; key < 40; key++) {
      map.set(key, key);
    }
    for (let key = 0; key < 14; key++) {
      map.set(key, 1000 + key);
    }
    const elements: number[] = [];
    for (map.next(iterator); iterator.key !== 0; map.next(iterator)) {
      elements.push(map.memory.read32(iterator.elem));
    }
    expect(elements).toHaveLength(13);
    expect(Math.min(...elements)).toBeGreaterThanOrEqual(1000);
  });

  it("ends after a clear, also for keys that cannot be looked up", () => {
    for (const elements of [5, 100]) {
      const map = new TestMap({ kind: keyKinds[3]! });
      for (let key = 0; key < elements; key++) {
        map.set(key, key);
      }
      const iterator = map.begin();
      map.clear();
      map.next(iterator);
      expect(iterator.key).toBe(0);
    }
  });

  it("gives keys that are not equal to themselves after the map has grown", () => {
    const map = new TestMap({
      kind: {
        name: "NaN",
        type: float64,
        write: (memory, at, number) => memory.write64(at, number, number < 6 ? 0x7ff80000 : number),
      },
    });
    for (let key = 0; key < 6; key++) {
      map.set(key, key);
    }
    expect(map.get(1)).toBeUndefined();
    const iterator = map.begin();
    for (let key = 6; key < 30; key++) {
      map.set(key, key);
    }
    const elements = [map.memory.read32(iterator.elem)];
    for (map.next(iterator); iterator.key !== 0; map.next(iterator)) {
      elements.push(map.memory.read32(iterator.elem));
    }
    // Two more went into the group that the iterator goes through.
    const old = elements.filter((element) => element < 6);
    expect(old.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(map.broken()).toEqual([]);
  });

  it("has the bytes of Go's iterator", () => {
    const map = new TestMap();
    for (let key = 0; key < 20; key++) {
      map.set(key, key);
    }
    const iterator = map.begin();
    const bytes = iterator.bytes(0x1000);
    const view = new DataView(bytes.buffer);
    expect(bytes).toHaveLength(ITER_SIZE);
    expect(Number(view.getBigUint64(0, true))).toBe(iterator.key);
    expect(Number(view.getBigUint64(8, true))).toBe(iterator.elem);
    expect(Number(view.getBigUint64(16, true))).toBe(0x1000);
    expect(Number(view.getBigUint64(24, true))).toBe(map.map);
    expect(view.getInt32(32, true)).toBe(iterator.entryOffset.low);
    expect(view.getInt32(44, true)).toBe(iterator.dirOffset.high);
    expect(Number(view.getBigUint64(72, true))).toBe(iterator.tab);
    expect(Number(view.getBigUint64(88, true))).toBe(iterator.entryIdx);
  });
});
