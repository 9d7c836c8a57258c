/** The programs of test/fixtures/programs/gdb, built once for each version of Go. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProcess } from "../../src/base/processes.js";
import { programFolder } from "./programs.js";
import { type GoVersion, goCommand, goEnvironment } from "./toolchains.js";

/** A folder for built programs, and how to build into it. */
export interface BuiltPrograms {
  readonly folder: string;
  /** The path of a program's executable. */
  build(
    name: "schedule" | "sparse" | "guest" | "clash",
    version: GoVersion,
    flags?: readonly string[],
  ): Promise<string>;
  remove(): void;
}

/** Makes an empty folder; what is built is kept until it is removed. */
export function builtPrograms(): BuiltPrograms {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "gdb-programs-")));
  const built = new Map<string, Promise<string>>();
  return {
    folder,
    build(name, version, flags = []) {
      const file = path.join(folder, `${name}-${version}${flags.join("").replace(/[^A-Za-z]/g, "")}`);
      const known = built.get(file) ?? buildProgram(name, version, flags, file);
      built.set(file, known);
      return known;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function buildProgram(
  name: string,
  version: GoVersion,
  flags: readonly string[],
  file: string,
): Promise<string> {
  const source = path.join(programFolder("gdb"), name, "main.go");
  const result = await runProcess(goCommand(version), ["build", ...flags, "-o", file, source], {
    env: goEnvironment({ CGO_ENABLED: "0" }),
  });
  if (result.status !== 0) {
    throw new Error(`go ${version} build ${name}: ${result.stderr}`);
  }
  return file;
}

/** Whether a process lives: it is there, and no zombie that only waits to be asked for. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until something holds; false when it does not within the time. */
export async function holdsWithin(milliseconds: number, holds: () => boolean): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > until) {
      return false;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  return true;
}
