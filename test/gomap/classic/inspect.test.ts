import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classicMap } from "../../../src/gomap/classic/index.js";
import { hmap } from "../../../src/gomap/classic/layout.js";
import { int64, string } from "../../../src/gomap/types.js";
import { someHashKey, TestMap } from "../../support/gomap.js";

function filled(entries: number): TestMap {
  const map = new TestMap(classicMap({ minor: 23, key: int64, elem: int64, hashKey: someHashKey }));
  for (let n = 0; n < entries; n++) {
    map.set(n, n);
  }
  return map;
}

describe("what is broken in a classic map", () => {
  const damages: [string, string, (map: TestMap, buckets: number) => void][] = [
    ["a wrong count", "count", (map) => map.memory.writeWord(map.map, 99)],
    ["a writer's mark", "hashWriting is set", (map) => map.memory.write8(map.map + hmap.flags, 4)],
    ["a growth that is none", "sameSizeGrow", (map) => map.memory.write8(map.map + hmap.flags, 8)],
    ["too large a B", "fewer than", (map) => map.memory.write8(map.map + hmap.B, 9)],
    ["a B beyond all sense", "B is 200", (map) => map.memory.write8(map.map + hmap.B, 200)],
    [
      "a wrong count of overflow buckets",
      "noverflow",
      (map) => map.memory.write16(map.map + hmap.noverflow, 7),
    ],
    ["a lost mark", "nothing follows", (map, buckets) => map.memory.write8(buckets, 0)],
    [
      "a wrong mark",
      "elsewhere",
      (map, buckets) => map.memory.write8(buckets, map.memory.read8(buckets) ^ 0x40),
    ],
    ["a mark of a move", "marked as moved", (map, buckets) => map.memory.write8(buckets + 7, 2)],
    ["a chain in a circle", "circle", (map, buckets) => map.memory.writeWord(buckets + 136, buckets)],
    ["a chain to nowhere", "no bucket", (map, buckets) => map.memory.writeWord(buckets + 136, 0x1230)],
    [
      "a key twice",
      "twice",
      (map, buckets) => {
        map.memory.write8(buckets + 1, map.memory.read8(buckets));
        map.memory.writeWord(buckets + 16, map.memory.readWord(buckets + 8));
      },
    ],
  ];

  it("nothing, at rest", () => {
    for (const entries of [0, 1, 8, 9, 14, 100, 1000]) {
      expect(filled(entries).broken).toEqual([]);
    }
  });

  it.each(damages)("%s", (_, words, damage) => {
    const map = filled(12);
    damage(map, map.memory.readWord(map.map + hmap.buckets));
    expect(map.broken.join("\n")).toContain(words);
  });

  it("comes to an end whatever the bytes are", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(int64, string),
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        (key, bytes) => {
          const map = new TestMap(classicMap({ minor: 23, key, elem: int64, hashKey: someHashKey }));
          for (let n = 0; n < 20; n++) {
            map.set(n, n);
          }
          for (const [at, value] of bytes) {
            map.memory.write8(map.map + at, value);
          }
          expect(map.broken.length).toBeLessThanOrEqual(20);
          expect(map.functions.entries(map.memory, map.map).length).toBeLessThan(100_000);
        },
      ),
      { numRuns: 60 },
    );
  });
});
