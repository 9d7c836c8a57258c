/** Runs of programs by other means than `command`: with the signal that ended them, under a shell's limits. */
import { spawn } from "node:child_process";
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

/**
 * Runs a program to its end, four minutes at the most. Nothing else stands still meanwhile: vitest takes a worker that does not
 * answer for a minute for lost.
 */
export function endOf(file: string, args: readonly string[], options: EndingOptions): Promise<Ending> {
  const script = `ulimit -c 0; ${options.before ?? ":"}; exec "$0" "$@"`;
  const child = spawn("/bin/sh", ["-c", script, file, ...args], {
    cwd: options.cwd,
    env: goEnvironment(options.environment),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 240_000,
    killSignal: "SIGQUIT",
  });
  const pieces = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on("data", (piece: Buffer) => pieces.stdout.push(piece));
  child.stderr.on("data", (piece: Buffer) => pieces.stderr.push(piece));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => {
      const [stdout, stderr] = [pieces.stdout, pieces.stderr].map((all) => Buffer.concat(all).toString());
      resolve({ status, signal, stdout: stdout ?? "", stderr: stderr ?? "" });
    });
  });
}
