/**
 * How fast crash texts are read, and in how much memory, as whole processes:
 *
 * - a dump of 200,000 goroutines, against panicparse. The two take turns, so that a slow moment of the machine meets both;
 * - 2 GB of ordinary log lines with 100 crashes in them, made on the fly, against grep; and the memory against that of
 *   reading a tenth of it.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { goCommand, goEnvironment, repositoryRoot } from "../test/support/toolchains.js";

const rounds = 5;
const goroutines = 200_000;
const megabyte = 1_000_000;
const library = path.join(repositoryRoot, "dist/evidence/crashtext/read.js");
/** A program that uses the library. */
const script = `
  import { readCrashText } from ${JSON.stringify(library)};
  const text = await readCrashText(process.stdin);
  const goroutines = text.reports.reduce((sum, report) => sum + (report.goroutines ?? 0), 0);
  console.log(JSON.stringify({ reports: text.reports.length, goroutines, lines: text.lines }));
`;
const reader = [process.execPath, "--input-type=module", "-e", script];
const resultSchema = z.object({ reports: z.number(), goroutines: z.number(), lines: z.number() });

interface Measured {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly output: string;
}

/** Runs a command with a file, or with what `feed` writes, as its input, and looks at its memory until it ends. */
async function measure(
  command: readonly string[],
  input: string | ((write: (bytes: Buffer) => Promise<void>) => Promise<void>),
): Promise<Measured> {
  const [program = "", ...args] = command;
  const began = performance.now();
  const file = typeof input === "string" ? openSync(input, "r") : undefined;
  const child = spawn(program, args, { stdio: [file ?? "pipe", "pipe", "inherit"] });
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 10);
  const output: Buffer[] = [];
  let outputLength = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    outputLength += chunk.length;
    if (outputLength < megabyte) {
      output.push(chunk);
    }
  });
  const ended = once(child, "close");
  if (typeof input !== "string" && child.stdin !== null) {
    const { stdin } = child;
    await input(async (bytes) => {
      if (!stdin.write(bytes)) {
        await once(stdin, "drain");
      }
    });
    stdin.end();
  }
  await ended;
  clearInterval(look);
  if (file !== undefined) {
    closeSync(file);
  }
  const seconds = (performance.now() - began) / 1_000;
  if (child.exitCode !== 0 || peak === 0) {
    throw new Error(`${program}: exit status ${child.exitCode}, peak memory ${peak}`);
  }
  return { seconds, peakMegabytes: peak, output: Buffer.concat(output).toString() };
}

/** The highest memory of a process so far, in megabytes; 0 when it has ended. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024) / megabyte;
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      return 0;
    }
    throw error;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function needPanicparse(): void {
  if (spawnSync("panicparse", ["-h"]).error === undefined) {
    return;
  }
  spawnSync("apt-get", ["install", "-y", "-q", "panicparse"], { stdio: "ignore" });
  if (spawnSync("panicparse", ["-h"]).error !== undefined) {
    throw new Error(
      "panicparse is missing, and apt-get could not install it: it is Debian's package of that name",
    );
  }
}

/** A dump of so many goroutines, in a file. */
function makeDump(folder: string): string {
  const program = path.join(repositoryRoot, "bench/programs/many-goroutines");
  const binary = path.join(folder, "many-goroutines");
  const file = path.join(folder, "dump.txt");
  const env = goEnvironment({});
  execFileSync(goCommand("1.24"), ["build", "-trimpath", "-o", binary, "."], { cwd: program, env });
  const stderr = openSync(file, "w");
  spawnSync(binary, [String(goroutines)], { env, stdio: ["ignore", "ignore", stderr], timeout: 120_000 });
  closeSync(stderr);
  return file;
}

async function readDump(folder: string): Promise<void> {
  const file = makeDump(folder);
  const size = statSync(file).size / megabyte;
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure(reader, file));
    theirs.push(await measure(["panicparse"], file));
  }
  const read = resultSchema.parse(JSON.parse(ours[0]?.output ?? ""));
  if (read.reports !== 1 || read.goroutines < goroutines) {
    throw new Error(`the dump was not read: ${ours[0]?.output}`);
  }
  const speed = (runs: readonly Measured[]) => size / median(runs.map(({ seconds }) => seconds));
  const memory = (runs: readonly Measured[]) => median(runs.map(({ peakMegabytes }) => peakMegabytes));
  console.log(
    `reading a dump of ${goroutines} goroutines (${size.toFixed(0)} MB): ` +
      `${(speed(ours) / speed(theirs)).toFixed(1)} times panicparse's throughput ` +
      `(${speed(ours).toFixed(0)} and ${speed(theirs).toFixed(0)} MB/s), ` +
      `${(memory(ours) / memory(theirs)).toFixed(2)} of its peak memory ` +
      `(${memory(ours).toFixed(0)} and ${memory(theirs).toFixed(0)} MB; medians of ${rounds} runs)`,
  );
}

/** About a megabyte of log lines. */
function logLines(): Buffer {
  const words = "session cache refresh upstream timeout retry shard replica commit order payment".split(" ");
  const word = (n: number) => words[n % words.length] ?? "";
  const lines: string[] = [];
  for (let n = 0, length = 0; length < megabyte; n++) {
    const line = `2026-03-12T10:${String(n % 60).padStart(2, "0")}:11.123456Z INFO ${word(n)} ${word(n * 7)} id=${n * 7919} took ${n % 900}ms caller=server/handler.go:${n % 500} path=/api/v1/${word(n * 3)}/${n}\n`;
    length += line.length;
    lines.push(line);
  }
  return Buffer.from(lines.join(""));
}

const crash = Buffer.from(`fatal error: concurrent map read and map write

goroutine 19 [running]:
main.(*Store).read(0x0?, {0x7ffdd6d94a95?, 0x0?}, 0x0?)
	/home/ada/store/main.go:36 +0x6f
main.main.func3.1()
	/home/ada/store/main.go:109 +0x29
created by main.main.func3
	/home/ada/store/main.go:109 +0x56

goroutine 1 [sleep]:
time.Sleep(0x4a817c800)
	/usr/local/go/src/runtime/time.go:195 +0x135
main.main()
	/home/ada/store/main.go:131 +0x745
exit status 2
`);

/** Writes so many megabytes of log with so many crashes in it. */
function log(megabytes: number, crashes: number): (write: (bytes: Buffer) => Promise<void>) => Promise<void> {
  const lines = logLines();
  return async (write) => {
    for (let n = 0; n < megabytes; n++) {
      await write(lines);
      if (Math.floor(((n + 1) * crashes) / megabytes) > Math.floor((n * crashes) / megabytes)) {
        await write(crash);
      }
    }
  };
}

async function readLog(): Promise<void> {
  const size = 2_000;
  const crashes = 100;
  const small = await measure(reader, log(size / 10, crashes / 10));
  const whole = await measure(reader, log(size, crashes));
  const grep = await measure(["grep", "-c", "fatal error"], log(size, crashes));
  const read = resultSchema.parse(JSON.parse(whole.output));
  if (read.reports !== crashes || Number(grep.output) !== crashes) {
    throw new Error(
      `${crashes} crashes were to be found: ${whole.output.trim()}, grep ${grep.output.trim()}`,
    );
  }
  console.log(
    `reading ${size} MB of log with ${crashes} crashes: ${(size / whole.seconds).toFixed(0)} MB/s, ` +
      `${(grep.seconds / whole.seconds).toFixed(2)} of grep's throughput; peak memory ${whole.peakMegabytes.toFixed(0)} MB, ` +
      `${(whole.peakMegabytes / small.peakMegabytes).toFixed(2)} times that of a tenth of it`,
  );
}

if (!existsSync(library)) {
  throw new Error("dist is missing: npm run build");
}
needPanicparse();
const folder = mkdtempSync(path.join(tmpdir(), "maptrap-bench-"));
try {
  await readDump(folder);
  await readLog();
} finally {
  rmSync(folder, { recursive: true });
}
