/** Builds the program in test/fixtures/programs/stopped, and starts it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, vi } from "vitest";
import { programFolder } from "../programs.js";
import { goCommand, goEnvironment, type GoVersion } from "../toolchains.js";

/** How a program is built. */
export interface Form {
  readonly name: string;
  readonly flags: readonly string[];
  /** Whether it has C code in it. */
  readonly withC?: boolean;
}

/** Without anything special. */
export const plain: Form = { name: "plain", flags: [] };

/** Forms that need no other build of the standard library than the plain one, then the others. */
export const forms: readonly Form[] = [
  plain,
  { name: "-s -w", flags: ["-ldflags=-s -w"] },
  { name: "pie -s -w", flags: ["-buildmode=pie", "-ldflags=-s -w"] },
  { name: "unoptimized", flags: ["-gcflags=all=-N -l"] },
  { name: "with C", flags: [], withC: true },
];

/** Builds a form once per folder and gives the file's path. */
export function buildStopped(folder: string, version: GoVersion, form: Form): string {
  const file = path.join(folder, `${version}-${form.name.replaceAll(/[^a-z]/gi, "")}`);
  if (!existsSync(file)) {
    const tags = form.withC === true ? ["-tags=withc"] : [];
    const env = goEnvironment({ CGO_ENABLED: form.withC === true ? "1" : "0" });
    const args = ["build", "-o", file, ...tags, ...form.flags, "."];
    execFileSync(goCommand(version), args, { cwd: programFolder("stopped"), env });
  }
  return file;
}

/** A running program of ours. */
export interface Running {
  readonly pid: number;
  /** What it has printed until it said that it was ready. */
  readonly text: string;
  end(): void;
}

/** Starts it and waits until it stands as it will stand; then stops it as a whole (SIGSTOP). */
export async function startStopped(file: string, args: readonly string[]): Promise<Running> {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  const end = (): void => {
    child.kill("SIGKILL");
  };
  let text = "";
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        if (/^ready$/m.test(text)) {
          resolve();
        }
      });
      child.once("exit", (status) => {
        reject(new Error(`${file} ended with status ${status} before it was ready`));
      });
    });
  } catch (error) {
    end();
    throw error;
  }
  const { pid = 0 } = child;
  process.kill(pid, "SIGSTOP");
  // Each thread stops when it gets the signal, which a busy machine may let it wait for.
  await vi.waitFor(
    () => {
      expect(new Set(threadStates(pid))).toEqual(new Set(["T"]));
    },
    { timeout: 60_000, interval: 5 },
  );
  return { pid, text, end };
}

/** The states of a process's threads, as `ps` shows them: `T` is stopped. */
function threadStates(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  });
}
