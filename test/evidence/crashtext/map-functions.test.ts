import { describe, expect, it } from "vitest";
import {
  isFatalFunction,
  mapArgument,
  mapOperationOf,
} from "../../../src/evidence/crashtext/map-functions.js";

describe("mapOperationOf", () => {
  it.each([
    ["runtime.mapaccess1", "read"],
    ["runtime.mapaccess2_faststr", "read"],
    ["runtime.mapaccess2_fast64ptr", "read"],
    ["runtime.mapaccessK", "iterate"],
    ["runtime.mapassign_fast32", "write"],
    ["runtime.growWork_fast64", "write"],
    ["runtime.mapdelete_faststr", "delete"],
    ["runtime.mapiterinit", "iterate"],
    ["runtime.mapIterStart", "iterate"],
    ["runtime.mapIterNext", "iterate"],
    ["runtime.mapclear", "clear"],
    ["runtime.mapclone2", "clone"],
    ["maps.clone", "clone"],
    ["reflect.mapaccess_faststr", "read"],
    ["reflect.mapassign0", "write"],
    ["reflect.mapiternext", "iterate"],
    ["reflect.maplen", "length"],
    ["runtime.reflect_mapdelete", "delete"],
    ["internal/runtime/maps.(*Iter).Next", "iterate"],
    ["internal/runtime/maps.(*Map).Delete", "delete"],
    ["internal/runtime/maps.(*Map).putSlotSmallFastStr", "write"],
    ["internal/runtime/maps.(*Map).growToSmall", "write"],
    ["internal/runtime/maps.(*table).rehash", "write"],
    ["internal/runtime/maps.(*Map).getWithoutKeySmallFastStr", "read"],
    ["internal/runtime/maps.(*Map).Clone", "clone"],
    ["internal/runtime/maps.(*table).Clear", "clear"],
    ["internal/runtime/maps.runtime_mapaccess2", "read"],
  ])("%s: %s", (name, operation) => {
    expect(mapOperationOf(name)).toBe(operation);
  });

  it.each([
    "main.mapaccess1",
    "runtime.makemap",
    "maps.Clone[...]",
    "reflect.Value.MapIndex",
    "internal/runtime/maps.fatal",
    "runtime.mallocgc",
  ])("%s does nothing to a map", (name) => {
    expect(mapOperationOf(name)).toBeNull();
  });
});

describe("mapArgument", () => {
  it.each([
    ["runtime.mapaccess2", "0x159fc40, 0xc4202bef90, 0xc42038d480", "0xc4202bef90"],
    ["reflect.mapassign_faststr", "0x1?, 0xc4202bef90, {0x1, 0x2}", "0xc4202bef90"],
    ["internal/runtime/maps.(*Map).Delete", "0x25a238db0cf0, 0x4d7560", "0x25a238db0cf0"],
    ["runtime.mapdelete_fast64", "0x0?, 0x0?, 0x62", null],
    ["runtime.mapassign_fast64", "0x4c10c0, 0xc000014450?, 0x6", null],
    ["runtime.mapiternext", "0xc001e3b5b8", null],
    ["runtime.mapaccess1", null, null],
  ])("of %s(%s) is %s", (name, printed, address) => {
    expect(mapArgument(name, printed)).toBe(address);
  });
});

describe("isFatalFunction", () => {
  it("knows the functions that print the message", () => {
    expect(["runtime.throw", "runtime.fatal", "internal/runtime/maps.fatal"].map(isFatalFunction)).toEqual([
      true,
      true,
      true,
    ]);
    expect(["runtime.fatalthrow", "main.fatal", "panic"].map(isFatalFunction)).toEqual([false, false, false]);
  });
});
