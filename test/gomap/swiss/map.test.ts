import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesType } from "../../../src/gomap/types.js";
import { keyKinds, TestMap, type TestMapChoice } from "../../support/swiss-map.js";

const minors = [24, 25, 26, 27];

interface Operation {
  readonly what: "set" | "delete" | "get" | "clear" | "clone";
  readonly key: number;
}

const operations = fc.array(
  fc.record<Operation>({
    what: fc.oneof(
      { weight: 12, arbitrary: fc.constant("set" as const) },
      { weight: 6, arbitrary: fc.constant("delete" as const) },
      { weight: 4, arbitrary: fc.constant("get" as const) },
      { weight: 1, arbitrary: fc.constantFrom("clear" as const, "clone" as const) },
    ),
    key: fc.nat({ max: 40 }),
  }),
  { minLength: 1, maxLength: 120 },
);

/** Does operations on a map of the model and on one of JavaScript; after each, both hold the same and all invariants hold. */
function compare(choice: TestMapChoice, sequence: readonly Operation[]): void {
  const map = new TestMap(choice);
  const expected = new Map<number, number>();
  for (const [index, { what, key }] of sequence.entries()) {
    switch (what) {
      case "set":
        map.set(key, index);
        expected.set(key, index);
        break;
      case "delete":
        map.delete(key);
        expected.delete(key);
        break;
      case "get":
        expect(map.get(key)).toBe(expected.get(key));
        break;
      case "clear":
        map.clear();
        expected.clear();
        break;
      case "clone":
        map.clone();
        break;
    }
    expect(map.size).toBe(expected.size);
    expect(map.broken()).toEqual([]);
  }
  const elements = [...expected.values()].toSorted((a, b) => a - b);
  expect(map.iterate().toSorted((a, b) => a - b)).toEqual(elements);
  const entries = map.functions.entries(map.memory, map.map);
  expect(entries.map(({ elem }) => map.memory.read32(elem)).toSorted((a, b) => a - b)).toEqual(elements);
}

describe("a swiss map", () => {
  for (const kind of keyKinds) {
    it(`with keys of type ${kind.name} holds what a JavaScript Map holds`, () => {
      fc.assert(
        fc.property(
          operations,
          fc.constantFrom(...minors),
          fc.constantFrom(0, 8, 9, 40),
          fc.boolean(),
          fc.constantFrom(4, 8, 200),
          (sequence, minor, hint, generic, elemSize) => {
            compare({ minor, kind, hint, generic, elem: bytesType(elemSize) }, sequence);
          },
        ),
        { numRuns: 12 },
      );
    });
  }

  it("with groups split into keys and elements holds the same", () => {
    fc.assert(
      fc.property(operations, fc.constantFrom(...keyKinds), (sequence, kind) => {
        compare({ minor: 27, kind, split: true }, sequence);
      }),
      { numRuns: 12 },
    );
  });

  it("grows from one group to tables and doubles its directory", () => {
    const map = new TestMap();
    const sizes: string[] = [];
    for (let key = 0; key < 2000; key++) {
      map.set(key, key);
      const dirLen = map.memory.readWord(map.map + 24);
      const depth = map.memory.read8(map.map + 32);
      const text = `${dirLen} entries, depth ${depth}`;
      if (sizes.at(-1)?.split(" from")[0] !== text) {
        sizes.push(`${text} from ${map.size}`);
      }
    }
    expect(sizes).toEqual([
      "0 entries, depth 0 from 1",
      "1 entries, depth 0 from 9",
      "2 entries, depth 1 from 897",
      expect.stringMatching(/^4 entries, depth 2 from \d+$/),
    ]);
    expect(map.broken()).toEqual([]);
    expect(map.iterate().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, key) => key));
  });

  it("takes the hint for its first tables", () => {
    const capacities = (hint: number): number[] => {
      const map = new TestMap({ hint });
      const directory = map.memory.readWord(map.map + 16);
      const length = map.memory.readWord(map.map + 24);
      return Array.from({ length }, (_, index) =>
        map.memory.read16(map.memory.readWord(directory + 8 * index) + 2),
      );
    };
    expect(capacities(8)).toEqual([]);
    expect(capacities(9)).toEqual([16]);
    expect(capacities(100)).toEqual([128]);
    expect(capacities(896)).toEqual([1024]);
    expect(capacities(897)).toEqual([512, 512]);
    expect(capacities(5000)).toEqual(Array.from({ length: 8 }, () => 1024));
  });

  it("grows when an element is assigned anew up to Go 1.26, and not from 1.27 on", () => {
    const tables = minors.map((minor) => {
      const map = new TestMap({ minor });
      for (const key of [0, 1, 2, 3, 4, 5, 6, 7, 7]) {
        map.set(key, key);
      }
      return map.memory.readWord(map.map + 24);
    });
    expect(tables).toEqual([1, 1, 1, 0]);
  });

  it("prunes tombstones before it grows, from Go 1.25 on, in the fast functions", () => {
    // Sixty elements at any time, but a thousand that came and went.
    const capacity = (minor: number, choice: TestMapChoice = {}): number => {
      const map = new TestMap({ minor, hint: 100, ...choice });
      for (let key = 0; key < 1000; key++) {
        map.set(key, key);
        if (key >= 60) {
          map.delete(key - 60);
        }
      }
      expect(map.broken()).toEqual([]);
      expect(map.size).toBe(60);
      const directory = map.memory.readWord(map.map + 16);
      return map.memory.read16(map.memory.readWord(directory) + 2);
    };
    const kind = keyKinds.find(({ name }) => name === "pointer")!;
    expect(minors.map((minor) => capacity(minor))).toEqual([256, 128, 128, 128]);
    expect(minors.map((minor) => capacity(minor, { generic: true }))).toEqual([256, 256, 256, 256]);
    expect(minors.map((minor) => capacity(minor, { kind }))).toEqual([256, 256, 256, 128]);
  });

  it("gets a new seed when it is empty", () => {
    const map = new TestMap();
    const seed = (): number[] => [map.memory.read32(map.map + 8), map.memory.read32(map.map + 12)];
    const first = seed();
    map.set(1, 1);
    expect(seed()).toEqual(first);
    map.delete(1);
    const second = seed();
    expect(second).not.toEqual(first);
    map.set(1, 1);
    map.clear();
    expect(seed()).not.toEqual(second);
  });
});
