/** The command that would show whether an inferred finding is true. */
import { describe, expect, it } from "vitest";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import { proofCommand } from "../../../src/analysis/peer/proof.js";
import { RootFinder } from "../../../src/analysis/peer/roots.js";
import type { SourceFacts } from "../../../src/evidence/source/facts.js";
import { call, fact, factsOf, start } from "../../support/source-facts.js";

const [get, put] = [0, 1];
const cache = [fact("example.com/shop.(*Cache).Get", 10, 20), fact("example.com/shop.(*Cache).Put", 22, 30)];

function proof(
  facts: Partial<SourceFacts>,
  tests: readonly string[] = [],
  functions = [get, put],
): string | null {
  const index = new FactsIndex(factsOf(facts));
  return proofCommand(index, new RootFinder(index), functions, tests);
}

/** The cache with tests of its own, which start what is given. */
function tested(names: readonly string[], starts: SourceFacts["starts"], calls: SourceFacts["calls"] = []) {
  const functions = [
    ...cache,
    ...names.map((name, at) => fact(`example.com/shop.${name}`, 10 * at + 1, 10 * at + 9, "cache_test.go")),
  ];
  return { functions, starts, calls };
}

describe("proofCommand", () => {
  it("runs the program whose main function leads to both sides, over goroutines too", () => {
    const main = { ...fact("main.main", 1, 9, "cmd/shop/main.go"), package: "example.com/shop/cmd/shop" };
    const other = { ...fact("main.main", 1, 9, "cmd/tool/main.go"), package: "example.com/shop/cmd/tool" };
    const facts = {
      functions: [...cache, other, main],
      starts: [start(2, 1, "main"), start(3, 1, "main"), start(put, 5, "go", { starter: 3 })],
      calls: [call(2, get, 4), call(3, get, 6)],
    };
    expect(proof(facts)).toBe("maptrap run ./cmd/shop");
  });

  it("runs the package's own program, and the only one of the module when nothing is known to call the sides", () => {
    const main = fact("main.main", 1, 9, "main.go");
    const own = fact("main.handle", 10, 20, "main.go");
    expect(proof({ functions: [own, main] }, [], [0])).toBe("maptrap run .");
    expect(proof({ functions: [...cache, { ...main, file: "cmd/main.go" }] })).toBe("maptrap run ./cmd");
    const two = [
      { ...main, file: "a/main.go" },
      { ...main, file: "b/main.go" },
    ];
    expect(proof({ functions: [...cache, ...two] })).toBeNull();
  });

  it("names a folder so that a shell leaves it alone", () => {
    const main = { ...fact("main.main", 1, 9, "it's here/main.go"), package: "example.com/shop/x" };
    expect(proof({ functions: [...cache, main] })).toBe(`maptrap run './it'\\''s here'`);
  });

  it("runs the test that the text names alone where it starts the goroutines itself", () => {
    const facts = tested(
      ["TestID", "TestReaders"],
      [
        start(2, 1, "test"),
        start(3, 1, "test"),
        start(get, 13, "go", { starter: 3, many: true }),
        start(put, 14, "go", { starter: 3 }),
      ],
      [call(2, get, 3), call(2, put, 4)],
    );
    expect(proof(facts, ["TestReaders"])).toBe("maptrap test . -- -run '^TestReaders$'");
  });

  it("runs the tests of both sides where the goroutines are those of parallel tests", () => {
    const facts = tested(
      ["TestCode", "TestDefine", "TestOther"],
      [start(2, 1, "parallel-test"), start(3, 11, "parallel-test"), start(4, 21, "parallel-test")],
      [call(2, get, 3), call(3, put, 13)],
    );
    expect(proof(facts, ["TestCode"])).toBe("maptrap test . -- -run '^(TestCode|TestDefine)$'");
    const subtests = tested(
      ["TestCode", "TestDefine"],
      [
        start(get, 3, "parallel-test", { starter: 2 }),
        start(put, 4, "parallel-test", { starter: 2 }),
        start(3, 11, "test"),
      ],
      [call(3, put, 13)],
    );
    expect(proof(subtests, ["TestCode"])).toBe("maptrap test . -- -run '^TestCode$'");
  });

  it("never takes TestMain for a test, and a benchmark needs -bench", () => {
    const facts = tested(
      ["TestMain", "BenchmarkGet"],
      [
        start(2, 1, "test"),
        start(get, 12, "go", { starter: 3 }),
        start(put, 13, "go", { starter: 3 }),
        start(3, 11, "test"),
      ],
      [call(2, get, 3)],
    );
    expect(proof(facts, ["BenchmarkGet"])).toBe("maptrap test . -- -run '^$' -bench '^BenchmarkGet$'");
  });

  it("runs the whole package for many tests, or where none is known to get there", () => {
    const names = ["TestA", "TestB", "TestC", "TestD", "TestE"];
    const calls = names.map((_, at) => call(at + 2, get, 10 * at + 2));
    const starts = names.map((_, at) => start(at + 2, 10 * at + 1, "parallel-test"));
    expect(proof(tested(names, starts, calls), ["TestA"])).toBe("maptrap test .");
    expect(proof(tested(["TestA"], []), [])).toBe("maptrap test .");
    expect(proof({ functions: cache })).toBeNull();
  });
});
