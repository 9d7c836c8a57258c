/**
 * The probe changes nothing: Go's own tests of its maps, and of packages that lean on them, pass under it when it is off, with
 * the trap on, while it records, and while it observes order.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { eventFiles, probedGo } from "../support/probed-build.js";
import { type GoVersion, TESTED_BRIEFLY } from "../support/toolchains.js";

/** A package of the standard library whose tests are run. */
interface StandardPackage {
  readonly name: string;
  /** Which of its tests: those that have to do with maps, where there are many others. */
  readonly tests: string;
  /** The NN of the first Go 1.NN that has it. */
  readonly since: number;
}

const packages: readonly StandardPackage[] = [
  { name: "runtime", tests: "Map", since: 0 },
  { name: "internal/runtime/maps", tests: ".", since: 24 },
  { name: "maps", tests: ".", since: 21 },
  { name: "reflect", tests: "Map", since: 0 },
  { name: "sync", tests: "Map", since: 0 },
  { name: "encoding/json", tests: ".", since: 0 },
];

/** More that is run while order is observed: all that these do is to synchronise. */
const synchronising: readonly StandardPackage[] = [
  { name: "context", tests: ".", since: 0 },
  { name: "internal/singleflight", tests: ".", since: 0 },
];

const minor = (version: GoVersion): number => Number(version.split(".")[1]);

/** The tests of package runtime use maps from two goroutines on purpose; those of the others do not. */
const conflictsOnPurpose = (name: string): boolean => name === "runtime";

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

/** Go's own words when tests fail; nothing when they pass. */
async function failures(
  { name, tests }: StandardPackage,
  version: GoVersion,
  environment: Readonly<Record<string, string>>,
  order = false,
): Promise<string> {
  const args = ["test", "-count=1", "-run", tests, name];
  const result = await probedGo({ version, args, cwd: work, environment, order });
  return result.status === 0 ? "" : `status ${result.status}\n${result.stdout}${result.stderr}`;
}

/**
 * The packages that a version is tested with in one of the ways: by turns one of two versions has it, where both do; for the full
 * measure all.
 */
function testedWith(
  version: GoVersion,
  way: number,
  all: readonly StandardPackage[] = packages,
): readonly StandardPackage[] {
  return all.filter(({ since }, place) => {
    const having = TESTED_BRIEFLY.filter((one) => minor(one) >= since);
    const isFull = TESTED_BRIEFLY.length > 2;
    return isFull ? having.includes(version) : having[(place + way) % having.length] === version;
  });
}

describe.each(TESTED_BRIEFLY)("Go %s", (version) => {
  it.each(testedWith(version, 0))("$name, trap off: passes, and nothing is written", async (tested) => {
    const folder = await folderWith({});
    expect(await failures(tested, version, { MAPTRAP_DIR: folder })).toBe("");
    expect(await readdir(folder)).toEqual([]);
    await removeFolder(folder);
  });

  it.each(testedWith(version, 1))("$name, trap on: passes, with no false alarm", async (tested) => {
    const folder = await folderWith({});
    // Quiet, for TestConcurrentMapWritesIssue69447 of package runtime compares the standard error of a program that has
    // a real conflict.
    const environment = { MAPTRAP: "trap", MAPTRAP_QUIET: "1", MAPTRAP_DIR: folder };
    expect(await failures(tested, version, environment)).toBe("");
    const files = await eventFiles(folder);
    const binary = `${path.basename(tested.name)}.test`;
    expect(files.map(({ header }) => path.basename(header.executable))).toContain(binary);
    const conflicts = files.flatMap((file) => file.conflicts.map(({ report }) => report));
    if (!conflictsOnPurpose(tested.name)) {
      expect(conflicts).toEqual([]);
    }
    await removeFolder(folder);
  });

  it.each(testedWith(version, 0))(
    "$name, recording: passes, and what was recorded can be read",
    async (tested) => {
      const folder = await folderWith({});
      // Quiet for the same reason. A megabyte for each process, for there are hundreds.
      const size = String(1 << 20);
      const environment = { MAPTRAP: "record", MAPTRAP_QUIET: "1", MAPTRAP_DIR: folder, MAPTRAP_SIZE: size };
      expect(await failures(tested, version, environment)).toBe("");
      const files = await eventFiles(folder);
      const binary = `${path.basename(tested.name)}.test`;
      const [own] = files.filter(({ header }) => path.basename(header.executable) === binary);
      expect(own?.header.mode).toBe("record");
      expect(own?.recording?.events.length).toBeGreaterThan(0);
      // Where a conflict ends the process, a second goroutine that notices it too can be stopped in the midst of telling.
      const unfinished = "it was not finished when the process ended";
      const lawful = (reason: string) => conflictsOnPurpose(tested.name) && reason === unfinished;
      expect(files.flatMap(({ unreadable }) => unreadable).filter(({ reason }) => !lawful(reason))).toEqual(
        [],
      );
      if (!conflictsOnPurpose(tested.name)) {
        expect(files.flatMap(({ conflicts }) => conflicts)).toEqual([]);
      }
      await removeFolder(folder);
    },
  );

  it.each(testedWith(version, 1, [...packages, ...synchronising]))(
    "$name, order: passes, with no false alarm",
    async (tested) => {
      const folder = await folderWith({});
      const environment = { MAPTRAP: "order", MAPTRAP_QUIET: "1", MAPTRAP_DIR: folder };
      expect(await failures(tested, version, environment, true)).toBe("");
      const read = await maptrap(["read", "--json", folder]);
      expect([0, 66], read.stderr).toContain(read.status);
      const { findings, evidence } = decodeCase(read.stdout, tested.name);
      if (!conflictsOnPurpose(tested.name)) {
        expect(findings).toEqual([]);
      }
      const binary = `${path.basename(tested.name)}.test`;
      const [own] = evidence.flatMap((one) =>
        one.kind === "event-file" && path.basename(one.executable) === binary ? [one.order] : [],
      );
      expect(own?.events).toBeGreaterThan(10);
      expect(own?.cutShort).toBeNull();
      await removeFolder(folder);
    },
  );
});

describe("the packages", () => {
  it.each([0, 1])("are each tested with a version that has it, way %i", (way) => {
    const tested = TESTED_BRIEFLY.flatMap((version) => testedWith(version, way));
    expect(new Set(tested)).toEqual(new Set(packages));
    expect(TESTED_BRIEFLY.every((version) => testedWith(version, way).length > 0)).toBe(true);
  });
});
