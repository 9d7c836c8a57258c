/**
 * Lets a program run under GDB until Go's own check finds a conflict on a map, and stops everybody there: before the runtime's
 * fatal function is called, so nothing has been printed and nobody has moved on.
 *
 * Three nets, one below the other:
 *
 * ```text
 *   the check's own blocks     where a map function loads the message: the registers still hold the map
 *   runtime.fatal, throw       a check that was built into another function, and the other fatal errors
 *   runtime.fatalpanic         a panic that nobody recovers: a nil dereference within a map function
 * ```
 */
import { type FatalSite, messageIsOfMap } from "../../golang/fatal-sites.js";
import type { Address, Memory } from "../../golang/memory.js";
import type { ProgramSymbols } from "../../golang/program-symbols.js";
import type { GdbSession } from "../gdb/session.js";
import type { StopReason } from "./stopped-program.js";

/** How the waiting ended. */
export type CheckEvent =
  /** It stands still; `thread` of the reason is the kernel's id. */
  | { readonly kind: "stopped"; readonly reason: StopReason }
  | { readonly kind: "exited"; readonly status: number | undefined; readonly signal: string | undefined }
  /** It became another program. */
  | { readonly kind: "exec" }
  /** It runs on. */
  | { readonly kind: "time limit" };

/** What to stop at. */
export interface CheckOptions {
  readonly session: GdbSession;
  readonly symbols: ProgramSymbols;
  readonly sites: readonly FatalSite[];
  /** Of the process. */
  readonly memory: Memory;
}

/** The most that is read of a message. */
const longestMessage = 400;

/** Breakpoints at the checks of a program. */
export class CheckPoints {
  readonly #sites = new Map<number, FatalSite>();
  readonly #nets = new Map<number, "fatal" | "panic">();

  private constructor(private readonly options: CheckOptions) {}

  /** Sets them. The program must stand still, and its code must be in memory. */
  static async set(options: CheckOptions): Promise<CheckPoints> {
    const points = new CheckPoints(options);
    const { session, symbols } = options;
    // All are asked for at once: GDB takes them one after the other, but nobody waits for each answer.
    await Promise.all([
      ...options.sites.map(async (site) => points.#sites.set(await session.breakAt(site.stopAt), site)),
      ...nets.flatMap(([name, kind]) =>
        symbols
          .functionsNamed(name)
          .map(async ({ start }) => points.#nets.set(await session.breakAt(start), kind)),
      ),
    ]);
    return points;
  }

  /** The numbers of all breakpoints. */
  get numbers(): readonly number[] {
    return [...this.#sites.keys(), ...this.#nets.keys()];
  }

  /**
   * Lets the program go on until it stops for a reason that is about maps, or ends.
   *
   * @param milliseconds how long at most; undefined for ever
   */
  async wait(milliseconds: number | undefined): Promise<CheckEvent> {
    const until = milliseconds === undefined ? undefined : Date.now() + milliseconds;
    const { session } = this.options;
    for (;;) {
      await session.continue();
      const event = await session.nextStop(until === undefined ? undefined : Math.max(1, until - Date.now()));
      if (event === undefined) {
        return { kind: "time limit" };
      }
      if (event.kind === "exited") {
        return event;
      }
      if (event.why === "exec") {
        return { kind: "exec" };
      }
      const reason = await this.reasonOf(event.breakpoint, event.thread);
      if (reason !== undefined) {
        return { kind: "stopped", reason };
      }
    }
  }

  /**
   * Why it stopped; undefined when that has nothing to do with maps.
   *
   * @param breakpoint that was hit
   * @param number GDB's of the thread that hit it
   */
  async reasonOf(
    breakpoint: number | undefined,
    number: number | undefined,
  ): Promise<StopReason | undefined> {
    if (breakpoint === undefined || number === undefined) {
      return undefined;
    }
    const { session } = this.options;
    const site = this.#sites.get(breakpoint);
    if (site !== undefined) {
      return { at: "check", thread: await session.kernelIdOf(number), message: site.message };
    }
    const net = this.#nets.get(breakpoint);
    const thread = net === undefined ? undefined : await session.threadOf(number);
    if (net === undefined || thread === undefined) {
      return undefined;
    }
    if (net === "panic") {
      return { at: "panic", thread: thread.id, message: undefined };
    }
    const message = readMessage(this.options.memory, thread.registers.values);
    return message !== undefined && messageIsOfMap(message)
      ? { at: "fatal", thread: thread.id, message }
      : undefined;
  }
}

const nets: readonly (readonly [string, "fatal" | "panic"])[] = [
  ["runtime.fatal", "fatal"],
  ["runtime.throw", "fatal"],
  ["runtime.fatalpanic", "panic"],
];

/** The string that a function was just called with: address in rax, length in rbx. */
function readMessage(memory: Memory, values: Readonly<Record<string, bigint>>): string | undefined {
  const address: Address = Number(values["rax"] ?? 0n);
  const length = Number(values["rbx"] ?? 0n);
  if (length <= 0 || length > longestMessage) {
    return undefined;
  }
  const bytes = memory.read(address, length);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
}
