/**
 * The recorder in unusual surroundings: settings of the runtime, many goroutines and threads, signals, finalizers; programs built
 * in other ways. The program's output is the same as without the probe, and what is recorded is true.
 */
import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSymbols } from "../../src/cli/binary-symbols.js";
import { die, faults } from "../support/deaths.js";
import { endOf } from "../support/endings.js";
import { command, folderWith, removeFolder } from "../support/maptrap-command.js";
import { eventFiles, probedBuild, probedGo, runTrapped } from "../support/probed-build.js";
import { programFolder } from "../support/programs.js";
import { goCommand, type GoVersion, repeats, TESTED } from "../support/toolchains.js";

const full = repeats > 1 || process.env["MAPTRAP_TEST_VERSIONS"] === "all";
const versions: readonly GoVersion[] = full ? TESTED : ["1.23", "1.27"];
const minor = (version: GoVersion): number => Number(version.split(".")[1]);

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

const settings: readonly Readonly<Record<string, string>>[] = [
  ...["1", "2", "8", "64", "300"].map((GOMAXPROCS) => ({ GOMAXPROCS })),
  ...["1", "off"].map((GOGC) => ({ GOGC })),
  ...["gccheckmark=1", "asyncpreemptoff=1", "gcstoptheworld=2", "clobberfree=1", "gcshrinkstackoff=1"].map(
    (GODEBUG) => ({ GODEBUG }),
  ),
  { MAPTRAP_SIZE: "0", MAPTRAP_LIMIT: "1" },
];

/** Ways to build. */
const builds = [
  { flags: ["-gcflags=all=-N -l"] },
  { flags: ["-buildmode=pie", "-trimpath", "-ldflags=-s -w"] },
];

/** One map that a goroutine keeps for itself, and one that several change in turn. */
const allocations = `package allocations

import "testing"

func use(m map[int]int) {
	m[1]++
	delete(m, 2)
	m[2] = m[1]
	for range m {
	}
}

func TestAlone(t *testing.T) {
	m := map[int]int{}
	if n := testing.AllocsPerRun(10000, func() { use(m) }); n != 0 {
		t.Error(n)
	}
}

func TestTogether(t *testing.T) {
	m := map[int]int{}
	turn := make(chan bool)
	go func() {
		for range turn {
			use(m)
			turn <- true
		}
	}()
	n := testing.AllocsPerRun(10000, func() {
		use(m)
		turn <- true
		<-turn
	})
	if n != 0 {
		t.Error(n)
	}
}
`;

describe.each(versions)("Go %s", (version) => {
  let plain: string;
  let probed: string;
  beforeAll(async () => {
    plain = path.join(work, `plain-${version}`);
    probed = path.join(work, `probed-${version}`);
    const cwd = programFolder("endings");
    expect((await command(goCommand(version), ["build", "-o", plain, "."], { cwd })).stderr).toBe("");
    await probedBuild({ version, args: ["."], cwd }, probed);
  });

  it.each(settings)("crowds, threads, signals, finalizers and timers with %o", async (setting) => {
    const folder = await mkdtemp(path.join(work, "events-"));
    const recorded = { MAPTRAP: "record", MAPTRAP_DIR: folder, ...setting };
    const ended = await endOf(probed, ["work", "300"], { cwd: work, environment: recorded });
    expect(ended).toEqual(await endOf(plain, ["work", "300"], { cwd: work, environment: setting }));
    const [file] = await eventFiles(folder);
    expect([file?.header.state, file?.unreadable, file?.conflicts]).toEqual(["exited", [], []]);
    expect(file?.header.sharedMaps).toBeGreaterThanOrEqual(6);
  });

  it("10,000 goroutines at once", async () => {
    const options = { args: ["crowd", "300"], environment: { MAPTRAP: "record", CROWD: "10000" } };
    const run = await runTrapped(probed, work, options);
    expect([run.status, run.stdout, run.stderr]).toEqual([0, "turns 300\n10000\n", ""]);
    expect(run.files[0]?.header.state).toBe("exited");
  });

  it.each(builds)("built with $flags: the peer is the true one", async ({ flags }) => {
    const binary = path.join(work, `deaths-${version}`);
    await probedBuild({ version, args: [...flags, "."], cwd: programFolder("deaths") }, binary);
    const symbols = openSymbols(binary);
    for (const scenario of ["read-write", "accessors", "keys-string", "generic", "reflect-write"]) {
      for (let time = 0; time < 2 * repeats; time++) {
        expect(faults(await die(binary, work, { scenario, symbols })), scenario).toEqual([]);
      }
    }
  });

  it("C code that calls back into Go", async () => {
    const binary = path.join(work, `c-callback-${version}`);
    const environment = { CGO_ENABLED: "1" };
    await probedBuild({ version, args: ["."], cwd: programFolder("c-callback"), environment }, binary);
    const { status, stdout, stderr, files } = await runTrapped(binary, work, {
      environment: { MAPTRAP: "record" },
    });
    // Its two goroutines share a map without a lock: Go's check may see them meet, and mostly does not.
    if (status === 0) {
      expect([stdout, stderr]).toEqual(["closed\n", ""]);
    } else {
      expect(stderr).toMatch(/^fatal error: concurrent map/);
      expect(files[0]?.conflicts[0]?.details.otherSide).toBe("mark");
    }
    expect(files[0]?.header.sharedMaps).toBeGreaterThan(0);
  });

  it("maps of one and of several goroutines are used without an allocation by the recorder", async () => {
    const cwd = await folderWith({
      "go.mod": "module example.com/allocations\n",
      "maps_test.go": allocations,
    });
    const args = ["test", "-count=1", "."];
    const environment = { MAPTRAP: "record", MAPTRAP_DIR: cwd };
    const { status, stdout } = await probedGo({ version, args, cwd, environment });
    expect(status, stdout).toBe(0);
    const [file] = await eventFiles(cwd);
    expect(file?.header.sharedMaps).toBeGreaterThan(0);
    await removeFolder(cwd);
  });
});

describe.each(versions.filter((version) => minor(version) >= 24))("Go %s, a synctest bubble", (version) => {
  it("shows the same times on its clock while recording", async () => {
    const file = path.join(work, `bubble-${version}.test`);
    const environment = minor(version) === 24 ? { GOEXPERIMENT: "synctest" } : {};
    const cwd = programFolder("bubble");
    const built = await probedGo({ version, args: ["test", "-c", "-o", file, "."], cwd, environment });
    expect(built.status, built.stderr).toBe(0);
    const args = ["-test.run", "^TestClock$"];
    const clock = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("clock:"));
    const off = await command(file, args, { cwd: work });
    expect(clock(off.stdout).at(-1)).toBe("clock: end at 100ms");
    const on = await runTrapped(file, work, { args, environment: { MAPTRAP: "record" } });
    expect([on.status, clock(on.stdout)]).toEqual([0, clock(off.stdout)]);
    expect(on.files[0]?.header.mode).toBe("record");
  });
});
