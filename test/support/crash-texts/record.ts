/** Builds an example with the widened window, runs it until it crashes, and keeps what it prints. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProcess } from "../../../src/base/processes.js";
import { type GoBinary, openGoBinary } from "../../../src/evidence/binary/open.js";
import type { Example } from "../examples.js";
import { goEnvironment } from "../toolchains.js";
import { minorOf, recordedToolchain, type RecordedVersion } from "./old-go.js";
import type { Build, Traceback } from "./schema.js";
import { readTold, type Told } from "./truth.js";
import { windowGo } from "./window.js";

/** Under which folder the texts show the examples. */
export const shownFolder = "/home/dev/src";

/** A folder for builds, and programs in it. */
export class Workshop {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "crash-texts-")));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Copies a program, so that its path is one that can be replaced. */
  copy({ name, directory }: { readonly name: string; readonly directory: string }): string {
    const folder = path.join(this.folder, name);
    if (!existsSync(folder)) {
      cpSync(directory, folder, { recursive: true });
    }
    return folder;
  }

  /** In a text, this machine's folders become neutral ones. */
  neutral(text: string): string {
    return text
      .replaceAll(/\/[^\s:]*\/(?:lib|share)\/go-(1\.\d+)\//g, "/usr/lib/go-$1/")
      .replaceAll(this.folder, shownFolder);
  }
}

const buildFlags: Readonly<Record<Build, readonly string[]>> = {
  plain: [],
  unoptimised: ["-gcflags=-N -l"],
  trimpath: ["-trimpath"],
  "go-test": [],
};

/** A program that is ready to run. */
export interface CrashProgram {
  readonly example: Example;
  readonly version: RecordedVersion;
  readonly release: string;
  readonly build: Build;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Its symbols; undefined when it is not kept, or too old for our reader of them. */
  readonly binary: GoBinary | undefined;
  readonly workshop: Workshop;
}

/** The release that a toolchain is of: `go1.27.3`. */
export function goRelease(version: RecordedVersion): string {
  const text = readFileSync(path.join(recordedToolchain(version), "VERSION"), "utf8");
  return text.split("\n", 1)[0] ?? "";
}

/** The environment in which texts are recorded. */
export function recordEnvironment(
  more: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  return goEnvironment({ CGO_ENABLED: "0", GO111MODULE: "on", GOMAXPROCS: "4", ...more });
}

/**
 * Builds a program.
 *
 * @throws Error with what go said when it fails
 */
export async function goBuild(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  const result = await runProcess(command, args, { cwd, env: recordEnvironment(environment) });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(" ")}: ${result.stderr}${result.stdout}`);
  }
}

/**
 * Builds an example with the wide window.
 *
 * @throws Error with what go said when it fails
 */
export async function buildExample(
  workshop: Workshop,
  example: Example,
  version: RecordedVersion,
  build: Build,
): Promise<CrashProgram> {
  const cwd = workshop.copy(example);
  const go = windowGo(version);
  const flags = [...go.flags, ...buildFlags[build]];
  const common = { example, version, release: goRelease(version), build, cwd, workshop };
  if (build === "go-test") {
    const args = ["test", "-count=1", ...flags, "."];
    return { ...common, command: go.command, args, binary: undefined };
  }
  const file = path.join(workshop.folder, "bin", `${example.name}-${version}-${build}`);
  mkdirSync(path.dirname(file), { recursive: true });
  const verb = example.command === "test" ? ["test", "-c"] : ["build"];
  await goBuild(go.command, [...verb, ...flags, "-o", file, "."], cwd);
  return {
    ...common,
    command: file,
    args: [],
    binary: minorOf(version) < 18 ? undefined : openGoBinary(file),
  };
}

/** What a run printed, and what the runtime told apart from that. */
export interface CrashRun {
  readonly text: string;
  readonly told: readonly Told[];
}

/** Runs a program once. `window` is how far the runtime counts. */
export async function runOnce(
  program: CrashProgram,
  traceback: Traceback,
  window: number,
): Promise<CrashRun> {
  const tell = path.join(program.workshop.folder, "told");
  rmSync(tell, { force: true });
  const env = recordEnvironment({
    GOTRACEBACK: traceback === "unset" ? undefined : traceback,
    MAPWINDOW: String(window),
    MAPWINDOW_TELL: program.build === "go-test" ? undefined : tell,
  });
  const signal = AbortSignal.timeout(program.build === "go-test" ? 60_000 : 6000);
  const result = await runProcess(program.command, program.args, { cwd: program.cwd, env, signal });
  const output = program.build === "go-test" ? result.stdout + result.stderr : result.stderr;
  return {
    text: program.workshop.neutral(output),
    told: existsSync(tell) ? readTold(readFileSync(tell, "utf8")) : [],
  };
}
