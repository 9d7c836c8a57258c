import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UnorderedSide } from "../../src/analysis/order/unordered.js";
import { decodeCase, encodeCase } from "../../src/case/file.js";
import { ringOperations } from "../../src/evidence/ring/format.js";
import { renderText } from "../../src/report/text/render.js";
import { findingKey } from "../../src/analysis/finding-key.js";
import { joinReported, joinUnordered } from "../../src/analysis/join-findings.js";
import { findUnordered } from "../../src/analysis/unordered/findings.js";
import { observeUnordered } from "../../src/analysis/unordered/observe.js";
import type { Case, Finding } from "../../src/case/case.js";
import { shop, shopCase, shopFile } from "../support/incidents.js";
import {
  orderedCase,
  orderedShop,
  orderFound,
  type CallName,
  shopPair,
  StackTable,
} from "../support/unordered.js";

const context = { modulePath: "example.com/shop", goroot: null };

/** What was found unordered in a process: its pairs of reads and writes. */
function unorderedIn(stacks: StackTable, pairs: Parameters<typeof orderFound>[1], run: number | null = 1) {
  let handles = 0;
  const observations = observeUnordered({
    found: orderFound(stacks, pairs),
    text: 0x401000,
    binary: orderedShop,
    context,
    evidence: "e0",
    nextHandle: () => `o${handles++}`,
    readSource: undefined,
  });
  return findUnordered(
    observations.map((observation) => ({ observation, context, run, testPackage: null, plainAtomics: true })),
  );
}

const caught = (): Finding =>
  shopCase({ processes: [{ eventFile: shopFile(), binary: shop, run: 2 }] }).findings[0]!;

/** A report of the race detector on the same places, as a finding. */
function raced(finding: Finding, handle: string): Finding {
  return {
    ...finding,
    certainty: "unordered",
    reasons: ["Go's race detector saw both accesses."],
    sides: [
      { ...finding.sides[1], role: "reported", order: null },
      { ...finding.sides[0], role: "reported", order: null },
    ],
    observations: [handle],
    runs: [],
    seen: 1,
  };
}

describe("findUnordered", () => {
  it("makes one finding of each two places, with the change first", () => {
    const stacks = new StackTable();
    const pair = shopPair(stacks);
    const swapped = { ...pair, first: pair.second, second: pair.first };
    const other = shopPair(stacks, { second: { stack: stacks.of("serve", "goexit") } });
    const found = unorderedIn(stacks, [pair, other, swapped]);
    expect(found.map(({ finding }) => finding.seen)).toEqual([10, 5]);
    expect(found[0]!.finding).toMatchObject({
      kind: "concurrent map read and map write",
      certainty: "unordered",
      observations: ["o0", "o2"],
      runs: [1],
      sides: [
        {
          operation: "write",
          role: "observed",
          site: { line: 12 },
          goroutine: { id: 7, startedBy: 1, entry: { line: 20 } },
        },
        {
          operation: "read",
          site: { line: 7 },
          goroutine: { startedAt: [{ function: "main.main", line: 41 }] },
        },
      ],
    });
  });

  it("keeps pairs apart of which a place is not known, and leaves out what is no conflict", () => {
    const stacks = new StackTable();
    const unknown = shopPair(stacks, { first: { stack: 0 } });
    const reads = shopPair(stacks, { first: { operation: "length" } });
    expect(unorderedIn(stacks, [unknown, unknown, reads])).toHaveLength(2);
  });

  it("says so when plain atomics were not seen in any of the processes", () => {
    const stacks = new StackTable();
    const { sides } = orderedCase(orderFound(stacks, [shopPair(stacks)], { plainAtomics: false }))
      .findings[0]!;
    expect(sides[0].order).not.toBeNull();
    const both = (one: boolean | null, other: boolean | null): Case =>
      orderedCase(orderFound(stacks, [shopPair(stacks)]), {
        processes: [one, other].map((plainAtomics) => ({
          eventFile: shopFile({ header: { mode: "order" } }),
          binary: orderedShop,
          run: 1,
          order: orderFound(stacks, [shopPair(stacks)], { plainAtomics }),
        })),
      });
    const limit = /plain calls of sync\/atomic/;
    expect(both(false, false).findings[0]!.reasons.join()).toMatch(limit);
    expect(both(false, true).findings[0]!.reasons.join()).not.toMatch(limit);
    expect(both(null, null).findings[0]!.reasons.join()).not.toMatch(limit);
  });
});

describe("observeUnordered", () => {
  const typesAt = (calls: CallName[], types: readonly (string | undefined)[]): string | null => {
    const stacks = new StackTable();
    const pair = shopPair(stacks, { first: { stack: stacks.of(...calls) } });
    const mapTypes = new Map(
      [pair.first.stack, pair.second.stack].flatMap((stack, index) =>
        types[index] === undefined ? [] : [[stack, types[index]] as const],
      ),
    );
    return orderedCase(orderFound(stacks, [pair], { mapTypes })).findings[0]!.map.type;
  };

  it("tells the map's type, where both sides tell no other and the place has but one", () => {
    expect(typesAt(["put"], ["map[string]int"])).toBe("map[string]int");
    expect(typesAt(["put"], [undefined, "map[string]int"])).toBe("map[string]int");
    expect(typesAt(["put"], ["map[string]int", "map[int]int"])).toBeNull();
    expect(typesAt(["put"], [])).toBeNull();
    expect(typesAt(["encode", "put"], ["map[string]int"])).toBeNull();
    expect(typesAt(["generic", "put"], ["map[string]int"])).toBeNull();
  });
});

describe("a case of order events", () => {
  it("is a valid case file, whatever a damaged file says", () => {
    const number = fc.oneof(
      fc.nat(),
      fc.integer({ min: 0, max: 40 }),
      fc.maxSafeNat().map((value) => value * 8),
    );
    const last = fc.option(
      fc.record({ how: fc.constantFrom("acquire", "release", "start"), address: number, stack: fc.nat(40) }),
    );
    const side = fc.record({
      goroutine: number,
      operation: fc.constantFrom(...ringOperations),
      stack: fc.nat(40),
      locks: fc.array(fc.record({ address: number, reading: fc.boolean(), stack: fc.nat(40) }), {
        maxLength: 8,
      }),
      acquired: last,
      released: last,
      started: fc.option(fc.record({ by: number, stack: fc.nat(40), entry: number })),
    }) as fc.Arbitrary<UnorderedSide>;
    const pair = fc.record({
      map: number,
      first: side,
      second: side,
      seen: fc.nat(),
      maps: fc.nat(),
      commonLock: fc.option(number),
    });
    const pcs = fc.array(fc.integer({ min: 0x400ff0, max: 0x401240 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 4 }), fc.array(pcs, { maxLength: 40 }), (pairs, stacks) => {
        const table = new StackTable();
        stacks.forEach((stack, index) => table.stacks.set(index + 1, stack));
        const incident = orderedCase(orderFound(table, pairs));
        expect(decodeCase(encodeCase(incident), "a.json")).toEqual(incident);
        expect(renderText(incident)).toContain("Order of 1 process");
      }),
    );
  });
});

describe("observeUnordered of goroutines", () => {
  it("names time.AfterFunc where a timer started one", () => {
    const stacks = new StackTable();
    const started = { by: 2 ** 46 + 7, entry: 0, stack: 0 };
    const incident = orderedCase(orderFound(stacks, [shopPair(stacks, { first: { started } })]));
    expect(incident.findings[0]!.sides[0].goroutine).toMatchObject({
      startedBy: null,
      startedAt: [{ function: "time.AfterFunc" }],
      entry: null,
    });
    expect(incident.findings[0]!.reasons).toContain(
      "Since A's goroutine was started at time.AfterFunc, nothing makes its write come after another goroutine's accesses to maps.",
    );
  });
});

describe("joinUnordered", () => {
  it("makes one finding of what was caught and what nothing orders, in whichever order the sides are", () => {
    const stacks = new StackTable();
    const pair = shopPair(stacks, {
      first: { locks: [stacks.lock(0xc000100000, false, "lock", "fill")] },
      pair: { seen: 41 },
    });
    const both = caught();
    const [joined, ...others] = joinUnordered([both], unorderedIn(stacks, [pair]));
    expect(others).toEqual([]);
    expect(joined).toMatchObject({ certainty: "caught", seen: 42, runs: [1, 2], handle: "m0" });
    expect(joined!.observations).toEqual([...both.observations, "o0"]);
    expect(joined!.reasons).toContain(
      "Their order was recorded too, in run 1, and nothing puts one before the other (seen 41 times).",
    );
    expect(joined!.reasons).toContain("A holds a lock, locked at cache.go:11; B holds no lock here.");
    expect(joined!.sides[0]).toMatchObject({ role: "came", operation: "write", order: { locks: [{}] } });
    expect(joined!.sides[1]).toMatchObject({ role: "waited", operation: "read", order: { locks: [] } });
  });

  it("keeps what is at another place, or of another kind, and numbers all", () => {
    const stacks = new StackTable();
    const elsewhere = shopPair(stacks, { second: { stack: stacks.of("serve") } });
    const iteration = shopPair(stacks, { second: { operation: "iterate-next" } });
    const joined = joinUnordered([caught()], unorderedIn(stacks, [elsewhere, iteration]));
    expect(joined.map(({ handle, certainty }) => `${handle} ${certainty}`)).toEqual([
      "m0 caught",
      "m1 unordered",
      "m2 unordered",
    ]);
  });

  it("aligns two changes by their places", () => {
    const stacks = new StackTable();
    const both = caught();
    both.kind = "concurrent map writes";
    both.sides[1].operation = "write";
    const pair = shopPair(stacks, {
      first: { operation: "assign", stack: stacks.of("get", "serve") },
      second: {
        operation: "assign",
        stack: stacks.of("put", "fill"),
        locks: [stacks.lock(0xc000100000, false, "lock", "fill")],
      },
    });
    const [joined] = joinUnordered([both], unorderedIn(stacks, [pair]));
    expect(joined!.sides[0]).toMatchObject({ site: { line: 12 }, order: { locks: [{}] } });
    expect(joined!.sides[1]).toMatchObject({ site: { line: 7 }, order: { locks: [] } });
  });
});

describe("joinReported", () => {
  it("adds reports of the race detector to what is there", () => {
    const stacks = new StackTable();
    const there = joinUnordered([], unorderedIn(stacks, [shopPair(stacks)]));
    const [joined, ...others] = joinReported(there, [raced(there[0]!, "o8"), raced(there[0]!, "o9")]);
    expect(others).toEqual([]);
    expect(joined).toMatchObject({ certainty: "unordered", observations: ["o0", "o8", "o9"], seen: 7 });
    expect(joined!.sides[0].order).not.toBeNull();
    expect(joined!.reasons.filter((reason) => reason.includes("race detector"))).toEqual([
      "Go's race detector reported it too.",
    ]);
  });

  it("makes one finding of several reports on the same places", () => {
    const report = raced(caught(), "o1");
    const [joined, ...others] = joinReported([], [report, { ...report, observations: ["o2"] }]);
    expect(others).toEqual([]);
    expect(joined).toMatchObject({ handle: "m0", seen: 2, observations: ["o1", "o2"] });
    expect(joined!.reasons).toEqual(report.reasons);
  });

  it("leaves other findings of texts as they are", () => {
    const both = caught();
    const inferred: Finding = { ...both, certainty: "inferred" };
    expect(joinReported([both], [inferred]).map(({ certainty }) => certainty)).toEqual([
      "caught",
      "inferred",
    ]);
    expect(joinReported([inferred], [raced(both, "o3")])).toHaveLength(2);
  });
});

describe("findingKey", () => {
  it("does not depend on folders and on which side is first", () => {
    const one = caught();
    const moved = structuredClone(one);
    moved.sides.reverse();
    moved.sides[0].site!.file = "C:\\shop\\cache.go";
    moved.sides[1].site!.file = "example.com/shop/cache.go";
    expect(findingKey(moved)).toBe(findingKey(one));
    expect(findingKey({ ...one, kind: "concurrent map writes" })).not.toBe(findingKey(one));
    moved.sides[0].site = null;
    expect(findingKey(moved)).toBeUndefined();
  });
});
