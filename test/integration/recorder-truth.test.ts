/**
 * Programs that die by Go's own check, which know who was at the map: the recorder names the same, on stderr and in the event file.
 * `MAPTRAP_TEST_REPEAT=20` has the four basic ones die 200 times each.
 */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSymbols } from "../../src/cli/binary-symbols.js";
import type { Symbolizer } from "../../src/evidence/ring/symbolizer.js";
import { die, type Death, faults } from "../support/deaths.js";
import { command, folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { probedBuild } from "../support/probed-build.js";
import { programFolder } from "../support/programs.js";
import { type GoVersion, repeats, TESTED } from "../support/toolchains.js";

const full = repeats > 1 || process.env["MAPTRAP_TEST_VERSIONS"] === "all";
const versions: readonly GoVersion[] = full ? TESTED : ["1.23", "1.27"];

const basic = ["read-write", "write-write", "delete-write", "same-site"];
/** Scenarios whose deaths take seconds to come. */
const rare = ["first-contact", "slow-writer", "short-lived-maps", "many-maps"];
/**
 * More shared maps than there are cells: the cell of the map may be another's by then, and nobody is named. Of 300 deaths that were 0 on
 * 1.19 and 1.27, 2 on 1.23, and 43 on 1.24, where the maps' addresses lie worse.
 */
const crowded = "many-shared-maps";

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

/** Everything that is wrong in a number of deaths, two of which happen at a time. */
async function wrongIn(times: number, death: () => Promise<Death>): Promise<string[]> {
  const all: string[] = [];
  let left = times;
  const turn = async (): Promise<void> => {
    while (left > 0) {
      left--;
      const wrong = faults(await death());
      all.push(...wrong);
    }
  };
  await Promise.all([turn(), turn()]);
  return all;
}

describe.each(versions)("Go %s", (version) => {
  let binary: string;
  let symbols: Symbolizer | undefined;
  let scenarios: string[];
  beforeAll(async () => {
    binary = path.join(work, `deaths-${version}`);
    await probedBuild({ version, args: ["."], cwd: programFolder("deaths") }, binary);
    symbols = openSymbols(binary);
    scenarios = (await command(binary, [])).stdout.trim().split("\n");
  });

  it.each(basic)("%s: every time", async (scenario) => {
    const environment = { GOMAXPROCS: "2" };
    expect(await wrongIn(10 * repeats, () => die(binary, work, { scenario, symbols }))).toEqual([]);
    const wrong = await wrongIn(10 * repeats, () => die(binary, work, { scenario, symbols, environment }));
    expect(wrong).toEqual([]);
  });

  it("all other ways to use a map", async () => {
    const apart = [...basic, ...rare, crowded];
    const others = scenarios.filter((scenario) => !apart.includes(scenario));
    expect(others.length).toBeGreaterThan(25);
    const wrong: Record<string, string[]> = {};
    for (const scenario of others) {
      const found = await wrongIn(2 * Math.ceil(repeats / 2), () => die(binary, work, { scenario, symbols }));
      if (found.length > 0) {
        wrong[scenario] = found;
      }
    }
    expect(wrong).toEqual({});
  });

  it.each(rare)("%s", async (scenario) => {
    const wrong = await wrongIn(Math.ceil(repeats / 4), () => die(binary, work, { scenario, symbols }));
    expect(wrong).toEqual([]);
  });

  it(`${crowded}: nobody wrong is named, and mostly somebody`, async () => {
    const deaths = 8 * Math.ceil(repeats / 4);
    const wrong = await wrongIn(deaths, () => die(binary, work, { scenario: crowded, symbols }));
    const unknown = wrong.filter((one) => one === "ring: not known");
    expect(wrong.filter((one) => !one.endsWith(": not known"))).toEqual([]);
    expect(unknown.length).toBeLessThan(deaths / 2);
  });

  it.each([
    "read-write",
    "alternating",
    "helper",
    "three-writers",
    "emptied",
    "emptied-by-two",
    "keys-string",
  ])("%s: what is named was under way when Go looked, by the program's diary", async (scenario) => {
    const wrong = await wrongIn(2 * repeats, () => die(binary, work, { scenario, symbols, diary: true }));
    expect(wrong).toEqual([]);
  });

  // On a machine that is busy with other things two of a hundred deaths are such, on a quiet one many more.
  it("two goroutines that notice at once: each has its own record", { timeout: 1_800_000 }, async () => {
    let both: Death | undefined;
    for (let tries = 0; tries < 1000 && both === undefined; tries++) {
      const death = await die(binary, work, { scenario: "write-write", symbols });
      expect(faults(death)).toEqual([]);
      both = death.file.conflicts.length > 1 ? death : undefined;
    }
    const sides = both?.conflicts.flatMap(({ from, peer, detector }) =>
      from === "ring" ? [[peer?.goroutine, detector.goroutine]] : [],
    );
    expect(sides).toHaveLength(2);
    expect(sides?.[1]).toEqual(sides?.[0]?.toReversed());
  });

  it("maptrap read says the same", async () => {
    const folder = await folderWith({});
    const environment = { MAPTRAP: "record", MAPTRAP_DIR: folder };
    const death = await command(binary, ["read-write"], { environment });
    const ids = new Map([...death.stdout.matchAll(/^(\w+) (\d+):/gm)].map(([, role, id]) => [role, id]));
    const read = await maptrap(["read", folder]);
    expect(read.status).toBe(66);
    const sides = [...read.stdout.matchAll(/^ {2}[AB] {2}(.*)$/gm)].map(([, text]) => text);
    expect(sides).toHaveLength(2);
    expect(sides.find((text) => text?.includes(`goroutine ${ids.get("writer")}`))).toMatch(/write/i);
    expect(sides.find((text) => text?.includes(`goroutine ${ids.get("reader")}`))).toMatch(/read/i);
    await removeFolder(folder);
  });
});
