/** What words of the command line mean for the commands under `maptrap gdb`. */
import { existsSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../base/errors.js";

/** A process id. */
export function parseProcessId(text: string): number {
  const id = Number(text);
  if (!/^\d{1,10}$/.test(text) || id < 1) {
    throw new UsageError(
      `${text} is not the number of a process`,
      "`pgrep -a NAME` shows the processes of a program",
    );
  }
  return id;
}

/** The executable that a word of the command line names: a path, or a program on PATH. */
export function findProgram(
  name: string,
  {
    workingDirectory,
    environment,
  }: { readonly workingDirectory: string; readonly environment: NodeJS.ProcessEnv },
): string {
  if (name.includes("/")) {
    return path.resolve(workingDirectory, name);
  }
  const here = path.resolve(workingDirectory, name);
  if (existsSync(here)) {
    return here;
  }
  const found = (environment["PATH"] ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => path.isAbsolute(file) && existsSync(file));
  return found ?? here;
}
