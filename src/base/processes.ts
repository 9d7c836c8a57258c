/**
 * Running other programs.
 *
 * No shell is involved: the command and each argument reach the program as they are.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { CancelledError, MaptrapError, systemErrorCode } from "./errors.js";

/** Where one output stream of a child goes: kept and returned, or straight to our own stream. */
export type OutputMode = "capture" | "inherit";

/** How a child process is run. Everything is optional. */
export interface ProcessOptions {
  /** The working directory; our own when not given. */
  readonly cwd?: string | undefined;
  /** The whole environment; our own when not given. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** What the child reads: this text, our own standard input, or nothing (the default). */
  readonly stdin?: { readonly text: string } | "inherit" | undefined;
  /** Standard output; "capture" when not given. */
  readonly stdout?: OutputMode | undefined;
  /** Standard error; "capture" when not given. */
  readonly stderr?: OutputMode | undefined;
  /** Called with each piece of captured standard output as it comes. */
  readonly onStdout?: ((piece: Uint8Array) => void) | undefined;
  /** Called with each piece of captured standard error as it comes. */
  readonly onStderr?: ((piece: Uint8Array) => void) | undefined;
  /** How many bytes of each captured stream are kept (the first ones); 16 MiB when not given. The rest is read and dropped. */
  readonly maxOutputBytes?: number | undefined;
  /**
   * Gives the child a process group of its own, and ends the whole group when the work is cancelled. For commands that
   * start further processes and do not end them themselves. Such a child cannot read from the terminal, and Ctrl-C
   * reaches it through `signal` only.
   */
  readonly ownGroup?: boolean | undefined;
  /** Ends the child when it aborts: SIGINT first, SIGKILL after `graceMilliseconds`. */
  readonly signal?: AbortSignal | undefined;
  /** How long a cancelled child may take to end by itself; 2000 when not given. */
  readonly graceMilliseconds?: number | undefined;
}

/** How a child process ended. */
export interface ProcessResult {
  /** The exit status; null when a signal ended it. */
  readonly status: number | null;
  /** The signal that ended it; null when it exited. */
  readonly signal: NodeJS.Signals | null;
  /** Captured standard output as UTF-8 text. */
  readonly stdout: string;
  /** Captured standard error as UTF-8 text. */
  readonly stderr: string;
  /** Whether a captured stream was longer than what was kept. */
  readonly truncated: boolean;
  /** Whether the child was told to end because the work was cancelled. */
  readonly cancelled: boolean;
}

/** A program could not be started at all. */
export class ProcessStartError extends MaptrapError {
  /** What was to be run. */
  readonly command: string;
  /** The system's code: "ENOENT", "EACCES" …; undefined when there is none. */
  readonly code: string | undefined;

  constructor(command: string, cause: unknown) {
    const code = systemErrorCode(cause);
    const reason =
      code === "ENOENT" ? "it, or the working directory, does not exist" : (code ?? String(cause));
    super(`${command} could not be started: ${reason}`, { cause });
    this.command = command;
    this.code = code;
  }
}

/** Once a child has ended, how long a captured stream that something else still holds open may stay silent. */
const silenceMilliseconds = 2000;

/** Keeps the first bytes of a stream. */
class Capture {
  truncated = false;
  readonly #pieces: Uint8Array[] = [];
  #room: number;

  constructor(
    limit: number,
    readonly onPiece: ((piece: Uint8Array) => void) | undefined,
  ) {
    this.#room = limit;
  }

  add(piece: Uint8Array): void {
    this.onPiece?.(piece);
    if (piece.byteLength > this.#room) {
      this.truncated = true;
    }
    if (this.#room > 0) {
      const kept = piece.subarray(0, this.#room);
      this.#pieces.push(kept);
      this.#room -= kept.byteLength;
    }
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString("utf8");
  }
}

/**
 * Sends a signal to a child, or to its whole group. A child that has ended in the meantime is no error.
 *
 * @param group whether the child leads a process group of its own, which is to get the signal
 */
export function sendSignal(child: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  if (child.pid === undefined) {
    return;
  }
  if (!group || process.platform === "win32") {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (systemErrorCode(error) !== "ESRCH") {
      throw error;
    }
  }
}

/**
 * Ends the child when the signal aborts.
 *
 * @returns a function to call when the child has ended; it says whether the child was told to end
 */
function endOnAbort(child: ChildProcess, options: ProcessOptions): () => boolean {
  const group = options.ownGroup === true;
  let killTimer: NodeJS.Timeout | undefined;
  let cancelled = false;
  const onAbort = (): void => {
    cancelled = true;
    sendSignal(child, "SIGINT", group);
    killTimer = setTimeout(() => sendSignal(child, "SIGKILL", group), options.graceMilliseconds ?? 2000);
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });
  return () => {
    options.signal?.removeEventListener("abort", onAbort);
    clearTimeout(killTimer);
    if (cancelled && group) {
      sendSignal(child, "SIGKILL", true);
    }
    return cancelled;
  };
}

/**
 * To be called when a child has exited. Lets go of its output streams where they stay open all the same: a process that it started may hold
 * them for ever. What is already in the pipe is still read, and then the child emits `close`.
 *
 * @param silence how long such a stream may stay silent, milliseconds
 */
export function releaseAfterExit(child: ChildProcess, silence = silenceMilliseconds): void {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  let heard = 0;
  const wait = (before: number): void => {
    const timer = setTimeout(() => {
      // One turn of the loop more: pieces that were waiting while this process was busy arrive first.
      setImmediate(() => {
        if (heard > before) {
          wait(heard);
        } else {
          streams.forEach((stream) => stream.destroy());
        }
      });
    }, silence);
    child.once("close", () => clearTimeout(timer));
  };
  for (const stream of streams) {
    stream.on("data", () => (heard += 1));
  }
  wait(heard);
}

/** Starts the child with its streams set up. */
function start(command: string, args: readonly string[], options: ProcessOptions): ChildProcess {
  const input = options.stdin === undefined ? "ignore" : options.stdin === "inherit" ? "inherit" : "pipe";
  const output = (mode: OutputMode | undefined) => (mode === "inherit" ? "inherit" : "pipe");
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: options.env,
    stdio: [input, output(options.stdout), output(options.stderr)],
    detached: options.ownGroup === true && process.platform !== "win32",
    windowsHide: true,
  });
  if (child.stdin !== null && options.stdin !== undefined && options.stdin !== "inherit") {
    // A child that ends without reading all of its input is no error of ours.
    child.stdin.on("error", () => child.stdin?.destroy());
    child.stdin.end(options.stdin.text);
  }
  return child;
}

/**
 * Runs a program to its end.
 *
 * A status other than zero is a result, not an error. A cancelled child that was running also gives a result (with
 * `cancelled`), so that what it said and did can still be reported.
 *
 * @throws ProcessStartError when the program could not be started
 * @throws CancelledError when `signal` had aborted before the start
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  if (options.signal?.aborted === true) {
    throw new CancelledError(`${command} was not started: the work was cancelled`);
  }
  const limit = options.maxOutputBytes ?? 16 * 1024 * 1024;
  const stdout = new Capture(limit, options.onStdout);
  const stderr = new Capture(limit, options.onStderr);
  const child = start(command, args, options);
  child.stdout?.on("data", (piece: Uint8Array) => stdout.add(piece));
  child.stderr?.on("data", (piece: Uint8Array) => stderr.add(piece));
  const ended = endOnAbort(child, options);
  child.once("exit", () => releaseAfterExit(child));
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      // Also raised when a signal could not be sent; the child then still ends by itself.
      if (child.pid === undefined) {
        ended();
        reject(new ProcessStartError(command, cause));
      }
    });
    child.once("close", (status, signal) => {
      const cancelled = ended();
      const truncated = stdout.truncated || stderr.truncated;
      resolve({ status, signal, stdout: stdout.text(), stderr: stderr.text(), truncated, cancelled });
    });
  });
}
