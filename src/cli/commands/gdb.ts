/** `maptrap gdb`: a program as it is, under GDB. */
import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "../context.js";
import { gdbAttachCommand } from "./gdb-attach.js";
import { gdbCoreCommand } from "./gdb-core.js";
import { gdbParkCommand } from "./gdb-park.js";
import { gdbRunCommand } from "./gdb-run.js";
import { gdbTraceCommand } from "./gdb-trace.js";

/** Makes the command with its subcommands. */
export function gdbCommand(context: CommandContext) {
  return new Command("gdb")
    .description("look at a program as it is, under GDB: no rebuild, also for live processes and cores")
    .enablePositionalOptions()
    .addCommand(gdbRunCommand(context).exitOverride())
    .addCommand(gdbAttachCommand(context).exitOverride())
    .addCommand(gdbCoreCommand(context).exitOverride())
    .addCommand(gdbTraceCommand(context).exitOverride())
    .addCommand(gdbParkCommand(context).exitOverride());
}
