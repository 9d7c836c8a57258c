/**
 * A program under GDB: start it or attach to it, stop and go on, breakpoints, threads with their registers.
 *
 * While the program stands still, its memory is best read through `/proc/PID/mem` (src/evidence/process); {@link GdbSession.readMemory}
 * is for where that is not possible.
 *
 * What GDB would change about how the program runs is turned off: addresses are random as they are without GDB, signals reach the
 * program without a stop, its streams are the user's own. Processes that it starts run on their own; when it becomes another program
 * (exec), there is a stop, since breakpoints at addresses mean nothing there.
 */
import { performance } from "node:perf_hooks";
import { CancelledError, systemErrorCode } from "../../base/errors.js";
import type { Thread } from "../../golang/runtime/goroutine.js";
import { Connection, type RequestOptions } from "./connection.js";
import {
  GdbEndedError,
  GdbRefusedError,
  GdbTimeoutError,
  GdbTooOldError,
  ProgramStartError,
  TracingDeniedError,
  usualGdb,
} from "./errors.js";
import { absoluteProgram, execWrapper, gdbEnvironment, type ProgramStart } from "./launch.js";
import { tracingDenied } from "./permission.js";
import { itemsOf, type MiRecord, type MiTuple, numberOf, textOf, valueOf } from "./record.js";
import { hasEnded } from "./program-end.js";
import { readRegisterNumbers, readRegisters, type RegisterNumbers } from "./registers.js";
import { readStop, type StopEvent } from "./stop.js";
import { StopQueue } from "./stop-queue.js";
import type { ProgramStream } from "./transport.js";

/** The oldest major version of GDB that works. */
export const oldestGdb = 10;

/** How a session is set up. */
export interface SessionOptions {
  /** GDB's command; `gdb` when not given. */
  readonly gdb?: string | undefined;
  /** Where every line to GDB and from it is written. */
  readonly logFile?: string | undefined;
  readonly workingDirectory: string;
  /** The user's environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** Lets a thread stand while others run. */
  readonly nonStop?: boolean | undefined;
  /** Reads the executable's symbols and DWARF, too; they are not needed for addresses, and a large program takes seconds. */
  readonly symbols?: boolean | undefined;
  /** Ends the session when it aborts: every call that waits then throws a CancelledError. */
  readonly signal?: AbortSignal | undefined;
}

/** A program to start. */
export interface StartOptions extends SessionOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Standard input, output and error of the program; our own when not given. */
  readonly streams?: readonly [ProgramStream, ProgramStream, ProgramStream] | undefined;
}

/** How a breakpoint is set. */
export interface BreakpointOptions {
  /** By a debug register: nothing in the code is changed. There are 4, shared with watchpoints. */
  readonly hardware?: boolean | undefined;
  readonly temporary?: boolean | undefined;
  /** An expression of C with registers (`$rbx`) and numbers. */
  readonly condition?: string | undefined;
  /** GDB's number of the only thread that it is for. */
  readonly thread?: number | undefined;
}

/** One thread as GDB lists it. */
export interface ListedThread {
  /** GDB's own number. */
  readonly number: number;
  /** The kernel's id. */
  readonly id: number;
  readonly running: boolean;
}

/** The signals at which GDB stops whatever it is told of the others; the program is to get them as it would without GDB. */
const deliverable: ReadonlySet<string> = new Set(["SIGINT", "SIGTRAP"]);

const settings: readonly (readonly string[])[] = [
  ["confirm", "off"],
  ["pagination", "off"],
  ["width", "0"],
  ["height", "0"],
  ["language", "c"],
  ["print", "thread-events", "off"],
  ["startup-with-shell", "on"],
  ["disable-randomization", "off"],
  ["follow-fork-mode", "parent"],
  ["detach-on-fork", "on"],
  ["follow-exec-mode", "same"],
  ["can-use-hw-watchpoints", "1"],
  ["mi-async", "on"],
];

/** How often it is looked whether the program is still there while nothing comes, in milliseconds. */
const lookEvery = 2000;

/** A session with one GDB and one program. */
export class GdbSession {
  /** The program's process id. */
  processId = 0;
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #attached: boolean;
  readonly #stops = new StopQueue();
  readonly #kernelIds = new Map<number, number>();
  #registers: RegisterNumbers | undefined;
  /** How many stops were asked for that have not come: each comes as a signal of which the program must not hear. */
  #askedFor = 0;
  /** Whether all threads but one are held while it goes on. */
  #alone = false;
  #exited = false;
  #closed = false;
  /** The signal by which the program was last stopped, which it must get when it goes on. */
  #undelivered: string | undefined;

  private constructor(connection: Connection, options: SessionOptions, attached: boolean) {
    this.#connection = connection;
    this.#options = options;
    this.#attached = attached;
    connection.listen((record) => this.#take(record));
    void this.#failStops();
  }

  /**
   * Starts a program, and stops it at its first instruction: before the loader, so nothing of Go has run yet.
   *
   * @throws ProgramStartError, TracingDeniedError, GdbMissingError, GdbTooOldError
   */
  static async start(options: StartOptions): Promise<GdbSession> {
    const program: ProgramStart = {
      program: options.program,
      args: options.args,
      environment: options.environment,
    };
    const session = await GdbSession.#open(options, {
      executable: absoluteProgram(options.program, options.workingDirectory),
      environment: gdbEnvironment(options.environment, program),
      streams: options.streams ?? [0, 1, 2],
      attached: false,
    });
    await session.#orClose(() => session.#startProgram(options.program));
    return session;
  }

  /**
   * Attaches to a process. It stands still afterwards.
   *
   * @throws TracingDeniedError; GdbRefusedError when there is no such process
   */
  static async attach(processId: number, options: SessionOptions): Promise<GdbSession> {
    const session = await GdbSession.#open(options, {
      executable: `/proc/${processId}/exe`,
      environment: gdbEnvironment(options.environment, undefined),
      streams: ["ignore", "ignore", "ignore"],
      attached: true,
    });
    await session.#orClose(() => session.#attach(processId));
    return session;
  }

  static async #open(
    options: SessionOptions,
    how: {
      readonly executable: string;
      readonly environment: NodeJS.ProcessEnv;
      readonly streams: readonly [ProgramStream, ProgramStream, ProgramStream];
      readonly attached: boolean;
    },
  ): Promise<GdbSession> {
    if (options.signal?.aborted === true) {
      throw new CancelledError();
    }
    const files =
      options.symbols === true
        ? [`--exec=${how.executable}`, `--symbols=${how.executable}`]
        : [`--exec=${how.executable}`];
    const connection = await Connection.start({
      command: options.gdb ?? usualGdb,
      args: ["-nx", "-q", "--interpreter=mi3", ...earlySettings(), ...files],
      environment: how.environment,
      workingDirectory: options.workingDirectory,
      programStreams: how.streams,
      logFile: options.logFile,
    });
    const session = new GdbSession(connection, options, how.attached);
    await session.#orClose(() => session.#setUp());
    return session;
  }

  /** Whether the program was attached to, not started. */
  get attached(): boolean {
    return this.#attached;
  }

  /** Whether the program has ended. */
  get exited(): boolean {
    return this.#exited;
  }

  /** For requests that this class has no word for, and for what listens to records. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Lets a thread go on in non-stop mode; all of them when none is named, and always without non-stop mode. */
  async continue(thread?: number): Promise<void> {
    if (this.#alone) {
      await this.#request("gdb-set", ["scheduler-locking", "off"]);
      this.#alone = false;
    }
    await this.#resume(thread);
  }

  /** Lets one thread go on while all others stand. Not in non-stop mode, where {@link continue} does that. */
  async continueAlone(thread: number): Promise<void> {
    await this.#request("thread-select", [String(thread)]);
    if (!this.#alone) {
      await this.#request("gdb-set", ["scheduler-locking", "on"]);
      this.#alone = true;
    }
    await this.#resume(thread);
  }

  /**
   * Brings all threads to a stand in non-stop mode. The stops by which they do are no events, and neither are those that were still
   * waiting to be taken.
   */
  async standStill(): Promise<void> {
    await this.#standStill();
    this.#stops.clear();
  }

  /** Asks the program, or one of its threads in non-stop mode, to stand still; the stop comes as an event. */
  async interrupt(thread?: number): Promise<void> {
    if (this.#options.nonStop !== true) {
      this.#askedFor++;
    }
    await this.#request("exec-interrupt", this.#whose(thread));
  }

  /**
   * The next stop or the end, in the order in which they came; undefined when none comes in that time. An end of which GDB does not tell,
   * as when the program ends while one of its threads is stepped, has neither status nor signal (measured: GDB 13, three traces of 24 on
   * one processor).
   */
  async nextStop(timeoutMilliseconds?: number): Promise<StopEvent | undefined> {
    const until = performance.now() + (timeoutMilliseconds ?? Infinity);
    for (let looksGone = 0; ;) {
      const left = Math.max(0, until - performance.now());
      const event = await this.#stops.next(Math.min(left, lookEvery), this.#options.signal);
      if (event !== undefined || left <= lookEvery) {
        return event;
      }
      // Twice: what GDB says of the end may be on its way.
      looksGone = this.processId > 0 && hasEnded(this.processId) ? looksGone + 1 : 0;
      if (looksGone > 1) {
        this.#exited = true;
        return { kind: "exited", status: undefined, signal: undefined };
      }
    }
  }

  /**
   * Sets a breakpoint at an address of the running program.
   *
   * @returns its number
   */
  async breakAt(address: number, options: BreakpointOptions = {}): Promise<number> {
    const parameters = [
      ...(options.temporary === true ? ["-t"] : []),
      ...(options.hardware === true ? ["-h"] : []),
      ...(options.condition === undefined ? [] : ["-c", options.condition]),
      ...(options.thread === undefined ? [] : ["-p", String(options.thread)]),
      `*0x${address.toString(16)}`,
    ];
    const results = await this.#request("break-insert", parameters);
    return this.#number("break-insert", numberOf(valueOf(results, "bkpt"), "number"));
  }

  /**
   * Watches memory for stores that change it, with a debug register.
   *
   * @param length 1, 2, 4 or 8 bytes
   * @returns its number, as of a breakpoint
   */
  async watch(address: number, length: 1 | 2 | 4 | 8): Promise<number> {
    const type = { 1: "char", 2: "short", 4: "int", 8: "long" }[length];
    const results = await this.#request("break-watch", [`*(unsigned ${type} *)0x${address.toString(16)}`]);
    return this.#number("break-watch", numberOf(valueOf(results, "wpt"), "number"));
  }

  async deleteBreakpoint(number: number): Promise<void> {
    await this.#request("break-delete", [String(number)]);
  }

  /** Deletes all of them. */
  async deleteBreakpoints(): Promise<void> {
    await this.#request("break-delete", []);
  }

  /** Turns breakpoints on or off. */
  async enableBreakpoints(numbers: readonly number[], enabled: boolean): Promise<void> {
    if (numbers.length > 0) {
      await this.#request(enabled ? "break-enable" : "break-disable", numbers.map(String));
    }
  }

  /** All threads, as GDB lists them. */
  async listThreads(): Promise<readonly ListedThread[]> {
    const results = await this.#request("thread-info", [], 120_000);
    return itemsOf(valueOf(results, "threads")).flatMap((thread) => {
      const number = numberOf(thread, "id");
      const id = kernelId(textOf(thread, "target-id") ?? "");
      if (number === undefined || id === undefined) {
        return [];
      }
      this.#kernelIds.set(number, id);
      return [{ number, id, running: textOf(thread, "state") === "running" }];
    });
  }

  /** The kernel's id of a thread that GDB gives a number to. */
  async kernelIdOf(thread: number): Promise<number | undefined> {
    if (!this.#kernelIds.has(thread)) {
      await this.listThreads();
    }
    return this.#kernelIds.get(thread);
  }

  /** All threads that stand still, with their registers. One that has ended meanwhile is left out. */
  async threads(): Promise<readonly Thread[]> {
    const listed = (await this.listThreads()).filter(({ running }) => !running);
    const found = await Promise.all(listed.map(async ({ number }) => this.threadOf(number)));
    return found.filter((thread) => thread !== undefined);
  }

  /** One thread with its registers, by GDB's number; undefined when it runs or has ended. */
  async threadOf(number: number): Promise<Thread | undefined> {
    const numbers = await this.#registerNumbers();
    const id = await this.kernelIdOf(number);
    if (id === undefined) {
      return undefined;
    }
    try {
      const results = await this.#request("data-list-register-values", [
        "--thread",
        String(number),
        "--frame",
        "0",
        "x",
        ...numbers.parameters,
      ]);
      const registers = readRegisters(results, numbers);
      return registers === undefined ? undefined : { id, registers };
    } catch (error) {
      if (error instanceof GdbRefusedError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Reads memory through GDB; undefined when not all of it can be read. */
  async readMemory(address: number, length: number): Promise<Uint8Array | undefined> {
    try {
      const results = await this.#request("data-read-memory-bytes", [
        `0x${address.toString(16)}`,
        String(length),
      ]);
      const [part] = itemsOf(valueOf(results, "memory"));
      const contents = textOf(part, "contents") ?? "";
      return numberOf(part, "begin") === address && contents.length === 2 * length
        ? Uint8Array.from(Buffer.from(contents, "hex"))
        : undefined;
    } catch (error) {
      if (error instanceof GdbRefusedError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Lets the program run on by itself, without breakpoints, and ends GDB. */
  async detach(): Promise<void> {
    await this.#orClose(async () => {
      if (!this.#exited) {
        await this.#standStill();
        await this.#request("target-detach", []);
        this.#exited = true;
      }
    });
    await this.close();
  }

  /** Ends the program and all that it has started in its process group, and GDB. */
  async kill(): Promise<void> {
    if (!this.#attached) {
      this.#killGroup();
    }
    await this.close();
  }

  /**
   * Ends the session: a program that was started is ended, one that was attached to runs on. Never throws; may be called at any time and
   * more than once.
   */
  async close(): Promise<void> {
    if (this.#closed) {
      await this.#connection.ended;
      return;
    }
    this.#closed = true;
    if (this.#attached && !this.#exited) {
      try {
        await this.#standStill();
        await this.#connection.request("target-detach", [], { timeoutMilliseconds: 5000 });
      } catch {
        // Ending GDB lets go of the process, too.
      }
    }
    if (!this.#attached && !this.#exited) {
      this.#killGroup();
    }
    await this.#connection.close();
  }

  async #resume(thread: number | undefined): Promise<void> {
    const signal = this.#undelivered;
    this.#undelivered = undefined;
    if (signal === undefined) {
      await this.#request("exec-continue", this.#whose(thread));
    } else {
      await this.#command(`signal ${signal}`);
    }
  }

  #whose(thread: number | undefined): readonly string[] {
    if (this.#options.nonStop !== true) {
      return [];
    }
    return thread === undefined ? ["--all"] : ["--thread", String(thread)];
  }

  /** In GDB's queue or in ours, a stop may wait already: that is as good as one that was asked for. */
  async #standStill(): Promise<void> {
    const running = (await this.#listQuietly()).some((thread) => thread.running);
    if (!running) {
      return;
    }
    await this.#connection.request("exec-interrupt", this.#options.nonStop === true ? ["--all"] : [], {
      timeoutMilliseconds: 5000,
    });
    await this.#allStand();
  }

  /** Waits until no thread runs any more, and forgets that each of them has stopped. */
  async #allStand(): Promise<void> {
    const limit = Date.now() + 5000;
    while (Date.now() < limit && (await this.#listQuietly()).some((thread) => thread.running)) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    // Each thread has its own.
    this.#stops.clear();
  }

  async #listQuietly(): Promise<readonly ListedThread[]> {
    const results = await this.#connection.request("thread-info", [], { timeoutMilliseconds: 10_000 });
    return itemsOf(valueOf(results, "threads")).flatMap((thread) => {
      const number = numberOf(thread, "id");
      return number === undefined ? [] : [{ number, id: 0, running: textOf(thread, "state") === "running" }];
    });
  }

  /** The group is the program's own: GDB makes one for each program that it starts. */
  #killGroup(): void {
    if (this.processId <= 1 || this.#exited) {
      return;
    }
    for (const target of [-this.processId, this.processId]) {
      try {
        process.kill(target, "SIGKILL");
      } catch (error) {
        if (systemErrorCode(error) !== "ESRCH") {
          throw error;
        }
      }
    }
  }

  async #setUp(): Promise<void> {
    const version = await this.#version();
    const major = Number(/ (\d+)\.\d+/.exec(version)?.[1] ?? Number.NaN);
    if (major < oldestGdb) {
      throw new GdbTooOldError(version, oldestGdb);
    }
    await Promise.all(settings.map(async (setting) => this.#request("gdb-set", setting)));
    await this.#request("gdb-set", ["non-stop", this.#options.nonStop === true ? "on" : "off"]);
    await this.#command("handle all nostop noprint pass");
    await this.#command("handle SIGURG nostop noprint pass");
  }

  async #version(): Promise<string> {
    let version = "";
    const stop = this.#connection.listen((record) => {
      if (record.kind === "stream" && record.stream === "console" && version === "") {
        version = record.text.trim();
      }
    });
    await this.#request("gdb-version", []);
    stop();
    return version;
  }

  async #startProgram(program: string): Promise<void> {
    const said = this.#collect();
    try {
      await this.#command(`set exec-wrapper ${execWrapper}`);
      await this.#command("starti");
    } catch (error) {
      throw startError(program, said.end() + this.#connection.said, error);
    }
    const event = await this.#firstStop("starting the program");
    const words = said.end();
    if (event.kind === "exited" || this.processId === 0) {
      throw startError(program, words + this.#connection.said, undefined);
    }
    this.#undelivered = undefined;
    await this.#command("catch exec");
  }

  async #attach(processId: number): Promise<void> {
    const said = this.#collect();
    try {
      await this.#request("target-attach", [String(processId)]);
      this.processId = processId;
      await this.#firstStop("attaching");
      if (this.#options.nonStop === true) {
        await this.#allStand();
      }
      await this.#command("catch exec");
    } catch (error) {
      const words = `${error instanceof GdbRefusedError ? error.said : ""}\n${said.end()}\n${this.#connection.said}`;
      throw tracingDenied(`attach to process ${processId}`, words) ?? error;
    }
    said.end();
    this.#undelivered = undefined;
  }

  async #firstStop(waitedFor: string): Promise<StopEvent> {
    const limit = 30_000;
    const event = await this.nextStop(limit);
    if (event === undefined) {
      throw new GdbTimeoutError(waitedFor, limit);
    }
    return event;
  }

  /** What GDB says on its console and in its log, from now on. */
  #collect(): { end(): string } {
    let text = "";
    const stop = this.#connection.listen((record) => {
      if (record.kind === "stream" && record.stream !== "target" && text.length < 10_000) {
        text += record.text;
      }
    });
    return {
      end: () => {
        stop();
        return text;
      },
    };
  }

  async #registerNumbers(): Promise<RegisterNumbers> {
    this.#registers ??= readRegisterNumbers(await this.#request("data-list-register-names", []));
    return this.#registers;
  }

  #number(operation: string, number: number | undefined): number {
    if (number === undefined) {
      throw new GdbRefusedError(`-${operation}`, "its answer has no number");
    }
    return number;
  }

  async #request(operation: string, parameters: readonly string[], limit?: number): Promise<MiTuple> {
    return this.#connection.request(operation, parameters, this.#requestOptions(limit));
  }

  async #command(text: string): Promise<MiTuple> {
    return this.#connection.command(text, this.#requestOptions(undefined));
  }

  #requestOptions(timeoutMilliseconds: number | undefined): RequestOptions {
    return { timeoutMilliseconds, signal: this.#options.signal };
  }

  /** Leaves no process behind when a step fails. */
  async #orClose(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  #take(record: MiRecord): void {
    if (record.kind === "notify" && record.class === "thread-group-started") {
      this.processId = numberOf(record.results, "pid") ?? this.processId;
    }
    if (record.kind !== "exec" || record.class !== "stopped") {
      return;
    }
    const event = readStop(record.results, this.#askedFor > 0);
    if (event.kind === "exited") {
      this.#exited = true;
    } else if (event.why === "interrupted") {
      this.#askedFor = Math.max(0, this.#askedFor - 1);
    } else if (event.why === "signal") {
      this.#undelivered = deliverable.has(event.signal ?? "") ? event.signal : undefined;
    }
    this.#stops.push(event);
  }

  async #failStops(): Promise<void> {
    const { how, lastWords } = await this.#connection.ended;
    this.#stops.fail(new GdbEndedError(how, lastWords));
  }
}

/** What must hold before the executable's file is opened. */
function earlySettings(): string[] {
  return ["set auto-load off", "set index-cache enabled off", "set debuginfod enabled off"].flatMap(
    (setting) => ["-iex", setting],
  );
}

/** `LWP 12`, `Thread 0x7f… (LWP 12)`, `process 12`. */
function kernelId(target: string): number | undefined {
  const digits = /(?:LWP|process) (\d{1,10})\)?/.exec(target)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function startError(program: string, said: string, cause: unknown): Error {
  if (cause instanceof CancelledError || cause instanceof GdbEndedError || cause instanceof GdbTimeoutError) {
    return cause;
  }
  const denied = tracingDenied("start the program", said);
  if (denied instanceof TracingDeniedError) {
    return denied;
  }
  const words = cause instanceof GdbRefusedError ? cause.said : said.trim();
  const status = /exited with code (\d+)/.exec(said)?.[1];
  if (status === "126" || status === "127") {
    return new ProgramStartError(program, "it is no program that this system can run");
  }
  return new ProgramStartError(program, words === "" ? "GDB gave no reason" : words);
}
