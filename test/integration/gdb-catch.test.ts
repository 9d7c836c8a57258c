/** `maptrap gdb run`, `attach` and `core` with real programs that use one map from two goroutines. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { gdbCatchProgram, removeGdbCatchPrograms, stopOnce } from "../support/gdb-catch.js";
import { holdsWithin } from "../support/gdb-programs.js";
import { command, folderWith, maptrap, removeFolder, sitesOf } from "../support/maptrap-command.js";
import { markedSite, programFolder } from "../support/programs.js";
import { type GoVersion, repeats, TESTED, TESTED_BRIEFLY } from "../support/toolchains.js";

afterAll(removeGdbCatchPrograms);

interface Tight {
  readonly scenario: string;
  /** Sites of the detector, and of the other side. Where both change the map, each may be either. */
  readonly detectors: readonly string[];
  readonly others: readonly string[];
  /** The first Go version that has it. */
  readonly from?: GoVersion;
}

const pair = (scenario: string, detector: string, other: string): Tight => ({
  scenario,
  detectors: [`${scenario}-${detector}`],
  others: [`${scenario}-${other}`],
});

/** Programs that do nothing but use the map. */
const tight: readonly Tight[] = [
  pair("int", "read", "write"),
  pair("string", "read", "write"),
  { scenario: "write", detectors: ["write-one", "write-two"], others: ["write-one", "write-two"] },
  pair("range", "iterate", "write"),
  { ...pair("clone", "clone", "write"), from: "1.21" },
  { scenario: "delete", detectors: ["delete-iterate"], others: ["delete-delete", "delete-write"] },
];

/** More of them, for the full measure. */
const more: readonly Tight[] = [
  pair("struct", "read", "write"),
  pair("int32", "read", "write"),
  pair("big", "read", "write"),
  pair("small", "read", "write"),
  pair("reflect", "read", "write"),
  pair("iterator", "iterate", "write"),
  pair("json", "read", "write"),
  pair("fmt", "read", "write"),
  pair("generic", "read", "write"),
  pair("method", "read", "write"),
  pair("closure", "read", "write"),
  pair("many", "read", "write"),
  pair("readers", "read", "write"),
  pair("locked", "read", "write"),
  pair("parked", "read", "write"),
  { scenario: "writers", detectors: ["writers-write"], others: ["writers-write"] },
  { scenario: "clear", detectors: ["clear-read"], others: ["clear-clear", "clear-write"], from: "1.21" },
];

const has = (version: GoVersion, from: GoVersion | undefined): boolean =>
  from === undefined || Number(version.slice(2)) >= Number(from.slice(2));

describe.each(TESTED)("Go %s", (version) => {
  it("names both sides of tight programs, and never a wrong one", { timeout: 3_600_000 }, async () => {
    const binary = await gdbCatchProgram(version);
    let stops = 0;
    let named = 0;
    for (const { scenario, detectors, others, from } of repeats > 1 ? [...tight, ...more] : tight) {
      for (let time = 0; has(version, from) && time < repeats; time++) {
        const stop = await stopOnce(
          binary,
          scenario,
          repeats > 1 ? { GOMAXPROCS: String(2 + (time % 7)) } : {},
        );
        const what = `${scenario}, stop ${time}`;
        expect([what, stop.observation?.map.address]).toEqual([what, stop.map]);
        expect([what, detectors]).toEqual([what, expect.arrayContaining([stop.detector])]);
        for (const other of stop.others) {
          expect([what, others]).toEqual([what, expect.arrayContaining([other.replace(/^\w+ /, "")])]);
        }
        stops += 1;
        named += stop.others.length > 0 ? 1 : 0;
      }
    }
    // 48 of 50; where there are few stops, one may go amiss.
    expect(named).toBeGreaterThanOrEqual(Math.min(stops - 1, Math.ceil(stops * 0.96)));
  });
});

describe.each(TESTED_BRIEFLY)("Go %s", (version) => {
  it("does not name one that it has not seen where the other side is gone", async () => {
    const binary = await gdbCatchProgram(version);
    for (let time = 0; time < repeats; time++) {
      const stop = await stopOnce(binary, "once");
      expect(stop.observation?.map.address).toBe(stop.map);
      expect(stop.detector).toBe("once-read");
      expect(stop.others.filter((other) => other !== "caught once-write")).toEqual([]);
      expect(stop.others.length > 0 || (stop.observation?.gone.length ?? 0) > 0).toBe(true);
    }
  });

  it("does not take goroutines on maps of their own for the other side", async () => {
    const binary = await gdbCatchProgram(version);
    for (let time = 0; time < repeats; time++) {
      const { others, observation } = await stopOnce(binary, "many");
      expect(others.map((other) => other.replace(/^\w+ /, ""))).toEqual(["many-write"]);
      expect(observation?.others.every(({ map }) => map === observation.map.address)).toBe(true);
    }
  });

  it("needs neither symbols nor a fixed address", async () => {
    const binary = await gdbCatchProgram(version, "stripped", ["-ldflags=-s -w", "-buildmode=pie"]);
    const stop = await stopOnce(binary, "int");
    expect(stop.observation?.map.address).toBe(stop.map);
    expect(stop.observation?.map.type).toBe("map[int]int");
    expect(stop.others.map((other) => other.replace(/^\w+ /, ""))).toEqual(["int-write"]);
  });
});

/** What the kernel says of each thread of a process. */
function threadsOf(processId: number): readonly string[] {
  const folder = `/proc/${processId}/task`;
  return readdirSync(folder).map((thread) => readFileSync(path.join(folder, thread, "status"), "utf8"));
}

/** Waits until a process that is a child of ours has printed something. */
async function started(child: ChildProcess): Promise<void> {
  await new Promise((resolve) => child.stdout?.once("data", resolve));
}

describe("the commands", () => {
  it("stop a program, leave its output alone, and end with 66", async () => {
    const binary = await gdbCatchProgram("1.27");
    const { status, stdout, stderr } = await maptrap(["gdb", "run", binary, "int"]);
    expect(stdout).toMatch(/^map 0x[0-9a-f]+\n$/);
    expect(stderr).toContain("fatal error: concurrent map read and map write\n\ngoroutine ");
    expect(stderr).toMatch(/A {2}Write by goroutine \d+ at \S*main\.go:\d+/);
    expect(stderr).toMatch(/B {2}Read by goroutine \d+ at \S*main\.go:\d+/);
    expect(stderr).toContain("ended of its own error with exit status 2");
    expect(status).toBe(66);
    const json = await maptrap(["gdb", "run", "--json", binary, "int"]);
    expect(decodeCase(json.stdout, "stdout").observations.map(({ kind }) => kind)).toEqual(["stopped"]);
  });

  it("give a program's own exit status, and a sentence, where nothing happens", async () => {
    const binary = await gdbCatchProgram("1.23");
    const ended = await maptrap(["gdb", "run", binary, "status"]);
    expect([ended.status, ended.stderr]).toEqual([
      3,
      "The program ended with exit status 3; Go's own check found no conflict on a map.\n",
    ]);
    const endless = await maptrap(["gdb", "run", "--timeout", "500ms", binary, "never"]);
    expect([endless.status, endless.stderr]).toEqual([
      0,
      "In that time Go's own check found no conflict on a map; the program was ended.\n",
    ]);
  });

  it("end the program at Ctrl-C, and leave nothing behind", async () => {
    const binary = await gdbCatchProgram("1.23");
    const { status, stderr } = await maptrap(["gdb", "run", binary, "never"], {
      onStart: (child) => void started(child).then(() => child.kill("SIGINT")),
    });
    expect(stderr).toMatch(/^Interrupted; /);
    expect(status).toBe(130);
    const left = async (): Promise<string> => (await command("pgrep", ["-f", `^${binary} never`])).stdout;
    await expect.poll(left, { timeout: 60_000 }).toBe("");
  });

  it("attach to a process and let it run on", async () => {
    const binary = await gdbCatchProgram("1.27");
    const child = spawn(binary, ["never"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      await started(child);
      const { status, stderr } = await maptrap([
        "gdb",
        "attach",
        "--detach-after",
        "300ms",
        String(child.pid),
      ]);
      expect([status, stderr]).toEqual([
        0,
        "In that time Go's own check found no conflict on a map; the process runs on.\n",
      ]);
      expect(child.exitCode).toBeNull();
      expect(existsSync(`/proc/${child.pid}`)).toBe(true);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("stop a process that they are attached to, and leave it to die of its own error", async () => {
    const binary = await gdbCatchProgram("1.23");
    const child = spawn(binary, ["late"], { stdio: ["ignore", "pipe", "pipe"] });
    const late = path.join(programFolder("gdb-catch"), "late.go");
    let said = "";
    child.stderr.on("data", (piece: Buffer) => (said += piece.toString()));
    const ended = new Promise((resolve) => child.once("close", resolve));
    try {
      await started(child);
      const { status, stderr } = await maptrap(["gdb", "attach", String(child.pid)], {
        onStart: () =>
          void (async () => {
            const threads = (): readonly string[] => threadsOf(child.pid ?? 0);
            await holdsWithin(120_000, () => threads().some((each) => /^TracerPid:\t[^0]/m.test(each)));
            // A thread that GDB does not hold yet would take the signal, and the program would be dead before there are breakpoints.
            // A signal that comes while the whole process stands still is delivered when it goes on. Where that moment was missed, it
            // goes on already.
            await holdsWithin(10_000, () => threads().every((each) => /^State:\tt /m.test(each)));
            child.kill("SIGUSR1");
          })(),
      });
      expect(stderr).toContain("fatal error: concurrent map read and map write");
      expect(sitesOf(stderr).map((at) => path.basename(at))).toEqual([
        markedSite(late, "late-write"),
        markedSite(late, "late-read"),
      ]);
      expect(status).toBe(66);
      expect(await ended).toBe(2);
      expect(said).toMatch(/^fatal error: concurrent map read and map write\n/);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("read a core of a crash", async () => {
    const binary = await gdbCatchProgram("1.27");
    const folder = await folderWith({});
    try {
      const crash = `ulimit -c unlimited; GOTRACEBACK=crash ${binary} int; true`;
      const crashed = await command("sh", ["-c", crash], { cwd: folder });
      const listed = await command("sh", ["-c", "ls core*"], { cwd: folder });
      const core = path.join(folder, listed.stdout.trim());
      const { status, stderr } = await maptrap(["gdb", "core", "--exe", binary, core]);
      const map = /0x[0-9a-f]+/.exec(crashed.stdout)?.[0];
      expect(stderr).toContain(`map[int]int at ${map}`);
      expect(stderr).toMatch(/by goroutine \d+ at \S*main\.go:\d+/);
      expect(status).toBe(66);
      const wrong = await maptrap(["gdb", "core", "--exe", await gdbCatchProgram("1.23"), core]);
      expect(wrong.status).toBe(2);
      expect(wrong.stderr).toMatch(/^maptrap: .+\nmaptrap: .+\n$/);
    } finally {
      await removeFolder(folder);
    }
  });

  it("say what is wrong with what they were given", async () => {
    const calls = [
      ["gdb", "run", "/does/not/exist"],
      ["gdb", "run", "/bin/sh"],
      ["gdb", "run", "--gdb", "/no/gdb", await gdbCatchProgram("1.27"), "int"],
      ["gdb", "attach", "4194303"],
      ["gdb", "attach", "everyone"],
      ["gdb", "core", "/does/not/exist"],
    ];
    for (const call of calls) {
      const { status, stdout, stderr } = await maptrap(call);
      expect([call, stdout]).toEqual([call, ""]);
      expect(status).toBeGreaterThan(0);
      expect(stderr).toMatch(/^maptrap: .+\n(?:maptrap: .+\n)?$/);
    }
  });
});
