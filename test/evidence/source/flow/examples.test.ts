/**
 * Every example: the sites that are known to meet come out as a possible conflict (one map, at once, no common lock), and
 * nothing in the repaired twin does.
 */
import { describe, expect, it } from "vitest";
import { type MapAccess } from "../../../../src/evidence/source/facts.js";
import { type ExampleSite, loadExamples } from "../../../support/examples.js";
import { Judge } from "./conflicts.js";
import { factsOfFolder } from "./support.js";

/** What cannot be told apart without knowing which value a variable has. */
const undecidedTwins: Readonly<Record<string, readonly string[]>> = {
  // `open("locked")` never gives the store without a lock, which follows from the value of its argument only.
  "interface-dispatch": ["repaired/main.go:33 write / repaired/main.go:34 read"],
};

const operations: Readonly<Record<ExampleSite["operation"], readonly string[]>> = {
  read: ["read"],
  assign: ["write", "change", "assign"],
  delete: ["delete"],
  iterate: ["iterate"],
  clear: ["clear"],
  clone: ["clone", "iterate"],
  length: ["length", "iterate", "read"],
};

describe.each(loadExamples())("$name", ({ name, directory, conflicts }) => {
  it("shows every conflict of the racing program, and none of the twin", async () => {
    const facts = await factsOfFolder(directory);
    const judge = new Judge(facts);
    const at = (site: ExampleSite): MapAccess[] => {
      const there = facts.accesses.filter((access) => access.file === site.file && access.line === site.line);
      const exact = there.filter((access) => operations[site.operation].includes(access.operation));
      // What a library does with a map in all is its own affair: any access there will do.
      return exact.length > 0 ? exact : there.filter((access) => access.through !== null);
    };
    for (const { sites } of conflicts) {
      const verdicts = at(sites[0]).flatMap((one) => at(sites[1]).map((other) => judge.verdict(one, other)));
      expect(verdicts, sites.map((site) => site.mark).join("/")).toContainEqual({
        connected: true,
        atOnce: true,
        unlocked: true,
      });
    }
    const inTwin = facts.accesses.filter((access) => access.file.startsWith("repaired/"));
    expect(judge.conflicts(inTwin)).toEqual(undecidedTwins[name] ?? []);
  });
});
