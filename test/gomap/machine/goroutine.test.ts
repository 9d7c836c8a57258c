import { describe, expect, it } from "vitest";
import { ModelStop, runToEnd, step } from "../../../src/gomap/machine/drive.js";
import {
  ATOMIC_OR,
  FATAL,
  FAULT,
  Goroutine,
  LOAD,
  STORE,
  type Steps,
} from "../../../src/gomap/machine/goroutine.js";
import { MapMemory } from "../../../src/gomap/machine/memory.js";
import { loadValue, memclr, storeValue } from "../../../src/gomap/machine/move.js";
import { SeededRandom } from "../../../src/gomap/machine/random.js";
import { site, siteAt, sitesOfArray } from "../../../src/gomap/machine/sites.js";

function setUp(): { memory: MapMemory; g: Goroutine; at: number } {
  const memory = new MapMemory();
  return { memory, g: new Goroutine(memory, 0, new SeededRandom(1)), at: memory.allocate(64) };
}

const S = site("f", "test", "load x");

function* increments(g: Goroutine, at: number): Steps<number> {
  const value = g.load8(at, S) ?? (yield);
  g.store8(at, value + 1, S) ?? (yield);
  const wide = g.loadWord(at + 8, S) ?? (yield);
  g.storeWord(at + 8, wide - 1, S) ?? (yield);
  g.or8(at + 1, 6, S) ?? (yield);
  return wide;
}

describe("a goroutine of the model", () => {
  it("does everything at once while its budget lasts", () => {
    const { memory, g, at } = setUp();
    memory.writeWord(at + 8, 0xc0_0000_0010);
    expect(runToEnd(g, increments(g, at))).toBe(0xc0_0000_0010);
    expect(memory.read16(at)).toBe(0x0601);
    expect(memory.readWord(at + 8)).toBe(0xc0_0000_000f);
  });

  it("announces each step when it has no budget, and does nothing itself", () => {
    const { memory, g, at } = setUp();
    const steps = increments(g, at);
    const seen: number[][] = [];
    for (let result = steps.next(0); result.done !== true; result = step(g, steps)) {
      seen.push([g.kind, g.address - at, g.size, memory.read8(at), memory.readWord(at + 8)]);
    }
    expect(seen).toEqual([
      [LOAD, 0, 1, 0, 0],
      [STORE, 0, 1, 0, 0],
      [LOAD, 8, 8, 1, 0],
      [STORE, 8, 8, 1, 0],
      [ATOMIC_OR, 1, 1, 1, -1],
    ]);
    expect(memory.read16(at)).toBe(0x0601);
  });

  it("takes the steps that a schedule gives it before it stops", () => {
    const { memory, g, at } = setUp();
    const steps = increments(g, at);
    g.budget = 3;
    expect(steps.next(0).done).toBe(false);
    expect([g.kind, g.address - at, memory.read8(at)]).toEqual([STORE, 8, 1]);
    g.budget = 10;
    expect(step(g, steps).done).toBe(true);
  });

  it("is resumed with what another one has stored meanwhile", () => {
    const { g, at } = setUp();
    const steps = increments(g, at);
    steps.next(0);
    g.low = 41;
    steps.next(g.loaded());
    expect([g.kind, g.low]).toEqual([STORE, 42]);
  });

  it.each([
    ["nil", 0],
    ["past the end", 64],
  ])("fails on an access of %s, whatever its budget is", (_, offset) => {
    const { g, at } = setUp();
    const steps = increments(g, offset === 0 ? 0 : at + offset);
    g.budget = 100;
    steps.next(0);
    expect(g.kind).toBe(FAULT);
    expect(() => runToEnd(g, increments(g, offset === 0 ? 0 : at + offset))).toThrow(ModelStop);
  });

  it("stops for a fatal error, and goes on behind it when it is resumed", () => {
    const { g, at } = setUp();
    function* checks(): Steps<number> {
      g.fatal("concurrent map writes", 1, S);
      yield;
      return g.load8(at, S) ?? (yield);
    }
    expect(() => runToEnd(g, checks())).toThrow("fatal error: concurrent map writes");
    const steps = checks();
    g.budget = 5;
    steps.next(0);
    expect([g.kind, g.message]).toEqual([FATAL, "concurrent map writes"]);
    expect(steps.next(0)).toEqual({ done: true, value: 0 });
  });

  it("says when code does not come to an end", () => {
    const { g, at } = setUp();
    function* endless(): Steps<void> {
      for (;;) {
        g.load8(at, S) ?? (yield);
      }
    }
    expect(() => runToEnd(g, endless(), 1000)).toThrow("endless");
  });

  it("notes the first address that leaves its object", () => {
    const { memory, g, at } = setUp();
    memory.allocate(64);
    expect(g.add(at, 56, S)).toBe(at + 56);
    expect(g.outside).toBe(0);
    g.add(at, 80, S);
    expect(g.outside).toBe(S);
  });

  it.each([0, 1, 2, 3, 4, 5, 7, 8, 11, 16, 31])("moves and clears %i bytes at any alignment", (size) => {
    const { memory, g } = setUp();
    const from = memory.allocate(64);
    const to = memory.allocate(64);
    const scratch = memory.scratch(0);
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index + 1);
    for (const shift of [0, 1, 2, 3, 4, 6]) {
      memory.writeBytes(from, bytes);
      memory.writeBytes(to, new Uint8Array(64).fill(255));
      runToEnd(g, loadValue(g, scratch, from + shift, size, S));
      runToEnd(g, storeValue(g, to + shift + 8, scratch, size, S));
      const expected = new Uint8Array(64).fill(255);
      expected.set(bytes.subarray(shift, shift + size), shift + 8);
      expect(memory.read(to, 64)).toEqual(expected);
      runToEnd(g, memclr(g, to + shift + 8, size, S));
      expected.fill(0, shift + 8, shift + 8 + size);
      expect(memory.read(to, 64)).toEqual(expected);
    }
  });
});

describe("sites", () => {
  it("say where a step stands", () => {
    const first = sitesOfArray("mapassign", "find key", "load b.tophash[#]");
    expect(siteAt(first + 3)).toEqual({
      function: "mapassign",
      phase: "find key",
      text: "load b.tophash[3]",
    });
    expect(siteAt(-1).text).toBe("unknown");
  });
});
