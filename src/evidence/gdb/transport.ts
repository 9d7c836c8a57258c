/**
 * GDB as a process: bytes to it, bytes from it.
 *
 * It runs in a session of its own, so that Ctrl-C in the terminal reaches us alone, and we decide what becomes of it. Three further
 * descriptors (3, 4, 5) are handed to it for the program that it starts: standard input, output and error of our own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { systemErrorCode } from "../../base/errors.js";
import { releaseAfterExit, sendSignal } from "../../base/processes.js";
import { GdbMissingError } from "./errors.js";

/** A stream of a program: a descriptor of ours, or nothing (`/dev/null`). */
export type ProgramStream = number | "ignore";

/** How GDB is run. */
export interface TransportOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Standard input, output and error of the program, as GDB's descriptors 3, 4 and 5. */
  readonly programStreams: readonly [ProgramStream, ProgramStream, ProgramStream];
}

/** How a process ended. */
export interface TransportEnd {
  /** `exit status 0`, `signal SIGKILL`. */
  readonly how: string;
  /** The last of what it wrote to standard error. */
  readonly lastWords: string;
}

/** How much of standard error is kept. */
const lastWordsLength = 2000;

/** A running GDB. */
export class Transport {
  /** Settles when the process has ended and all that it wrote was handed over. */
  readonly ended: Promise<TransportEnd>;
  /** The process's id. */
  readonly processId: number;
  readonly #child: ChildProcess;
  #lastWords = "";

  private constructor(child: ChildProcess, processId: number, onBytes: (piece: Uint8Array) => void) {
    this.#child = child;
    this.processId = processId;
    child.stdout?.on("data", onBytes);
    child.stderr?.on("data", (piece: Buffer) => {
      this.#lastWords = (this.#lastWords + piece.toString("latin1")).slice(-lastWordsLength);
    });
    // A GDB that has ended does not read what is still being written; that it has ended is said by `ended`.
    child.stdin?.on("error", () => child.stdin?.destroy());
    this.ended = new Promise((resolve) => {
      child.once("close", (status, signal) => {
        const how = signal === null ? `exit status ${status ?? "unknown"}` : `signal ${signal}`;
        resolve({ how, lastWords: Buffer.from(this.#lastWords, "latin1").toString("utf8").trim() });
      });
    });
    // A process that GDB has left behind may hold its output open.
    child.once("exit", () => releaseAfterExit(child, 500));
  }

  /**
   * Starts GDB.
   *
   * @param onBytes called with what it writes to standard output, piece by piece
   * @throws GdbMissingError when it cannot be started
   */
  static async start(options: TransportOptions, onBytes: (piece: Uint8Array) => void): Promise<Transport> {
    // Node gives /dev/null for the first three descriptors only; further ones that are ignored would be closed.
    const nothing = options.programStreams.includes("ignore") ? openSync("/dev/null", "r+") : undefined;
    const streams = options.programStreams.map((stream) => (stream === "ignore" ? nothing : stream));
    const child = spawn(options.command, [...options.args], {
      cwd: options.workingDirectory,
      env: options.environment,
      stdio: ["pipe", "pipe", "pipe", ...streams],
      detached: true,
    });
    if (nothing !== undefined) {
      closeSync(nothing);
    }
    return new Promise((resolve, reject) => {
      child.once("error", (cause) => {
        const reason = systemErrorCode(cause) === "ENOENT" ? "does not exist" : cause.message;
        reject(new GdbMissingError(options.command, reason, cause));
      });
      child.once("spawn", () => {
        resolve(new Transport(child, child.pid ?? 0, onBytes));
      });
    });
  }

  write(text: string): void {
    if (this.#child.stdin?.writable === true) {
      this.#child.stdin.write(text);
    }
  }

  /** Tells GDB to interrupt what it does, as Ctrl-C does. */
  interrupt(): void {
    sendSignal(this.#child, "SIGINT", false);
  }

  /** No more requests follow: GDB ends by itself, and ends the program that it started, or lets go of the one that it attached to. */
  end(): void {
    this.#child.stdin?.end();
  }

  /** Ends GDB at once. The kernel then ends the program that it started, and lets go of one that it attached to. */
  kill(): void {
    sendSignal(this.#child, "SIGKILL", true);
  }
}
