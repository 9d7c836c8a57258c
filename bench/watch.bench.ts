/**
 * What watching costs: the program that is watched, as processor time for each change of a map, watched against not watched in
 * turns; and `maptrap watch` itself, as a share of one processor, with a program that records as much as its limit lets it and
 * with one that does nothing.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { openToolchain } from "../src/golang/toolchain.js";
import { makeOverlay } from "../src/probe/overlay/make.js";
import { goCommand, goEnvironment, repositoryRoot } from "../test/support/toolchains.js";

const rounds = 5;
const seconds = 3;
/** For how long an idle program is watched. */
const idleSeconds = 20;
/** A watching that has just begun still loads and compiles itself. */
const warmUpSeconds = 5;
const program = path.join(repositoryRoot, "bench/programs/watched");
const maptrap = path.join(repositoryRoot, "dist/cli/main.js");
const summarySchema = z.object({ type: z.literal("summary"), events: z.number(), lost: z.number() });

/** What the program does: how many pairs of goroutines, and how much besides changing the map. */
const loads = [
  { name: "nothing but changes", pairs: "2", work: "0" },
  { name: "changes and work", pairs: "2", work: "2000" },
] as const;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function build(folder: string): Promise<string> {
  const environment = goEnvironment();
  const toolchain = await openToolchain({ go: goCommand("1.27"), directory: program, environment });
  const { overlayFile } = await makeOverlay(toolchain);
  const file = path.join(folder, "watched");
  const args = ["build", `-overlay=${overlayFile}`, "-o", file, "."];
  execFileSync(goCommand("1.27"), args, { cwd: program, env: environment });
  return file;
}

/** A process that was started, and what it prints. */
class Running {
  output = "";
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;

  constructor(command: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
    const child = spawn(command, [...args], { env: environment, stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.on("data", (piece: Buffer) => (this.output += piece.toString()));
    this.child = child;
    this.ended = once(child, "close");
  }

  /** Processor time so far, in seconds. */
  get used(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Waits until it has printed something. */
  async printed(): Promise<void> {
    while (this.output === "") {
      await sleep(0.02);
    }
  }
}

function sleep(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time * 1000));
}

function start(binary: string, file: string, args: readonly string[]): Running {
  return new Running(binary, args, goEnvironment({ MAPTRAP: "record", MAPTRAP_FILE: file }));
}

function watch(file: string): Running {
  return new Running(process.execPath, [maptrap, "watch", "--json", file], goEnvironment());
}

/** Nanoseconds of processor time for each change of one run; and how many events were read and lost when it was watched. */
async function run(binary: string, file: string, load: (typeof loads)[number], watched: boolean) {
  const watching = watched ? watch(file) : undefined;
  await watching?.printed();
  const running = start(binary, file, [String(seconds), load.pairs, load.work]);
  await running.ended;
  await watching?.ended;
  const [changes = 0, nanoseconds = Number.NaN] = running.output.trim().split(" ").map(Number);
  const last = watching?.output.trimEnd().split("\n").at(-1);
  const summary = last === undefined ? undefined : summarySchema.parse(JSON.parse(last));
  rmSync(file);
  return { perChange: nanoseconds / changes, summary };
}

async function measureProgram(binary: string, folder: string, load: (typeof loads)[number]): Promise<void> {
  const alone: number[] = [];
  const watched: number[] = [];
  let events = 0;
  let lost = 0;
  for (let round = 0; round < rounds; round++) {
    const file = path.join(folder, "watched.maptrap");
    alone.push((await run(binary, file, load, false)).perChange);
    const { perChange, summary } = await run(binary, file, load, true);
    watched.push(perChange);
    events += summary?.events ?? 0;
    lost += summary?.lost ?? 0;
  }
  const ratio = median(watched) / median(alone);
  const rate = Math.round(events / rounds / seconds);
  const share = ((100 * lost) / (events + lost)).toFixed(1);
  console.log(
    `watch, ${load.name}: being watched costs the program ${ratio.toFixed(3)} times; ` +
      `${rate} events a second read, ${share} % overwritten before`,
  );
}

/** The share of one processor that watching takes. */
async function measureWatching(
  binary: string,
  folder: string,
  name: string,
  { pairs, time }: { readonly pairs: string; readonly time: number },
): Promise<void> {
  const file = path.join(folder, `${name}.maptrap`);
  const running = start(binary, file, [String(time + warmUpSeconds + 10), pairs, "0"]);
  const watching = watch(file);
  await watching.printed();
  await sleep(warmUpSeconds);
  const before = { watching: watching.used, program: running.used };
  await sleep(time);
  const used = watching.used - before.watching;
  const programUsed = running.used - before.program;
  running.child.kill("SIGKILL");
  await watching.ended;
  console.log(
    `watch, ${name} program: watching takes ${((100 * used) / time).toFixed(2)} % of a processor, ` +
      `the program ${((100 * programUsed) / time).toFixed(1)} %`,
  );
}

const folder = mkdtempSync(path.join(tmpdir(), "maptrap-bench-"));
try {
  const binary = await build(folder);
  for (const load of loads) {
    await measureProgram(binary, folder, load);
  }
  await measureWatching(binary, folder, "busy", { pairs: "2", time: idleSeconds / 2 });
  await measureWatching(binary, folder, "idle", { pairs: "0", time: idleSeconds });
} finally {
  rmSync(folder, { recursive: true });
}
