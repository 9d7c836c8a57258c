import { describe, expect, it } from "vitest";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import type { Roots } from "../../../src/analysis/peer/roots.js";
import { SourceMatch } from "../../../src/analysis/peer/source-match.js";
import { isOfTest, isWhole, otherGoroutines, supportFor } from "../../../src/analysis/peer/text-evidence.js";
import type { CrashObservation, TextGoroutine } from "../../../src/case/case.js";
import { crashOf, group, ownFrame, runtimeFrame, textGoroutine } from "../../support/observations.js";
import { access, fact, factsOf } from "../../support/source-facts.js";

const putName = "example.com/shop.(*Cache).Put";
const match = new SourceMatch(
  new FactsIndex(
    factsOf({ functions: [fact("example.com/shop.(*Cache).Get", 22, 30), fact(putName, 10, 20)] }),
  ),
);
const change = access("write", { function: 1, line: 12 });

/** The place can be run by the goroutines of start 4 only. */
const roots: Roots = {
  starts: new Set([4]),
  open: false,
  doubtful: false,
  oneOfSeveral: false,
  functions: new Set([1]),
};

/** What the text says about the place, where each goroutine comes from the starts that are given. */
function support(
  crash: CrashObservation,
  startsOf: (goroutine: TextGoroutine) => readonly number[] = () => [],
  of: Roots = roots,
) {
  const others = otherGoroutines(crash, match, (goroutine) => new Set(startsOf(goroutine)));
  return supportFor({ access: change, roots: of, mustShow: isWhole(crash) && !of.open }, others);
}

const peer = (goroutine: TextGoroutine, more: Partial<CrashObservation["peers"][number]> = {}) => ({
  goroutine,
  reason: "in-map-operation",
  site: null,
  operation: "write" as const,
  ...more,
});

describe("isWhole", () => {
  const main = group(textGoroutine(1, []));
  const detecting = crashOf().groups[0]!;

  it("is true when goroutine 1 is there, which the runtime prints in every dump of all goroutines", () => {
    expect(isWhole(crashOf({ goroutines: 2, groups: [detecting, main], groupCount: 2 }))).toBe(true);
    const inMain = textGoroutine(1, [ownFrame("main.main", 3)]);
    const other = group(textGoroutine(9, []));
    const crash = crashOf(
      { goroutines: 2, groups: [group(inMain), other], groupCount: 2 },
      { goroutine: inMain },
    );
    expect(isWhole(crash)).toBe(true);
  });

  it.each<[string, Partial<CrashObservation>]>([
    ["the detecting goroutine stands alone", {}],
    [
      "goroutine 1 is missing",
      { goroutines: 2, groups: [detecting, group(textGoroutine(9, []))], groupCount: 2 },
    ],
    ["the text is cut", { goroutines: 2, groups: [detecting, main], groupCount: 2, cut: "the text ends" }],
    ["some groups are not listed", { goroutines: 900, groups: [detecting, main], groupCount: 800 }],
  ])("is false when %s", (_, more) => {
    expect(isWhole(crashOf(more))).toBe(false);
  });
});

describe("isOfTest", () => {
  const inTest = ownFrame("example.com/shop.TestPut.func1", 12, "/home/ada/shop/cache_test.go");

  it.each<[string, boolean, Partial<CrashObservation>]>([
    [
      "a goroutine of the test runner",
      true,
      { groups: [group(textGoroutine(1, [ownFrame("testing.(*T).Run", 3)]))] },
    ],
    ["a function literal in a test", true, { groups: [group(textGoroutine(9, [inTest]))] }],
    [
      "a goroutine that a test started",
      true,
      { groups: [group(textGoroutine(9, [], { createdBy: { frame: inTest, goroutine: 6 } }))] },
    ],
    ["ordinary code only", false, {}],
  ])("is told by %s", (_, expected, more) => {
    expect(isOfTest(crashOf(more))).toBe(expected);
  });
});

describe("supportFor", () => {
  const inPut = textGoroutine(9, [runtimeFrame("runtime.mapassign_faststr"), ownFrame(putName, 12)]);

  it("speaks loudest for a place at which a goroutine is in a map operation", () => {
    const found = support(crashOf({ peers: [peer(inPut)], goroutines: 2 }));
    expect(found).toEqual({
      factor: 12,
      reason: "goroutine 9 in the text stands at this line, in a map operation",
      goroutines: [9],
    });
  });

  it.each([
    ["a line further down", peer(textGoroutine(9, [ownFrame(putName, 18)]))],
    ["a reading operation", peer(inPut, { operation: "read" })],
    ["a weaker hint", peer(inPut, { reason: "same-function" })],
  ])("does not take %s for the operation", (_, one) => {
    const found = support(crashOf({ peers: [one], goroutines: 2 }));
    expect(found.factor).toBeLessThan(3);
    expect(found.reason).toBe("goroutine 9 in the text is in this function");
  });

  it("prefers goroutines that can run to those that wait", () => {
    const parked = textGoroutine(8, [ownFrame(putName, 14)], { state: "chan receive" });
    const awake = textGoroutine(9, [ownFrame(putName, 14)], { state: "runnable" });
    const onlyParked = support(crashOf({ groups: [group(parked)] }));
    const both = support(crashOf({ groups: [group(parked), group(awake)] }));
    expect(onlyParked.goroutines).toEqual([8]);
    expect(both.goroutines).toEqual([9]);
    expect(both.factor).toBeGreaterThan(onlyParked.factor);
    expect(onlyParked.factor).toBeGreaterThan(1);
  });

  it("counts goroutines that were started in a way that leads there, unavailable ones more", () => {
    const sleeping = textGoroutine(8, [runtimeFrame("time.Sleep")], { state: "sleep" });
    const hidden = textGoroutine(9, [], {
      state: "running",
      unavailable: "goroutine running on other thread; stack unavailable",
    });
    const one = support(crashOf({ groups: [group(sleeping)] }), () => [4]);
    const both = support(crashOf({ groups: [group(sleeping), group(hidden)] }), () => [4]);
    expect(one).toMatchObject({
      goroutines: [8],
      reason: "goroutine 8 in the text was started in a way that leads there",
    });
    expect(both.goroutines).toEqual([9]);
    expect(both.reason).toContain("was running on another thread");
    expect(both.factor).toBeGreaterThan(one.factor);
  });

  it("speaks against a place when a whole text shows nobody who could be there", () => {
    const main = textGoroutine(1, [ownFrame("main.main", 3, "/home/ada/shop/main.go")]);
    const whole = crashOf({ goroutines: 2, groups: [crashOf().groups[0]!, group(main)], groupCount: 2 });
    expect(support(whole).factor).toBeLessThan(0.5);
    expect(support(whole).reason).toContain("no goroutine in the text");
    expect(support({ ...whole, cut: "the text ends" })).toEqual({ factor: 1, reason: null, goroutines: [] });
    expect(support(whole, () => [], { ...roots, open: true }).factor).toBe(1);
  });

  it("says nothing when the text shows one side only", () => {
    expect(support(crashOf())).toEqual({ factor: 1, reason: null, goroutines: [] });
  });

  it("never counts the detecting goroutine", () => {
    const detecting = crashOf().detector!.goroutine;
    const crash = crashOf({ groups: [group({ ...detecting, stack: [ownFrame(putName, 12)] })] });
    expect(support(crash, () => [4]).factor).toBe(1);
  });

  it("says how many there are, also when not all ids are known", () => {
    const many = group(
      inPut,
      Array.from({ length: 25 }, (_, id) => id + 9),
      5000,
    );
    const found = support(crashOf({ groups: [many], goroutines: 5001 }));
    expect(found.reason).toBe("goroutine 9 (and 4999 more) in the text is in this function");
    expect(found.goroutines.length).toBeLessThanOrEqual(20);
  });

  it("can say so of a goroutine whose header was lost", () => {
    const found = support(crashOf({ groups: [group(textGoroutine(null, inPut.stack))] }));
    expect(found).toMatchObject({ reason: "a goroutine in the text is in this function", goroutines: [] });
  });
});
