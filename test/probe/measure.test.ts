import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addCosts, costFolder, noCost, NoRaceDetectorError, readCosts } from "../../src/probe/measure.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "measure-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("readCosts", () => {
  it("sums up times, and takes the most memory", async () => {
    const costs = await costFolder(path.join(folder, "costs"));
    await writeFile(path.join(costs, "10"), "5000 3000 4096 0\n");
    await writeFile(path.join(costs, "11"), "7000 1000 8192 66\n");
    expect(await readCosts(costs)).toEqual({ wall: 12_000, cpu: 4000, memory: 8192, processes: 2 });
  });

  it.each(["", "5000", "5000 3000 x 0", "1 2 3 4 5"])("leaves out what was cut: %j", async (text) => {
    const costs = await costFolder(path.join(folder, `cut-${text.length}`));
    await writeFile(path.join(costs, "10"), text);
    expect(await readCosts(costs)).toEqual(noCost);
  });
});

describe("addCosts", () => {
  it("begins with nothing", () => {
    const cost = { wall: 1, cpu: 2, memory: 3, processes: 1 };
    expect(addCosts(noCost, cost)).toEqual(cost);
    expect(addCosts(cost, cost)).toEqual({ wall: 2, cpu: 4, memory: 3, processes: 2 });
  });
});

describe("NoRaceDetectorError", () => {
  it("says what Go said, without its headings, and what to install", () => {
    const said =
      '# runtime/cgo\ncgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH\n';
    const error = new NoRaceDetectorError(said);
    expect(error.message).toContain('cgo: C compiler "gcc" not found');
    expect(error.wayOut).toContain("install");
  });
});
