/** What the flag hashWriting catches: the map functions of two goroutines, one of them stopped at each of its steps. */
import { describe, expect, it } from "vitest";
import { classicMap } from "../../../src/gomap/classic/index.js";
import { hashWriting, hmap } from "../../../src/gomap/classic/layout.js";
import { ModelStop, runToEnd, step } from "../../../src/gomap/machine/drive.js";
import {
  ENTRY_CHECK,
  EXIT_CHECK,
  FATAL,
  Goroutine,
  type Steps,
} from "../../../src/gomap/machine/goroutine.js";
import { SeededRandom } from "../../../src/gomap/machine/random.js";
import { siteAt } from "../../../src/gomap/machine/sites.js";
import { int32, int64, type KeyType, string } from "../../../src/gomap/types.js";
import { someHashKey, TestMap } from "../../support/gomap.js";

function prepared(key: KeyType, entries: number): TestMap {
  const map = new TestMap(classicMap({ minor: 23, key, elem: int64, hashKey: someHashKey }));
  for (let n = 0; n < entries; n++) {
    map.set(n, n);
  }
  map.key(1);
  map.key(entries);
  return map;
}

/** Runs `writer` step by step; before each step, runs `other` on a copy of the memory, and says how that ended and whether the flag was set. */
function meet<R>(
  map: TestMap,
  writer: (g: Goroutine) => Steps<unknown>,
  other: (g: Goroutine) => Steps<R>,
): { flag: boolean; ended: string; text: string }[] {
  const first = new Goroutine(map.memory, 0, new SeededRandom(5));
  const steps = writer(first);
  const seen: { flag: boolean; ended: string; text: string }[] = [];
  for (let result = steps.next(0); result.done !== true; result = step(first, steps)) {
    const flag = (map.memory.read8(map.map + hmap.flags) & hashWriting) !== 0;
    const mark = map.memory.mark();
    const second = new Goroutine(map.memory, 0, new SeededRandom(6));
    let ended = "";
    try {
      runToEnd(second, other(second));
    } catch (error) {
      if (!(error instanceof ModelStop)) {
        throw error;
      }
      ended = error.message;
    }
    map.memory.restore(mark);
    seen.push({ flag, ended, text: siteAt(first.site).text });
  }
  return seen;
}

describe.each([
  ["int32", int32],
  ["int64", int64],
  ["string", string],
] as const)("a map of %s keys", (_, key) => {
  // 13 entries: the next one makes the map grow. 14: it is growing.
  it.each([1, 8, 13, 14, 30])(
    "with %i entries: who comes while a writer is writing is always stopped",
    (entries) => {
      const map = prepared(key, entries);
      const { functions } = map;
      const writer = (g: Goroutine): Steps<unknown> => functions.assign(g, map.map, map.key(entries));
      const others: [string, (g: Goroutine) => Steps<unknown>][] = [
        ["concurrent map read and map write", (g) => functions.access1(g, map.map, map.key(1))],
        ["concurrent map read and map write", (g) => functions.access2(g, map.map, map.key(1))],
        ["concurrent map writes", (g) => functions.assign(g, map.map, map.key(1))],
        ["concurrent map writes", (g) => functions.delete(g, map.map, map.key(1))],
        ["concurrent map writes", (g) => functions.clear(g, map.map)],
        ["concurrent map iteration and map write", (g) => functions.iterInit(g, map.map)],
        ["concurrent map clone and map write", (g) => functions.clone(g, map.map)],
      ];
      for (const [message, other] of others) {
        const seen = meet(map, writer, other);
        expect(seen.filter(({ flag }) => flag).length).toBeGreaterThan(3);
        expect(seen.filter(({ flag }) => !flag).length).toBeGreaterThan(1);
        for (const { flag, ended, text } of seen) {
          expect(`${text}: ${ended}`).toBe(`${text}: ${flag ? `fatal error: ${message}` : ""}`);
        }
        map.delete(entries);
      }
    },
  );

  it("a reader that has passed its check before the flag is set is not stopped", () => {
    const map = prepared(key, 5);
    const { functions } = map;
    const reader = new Goroutine(map.memory, 0, new SeededRandom(5));
    const steps = functions.access1(reader, map.map, map.key(1));
    steps.next(0);
    step(reader, steps);
    expect(siteAt(reader.site).text).toBe("load h.flags");
    step(reader, steps);
    const writer = new Goroutine(map.memory, 0, new SeededRandom(6));
    writer.budget = 12;
    const writing = functions.assign(writer, map.map, map.key(5));
    writing.next(0);
    expect(map.memory.read8(map.map + hmap.flags) & hashWriting).toBe(hashWriting);
    expect(finish(reader, steps)).toBeGreaterThan(0);
  });

  it("two writers that both pass the check: the one that ends last finds its flag gone, or both theirs", () => {
    const map = prepared(key, 3);
    const { functions } = map;
    const writers = [1, 2].map((seed) => {
      const g = new Goroutine(map.memory, 0, new SeededRandom(seed));
      const steps = functions.assign(g, map.map, map.key(seed));
      steps.next(0);
      while (siteAt(g.site).text !== "store h.flags") {
        step(g, steps);
      }
      return { g, steps };
    });
    // Both have loaded flags without the mark, so both store it set; then the first to end clears it.
    const [first, second] = writers;
    step(first!.g, first!.steps);
    step(second!.g, second!.steps);
    expect(finish(first!.g, first!.steps)).toBeGreaterThan(0);
    second!.g.budget = 1000;
    step(second!.g, second!.steps);
    expect([second!.g.kind, second!.g.check, second!.g.message]).toEqual([
      FATAL,
      EXIT_CHECK,
      "concurrent map writes",
    ]);
    expect(siteAt(second!.g.site).phase).toBe("finish");
  });

  it("says which check it was, and goes on when it is told to look away", () => {
    const map = prepared(key, 3);
    map.memory.write8(map.map + hmap.flags, hashWriting);
    const g = new Goroutine(map.memory, 0, new SeededRandom(1));
    g.budget = 1000;
    const steps = map.functions.access1(g, map.map, map.key(1));
    steps.next(0);
    expect([g.kind, g.check, siteAt(g.site).phase]).toEqual([FATAL, ENTRY_CHECK, "check"]);
    const { done, value } = steps.next(0);
    expect(done).toBe(true);
    expect(map.memory.read32(value ?? 0)).toBe(1);
  });
});

it("a reader of an empty map is never stopped", () => {
  const map = prepared(int64, 0);
  map.memory.write8(map.map + hmap.flags, hashWriting);
  expect(map.get(1)).toBeUndefined();
});

it("assigning to a nil map is a panic, all else there is nothing", () => {
  const map = prepared(int64, 1);
  map.map = 0;
  expect(map.get(1)).toBeUndefined();
  map.delete(1);
  map.clear();
  expect([...map.range()]).toEqual([]);
  expect(map.length).toBe(0);
  expect(() => map.set(1, 1)).toThrow("panic: assignment to entry in nil map");
});

/** Does the rest of a goroutine's steps, its announced one first. */
function finish<R>(g: Goroutine, steps: Steps<R>): R {
  let result = step(g, steps);
  while (result.done !== true) {
    result = step(g, steps);
  }
  return result.value;
}
