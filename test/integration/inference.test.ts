/**
 * The peer, inferred from the recorded crash texts of the examples and their source: a table of how often it ranks first
 * and within the first three.
 */
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildCrashCase } from "../../src/analysis/crash/build-crash-case.js";
import type { Finding } from "../../src/case/case.js";
import { readCrashText } from "../../src/evidence/crashtext/read.js";
import type { SourceFacts } from "../../src/evidence/source/facts.js";
import { indexSource } from "../../src/evidence/source/index-source.js";
import { loadCrashTexts, oneSided } from "../support/crash-texts/load.js";
import type { RecordedCrashText } from "../support/crash-texts/schema.js";
import { type Example, loadExamples } from "../support/examples.js";

/** How the peer ranked in the texts of one sort. */
interface Ranks {
  texts: number;
  first: number;
  withinThree: number;
}

const table = new Map<string, Ranks>();

afterAll(() => {
  const rows = [...table].map(([name, { texts, first, withinThree }]) =>
    [
      name.padEnd(44),
      `${first} of ${texts} first`.padEnd(22),
      `${withinThree} of ${texts} within three`,
    ].join(" "),
  );
  process.stdout.write(`\n${rows.join("\n")}\n`);
});

function count(name: string, rank: number): void {
  const row = table.get(name) ?? { texts: 0, first: 0, withinThree: 0 };
  row.texts += 1;
  row.first += rank === 1 ? 1 : 0;
  row.withinThree += rank <= 3 ? 1 : 0;
  table.set(name, row);
}

/** The rank of the first finding whose other side is right; Infinity when none is. */
function rankOf(findings: readonly Finding[], example: Example, recorded: RecordedCrashText): number {
  const right = new Set(
    example.conflicts
      .flatMap(({ sites }) => sites)
      .filter(({ mark }) => recorded.truth.peerMarks.includes(mark))
      .map(({ file, line }) => `${file}:${line}`),
  );
  const at = findings.findIndex(({ sides }) => {
    const supposed = sides.find(({ role }) => role === "supposed")?.site;
    const file = path.relative(example.directory, supposed?.file ?? "");
    return right.has(`${file}:${supposed?.line ?? 0}`);
  });
  return at === -1 ? Infinity : at + 1;
}

const texts = loadCrashTexts();

describe.each(loadExamples())("the peer in $name", (example) => {
  const recorded = texts.filter((text) => text.example === example.name);
  let facts: Promise<SourceFacts> | undefined;
  const source = () => (facts ??= indexSource(example.directory, { cacheFolder: null }));

  it.each([
    ["the whole text", (text: string) => text],
    ["the detecting goroutine alone", oneSided],
  ])("is within the first three, from %s", async (name, part) => {
    expect(recorded.length).toBeGreaterThan(0);
    for (const one of recorded) {
      const text = await readCrashText(part(one.text));
      const incident = buildCrashCase({
        command: ["maptrap", "explain"],
        workingDirectory: example.directory,
        texts: [{ path: one.name, text }],
        source: await source(),
      });
      const rank = rankOf(incident.findings, example, one);
      count(`${name}, Go ${one.goVersion}, GOTRACEBACK ${one.traceback}`, rank);
      count(`all: ${name}`, rank);
      expect(rank, one.name).toBeLessThanOrEqual(3);
    }
  });
});

describe("over all examples", () => {
  it("is first in at least nine of ten texts", () => {
    for (const name of ["all: the whole text", "all: the detecting goroutine alone"]) {
      const { texts: all, first } = table.get(name)!;
      expect(first / all, name).toBeGreaterThanOrEqual(0.9);
    }
  });
});
