/** Lets a program that stands at its own fatal error die of it. */
import { CancelledError } from "../../base/errors.js";
import type { GdbSession } from "../gdb/session.js";

/** How it ended: its status, or the signal that ended it. */
export interface Died {
  readonly status: number | undefined;
  readonly signal: string | undefined;
}

/** How long a program may take to die of its own fatal error, in milliseconds. */
const longest = 10_000;

/** What is said of one that took longer. */
export const livedOn = "The program had not ended ten seconds after its fatal error; it was ended.";

/**
 * Takes all breakpoints away and lets the program go on: it prints its fatal error as it does without GDB, and ends.
 *
 * @returns how it ended; `gone` when it had ended already, `cancelled` when the person did not want to wait
 * @throws GdbError
 */
export async function letDie(session: GdbSession): Promise<Died | "gone" | "lives on" | "cancelled"> {
  if (session.exited) {
    return "gone";
  }
  try {
    await session.deleteBreakpoints();
    const until = Date.now() + longest;
    // All threads at first; where each of them stops by itself, the one that did afterwards.
    let thread: number | undefined;
    for (;;) {
      await session.continue(thread);
      const event = await session.nextStop(Math.max(1, until - Date.now()));
      if (event === undefined) {
        return "lives on";
      }
      if (event.kind === "exited") {
        return { status: event.status, signal: event.signal };
      }
      thread = event.thread;
    }
  } catch (error) {
    if (error instanceof CancelledError) {
      return "cancelled";
    }
    throw error;
  }
}
