/**
 * Goroutines that we read from the memory of a program that stands still, compared with what the program prints of itself:
 * parked ones with runtime.Stack, those that run with the addresses that GOTRACEBACK=crash prints of every frame.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GdbSession } from "../../src/evidence/gdb/session.js";
import { openProgram, type Program } from "../../src/evidence/binary/program.js";
import { openCore } from "../../src/evidence/process/core.js";
import { openProcess } from "../../src/evidence/process/process.js";
import type { Goroutine, StoppedGoroutines } from "../../src/golang/runtime/goroutine.js";
import { readGoroutines } from "../../src/golang/runtime/goroutines.js";
import { layoutFor } from "../../src/golang/runtime/choose-layout.js";
import { layoutFromDwarf } from "../support/runtime-layouts/dwarf.js";
import {
  buildStopped,
  type Form,
  forms,
  plain,
  type Running,
  startStopped,
} from "../support/stopped/builds.js";
import { type DumpedGoroutine, parseDump } from "../support/stopped/crash-dump.js";
import { goEnvironment, type GoVersion, repeats, TESTED } from "../support/toolchains.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-stopped-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Oldest and newest in all forms that need no other standard library, the others as they are; all for the full measure. */
function formsOf(version: GoVersion): readonly Form[] {
  if (repeats > 1) {
    return forms;
  }
  return version === TESTED[0] || version === TESTED.at(-1) ? forms.slice(0, 3) : [plain];
}

/**
 * Functions and lines of a stack as Go's dumps show them by default: no functions of the runtime, no made wrappers, none of
 * those without a package that C code calls.
 */
function shown(stopped: StoppedGoroutines, goroutine: Goroutine): readonly string[] {
  const { frames, cut } = stopped.stackOf(goroutine);
  expect(cut).toBeUndefined();
  return frames
    .flatMap((frame) => frame.frames)
    .filter(({ function: name, wrapper }) => !name.startsWith("runtime.") && name.includes(".") && !wrapper)
    .map((frame) => `${frame.function}:${frame.line}`);
}

function dumped(goroutine: DumpedGoroutine): readonly string[] {
  return goroutine.frames
    .filter((frame) => !/^(runtime\.|panic$)/.test(frame.function))
    .map((frame) => `${frame.function}:${frame.line}`);
}

/** Without those frames that the runtime has left out: it shows no more than a hundred. */
function withoutElided(lines: readonly string[], printed: DumpedGoroutine): readonly string[] {
  const { elidedAfter, frames } = printed;
  if (elidedAfter === undefined) {
    return lines;
  }
  const after = frames.length - elidedAfter;
  return [...lines.slice(0, elidedAfter), ...lines.slice(lines.length - after)];
}

/** Where the program says that something is. */
function printedAddress(text: string, name: string): number {
  const [, digits = "?"] = new RegExp(`^address ${name} 0x([0-9a-f]+)$`, "m").exec(text) ?? [];
  return Number.parseInt(digits, 16);
}

function statusOf(goroutine: Goroutine): string {
  return goroutine.waitReason ?? (goroutine.status === "in system call" ? "syscall" : goroutine.status);
}

/** Compares one parked goroutine with what was printed of it. */
function compareParked(stopped: StoppedGoroutines, program: Program, printed: DumpedGoroutine): void {
  const goroutine = stopped.goroutines.find(({ id }) => id === printed.id);
  expect(goroutine, `goroutine ${printed.id}`).toBeDefined();
  if (goroutine === undefined) {
    return;
  }
  expect(statusOf(goroutine)).toBe(printed.status);
  expect(withoutElided(shown(stopped, goroutine), printed)).toEqual(dumped(printed));
  const creator =
    goroutine.startedAt === undefined ? undefined : program.framesBefore(goroutine.startedAt)[0];
  expect(creator?.function).toBe(printed.createdBy?.function);
  expect(creator?.line).toBe(printed.createdBy?.line);
  expect(goroutine.startedBy).toBe(printed.createdBy?.goroutine);
  expect(goroutine.system).toBe(false);
}

/** The one goroutine that began with a function of the program. */
function startedWith(stopped: StoppedGoroutines, program: Program, name: string): Goroutine {
  const found = stopped.goroutines.find(
    ({ entry }) => entry !== undefined && program.functionAt(entry)?.name === `main.${name}`,
  );
  if (found === undefined) {
    throw new Error(`no goroutine began with main.${name}`);
  }
  return found;
}

/** What each waits on, against the addresses that the program printed: of locks and conditions those of words within. */
function compareWaits(stopped: StoppedGoroutines, program: Program, text: string): void {
  const on = (name: string): Goroutine["waitsOn"] => startedWith(stopped, program, name).waitsOn;
  const channel = (name: string, sends: boolean, length: number, capacity: number): unknown => ({
    kind: "channel",
    address: printedAddress(text, name),
    channel: { sends, length, capacity },
  });
  expect(on("sendOn")).toEqual([channel("send", true, 0, 0)]);
  expect(on("sendOnFull")).toEqual([channel("full", true, 3, 3)]);
  expect(on("receiveFrom")).toEqual([channel("receive", false, 0, 5)]);
  expect(on("receiveNil")).toEqual([]);
  expect(on("selectNone")).toEqual([]);
  const both = [channel("first", false, 0, 0), channel("second", true, 2, 2)];
  expect(
    on("selectBoth").toSorted((one, other) => (one.channel?.capacity ?? 0) - (other.channel?.capacity ?? 0)),
  ).toEqual(both);
  for (const [name, kind, what, size] of [
    ["lockMutex", "lock", "mutex", 8],
    ["lockToRead", "lock", "read", 24],
    ["lockToWrite", "lock", "write", 24],
    ["waitForGroup", "semaphore", "group", 16],
    ["waitForCond", "condition", "cond", 48],
  ] as const) {
    const waits = on(name);
    expect(
      waits.map((one) => one.kind),
      name,
    ).toEqual([kind]);
    const offset = (waits[0]?.address ?? 0) - printedAddress(text, what);
    expect(offset, name).toBeGreaterThanOrEqual(0);
    expect(offset, name).toBeLessThan(size);
  }
}

async function withStopped(
  file: string,
  args: readonly string[],
  use: (running: Running) => void,
): Promise<void> {
  const running = await startStopped(file, args);
  try {
    use(running);
  } finally {
    running.end();
  }
}

describe.each(TESTED)("Go %s", (version) => {
  it("has the layout that its DWARF says", () => {
    const file = buildStopped(folder, version, plain);
    const { layout, measured } = layoutFor(openProgram(file, 0).goVersion);
    expect(layout).toEqual(layoutFromDwarf(file));
    expect(measured).toBe(true);
  });

  it.each(formsOf(version))("parked goroutines are as the program prints them: $name", async (form) => {
    await withStopped(buildStopped(folder, version, form), ["states"], ({ pid, text }) => {
      const live = openProcess(pid);
      const stopped = readGoroutines(live.memory, live.program, []);
      expect(stopped.problems).toEqual([]);
      const printed = parseDump(text).filter(({ id }) => id !== 1);
      expect(printed.length).toBeGreaterThan(20);
      printed.forEach((one) => {
        compareParked(stopped, live.program, one);
      });
      const users = stopped.goroutines.filter(({ system }) => !system).map(({ id }) => id);
      expect(users.toSorted((one, other) => one - other)).toEqual(
        [1, ...printed.map(({ id }) => id)].toSorted((one, other) => one - other),
      );
      compareWaits(stopped, live.program, text);
      live.close();
    });
  });

  it.each(formsOf(version))(
    "stacks lie where the program prints them, of those that run too: $name",
    async (form) => {
      const { frames, onThreads } = await compareCrash(buildStopped(folder, version, form), "running");
      // The runtime's own goroutines and the main one, whatever the others had come to when they were stopped: mostly there are 60 to 120.
      expect(frames).toBeGreaterThan(15);
      // The main one at least; the collector or the dying runtime may have stopped all others.
      expect(onThreads).toBeGreaterThan(0);
    },
  );
});

/**
 * Lets a program die of SIGABRT with GOTRACEBACK=crash, holds it under GDB when it has printed everything, and compares what it
 * has printed with what is read from its memory then. Those that ran stand in a signal handler, where a signal hit them.
 */
async function compareCrash(
  file: string,
  mode: string,
): Promise<{ readonly frames: number; readonly onThreads: number }> {
  const errors = path.join(folder, "errors");
  const streams = [openSync("/dev/null", "r"), openSync("/dev/null", "w"), openSync(errors, "w")] as const;
  const environment = { ...goEnvironment(), GOTRACEBACK: "crash", END: "abort" };
  const session = await GdbSession.start({
    program: file,
    args: [mode],
    workingDirectory: folder,
    environment,
    streams,
  });
  try {
    const live = openProcess(session.processId);
    const [end] = live.program.functionsNamed("runtime.dieFromSignal");
    await session.breakAt(end?.start ?? 0);
    await session.continue();
    const stop = await session.nextStop(120_000);
    expect(stop, readFileSync(errors, "utf8")).toMatchObject({ kind: "stopped", why: "breakpoint" });
    live.invalidate();
    const stopped = readGoroutines(live.memory, live.program, await session.threads());
    const counts = parseDump(readFileSync(errors, "utf8"))
      .filter(({ id }) => id !== 0)
      .map((printed) => comparePlaces(stopped, printed));
    live.close();
    return {
      frames: counts.reduce((sum, count) => sum + count, 0),
      onThreads: stopped.goroutines.filter(({ thread, system }) => thread !== undefined && !system).length,
    };
  } finally {
    await session.close();
  }
}

/** Compares where each frame lies; gives how many there were. */
function comparePlaces(stopped: StoppedGoroutines, printed: DumpedGoroutine): number {
  const goroutine = stopped.goroutines.find(({ id }) => id === printed.id);
  expect(goroutine, `goroutine ${printed.id}`).toBeDefined();
  const { frames, cut } = goroutine === undefined ? { frames: [], cut: "none" } : stopped.stackOf(goroutine);
  expect(cut).toBeUndefined();
  const own = new Map(
    frames.filter(({ stack }) => stack === "goroutine").map((frame) => [frame.callerSp, frame]),
  );
  // Where a goroutine's stack goes on on the system stack, the runtime shows another function than the one that went there.
  const places = printed.frames.flatMap(({ function: name, place }) =>
    place === undefined || name.startsWith("runtime.systemstack") ? [] : [{ name, ...place }],
  );
  places.forEach(({ name, fp, sp, pc }, index) => {
    const frame = own.get(fp);
    const what = `goroutine ${printed.id} [${printed.status}]: ${name}`;
    expect(frame?.frames.at(-1)?.function, what).toBe(name === "panic" ? "runtime.gopanic" : name);
    // In a system call the runtime shows where it was entered, we where it is.
    if (index > 0 || printed.status !== "syscall") {
      expect([frame?.sp, frame?.pc], what).toEqual([sp, pc]);
    }
  });
  return places.length;
}

describe("a core", () => {
  const version = TESTED.at(-1) ?? "1.27";

  it("shows the same as the process, and only with its own executable", async () => {
    const file = buildStopped(folder, version, plain);
    await withStopped(file, ["states"], ({ pid }) => {
      const core = path.join(folder, "core");
      execFileSync("gcore", ["-o", core, String(pid)], { stdio: "pipe" });
      const live = openProcess(pid);
      const written = openCore(`${core}.${pid}`);
      try {
        const fromProcess = readGoroutines(live.memory, live.program, written.threads);
        const fromCore = readGoroutines(written.memory, written.program, written.threads);
        expect(written.executable).toBe(file);
        expect(fromCore.goroutines).toEqual(fromProcess.goroutines);
        expect(fromCore.goroutines.length).toBeGreaterThan(20);
        expect(fromCore.goroutines.map((one) => fromCore.stackOf(one))).toEqual(
          fromProcess.goroutines.map((one) => fromProcess.stackOf(one)),
        );
        expect(new Set(written.threads.map(({ id }) => id))).toEqual(new Set(live.threadIds()));
        const other = buildStopped(folder, version, forms[1] ?? plain);
        expect(() => openCore(written.path, other)).toThrow(
          /is not the executable of this core: its Go build id is/,
        );
      } finally {
        written.close();
        live.close();
        rmSync(`${core}.${pid}`);
      }
    });
  });

  it("is read with the executable that was deleted or replaced while it ran", async () => {
    const file = path.join(folder, "replaced");
    copyFileSync(buildStopped(folder, version, plain), file);
    await withStopped(file, ["states"], ({ pid }) => {
      rmSync(file);
      writeFileSync(file, "another program");
      const live = openProcess(pid);
      expect(readGoroutines(live.memory, live.program, []).goroutines.length).toBeGreaterThan(20);
      live.close();
    });
  });
});

describe("100,000 goroutines", () => {
  it("are listed with their stacks in less than ten seconds", async () => {
    const version = TESTED.at(-1) ?? "1.27";
    await withStopped(buildStopped(folder, version, plain), ["many", "100000"], ({ pid }) => {
      const live = openProcess(pid);
      // Our own time on the processors: how long others keep them is not ours.
      const before = process.cpuUsage();
      const stopped = readGoroutines(live.memory, live.program, []);
      const waiting = stopped.goroutines.filter((one) =>
        stopped.stackOf(one).frames.some(({ frames }) => frames[0]?.function === "main.receiveFrom"),
      );
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6).toBeLessThan(10);
      expect(waiting).toHaveLength(100_000);
      live.close();
    });
  });
});
