/**
 * Files as people have them: made by the real commands from examples/article, and stops from examples/worker-pool, which dies more
 * often; each at most once. The examples are copied first, so that what is shown does not depend on where the project lies.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { command, type CommandResult, maptrap } from "../../support/maptrap-command.js";
import { probedBuild } from "../../support/probed-build.js";
import { programFolder } from "../../support/programs.js";
import { examplesDirectory } from "../../support/examples.js";
import { type GoVersion, goCommand, toolchain } from "../../support/toolchains.js";

/** The examples that are used. */
type Example = "article" | "worker-pool";

/**
 * Copies an example's module. The goroutines of the article run a thousand times as long: with its thousand steps one of them is often
 * over before the other has begun, so that on a busy machine not one run in a hundred dies, and with a million nine of ten do.
 */
export async function copyExample(example: Example, folder: string): Promise<void> {
  await copyAsItIs(example, folder);
  if (example === "article") {
    const file = path.join(folder, "main.go");
    const source = await readFile(file, "utf8");
    if (source.split("i < 1000;").length !== 3) {
      throw new Error("examples/article does not go through two loops of 1000 steps any more");
    }
    await writeFile(file, source.replaceAll("i < 1000;", "i < 1000000;"));
  }
}

async function copyAsItIs(example: Example, folder: string): Promise<void> {
  await cp(path.join(examplesDirectory, example), folder, { recursive: true });
}

/** What a run of a program under the recorder left. */
export interface RecordedFiles {
  /** The event file. */
  readonly file: string;
  /** What the program printed when it died. */
  readonly crashText: string;
}

/** Real files of every kind, in one folder. */
export class RealFiles {
  private readonly made = new Map<string, Promise<unknown>>();

  /** @param folder where they are put; it is made */
  constructor(readonly folder: string) {}

  /** An example's module, as a person has it. */
  readonly source = (example: Example = "article"): Promise<string> =>
    this.once(example, async (folder) => {
      await mkdir(this.folder, { recursive: true });
      await copyExample(example, folder);
    });

  /** An example as the go command builds it. */
  readonly program = (version: GoVersion, example: Example = "article"): Promise<string> =>
    this.once(`${example}-${version}`, async (file) => {
      const cwd = await this.source(example);
      must(await command(goCommand(version), ["build", "-o", file, "."], { cwd }), 0);
    });

  /** `maptrap run --json`: a conflict that is both trapped and unordered. */
  readonly trapCase = (): Promise<string> =>
    this.once("trap-case.json", async (file) => {
      const cwd = await this.source();
      const result = await maptrap(["run", "--go", toolchain("1.27"), "--json", "."], { cwd });
      must(result, 66);
      await writeFile(file, result.stdout);
    });

  /** The example under the recorder, until Go's own check ends it, with a garbage collector that has much to do. */
  readonly recorded = (version: GoVersion): Promise<RecordedFiles> =>
    this.remember(`recorded ${version}`, async () => {
      const program = path.join(await this.source(), `recorded-${version}`);
      await probedBuild({ version, args: ["."], cwd: await this.source() }, program);
      for (let tries = 0; tries < 1000; tries += 1) {
        const events = path.join(this.folder, `events-${version}`);
        await rm(events, { recursive: true, force: true });
        await mkdir(events);
        const environment = { MAPTRAP: "record", MAPTRAP_DIR: events, GOGC: "1" };
        const run = await command(program, [], { environment });
        const [name] = (await readdir(events)).filter((one) => one.endsWith(".maptrap"));
        if (run.status !== 0 && name !== undefined && run.stderr.includes("fatal error: concurrent map")) {
          const file = path.join(this.folder, `article-${version}.maptrap`);
          await rename(path.join(events, name), file);
          return { file, crashText: run.stderr };
        }
      }
      throw new Error(`examples/article did not die in 1000 runs with Go ${version}`);
    });

  /** `maptrap gdb run`: a stop at Go's own check. */
  readonly stop = (version: GoVersion): Promise<string> =>
    this.once(`stop-${version}.json`, async (file) => {
      const program = await this.program(version, "worker-pool");
      const cwd = await this.source("worker-pool");
      const stopped = ["gdb", "run", "--until-caught", "--times", "1000", "--case", file, program];
      must(await maptrap(stopped, { cwd }), 66);
    });

  /** The article's program with its thousand steps. */
  private readonly shortProgram = (version: GoVersion): Promise<string> =>
    this.once(`short/article-${version}`, async (file) => {
      const cwd = path.join(path.dirname(file), `source-${version}`);
      await mkdir(path.dirname(file), { recursive: true });
      await copyAsItIs("article", cwd);
      must(await command(goCommand(version), ["build", "-o", file, "."], { cwd }), 0);
    });

  /**
   * `maptrap gdb trace`: a map from its first write on, in a program whose reader is over while the writer is stopped time and again. With
   * more steps the two meet in some runs, and the program dies.
   */
  readonly trace = (version: GoVersion): Promise<string> =>
    this.once(`trace-${version}.json`, async (file) => {
      const program = await this.shortProgram(version);
      must(
        await maptrap(["gdb", "trace", "--map", "main.go:14", "--events", "300", "--out", file, program]),
        0,
      );
    });

  /** `maptrap map` of a process that stands still: a map that grows (classic), or one of several tables (swiss). */
  readonly map = (version: GoVersion, elements?: number): Promise<string> =>
    this.once(`map-${version}${elements === undefined ? "" : `-${elements}`}.json`, async (file) => {
      const program = path.join(await this.source(), `standing-${version}`);
      const source = path.join(programFolder("standing"), "main.go");
      must(await command(goCommand(version), ["build", "-o", program, source]), 0);
      const child = spawn(program, elements === undefined ? [] : [String(elements)], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      try {
        await firstLine(child);
        const shown = await maptrap(["map", "main.stock", "--pid", String(child.pid), "--json"]);
        must(shown, 0);
        await writeFile(file, shown.stdout);
      } finally {
        child.stdin.end();
      }
    });

  /** `maptrap asm` of two map functions. */
  readonly asm = (version: GoVersion): Promise<string> =>
    this.once(`asm-${version}.json`, async (file) => {
      const program = await this.program(version);
      const shown = await maptrap(["asm", program, "mapassign_fast64", "mapaccess1_fast64", "--json"]);
      must(shown, 0);
      await writeFile(file, shown.stdout);
    });

  /** `maptrap model explore`. */
  readonly exploration = (): Promise<string> =>
    this.once("explore.json", async (file) => {
      const explored = await maptrap(["model", "explore", "article", "--map", "classic", "--json"]);
      must(explored, 66);
      await writeFile(file, explored.stdout);
    });

  /** `maptrap model run`. */
  readonly modelRun = (): Promise<string> =>
    this.once("model-run.json", async (file) => {
      const run = await maptrap(["model", "run", "article", "--seed", "3", "--json"]);
      await writeFile(file, run.stdout);
    });

  private once(name: string, make: (file: string) => Promise<void>): Promise<string> {
    return this.remember(name, async () => {
      const file = path.join(this.folder, name);
      await make(file);
      return file;
    });
  }

  private async remember<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.made.get(name) ?? make();
    this.made.set(name, known);
    return (await known) as T;
  }
}

function must({ status, stderr }: CommandResult, expected: number): void {
  if (status !== expected) {
    throw new Error(`ended with ${String(status)}, not ${String(expected)}: ${stderr}`);
  }
}

function firstLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", () => {
      resolve();
    });
    child.once("error", reject);
    child.once("exit", () => {
      reject(new Error("the program ended before it stood still"));
    });
  });
}
