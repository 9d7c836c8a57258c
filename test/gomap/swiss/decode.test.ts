import { describe, expect, it } from "vitest";
import { decodeMap } from "../../../src/golang/maps/decode.js";
import { mapLayout } from "../../../src/golang/maps/layout.js";
import type { MapSource } from "../../../src/golang/maps/source.js";
import { bytesType } from "../../../src/gomap/types.js";
import { keyKinds, TestMap } from "../../support/swiss-map.js";

/** What the decoder of real processes' maps is told of a map of the model. */
function sourceOf(map: TestMap, minor: number): MapSource {
  const { type, memory } = map;
  return {
    memory,
    layout: mapLayout(`go1.${minor}.0`, "swiss"),
    shape: type.shape,
    values: undefined,
    type: undefined,
  };
}

describe("the decoder of real maps", () => {
  it.each([24, 25, 26, 27])("reads the model's memory of Go 1.%i as a map at rest", (minor) => {
    for (const kind of keyKinds) {
      const map = new TestMap({ minor, kind, elem: bytesType(8) });
      for (let key = 0; key < (kind.name === "int64" ? 1500 : 200); key++) {
        map.set(key, key);
        if (key % 3 === 0) {
          map.delete(key >> 1);
        }
        if (key < 20 || key % 250 === 0) {
          const decoded = decodeMap(sourceOf(map, minor), map.map, { slots: Infinity });
          expect(decoded.cut).toBeUndefined();
          expect(decoded.broken).toEqual([]);
          expect(decoded.count).toBe(map.size);
          const blocks = [...decoded.blocks, ...decoded.tables.flatMap(({ groups }) => groups)];
          const full = blocks.flatMap(({ slots }) => slots).filter(({ state }) => state === "full");
          const entries = map.functions.entries(map.memory, map.map);
          expect(full.map(({ keyAddress }) => keyAddress)).toEqual(entries.map((entry) => entry.key));
          expect(entries).toHaveLength(map.size);
        }
      }
    }
  });

  it("finds broken what the model finds broken", () => {
    const map = new TestMap();
    for (let key = 0; key < 100; key++) {
      map.set(key, key);
    }
    map.memory.writeWord(map.map, 98);
    map.memory.write8(map.map + 34, 1);
    const decoded = decodeMap(sourceOf(map, 27), map.map);
    expect(decoded.writing).toBe(true);
    expect(decoded.broken.map(({ where }) => where)).toContain("used");
    expect(map.broken().some((text) => text.startsWith("used: "))).toBe(true);
  });
});
