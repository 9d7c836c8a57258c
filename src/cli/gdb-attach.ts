/** `maptrap gdb attach`: waits in a live process for Go's own check to find a conflict on a map. */
import { buildStoppedCase } from "../analysis/stopped/build-stopped-case.js";
import { trappedStatus } from "./case-output.js";
import type { CommandContext } from "./context.js";
import type { GdbFlags } from "./commands/gdb-options.js";
import { catchConflict } from "../analysis/stopped/catch.js";
import { showStops, stopFiles, withCatching } from "./gdb-output.js";
import { parseProcessId } from "./gdb-words.js";

/** The options, as they come out of the command line. */
export type GdbAttachFlags = GdbFlags & {
  /** Nanoseconds. */
  readonly detachAfter?: number | undefined;
};

/**
 * Waits in a process, shows what was caught, and sets the exit status.
 *
 * @throws MaptrapError
 */
export async function gdbAttach(pid: string, flags: GdbAttachFlags, context: CommandContext): Promise<void> {
  const processId = parseProcessId(pid);
  const files = await stopFiles(flags, context.workingDirectory);
  const caught = await withCatching(({ signal, progress }) =>
    catchConflict({
      target: { how: "attach", processId },
      workingDirectory: context.workingDirectory,
      environment: context.environment,
      gdb: flags.gdb,
      logFile: flags.logMi,
      signal,
      milliseconds: flags.detachAfter === undefined ? undefined : flags.detachAfter / 1e6,
      evidence: "e0",
      handle: "o0",
      onProgress: (text) => progress.say(text),
    }),
  );
  await showStops(
    buildStoppedCase({
      command: context.call,
      workingDirectory: context.workingDirectory,
      sessions: [caught],
      modulePath: caught.modulePath,
    }),
    flags,
    files,
  );
  process.exitCode =
    caught.observation === undefined ? (caught.evidence.ending === "interrupted" ? 130 : 0) : trappedStatus;
}
