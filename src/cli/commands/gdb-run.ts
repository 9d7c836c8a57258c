/** `maptrap gdb run`: starts a program under GDB, and stops it where Go's own check finds a conflict on a map. */
import type { CommandContext } from "../context.js";
import { parseDuration } from "../durations.js";
import { gdbSubcommand, parseTimes } from "./gdb-options.js";

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
      const { gdbRun } = await import("../gdb-run.js");
      await gdbRun(binary, args, flags, context);
    });
}
