/** Runs `maptrap` as a person does, on small Go modules made for one test. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { goCommand, goEnvironment, repositoryRoot } from "./toolchains.js";

/** How a command ended, and what it said. */
export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** Called when the process runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** The command, as it was built. */
export const entry = path.join(repositoryRoot, "dist/cli/main.js");

/** Runs maptrap as it was built, with Go 1.27 on PATH unless told otherwise. */
export function maptrap(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  if (!existsSync(entry)) {
    throw new Error("dist/ is missing: run `npm run build`");
  }
  return command(process.execPath, [entry, ...args], options);
}

/** Runs any command, with Go 1.27 on PATH unless told otherwise. */
export function command(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const PATH = `${path.dirname(goCommand("1.27"))}${path.delimiter}${process.env["PATH"] ?? ""}`;
  const child = spawn(file, [...args], {
    cwd: options.cwd,
    env: goEnvironment({ PATH, ...options.environment }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(options.stdin ?? "");
  options.onStart?.(child);
  const pieces = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on("data", (piece: Buffer) => pieces.stdout.push(piece));
  child.stderr.on("data", (piece: Buffer) => pieces.stderr.push(piece));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      resolve({
        status,
        stdout: Buffer.concat(pieces.stdout).toString(),
        stderr: Buffer.concat(pieces.stderr).toString(),
      });
    });
  });
}

/** Makes a folder with files; folders in their names are made too. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "command-test-")));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

/** Removes what {@link folderWith} made. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** The text between the two report lines that name the sides: file and line of side A and B. */
export function sitesOf(report: string): string[] {
  return [...report.matchAll(/^ {2}[AB] {2}.* at (\S+:\d+)/gm)].map((match) => match[1] ?? "");
}
