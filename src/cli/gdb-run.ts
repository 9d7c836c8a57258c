/** `maptrap gdb run`: starts a program under GDB, and stops it where Go's own check finds a conflict on a map. */
import { buildStoppedCase } from "../analysis/stopped/build-stopped-case.js";
import { UsageError } from "../base/errors.js";
import { trappedStatus } from "./case-output.js";
import type { CommandContext } from "./context.js";
import type { GdbFlags } from "./commands/gdb-options.js";
import { type Caught, catchConflict } from "../analysis/stopped/catch.js";
import { showStops, stopFiles, withCatching } from "./gdb-output.js";
import { findProgram } from "./gdb-words.js";

/** How often a program is run by --until-caught, unless --times says another number. */
const mostRuns = 100;

/** The options, as they come out of the command line. */
export type GdbRunFlags = GdbFlags & {
  /** Nanoseconds. */
  readonly timeout?: number | undefined;
  readonly times?: number | undefined;
  readonly untilCaught?: true | undefined;
};

/**
 * Runs a program under GDB, shows what was caught, and sets the exit status.
 *
 * @throws MaptrapError
 */
export async function gdbRun(
  binary: string,
  args: readonly string[],
  flags: GdbRunFlags,
  context: CommandContext,
): Promise<void> {
  const program = findProgram(binary, context);
  const words = [...args, ...context.wordsAfterDashes];
  if (words.length > 10_000) {
    throw new UsageError("too many arguments for the program");
  }
  const files = await stopFiles(flags, context.workingDirectory);
  const times = flags.times ?? (flags.untilCaught === true ? mostRuns : 1);
  const runs: Caught[] = [];
  await withCatching(async ({ signal, progress }) => {
    for (let run = 1; run <= times; run++) {
      const number = runs.length;
      runs.push(
        await catchConflict({
          target: { how: "run", program, args: words, run: times === 1 ? null : run },
          workingDirectory: context.workingDirectory,
          environment: context.environment,
          gdb: flags.gdb,
          logFile: flags.logMi,
          signal,
          // The case file has standard output for itself.
          streams: flags.json === true ? [0, 2, 2] : undefined,
          milliseconds: flags.timeout === undefined ? undefined : flags.timeout / 1e6,
          evidence: `e${number}`,
          handle: `o${number}`,
          onProgress: (text) => progress.say(times === 1 ? text : `run ${run}: ${text}`),
        }),
      );
      const last = runs.at(-1);
      if (signal.aborted || (flags.untilCaught === true && last?.observation !== undefined)) {
        break;
      }
    }
  });
  await showStops(
    buildStoppedCase({
      command: context.call,
      workingDirectory: context.workingDirectory,
      sessions: runs,
      modulePath: runs[0]?.modulePath,
    }),
    flags,
    files,
  );
  process.exitCode = statusOf(runs);
}

/** 66 when a conflict was found, else what the first run that failed ended with. */
function statusOf(runs: readonly Caught[]): number {
  if (runs.some(({ observation }) => observation !== undefined)) {
    return trappedStatus;
  }
  if (runs.some(({ evidence }) => evidence.ending === "interrupted")) {
    return 130;
  }
  const failed = runs.find(({ status, signal }) => (status ?? 0) !== 0 || signal !== undefined);
  return failed === undefined ? 0 : (failed.status ?? 1);
}
