import { describe, expect, it } from "vitest";
import { knownCases } from "../../../src/analysis/crash/known-cases.js";
import { type Known, nextSteps } from "../../../src/analysis/crash/next-steps.js";
import { crashOf, group, textGoroutine } from "../../support/observations.js";
import { access } from "../../support/source-facts.js";

const version = (text: string, exact = true) => ({ text, from: "panic.go:1181", exact });
const all: Known = { source: "fits", peer: true };

describe("nextSteps", () => {
  it("says how to have the others printed, by version", () => {
    const [newer] = nextSteps(crashOf({ goVersion: version("1.26.10") }), all);
    expect(newer).toMatch(/^Go 1\.26 and later print only .*GOTRACEBACK=all/);
    const [older] = nextSteps(crashOf({ goVersion: version("1.23") }), all);
    expect(older).toMatch(/^The text shows one goroutine only, but this Go version prints all of them/);
    expect(older).toContain("maptrap test");
  });

  it("does not blame Go 1.26 for the text of an older version, also when that is not exact", () => {
    const [step] = nextSteps(crashOf({ goVersion: version("1.14 or 1.15", false) }), all);
    expect(step).toMatch(/^The text shows one goroutine only, but this Go version prints all of them/);
  });

  it("says nothing of this when others are shown", () => {
    const groups = [crashOf().groups[0]!, group(textGoroutine(1, []))];
    expect(nextSteps(crashOf({ goroutines: 2, groups, groupCount: 2 }), all)).toEqual([]);
  });

  it.each<[Known, string]>([
    [{ source: "none", peer: false }, "name its folder with --source"],
    [{ source: "misfit", peer: false }, "has no access to a map where the text says"],
    [{ source: "fits", peer: false }, "go mod vendor"],
  ])("says what the source lacks: %j", (known, words) => {
    expect(nextSteps(crashOf(), known).at(-1)).toContain(words);
  });

  it("says that a text is not whole", () => {
    expect(nextSteps(crashOf({ cut: "the text ends within a stack" }), all)).toContain(
      "The text is not whole (the text ends within a stack). More of it may show the other side.",
    );
  });
});

describe("knownCases", () => {
  const cloned = access("read", { function: 0, line: 1 }, { through: "maps.Clone" });

  it.each([
    ["arm64", undefined, ["69652"]],
    [null, cloned, ["69652"]],
    ["amd64", cloned, []],
    [null, undefined, []],
    ["ppc64le", undefined, ["79186"]],
  ])("are named on %s", (architecture, detector, issues) => {
    const found = knownCases(crashOf({ architecture }), detector);
    expect(found.map((text) => /golang\/go#(\d+)/.exec(text)?.[1])).toEqual(issues);
  });
});
