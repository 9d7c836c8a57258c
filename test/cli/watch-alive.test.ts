import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { describe, expect, it } from "vitest";
import { findProcess, isProcessAlive, ProcessPresence } from "../../src/cli/watch-alive.js";

/** A start so many seconds ago, by both clocks. */
function startedAgo(seconds: number, wallShift = 0) {
  return {
    startWall: BigInt(Math.round((Date.now() / 1000 - seconds + wallShift) * 1000)) * 1_000_000n,
    startMonotonic: (uptime() - seconds) * 1e9,
  };
}

describe("isProcessAlive", () => {
  it("knows a process that runs, and numbers that are none", () => {
    expect(isProcessAlive(process.pid, undefined)).toBe(true);
    expect(isProcessAlive(process.pid, startedAgo(0))).toBe(true);
    expect(isProcessAlive(1, undefined)).toBe(true);
    for (const number of [0, -1, 1.5, Number.NaN, 0xffff_ffff, 2 ** 40]) {
      expect(isProcessAlive(number, undefined)).toBe(false);
    }
  });

  it("knows a process that ended", async () => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(child, "exit");
    expect(isProcessAlive(child.pid!, undefined)).toBe(false);
    expect(findProcess(child.pid!, startedAgo(1))).toBeUndefined();
  });

  it("takes a process that nobody has waited for yet as ended", async () => {
    // The shell becomes a program that waits for nobody.
    const child = spawn("sh", ["-c", "sleep 0.05 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const zombie = Number(line.toString());
    const state = (): string => /\) (\S)/.exec(readFileSync(`/proc/${zombie}/stat`, "utf8"))![1]!;
    while (state() !== "Z") {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(isProcessAlive(zombie, undefined)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  it("tells another process of the same number by its start, and trusts no single clock", () => {
    const year = 365 * 86_400;
    // This process started long after that one.
    expect(isProcessAlive(process.pid, startedAgo(year))).toBe(false);
    const older = { ...startedAgo(0), startMonotonic: 0 };
    // The machine slept: its monotonic clock stood still.
    expect(isProcessAlive(process.pid, older)).toBe(true);
    // The wall clock was set forward by an hour after the start.
    expect(
      isProcessAlive(process.pid, {
        ...startedAgo(0),
        startWall: startedAgo(Math.min(3600, uptime())).startWall,
      }),
    ).toBe(true);
    expect(isProcessAlive(process.pid, { startWall: 0n, startMonotonic: 0 })).toBe(true);
  });
});

describe("ProcessPresence", () => {
  it("says no for ever once a process is gone", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const presence = new ProcessPresence();
    presence.start = startedAgo(0);
    expect(presence.processHere(child.pid!)).toBe(child.pid);
    expect(presence.isAlive(child.pid!)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    await new Promise((resolve) => setTimeout(resolve, 1050));
    expect(presence.isAlive(child.pid!)).toBe(false);
    expect(presence.isAlive(process.pid)).toBe(false);
  });
});
