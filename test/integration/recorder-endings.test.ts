/**
 * The recorder and the end of programs: whichever way it comes, what was recorded is in the file, and the program ends with the
 * same status and output as without the probe.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EventFile, ringOperations } from "../../src/evidence/ring/format.js";
import { type EventColumns, eventKinds, type RingState } from "../../src/evidence/ring/recording.js";
import { type Ending, endOf } from "../support/endings.js";
import { command, folderWith, removeFolder } from "../support/maptrap-command.js";
import { eventFiles, probedBuild } from "../support/probed-build.js";
import { programFolder } from "../support/programs.js";
import { goCommand, goEnvironment, type GoVersion, repeats, TESTED } from "../support/toolchains.js";

const full = repeats > 1 || process.env["MAPTRAP_TEST_VERSIONS"] === "all";
const versions: readonly GoVersion[] = full ? TESTED : ["1.23", "1.27"];

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

/** How the process stands in the header at the end of an ending, and its status. */
const orderly: Readonly<Record<string, number>> = { return: 0, exit: 7 };
const endings =
  "return exit syscall-exit panic log-fatal goexit deadlock nil bad-pointer segv abort term kill overflow".split(
    " ",
  );

const writeOperation = 1 + ringOperations.indexOf("assign");

/** Events of writes, of the map with the most of them. */
function turnsIn({ recording }: EventFile<EventColumns>): number {
  const counts = new Map<number, number>();
  const events = recording?.events;
  for (let row = 0; row < (events?.length ?? 0); row++) {
    const write = ((events?.a[row] ?? 0) & 0xff) === writeOperation;
    if (events?.kind[row] === eventKinds.access && write) {
      const map = events.map[row] ?? 0;
      counts.set(map, (counts.get(map) ?? 0) + 1);
    }
  }
  return Math.max(0, ...counts.values());
}

/** A sum over the rings; NaN where there are none. */
function ofRings({ recording }: EventFile<EventColumns>, count: (ring: RingState) => number): number {
  return recording?.rings.reduce((sum, ring) => sum + count(ring), 0) ?? NaN;
}

/** Events that are not in the file though there is room for them: none ever should be missing. */
function lost(file: EventFile<EventColumns>): number {
  return ofRings(file, ({ damaged, overLimit }) => damaged + overLimit) + file.unreadable.length;
}

/** Events in whose place later ones are. */
function overwritten(file: EventFile<EventColumns>): number {
  return ofRings(file, (ring) => ring.overwritten);
}

/** Events that are not in the file. */
function missing(file: EventFile<EventColumns>): number {
  return lost(file) + overwritten(file);
}

/** What must be the same with and without the probe; goroutines' traces have addresses in them. */
function visible({ status, signal, stdout, stderr }: Ending): unknown {
  const [first = ""] = stderr.replaceAll(/^\d{4}\/\S+ \S+ /gm, "").split("\n");
  return { status, signal, stdout, first };
}

async function newFolder(): Promise<string> {
  return mkdtemp(path.join(work, "events-"));
}

async function only(folder: string): Promise<EventFile<EventColumns>> {
  const files = await eventFiles(folder);
  expect(files).toHaveLength(1);
  return files[0] as EventFile<EventColumns>;
}

describe.each(versions)("Go %s", (version) => {
  let plain: string;
  let probed: string;
  beforeAll(async () => {
    plain = path.join(work, `plain-${version}`);
    probed = path.join(work, `probed-${version}`);
    const cwd = programFolder("endings");
    expect((await command(goCommand(version), ["build", "-o", plain, "."], { cwd })).stderr).toBe("");
    await probedBuild({ version, args: ["."], cwd }, probed);
  });

  const record = (
    args: readonly string[],
    environment: Record<string, string>,
    before = ":",
  ): Promise<Ending> =>
    endOf(probed, args, { cwd: work, before, environment: { MAPTRAP: "record", ...environment } });

  it.each(endings)("%s: ends as it does without the probe, and every turn is in the file", async (ending) => {
    const folder = await newFolder();
    const args = [ending, "500"];
    const ended = await record(args, { MAPTRAP_DIR: folder, MAPTRAP_LIMIT: "0" });
    expect(visible(ended)).toEqual(visible(await endOf(plain, args, { cwd: work })));
    expect(ended.stderr).not.toContain("maptrap:");
    const file = await only(folder);
    expect([turnsIn(file), missing(file)]).toEqual([499, 0]); // the first one is the event that says "shared"
    const status = orderly[ending] ?? (ending === "log-fatal" ? 1 : null);
    const state = status === null ? "running" : "exited";
    expect([file.header.state, file.header.exitStatus]).toEqual(
      ending === "syscall-exit" ? [file.header.state, file.header.exitStatus] : [state, status],
    );
  });

  it("out of memory: ends as Go's programs do then", async () => {
    const folder = await newFolder();
    const environment = { MAPTRAP_DIR: folder, MAPTRAP_LIMIT: "0" };
    const ended = await record(["memory", "500"], environment, "ulimit -v 1500000");
    expect([ended.status, ended.stdout]).toEqual([2, "turns 500\n"]);
    expect(ended.stderr).toContain("out of memory");
    expect(turnsIn(await only(folder))).toBe(499);
  });

  it("killed at any moment: nothing that was recorded before is lost", async () => {
    for (let time = 0; time < 3 * repeats; time++) {
      const folder = await newFolder();
      const count = path.join(folder, "count");
      const environment = {
        MAPTRAP: "record",
        MAPTRAP_DIR: folder,
        MAPTRAP_LIMIT: "0",
        MAPTRAP_SIZE: "100000000",
      };
      const child = start(probed, ["return", "0", count], environment);
      while ((await counted(count)) < 1000) {
        await pause(5);
      }
      await pause(20 + 60 * Math.random());
      child.kill("SIGKILL");
      await child.ended;
      const done = await counted(count);
      const file = await only(folder);
      expect(lost(file)).toBe(0);
      // Where a slow test kills a quick program late, its rings have gone round.
      expect([done - 1, done, done + 1]).toContain(turnsIn(file) + overwritten(file));
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ["deleted", (file: string) => rm(file)],
    ["given another name", (file: string) => rename(file, `${file}.old`)],
    ["cut to nothing", (file: string) => truncate(file, 0)],
    ["cut to its header", (file: string) => truncate(file, 4096)],
    ["cut in half", (file: string) => truncate(file, 5_000_000)],
    ["filled with ones", (file: string) => writeFile(file, Buffer.alloc(9_000_000, 0xff), { flag: "r+" })],
  ] as const)("the file is %s while the program runs: it goes on", async (_, hurt) => {
    const folder = await newFolder();
    const child = start(probed, ["wait", "500"], { MAPTRAP: "record", MAPTRAP_DIR: folder });
    await child.says("turns 500");
    await hurt(path.join(folder, (await readdir(folder))[0] ?? ""));
    child.stdin.end("again\nagain\n");
    expect(await child.ended).toEqual({ status: 0, signal: null });
    expect(child.output()).toBe("turns 500\nturns 1000\nturns 1000\n");
  });

  it("children, and a process that becomes another program: each has its own file", async () => {
    const folder = await newFolder();
    const children = await record(["children", "300"], { MAPTRAP_DIR: folder, MAPTRAP_LIMIT: "0" });
    expect(children.stdout).toBe(`turns 300\n${"turns 200\nexit status 7\n".repeat(3)}`);
    const counts = (await eventFiles(folder)).map(turnsIn);
    expect(counts.toSorted((a, b) => b - a)).toEqual([299, 199, 199, 199]);
    const other = await newFolder();
    const become = await record(["exec", "300"], { MAPTRAP_DIR: other, MAPTRAP_LIMIT: "0" });
    expect([become.status, become.stdout]).toEqual([7, "turns 300\nturns 500\n"]);
    expect((await eventFiles(other)).map(turnsIn)).toEqual([299, 499]);
  });

  it("two processes with one MAPTRAP_FILE: each has its own file, and the second says so", async () => {
    const folder = await newFolder();
    const environment = { MAPTRAP_FILE: path.join(folder, "one.maptrap"), MAPTRAP_LIMIT: "0" };
    const first = await record(["exit", "300"], environment);
    const second = await record(["exit", "400"], environment);
    expect([first.status, first.stderr, second.status]).toEqual([7, "", 7]);
    expect(second.stderr).toMatch(
      /^maptrap: the file in MAPTRAP_FILE is there already; recording into \S+\n$/,
    );
    const counts = (await eventFiles(folder)).map(turnsIn);
    expect(counts.toSorted((a, b) => a - b)).toEqual([299, 399]);
  });

  it.each([
    ["is missing", "MAPTRAP_DIR", "no/such"],
    ["is a file", "MAPTRAP_DIR", "file"],
    ["takes no files", "MAPTRAP_DIR", "/proc"],
    ["has a long name", "MAPTRAP_DIR", "x".repeat(300)],
    ["has a very long name", "MAPTRAP_DIR", "/x".repeat(5000)],
    ["is a dangling link", "MAPTRAP_FILE", "dangling"],
    ["is a device", "MAPTRAP_FILE", "/dev/null"],
  ])("a place that %s: one line says so, and the program runs", async (_, name, place) => {
    const folder = await folderWith({ file: "" });
    await symlink(path.join(folder, "nothing"), path.join(folder, "dangling"));
    const { status, stdout, stderr } = await record(["exit", "300"], { [name]: path.resolve(folder, place) });
    expect([status, stdout]).toEqual([7, "turns 300\n"]);
    expect(stderr).toMatch(/^maptrap: .*findings are printed only.*\n$/);
    await removeFolder(folder);
  });

  it("a file that would be larger than files may be: one line says so, and the program runs", async () => {
    const folder = await newFolder();
    const { status, stdout, stderr } = await record(
      ["exit", "300"],
      { MAPTRAP_DIR: folder },
      "ulimit -f 1000",
    );
    expect([status, stdout]).toEqual([7, "turns 300\n"]);
    expect(stderr).toMatch(/^maptrap: the event file is larger than a file may be here .*\n$/);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [{ MAPTRAP_SIZE: "0" }, ""],
    [{ MAPTRAP_SIZE: "1" }, ""],
    [{ MAPTRAP_SIZE: "8M" }, "not a number"],
    [{ MAPTRAP_SIZE: "-1" }, "not a number"],
    [{ MAPTRAP_SIZE: "9".repeat(30) }, "not a number"],
    [{ MAPTRAP_LIMIT: "1" }, ""],
    [{ MAPTRAP_LIMIT: "x" }, "not a number"],
    [{ MAPTRAP: "Record" }, "not a mode"],
  ])("settings %o", async (settings, word) => {
    const folder = await newFolder();
    const { status, stdout, stderr } = await record(["exit", "300"], { MAPTRAP_DIR: folder, ...settings });
    expect([status, stdout]).toEqual([7, "turns 300\n"]);
    expect(stderr).toMatch(word === "" ? /^$/ : new RegExp(`^maptrap: .*${word}.*\n$`));
    const files = await eventFiles(folder);
    expect(files).toHaveLength("MAPTRAP" in settings ? 0 : 1);
    expect(files.flatMap(({ unreadable }) => unreadable)).toEqual([]);
  });
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** What the program has counted in a file so far. */
async function counted(file: string): Promise<number> {
  const bytes = existsSync(file) ? await readFile(file) : Buffer.alloc(0);
  return bytes.length < 8 ? 0 : Number(bytes.readBigInt64LE());
}

/** A program that runs. */
interface Running {
  readonly stdin: Writable;
  readonly kill: ChildProcess["kill"];
  readonly output: () => string;
  readonly says: (text: string) => Promise<void>;
  readonly ended: Promise<{ status: number | null; signal: string | null }>;
}

function start(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Running {
  const child = spawn(file, args, { cwd: work, env: goEnvironment(environment) });
  let output = "";
  child.stdout.on("data", (piece: Buffer) => (output += piece.toString()));
  child.stderr.resume();
  return {
    stdin: child.stdin,
    kill: (signal) => child.kill(signal),
    output: () => output,
    says: async (text) => {
      while (!output.includes(text)) {
        await pause(5);
      }
    },
    ended: new Promise((resolve) => {
      child.once("close", (status, signal) => resolve({ status, signal }));
    }),
  };
}
