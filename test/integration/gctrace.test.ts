/** gctrace lines of a run beside what the recorder saw of the same run. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCase } from "../../src/analysis/build-case.js";
import { readGcTrace } from "../../src/evidence/gctrace/read.js";
import { decodeCase } from "../../src/case/file.js";
import { folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { probedBuild, runTrapped } from "../support/probed-build.js";
import { repositoryRoot, TESTED } from "../support/toolchains.js";

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

describe.each(TESTED)("Go %s", (version) => {
  let file: string;
  beforeAll(async () => {
    file = path.join(work, `gctrace-${version}`);
    const cwd = path.join(repositoryRoot, "test/fixtures/gctrace/program");
    await probedBuild({ version, args: ["."], cwd, environment: { CGO_ENABLED: "0" } }, file);
  });

  it.each([
    ["grow", {}],
    ["forced", {}],
    ["grow", { GOGC: "20" }],
  ])("%s %o: every cycle is in both, and they agree", async (mode, environment) => {
    const record = { MAPTRAP: "record", GODEBUG: "gctrace=1,gcpacertrace=1" };
    const run = await runTrapped(file, work, { args: [mode], environment: { ...record, ...environment } });
    expect(run.files).toHaveLength(1);
    const log = path.join(run.folder, "stderr.log");
    await writeFile(log, run.stderr);
    const trace = await readGcTrace(run.stderr);
    const { observations } = buildCase({
      command: ["maptrap", "read"],
      workingDirectory: work,
      processes: run.files.map((eventFile) => ({ eventFile, run: null })),
      logs: [{ path: log, trace }],
    });
    const seen = observations.find((one) => one.kind === "gc-trace");
    const recording = observations.find((one) => one.kind === "recording");
    expect(seen?.cycles).toBeGreaterThanOrEqual(4);
    // The program can end between the recorder's last event and the runtime's line.
    expect([0, 1]).toContain((recording?.gc.cycleCount ?? 0) - (seen?.cycles ?? 0));
    expect(seen?.recorded?.differences).toEqual([]);
    expect(seen?.recorded).toMatchObject({
      recording: recording?.handle,
      agree: seen?.recorded?.both,
      onlyTraced: [],
      onlyRecorded: [],
      deviationNanoseconds: 0,
    });
    expect(seen?.recorded?.both).toBe(Math.min(64, seen?.cycles ?? 0));
    // The recorder's clock begins before the runtime is ready.
    expect(seen?.recorded?.offsetNanoseconds).toBeGreaterThan(-1_000_000);
  });

  it("what can be read between the lines of a program that prints all the while agrees too", async () => {
    const record = { MAPTRAP: "record", GODEBUG: "gctrace=1" };
    const run = await runTrapped(file, work, { args: ["talk"], environment: record });
    const { observations } = buildCase({
      command: ["maptrap", "read"],
      workingDirectory: work,
      processes: run.files.map((eventFile) => ({ eventFile, run: null })),
      logs: [{ path: "stderr.log", trace: await readGcTrace(run.stderr) }],
    });
    const seen = observations.find((one) => one.kind === "gc-trace");
    expect(seen?.recorded?.both).toBeGreaterThanOrEqual(1);
    expect(seen?.recorded?.differences).toEqual([]);
    expect(seen?.recorded?.onlyTraced).toEqual([]);
  });

  it("maptrap read --log says so", async () => {
    const record = { MAPTRAP: "record", GODEBUG: "gctrace=1" };
    const run = await runTrapped(file, work, { args: ["grow"], environment: record });
    const log = path.join(run.folder, "stderr.log");
    await writeFile(log, run.stderr);
    const result = await maptrap(["read", run.folder, "--log", log], { cwd: work });
    expect(result.stderr).toBe("");
    expect(result.stdout).toMatch(/cycles are in both, and all agree in time, phases and sizes\./);
    expect(result.stdout).toContain("The write barrier and maps, as recorded");
    const json = await maptrap(["read", run.folder, "--log", log, "--json"], { cwd: work });
    const kinds = decodeCase(json.stdout, "stdout").observations.map(({ kind }) => kind);
    expect(
      kinds.filter((kind) => kind === "gc-trace" || kind === "write-barrier" || kind === "recording"),
    ).toHaveLength(3);
  });
});
