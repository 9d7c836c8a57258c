/**
 * Every example on one Go version with classic maps and one with swiss ones, by turns: both sites of a conflict are named, nothing
 * else is, and its repaired twin stays silent. One pass by default; MAPTRAP_TEST_REPEAT=20 asks for 20 right ones out of 20, on every
 * version.
 */
import { describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { otherFunctions, pairExpected, pairFound } from "../support/example-findings.js";
import { type Example, loadExamples } from "../support/examples.js";
import { type CommandResult, maptrap } from "../support/maptrap-command.js";
import { again } from "../support/again.js";
import { atMost } from "../support/pool.js";
import { goCommand, type GoVersion, repeats, TESTED, testedByTurns } from "../support/toolchains.js";

const examples = loadExamples();

/** The programs depend on timing: no more of them at once than a small machine has processors. */
const inTurn = atMost(2);
const timeout = 600_000 + 60_000 * repeats;

/** The Go version below which an example does not build. */
const builds = ({ minimumGo }: Example, version: GoVersion): boolean =>
  minimumGo === undefined || minor(version) >= minor(minimumGo);

function minor(version: string): number {
  return Number(version.split(".")[1]);
}

/** The processes of a run, in which the example's whole life is trapped. */
function trap(example: Example, version: GoVersion, more: TrapOptions = {}): Promise<CommandResult> {
  const args = [example.command, "--json", "--go", goCommand(version), more.package ?? "."];
  return inTurn(() => maptrap(args, { cwd: example.directory, environment: more.environment ?? {} }));
}

interface TrapOptions {
  readonly package?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What is wrong with a run that has to find something: nothing, or words that tell a person what to look at. */
function wrongs(example: Example, result: CommandResult): string[] {
  if (result.status !== 66) {
    return [`status ${result.status}\n${result.stderr}`];
  }
  const incident = decodeCase(result.stdout, example.name);
  const found = incident.findings.map((finding) => pairFound(example.directory, finding));
  const expected = new Set(example.conflicts.map(pairExpected));
  const unexpected = found.filter((one) => !expected.has(one));
  const others = otherFunctions(example.directory, example, incident);
  const none = found.length === 0 ? ["no finding"] : [];
  return [...none, ...unexpected, ...others].map((words) => `${words}\n${result.stderr}`);
}

/** What is wrong with a run of a repaired twin. */
function alarms(example: Example, result: CommandResult): string[] {
  if (result.status !== 0) {
    return [`status ${result.status}\n${result.stdout}\n${result.stderr}`];
  }
  const { findings } = decodeCase(result.stdout, example.name);
  return findings.map((finding) => pairFound(example.directory, finding));
}

/** The versions that a twin is tested with: by turns one of the two that its example has; for the full measure all. */
function twinVersions(example: Example, place: number): readonly GoVersion[] {
  const possible = testedByTurns(place).filter((version) => builds(example, version));
  const one = Math.floor(place / 2) % possible.length;
  return repeats > 1 || TESTED.length > 4 ? possible : possible.slice(one, one + 1);
}

describe.each(TESTED)("Go %s", (version) => {
  const here = examples.filter(
    (example, place) => builds(example, version) && testedByTurns(place).includes(version),
  );
  const twins = examples.filter((example, place) => twinVersions(example, place).includes(version));

  it.concurrent.each(here)("both sides: $name", { timeout }, async (example) => {
    expect(await again(repeats, async () => wrongs(example, await trap(example, version)))).toEqual([]);
  });

  it.concurrent.each(twins)("the repaired twin is silent: $name", { timeout }, async (example) => {
    const twin = (): Promise<CommandResult> => trap(example, version, { package: "./repaired" });
    expect(await again(repeats, async () => alarms(example, await twin()))).toEqual([]);
  });

  const article = examples.filter(({ name }) => name === "article");
  const processors = article.flatMap((example) => ["1", "2", "8"].map((count) => ({ example, count })));
  it.concurrent.each(processors)(
    "the article's program, GOMAXPROCS=$count",
    { timeout: 3 * timeout },
    async ({ example, count }) => {
      const run = (): Promise<CommandResult> =>
        trap(example, version, { environment: { GOMAXPROCS: count } });
      const times = repeats > 1 ? 50 : 3;
      expect(await again(times, async () => wrongs(example, await run()))).toEqual([]);
    },
  );
});

describe("what an example needs", () => {
  const excluded = TESTED.flatMap((version) =>
    examples.filter((example) => !builds(example, version)).map((example) => ({ version, example })),
  );

  it("leaves out clear and maps.Clone with Go 1.19, and nothing else", () => {
    const names = excluded.map(({ version, example }) => `${version} ${example.name}`);
    expect(names).toEqual(["1.19 clear-each-minute", "1.19 maps-clone"]);
  });

  it.each(excluded)("Go $version refuses $example.name", async ({ version, example }) => {
    const result = await trap(example, version);
    expect([1, 2]).toContain(result.status);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/undefined: clear|package maps is not in GOROOT|requires go >= 1\.21/);
  });
});
