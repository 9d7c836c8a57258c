import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MapJson, mapSchema } from "../../src/document/map-schema.js";
import { modelMapJson } from "../../src/document/model-map.js";
import { classicMap } from "../../src/gomap/classic/index.js";
import type { MapFunctions } from "../../src/gomap/implementation.js";
import { heapBase } from "../../src/gomap/machine/memory.js";
import { swissMap } from "../../src/gomap/swiss/index.js";
import { bytesType, int64, string } from "../../src/gomap/types.js";
import { someHashKey, TestMap } from "../support/gomap.js";

const classic = classicMap({ minor: 23, key: int64, elem: int64, hashKey: someHashKey });
const strings = classicMap({ minor: 23, key: string, elem: int64, hashKey: someHashKey });
const swiss = swissMap({ minor: 27, key: int64, elem: int64, hashKey: someHashKey });
const swissStrings = swissMap({ minor: 24, key: string, elem: bytesType(3), hashKey: someHashKey });

function filled(functions: MapFunctions, entries: number): TestMap {
  const map = new TestMap(functions);
  for (let n = 0; n < entries; n++) {
    map.set(n, n);
  }
  return map;
}

function full(map: MapJson): MapJson["blocks"][number]["slots"] {
  return [...map.blocks, ...map.oldBlocks, ...map.tables.flatMap(({ groups }) => groups)]
    .flatMap(({ slots }) => slots)
    .filter(({ state }) => state === "full");
}

describe("a map of the model", () => {
  it.each([
    ["classic", classic],
    ["classic, strings", strings],
    ["swiss", swiss],
    ["swiss, strings", swissStrings],
  ])("is what maptrap map would print of it at each size: %s", (_, functions) => {
    const map = new TestMap(functions);
    let growing = 0;
    for (let n = 0; n < 120; n++) {
      map.set(n, n);
      const json = modelMapJson(map.memory, functions, map.map);
      growing += json.growing === null ? 0 : 1;
      expect(json).toMatchObject({ count: n + 1, broken: [], cut: null, writing: false });
      expect(full(json)).toHaveLength(n + 1);
      // The model hashes as the map does, so each key is known to be where it belongs.
      expect(json.keysInPlace).toBe(n + 1);
    }
    expect(growing > 0).toBe(functions.implementation === "classic");
  });

  it("has the bytes of header, buckets, tables and groups", () => {
    for (const functions of [classic, swiss]) {
      const map = filled(functions, 60);
      const json = modelMapJson(map.memory, functions, map.map);
      const bytesAt = (address: string, length: number): string =>
        Buffer.from(map.memory.read(Number(address), length) ?? []).toString("hex");
      expect(json.bytes).toBe(bytesAt(json.address, functions.implementation === "classic" ? 48 : 48));
      const blocks = [...json.blocks, ...json.tables.flatMap(({ groups }) => groups)];
      expect(blocks.length).toBeGreaterThan(7);
      for (const block of blocks) {
        expect(block.bytes).toBe(bytesAt(block.address, functions.type.shape.blockSize));
      }
      for (const table of json.tables) {
        expect(table.bytes).toBe(bytesAt(table.address, 32));
      }
    }
  });

  it("writes keys and elements as Go does", () => {
    const map = filled(strings, 4);
    const json = modelMapJson(map.memory, strings, map.map);
    expect(full(json).map(({ key, element }) => `${key?.text}: ${element?.text}`)).toEqual([
      '"key 0": 0',
      '"a rather long key, number 1 of many": 1',
      '"a rather long key, number 2 of many": 2',
      '"key 3": 3',
    ]);
  });

  it("is shown whatever its bytes are", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(classic, strings, swiss, swissStrings),
        fc.array(fc.tuple(fc.nat({ max: 4000 }), fc.nat({ max: 255 })), { maxLength: 12 }),
        (functions, damages) => {
          const map = filled(functions, 30);
          for (const [offset, value] of damages) {
            if (map.memory.has(heapBase + 0x400 + offset)) {
              map.memory.write8(heapBase + 0x400 + offset, value);
            }
          }
          expect(mapSchema.safeParse(modelMapJson(map.memory, functions, map.map)).success).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("says that a key lies where no search finds it", () => {
    const map = filled(classic, 30);
    const before = modelMapJson(map.memory, classic, map.map);
    const slot = full(before)[0];
    map.memory.write32(Number(slot?.keyAddress), 12345);
    const after = modelMapJson(map.memory, classic, map.map);
    expect(after.broken.map(({ sentence }) => sentence).join(" ")).toContain("cannot be found there");
  });
});
