import { mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MaptrapError } from "../../src/base/errors.js";
import { decodePlan } from "../../src/evidence/ring/plan.js";
import {
  type Campaign,
  type CampaignOptions,
  runCampaign,
  type RunSetup,
  seedOfRun,
} from "../../src/probe/campaign.js";
import {
  OrderFiles,
  type OrderOptions,
  type ReadOrderFile,
  roomForOrder,
} from "../../src/probe/order-files.js";
import { readEventFile } from "../../src/evidence/ring/read.js";
import type { TargetOutcome } from "../../src/probe/target.js";
import { encodeEventFile, type EventFileDescription, plainPair } from "../support/event-file.js";

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
    const [first, second] = [plainPair.first.offset, plainPair.second.offset];
    const { campaign: tried } = await campaign(() => ({ header: exited, pairs: [{ cameAfterRelease: 0 }] }), {
      runs: 50,
    });
    expect(tried.runs.map(({ plan }) => plan.find(({ action }) => action === "hold")?.site)).toEqual([
      undefined,
      first,
      second,
      first,
    ]);
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

describe("runCampaign with runs that observe order", () => {
  const sharing: EventFileDescription = { header: { ...exited, sharedMaps: 1 } };

  /** Reads an order file as if it told of two sites that nothing orders. */
  async function readOrder(file: string): Promise<ReadOrderFile> {
    const read = readEventFile(await readFile(file), file);
    return { file: read, unordered: [{ identity: read.header.identity, first: 16, second: 32, seen: 1 }] };
  }

  function order(part: Partial<OrderOptions> = {}): OrderOptions {
    return { runs: 1, maxSize: 2 ** 20, processes: 1, keep: false, read: readOrder, ...part };
  }

  it("observes order first, and then traps what nothing orders", async () => {
    const { campaign: done, setups } = await campaign(() => sharing, { order: order(), runs: 2 });
    expect(setups.map(({ mode }) => mode)).toEqual(["order", "trap"]);
    expect(setups[0]?.environment).toEqual({
      HOME: "/home/ada",
      MAPTRAP: "order",
      MAPTRAP_DIR: path.join(folder, "run-1"),
      MAPTRAP_MAX_SIZE: "1048576",
      MAPTRAP_QUIET: "1",
      MAPTRAP_SEED: `${seedOfRun(1, 1)}`,
    });
    expect(setups[1]?.plan.map(({ site, action }) => [site, action])).toEqual([
      [16, "hold"],
      [32, "hold"],
    ]);
    expect(done.runs[0]?.files).toHaveLength(1);
    expect(await readdir(path.join(folder, "run-1"))).toEqual([]);
  });

  it("makes as many such runs as asked for, each without a plan", async () => {
    const { setups } = await campaign(() => sharing, { order: order({ runs: 3, keep: true }), runs: 3 });
    expect(setups.map(({ mode, plan }) => [mode, plan.length])).toEqual([
      ["order", 0],
      ["order", 0],
      ["order", 0],
    ]);
    expect(await readdir(path.join(folder, "run-3"))).toEqual(["1-2.maptrap"]);
  });

  it("makes no further run where nothing was shared and nothing is unordered", async () => {
    const read = async (file: string): Promise<ReadOrderFile> => ({
      ...(await readOrder(file)),
      unordered: [],
    });
    const alone = await campaign(() => ({ header: exited }), { order: order({ read }) });
    expect(alone.campaign).toMatchObject({ stopped: "nothing is left that another run could show" });
    expect(alone.setups).toHaveLength(1);
    await rm(path.join(folder, "run-1"), { recursive: true });
    const shared = await campaign(() => sharing, { order: order({ read }), runs: 2 });
    expect(shared.setups).toHaveLength(2);
  });

  it("names files that cannot be read, and lets other errors through", async () => {
    const refuse = (): Promise<ReadOrderFile> => Promise.reject(new MaptrapError("not an event file"));
    const { campaign: done } = await campaign(() => sharing, { order: order({ read: refuse }), runs: 1 });
    expect(done.runs[0]).toMatchObject({ files: [], unreadable: ["not an event file"] });
    const fail = (): Promise<ReadOrderFile> => Promise.reject(new RangeError("a mistake"));
    await rm(path.join(folder, "run-1"), { recursive: true });
    await expect(campaign(() => sharing, { order: order({ read: fail }), runs: 1 })).rejects.toThrow(
      "a mistake",
    );
  });
});

describe("OrderFiles", () => {
  /** Process ids that are surely not in use, and one that is. */
  const gone = 2 ** 22 + 1;

  it("reads the files of ended processes, the largest first, once all together are too large", async () => {
    const block = new Uint8Array(64 * 1024).fill(1);
    await writeFile(path.join(folder, `${gone}-1.maptrap`), block);
    await writeFile(path.join(folder, `${gone}-2.maptrap`), new Uint8Array([...block, ...block]));
    await writeFile(path.join(folder, `${process.pid}-3.maptrap`), new Uint8Array(8 * block.length).fill(1));
    const seen: string[] = [];
    const read = (file: string): Promise<ReadOrderFile> => {
      seen.push(path.basename(file));
      return Promise.reject(new MaptrapError("read"));
    };
    await new OrderFiles(folder, 2 ** 30, { read, keep: false }).makeRoom();
    expect(seen).toEqual([]);
    const files = new OrderFiles(folder, 9.5 * block.length, { read, keep: false });
    await files.makeRoom();
    expect(seen).toEqual([`${gone}-2.maptrap`]);
    expect(new Set(await readdir(folder))).toEqual(
      new Set([`${gone}-1.maptrap`, `${process.pid}-3.maptrap`]),
    );
    expect((await files.finish()).unreadable).toEqual(["read", "read", "read"]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("reads while the run goes on", async () => {
    await writeFile(path.join(folder, `${gone}-1.maptrap`), new Uint8Array(9000));
    const read = (): Promise<ReadOrderFile> => Promise.reject(new MaptrapError("read"));
    const files = new OrderFiles(folder, 0, { read, keep: false }, 10);
    files.watch();
    await expect.poll(() => readdir(folder), { timeout: 25_000 }).toEqual([]);
    await files.unwatch();
    expect((await files.finish()).unreadable).toEqual(["read"]);
  });
});

describe("OrderFiles that are kept", () => {
  const order = {
    firstChunk: 65_536,
    chunkSize: 1024,
    chunksBegun: 3,
    mostChunks: 64,
    cutShort: null,
    cutShortAt: null,
  } as const;

  it.each([
    ["are cut behind their last chunk", 2 ** 22 + 1, order, 65_536 + 3 * 1024],
    ["are not cut while their process runs", process.pid, order, 200_000],
    ["are not cut to what cannot be", 2 ** 22 + 1, { ...order, firstChunk: 0, chunkSize: 1 }, 200_000],
  ] as const)("%s", async (_, id, header, size) => {
    const file = path.join(folder, `${id}-1.maptrap`);
    await writeFile(file, new Uint8Array(200_000));
    const plain = readEventFile(encodeEventFile(), file);
    const read = async (): Promise<ReadOrderFile> => ({
      file: { ...plain, header: { ...plain.header, order: header } },
      unordered: [],
    });
    await new OrderFiles(folder, 2 ** 30, { read, keep: true }).finish();
    expect((await stat(file)).size).toBe(size);
  });
});

describe("roomForOrder", () => {
  it("is what was asked for where there is room, and never all that is free", async () => {
    expect(await roomForOrder(folder, { maxSize: 1000, processes: 1 })).toEqual({
      forProcess: 1000,
      together: 4000,
    });
    const { bavail, bsize } = await statfs(folder);
    const { forProcess, together } = await roomForOrder(folder, { maxSize: 2 ** 50, processes: 4 });
    expect(forProcess).toBeLessThan(bavail * bsize * 0.2);
    expect(together).toBeLessThan(bavail * bsize * 0.7);
  });
});

describe("seedOfRun", () => {
  it("differs from run to run and is never 0", () => {
    expect(seedOfRun(5, 1)).toBe(5);
    expect(seedOfRun(0, 1)).toBe(1);
    expect(new Set([1, 2, 3, 4].map((run) => seedOfRun(9, run))).size).toBe(4);
  });
});
