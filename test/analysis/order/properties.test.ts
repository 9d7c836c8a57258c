/**
 * The analysis against a plain definition of happens-before (model.ts), on random programs.
 *
 * What is proved for all programs that fit into the limits:
 * - each pair that is found is one (no wrong alarm), also when limits are small, slots are used again and clocks are purged;
 * - with all accesses at places of their own, the pairs found are exactly those of FastTrack: all true pairs but the ones whose
 *   first access was followed by an ordered change of another goroutine;
 * - so each access that is unordered with any earlier one is in a pair, and so is each map with a true pair.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type OrderLimits } from "../../../src/analysis/order/limits.js";
import { analyseOrder } from "../../../src/analysis/order/order-analysis.js";
import { type UnorderedResult } from "../../../src/analysis/order/unordered.js";
import { Model, type ModelPair } from "./model.js";
import { eventsOf, programs, type ProgramShape, type Row } from "./programs.js";

// Most of the time goes to the plain definition, and a busy machine takes long for it.
vi.setConfig({ testTimeout: 120_000 });

const none = {
  access: 0,
  acquire: 0,
  release: 0,
  merge: 0,
  releaseAcquire: 0,
  update: 0,
  start: 0,
  orphan: 0,
  end: 0,
  reseed: 0,
};

const mixed: ProgramShape = {
  steps: 60,
  addresses: 3,
  maps: 2,
  changes: 40,
  ownPlaces: true,
  weights: {
    ...none,
    access: 12,
    acquire: 6,
    release: 4,
    merge: 3,
    releaseAcquire: 3,
    update: 3,
    start: 4,
    end: 2,
    orphan: 0.3,
    reseed: 0.7,
  },
};

/** Few addresses and much that is ordered, many goroutines: clocks of several levels. */
const crowded: ProgramShape = {
  ...mixed,
  steps: 160,
  addresses: 2,
  maps: 1,
  weights: { ...mixed.weights, access: 8, start: 12, end: 8 },
};

/** Goroutines come and go, few of them use a map. */
const passing: ProgramShape = {
  ...mixed,
  steps: 200,
  maps: 2,
  weights: { ...mixed.weights, access: 5, start: 14, end: 13, acquire: 10 },
};

const shapes: readonly (readonly [string, ProgramShape])[] = [
  ["mixed", mixed],
  ["crowded", crowded],
  ["passing", passing],
];

const roomy: Partial<OrderLimits> = { changesOfMap: 1000, readsOfMap: 1000, unorderedReadsOfMap: 1000 };

function keys(pairs: readonly ModelPair[]): string[] {
  return pairs.map(([first, second]) => keyOf(first.stack, second.stack)).toSorted();
}

function keyOf(one: number, other: number): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

function found(result: UnorderedResult): string[] {
  return result.pairs.map(({ first, second }) => keyOf(first.stack, second.stack)).toSorted();
}

function analyse(rows: readonly Row[], limits: Partial<OrderLimits>, size = 64): UnorderedResult {
  return analyseOrder(eventsOf(rows, size), { limits });
}

/** All that happens in the shapes does happen, and often enough to mean something. */
describe("random programs", () => {
  it.each(shapes)("%s: have ordered and unordered accesses, and many goroutines", (_, shape) => {
    const samples = fc.sample(programs(shape), { numRuns: 60, seed: 1 });
    const models = samples.map((rows) => new Model(rows));
    const count = (of: (model: Model) => number): number => models.reduce((sum, model) => sum + of(model), 0);
    expect(count((model) => model.pairs().length)).toBeGreaterThan(200);
    expect(count((model) => model.pairs().length - model.fastTrackPairs().length)).toBeGreaterThan(10);
    const conflicts = count(({ accesses }) => {
      const of = (map: string): number => accesses.filter((access) => access.map === map).length;
      return accesses.reduce((sum, access) => sum + of(access.map) - 1, 0) / 2;
    });
    expect(conflicts).toBeGreaterThan(count((model) => model.pairs().length) * 1.5);
  });
});

describe("with room for all accesses", () => {
  it.each(shapes)("%s: finds exactly FastTrack's pairs, clocks being moved all the time", (_, shape) => {
    fc.assert(
      fc.property(programs(shape), fc.integer({ min: 1, max: 70 }), (rows, size) => {
        const result = analyse(rows, { ...roomy, clockNodes: 2 }, size);
        expect(result.forgotten).toEqual([]);
        expect(found(result)).toEqual(keys(new Model(rows).fastTrackPairs()));
      }),
      { numRuns: 250 },
    );
  });

  it.each(shapes)("%s: the same when slots are purged and epochs are few", (_, shape) => {
    let exact = 0;
    fc.assert(
      fc.property(programs(shape), fc.integer({ min: 0, max: 6 }), (rows, endedGoroutines) => {
        const result = analyse(rows, { ...roomy, clockNodes: 2, endedGoroutines, epochs: 3 }, 1);
        const model = new Model(rows);
        if (result.forgotten.length === 0) {
          exact++;
          expect(found(result)).toEqual(keys(model.fastTrackPairs()));
        } else {
          expect(keys(model.pairs())).toEqual(expect.arrayContaining(found(result)));
        }
      }),
      { numRuns: 250 },
    );
    expect(exact).toBeGreaterThan(25);
  });

  it.each(shapes)("%s: each access that is unordered with an earlier one is in a pair", (_, shape) => {
    fc.assert(
      fc.property(programs(shape), (rows) => {
        const result = analyse(rows, roomy);
        const seconds = new Set(result.pairs.map(({ second }) => second.stack));
        const expected = new Set(new Model(rows).pairs().map(([, second]) => second.stack));
        expect(seconds).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe("with accesses at few places", () => {
  it.each(shapes)("%s: no pair of places that is none, and one on each map that has one", (_, shape) => {
    fc.assert(
      fc.property(programs({ ...shape, ownPlaces: false }), (rows) => {
        const result = analyse(rows, roomy);
        const model = new Model(rows);
        const expected = new Set(keys(model.pairs()));
        expect(found(result).filter((key) => !expected.has(key))).toEqual([]);
        const mapsOf = (places: readonly number[]): Set<number> =>
          new Set(places.map((place) => Math.floor(place / 1000)));
        expect(mapsOf(result.pairs.map(({ second }) => second.stack))).toEqual(
          mapsOf(model.pairs().map(([, second]) => second.stack)),
        );
      }),
      { numRuns: 150 },
    );
  });
});

describe("with small limits", () => {
  const small = fc.record({
    changesOfMap: fc.integer({ min: 1, max: 3 }),
    readsOfMap: fc.integer({ min: 1, max: 4 }),
    unorderedReadsOfMap: fc.integer({ min: 0, max: 2 }),
    maps: fc.integer({ min: 1, max: 3 }),
    accesses: fc.integer({ min: 1, max: 8 }),
    addresses: fc.integer({ min: 1, max: 4 }),
    endedGoroutines: fc.integer({ min: 0, max: 3 }),
    stackPairs: fc.integer({ min: 1, max: 5 }),
    lockLists: fc.integer({ min: 0, max: 2 }),
    clockNodes: fc.integer({ min: 1, max: 4 }),
    epochs: fc.integer({ min: 1, max: 9 }),
  });

  it.each(shapes)("%s: no pair that is none", (_, shape) => {
    fc.assert(
      fc.property(programs({ ...shape, addresses: 6, maps: 4 }), small, (rows, limits) => {
        const expected = new Set(keys(new Model(rows).pairs()));
        expect(found(analyse(rows, limits)).filter((key) => !expected.has(key))).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it("tells the same twice, in any batches", () => {
    fc.assert(
      fc.property(
        programs({ ...mixed, ownPlaces: false }),
        small,
        fc.integer({ min: 1, max: 9 }),
        (rows, limits, size) => {
          // Time passes by events, and goroutines are looked at again with each batch: both do not depend on anything else.
          expect(analyse(rows, limits, size)).toEqual(analyse(rows, limits, size));
          expect(analyse(rows, roomy, size)).toEqual(analyse(rows, roomy));
        },
      ),
      { numRuns: 100 },
    );
  });
});
