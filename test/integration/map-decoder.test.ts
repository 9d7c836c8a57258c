/**
 * Maps of real programs, read from their memory and compared with what the programs print of them: 32 kinds of keys and elements,
 * maps that are empty, small, growing, cleared, cloned, full of deleted slots, of thousands of tables.
 *
 * Another seed: MAPTRAP_TEST_SEED=123. With MAPTRAP_TEST_REPEAT more seeds and more ways to build.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { mapCommand } from "../../src/cli/commands/map.js";
import { likelyMapTypes } from "../../src/golang/maps/likely-types.js";
import {
  buildMapMemory,
  differences,
  everything,
  fullSlots,
  type MapMemoryBuild,
  type MapTruth,
  type StandingProgram,
  startMapMemory,
} from "../support/map-memory.js";
import { testSeed } from "../support/test-seed.js";
import { goEnvironment, repeats, TESTED, TESTED_BRIEFLY } from "../support/toolchains.js";

/** Whether programs hash with AES instructions here, so that the hashes of keys can be computed from outside. */
const hasAes = /^flags\s.*\baes\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));

const seeds = repeats > 1 ? 10 * repeats : 2;
const mapsOfSeed = 60;

/** Other ways to build, each of which compiles all of Go's library: for the full measure. */
const thorough: readonly MapMemoryBuild[] =
  repeats > 1
    ? [
        { version: "1.24", experiment: "noswissmap" },
        { version: "1.25", experiment: "noswissmap" },
        { version: "1.27", experiment: "mapsplitgroup" },
        { version: "1.23", pie: true },
        { version: "1.27", pie: true },
      ]
    : [];

const builds: readonly MapMemoryBuild[] = [
  ...TESTED.map((version) => ({ version })),
  ...TESTED_BRIEFLY.map((version) => ({ version, stripped: true })),
  ...thorough,
];

const nameOf = ({ version, experiment, stripped, pie }: MapMemoryBuild): string =>
  ["Go", version, experiment, stripped === true ? "stripped" : undefined, pie === true ? "PIE" : undefined]
    .filter((part) => part !== undefined)
    .join(" ");

/** Runs the program, and ends it whatever happens. */
async function withProgram<T>(
  build: MapMemoryBuild,
  args: readonly string[],
  use: (program: StandingProgram) => T | Promise<T>,
): Promise<T> {
  const program = await startMapMemory(buildMapMemory(build), args);
  try {
    return await use(program);
  } finally {
    await program.end();
  }
}

describe.each(builds.map((build) => ({ build, name: nameOf(build) })))(
  "maps of a process, $name",
  ({ build }) => {
    it("have the content that the program prints, and break no rule", async () => {
      let compared = 0;
      let entries = 0;
      let growing = 0;
      for (let seed = testSeed; seed < testSeed + seeds; seed++) {
        // Each process has other addresses and other hash seeds.
        // oxlint-disable-next-line no-await-in-loop
        await withProgram(build, ["random", String(seed), String(mapsOfSeed)], ({ truths, maps }) => {
          for (const truth of truths) {
            const map = maps.decode(Number(truth.map), Number(truth.type), everything);
            expect(differences(truth, map), `seed ${seed}, ${truth.name} ${map.type?.name}`).toEqual([]);
            if (/^map\[(?:string|int|uint32|main\.edge|main\.named|chan int)\]/.test(map.type?.name ?? "")) {
              expect(map.keysInPlace).toBe(hasAes ? truth.count : 0);
            }
            compared++;
            entries += truth.entries.length;
            growing += map.growing === undefined ? 0 : 1;
          }
        });
      }
      expect(compared).toBe(seeds * mapsOfSeed);
      expect(entries).toBeGreaterThan(1000);
      const classic = build.experiment === "noswissmap" || Number(build.version.slice(2)) < 24;
      expect(growing > 0).toBe(classic);
    });
  },
);

describe.each(TESTED_BRIEFLY)("a map of very many elements, Go %s", (version) => {
  it("is read whole, and with a limit", async () => {
    const isClassic = Number(version.slice(2)) < 24;
    const count = isClassic ? 200_000 : 1_000_000;
    await withProgram({ version }, ["many", String(count)], ({ truths, maps }) => {
      const truth = truths[0] as MapTruth;
      const map = maps.decode(Number(truth.map), Number(truth.type), { ...everything, keys: 1 << 16 });
      expect(map).toMatchObject({ count, broken: [], cut: undefined, writing: false });
      const slots = fullSlots(map);
      expect(slots).toHaveLength(count);
      const sum = slots.reduce(
        (all, { key, element }) => all + Number(key?.text) * 31 + Number(element?.text),
        0,
      );
      expect(sum).toBe(truth.sum);
      expect(map.tables.length > 1000).toBe(!isClassic);

      const part = maps.decode(Number(truth.map), Number(truth.type), { slots: 80, tables: 5 });
      expect(part).toMatchObject({ count, broken: [] });
      expect(part.cut).toMatch(/ are shown\./);
      expect(fullSlots(part).length).toBeLessThanOrEqual(80);
    });
  });
});

describe.each(TESTED_BRIEFLY)("maptrap map, Go %s", (version) => {
  let program: StandingProgram;
  const folder = mkdtempSync(path.join(tmpdir(), "maptrap-map-"));

  beforeAll(async () => {
    program = await startMapMemory(buildMapMemory({ version }), ["variables"]);
  });

  afterAll(async () => {
    await program.end();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  async function run(...args: readonly string[]): Promise<string> {
    const written: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    const command = mapCommand({ environment: process.env, workingDirectory: process.cwd() });
    await command.exitOverride().parseAsync(["node", "map", ...args]);
    return written.join("");
  }

  const ofProcess = (): readonly string[] => ["--pid", String(program.process.pid)];

  it("finds maps by the names of variables, through structs, pointers and arrays", async () => {
    expect(program.truths.length).toBeGreaterThan(5);
    for (const truth of program.truths) {
      // oxlint-disable-next-line no-await-in-loop
      const view = JSON.parse(await run(truth.name, ...ofProcess(), "--json")) as {
        typeSource: string;
        map: { address: string; count: number; type: { address: string } };
      };
      expect(view.typeSource).toBe("debug information");
      expect(view.map).toMatchObject({
        address: truth.map,
        count: truth.count,
        type: { address: truth.type },
      });
    }
  });

  it("shows keys and elements, and says that a running process is a moving picture", async () => {
    const text = await run("main.cache", ...ofProcess());
    expect(text).toMatch(/^main\.cache: map\[string\]int at 0x[0-9a-f]+, 2 elements\n/);
    expect(text).toContain('"tea": 3\n');
    expect(text).toContain('"milk": 5\n');
    expect(text).toContain("moving picture");
    const held = await run("main.cache", ...ofProcess(), "--stop");
    expect(held).toContain('"tea": 3\n');
    expect(held).not.toContain("moving picture");
  });

  it("takes an address with a type, and without one says which types fit", async () => {
    const cache = program.truths.find(({ name }) => name === "main.cache") as MapTruth;
    const given = await run(cache.map, "--type", "map[string]int", ...ofProcess());
    expect(given).toContain('"tea": 3\n');
    const unknown = await run(cache.map, ...ofProcess());
    expect(unknown).not.toContain("tea");
    expect(unknown).toMatch(/these fit what is there: .*map\[string\]int/s);
    const { types } = likelyMapTypes(program.maps, Number(cache.map));
    expect(types.map(({ address }) => address)).toContain(Number(cache.type));
  });

  it("says what is wrong with a name", async () => {
    await expect(run("main.server", ...ofProcess())).rejects.toThrow(
      "main.server is a main.shop, and no map",
    );
    await expect(run("main.nosuch", ...ofProcess())).rejects.toThrow("no variable of a package");
    await expect(run("main.shards[9].m", ...ofProcess())).rejects.toThrow("main.shards[9]");
    await expect(run("main.cache'; shell date", ...ofProcess())).rejects.toThrow("no variable of a package");
    await expect(run("0xc000zz", ...ofProcess())).rejects.toThrow("is no address");
    await expect(run("main.cache")).rejects.toThrow("it is not said what the map is of");
  });

  it("reads a core", async () => {
    const core = path.join(folder, "core");
    const { pid } = program.process;
    execFileSync("gdb", ["-nx", "-batch", "-p", String(pid), "-ex", `generate-core-file ${core}`], {
      env: goEnvironment(),
      stdio: "ignore",
    });
    const truth = program.truths.find(({ name }) => name === "main.pointer.next.byName") as MapTruth;
    const text = await run(truth.name, "--core", core);
    expect(text).toContain(truth.entries[0]);
    expect(text).not.toContain("moving picture");
  });
});
