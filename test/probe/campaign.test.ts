import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodePlan } from "../../src/evidence/ring/plan.js";
import {
  type Campaign,
  type CampaignOptions,
  runCampaign,
  type RunSetup,
  seedOfRun,
} from "../../src/probe/campaign.js";
import type { TargetOutcome } from "../../src/probe/target.js";
import { encodeEventFile, type EventFileDescription } from "../support/event-file.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "campaign-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const ended: TargetOutcome = { status: 0, exited: true, interrupted: false, timedOut: false };
const exited = { state: "exited", exitStatus: 0, sharedMaps: 0 } as const;
/** A program that shows a near miss in each run and is never caught. */
const nearMiss: EventFileDescription = { header: exited, pairs: [{}] };

/** A campaign of a program that leaves these event files behind. */
async function campaign(
  described: (run: number) => EventFileDescription | undefined,
  options: Partial<CampaignOptions> = {},
  outcome: Partial<TargetOutcome> = {},
): Promise<{ readonly campaign: Campaign; readonly setups: readonly RunSetup[] }> {
  const setups: RunSetup[] = [];
  const usual = { folder, runs: 5, seed: 1, halt: false, quiet: true, environment: { HOME: "/home/ada" } };
  const result = await runCampaign({ ...usual, ...options }, async (setup) => {
    setups.push(setup);
    const description = described(setup.run);
    if (description !== undefined) {
      await writeFile(path.join(setup.folder, "1-2.maptrap"), encodeEventFile(description));
    }
    return { ...ended, ...outcome };
  });
  return { campaign: result, setups };
}

describe("runCampaign", () => {
  it("gives the program its environment, and nothing of an outer maptrap", async () => {
    const environment = { HOME: "/home/ada", MAPTRAP: "no", MAPTRAP_HALT: "1", MAPTRAP_PLAN: "/x" };
    const { setups } = await campaign(() => nearMiss, { environment, budget: 5e8 });
    expect(setups[0]?.environment).toEqual({
      HOME: "/home/ada",
      MAPTRAP: "trap",
      MAPTRAP_DIR: path.join(folder, "run-1"),
      MAPTRAP_SEED: "1",
      MAPTRAP_BUDGET: "500000000",
      MAPTRAP_QUIET: "1",
    });
  });

  it("gives later runs a plan and another seed", async () => {
    const { setups } = await campaign(() => nearMiss);
    const file = setups[1]?.environment["MAPTRAP_PLAN"] ?? "";
    expect(decodePlan(await readFile(file))).toEqual(setups[1]?.plan);
    expect(setups[1]?.plan).toMatchObject([{ action: "hold" }, { action: "leave" }]);
    expect(setups[1]?.environment["MAPTRAP_SEED"]).toBe(`${seedOfRun(1, 2)}`);
  });

  it("stops when no near miss is worth another try", async () => {
    const none = await campaign(() => ({ header: exited }));
    expect(none.campaign).toMatchObject({ stopped: "nothing is left that another run could show" });
    expect(none.campaign.runs).toHaveLength(1);
  });

  it("tries a near miss a few times, then stops", async () => {
    const { campaign: tried } = await campaign(() => ({ header: exited, pairs: [{ cameAfterRelease: 0 }] }), {
      runs: 50,
    });
    expect(tried.runs).toHaveLength(3);
    expect(tried.stopped).toBe("nothing is left that another run could show");
  });

  it("makes no more runs than asked for", async () => {
    const { campaign: two } = await campaign(() => nearMiss, { runs: 2 });
    expect(two.runs).toHaveLength(2);
    expect(two.stopped).toBeUndefined();
  });

  it("runs again after a crash, which may have hidden the rest", async () => {
    const { campaign: crashed } = await campaign(() => ({ header: { state: "running" } }), {}, { status: 2 });
    expect(crashed.runs).toHaveLength(5);
  });

  it("stops after Ctrl-C", async () => {
    const { campaign: one } = await campaign(() => nearMiss, {}, { interrupted: true });
    expect(one).toMatchObject({ stopped: "it was interrupted", runs: [{ run: 1 }] });
  });

  it("stops at the first conflict with --halt only", async () => {
    const caught: EventFileDescription = { ...nearMiss, conflicts: [{}] };
    const halted = await campaign(() => caught, { halt: true });
    expect(halted.campaign.runs).toHaveLength(1);
    expect(halted.setups[0]?.environment["MAPTRAP_HALT"]).toBe("1");
  });

  it("says that there was no event file", async () => {
    const { campaign: silent } = await campaign(() => undefined);
    expect(silent).toMatchObject({ stopped: "the program wrote no event file", runs: [{ files: [] }] });
  });

  it("goes on where one event file cannot be read", async () => {
    const result = await runCampaign(
      { folder, runs: 1, seed: 1, halt: false, quiet: true, environment: {} },
      async (setup) => {
        await writeFile(path.join(setup.folder, "1-1.maptrap"), "");
        await writeFile(path.join(setup.folder, "2-2.maptrap"), encodeEventFile());
        return ended;
      },
    );
    expect(result.runs[0]?.files).toHaveLength(1);
    expect(result.runs[0]?.unreadable).toHaveLength(1);
  });
});

describe("seedOfRun", () => {
  it("differs from run to run and is never 0", () => {
    expect(seedOfRun(5, 1)).toBe(5);
    expect(seedOfRun(0, 1)).toBe(1);
    expect(new Set([1, 2, 3, 4].map((run) => seedOfRun(9, run))).size).toBe(4);
  });
});
