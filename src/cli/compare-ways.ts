/** The ways in which `maptrap compare` runs tests or a program, and how one run of each is made. */
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import type { Way } from "../analysis/compare.js";
import { joinFlags, splitFlags, takeFlag } from "../golang/goflags.js";
import type { Toolchain } from "../golang/toolchain.js";
import { buildProgram, type GoCall, overlayFlag } from "../probe/build.js";
import { withoutProbe } from "../probe/campaign.js";
import { costFolder } from "../probe/measure.js";
import { type Interruption, runTarget, type TargetOutcome } from "../probe/target.js";
import { makeKeeper } from "../probe/test-binaries.js";
import type { RunCommand } from "./campaign-work.js";

/** What is run. */
export interface Subject {
  readonly toolchain: Toolchain;
  /** The call for the way that observes order. */
  readonly order: GoCall;
  /** The same without the probe. */
  readonly plain: GoCall;
  /** The program that measures. */
  readonly measure: string;
}

/** The folders of one run. */
export interface RunFolders {
  readonly folder: string;
  /** What its processes cost. */
  readonly costs: string;
  /** Event files of the probe. */
  readonly events: string;
  /** Test binaries. */
  readonly binaries: string;
  /** Reports of the race detector: this with a process id at its end. */
  readonly races: string;
  /** What the processes printed. */
  readonly output: string;
}

/** Makes the folders of a run. */
export async function makeFolders(folder: string, way: Way, run: number): Promise<RunFolders> {
  const own = path.join(folder, `${way}-${run}`);
  const events = path.join(own, "events");
  await mkdir(events, { recursive: true, mode: 0o700 });
  return {
    folder: own,
    events,
    costs: await costFolder(path.join(own, "costs")),
    binaries: path.join(own, "binaries"),
    races: path.join(own, "race"),
    output: path.join(own, "output"),
  };
}

function callOf({ order, plain }: Subject, way: Way): GoCall {
  return way === "order" ? order : plain;
}

/** The call of `go test` for a run. Packages are tested one after another, unless -p says otherwise: so times are comparable. */
export async function testCommandOf(subject: Subject, way: Way, folders: RunFolders): Promise<RunCommand> {
  const { toolchain, measure } = subject;
  const call = callOf(subject, way);
  const { value: usersExec, rest } = takeFlag(call.flags, "exec");
  const inGoflags = takeFlag(splitFlags(toolchain.goflags, toolchain.minor >= 20), "exec").value;
  const words = [measure, folders.costs, ...splitFlags(usersExec ?? inGoflags ?? "", true)];
  const exec = joinFlags(words, true);
  const args = [
    "test",
    ...overlayFlag(call),
    ...(way === "race" ? ["-race"] : []),
    "-count=1",
    ...(takeFlag(rest, "p").value === undefined ? ["-p=1"] : []),
    `-exec=${way === "order" ? await makeKeeper(folders.binaries, exec) : exec}`,
    ...call.packages.patterns,
    ...rest,
  ];
  return { command: toolchain.goCommand, args, directory: call.packages.directory };
}

/** Builds the program for each way, and gives its file. */
export async function buildForWay(subject: Subject, way: Way, folder: string): Promise<string> {
  const call = callOf(subject, way);
  const file = path.join(folder, `program-${way}`);
  await buildProgram(way === "race" ? { ...call, flags: ["-race", ...call.flags] } : call, file);
  return file;
}

/** The call of a program for a run. */
export function programCommandOf(
  { measure }: Subject,
  file: string,
  folders: RunFolders,
  { args, directory }: { readonly args: readonly string[]; readonly directory: string },
): RunCommand {
  return { command: measure, args: [folders.costs, file, ...args], directory };
}

/** The environment of a run. */
export function environmentOf(
  way: Way,
  users: NodeJS.ProcessEnv,
  folders: RunFolders,
  maxSize: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const environment = withoutProbe(users);
  switch (way) {
    case "plain":
      return environment;
    case "order":
      return {
        ...environment,
        MAPTRAP: "order",
        MAPTRAP_DIR: folders.events,
        MAPTRAP_QUIET: "1",
        ...maxSize,
      };
    case "race":
      // The last word counts; blanks cannot stand in a path here.
      return {
        ...environment,
        GORACE: `${environment["GORACE"] ?? ""} log_path=${folders.races}`.trim(),
      };
    default:
      return way satisfies never;
  }
}

/** Makes one run. What its processes print goes to a file. */
export async function runWay(
  { command, args, directory }: RunCommand,
  environment: NodeJS.ProcessEnv,
  output: string,
  options: { readonly interruption: Interruption; readonly timeoutMilliseconds: number | undefined },
): Promise<TargetOutcome> {
  const file = await open(output, "w", 0o600);
  try {
    return await runTarget(command, args, {
      environment,
      directory,
      stdin: "ignore",
      stdout: file.fd,
      stderr: file.fd,
      ...options,
    });
  } finally {
    await file.close();
  }
}
