/**
 * Running the program that is looked at: its own standard streams, its own process group, its own exit status.
 *
 * The program gets a session and process group of its own, so that Ctrl-C reaches it exactly once (passed on by us), and
 * so that whatever it started can be ended with it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { MaptrapError, systemErrorCode } from "../base/errors.js";
import { ProcessStartError, sendSignal } from "../base/processes.js";

/** The person asked to stop. */
export interface Interruption {
  /** Aborts with the name of the signal as its reason: pass it on, wait for a while, then report. */
  readonly stop: AbortSignal;
  /** Aborts when the person asks again: end everything at once. */
  readonly kill: AbortSignal;
}

/** How the program is run. */
export interface TargetOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly directory?: string | undefined;
  /** Our own standard input, nothing, or an open file. */
  readonly stdin: "inherit" | "ignore" | number;
  /** Our own standard output, 2 for our standard error, or an open file. */
  readonly stdout: "inherit" | number;
  /** Our own standard error, or an open file; our own when not given. */
  readonly stderr?: "inherit" | number | undefined;
  readonly interruption: Interruption;
  /** Ends the program after this time. */
  readonly timeoutMilliseconds?: number | undefined;
  /** How long the program may take to end by itself once told to; 5000 when not given. */
  readonly graceMilliseconds?: number | undefined;
}

/** How a run ended. */
export interface TargetOutcome {
  /** The exit status; 128 and the signal's number when a signal ended it. */
  readonly status: number;
  /** Whether it exited by itself, not by a signal. */
  readonly exited: boolean;
  /** Whether the person stopped it. */
  readonly interrupted: boolean;
  /** Whether it took longer than it was given. */
  readonly timedOut: boolean;
}

/**
 * Runs the program to its end. When the person has already stopped, it is not started at all.
 *
 * @throws MaptrapError when it could not be started
 */
export async function runTarget(
  command: string,
  args: readonly string[],
  options: TargetOptions,
): Promise<TargetOutcome> {
  const { stop } = options.interruption;
  if (stop.aborted) {
    // A shell that is only just starting can lose a signal, so a program that need not run must not begin to.
    const status = 128 + constants.signals[signalOf(stop)];
    return { status, exited: false, interrupted: true, timedOut: false };
  }
  const child = spawn(command, [...args], {
    cwd: options.directory,
    env: options.environment,
    stdio: [options.stdin, options.stdout, options.stderr ?? "inherit"],
    detached: process.platform !== "win32",
  });
  const watch = new EndWatch(child, options);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      if (child.pid === undefined) {
        watch.close();
        reject(startError(command, error));
      }
    });
    child.once("exit", (status, signal) => {
      watch.close();
      resolve({
        status: status ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        exited: status !== null,
        interrupted: watch.interrupted,
        timedOut: watch.timedOut,
      });
    });
  });
}

function startError(command: string, error: unknown): MaptrapError {
  const code = systemErrorCode(error);
  if (code === "ENOEXEC" || code === "EACCES") {
    return new MaptrapError(`${command} cannot be run on this machine (${code})`, {
      wayOut: "name a program that was built for this machine, or unset GOOS and GOARCH",
      cause: error,
    });
  }
  return new ProcessStartError(command, error);
}

/** The signal with which the person stopped, as the program is to get it. */
function signalOf(stop: AbortSignal): "SIGTERM" | "SIGINT" {
  return stop.reason === "SIGTERM" ? "SIGTERM" : "SIGINT";
}

/** Ends a child when the person asks for it or when its time is up. */
class EndWatch {
  interrupted = false;
  timedOut = false;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #onStop = (): void => {
    this.interrupted = true;
    this.#end(signalOf(this.options.interruption.stop));
  };
  readonly #onKill = (): void => sendSignal(this.child, "SIGKILL", true);

  constructor(
    private readonly child: ChildProcess,
    private readonly options: TargetOptions,
  ) {
    const { stop, kill } = options.interruption;
    stop.addEventListener("abort", this.#onStop);
    kill.addEventListener("abort", this.#onKill);
    if (options.timeoutMilliseconds !== undefined) {
      this.#later(options.timeoutMilliseconds, () => {
        this.timedOut = true;
        this.#end("SIGTERM");
      });
    }
  }

  /** To be called when the child has ended. What it left running is ended too, if it was told to end. */
  close(): void {
    this.options.interruption.stop.removeEventListener("abort", this.#onStop);
    this.options.interruption.kill.removeEventListener("abort", this.#onKill);
    this.#timers.forEach(clearTimeout);
    if (this.interrupted || this.timedOut) {
      sendSignal(this.child, "SIGKILL", true);
    }
  }

  #end(signal: NodeJS.Signals): void {
    sendSignal(this.child, signal, true);
    this.#later(this.options.graceMilliseconds ?? 5000, () => sendSignal(this.child, "SIGKILL", true));
  }

  #later(milliseconds: number, action: () => void): void {
    // A longer time than a timer can take would fire at once.
    this.#timers.push(setTimeout(action, Math.min(milliseconds, 2 ** 31 - 1)));
  }
}
