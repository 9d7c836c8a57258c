/** A program that lives as long as the measurement does, and works for a moment whenever it is asked to. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { goEnvironment } from "../../test/support/toolchains.js";

/** What one turn cost. */
export interface Turn {
  /** Nanoseconds on the clock, and of CPU time of the whole process. */
  readonly wall: number;
  readonly cpu: number;
  readonly operations: number;
  /** A sum over the results: the same in every build. */
  readonly sum: string;
  /** The largest resident memory in bytes; NaN when the program does not tell it. */
  readonly memory: number;
}

/** Its memory in bytes. */
export interface Memory {
  /** Pages of its own, and pages of files (the event file's too). */
  readonly own: number;
  readonly files: number;
  /** The most that all of it was so far. */
  readonly most: number;
}

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** One running program. */
export class TurnTaker<K extends string = string> {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  readonly #lines: string[] = [];
  #errors = "";
  #ended: Error | undefined;

  constructor(
    readonly kind: K,
    readonly binary: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) {
    const env = goEnvironment(environment);
    this.#child = spawn(binary, args, { stdio: ["pipe", "pipe", "pipe"], env });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    this.#child.stdin.on("error", () => {
      // It has ended; "close" says so.
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) {
        this.#lines.push(line);
      } else {
        waiting.resolve(line);
      }
    });
    this.#child.on("error", (error) => {
      this.#end(error);
    });
    this.#child.on("close", (status) => {
      this.#end(new Error(`${binary} ended with status ${status}: ${this.#errors}`));
    });
  }

  #end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(error);
    }
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) {
      return line;
    }
    if (this.#ended !== undefined) {
      throw this.#ended;
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  /** Gives it a command, and the line with which it answers. */
  async ask(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    return this.line();
  }

  /** Gives it a command that is a turn. */
  async turn(command: string): Promise<Turn> {
    const answer = await this.ask(command);
    const [wall, cpu, operations, sum = "", memory] = answer.split(" ");
    const turn = {
      wall: Number(wall),
      cpu: Number(cpu),
      operations: Number(operations),
      sum,
      memory: Number(memory ?? Number.NaN),
    };
    if (!(turn.wall > 0 && turn.cpu > 0 && turn.operations > 0)) {
      throw new Error(`${this.binary}: ${command}: ${answer}`);
    }
    return turn;
  }

  /** What it has in memory now. */
  memory(): Memory {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
    return { own: bytes("RssAnon"), files: bytes("RssFile") + bytes("RssShmem"), most: bytes("VmHWM") };
  }

  /** Ends it: its input ends, and so does it. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) {
      return;
    }
    const closed = once(this.#child, "close");
    this.#child.stdin.end();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await closed;
    clearTimeout(late);
  }
}
