import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runTarget, type TargetOptions, type TargetOutcome } from "../../src/probe/target.js";
import { isRunning } from "../support/running.js";

let folder: string;
const stop = { current: new AbortController() };
const kill = { current: new AbortController() };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "target-test-"));
  stop.current = new AbortController();
  kill.current = new AbortController();
});
afterEach(() => rm(folder, { recursive: true }));

function run(script: string, part: Partial<TargetOptions> = {}): Promise<TargetOutcome> {
  return runTarget("/bin/sh", ["-c", script], {
    environment: process.env,
    directory: folder,
    stdin: "ignore",
    stdout: 2,
    interruption: { stop: stop.current.signal, kill: kill.current.signal },
    ...part,
  });
}

/** Waits until the script has written a line into its file. */
async function written(name: string): Promise<string> {
  const read = (): Promise<string> => readFile(path.join(folder, name), "utf8").catch(() => "");
  await expect.poll(read, { timeout: 25_000, interval: 10 }).toMatch(/\n$/);
  return read();
}

const plain = { exited: true, interrupted: false, timedOut: false };

describe("runTarget", () => {
  it("gives the program's status", async () => {
    expect(await run("exit 3")).toEqual({ ...plain, status: 3 });
  });

  it("gives 128 and the signal's number", async () => {
    expect(await run("kill -KILL $$")).toEqual({ ...plain, exited: false, status: 137 });
  });

  it("says that the program is not there or cannot be run", async () => {
    const options = { environment: {}, stdin: "ignore", stdout: 2 } as const;
    const interruption = { stop: stop.current.signal, kill: kill.current.signal };
    await expect(runTarget("/nowhere/x", [], { ...options, interruption })).rejects.toThrow(
      "could not be started",
    );
    const file = path.join(folder, "x");
    await writeFile(file, "not a program", { mode: 0o644 });
    await expect(runTarget(file, [], { ...options, interruption })).rejects.toThrow(
      "cannot be run on this machine",
    );
  });

  it("passes Ctrl-C on, once, and lets the program end by itself", async () => {
    const script = "trap 'echo stopped >> log; exit 5' INT; echo up > up; while :; do sleep 0.05; done";
    const running = run(script, { graceMilliseconds: 60_000 });
    await written("up");
    stop.current.abort("SIGINT");
    expect(await running).toEqual({ ...plain, status: 5, interrupted: true });
    expect(await written("log")).toBe("stopped\n");
  });

  it("passes SIGTERM on as it is", async () => {
    const script = "trap 'exit 6' TERM; echo up > up; while :; do sleep 0.05; done";
    const running = run(script, { graceMilliseconds: 60_000 });
    await written("up");
    stop.current.abort("SIGTERM");
    expect((await running).status).toBe(6);
  });

  it("kills a program that does not end within the grace time, and all that it started", async () => {
    const script =
      "trap '' INT; sh -c 'trap \"\" INT; echo $$ > pid; sleep 60' & echo up > up; sleep 60; wait";
    const running = run(script, { graceMilliseconds: 50 });
    const pid = Number(await written("pid"));
    stop.current.abort("SIGINT");
    expect(await running).toEqual({ exited: false, interrupted: true, timedOut: false, status: 137 });
    await expect.poll(() => isRunning(pid), { timeout: 25_000 }).toBe(false);
  });

  it("kills at once when asked twice", async () => {
    const running = run("trap '' INT; echo up > up; while :; do sleep 0.05; done", {
      graceMilliseconds: 60_000,
    });
    await written("up");
    stop.current.abort("SIGINT");
    kill.current.abort("SIGINT");
    expect((await running).status).toBe(137);
  });

  it("ends a program whose time is up", async () => {
    const outcome = await run("sleep 60", { timeoutMilliseconds: 50 });
    expect(outcome).toEqual({ exited: false, interrupted: false, timedOut: true, status: 143 });
  });

  it("does not start what was stopped before", async () => {
    stop.current.abort("SIGINT");
    const outcome = await run("echo up > up; sleep 60");
    expect(outcome).toEqual({ exited: false, interrupted: true, timedOut: false, status: 130 });
    await expect(readFile(path.join(folder, "up"))).rejects.toThrow("ENOENT");
  });

  it("tells how it was stopped before it could start", async () => {
    stop.current.abort("SIGTERM");
    expect((await run("sleep 60")).status).toBe(143);
  });
});
