/** Options that the commands under `maptrap gdb` share. */
import { existsSync } from "node:fs";
import path from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { UsageError } from "../base/errors.js";

/** A positive whole number. */
export function parseTimes(text: string): number {
  const times = Number(text);
  if (!/^\d{1,6}$/.test(text) || times < 1) {
    throw new InvalidArgumentError("Write a number of times, 1 or more.");
  }
  return times;
}

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
