/**
 * Parking: one writer is held right after it has set a map's mark, while all other threads run. Whoever comes to that map meanwhile is
 * stopped by Go's own check, and both sides are there.
 *
 * ```text
 *   writer     … ──set the mark──┤ held ··································├── let go, when nobody has come
 *   others     … ──────────────────────────── access to the same map → fatal: caught
 * ```
 *
 * The writer may hold a lock that all others need, or the only processor of the program (GOMAXPROCS=1): then nobody comes, and it is let
 * go after a time; the next one is held.
 */
import { performance } from "node:perf_hooks";
import type { CheckPoints } from "../../stopped/stop-at-check.js";
import type { StopReason } from "../../stopped/stopped-program.js";
import type { Address } from "../../../golang/memory.js";
import type { ProgramSymbols } from "../../../golang/program-symbols.js";
import type { Thread } from "../../../golang/runtime/goroutine.js";
import type { FlagStore } from "../map-code/flag-stores.js";
import { flagLayout } from "../map-code/flag-stores.js";
import type { MapCall } from "../map-code/map-calls.js";
import type { GdbSession } from "../session.js";
import type { StopEvent } from "../stop.js";
import { setsTheMarkFor } from "./condition.js";

/** What is parked, and for how long. */
export interface ParkOptions {
  readonly symbols: ProgramSymbols;
  readonly stores: readonly FlagStore[];
  /** The calls of map functions at the writer's line. */
  readonly calls: readonly MapCall[];
  /** The breakpoints at Go's own check. */
  readonly checks: Pick<CheckPoints, "numbers" | "reasonOf">;
  /** Milliseconds. */
  readonly hold: number;
  /** The first hit that is held, from 1. */
  readonly hit: number;
  /** How many are held at most. */
  readonly times: number;
  /** Milliseconds for all. */
  readonly timeout: number;
  /** Called while a writer to whom nobody has come is still held. */
  readonly onLetGo?: ((hold: Hold) => void) | undefined;
}

/** A writer that was held. */
export interface Hold {
  /** GDB's number of its thread. */
  readonly thread: number;
  /** The kernel's. */
  readonly threadId: number;
  /** Address of its `g`. */
  readonly goroutine: Address;
  readonly map: Address;
  readonly store: FlagStore;
  /** Which hit of the breakpoint it was, from 1. */
  readonly hit: number;
  /** Milliseconds that it was held. */
  readonly held: number;
}

/** How it ended. */
export type ParkEnd =
  | {
      /** Go's check has stopped somebody. All threads stand still. */
      readonly kind: "fatal";
      readonly reason: StopReason;
      /** Who was held at that moment. */
      readonly holding: Hold | undefined;
    }
  | { readonly kind: "exited"; readonly status: number | undefined; readonly signal: string | undefined }
  | { readonly kind: "timeout" }
  /** So many were held as were asked for, and nobody came. */
  | { readonly kind: "nobody came" }
  /** It has become another program. */
  | { readonly kind: "exec" };

/** What came of it all. */
export interface ParkResult {
  readonly end: ParkEnd;
  /** How often the writer came by. */
  readonly hits: number;
  readonly letGo: readonly Hold[];
}

/** Parks writers of a program that stands at its start, in a session with non-stop mode, until something ends it. */
export async function park(session: GdbSession, options: ParkOptions): Promise<ParkResult> {
  return new Parking(session, options).run();
}

class Parking {
  readonly #session: GdbSession;
  readonly #options: ParkOptions;
  readonly #stores = new Map<number, FlagStore>();
  readonly #checks: ReadonlySet<number>;
  readonly #letGo: Hold[] = [];
  #hits = 0;
  /** Who is held, and since when. */
  #holding: { readonly hold: Hold; readonly since: number } | undefined;

  constructor(session: GdbSession, options: ParkOptions) {
    this.#session = session;
    this.#options = options;
    this.#checks = new Set(options.checks.numbers);
  }

  async run(): Promise<ParkResult> {
    await this.#setBreakpoints();
    const limit = performance.now() + this.#options.timeout;
    await this.#session.continue();
    for (;;) {
      const now = performance.now();
      const due = this.#holding === undefined ? Infinity : this.#due(this.#holding);
      const next = Math.min(limit, due);
      const event = await this.#session.nextStop(next === Infinity ? undefined : Math.max(0, next - now));
      const end = event === undefined ? await this.#timePassed(limit) : await this.#take(event);
      if (end !== undefined) {
        return { end, hits: this.#hits, letGo: this.#letGo };
      }
    }
  }

  #due(holding: { readonly since: number }): number {
    return holding.since + this.#options.hold;
  }

  async #setBreakpoints(): Promise<void> {
    const { symbols, stores, calls } = this.#options;
    const { writing } = flagLayout(symbols.mapImplementation);
    const callers = calls.map(({ returnAddress }) => returnAddress);
    const callees = new Set(calls.map(({ callee }) => callee));
    const within = stores.filter((store) => callees.has(store.function.name));
    const direct = [...callees].every((callee) => within.some((store) => store.function.name === callee));
    for (const store of direct ? within : stores) {
      // Just after the store its registers still hold what they held, so the same condition tells.
      if (!store.or && store.next !== undefined) {
        const condition = setsTheMarkFor(store, writing, callers, direct ? 1 : 3);
        this.#stores.set(await this.#session.breakAt(store.next, { condition }), store);
      }
    }
  }

  async #timePassed(limit: number): Promise<ParkEnd | undefined> {
    if (this.#holding !== undefined && performance.now() >= this.#due(this.#holding)) {
      await this.#release(this.#holding);
      if (this.#letGo.length >= this.#options.times) {
        return { kind: "nobody came" };
      }
    }
    return performance.now() >= limit ? { kind: "timeout" } : undefined;
  }

  async #release(holding: { readonly hold: Hold; readonly since: number }): Promise<void> {
    const hold = { ...holding.hold, held: performance.now() - holding.since };
    this.#holding = undefined;
    this.#letGo.push(hold);
    this.#options.onLetGo?.(hold);
    await this.#session.continue(hold.thread);
  }

  async #take(event: StopEvent): Promise<ParkEnd | undefined> {
    if (event.kind === "exited") {
      return { kind: "exited", status: event.status, signal: event.signal };
    }
    if (event.why === "exec") {
      return { kind: "exec" };
    }
    if (event.thread === undefined) {
      return undefined;
    }
    if (event.breakpoint !== undefined && this.#checks.has(event.breakpoint)) {
      return this.#atCheck(event.breakpoint, event.thread);
    }
    const holding = this.#holding;
    if (holding !== undefined && holding.hold.thread === event.thread) {
      return undefined;
    }
    const store = event.breakpoint === undefined ? undefined : this.#stores.get(event.breakpoint);
    if (store !== undefined) {
      this.#hits++;
      if (
        holding === undefined &&
        this.#hits >= this.#options.hit &&
        (await this.#hold(event.thread, store))
      ) {
        return undefined;
      }
    }
    await this.#session.continue(event.thread);
    return undefined;
  }

  /** The thread has just set the mark, and stands. */
  async #hold(thread: number, store: FlagStore): Promise<boolean> {
    const since = performance.now();
    const found = await this.#session.threadOf(thread);
    if (found === undefined) {
      return false;
    }
    const hold = this.#holdOf(thread, found, store);
    this.#holding = { hold, since };
    return true;
  }

  /** A panic ends the program by itself, and so does a fatal error that is not about maps. */
  async #atCheck(breakpoint: number, thread: number): Promise<ParkEnd | undefined> {
    const reason = await this.#options.checks.reasonOf(breakpoint, thread);
    if (reason === undefined || reason.at === "panic") {
      await this.#session.continue(thread);
      return undefined;
    }
    const holding = this.#holding;
    const held = holding === undefined ? 0 : performance.now() - holding.since;
    await this.#session.standStill();
    return {
      kind: "fatal",
      reason,
      holding: holding === undefined ? await this.#standing() : { ...holding.hold, held },
    };
  }

  /** A writer that had reached its place when somebody else was stopped already: its own stop was not looked at any more. */
  async #standing(): Promise<Hold | undefined> {
    const { writing } = flagLayout(this.#options.symbols.mapImplementation);
    const callers = new Set(this.#options.calls.map(({ returnAddress }) => returnAddress));
    for (const { number } of await this.#session.listThreads()) {
      const thread = await this.#session.threadOf(number);
      const store = [...this.#stores.values()].find(({ next }) => next === thread?.registers.rip);
      if (thread === undefined || store === undefined) {
        continue;
      }
      const { values, rsp } = thread.registers;
      const bytes = await this.#session.readMemory(rsp + store.stackDelta, 8);
      const sets = ((values[store.valueRegister] ?? 0n) & BigInt(writing)) !== 0n;
      if (bytes !== undefined && sets && callers.has(Number(Buffer.from(bytes).readBigUInt64LE()))) {
        this.#hits++;
        return this.#holdOf(number, thread, store);
      }
    }
    return undefined;
  }

  #holdOf(number: number, thread: Thread, store: FlagStore): Hold {
    const { values } = thread.registers;
    return {
      thread: number,
      threadId: thread.id,
      goroutine: Number(values["r14"]),
      map: Number(values[store.mapRegister]) + store.mapOffset,
      store,
      hit: this.#hits,
      held: 0,
    };
  }
}
