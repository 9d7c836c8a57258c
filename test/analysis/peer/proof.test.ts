import { describe, expect, it } from "vitest";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import { proofCommand } from "../../../src/analysis/peer/proof.js";
import { RootFinder } from "../../../src/analysis/peer/roots.js";
import type { SourceFacts } from "../../../src/evidence/source/facts.js";
import { call, fact, factsOf, start } from "../../support/source-facts.js";

function proof(facts: Partial<SourceFacts>, functions: readonly number[], tests: readonly string[] = []) {
  const index = new FactsIndex(factsOf(facts));
  return proofCommand(index, new RootFinder(index), functions, tests);
}

const put = (folder: string) => fact("example.com/shop.(*Cache).Put", 10, 20, `${folder}cache.go`);
const main = (folder: string) => ({
  ...fact("main.main", 1, 9, `${folder}main.go`),
  package: "example.com/shop/cmd",
});
const test = (name: string, folder: string) =>
  fact(`example.com/shop.${name}`, 1, 9, `${folder}cache_test.go`);

describe("proofCommand", () => {
  it.each([
    ["", "maptrap run ."],
    ["cmd/shop/", "maptrap run ./cmd/shop"],
    ["my shop/", "maptrap run './my shop'"],
    ["it's; rm -rf $HOME/", `maptrap run './it'\\''s; rm -rf $HOME'`],
  ])("runs the program in %j, quoted for a shell", (folder, command) => {
    const facts = {
      functions: [put(folder), main(folder)],
      calls: [call(1, 0, 5)],
      starts: [start(1, 1, "main")],
    };
    expect(proof(facts, [0])).toBe(command);
  });

  it("runs the test that the text names", () => {
    const facts = {
      functions: [put(""), test("TestPut", "")],
      calls: [call(1, 0, 5)],
      starts: [start(1, 1, "test")],
    };
    expect(proof(facts, [0], ["TestPut"])).toContain("-run '^TestPut$'");
  });

  it("is null where nothing in the source leads there", () => {
    expect(proof({ functions: [put("")] }, [0])).toBeNull();
  });
});
