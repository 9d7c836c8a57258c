import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAP, TABLE } from "../../../src/gomap/swiss/layout.js";
import { keyKinds, TestMap, type TestMapChoice } from "../../support/swiss-map.js";

function filled(elements: number, choice: TestMapChoice = {}): TestMap {
  const map = new TestMap(choice);
  for (let key = 0; key < elements; key++) {
    map.set(key, key);
  }
  return map;
}

/** The only table of a map. */
function tableOf(map: TestMap): number {
  return map.memory.readWord(map.memory.readWord(map.map + MAP.dirPtr));
}

/** The first full slot of a table's groups: address of its control byte and its key. */
function someSlot(map: TestMap): { ctrl: number; key: number } {
  const entries = map.functions.entries(map.memory, map.map);
  const { key } = entries[0]!;
  const group = map.memory.readWord(tableOf(map) + TABLE.groupsData);
  const index = Math.floor((key - group) / map.type.groupSize);
  const base = group + index * map.type.groupSize;
  return { ctrl: base + (key - base - map.type.keysOff) / map.type.keyStride, key };
}

describe("the invariants of a swiss map", () => {
  it("say what two writers broke", () => {
    const cases: [name: string, damage: (map: TestMap) => void, said: RegExp][] = [
      ["writing", (map) => map.memory.write8(map.map + MAP.writing, 1), /^writing: writing is 1/],
      ["used", (map) => map.memory.writeWord(map.map + MAP.used, 19), /^used: used is 19, but 20 slots/],
      [
        "table used",
        (map) => map.memory.write16(tableOf(map) + TABLE.used, 3),
        /^table 0 used: used is 3, but 20/,
      ],
      [
        "growthLeft",
        (map) => map.memory.write16(tableOf(map) + TABLE.growthLeft, 1),
        /^table 0 growthLeft: growthLeft is 1, but 8 slots are left/,
      ],
      ["index", (map) => map.memory.writeWord(tableOf(map) + TABLE.index, -1), /^table 0 index: index is -1/],
      ["depth", (map) => map.memory.write8(map.map + MAP.globalDepth, 1), /^dirLen: the directory has 1/],
      [
        "directory",
        (map) => map.memory.writeWord(map.memory.readWord(map.map + MAP.dirPtr), 0),
        /^directory: entry 0 of the directory points to no table/,
      ],
      [
        "a lost key",
        (map) => map.memory.write8(someSlot(map).ctrl, map.memory.read8(someSlot(map).ctrl) ^ 1),
        /the key's hash gives .* so the key is not found$/,
      ],
      [
        "a key twice",
        (map) => {
          const [a, b] = map.functions.entries(map.memory, map.map);
          map.memory.writeBytes(a!.key, map.memory.read(b!.key, 8)!);
        },
        /the key is also in table 0 group/,
      ],
      ["a control byte", (map) => map.memory.write8(someSlot(map).ctrl, 0xc0), /0xc0 is no control byte$/],
    ];
    for (const [name, damage, said] of cases) {
      const map = filled(20);
      expect(map.broken()).toEqual([]);
      damage(map);
      expect(map.broken(), name).toContainEqual(expect.stringMatching(said));
    }
  });

  it("are those of small maps, too", () => {
    const small = filled(3);
    const group = small.memory.readWord(small.map + MAP.dirPtr);
    small.memory.write8(group + 7, 0xfe);
    expect(small.broken()).toEqual(["group slot 7: there is a tombstone, which small maps do not have"]);
    const none = filled(0);
    none.memory.writeWord(none.map + MAP.used, 1);
    expect(none.broken()).toEqual(["used: used is 1, but there is no group"]);
  });

  it("come to an end whatever the bytes are", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...keyKinds),
        fc.constantFrom(5, 20, 300),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 40 }),
        (kind, elements, changes) => {
          const map = filled(elements, { kind });
          const table = elements > 8 ? tableOf(map) : map.map;
          const spans = [
            [map.map, MAP.size],
            [table, elements > 8 ? TABLE.size : MAP.size],
            [elements > 8 ? map.memory.readWord(table + TABLE.groupsData) : map.map, MAP.size],
          ] as const;
          for (const [where, byte] of changes) {
            const [start, length] = spans[where % spans.length]!;
            map.memory.write8(start + (where % length), byte);
          }
          expect(Array.isArray(map.broken())).toBe(true);
          expect(map.functions.entries(map.memory, map.map).length).toBeLessThan(100_000);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("say that there is no map where there is none", () => {
    const map = filled(1);
    expect(map.functions.brokenInvariants(map.memory, 0x1234)).toEqual([
      { where: "map", sentence: "the map's header cannot be read" },
    ]);
    expect(map.functions.entries(map.memory, 0)).toEqual([]);
  });
});
