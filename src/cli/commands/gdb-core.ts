/** `maptrap gdb core`: reads a core of a program that died of Go's own check, or that was taken while it ran. */
import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "../context.js";
import { htmlText } from "./html-option.js";

const help = `
FILE is a core of a Go program: of one that died with GOTRACEBACK=crash and \`ulimit -c unlimited\`, or of a live one, by gcore.
The executable is taken from the core; name it with --exe where it lies elsewhere now. GDB is not needed.

In a core of a crash the program has died already: who was on the map in the meantime may have left it, and then this is said.

Exit status: 66 when a conflict on a map was found, else 0.

Examples:
  maptrap gdb core core.4711
  maptrap gdb core --exe ./server core.4711`;

/** Makes the command. */
export function gdbCoreCommand(context: CommandContext) {
  return new Command("core")
    .description("read a core: the conflict it died of, or who was on which map")
    .argument("<file>", "the core")
    .option("--exe <binary>", "the executable that it is of")
    .option("--json", "print the case file to standard output")
    .option("--case <file>", "write the case file there too")
    .option("--html <file>", htmlText)
    .addHelpText("after", help)
    .action(async (file, flags) => {
      const { gdbCore } = await import("../gdb-core.js");
      await gdbCore(file, flags, context);
    });
}
