import { describe, expect, it } from "vitest";
import { Damage } from "../../../src/evidence/order/damage.js";
import { OrderStacks } from "../../../src/evidence/order/stacks.js";
import { writeOrderFile } from "../../support/order-events.js";
import { readAll } from "./read-all.js";

const anAccess = { goroutine: 1, kind: 33 };

describe("the stacks of order events", () => {
  it("have from none to 128 PCs, and are known on all writers", () => {
    const stacks = [
      [],
      [0x40_1000],
      [2 ** 53 - 1, 1],
      Array.from({ length: 128 }, (_, index) => 0x40_0000 + index),
    ];
    const events = stacks.map((stack, index) => ({
      ...anAccess,
      goroutine: index + 1,
      writer: index + 1,
      stack,
    }));
    const { bytes } = writeOrderFile([...events, ...events], { chunkSize: 2048 });
    const { events: given, stack, coverage } = readAll(bytes);
    expect(
      given.map((event) => stack(event.stack)).toSorted((one, other) => one.length - other.length),
    ).toEqual(stacks.flatMap((pcs) => [pcs, pcs]));
    expect(coverage).toMatchObject({ notPlaced: 0, damage: [] });
    for (const id of [0, 5, -1, 1.5, NaN, 2 ** 40 + 1]) {
      expect(stack(id)).toEqual([]);
    }
  });

  it("are known, too, when they stand where nothing could be placed", () => {
    const { bytes } = writeOrderFile([{ ...anAccess, stack: [7, 8] }], { roots: [] });
    const { events, stack, coverage } = readAll(bytes);
    expect(events).toEqual([]);
    expect(coverage).toMatchObject({ notPlaced: 1, damage: [] });
    expect(stack(1)).toEqual([7, 8]);
  });

  it.each([
    ["more PCs than a stack has", 16, 129, "stacks or types that cannot be: 1"],
    ["more PCs than a chunk has room for", 16, 60, "stacks or types that cannot be: 1"],
    ["a number of PCs that cannot be", 20, 0x0200_0001, "stacks or types that cannot be: 1"],
    ["a PC that cannot be", 36, 0x20_0000, "stacks with PCs that cannot be: 1"],
    ["no id", 28, 0, "stacks without an id: 1"],
  ])("are not taken with %s", (_, offset, value, reason) => {
    const { bytes, firstChunk } = writeOrderFile([{ ...anAccess, stack: [7, 8] }]);
    new DataView(bytes.buffer).setUint32(firstChunk + 64 + offset, value, true);
    const { stack, coverage } = readAll(bytes);
    expect(stack(1)).toEqual([]);
    expect(coverage.damage).toEqual([reason]);
  });

  it("are at most a million, each id given once", () => {
    const damage = new Damage();
    const stacks = new OrderStacks(damage);
    const words = new Uint32Array(2);
    for (let id = 1; id <= 2 ** 20 + 3; id++) {
      words[0] = id;
      stacks.add(id, words, 0, 1);
    }
    stacks.add(1, words, 0, 1);
    expect([1, 77, 2 ** 20, 2 ** 20 + 1].map((id) => stacks.get(id))).toEqual([[1], [77], [2 ** 20], []]);
    expect(damage.told()).toEqual([
      "stacks that there was no room for: 3",
      "stacks that were given again: 1",
    ]);
  });
});

describe("the types of maps", () => {
  it("are known by the stack of an access", () => {
    const event = (goroutine: number, stack: readonly number[], mapType?: string) => ({
      ...anAccess,
      goroutine,
      writer: goroutine,
      stack,
      ...(mapType === undefined ? {} : { mapType }),
    });
    const long = `map[string]struct { ${"F int; ".repeat(40)}}`;
    const { bytes } = writeOrderFile(
      [
        event(1, [8], "map[string]int"),
        event(2, [9, 1], long),
        event(2, [7]),
        event(1, [10], "map[ключ]int"),
      ],
      { chunkSize: 512 },
    );
    const { mapType, coverage } = readAll(bytes);
    expect([1, 2, 3, 4, 5].map((stack) => mapType(stack))).toEqual([
      "map[string]int",
      long,
      null,
      "map[ключ]int",
      null,
    ]);
    expect(coverage).toMatchObject({ events: 4, notPlaced: 0, damage: [] });
  });

  it("are known by the innermost PC too, when only one type is known there", () => {
    const event = (stack: readonly number[], mapType?: string) => ({
      ...anAccess,
      stack,
      ...(mapType === undefined ? {} : { mapType }),
    });
    const { bytes } = writeOrderFile([
      event([8, 1], "map[int]int"),
      event([8, 2], "map[int]int"),
      event([8, 3]),
      event([9, 1], "map[int]string"),
      event([9, 2], "map[int]bool"),
      event([9, 3]),
    ]);
    const { mapType } = readAll(bytes);
    expect([1, 2, 3, 4, 5, 6].map((stack) => mapType(stack))).toEqual([
      "map[int]int",
      "map[int]int",
      "map[int]int",
      "map[int]string",
      "map[int]bool",
      null,
    ]);
  });

  it.each([
    ["more bytes than a name has", 1025],
    ["more bytes than the chunk has", 200],
  ])("are not taken with %s", (_, length) => {
    const { bytes, firstChunk } = writeOrderFile([{ ...anAccess, stack: 3, mapType: "map[int]int" }]);
    new DataView(bytes.buffer).setUint32(firstChunk + 64 + 16, length, true);
    const { mapType, coverage } = readAll(bytes);
    expect(mapType(3)).toBeNull();
    expect(coverage).toMatchObject({ notPlaced: 1, damage: ["stacks or types that cannot be: 1"] });
  });
});
