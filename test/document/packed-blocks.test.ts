import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MaptrapError } from "../../src/base/errors.js";
import { BlockPacker, packMap } from "../../src/document/block-packer.js";
import { type BlockJson, blockSchema, type MapJson } from "../../src/document/map-schema.js";
import { decodeBlocks, encodeBlocks } from "../../src/document/packed-bytes.js";
import type { PackedBlocks } from "../../src/document/packed-blocks.js";
import { slotStates } from "../../src/document/slot-states.js";
import { classic, classicStrings, filled, jsonOf, statesOf, swiss } from "../studio/memory/made.js";

const allOf = (packed: PackedBlocks): readonly BlockJson[] =>
  Array.from({ length: packed.count }, (_, block) => packed.at(block));

const blocksOf = (map: MapJson): readonly BlockJson[] => [
  ...map.blocks,
  ...map.oldBlocks,
  ...map.tables.flatMap(({ groups }) => groups),
];

const shape: MapJson["shape"] = {
  blockSize: 144,
  keysOffset: 8,
  keyStride: 8,
  elementsOffset: 72,
  elementStride: 8,
  keySize: 200,
  elementSize: 8,
  indirectKey: true,
  indirectElement: false,
};

const value = fc.option(fc.record({ text: fc.string({ unit: "binary" }), unreadable: fc.boolean() }));
const address = fc.oneof(
  fc.nat().map((at) => `0x${at.toString(16)}`),
  fc.constantFrom("0x0", "0xffffffffffffffff", "0x00", "<b>", ""),
);
const slot = fc.record({
  state: fc.constantFrom(...slotStates),
  mark: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.nat()),
  keyAddress: address,
  elementAddress: address,
  key: value,
  element: value,
});
const anyBlock: fc.Arbitrary<BlockJson> = fc.record({
  address,
  index: fc.nat(),
  overflow: fc.nat(),
  slots: fc.array(slot, { maxLength: 8 }),
  unreadable: fc.option(fc.string()),
  bytes: fc.option(
    fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("hex")),
      fc.string(),
    ),
  ),
});

describe("the blocks of a map in columns", () => {
  it.each([
    ["a classic map", jsonOf(filled(classic, 500))],
    ["one that grows", statesOf(classic, 52, 55).find(({ growing }) => growing !== null)],
    ["one of strings", jsonOf(filled(classicStrings, 100))],
    ["a small swiss map", jsonOf(filled(swiss, 5))],
    ["one of several tables", jsonOf(filled(swiss, 1300))],
  ])("are what they were: %s", (_, map) => {
    if (map === undefined) {
      throw new Error("there is no such state");
    }
    const { blocks, map: rest } = packMap(map);
    expect(allOf(blocks)).toEqual(blocksOf(map));
    expect(blocks.lists).toEqual([
      map.blocks.length,
      map.oldBlocks.length,
      ...map.tables.map(({ groups }) => groups.length),
    ]);
    // All of them are held by the columns: none had to be kept as JSON.
    expect(blocks.columns.kinds.every((kind) => kind < 2)).toBe(true);
    const bytes = encodeBlocks(blocks);
    expect(allOf(decodeBlocks(bytes, rest))).toEqual(blocksOf(map));
    // Also where they lie at any place of something larger.
    const within = new Uint8Array(bytes.length + 3);
    within.set(bytes, 3);
    expect(allOf(decodeBlocks(within.subarray(3), rest))).toEqual(blocksOf(map));
  });

  it("are what they were, whatever is in them", () => {
    fc.assert(
      fc.property(fc.array(anyBlock, { maxLength: 6 }), fc.constantFrom(shape, null), (blocks, ofShape) => {
        const packer = new BlockPacker(ofShape);
        blocks.forEach((block) => packer.add(block));
        packer.endList();
        const packed = packer.finish();
        expect(allOf(packed)).toEqual(blocks);
        blocks.forEach((block, index) => {
          const states = Array.from({ length: 8 }, (_, at) => packed.state(index, at));
          expect(states).toEqual(Array.from({ length: 8 }, (_, at) => block.slots[at]?.state));
        });
      }),
      { numRuns: 150 },
    );
  });

  it("are taken where the schema takes them, and nowhere else", () => {
    const part = fc.oneof(fc.anything(), slot);
    const nearly = fc.oneof(
      fc.anything(),
      fc
        .tuple(
          anyBlock,
          fc.constantFrom("address", "index", "overflow", "slots", "unreadable", "bytes"),
          part,
        )
        .map(([block, name, other]) => ({ ...block, [name]: other })),
      fc
        .tuple(
          anyBlock,
          slot,
          fc.constantFrom(...Object.keys({ state: 0, mark: 0, key: 0, element: 0 })),
          part,
        )
        .map(([block, one, name, other]) => ({ ...block, slots: [{ ...one, [name]: other }] })),
    );
    fc.assert(
      fc.property(nearly, (block) => {
        const expected = blockSchema.safeParse(block);
        const packer = new BlockPacker(null);
        if (expected.success) {
          packer.add(block);
          expect(packer.finish().at(0)).toEqual(expected.data);
        } else {
          expect(() => packer.add(block)).toThrow();
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("packed bytes that are damaged", () => {
  const map = jsonOf(filled(classicStrings, 40));
  const { blocks, map: rest } = packMap(map);
  const bytes = encodeBlocks(blocks);

  it("are refused, or give blocks that can be shown", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
        (changes, length) => {
          const damaged = bytes.slice(0, length);
          changes.forEach(([at, byte]) => (damaged[at] = byte));
          try {
            allOf(decodeBlocks(damaged, rest));
          } catch (error) {
            expect(error).toBeInstanceOf(MaptrapError);
            expect((error as MaptrapError).wayOut).toBeTruthy();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are refused where they are of another map", () => {
    expect(() => decodeBlocks(bytes, packMap(jsonOf(filled(swiss, 1300))).map)).toThrow(
      /not those of the map/,
    );
    expect(() => decodeBlocks(new Uint8Array(64), rest)).toThrow(/do not begin/);
  });
});
