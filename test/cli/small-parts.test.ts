import { access, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  buildFlags,
  campaignCommand,
  type CampaignFlags,
  runsOf,
} from "../../src/cli/commands/campaign-options.js";
import { wantsColour } from "../../src/cli/case-output.js";
import { splitAtDashes } from "../../src/cli/context.js";
import { withInterruption } from "../../src/cli/interruption.js";
import { withPrivateFolder } from "../../src/cli/private-folder.js";
import { progressOn } from "../../src/cli/progress.js";
import { sourceReader } from "../../src/cli/source-reader.js";

describe("splitAtDashes", () => {
  it("parts at the first --", () => {
    expect(splitAtDashes(["run", ".", "--", "a", "--", "b"])).toEqual({
      own: ["run", "."],
      after: ["a", "--", "b"],
    });
    expect(splitAtDashes(["run"])).toEqual({ own: ["run"], after: [] });
  });
});

describe("the shared options", () => {
  it("are read into numbers, nanoseconds and build flags", () => {
    const args = ["--runs", "7", "--budget", "2s", "--seed", "5", "--tags", "a,b", "--race"];
    const more = ["--build-flag=-ldflags=-s", "--build-flag", "-trimpath", "--halt"];
    const command = campaignCommand("run").parse([...args, ...more], { from: "user" });
    expect(command.opts()).toMatchObject({ runs: 7, budget: 2e9, seed: 5, halt: true });
    expect(buildFlags(command.opts())).toEqual(["-tags=a,b", "-race", "-ldflags=-s", "-trimpath"]);
  });

  it("say how many runs there are, and how order is looked at", () => {
    const options = (...args: string[]): CampaignFlags =>
      campaignCommand("run").parse(args, { from: "user" }).opts();
    expect(runsOf(options())).toBe(3);
    expect(runsOf(options("--only", "order"))).toBe(1);
    expect(runsOf(options("--only", "trap"))).toBe(3);
    expect(runsOf(options("--only", "order", "--runs", "4"))).toBe(4);
    expect(options("--max-size", "3G")).toMatchObject({ maxSize: 3 * 2 ** 30 });
  });

  it.each([
    ["--only", "both"],
    ["--max-size", "3"],
    ["--runs", "0"],
    ["--runs", "x"],
    ["--seed", "-1"],
    ["--seed", "4294967296"],
    ["--timeout", "10"],
  ])("refuse %s %s", (...args) => {
    const command = campaignCommand("run")
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    expect(() => command.parse(args, { from: "user" })).toThrow(args[0]);
  });
});

describe("wantsColour", () => {
  it("wants colours on terminals only, and none with NO_COLOR", () => {
    expect(wantsColour({ isTTY: true }, {})).toBe(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColour({ isTTY: true }, { TERM: "dumb" })).toBe(false);
    expect(wantsColour({}, {})).toBe(false);
  });
});

describe("withPrivateFolder", () => {
  it("makes a folder for the user alone, and removes it, also after an error", async () => {
    let seen = "";
    const failing = withPrivateFolder(false, async (folder) => {
      seen = folder;
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      await writeFile(path.join(folder, "x"), "");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await expect(access(seen)).rejects.toThrow("ENOENT");
  });

  it("keeps it when asked to", async () => {
    const folder = await withPrivateFolder(true, async (made) => made);
    await access(folder);
    await rm(folder, { recursive: true });
  });
});

describe("withInterruption", () => {
  it("tells the first signal from the second, and then listens no more", async () => {
    const before = process.listenerCount("SIGTERM");
    await withInterruption(async ({ stop, kill }) => {
      process.emit("SIGTERM", "SIGTERM");
      expect([stop.aborted, stop.reason, kill.aborted]).toEqual([true, "SIGTERM", false]);
      process.emit("SIGINT", "SIGINT");
      expect(kill.aborted).toBe(true);
    });
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});

describe("progressOn", () => {
  function recorded(isTTY: boolean): string {
    let text = "";
    const write = (piece: string | Uint8Array): boolean => {
      text += String(piece);
      return true;
    };
    const progress = progressOn({ isTTY, write });
    progress.say("one");
    progress.say("two");
    progress.note("stays");
    progress.clear();
    return text;
  }

  it("replaces its line on a terminal", () => {
    expect(recorded(true)).toBe("maptrap: one\r\x1b[Kmaptrap: two\r\x1b[Kmaptrap: stays\n");
  });

  it("is silent elsewhere", () => {
    expect(recorded(false)).toBe("");
  });
});

describe("sourceReader", () => {
  let folder: string;
  afterEach(() => rm(folder, { recursive: true }));

  it("reads absolute paths and, below a module's folder, the paths of -trimpath", async () => {
    folder = await mkdtemp(path.join(tmpdir(), "source-test-"));
    await writeFile(path.join(folder, "a.go"), "package a\n");
    const read = sourceReader([{ modulePath: "example.com/shop", folder }]);
    expect(read(path.join(folder, "a.go"))).toBe("package a\n");
    expect(read("example.com/shop/a.go")).toBe("package a\n");
    expect(read("example.com/shopping/a.go")).toBeUndefined();
    expect(read("a.go")).toBeUndefined();
    expect(read(path.join(folder, "b.go"))).toBeUndefined();
    expect(read(folder)).toBeUndefined();
  });
});
