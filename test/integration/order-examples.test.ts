/**
 * Every example on every Go version, in one run that observes order: both sites of a conflict are named, nothing else
 * is, and its repaired twin stays silent. One pass by default; MAPTRAP_TEST_REPEAT=20 asks for 20 right ones out of 20.
 */
import { describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { otherFunctions, pairExpected, pairFound } from "../support/example-findings.js";
import { type Example, loadExamples } from "../support/examples.js";
import { type CommandResult, maptrap } from "../support/maptrap-command.js";
import { again } from "../support/again.js";
import { atMost } from "../support/pool.js";
import { goCommand, type GoVersion, repeats, TESTED, TESTED_BRIEFLY } from "../support/toolchains.js";

const examples = loadExamples();
const inTurn = atMost(2);

const timeout = 600_000 + 60_000 * repeats;

/** Whether a Go version has what an example uses. */
const builds = ({ minimumGo }: Example, version: GoVersion): boolean =>
  minimumGo === undefined || Number(version.split(".")[1]) >= Number(minimumGo.split(".")[1]);

/** One run of a package of an example. */
function observe(example: Example, version: GoVersion, packagePath: string): Promise<CommandResult> {
  const args = [example.command, "--only", "order", "--json", "--go", goCommand(version), packagePath];
  return inTurn(() => maptrap(args, { cwd: example.directory }));
}

/** What is wrong with a run that has to find something. */
function wrongs(example: Example, result: CommandResult): string[] {
  if (result.status !== 66) {
    return [`status ${result.status}\n${result.stderr}`];
  }
  const incident = decodeCase(result.stdout, example.name);
  const found = incident.findings.map((finding) => pairFound(example.directory, finding));
  const expected = new Set(example.conflicts.map(pairExpected));
  const unexpected = found.filter((one) => !expected.has(one));
  const unsure = incident.findings
    .filter(({ certainty }) => certainty === "inferred")
    .map(({ certainty }) => certainty);
  const none = found.length === 0 ? ["no finding"] : [];
  return [...none, ...unexpected, ...unsure, ...otherFunctions(example.directory, example, incident)];
}

/** What is wrong with a run of a repaired twin. */
function alarms(example: Example, result: CommandResult): string[] {
  if (result.status !== 0) {
    return [`status ${result.status}\n${result.stdout}\n${result.stderr}`];
  }
  return decodeCase(result.stdout, example.name).findings.map((one) => pairFound(example.directory, one));
}

/** Whether an example is tested with a version: each with one of those that it can be built with, by turns; with all for the full measure. */
function isTested(example: Example, place: number, version: GoVersion): boolean {
  const possible = TESTED.filter((one) => builds(example, one));
  return TESTED_BRIEFLY === TESTED
    ? possible.includes(version)
    : possible[place % possible.length] === version;
}

describe.each(TESTED)("Go %s", (version) => {
  const here = examples.filter((example, place) => isTested(example, place, version));

  it.concurrent.each(here)("both sides: $name", { timeout }, async (example) => {
    expect(await again(repeats, async () => wrongs(example, await observe(example, version, ".")))).toEqual(
      [],
    );
  });

  it.concurrent.each(here)("the repaired twin is silent: $name", { timeout }, async (example) => {
    expect(
      await again(repeats, async () => alarms(example, await observe(example, version, "./repaired"))),
    ).toEqual([]);
  });
});
