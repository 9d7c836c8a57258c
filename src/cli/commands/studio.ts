/** `maptrap studio`: shows evidence on a page, served on this machine, or written to a file. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import type { StudioContext, StudioFlags } from "../studio.js";

const help = `
FILE is what maptrap reads or writes: an event file, a folder with some (*.maptrap), a crash text or a log, a case file, the JSON of
gdb trace, map, asm and model, a program of the model, an executable of Go, or a page made with --html; "-" is standard input.
Without one the page waits for files to be dropped on it.

The page is served on 127.0.0.1 for as long as the command runs (Ctrl-C ends it), at an address with a random token that nobody else
knows. It loads nothing from anywhere else, and sends nothing anywhere. The address goes to standard output; on a terminal with a
screen the browser is opened too.

Source is looked for as maptrap explain does, executables as maptrap read does.

With --html the page is written to a file, with what it shows inside, and nothing is served. It can be attached to an issue: see that
you want to show what is in it, lines of source too (--no-source leaves them out).

Examples:
  maptrap studio crash.log
  maptrap studio shop.maptrap shop.log
  maptrap test --json ./... | maptrap studio -
  maptrap studio --html case.html case.json`;

/** Makes the command. Its action sets the process's exit status and throws MaptrapErrors. */
export function studioCommand(
  context: Omit<StudioContext, "input">,
  // To ask for it opens it.
  input: () => NodeJS.ReadStream = () => process.stdin,
): Command<[string[]], StudioFlags> {
  return new Command("studio")
    .description(
      "show evidence on a page of this machine: finding, timeline, map memory, goroutines, code, model",
    )
    .argument("[file...]", 'what maptrap reads or writes; "-" is standard input')
    .option("--source <folder>", "the source of the program")
    .option("--no-source", "show no source, and look for none")
    .option("--exe <binary>", "the executable that wrote the event files")
    .option("--port <n>", "the port (default: any free one)", parsePort)
    .option("--no-open", "do not open the browser")
    .option("--html <file>", "write the page to a file instead, with what it shows inside")
    .addHelpText("after", help)
    .action(async (names, flags) => {
      const { studio } = await import("../studio.js");
      await studio(names, flags, { ...context, input: input() });
    });
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError("Write a port, from 0 to 65535.");
  }
  return Number(text);
}
