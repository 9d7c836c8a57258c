/** Builds with the probe by the go command itself, as a person does with `maptrap overlay`. */
import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { EventFile } from "../../src/evidence/ring/format.js";
import type { EventColumns } from "../../src/evidence/ring/recording.js";
import { readEventFile } from "../../src/evidence/ring/read.js";
import { command, type CommandResult, maptrap } from "./maptrap-command.js";
import { goCommand, type GoVersion } from "./toolchains.js";

const overlays = new Map<string, Promise<string>>();

/**
 * What `maptrap overlay --goflags` says for a version.
 *
 * @param order whether the probe is to see what orders goroutines, too
 */
export function probeFlags(version: GoVersion, order = false): Promise<string> {
  const key = `${version} ${String(order)}`;
  const known = overlays.get(key) ?? askForFlags(version, order);
  overlays.set(key, known);
  return known;
}

async function askForFlags(version: GoVersion, order: boolean): Promise<string> {
  const kind = order ? ["--order"] : [];
  const result = await maptrap(["overlay", ...kind, "--goflags", "--go", goCommand(version)]);
  if (result.status !== 0) {
    throw new Error(`maptrap overlay, Go ${version}: ${result.stderr}`);
  }
  return result.stdout.trim();
}

/** How a go command is called. */
export interface GoCall {
  readonly version: GoVersion;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether the probe is to see what orders goroutines, too. */
  readonly order?: boolean;
}

/** Runs a go command with the probe laid over. */
export async function probedGo({ version, args, cwd, environment, order }: GoCall): Promise<CommandResult> {
  const GOFLAGS = await probeFlags(version, order);
  return command(goCommand(version), args, { cwd, environment: { GOFLAGS, ...environment } });
}

/**
 * Builds a program with the probe.
 *
 * @throws Error with what go said when it fails
 */
export async function probedBuild(call: GoCall, file: string): Promise<void> {
  const result = await probedGo({ ...call, args: ["build", "-o", file, ...call.args] });
  if (result.status !== 0) {
    throw new Error(`go build ${call.args.join(" ")}, Go ${call.version}: ${result.stderr}`);
  }
}

/** A run of a program with the trap on. */
export interface TrappedRun extends CommandResult {
  /** Where its event files are. */
  readonly folder: string;
  readonly files: readonly EventFile<EventColumns>[];
}

/**
 * Runs a program that was built with the probe, with the trap on and a new folder for its event files.
 *
 * @param below the folder in which that one is made
 */
export async function runTrapped(
  file: string,
  below: string,
  options: {
    readonly args?: readonly string[];
    readonly cwd?: string;
    readonly environment?: Readonly<Record<string, string | undefined>>;
  } = {},
): Promise<TrappedRun> {
  await mkdir(below, { recursive: true });
  const folder = await mkdtemp(path.join(below, "events-"));
  const environment = { MAPTRAP: "trap", MAPTRAP_DIR: folder, ...options.environment };
  const cwd = options.cwd ?? below;
  const result = await command(file, options.args ?? [], { cwd, environment });
  return { ...result, folder, files: await eventFiles(folder) };
}

/** All event files in a folder, in the order of their names. */
export async function eventFiles(folder: string): Promise<EventFile<EventColumns>[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".maptrap")).toSorted();
  return Promise.all(names.map(async (name) => readEventFile(await readFile(path.join(folder, name)), name)));
}
