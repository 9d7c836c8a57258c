/**
 * Traces maps of a program that stands at its start: sets the points, lets it run, and hands over each row in the order in which the
 * program came by.
 *
 * Ways to collect, from the measurements in docs/gdb-trace.md:
 *
 * - `console`: GDB's dprintf. It writes the row by itself and lets the program go on: no answer of ours is waited for;
 * - `python`: the same in GDB's own Python, in batches; the fastest;
 * - `watch`: a debug register on the flags of one map. Nothing else in the program is slowed down; each change stops for us.
 */
import { performance } from "node:perf_hooks";
import { MaptrapError } from "../../../base/errors.js";
import type { Address, Memory } from "../../../golang/memory.js";
import type { ProgramSymbols } from "../../../golang/program-symbols.js";
import type { Thread } from "../../../golang/runtime/goroutine.js";
import { flagLayout } from "../map-code/flag-stores.js";
import { itemsOf, type MiRecord, numberOf, textOf, valueOf } from "../record.js";
import type { GdbSession } from "../session.js";
import type { Stopped } from "../stop.js";
import { type ExpressionContext, mapExpression, rowExpressions, rowFormat } from "./expressions.js";
import { filterExpression, type MapFilter } from "./map-filter.js";
import { collectorCommand, startCommand } from "./plan.js";
import type { TracePoint } from "./points.js";
import { entryReturns, framesFrom } from "./read-point.js";
import { readRow, rowMark, type TraceRow } from "./row.js";

/** How rows are collected. */
export type TraceWay = "console" | "python" | "watch";

/** What is traced, and how long. */
export interface TraceOptions {
  readonly session: GdbSession;
  readonly symbols: ProgramSymbols;
  /** Of the process; read only while it stands still. */
  readonly memory: Memory & { readonly invalidate?: () => void };
  readonly points: readonly TracePoint[];
  readonly context: ExpressionContext;
  readonly filter: MapFilter;
  readonly way: TraceWay;
  /** Entries of the functions by which Go ends a program. */
  readonly fatalEntries: readonly Address[];
  /** How many rows at most. */
  readonly events: number;
  /** Milliseconds at most; undefined for no limit. */
  readonly time: number | undefined;
  /** Called with each row, and when it came, in seconds since the start. Returns whether it counts as an event. */
  readonly onRow: (row: TraceRow, seconds: number) => boolean;
  readonly onFatal: (fatal: FatalStop, seconds: number) => void;
}

/** Go's check, or another fatal error, is about to end the program. */
export interface FatalStop {
  readonly message: string | undefined;
  readonly goroutine: number | undefined;
  readonly returns: readonly number[];
  /** The thread that stands there. The program's memory may be read until `onFatal` returns. */
  readonly thread: Thread;
}

/** How a trace ended. */
export interface TraceEnd {
  readonly why: "exited" | "events" | "time" | "exec" | "interrupted";
  readonly status: number | undefined;
  readonly signal: string | undefined;
  /** Seconds that the program ran under the trace. */
  readonly seconds: number;
  /** Rows that came. */
  readonly rows: number;
  /** Hits of which nothing could be read, and rows that came damaged or not at all. */
  readonly lost: number;
}

/** GDB could not do what the trace needs. */
export class TraceError extends MaptrapError {}

/** Traces until the program ends or a limit is reached. The program stands still or has ended afterwards. */
export async function trace(options: TraceOptions): Promise<TraceEnd> {
  return new Tracing(options).run();
}

class Tracing {
  readonly #options: TraceOptions;
  readonly #fatal = new Set<number>();
  readonly #dprintf = new Set<number>();
  #watch: number | undefined;
  #start = 0;
  /** The start by the machine's monotonic clock, which GDB's Python tells the times of its rows by. Nanoseconds. */
  #startClock = 0;
  #rows = 0;
  #events = 0;
  #lost = 0;
  #damaged = 0;
  #stopAsked = false;
  #refusal: string | undefined;

  constructor(options: TraceOptions) {
    this.#options = options;
  }

  async run(): Promise<TraceEnd> {
    const { session } = this.#options;
    const stopListening = session.connection.listen((record) => this.#take(record));
    try {
      await this.#setPoints();
      this.#start = performance.now();
      this.#startClock = Number(process.hrtime.bigint());
      await session.continue();
      return await this.#loop();
    } finally {
      stopListening();
    }
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  async #setPoints(): Promise<void> {
    const { session, points, filter, context, way, fatalEntries, symbols } = this.#options;
    for (const entry of fatalEntries) {
      this.#fatal.add(await session.breakAt(entry));
    }
    if (way === "python") {
      try {
        await session.connection.command(collectorCommand());
        await session.connection.command(startCommand(points, filter, context, 0));
      } catch (error) {
        throw new TraceError("this GDB has no Python that could collect the events", {
          wayOut: "leave out --fast",
          cause: error,
        });
      }
      return;
    }
    if (way === "watch" && filter.kind === "address") {
      const { offset } = flagLayout(symbols.mapImplementation);
      this.#watch = await session.watch(filter.address + offset, 1);
    }
    for (const [index, point] of points.entries()) {
      if (this.#watch === undefined || point.kind === "entry") {
        await this.#dprintfAt(index, point);
      }
    }
  }

  async #dprintfAt(index: number, point: TracePoint): Promise<void> {
    const { session, filter, context } = this.#options;
    const condition = filterExpression(filter, mapExpression(point));
    const results = await session.connection.request("dprintf-insert", [
      ...(condition === undefined ? [] : ["-c", condition]),
      `*0x${point.address.toString(16)}`,
      rowFormat,
      ...rowExpressions(index, point, context),
    ]);
    const number = numberOf(valueOf(results, "bkpt"), "number");
    if (number !== undefined) {
      this.#dprintf.add(number);
    }
  }

  async #loop(): Promise<TraceEnd> {
    const { session, time } = this.#options;
    for (;;) {
      const left = time === undefined ? undefined : Math.max(1, time - this.#seconds() * 1000);
      const event = await session.nextStop(left);
      if (event?.kind === "exited") {
        return this.#end("exited", event.status, event.signal);
      }
      if (this.#refusal !== undefined) {
        throw new TraceError(`GDB could not read what is traced: ${this.#refusal}`, {
          wayOut: "run it again with --log-mi FILE to see where",
        });
      }
      if (event === undefined) {
        return this.#limitReached("time");
      }
      if (event.why === "exec") {
        return this.#end("exec");
      }
      if (this.#stopAsked) {
        return this.#limitReached("events");
      }
      await this.#stopped(event);
      if (this.#events >= this.#options.events) {
        return this.#limitReached("events");
      }
      await session.continue();
    }
  }

  async #stopped(event: Stopped): Promise<void> {
    this.#options.memory.invalidate?.();
    if (event.breakpoint !== undefined && this.#fatal.has(event.breakpoint)) {
      await this.#fatalStop(event);
    } else if (event.breakpoint !== undefined && event.breakpoint === this.#watch) {
      await this.#watched(event);
    }
  }

  async #fatalStop({ thread }: Stopped): Promise<void> {
    const { session, memory, context, way } = this.#options;
    const seconds = this.#seconds();
    if (way === "python") {
      // What came before it may still wait in a batch.
      await session.connection.command("python maptrap_collector.flush()");
    }
    const found = thread === undefined ? undefined : await session.threadOf(thread);
    if (found === undefined) {
      return;
    }
    const { registers } = found;
    const length = Number(registers.values["rbx"] ?? 0n);
    const text =
      length > 0 && length < 500 ? memory.read(Number(registers.values["rax"] ?? 0n), length) : undefined;
    const goroutine = memory.read(Number(registers.values["r14"] ?? 0n) + context.goroutineId, 8);
    this.#options.onFatal(
      {
        message: text === undefined ? undefined : Buffer.from(text).toString("utf8"),
        goroutine: goroutine === undefined ? undefined : Number(word(goroutine)),
        returns: entryReturns(registers, memory),
        thread: found,
      },
      seconds,
    );
  }

  /** The flags have just been changed. */
  async #watched({ thread, values }: Stopped): Promise<void> {
    const { session, memory, context, filter, symbols } = this.#options;
    const found = thread === undefined ? undefined : await session.threadOf(thread);
    const before = byteOf(values?.before);
    const after = byteOf(values?.after);
    const map = filter.kind === "address" ? filter.address : 0;
    const bytes = memory.read(map, 48);
    if (found === undefined || before === undefined || after === undefined || bytes === undefined) {
      this.#lost++;
      return;
    }
    const { registers } = found;
    const copy = Uint8Array.from(bytes);
    copy[flagLayout(symbols.mapImplementation).offset] = before;
    const view = new DataView(copy.buffer);
    const goroutine = memory.read(Number(registers.values["r14"] ?? 0n) + context.goroutineId, 8);
    const range = symbols.functionAt(registers.rip);
    const delta = symbols.stackDelta(registers.rip) ?? 8;
    const point = this.#options.points.findIndex(
      (each) => each.kind === "store" && each.address < registers.rip && registers.rip - each.address < 16,
    );
    if (range === undefined || point === -1) {
      this.#lost++;
      return;
    }
    this.#row({
      point,
      map,
      value: BigInt(after),
      header: Array.from({ length: 6 }, (_, index) => view.getBigUint64(8 * index, true)),
      goroutine: goroutine === undefined ? 0 : Number(word(goroutine)),
      sp: registers.rsp,
      returns: framesFrom(registers.rsp + delta - 8, registers.rsp, memory, 3),
      table: 0,
      tableWords: [0n, 0n],
      time: undefined,
    });
  }

  #take(record: MiRecord): void {
    if (record.kind !== "stream" || this.#start === 0) {
      return;
    }
    if (record.stream === "log") {
      // An expression that fails ends the running without a stop: nothing more would come. So it is where the program ends while GDB
      // looks at one of its threads; that is no refusal, and told apart by the program's end.
      this.#refusal ??= record.text.trim();
      void this.#interrupt();
      return;
    }
    if (record.stream !== "console" || !record.text.startsWith("maptrap-")) {
      return;
    }
    for (const line of record.text.split("\n")) {
      this.#line(line);
    }
  }

  #line(line: string): void {
    if (line.startsWith("maptrap-collected ")) {
      const [, rows, unread] = line.split(" ").map((digits) => Number.parseInt(digits, 16));
      this.#lost += (unread ?? 0) + Math.max(0, (rows ?? 0) - this.#rows - this.#damaged);
      return;
    }
    if (!line.startsWith(rowMark)) {
      return;
    }
    const row = readRow(line);
    if (row === undefined) {
      this.#damaged++;
    } else {
      this.#row(row);
    }
  }

  #row(row: TraceRow): void {
    this.#rows++;
    if (this.#events >= this.#options.events) {
      return;
    }
    if (this.#options.onRow(row, this.#when(row))) {
      this.#events++;
      if (this.#events >= this.#options.events) {
        void this.#interrupt();
      }
    }
  }

  #when(row: TraceRow): number {
    return row.time === undefined ? this.#seconds() : Math.max(0, row.time - this.#startClock) / 1e9;
  }

  async #interrupt(): Promise<void> {
    if (this.#stopAsked) {
      return;
    }
    this.#stopAsked = true;
    try {
      await this.#options.session.interrupt();
    } catch {
      // It has stopped or ended already, and that comes as an event.
    }
  }

  async #limitReached(why: "events" | "time"): Promise<TraceEnd> {
    if (why === "time") {
      await this.#interrupt();
      const event = await this.#options.session.nextStop(5000);
      if (event?.kind === "exited") {
        return this.#end("exited", event.status, event.signal);
      }
    }
    return this.#end(why);
  }

  async #end(why: TraceEnd["why"], status?: number, signal?: string): Promise<TraceEnd> {
    const seconds = this.#seconds();
    if (why !== "exec" && this.#dprintf.size > 0) {
      const hits = await this.#hits();
      const entriesOnly = this.#watch === undefined;
      this.#lost += entriesOnly ? Math.max(0, hits - this.#rows) : 0;
    } else if (this.#options.way === "python") {
      await this.#options.session.connection.command("python maptrap_collector.end()");
    }
    return { why, status, signal, seconds, rows: this.#rows, lost: this.#lost + this.#damaged };
  }

  /** How often GDB itself says that the points were hit. */
  async #hits(): Promise<number> {
    const results = await this.#options.session.connection.request("break-list", []);
    return itemsOf(valueOf(valueOf(results, "BreakpointTable"), "body"))
      .filter((row) => this.#dprintf.has(Number(textOf(row, "number"))))
      .reduce((sum: number, row) => sum + (numberOf(row, "times") ?? 0), 0);
  }
}

function word(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
}

/** GDB shows a byte as `4 '\004'`. */
function byteOf(text: string | undefined): number | undefined {
  const digits = /^(\d{1,3})\b/.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}
