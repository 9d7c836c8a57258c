/**
 * Programs that use every function and method of sync/atomic, built with the hooks for order events: they compute what they compute
 * without, and each operation is told.
 */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { orderKinds } from "../../src/evidence/order/events.js";
import { openOrderEvents } from "../../src/evidence/order/open.js";
import { parseModuleInfo } from "../../src/golang/buildinfo.js";
import { plainAtomicsAreCalls } from "../../src/golang/plain-atomics.js";
import { openToolchain } from "../../src/golang/toolchain.js";
import { withOrderFlags } from "../../src/probe/order-flags.js";
import { makeOverlay } from "../../src/probe/overlay/make.js";
import { command } from "../support/maptrap-command.js";
import {
  cacheHome,
  goCommand,
  goEnvironment,
  type GoVersion,
  repositoryRoot,
  TESTED,
} from "../support/toolchains.js";

const program = path.join(repositoryRoot, "test/fixtures/programs/atomics");

/** Minutes, not seconds: Go compiles the standard library anew for an overlay that it has not seen. */
const patience = 600_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-atomics-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds with a version, plainly or with the hooks and their flags. */
async function build(
  version: GoVersion,
  hooks: boolean,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const name = ["atomics", version, hooks ? "hooks" : "plain", ...Object.values(environment)].join("-");
  const file = path.join(folder, name);
  const flags = hooks ? await hooksFor(version) : [];
  const result = await command(goCommand(version), ["build", "-o", file, ...flags, "."], {
    cwd: program,
    environment,
  });
  expect({ name, status: result.status, stderr: result.stderr }).toEqual({ name, status: 0, stderr: "" });
  return file;
}

/** The flags of a build with the hooks. */
async function hooksFor(version: GoVersion): Promise<string[]> {
  const toolchain = await openToolchain({
    go: goCommand(version),
    environment: goEnvironment(),
    directory: program,
  });
  const cacheDirectory = path.join(cacheHome, "maptrap", "overlay");
  const { overlayFile } = await makeOverlay(toolchain, { cacheDirectory, order: true });
  return [`-overlay=${overlayFile}`, ...withOrderFlags([], toolchain)];
}

async function run(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await command(file, args, { cwd: folder, environment });
  return `${stdout}${stderr}status ${String(status)}\n`;
}

const modes = [
  ["values", "1"],
  ["values", "2"],
  ["values", "77"],
  ["faults"],
  ["together"],
  ["others"],
] as const;

describe.each(TESTED)("Go %s", (version) => {
  it(
    "computes the same with the hooks, whether they record or not",
    async () => {
      const plain = await build(version, false);
      const hooks = await build(version, true);
      for (const args of modes) {
        const expected = await run(plain, args);
        expect(expected).toContain("status 0\n");
        expect(await run(hooks, args)).toBe(expected);
        const events = await mkdtemp(path.join(folder, "events-"));
        const recording = { MAPTRAP: "order", MAPTRAP_DIR: events, MAPTRAP_MAX_SIZE: String(64 << 20) };
        expect(await run(hooks, args, recording)).toBe(expected);
        expect(await readdir(events)).toHaveLength(1);
        await rm(events, { recursive: true });
      }
    },
    patience,
  );

  it(
    "tells of every operation",
    async () => {
      const hooks = await build(version, true);
      const events = path.join(folder, `seen-${version}`);
      await mkdir(events);
      const { status, stdout } = await command(hooks, ["seen"], {
        cwd: folder,
        environment: { MAPTRAP: "order", MAPTRAP_DIR: events, MAPTRAP_MAX_SIZE: String(64 << 20) },
      });
      expect(status).toBe(0);
      const told = eventsByCell(path.join(events, (await readdir(events))[0]!));
      const cells = stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" "));
      expect(cells.length).toBeGreaterThan(
        version === "1.19" || version === "1.21" || version === "1.22" ? 62 : 82,
      );
      for (const [name = "", address = ""] of cells) {
        const of = told.filter(({ value }) => value >= Number(address) && value < Number(address) + 16);
        const others = of.filter(({ goroutine }) => goroutine !== 1).map(({ kind }) => kind);
        const mains = of.filter(({ goroutine }) => goroutine === 1).map(({ kind }) => kind);
        const other = name === "spin" ? orderKinds.update : orderKinds.release;
        expect({ name, others, mains }).toEqual({
          name,
          others: expect.arrayContaining([other]) as unknown,
          mains: expect.arrayContaining([kindOf(name)]) as unknown,
        });
        // What one acquires comes after the other's release.
        expect(of.findIndex(({ goroutine, kind }) => goroutine !== 1 && kind === other)).toBeLessThan(
          of.findLastIndex(({ goroutine, kind }) => goroutine === 1 && kind === kindOf(name)),
        );
      }
    },
    patience,
  );

  it(
    "says in its build information that plain operations are calls",
    async () => {
      const settings = async (file: string) => {
        const { stdout } = await command(goCommand(version), ["version", "-m", file]);
        return parseModuleInfo(stdout.replace(/^\t/gm, "")).settings;
      };
      expect(plainAtomicsAreCalls(await settings(await build(version, true)))).toBe(true);
      expect(plainAtomicsAreCalls(await settings(await build(version, false)))).toBe(false);
    },
    patience,
  );
});

describe.each(TESTED)("what the compiler makes of sync/atomic, Go %s", (version) => {
  it(
    "still puts the methods into their callers",
    async () => {
      const hooks = await hooksFor(version);
      const args = ["build", ...hooks, "-gcflags=sync/atomic=-m=1", "sync/atomic"];
      const { status, stderr } = await command(goCommand(version), args, { cwd: program });
      expect(status).toBe(0);
      const inlined = new Set(
        [...stderr.matchAll(/can inline \(\*(\w+)(?:\[go\.shape\.int[^\]]*\])?\)\.(\w+)$/gm)].map(
          ([, type, method]) => `${type}.${method}`,
        ),
      );
      const methods = ["Load", "Store", "Swap", "CompareAndSwap", "Add"];
      const wanted = ["Int32", "Uint32", "Int64", "Uint64", "Uintptr"].flatMap((type) =>
        methods.map((method) => `${type}.${method}`),
      );
      const generic = version === "1.19" ? [] : ["Pointer.Load", "Pointer.Store", "Pointer.CompareAndSwap"];
      for (const method of [...wanted, "Bool.Load", ...generic]) {
        expect(inlined).toContain(method);
      }
    },
    patience,
  );
});

/** What an operation is told as. */
function kindOf(name: string): number {
  if (name === "spin" || name.includes("Load")) {
    return orderKinds.acquire;
  }
  return name.includes("Store") ? orderKinds.release : orderKinds.update;
}

/** All synchronising events of a file, in the order of the reader. */
function eventsByCell(file: string): { kind: number; goroutine: number; value: number }[] {
  const events = openOrderEvents(file);
  const all: { kind: number; goroutine: number; value: number }[] = [];
  for (const batch of events.batches()) {
    for (let row = 0; row < batch.count; row++) {
      all.push({ kind: batch.kind[row]!, goroutine: batch.goroutine[row]!, value: batch.value[row]! });
    }
  }
  expect(events.coverage()).toMatchObject({ cutShort: null, notPlaced: 0, damage: [] });
  return all;
}

describe("counters of test coverage", () => {
  it(
    "are not told",
    async () => {
      const file = path.join(folder, "covered");
      const args = ["build", "-cover", "-covermode=atomic", "-o", file, ...(await hooksFor("1.27")), "."];
      const built = await command(goCommand("1.27"), args, { cwd: program });
      expect(built).toMatchObject({ status: 0, stderr: "" });
      const events = path.join(folder, "covered-events");
      await mkdir(events);
      const environment = {
        MAPTRAP: "order",
        MAPTRAP_DIR: events,
        MAPTRAP_MAX_SIZE: String(64 << 20),
        GOCOVERDIR: folder,
      };
      const { status } = await command(file, ["others"], { cwd: folder, environment });
      expect(status).toBe(0);
      const told = eventsByCell(path.join(events, (await readdir(events))[0]!));
      expect(told.length).toBeGreaterThan(10);
      // They lie among the program's own variables, below what is allocated.
      expect(told.filter(({ kind, value }) => kind === orderKinds.update && value < 2 ** 32)).toEqual([]);
    },
    patience,
  );
});

describe("on other processors and systems", () => {
  it.each(["1.19", "1.27"] as const)(
    "computes the same on a processor of 32 bits, Go %s",
    async (version) => {
      const environment = { GOARCH: "386" };
      const plain = await build(version, false, environment);
      const hooks = await build(version, true, environment);
      for (const args of modes) {
        expect(await run(hooks, args)).toBe(await run(plain, args));
      }
    },
    patience,
  );

  it.each([
    ["1.27", "linux", "arm64"],
    ["1.27", "windows", "amd64"],
    ["1.27", "darwin", "arm64"],
    ["1.23", "linux", "arm64"],
    ["1.19", "linux", "arm64"],
  ] as const)(
    "can be built by Go %s for %s/%s",
    async (version, GOOS, GOARCH) => {
      await build(version, true, { GOOS, GOARCH });
    },
    patience,
  );
});
