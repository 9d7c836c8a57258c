/** What a program costs: it is run by a small program of ours (probe/measure) that asks the system once it has ended. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CancelledError, MaptrapError } from "../base/errors.js";
import { runProcess } from "../base/processes.js";
import type { Nanoseconds } from "../evidence/ring/format.js";
import type { Toolchain } from "../golang/toolchain.js";

/** What one or more processes cost. */
export interface Cost {
  /** By the clock, summed over the processes. */
  readonly wall: Nanoseconds;
  /** Time of processors, with that of children that were waited for. */
  readonly cpu: Nanoseconds;
  /** The most memory that one of them had, in bytes. */
  readonly memory: number;
  /** How many processes were run; one for each package with go test. */
  readonly processes: number;
}

/** Nothing was run. */
export const noCost: Cost = { wall: 0, cpu: 0, memory: 0, processes: 0 };

/** Both together. */
export function addCosts(one: Cost, other: Cost): Cost {
  return {
    wall: one.wall + other.wall,
    cpu: one.cpu + other.cpu,
    memory: Math.max(one.memory, other.memory),
    processes: one.processes + other.processes,
  };
}

const source = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../probe/measure/measure.go");

/** How the go command is called for our own program: nothing of the user's flags counts. */
export interface MeasureBuild {
  readonly toolchain: Pick<Toolchain, "goCommand">;
  /** Private folder: the program and temporary files go there. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Go could not build a program with the race detector. */
export class NoRaceDetectorError extends MaptrapError {
  constructor(
    /** What the go command said. */
    readonly output: string,
  ) {
    const [first = ""] = output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
    super(`Go cannot build with its race detector here: ${first.trim()}`, {
      wayOut:
        "it needs a C compiler and cgo: install one (Debian: apt-get install gcc libc6-dev), unset CGO_ENABLED and CC or set them right; --only order goes without",
    });
  }
}

/** Builds the program that measures; with the race detector only to see whether that is possible. */
export async function buildMeasure(build: MeasureBuild, race: boolean): Promise<string> {
  const output = path.join(build.folder, race ? "measure-race" : "measure");
  const environment = { ...build.environment, GOFLAGS: "", GO111MODULE: "off", GOTMPDIR: build.folder };
  const args = ["build", ...(race ? ["-race"] : []), "-o", output, source];
  const result = await runProcess(build.toolchain.goCommand, args, {
    cwd: build.folder,
    env: environment,
    ownGroup: true,
    signal: build.signal,
  });
  if (result.cancelled) {
    throw new CancelledError("interrupted while building");
  }
  if (result.status !== 0) {
    const said = result.stderr + result.stdout;
    throw race ? new NoRaceDetectorError(said) : new MaptrapError(`Go cannot build a small program: ${said}`);
  }
  return output;
}

/** Makes the folder for one run's costs. The words that a program is run with: measure, this folder, the program. */
export async function costFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** What all processes of a run cost. */
export async function readCosts(folder: string): Promise<Cost> {
  let sum = noCost;
  for (const name of await readdir(folder)) {
    const words = (await readFile(path.join(folder, name), "utf8")).trim().split(" ").map(Number);
    const [wall = 0, cpu = 0, memory = 0] = words;
    // A process that was killed while it wrote leaves less.
    if (words.length === 4 && words.every((word) => Number.isSafeInteger(word))) {
      sum = addCosts(sum, { wall, cpu, memory, processes: 1 });
    }
  }
  return sum;
}
