import { describe, expect, it } from "vitest";
import { FATAL, FAULT, PANIC, type Steps } from "../../../src/gomap/machine/goroutine.js";
import { MAP } from "../../../src/gomap/swiss/layout.js";
import { keyKinds, stepsOf, TestMap } from "../../support/swiss-map.js";

const text = (lines: string): string[] => lines.trim().split(/\n\s*/);

function filled(elements: number, minor = 27): TestMap {
  const map = new TestMap({ minor });
  for (let key = 0; key < elements; key++) {
    map.set(key, key);
  }
  return map;
}

describe("the steps of swiss map code", () => {
  it("are those of mapassign_fast64 on a table, in the order of the compiled code", () => {
    const map = filled(9);
    const steps = stepsOf(map.g, map.functions.assign(map.g, map.map, map.key(100)));
    expect(steps.map((step) => step.replaceAll(/\[\d\]/g, "[i]"))).toEqual(
      text(`
        mapassign_fast64 check: load m.writing
        mapassign_fast64 hash: load m.seed
        mapassign_fast64 set writing: load m.writing
        mapassign_fast64 set writing: store m.writing
        mapassign_fast64 choose table: load m.dirPtr
        mapassign_fast64 choose table: load m.dirLen
        mapassign_fast64 choose table: load m.dirLen
        mapassign_fast64 choose table: load m.dirPtr
        mapassign_fast64 choose table: load m.directory[idx]
        mapassign_fast64 find: load t.groups.lengthMask
        mapassign_fast64 find: load t.groups.data
        mapassign_fast64 find: load g.ctrls
        mapassign_fast64 find: load g.ctrls[i]
        mapassign_fast64 insert: load t.growthLeft
        mapassign_fast64 insert: store g.slots[i].key
        mapassign_fast64 insert: store g.ctrls[i]
        mapassign_fast64 insert: load t.growthLeft
        mapassign_fast64 insert: store t.growthLeft
        mapassign_fast64 insert: load t.used
        mapassign_fast64 insert: store t.used
        mapassign_fast64 insert: load m.used
        mapassign_fast64 insert: store m.used
        mapassign_fast64 check again: load m.writing
        mapassign_fast64 clear writing: load m.writing
        mapassign_fast64 clear writing: store m.writing`),
    );
  });

  it("link a first group before it says that it is empty", () => {
    const map = new TestMap();
    const steps = stepsOf(map.g, map.functions.assign(map.g, map.map, map.key(1)));
    expect(steps.slice(4, 7)).toEqual(
      text(`
        mapassign_fast64 choose table: load m.dirPtr
        (*Map).growToSmall grow: store m.dirPtr
        (*Map).growToSmall grow: store g.ctrls`),
    );
  });

  it("look a number up in a small map without its hash, slot by slot", () => {
    const map = filled(3);
    expect(stepsOf(map.g, map.functions.access2(map.g, map.map, map.key(2)))).toEqual(
      text(`
        mapaccess2_fast64 check: load m.used
        mapaccess2_fast64 check: load m.writing
        mapaccess2_fast64 choose table: load m.dirLen
        mapaccess2_fast64 find: load m.dirPtr
        mapaccess2_fast64 find: load g.ctrls
        mapaccess2_fast64 find: load g.slots[0].key
        mapaccess2_fast64 find: load g.slots[1].key
        mapaccess2_fast64 find: load g.slots[2].key`),
    );
  });

  it("load a string's length before its pointer, and store it so", () => {
    const map = new TestMap({ kind: keyKinds[2]! });
    const assign = (): string[] =>
      stepsOf(map.g, map.functions.assign(map.g, map.map, map.key(1))).filter((step) => step.includes("key"));
    expect(assign()).toEqual(
      text(`
        (*Map).putSlotSmallFastStr insert: store g.slots[0].key
        (*Map).putSlotSmallFastStr insert: store g.slots[0].key`),
    );
    expect(assign()).toEqual(
      text(`
        (*Map).putSlotSmallFastStr find: load g.slots[0].key.len
        (*Map).putSlotSmallFastStr find: load g.slots[0].key.ptr
        (*Map).putSlotSmallFastStr update: store g.slots[i].key
        (*Map).putSlotSmallFastStr update: store g.slots[i].key`),
    );
  });

  it("have the name of mapaccess1 up to Go 1.26, and that of mapaccess2, which it calls, in 1.27", () => {
    const names = [24, 25, 26, 27].map((minor) => {
      const map = filled(1, minor);
      return stepsOf(map.g, map.functions.access1(map.g, map.map, map.key(0)))[0];
    });
    expect(names).toEqual([
      "mapaccess1_fast64 check: load m.used",
      "mapaccess1_fast64 check: load m.used",
      "mapaccess1_fast64 check: load m.used",
      "mapaccess2_fast64 check: load m.used",
    ]);
  });
});

describe("the checks of swiss map code", () => {
  /** Does steps until the code ends or the program does; what ended the program. */
  function end(map: TestMap, code: Steps<unknown>): string {
    const last = stepsOf(map.g, code).at(-1) ?? "";
    const { kind } = map.g;
    return kind === FATAL || kind === PANIC || kind === FAULT ? last : "no end";
  }

  it("stop whoever meets a writer", () => {
    const map = filled(20);
    const { functions, g } = map;
    const iterator = map.begin();
    map.memory.write8(map.map + MAP.writing, 1);
    const key = map.key(1);
    expect(end(map, functions.access1(g, map.map, key))).toMatch(
      /m.writing is not 0: concurrent map read and map write$/,
    );
    expect(end(map, functions.access2(g, map.map, key))).toMatch(
      /m.writing is not 0: concurrent map read and map write$/,
    );
    expect(end(map, functions.assign(g, map.map, key))).toMatch(
      /check: m.writing is not 0: concurrent map writes$/,
    );
    expect(end(map, functions.delete(g, map.map, key))).toMatch(
      /check: m.writing is not 0: concurrent map writes$/,
    );
    expect(end(map, functions.clear(g, map.map))).toMatch(
      /check: m.writing is not 0: concurrent map writes$/,
    );
    expect(end(map, functions.clone(g, map.map))).toMatch(
      /m.writing is not 0: concurrent map clone and map write$/,
    );
    expect(end(map, functions.iterNext(g, iterator))).toMatch(
      /m.writing is not 0: concurrent map iteration and map write$/,
    );
    expect(end(map, functions.iterInit(g, map.map))).toMatch(
      /m.writing is not 0: concurrent map iteration and map write$/,
    );
  });

  it("let readers of an empty map pass", () => {
    const map = filled(0);
    map.memory.write8(map.map + MAP.writing, 1);
    expect(end(map, map.functions.access2(map.g, map.map, map.key(1)))).toBe("no end");
    expect(end(map, map.functions.delete(map.g, map.map, map.key(1)))).toBe("no end");
    expect(end(map, map.functions.assign(map.g, map.map, map.key(1)))).toMatch(/concurrent map writes$/);
  });

  it("stop a writer at its end when another one has toggled the flag back", () => {
    const map = filled(20);
    const { g } = map;
    const code = map.functions.assign(g, map.map, map.key(1));
    g.budget = 4;
    code.next(0);
    expect(map.memory.read8(map.map + MAP.writing)).toBe(1);
    map.memory.write8(map.map + MAP.writing, 0);
    g.perform();
    g.budget = 1000;
    code.next(g.loaded());
    expect(g.kind).toBe(FATAL);
    expect(g.message).toBe("concurrent map writes");
    // Whoever goes on has a runtime that looks away: the flag is toggled all the same.
    expect(code.next(0).done).toBe(true);
    expect(map.memory.read8(map.map + MAP.writing)).toBe(1);
  });

  it("say that a small map has no empty slot, up to Go 1.26", () => {
    const ends = [24, 27].map((minor) => {
      const map = filled(8, minor);
      map.memory.writeWord(map.map + MAP.used, 7);
      return end(map, map.functions.assign(map.g, map.map, map.key(100)));
    });
    expect(ends[0]).toMatch(/no slot is empty: small map with no empty slot \(concurrent map writes\?\)$/);
    expect(ends[1]).toBe("no end");
  });

  it("panic for an assignment to a nil map, and not for other uses of one", () => {
    const map = filled(0);
    const { functions, g } = map;
    expect(end(map, functions.assign(g, 0, map.key(1)))).toMatch(/m is nil: assignment to entry in nil map$/);
    expect(end(map, functions.access2(g, 0, map.key(1)))).toBe("no end");
    expect(end(map, functions.delete(g, 0, map.key(1)))).toBe("no end");
    expect(end(map, functions.clear(g, 0))).toBe("no end");
    expect(map.run(functions.iterInit(g, 0)).key).toBe(0);
    expect(map.run(functions.len(g, 0))).toBe(0);
  });

  it("fault where a reader takes a directory for a group", () => {
    const map = filled(8);
    const { g } = map;
    const code = map.functions.access2(g, map.map, map.key(8));
    // The reader has seen that there is no directory when the writer makes one.
    g.budget = 3;
    code.next(0);
    map.set(8, 8);
    g.perform();
    g.budget = 1000;
    code.next(g.loaded());
    expect(g.kind).toBe(FAULT);
  });
});
