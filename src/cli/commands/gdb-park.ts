/** `maptrap gdb park`: holds one writer right after it has set its map's mark, and lets the rest run. */
import type { CommandContext } from "../context.js";
import { parseDuration } from "../durations.js";
import { gdbSubcommand, parseTimes } from "./gdb-options.js";

const help = `
BINARY is a Go program, as it is: stripped or not. What follows it goes to the program; options of maptrap stand before it.
The report goes to standard error.

--at names a line where a map is written: one goroutine that comes by there is held between setting the map's mark and clearing it, while
all others run. Whoever comes to that map meanwhile is stopped by Go's own check, and both sides are caught. Nobody comes when a lock
that all of them take keeps the others away: then the goroutine is let go after --hold, and the next one is held.

Exit status: 66 when a conflict was caught, otherwise the program's own; 0 when nobody came or the time limit was reached.

Examples:
  maptrap gdb park --at cache.go:40 ./server
  maptrap gdb park --at cache.go:40 --hit 100 --hold 5s ./server -port 8080`;

/** How long a writer is held, in nanoseconds, and how many are. */
const usualHold = 1e9;
const usualTimes = 20;
/** Makes the command. */
export function gdbParkCommand(context: CommandContext) {
  return gdbSubcommand("park")
    .description("hold one writer of a map in its write, and see who comes")
    .argument("<binary>", "a Go program")
    .argument("[args...]", "what goes to the program")
    .requiredOption("--at <file:line>", "a line where a map is written")
    .option("--hold <time>", "how long a writer is held", parseDuration, usualHold)
    .option("--hit <n>", "the first time that the line is passed at which a writer is held", parseTimes, 1)
    .option("--times <n>", "how many are held at most, one after the other", parseTimes, usualTimes)
    .option("--timeout <time>", "end the program after this time", parseDuration)
    .passThroughOptions()
    .addHelpText("after", help)
    .action(async (binary, args, flags) => {
      const { gdbPark } = await import("../gdb-park.js");
      await gdbPark(binary, args, flags, context);
    });
}
