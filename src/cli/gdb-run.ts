/** `maptrap gdb run`: starts a program under GDB, and stops it where Go's own check finds a conflict on a map. */
import { buildStoppedCase } from "../analysis/stopped/build-stopped-case.js";
import { UsageError } from "../base/errors.js";
import { trappedStatus } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { parseDuration } from "./durations.js";
import { type Caught, catchConflict } from "./gdb-catch.js";
import { HtmlFile } from "./html-file.js";
import { gdbSubcommand, showStops, withCatching } from "./gdb-output.js";
import { findProgram, parseTimes } from "./gdb-options.js";

const help = `
BINARY is a Go program, as it is: stripped or not, also a test binary made by go test -c. What follows it goes to the program;
options of maptrap stand before it. The program's own input and output stay as they are, the report goes to standard error.

It is stopped before Go's fatal error prints a byte. Then both goroutines are named, everybody else, and the map itself is shown.
Afterwards the program dies of its error as it does without GDB.

Exit status: 66 when a conflict on a map was found, otherwise the program's own; 0 when the time limit was reached.

Examples:
  maptrap gdb run ./server -port 8080
  maptrap gdb run --timeout 30s ./server
  maptrap gdb run --until-caught ./cache.test -test.run TestGet`;

/** How often a program is run by --until-caught, unless --times says another number. */
const mostRuns = 100;

/** Makes the command. */
export function gdbRunCommand(context: CommandContext) {
  return gdbSubcommand("run")
    .description("start a program, and stop it where Go's own check finds a conflict on a map")
    .argument("<binary>", "a Go program")
    .argument("[args...]", "what goes to the program")
    .option(
      "--timeout <time>",
      "end the program when it has found no conflict after this time",
      parseDuration,
    )
    .option("--times <n>", "run it so many times, one after the other", parseTimes)
    .option(
      "--until-caught",
      "run it again until a conflict is found, at most 100 times unless --times says so",
    )
    .passThroughOptions()
    .addHelpText("after", help)
    .action(async (binary, args, flags) => {
      const program = findProgram(binary, context);
      const words = [...args, ...context.wordsAfterDashes];
      if (words.length > 10_000) {
        throw new UsageError("too many arguments for the program");
      }
      const html = await HtmlFile.at(flags.html, context.workingDirectory);
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
        html,
      );
      process.exitCode = statusOf(runs);
    });
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
