/** `maptrap read`: shows what event files hold, or a case file. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { parseDuration } from "../durations.js";
import type { ReadContext, ReadFlags } from "../read.js";
import { htmlText } from "./html-option.js";

const help = `
FILE is an event file, a folder that holds some (*.maptrap), or one case file made with --json.

Functions and lines are looked up in the executable that the event file names. Where it is gone or was built again, they
are taken from what the process printed itself; --exe names a copy of the executable.

With MAPTRAP=order the event file tells what orders the program's goroutines. Accesses to one map that nothing orders are
shown with the locks that each side held and why they are not ordered. Such files may have any size.

A log with lines of GODEBUG=gctrace=1 of the same process (--log) is put beside its recording, cycle by cycle:
  GODEBUG=gctrace=1 MAPTRAP=record MAPTRAP_FILE=shop.maptrap ./shop 2> shop.log
  maptrap read shop.maptrap --log shop.log

Exit status: 66 when a conflict was found, else 0.`;

/** Makes the command. Its action sets the process's exit status and throws MaptrapErrors. */
export function readCommand(context: ReadContext = processContext()): Command<[string[]], ReadFlags> {
  return new Command("read")
    .description("show what the probe of a program recorded")
    .argument(
      "<file...>",
      "event files, folders of event files, what the processes printed; or one case file",
    )
    .option("--exe <binary>", "the executable that wrote the event files")
    .option(
      "--last <duration>",
      "how much of a recording is shown before the conflict, for example 500us",
      parseDuration,
    )
    .option("--maps <n>", "how many maps of a recording are shown", parseMaps)
    .option(
      "--log <file>",
      "what the same process wrote to stderr: its crash, and lines of GODEBUG=gctrace=1",
    )
    .option("--json", "print the case file")
    .option("--html <file>", htmlText)
    .addHelpText("after", help)
    .action(async (names, flags) => {
      const { showRead } = await import("../read.js");
      await showRead(names, flags, context);
    });
}

function parseMaps(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1) {
    throw new InvalidArgumentError("Write a number from 1 to 9999.");
  }
  return count;
}

function processContext(): ReadContext {
  return {
    call: ["maptrap", ...process.argv.slice(2)],
    environment: process.env,
    workingDirectory: process.cwd(),
  };
}
