/** `maptrap gdb trace`: what happens to a map, step by step. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import type { CommandContext } from "../context.js";
import { parseDuration } from "../durations.js";
import { htmlText } from "./html-option.js";

const help = `
BINARY is a Go program, as it is: stripped or not. What follows it goes to the program; options of maptrap stand before it.
The report goes to standard error.

--map says which map:
  main.cache         the one that a package's variable holds
  cache.go:40        the first one that is written at a line
  'cache.go:40 m'    the one that a local variable holds at a line (as far as the program's DWARF tells)
  0xc000012345       the one at an address
Without it, all maps of the program and of its libraries are traced.

Events are the changes of a map's flags (a writer sets its mark, and clears it), what else in its header has changed then, the steps of
its growth, and Go's fatal error. The program stands still at each of them: it runs thousands of times slower there.

Exit status: 66 when Go's check ended the program, otherwise the program's own; 0 when a limit was reached.

Examples:
  maptrap gdb trace --map main.cache ./server
  maptrap gdb trace --map cache.go:40 --events 500 --json ./server > trace.json
  maptrap gdb trace --fast --time 10s ./server`;

/** How many events are kept, unless --events says so, and at most. */
const usualEvents = 10_000;
const mostEvents = 500_000;

/** Makes the command. */
export function gdbTraceCommand(context: CommandContext) {
  return new Command("trace")
    .description("show what happens to a map, step by step: flags, header, growth")
    .argument("<binary>", "a Go program")
    .argument("[args...]", "what goes to the program")
    .option("--map <map>", "which map: a variable, a line, or an address; all when not given")
    .option("--events <n>", "end after so many events", parseEvents, usualEvents)
    .option("--time <time>", "end after this time", parseDuration)
    .option("--fast", "let GDB's own Python collect the events, in batches")
    .option(
      "--watch",
      "watch the flags of one map with a debug register: nothing else in the program is slowed down",
    )
    .option("--json", "print the trace as JSON to standard output")
    .option("--out <file>", "write the JSON there too")
    .option("--html <file>", htmlText)
    .option("--gdb <path>", "the GDB to use")
    .option("--log-mi <file>", "write there what GDB is told and says")
    .passThroughOptions()
    .addHelpText("after", help)
    .action(async (binary, args, flags) => {
      const { gdbTrace } = await import("../gdb-trace.js");
      await gdbTrace(binary, args, flags, context);
    });
}

function parseEvents(text: string): number {
  const count = Number(text);
  if (!/^\d{1,7}$/.test(text) || count < 1 || count > mostEvents) {
    throw new InvalidArgumentError(`Write a number from 1 to ${mostEvents}.`);
  }
  return count;
}
