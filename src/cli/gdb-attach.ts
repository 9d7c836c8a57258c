/** `maptrap gdb attach`: waits in a live process for Go's own check to find a conflict on a map. */
import { buildStoppedCase } from "../analysis/stopped/build-stopped-case.js";
import { trappedStatus } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { parseDuration } from "./durations.js";
import { catchConflict } from "./gdb-catch.js";
import { gdbSubcommand, showStops, withCatching } from "./gdb-output.js";
import { HtmlFile } from "./html-file.js";
import { parseProcessId } from "./gdb-options.js";

const help = `
The process stands still for a moment when maptrap attaches, and then runs on at its own speed: nothing is watched but Go's own
check. When that finds a conflict, the process is stopped before its fatal error is printed, looked at, and left to itself: it
then dies of its error as it does without maptrap. Ctrl-C, or the end of --detach-after, lets go of it, and it runs on.

It takes the right to trace the process: root, or the same user where the system allows that (kernel.yama.ptrace_scope).

Exit status: 66 when a conflict on a map was found, 130 after Ctrl-C, else 0.

Examples:
  maptrap gdb attach 4711
  maptrap gdb attach --detach-after 10m $(pidof server)`;

/** Makes the command. */
export function gdbAttachCommand(context: CommandContext) {
  return gdbSubcommand("attach")
    .description("wait in a live process for a conflict on a map; it runs on afterwards")
    .argument("<pid>", "the process")
    .option(
      "--detach-after <time>",
      "let go of the process when it has found no conflict by then",
      parseDuration,
    )
    .addHelpText("after", help)
    .action(async (pid, flags) => {
      const processId = parseProcessId(pid);
      const html = await HtmlFile.at(flags.html, context.workingDirectory);
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
        html,
      );
      process.exitCode =
        caught.observation === undefined
          ? caught.evidence.ending === "interrupted"
            ? 130
            : 0
          : trappedStatus;
    });
}
