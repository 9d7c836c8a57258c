/** Starts a program under GDB for one command. */
import { GdbSession, type StartOptions } from "../evidence/gdb/session.js";
import { type LiveProcess, openProcess } from "../evidence/process/process.js";

/**
 * Starts a program under GDB, lends it while it stands at its first instruction, and leaves nothing behind: neither the program nor
 * GDB lives on.
 *
 * @throws MaptrapError when GDB is missing or may not trace, or the program is no Go program; CancelledError; what `use` throws
 */
export async function withStarted<T>(
  options: StartOptions,
  use: (session: GdbSession, live: LiveProcess) => Promise<T>,
): Promise<T> {
  const session = await GdbSession.start(options);
  let live: LiveProcess | undefined;
  try {
    live = openProcess(session.processId);
    return await use(session, live);
  } finally {
    live?.close();
    await session.close();
  }
}
