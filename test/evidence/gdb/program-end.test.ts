import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasEnded } from "../../../src/evidence/gdb/program-end.js";

let proc: string;

beforeEach(async () => {
  proc = await mkdtemp(path.join(tmpdir(), "program-end-"));
});
afterEach(() => rm(proc, { recursive: true }));

/** Makes the kernel's account of process 7, a letter for the state of each thread. */
async function process7(states: readonly string[]): Promise<void> {
  for (const [index, state] of states.entries()) {
    const folder = path.join(proc, "7", "task", String(7 + index));
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "stat"), `${7 + index} (a) Z (b) ${state} 1 7 7 0 -1`);
  }
}

describe("hasEnded", () => {
  it("tells a process that runs from one that is gone", async () => {
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    await once(child, "spawn");
    const processId = child.pid ?? 0;
    expect(hasEnded(processId)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(hasEnded(processId)).toBe(true);
  });

  it("takes a process for ended when all of its threads are", async () => {
    await process7(["Z", "X"]);
    expect(hasEnded(7, proc)).toBe(true);
  });

  it.each([
    ["stands still under GDB", ["t"]],
    ["goes on after its first thread has ended", ["Z", "S"]],
  ])("does not when it %s", async (_, states) => {
    await process7(states);
    expect(hasEnded(7, proc)).toBe(false);
  });
});
