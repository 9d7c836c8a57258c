/** What makes a place more or less likely to be the other side: each test changes one thing and looks at the order. */
import { describe, expect, it } from "vitest";
import { CaseSource } from "../../../src/analysis/crash/case-source.js";
import { inferPeers } from "../../../src/analysis/crash/infer.js";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import type { CrashObservation, Finding, Side } from "../../../src/case/case.js";
import type { MapAccess, SourceFacts } from "../../../src/evidence/source/facts.js";
import { crashOf, group, ownFrame, runtimeFrame, textGoroutine } from "../../support/observations.js";
import { access, call, fact, factsOf, field, flow, held, start } from "../../support/source-facts.js";

// Get is on the detecting side's stack; Put and Drop are what may be the other side; main starts the three.
const [get, put, drop, main] = [0, 1, 2, 3];
const functions = [
  fact("example.com/shop.(*Cache).Get", 22, 30),
  fact("example.com/shop.(*Cache).Put", 10, 20),
  fact("example.com/shop.(*Cache).Drop", 32, 40),
  fact("main.main", 50, 70),
];
const [getSite, putSite, dropSite] = [2060, 2061, 2062];
const starts = [
  start(main, 50, "main"),
  start(get, 60, "go", { starter: main, site: getSite, running: [] }),
  start(put, 61, "go", { starter: main, site: putSite, running: [getSite] }),
  start(drop, 62, "go", { starter: main, site: dropSite, running: [getSite, putSite], left: [] }),
];
const reading = access("read", { function: get, line: 25 }, { running: [] });
const putting = (more: Partial<MapAccess> = {}) => access("write", { function: put, line: 12 }, more);
const dropping = (more: Partial<MapAccess> = {}) => access("delete", { function: drop, line: 34 }, more);

function shop(accesses: readonly MapAccess[], more: Partial<SourceFacts> = {}): SourceFacts {
  return factsOf({
    functions,
    starts,
    variables: [field("Cache.items"), field("Cache.other")],
    accesses,
    ...more,
  });
}

function findings(
  facts: SourceFacts,
  crash: CrashObservation = crashOf(),
): readonly Omit<Finding, "handle">[] {
  return inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings;
}

const supposed = ({ sides }: Pick<Finding, "sides">): Side => sides.find(({ role }) => role === "supposed")!;

/** The places that may be the other side with their scores, the most likely first. */
function scores(facts: SourceFacts, crash?: CrashObservation): ReadonlyMap<number, number> {
  return new Map(
    findings(facts, crash).map((finding) => [supposed(finding).site?.line ?? 0, finding.score ?? 0]),
  );
}

/** Whether Put's place is likelier than Drop's: 1, or less likely: -1, or alike: 0. */
function putBeforeDrop(facts: SourceFacts, crash?: CrashObservation): number {
  const found = scores(facts, crash);
  return Math.sign((found.get(12) ?? 0) - (found.get(34) ?? 0));
}

describe("the other side", () => {
  it("is any change of the same variable, and nothing else", () => {
    const facts = shop([
      reading,
      putting(),
      dropping(),
      access("read", { function: put, line: 13 }),
      access("iterate", { function: drop, line: 35 }),
      access("write", { function: drop, line: 36 }, { variable: 1 }),
    ]);
    const found = scores(facts);
    expect([...found.keys()].toSorted((one, other) => one - other)).toEqual([12, 34]);
    expect(putBeforeDrop(facts)).toBe(0);
    const sum = [...found.values()].reduce((total, score) => total + score, 0);
    expect(sum).toBeGreaterThan(0.8);
    expect(sum).toBeLessThan(1);
  });

  it("is named with its reasons, its map and its goroutines", () => {
    const [finding] = findings(shop([reading, putting()]));
    expect(finding).toMatchObject({
      kind: "concurrent map read and map write",
      certainty: "inferred",
      map: { name: "Cache.items", type: "map[string]int" },
      reasons: [
        "Line 12 of cache.go: it changes the same variable; neither side holds a lock; it runs on a goroutine of its own (go statement at cache.go:61).",
      ],
    });
    expect(finding!.sides.map(({ role, operation }) => `${role} ${operation}`)).toEqual([
      "supposed write",
      "detected read",
    ]);
    expect(supposed(finding!)).toMatchObject({
      goroutine: { id: null },
      site: { file: "/src/shop/cache.go", line: 12, function: "example.com/shop.(*Cache).Put" },
      source: { file: "cache.go", line: 12, expression: "c.items", locks: [] },
    });
  });

  it.each<[string, SourceFacts]>([
    [
      "a lock that both sides hold",
      shop([{ ...reading, locks: [held("lock")] }, putting(), dropping({ locks: [held("lock")] })]),
    ],
    [
      "another package variable's map",
      shop([{ ...reading, base: "global a" }, putting({ base: "global a" }), dropping({ base: "global b" })]),
    ],
    ["a map that nobody else has yet", shop([reading, putting(), dropping({ unshared: true })])],
    ["a change through a library", shop([reading, putting(), dropping({ through: "maps.Copy" })])],
    [
      "a map under another name",
      shop([reading, putting(), dropping({ variable: 1 })], { flows: [flow(0, 1, 5)] }),
    ],
    [
      "a test, when the text is not of a test",
      shop([reading, putting(), dropping()], {
        functions: functions.map((one, at) =>
          at === drop ? { ...one, file: "cache.go", inTest: true } : one,
        ),
      }),
    ],
    [
      "the goroutine that detects it",
      shop([reading, putting(), dropping()], {
        starts: starts.slice(0, 3),
        calls: [{ ...call(get, drop, 27), running: [putSite] }],
      }),
    ],
    [
      "what comes before the goroutine is started",
      shop([reading, putting(), dropping({ running: [] })], {
        starts: starts.slice(0, 3),
        calls: [{ ...call(main, drop, 55), running: [] }],
      }),
    ],
    [
      "code that nothing calls, in a program",
      shop([reading, putting(), dropping()], {
        functions: functions.map((one, at) => (at === drop ? { ...one, name: "main.drop" } : one)),
        starts: starts.slice(0, 3),
      }),
    ],
  ])("is less likely for %s", (_, facts) => {
    expect(putBeforeDrop(facts)).toBe(1);
  });

  it("is likelier where a goroutine of the text stands in a map operation, and is then named", () => {
    const there = textGoroutine(9, [
      runtimeFrame("runtime.mapdelete_faststr"),
      ownFrame("example.com/shop.(*Cache).Drop", 34),
    ]);
    const peers = [
      { goroutine: there, reason: "in-map-operation", site: null, operation: "delete" as const },
    ];
    const crash = crashOf({ peers, goroutines: 2, groups: [group(there)] });
    const facts = shop([reading, putting(), dropping()]);
    expect(putBeforeDrop(facts, crash)).toBe(-1);
    expect(supposed(findings(facts, crash)[0]!).goroutine).toMatchObject({ id: 9, handle: "g9" });
    expect(findings(facts, crash)[0]!.score).toBeGreaterThan(0.7);
  });

  it("is likelier where a goroutine of the text is in that function, or was started there", () => {
    const facts = shop([reading, putting(), dropping()]);
    const inDrop = textGoroutine(9, [ownFrame("example.com/shop.(*Cache).Drop", 38)]);
    expect(putBeforeDrop(facts, crashOf({ goroutines: 2, groups: [group(inDrop)] }))).toBe(-1);
    const asleep = textGoroutine(9, [runtimeFrame("time.Sleep")], {
      state: "sleep",
      createdBy: { frame: ownFrame("main.main", 62), goroutine: 1 },
    });
    expect(putBeforeDrop(facts, crashOf({ goroutines: 2, groups: [group(asleep)] }))).toBe(-1);
  });

  it("is less likely where a whole text shows no goroutine that can be there", () => {
    const facts = shop([reading, putting(), dropping()]);
    const asleep = textGoroutine(9, [runtimeFrame("time.Sleep")], {
      state: "sleep",
      createdBy: { frame: ownFrame("main.main", 61), goroutine: 1 },
    });
    const inMain = textGoroutine(1, [ownFrame("main.main", 66)], { state: "chan receive" });
    const groups = [crashOf().groups[0]!, group(inMain), group(asleep)];
    const found = scores(facts, crashOf({ goroutines: 3, groups, groupCount: 3 }));
    expect(found.get(12)!).toBeGreaterThan(5 * (found.get(34) ?? 0));
  });

  it("can be the detecting side's own line when several goroutines run it", () => {
    const writing = access("write", { function: get, line: 25 });
    const crash = crashOf(
      { conflict: "concurrent map writes", messages: ["concurrent map writes"] },
      { operation: "write", operationFrom: "runtime.mapassign_faststr" },
    );
    const one = shop([writing]);
    const several = shop([writing], {
      starts: [starts[0]!, { ...starts[1]!, many: true, inLoop: true, running: [getSite] }],
    });
    const alone = scores(one, crash).get(25) ?? 0;
    expect(scores(several, crash).get(25)).toBeGreaterThan(alone);
    expect(findings(several, crash)[0]!.reasons[0]).toContain("several goroutines run it at once");
  });

  it("is shared out between two maps on one line", () => {
    const facts = shop([reading, { ...reading, variable: 1 }, putting(), dropping({ variable: 1 })]);
    expect(putBeforeDrop(facts)).toBe(0);
    expect(scores(facts).size).toBe(2);
  });

  it("says that the source is of another revision, where it is", () => {
    const [finding] = findings(shop([{ ...reading, line: 29 }, putting()]));
    expect(finding!.reasons[1]).toContain("another revision");
  });

  it("is looked for by type alone when the source does not show the map", () => {
    const facts = shop([putting(), dropping({ variable: 1 })], {
      variables: [field("Cache.items"), { ...field("Cache.other"), type: "map[int32]int" }],
    });
    const crash = crashOf({}, { operation: "read", operationFrom: "runtime.mapaccess1_faststr" });
    const found = scores(facts, crash);
    expect([...found.keys()]).toEqual([12]);
    expect(found.get(12)).toBeLessThan(0.5);
    expect(findings(facts, crash)[0]!.reasons[0]).toContain("this one can be it by its type");
  });

  it("is nobody when nothing changes the map", () => {
    expect(findings(shop([reading]))).toEqual([]);
    expect(findings(factsOf({}))).toEqual([]);
  });

  it("is looked for within bounds", () => {
    const many = Array.from({ length: 5000 }, (_, line) =>
      access("write", { function: put, line: line + 1 }),
    );
    const found = findings(shop([reading, ...many]));
    expect(found.length).toBeLessThanOrEqual(10);
  });
});
