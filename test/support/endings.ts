/** Runs of programs by other means than `command`: with the signal that ended them, under a shell's limits. */
import { spawnSync } from "node:child_process";
import { goEnvironment } from "./toolchains.js";

/** How a program ended. */
export interface Ending {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface EndingOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Shell commands that come first, such as `ulimit -c 0`. */
  readonly before?: string;
}

/** Runs a program to its end, two minutes at the most. */
export function endOf(file: string, args: readonly string[], options: EndingOptions): Ending {
  const script = `ulimit -c 0; ${options.before ?? ":"}; exec "$0" "$@"`;
  const { status, signal, stdout, stderr } = spawnSync("/bin/sh", ["-c", script, file, ...args], {
    cwd: options.cwd,
    env: goEnvironment(options.environment),
    encoding: "utf8",
    timeout: 120_000,
    killSignal: "SIGQUIT",
    maxBuffer: 1 << 28,
  });
  return { status, signal, stdout, stderr };
}
