import { describe, expect, it } from "vitest";
import { decodeMap } from "../../../src/golang/maps/decode.js";
import type { DecodedMap } from "../../../src/golang/maps/decoded.js";
import { likelyMapTypes } from "../../../src/golang/maps/likely-types.js";
import { ProgramMaps } from "../../../src/golang/maps/program-maps.js";
import type { Address } from "../../../src/golang/memory.js";
import { entriesOf } from "../../support/map-memory.js";
import { MadeMaps, type MadeSlot } from "../../support/made-maps.js";

const mapsOf = (made: MadeMaps): ProgramMaps => new ProgramMaps(made.memory, made.memory.symbols);

function decoded(made: MadeMaps, address: Address, limits = {}): DecodedMap {
  return mapsOf(made).decode(address, made.type, limits);
}

const where = (map: DecodedMap): readonly string[] => map.broken.map((one) => one.where);

const rest: MadeSlot = [0];
const nothingElse = Array.from({ length: 8 }, () => rest);

describe.each(["go1.19.8", "go1.23.5", "go1.24.4 X:noswissmap"])("classic maps of %s", (version) => {
  it("reads buckets and overflow buckets", () => {
    const made = new MadeMaps(version, "classic");
    const buckets = made.buckets([
      [5, 6, 7, 8, 9, 10, 11, 255].map((mark, index) => [mark, index, index * 10]),
      [[200, 99, -1], rest, rest, rest, rest, rest, rest, rest],
    ]);
    made.overflow(buckets, [[77, 8, 80], rest, rest, rest, rest, rest, rest, rest]);
    const map = decoded(made, made.classic({ count: 10, B: 1, buckets, noverflow: 1 }));
    expect(map).toMatchObject({ count: 10, writing: false, growing: undefined, broken: [], cut: undefined });
    expect(map.type).toMatchObject({ name: "map[int]int", keySize: 8, elementSize: 8 });
    expect(map.blocks.map(({ index, overflow }) => [index, overflow])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    expect(entriesOf(map)).toEqual(
      ["99: -1", "8: 80", ...Array.from({ length: 8 }, (_, key) => `${key}: ${key * 10}`)].toSorted(),
    );
  });

  it("reads a map that grows: moved entries are shown as such, and not counted", () => {
    const made = new MadeMaps(version, "classic");
    const gone: MadeSlot = [4];
    const oldbuckets = made.buckets([
      [[2, 1, 10], [3, 2, 20], gone, gone, gone, gone, gone, gone],
      [[50, 3, 30], rest, rest, rest, rest, rest, rest, rest],
    ]);
    const buckets = made.buckets([
      [[60, 1, 10], rest, rest, rest, rest, rest, rest, rest],
      [rest, rest, rest, rest, rest, rest, rest, rest],
      [[70, 2, 20], rest, rest, rest, rest, rest, rest, rest],
      [rest, rest, rest, rest, rest, rest, rest, rest],
    ]);
    const header = { count: 3, B: 2, buckets, oldbuckets, nevacuate: 1 };
    const map = decoded(made, made.classic(header));
    expect(map.growing).toEqual({ sameSize: false, evacuated: 1, oldBuckets: 2 });
    expect(map.broken).toEqual([]);
    expect(entriesOf(map)).toEqual(["1: 10", "2: 20", "3: 30"]);
    expect(map.oldBlocks[0]?.slots.map(({ state }) => state).slice(0, 3)).toEqual([
      "moved to the first half",
      "moved to the second half",
      "moved, was empty",
    ]);
    // The old bytes are still there.
    expect(map.oldBlocks[0]?.slots[1]?.key?.text).toBe("2");
    expect(map.oldBlocks[0]?.slots[2]?.key).toBeUndefined();
  });

  it("names what cannot be", () => {
    const made = new MadeMaps(version, "classic");
    const buckets = made.buckets([
      [[9, 1, 1], rest, [10, 2, 2], rest, rest, rest, rest, rest],
      [[9, 1, 1], [1], [1], [1], [1], [1], [1], [1]],
    ]);
    const map = decoded(made, made.classic({ count: 7, B: 1, buckets, flags: 4 + 8, noverflow: 3 }));
    expect(map.writing).toBe(true);
    expect(where(map)).toEqual([
      "flags",
      "flags",
      "bucket 0",
      "bucket 1, slot 0",
      "bucket 1",
      "count",
      "noverflow",
    ]);
    expect(map.broken.map(({ sentence }) => sentence)).toContain("It is 7, and 3 slots are full.");
    expect(map.broken.map(({ sentence }) => sentence)).toContain(
      "The key 1 is there twice; a map has each key once.",
    );
  });

  it("finds the end of a chain that has none", () => {
    const made = new MadeMaps(version, "classic");
    const full: readonly MadeSlot[] = Array.from({ length: 8 }, (_, index) => [9, index, 0]);
    const buckets = made.buckets([full]);
    made.memory.word(buckets + 136, buckets);
    const map = decoded(made, made.classic({ count: 8, B: 0, buckets }));
    expect(where(map)).toEqual(["bucket 0"]);
    expect(map.blocks).toHaveLength(1);
  });

  it("shows the rest where a part cannot be read", () => {
    const made = new MadeMaps(version, "classic");
    const buckets = made.buckets([[[9, 1, 1], rest, rest, rest, rest, rest, rest, rest]]);
    made.memory.word(buckets + 136, 0x99_0000_0000);
    const map = decoded(made, made.classic({ count: 1, B: 0, buckets, noverflow: 1 }));
    expect(entriesOf(map)).toEqual(["1: 1"]);
    expect(map.blocks[1]).toMatchObject({ overflow: 1, slots: [], unreadable: "no such memory" });
    expect(map.cut).toMatch(/cannot be read/);
    expect(map.broken).toEqual([]);
  });

  it("keeps no more slots than asked for, and still counts all", () => {
    const made = new MadeMaps(version, "classic");
    const bucket: readonly MadeSlot[] = [[9, 1, 1], rest, rest, rest, rest, rest, rest, rest];
    const others = Array.from({ length: 15 }, (_, key): readonly MadeSlot[] => [
      [9, key + 2, 1],
      ...bucket.slice(1),
    ]);
    const buckets = made.buckets([bucket, ...others]);
    const map = decoded(made, made.classic({ count: 16, B: 4, buckets }), { slots: 24 });
    expect(map.blocks).toHaveLength(3);
    expect(map).toMatchObject({ broken: [], cut: "3 of 16 buckets or groups are shown." });
  });
});

describe.each(["go1.24.4", "go1.25.12", "go1.27.3"])("swiss maps of %s", (version) => {
  const empty = Array.from({ length: 8 }, (): MadeSlot => [0x80]);

  it("reads a small map", () => {
    const made = new MadeMaps(version, "swiss");
    const group = made.groups([[[0x80], [0x11, 5, 50], [0x7f, 6, 60]]]);
    const map = decoded(made, made.swiss({ used: 2, group }));
    expect(map).toMatchObject({ count: 2, writing: false, broken: [], cut: undefined, tables: [] });
    expect(entriesOf(map)).toEqual(["5: 50", "6: 60"]);
    expect(map.blocks[0]?.slots.map(({ state }) => state).slice(0, 2)).toEqual(["empty", "full"]);
  });

  it("reads tables, also such as stand in the directory more than once", () => {
    const made = new MadeMaps(version, "swiss");
    const shared = made.table({
      used: 1,
      capacity: 8,
      growthLeft: 6,
      localDepth: 1,
      index: 0,
      groups: made.groups([[[1, 1, 10]]]),
    });
    const left = made.table({
      used: 7,
      capacity: 16,
      growthLeft: 6,
      localDepth: 2,
      index: 2,
      groups: made.groups([
        [...Array.from({ length: 7 }, (_, key): MadeSlot => [2, key + 20, 1]), [0xfe]],
        empty,
      ]),
    });
    const right = made.table({
      used: 0,
      capacity: 8,
      growthLeft: 7,
      localDepth: 2,
      index: 3,
      groups: made.groups([empty]),
    });
    const map = decoded(
      made,
      made.swiss({ used: 8, tables: [shared, shared, left, right], tombstonePossible: 1 }),
    );
    expect(map.broken).toEqual([]);
    expect(map.tables.map(({ directoryIndexes }) => directoryIndexes)).toEqual([[0, 1], [2], [3]]);
    expect(entriesOf(map)).toHaveLength(8);
    expect(map.tables[1]?.groups[0]?.slots[7]?.state).toBe("deleted");
  });

  it("names what cannot be", () => {
    const made = new MadeMaps(version, "swiss");
    const table = made.table({
      used: 3,
      capacity: 8,
      growthLeft: 2,
      localDepth: 1,
      index: 0,
      groups: made.groups([[[1, 1, 1], [2, 1, 1], [0xfe], [0x90], [3, 2, 2], [4, 3, 3], [0xfe], [0xfe]]]),
    });
    const map = decoded(made, made.swiss({ used: 9, tables: [table, table], writing: 1 }));
    expect(map.writing).toBe(true);
    const found = where(map);
    const wanted = [
      "writing",
      "table 0 directory",
      "table 0 group 0",
      "table 0 group 0, slot 1",
      "table 0 used",
    ];
    expect(found).toEqual(expect.arrayContaining([...wanted, "table 0 growthLeft", "table 0", "used"]));
    expect(found.includes("tombstonePossible")).toBe(version !== "go1.24.4");
  });

  it("names a small map that is none", () => {
    const made = new MadeMaps(version, "swiss");
    const group = made.groups([[[0x11, 5, 50], [0xfe]]]);
    const map = decoded(made, made.swiss({ used: 9, group }));
    expect(where(map)).toEqual(["used", "used", "group 0"]);
    expect(where(decoded(made, made.swiss({ used: 1 })))).toEqual(["dirPtr"]);
  });

  it("reads a directory of which one table is not there", () => {
    const made = new MadeMaps(version, "swiss");
    const table = made.table({
      used: 1,
      capacity: 8,
      growthLeft: 6,
      localDepth: 1,
      index: 0,
      groups: made.groups([[[1, 1, 10]]]),
    });
    const map = decoded(made, made.swiss({ used: 2, tables: [table, 0x77_0000_0000] }));
    expect(map.tables[1]?.unreadable).toBe("there is no memory at 0x7700000000");
    expect(entriesOf(map)).toEqual(["1: 10"]);
    expect(map.cut).toMatch(/cannot be read/);
    expect(map.broken).toEqual([]);
  });

  it("shows what there is where the type is not known", () => {
    const made = new MadeMaps(version, "swiss");
    const group = made.groups([[[0x11, 5, 50]]]);
    const map = mapsOf(made).decode(made.swiss({ used: 1, group }), undefined);
    expect(map.header.find(({ name }) => name === "used")?.value).toBe(1n);
    expect(map.blocks[0]?.slots[0]).toMatchObject({ state: "full", mark: 0x11, key: undefined });
    expect(map.cut).toMatch(/type is not known/);
  });

  it("finds the type of a map that only one fits", () => {
    const made = new MadeMaps(version, "swiss");
    const int = made.memory.plainType("int");
    const string = made.memory.plainType("string");
    made.memory.mapType("map[string]int", { type: string, slot: 16 }, { type: int, slot: 8 });
    const alike = made.memory.mapType("main.counts", { type: int, slot: 8 }, { type: int, slot: 8 });
    const group = made.groups([[0, 1, 2, 3, 4, 5].map((key): MadeSlot => [0x11, key + 1, 50])]);
    const address = made.swiss({ used: 6, group });
    const { types } = likelyMapTypes(mapsOf(made), address);
    expect(types.map(({ name }) => name)).toEqual(["map[int]int", "main.counts"]);
    expect(
      mapsOf(made)
        .typesNamed("main.counts")
        .map((type) => type.address),
    ).toEqual([alike]);
  });
});

describe("keys that are not where their hashes put them", () => {
  /** The key is the hash: its lower half as it is, its upper half in the upper bits. */
  const values = {
    key: (bytes: Uint8Array) => ({ text: String(bytes[0]), unreadable: false }),
    element: () => ({ text: "-", unreadable: false }),
    hash: (bytes: Uint8Array) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
      return { low: view.getUint32(0, true), high: view.getUint32(4, true) };
    },
  };

  const sentences = (made: MadeMaps, address: Address): readonly string[] => {
    const maps = mapsOf(made);
    const map = decodeMap({ ...maps.source(maps.types.mapAt(made.type)), values }, address);
    return [`${map.keysInPlace} in place`, ...map.broken.map((one) => `${one.where}: ${one.sentence}`)];
  };

  const withTop = (top: number, low: number): bigint => BigInt(top) * 2n ** 56n + BigInt(low);

  it("are named in classic maps", () => {
    const made = new MadeMaps("go1.23.5", "classic");
    const buckets = made.buckets([
      // In place; its upper bits are those of a mark, so 5 is added; another bucket's; another tophash.
      [
        [9, withTop(9, 2)],
        [6, withTop(1, 4)],
        [9, withTop(9, 3)],
        [10, withTop(16, 2)],
        rest,
        rest,
        rest,
        rest,
      ],
      nothingElse,
    ]);
    expect(sentences(made, made.classic({ count: 4, B: 1, buckets }))).toEqual([
      "2 in place",
      "bucket 0, slot 2: The key 3 cannot be found there: its hash puts it into bucket 1.",
      "bucket 0, slot 3: The key 2 cannot be found there: its tophash is 16, and 10 stands there.",
    ]);
  });

  it("are named in swiss maps", () => {
    const made = new MadeMaps("go1.27.3", "swiss");
    const full = Array.from({ length: 8 }, (): MadeSlot => [0x11, 0x11]);
    const groups = made.groups([
      // The search begins in group 2, and ends there, because it has empty slots.
      [[0x22, 0x22 + 2 * 128], [0x80]],
      // Group 0 is not full: one that begins there does not come here. Group 1 is where it begins.
      [
        [0x23, 0x23],
        [0x23, 0x23 + 128],
        [0x24, 0x25],
      ],
      [[0x80]],
      full,
    ]);
    const fields = { used: 12, capacity: 32, growthLeft: 16, localDepth: 1 };
    const table = made.table({ ...fields, index: 0, groups });
    const other = made.table({
      ...fields,
      used: 1,
      growthLeft: 6,
      capacity: 8,
      index: 1,
      groups: made.groups([[[0x11, 0x11]]]),
    });
    const found = sentences(made, made.swiss({ used: 13, tables: [table, other] }));
    expect(found).toEqual([
      "1 in place",
      "table 0 group 0, slot 0: The key 34 cannot be found there: a search for it ends in group 2.",
      "table 0 group 1, slot 0: The key 35 cannot be found there: a search for it ends in group 0.",
      "table 0 group 1, slot 2: The key 37 cannot be found there: its control byte is 37, and 36 stands there.",
      ...Array.from(
        { length: 8 },
        (_, slot) =>
          `table 0 group 3, slot ${slot}: The key 17 cannot be found there: a search for it ends in group 0.`,
      ),
      "table 1 group 0, slot 0: The key 17 cannot be found there: its hash puts it into entry 0 of the directory.",
    ]);
  });
});

it("reads nil and what is not there", () => {
  const made = new MadeMaps("go1.27.3", "swiss");
  expect(decoded(made, 0)).toMatchObject({ count: 0, header: [], cut: undefined });
  expect(decoded(made, 0x40).cut).toMatch(/header at 0x40 cannot be read/);
});
