import { describe, expect, it } from "vitest";
import { bucketsAfter, parsePlace, placeText, tablePrefix } from "../../../src/report/map-places.js";
import { packMap } from "../../../src/document/block-packer.js";
import type { MapJson } from "../../../src/document/map-schema.js";
import { changesSince as changesOfPacked } from "../../../studio/parts/map-memory/changes.js";
import {
  type GridPanel,
  type GridRow,
  locate,
  panelsOf as panelsOfPacked,
  placeAfterKey,
  placeAt,
} from "../../../studio/parts/map-memory/grid.js";
import { overviewLayout } from "../../../studio/parts/map-memory/overview-layout.js";
import { bytesOf, fieldOfBytes, regionOf } from "../../../studio/parts/map-memory/region.js";
import { saidOf, wholeText } from "../../../studio/parts/map-memory/sentences.js";
import { classic, classicStrings, filled, jsonOf, statesOf, swiss } from "./made.js";

const panelsOf = (map: MapJson): readonly GridPanel[] => panelsOfPacked(packMap(map));
const changesSince = (before: MapJson | null | undefined, after: MapJson) =>
  changesOfPacked(before === null || before === undefined ? before : packMap(before), packMap(after));
const rowsOf = (panel: GridPanel): readonly GridRow[] =>
  Array.from({ length: panel.count }, (_, at) => panel.row(at)!);

describe("places of a map", () => {
  it("are read as they are written", () => {
    for (const text of [
      "bucket 3, slot 2",
      "old bucket 12",
      "bucket 0, overflow 2, slot 7",
      "group 0, slot 1",
      "table 4 group 2",
      "table 4 growthLeft",
      "table 4",
      "flags",
      "bucket 3, slot 9",
    ]) {
      expect(placeText(parsePlace(text))).toBe(text);
    }
    expect(parsePlace("bucket 3, slot 9").kind).toBe("header");
  });

  it("say where entries go, and which hashes a table has", () => {
    expect(bucketsAfter(3, { sameSize: false, oldBuckets: 16 })).toEqual([3, 19]);
    expect(bucketsAfter(3, { sameSize: true, oldBuckets: 16 })).toEqual([3]);
    expect(tablePrefix(4, 3, 4)).toBe("010");
    expect(tablePrefix(0, 0, 0)).toBe("");
  });
});

describe("the grid of a map", () => {
  const growing = jsonOf(filled(classic, 53));
  const large = jsonOf(filled(swiss, 1300));

  it("has old buckets before new ones, each with its chain, and finds each slot again", () => {
    expect(growing.growing).not.toBeNull();
    const panels = panelsOf(growing);
    expect(panels.map(({ array }) => array)).toEqual(["old buckets", "buckets"]);
    let found = 0;
    for (const panel of panels) {
      for (const [row, one] of rowsOf(panel).entries()) {
        for (let column = 0; one.kind === "blocks" && column < one.blocks.length * 8; column++) {
          const place = placeAt(panel, row, column);
          expect(locate(panels, place)).toMatchObject({ row, column });
          found++;
        }
      }
    }
    expect(found).toBe(8 * (growing.blocks.length + growing.oldBlocks.length));
  });

  it("has a row for each table before its groups", () => {
    const [panel] = panelsOf(large);
    expect(large.tables.length).toBeGreaterThan(1);
    expect(rowsOf(panel!).filter(({ kind }) => kind === "table")).toHaveLength(large.tables.length);
    expect(panel?.row(0)).toMatchObject({ kind: "table", number: 0 });
    expect(locate(panelsOf(large), "table 0 growthLeft")?.table).toEqual({ ...large.tables[0], groups: [] });
  });

  it("is gone through by keys, never beyond its ends", () => {
    const panels = panelsOf(growing);
    const [panel] = panels;
    if (panel === undefined) {
      throw new Error("there is no panel");
    }
    const after = (place: string, key: string): string | undefined => {
      const at = locate(panels, place);
      return at === undefined ? undefined : placeAfterKey(panel, at, key, 4);
    };
    // The border of evacuation stands between two buckets, and is passed over.
    const border = rowsOf(panel).findIndex(({ kind }) => kind === "border");
    const nevacuate = Number(growing.header.find(({ name }) => name === "nevacuate")?.value);
    expect(border).toBeGreaterThan(0);
    expect(panel.row(border)).toEqual({ kind: "border", nevacuate });
    expect(after(`old bucket ${nevacuate - 1}, slot 2`, "ArrowDown")).toBe(`old bucket ${nevacuate}, slot 2`);
    expect(after(`old bucket ${nevacuate}, slot 2`, "ArrowUp")).toMatch(
      new RegExp(`^old bucket ${nevacuate - 1}`),
    );
    expect(after("old bucket 0, slot 0", "ArrowRight")).toBe("old bucket 0, slot 1");
    expect(after("old bucket 0, slot 0", "ArrowLeft")).toBe("old bucket 0, slot 0");
    expect(after("old bucket 1, slot 3", "ArrowDown")).toBe("old bucket 2, slot 3");
    expect(after("old bucket 1, slot 0", "ArrowLeft")).toMatch(/^old bucket 0(?:, overflow \d)?, slot 7$/);
    expect(after("old bucket 1, slot 3", "Home")).toBe("old bucket 1, slot 0");
    expect(after("old bucket 1, slot 3", "Ctrl+Home")).toBe("old bucket 0, slot 0");
    expect(after("old bucket 1, slot 3", "PageDown")).toBe("old bucket 4, slot 3");
    expect(after("old bucket 7, slot 3", "ArrowDown")).toBe("old bucket 7, slot 3");
    expect(after("old bucket 1, slot 3", "a")).toBeUndefined();
  });

  it("says a map in a sentence", () => {
    expect(wholeText(growing)).toMatch(/^classic map, 53 elements and \d+ of 8 old buckets have moved$/);
    expect(wholeText(large)).toMatch(/^swiss map, 1,300 elements and \d tables$/);
  });

  it("goes on in the next row where a chain is long, and comes to an end", () => {
    const [first] = growing.blocks;
    if (first === undefined) {
      throw new Error("there is no bucket");
    }
    const blocks = Array.from({ length: 10 }, (_, overflow) => ({ ...first, overflow }));
    const [, panel] = panelsOf({ ...growing, blocks });
    expect(rowsOf(panel!).map((row) => (row.kind === "blocks" ? row.blocks.length : 0))).toEqual([
      3, 3, 3, 1,
    ]);
    expect(locate(panelsOf({ ...growing, blocks }), "bucket 0, overflow 7, slot 2")).toMatchObject({
      row: 2,
      column: 10,
    });
  });
});

describe("what has changed between two states", () => {
  it("is the slot that was filled, and the fields of the header", () => {
    const [before, after] = statesOf(classic, 20, 21);
    if (before === undefined || after === undefined) {
      throw new Error("there are no states");
    }
    const changes = changesSince(before, after);
    expect([...changes.fields]).toEqual(["count"]);
    expect(changes.before("count")).toBe("20");
    const bits = after.blocks.map((_, block) => changes.slots(block));
    expect(bits.reduce((sum, one) => sum + one.toString(2).replaceAll("0", "").length, 0)).toBe(1);
    expect(changesSince(undefined, after).slots(0)).toBe(0);
  });

  it("is all that moved, when a growth goes on", () => {
    const states = statesOf(classic, 52, 60);
    const index = states.findIndex(
      (state, at) => at > 0 && state.growing !== null && states[at - 1]?.growing !== null,
    );
    const [before, after] = [states[index - 1], states[index]];
    if (before === undefined || after === undefined) {
      throw new Error("there is no growth");
    }
    const changes = changesSince(before, after);
    const moved = after.oldBlocks.filter((_, block) => changes.slots(after.blocks.length + block) !== 0);
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every(({ slots }) => slots.every(({ state }) => state.startsWith("moved")))).toBe(true);
    expect(changes.fields.has("nevacuate")).toBe(true);
  });
});

describe("the bytes of what is selected", () => {
  it("are those of the header, with fields at their offsets", () => {
    const map = jsonOf(filled(classic, 30));
    const region = regionOf(map, panelsOf(map), "flags");
    expect(region).toMatchObject({ title: "header", address: map.address });
    expect(region.bytes).toHaveLength(48);
    const field = region.fields.find(({ name }) => name === "count");
    expect(field).toMatchObject({ offset: 0, size: 8, value: "30", place: "count" });
    expect(region.bytes?.[0]).toBe(30);
  });

  it("cover each bucket without a gap, each byte leading to its slot", () => {
    const map = jsonOf(filled(classicStrings, 40));
    const panels = panelsOf(map);
    const region = regionOf(map, panels, "bucket 1, slot 3");
    const of = fieldOfBytes(region);
    expect(of).toHaveLength(8 + 8 * 16 + 8 * 8 + 8);
    expect([...of].every((field) => field >= 0)).toBe(true);
    const keyField = region.fields.find(({ name }) => name === "keys[3]");
    expect(keyField).toMatchObject({ offset: 8 + 3 * 16, size: 16, place: "bucket 1, slot 3" });
    const slot = locate(panels, "bucket 1, slot 3")?.slot;
    expect(keyField?.value).toBe(slot?.key?.text ?? "");
    expect(region.fields.at(-1)).toMatchObject({ name: "overflow", place: "bucket 1" });
  });

  it("are those of tables and groups", () => {
    const map = jsonOf(filled(swiss, 1300));
    const panels = panelsOf(map);
    const table = regionOf(map, panels, "table 0");
    expect(table.bytes).toHaveLength(32);
    expect(table.fields.map(({ name, value }) => `${name} ${value}`)).toContain(
      `used ${map.tables[0]?.used}`,
    );
    const used = (table.bytes?.[0] ?? 0) + 256 * (table.bytes?.[1] ?? 0);
    expect(used).toBe(map.tables[0]?.used);
    const group = regionOf(map, panels, "table 0 group 2, slot 5");
    expect(group.fields.find(({ name }) => name === "slots[5].elem")).toMatchObject({
      offset: 8 + 5 * 16 + 8,
      size: 8,
    });
  });

  it("are nothing where a file does not hold them, or something else", () => {
    expect(bytesOf(null)).toBeUndefined();
    expect(bytesOf("abc")).toBeUndefined();
    expect(bytesOf("zz")).toBeUndefined();
    expect(bytesOf("00ff")).toEqual(Uint8Array.from([0, 255]));
    expect(bytesOf("00".repeat(1 << 20))).toBeUndefined();
  });

  it("go with what is said of the place", () => {
    const map = jsonOf(filled(classic, 53));
    const panels = panelsOf(map);
    const said = saidOf(map, panels, "old bucket 3, slot 0", changesSince(null, map));
    expect(said.find(({ label }) => label === "its entries go to")?.text).toBe(
      "bucket 3 (first half) and bucket 11 (second half)",
    );
    expect(saidOf(map, panels, "bucket 11", changesSince(null, map))).toContainEqual({
      label: "is filled from",
      text: "old bucket 3",
    });
  });
});

describe("the overview", () => {
  it("has a place for each block, and finds it there again", () => {
    for (const [blocks, width] of [
      [40, 300],
      [512, 760],
      [131_072, 780],
      [131_072, 340],
    ] as const) {
      const layout = overviewLayout(blocks, width);
      for (const block of [0, 1, blocks >> 1, blocks - 1]) {
        const { x, y } = layout.placeOf(block);
        expect(x + layout.blockWidth).toBeLessThanOrEqual(width);
        expect(layout.at(x + 3 * layout.scale, y)).toEqual({ block, slot: 3 });
      }
      expect(layout.at(0, layout.height + 10)).toBeUndefined();
    }
    expect(overviewLayout(131_072, 780).scale).toBe(1);
    expect(overviewLayout(40, 300).scale).toBe(4);
  });

  it("counts the blocks before each row", () => {
    const panel = panelsOf(jsonOf(filled(swiss, 1300)))[0]!;
    expect([...panel.starts.subarray(0, 3)]).toEqual([0, 0, 1]);
    expect(panel.starts.at(-1)).toBe(rowsOf(panel).filter(({ kind }) => kind === "blocks").length);
  });
});
