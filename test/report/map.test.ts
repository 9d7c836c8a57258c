import { describe, expect, it } from "vitest";
import { ProgramMaps } from "../../src/golang/maps/program-maps.js";
import { mapJson, mapJsonPieces } from "../../src/report/json/map.js";
import { mapLines } from "../../src/report/text/map.js";
import { growingMap, MadeMaps, type MadeSlot } from "../support/made-maps.js";

/** Addresses are as the test's memory was filled. */
const steady = (lines: readonly string[]): string => lines.join("\n").replaceAll(/0x1[0-9a-f]{5}/g, "0x1…");

const drawnGrowing = `main.cache: map[int]int at 0x1…, 3 elements
classic map, keys of 8 bytes, elements of 8 bytes, type at 0x1…

header
  count       3
  flags       5         iterator | hashWriting
  B           2         4 buckets
  noverflow   1
  hash0       0x0
  buckets     0x1…
  oldbuckets  0x1…  growing
  nevacuate   1
  extra       nil

what is in no map that nobody is changing
  flags: hashWriting is set: a write is under way, so other parts may be in the middle of a change.

growing to twice the size: 1 of 2 old buckets have moved

buckets
  bucket 0      0x1…  a3 .. 0b -- -- -- -- --
    0  1: 10
    2  9: 90
    overflow 1  0x1…  -- -- -- -- -- -- -- --
  bucket 1      0x1…  -- -- -- -- -- -- -- --
  bucket 2      0x1…  46 -- -- -- -- -- -- --
    0  2: 20
  bucket 3      0x1…  -- -- -- -- -- -- -- --

old buckets
  old bucket 0      0x1…  >1 >2 >- >- >- >- >- >-
    0  1: 10  (moved to the first half; these are the old bytes)
    1  2: 20  (moved to the second half; these are the old bytes)
  old bucket 1      0x1…  -- -- -- -- -- -- -- --

hexadecimal: tophash, .. empty, -- empty from here on, >1 moved to the first half, >2 moved to the second half, >- moved, was empty`;

describe("a map as text", () => {
  it("shows a classic map that grows", () => {
    expect(steady(mapLines(growingMap(), { subject: "main.cache" }))).toBe(drawnGrowing);
  });

  it("shows a swiss map with tables", () => {
    const made = new MadeMaps("go1.27.3", "swiss");
    const empty = Array.from({ length: 8 }, (): MadeSlot => [0x80]);
    const groups = made.groups([[[0x2a, 7, 70], [0xfe]], empty, empty, empty]);
    const table = made.table({ used: 1, capacity: 32, growthLeft: 26, localDepth: 0, index: 0, groups });
    const address = made.swiss({ used: 1, tables: [table, table], tombstonePossible: 1 });
    const map = new ProgramMaps(made.memory, made.memory.symbols).decode(address, made.type);
    expect(map.broken).toEqual([]);
    const text = steady(mapLines(map));
    expect(text).toContain(`directory: 2 entries, 1 table
  table 0  0x1…  entries 0 to 1  used 1 of 32, growthLeft 26, localDepth 0, index 0
    group 0      0x1…  2a xx .. .. .. .. .. ..
      0  7: 70
    groups 1 to 3: empty`);
    expect(text).toContain("hexadecimal: control byte, .. empty, xx deleted");
  });

  it("shows nil and what cannot be read", () => {
    const made = new MadeMaps("go1.27.3", "swiss");
    const maps = new ProgramMaps(made.memory, made.memory.symbols);
    expect(mapLines(maps.decode(0, made.type))[0]).toBe("map[int]int, nil: it has no elements");
    expect(mapLines(maps.decode(0x50, undefined)).join("\n")).toContain("The header at 0x50 cannot be read");
    const broken = mapLines(maps.decode(made.swiss({ used: 1, group: 0x60 }), made.type)).join("\n");
    expect(broken).toContain("group 0      0x60  unreadable: no such memory");
  });
});

describe("a map as JSON", () => {
  it("has texts for addresses and numbers of the header", () => {
    const json = mapJson(growingMap());
    const again: unknown = JSON.parse(JSON.stringify(json));
    expect(again).toEqual(json);
    const pieces = [...mapJsonPieces({ subject: 'a "b"', notes: [] }, growingMap())].join("");
    expect(JSON.parse(pieces)).toEqual({ subject: 'a "b"', notes: [], map: json });
    expect(json).toMatchObject({
      implementation: "classic",
      count: 3,
      writing: true,
      growing: { sameSize: false, evacuated: 1, oldBuckets: 2 },
      cut: null,
    });
    expect(json["header"]).toContainEqual({
      name: "flags",
      offset: 8,
      size: 1,
      value: "5",
      meaning: "iterator | hashWriting",
    });
  });
});
