/** Programs under a real GDB: they run as they would without it, and nothing is left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProgramStartError } from "../../src/evidence/gdb/errors.js";
import { GdbSession } from "../../src/evidence/gdb/session.js";
import { openProcess } from "../../src/evidence/process/process.js";
import { type BuiltPrograms, builtPrograms, holdsWithin, isAlive } from "../support/gdb-programs.js";
import { command, entry } from "../support/maptrap-command.js";
import { repositoryRoot } from "../support/toolchains.js";

let programs: BuiltPrograms;
let guest = "";
let folder = "";

beforeAll(async () => {
  programs = builtPrograms();
  const built = await programs.build("guest", "1.27");
  folder = path.join(programs.folder, 'it\'s "a" $(folder)');
  mkdirSync(folder);
  guest = path.join(folder, "the guest");
  symlinkSync(built, guest);
});
afterAll(() => programs.remove());

/** Starts the guest with files for its streams. */
async function start(args: readonly string[], options: Partial<Parameters<typeof GdbSession.start>[0]> = {}) {
  const names = ["in", "out", "err"].map((name) => path.join(programs.folder, name));
  const [input = "", output = "", errors = ""] = names;
  const streams = [openSync(input, "a+"), openSync(output, "w"), openSync(errors, "w")] as const;
  try {
    const session = await GdbSession.start({
      program: guest,
      args,
      workingDirectory: folder,
      environment: { ONE: "1", LINES: "7", "a.b": "x y" },
      streams,
      ...options,
    });
    return {
      session,
      output: () => readFileSync(output, "utf8"),
      errors: () => readFileSync(errors, "utf8"),
    };
  } finally {
    streams.forEach((descriptor) => closeSync(descriptor));
  }
}

/** Ids of threads as GDB gives them, and as the kernel has them; in order. */
function idsOf(threads: readonly { readonly id: number }[]): number[] {
  return threads.map(({ id }) => id).toSorted((one, other) => one - other);
}

function kernelsIds(processId: number): number[] {
  return idsOf(readdirSync(`/proc/${processId}/task`).map((name) => ({ id: Number(name) })));
}

test("arguments, environment, folder and streams are those that the program would have without GDB", async () => {
  const args = ["a b", "$(touch /tmp/x)", "it's", '"', "line\nbreak", "\\", "*", "é", "", "fail"];
  const { session, output, errors } = await start(args);
  try {
    const [thread] = await session.threads();
    expect(thread?.id).toBe(session.processId);
    await session.continue();
    expect(await session.nextStop(60_000)).toEqual({ kind: "exited", status: 3, signal: undefined });
  } finally {
    await session.close();
  }
  expect(JSON.parse(output())).toEqual({
    args: [guest, ...args],
    folder,
    environment: ["LINES=7", "ONE=1", "a.b=x y"],
    open: [0, 1, 2],
    input: "",
  });
  expect(errors()).toBe("to standard error\n");
});

test.each([false, true])(
  "stops at a breakpoint, is interrupted and goes on (non-stop: %s)",
  async (nonStop) => {
    const { session, output } = await start(["stay"], { nonStop });
    const live = openProcess(session.processId);
    try {
      const [main] = live.program.functionsNamed("main.main");
      const number = await session.breakAt(main?.start ?? 0, { hardware: nonStop, temporary: true });
      await session.continue();
      const stop = await session.nextStop(60_000);
      expect(stop).toMatchObject({
        kind: "stopped",
        why: "breakpoint",
        breakpoint: number,
        address: main?.start,
      });
      const thread =
        stop?.kind === "stopped" && stop.thread !== undefined
          ? await session.threadOf(stop.thread)
          : undefined;
      expect(thread?.registers.rip).toBe(main?.start);
      const sp = thread?.registers.rsp ?? 0;
      expect(await session.readMemory(sp, 8)).toEqual(Uint8Array.from(live.memory.read(sp, 8) ?? []));
      expect(await session.readMemory(8, 8)).toBeUndefined();
      await session.continue();
      expect(await holdsWithin(60_000, () => output().includes("tick 1"))).toBe(true);
      await session.interrupt();
      expect(await session.nextStop(60_000)).toMatchObject({ kind: "stopped", why: "interrupted" });
      if (nonStop) {
        await session.standStill();
      }
      expect((await session.listThreads()).every(({ running }) => !running)).toBe(true);
      expect(idsOf(await session.threads())).toEqual(kernelsIds(session.processId));
      await session.continue();
      const ticks = output().length;
      expect(await holdsWithin(60_000, () => output().length > ticks)).toBe(true);
    } finally {
      live.close();
      await session.close();
    }
    expect(await holdsWithin(60_000, () => !isAlive(session.processId))).toBe(true);
  },
);

test("a process that was attached to runs on, and one that is not there is named", async () => {
  // A file: of what is written to a pipe, something may be read only when the process stands.
  const output = path.join(programs.folder, "said");
  const descriptor = openSync(output, "w");
  const child = spawn(guest, ["stay"], { stdio: ["ignore", descriptor, "ignore"], cwd: folder });
  closeSync(descriptor);
  const said = () => readFileSync(output, "utf8");
  try {
    expect(await holdsWithin(60_000, () => said().includes("tick"))).toBe(true);
    for (const end of ["detach", "close"] as const) {
      const session = await GdbSession.attach(child.pid ?? 0, {
        workingDirectory: folder,
        environment: process.env,
      });
      const before = said();
      expect(idsOf(await session.threads())).toEqual(kernelsIds(child.pid ?? 0));
      expect(said()).toBe(before);
      await session[end]();
      expect(await holdsWithin(60_000, () => said().length > before.length)).toBe(true);
    }
    await expect(
      GdbSession.attach(4_194_300, { workingDirectory: folder, environment: process.env }),
    ).rejects.toThrow("No such process");
  } finally {
    child.kill("SIGKILL");
  }
});

test("what is no program is named", async () => {
  await expect(start([], { program: path.join(repositoryRoot, "package.json") })).rejects.toThrow(
    ProgramStartError,
  );
  await expect(start([], { gdb: "/nowhere/gdb" })).rejects.toThrow("/nowhere/gdb does not exist");
});

test("Ctrl-C ends the program, what it started, and GDB", async () => {
  let maptrap: ChildProcess | undefined;
  const result = command(process.execPath, [entry, "gdb", "trace", guest, "child"], {
    cwd: folder,
    onStart: (child) => {
      maptrap = child;
    },
  });
  let said = "";
  maptrap?.stdout?.on("data", (piece: Buffer) => (said += piece.toString()));
  expect(await holdsWithin(60_000, () => said.includes("tick 1"))).toBe(true);
  const sleeper = Number(/^(\d+)$/m.exec(said)?.[1]);
  expect(isAlive(sleeper)).toBe(true);
  maptrap?.kill("SIGINT");
  const { status, stderr } = await result;
  expect(status, stderr).toBe(130);
  expect(stderr).toContain("interrupted");
  expect(await holdsWithin(60_000, () => !isAlive(sleeper))).toBe(true);
});
