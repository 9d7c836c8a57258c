/** `maptrap gdb attach`: waits in a live process for Go's own check to find a conflict on a map. */
import type { CommandContext } from "../context.js";
import { parseDuration } from "../durations.js";
import { gdbSubcommand } from "./gdb-options.js";

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
      const { gdbAttach } = await import("../gdb-attach.js");
      await gdbAttach(pid, flags, context);
    });
}
