import { beforeAll, describe, expect, it } from "vitest";
import { buildCrashCase } from "../../../src/analysis/crash/build-crash-case.js";
import type { Case } from "../../../src/case/case.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import type { SourceFacts } from "../../../src/evidence/source/facts.js";
import { lastWords, lastWordsAlone, oneSidedText, shopFacts, wholeText } from "../../support/shop-crash.js";

let facts: SourceFacts;

beforeAll(async () => {
  facts = await shopFacts();
});

async function caseOf(text: string, source: SourceFacts | null = facts): Promise<Case> {
  const texts = [{ path: "crash.log", text: await readCrashText(text) }];
  return buildCrashCase({
    command: ["maptrap", "explain"],
    workingDirectory: "/home/ada",
    texts,
    source: source ?? undefined,
  });
}

describe("a crash with what the recorder printed on it", () => {
  it("is one finding: the recorded side, and no guess beside it", async () => {
    const guesses = (await caseOf(oneSidedText)).findings;
    expect(guesses.length).toBeGreaterThan(0);
    expect(guesses.every(({ certainty }) => certainty === "inferred")).toBe(true);
    const { findings, observations, nextSteps } = await caseOf(oneSidedText + lastWords);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      handle: "m0",
      kind: "concurrent map read and map write",
      certainty: "caught",
      score: null,
      observations: ["o0", "o1"],
      map: { address: "0xc000012345", type: "map[string]int", name: "Cache.items", elements: 17 },
      sides: [
        {
          role: "recorded",
          operation: "write",
          goroutine: { id: 5, startedBy: 1 },
          site: { function: "main.(*Cache).Put", line: 13 },
          source: { variable: "Cache.items", locks: [] },
        },
        {
          role: "detected",
          operation: "read",
          goroutine: { id: 6 },
          site: { line: 20 },
          source: { locks: ["c.mu.Lock (line 18)"] },
        },
      ],
    });
    expect(findings[0]?.reasons.join(" ")).toContain("for 1.2ms");
    expect(findings[0]?.reasons.join(" ")).toContain("3 of 8 old buckets moved");
    // The advice is that for the same place, and nothing has to be proved any more.
    expect(findings[0]?.advice.join(" ")).toContain("c.mu");
    expect(findings[0]?.proof).toBeNull();
    expect(nextSteps).toEqual([]);
    expect(observations).toMatchObject([
      { kind: "crash", handle: "o0" },
      { kind: "probe-report", handle: "o1", ofCrash: "o0", found: "recorded" },
    ]);
  });

  it("is inferred where the rings tell the other side", async () => {
    const { findings } = await caseOf(oneSidedText + lastWords.replace("recorded)", "inferred)"));
    expect(findings).toMatchObject([
      { certainty: "inferred", score: null, sides: [{ role: "recorded" }, {}] },
    ]);
  });

  it("keeps what the source says where the recorder does not know the other side", async () => {
    const guesses = (await caseOf(oneSidedText)).findings;
    const { findings, nextSteps } = await caseOf(oneSidedText + lastWordsAlone);
    expect(findings.map(({ score }) => score)).toEqual(guesses.map(({ score }) => score));
    expect(findings[0]?.map).toMatchObject({ address: "0xc000012345", name: "Cache.items", elements: 17 });
    expect(nextSteps).not.toEqual([]);
  });

  it("needs no source", async () => {
    const { findings } = await caseOf(oneSidedText + lastWords, null);
    expect(findings).toMatchObject([{ certainty: "caught", sides: [{ source: null }, { source: null }] }]);
  });

  it("finds its own words where two goroutines died at once", async () => {
    const other = lastWords
      .replaceAll("oroutine 6", "oroutine 9")
      .replaceAll("oroutine 5", "oroutine 6")
      .replaceAll("oroutine 9", "oroutine 5");
    const { findings, observations } = await caseOf(oneSidedText + other + lastWords);
    expect(observations).toMatchObject([{ kind: "crash" }, { ofCrash: null }, { ofCrash: "o0" }]);
    expect(findings.map((finding) => finding.observations)).toEqual([["o0", "o2"], ["o1"]]);
    expect(
      findings.map(({ sides }) => sides.map(({ role, goroutine }) => `${role} ${goroutine.id}`)),
    ).toEqual([
      ["recorded 5", "detected 6"],
      ["recorded 6", "detected 5"],
    ]);
  });

  it("is told from another crash, and from the report of another goroutine", async () => {
    const two = await caseOf(`${wholeText}\nstarting again\n${oneSidedText}${lastWords}`);
    expect(two.findings.filter(({ certainty }) => certainty === "caught")).toHaveLength(1);
    expect(two.observations).toMatchObject([
      { kind: "crash" },
      { kind: "crash" },
      { kind: "probe-report", ofCrash: "o1" },
    ]);
    const other = await caseOf(oneSidedText + lastWords.replaceAll("goroutine 6", "goroutine 9"));
    expect(other.observations.at(-1)).toMatchObject({ kind: "probe-report", ofCrash: null });
    expect(other.findings.at(-1)).toMatchObject({ certainty: "caught", observations: ["o1"] });
    const trapped = await caseOf(oneSidedText + lastWords.replace("recorded)", "caught)"));
    expect(trapped.observations.at(-1)).toMatchObject({ ofCrash: null });
  });
});
