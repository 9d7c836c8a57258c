import { describe, expect, it } from "vitest";
import { Hasher } from "../../../src/gomap/hash/fallback.js";
import { swissMapType, type SwissMapTypeParts } from "../../../src/gomap/swiss/layout.js";
import {
  bytesKey,
  bytesType,
  float64,
  int32,
  int64,
  pointer,
  string,
  struct,
} from "../../../src/gomap/types.js";

const hasher = new Hasher(27, [0, 0, 0, 0, 0, 0, 0, 0]);
const typeOf = (parts: Partial<SwissMapTypeParts>) =>
  swissMapType({ version: "1.27", key: int64, elem: bytesType(8), hasher, ...parts });

describe("the layout of a swiss map type", () => {
  it("is that of the group types that Go's compiler makes", () => {
    // Sizes as unsafe.Sizeof of struct{ctrl uint64; slots [8]struct{key K; elem E}} says.
    const cases: [Partial<SwissMapTypeParts>, number, number, number][] = [
      [{}, 136, 16, 16],
      [{ key: int32, elem: bytesType(4) }, 72, 8, 12],
      [{ key: int32, elem: bytesType(3) }, 72, 8, 12],
      [{ key: string, elem: struct([]) }, 200, 24, 24],
      [{ elem: bytesType(200) }, 136, 16, 16],
      [{ key: bytesKey(200) }, 136, 16, 16],
      [{ key: bytesKey(16), elem: bytesType(4) }, 168, 20, 24],
    ];
    for (const [parts, groupSize, keyStride, elemsOff] of cases) {
      const { name, ...type } = typeOf(parts);
      expect({ name, groupSize: type.groupSize, keyStride: type.keyStride, elemsOff: type.elemsOff }).toEqual(
        {
          name,
          groupSize,
          keyStride,
          elemsOff,
        },
      );
    }
  });

  it("has keys and elements apart with mapsplitgroup, in Go 1.27 only", () => {
    const type = typeOf({ key: int32, elem: bytesType(8), split: true });
    expect([type.keysOff, type.keyStride, type.elemsOff, type.elemStride, type.groupSize]).toEqual([
      8, 4, 40, 8, 104,
    ]);
    expect(typeOf({ elem: struct([]), split: true }).groupSize).toBe(80);
    expect(() => typeOf({ version: "1.26", split: true })).toThrow("Go 1.26 has no mapsplitgroup");
  });

  it("says which functions the compiler calls", () => {
    expect(typeOf({ key: int32 }).variant).toBe("fast32");
    expect(typeOf({}).variant).toBe("fast64");
    expect(typeOf({ key: pointer }).variant).toBe("fast64ptr");
    expect(typeOf({ key: string }).variant).toBe("faststr");
    expect(typeOf({ key: float64 }).variant).toBe("");
    expect(typeOf({ elem: bytesType(129) }).variant).toBe("");
    expect(typeOf({ elem: bytesType(128) }).variant).toBe("fast64");
    expect(typeOf({ generic: true }).variant).toBe("");
  });

  it("refuses keys that cannot be compared in the model", () => {
    expect(() => typeOf({ key: bytesKey(600) })).toThrow("keys of 600 bytes cannot be modelled");
  });
});
