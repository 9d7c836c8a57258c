/** `maptrap explain`: reads crash texts, and infers the other side from the source. */
import { Command } from "@commander-js/extra-typings";
import type { ExplainContext, ExplainFlags } from "../explain.js";
import { htmlText } from "./html-option.js";

const help = `
FILE is any text that holds what a Go program printed when it died: a log, a journal, a CI page, an issue, also gzip'd;
"-" or nothing is standard input. What logs, terminals and people did to the text is undone, and named.

With the source of the program, explain also names the places that may be the other side, with a score and its reasons.
It uses the module that the text fits to in the working directory or below it; --source names another folder. Nothing
outside of that folder is read.

Lines of GODEBUG=gctrace=1 in the text become a section on the garbage collector, with GOGC explained.

A stream is read as it comes, and each crash is reported when it ends:
  kubectl logs -f deploy/shop | maptrap explain -

Exit status: 66 when a conflict on a map was found, else 0.

Examples:
  maptrap explain crash.log
  maptrap explain --source ~/src/shop crash.log
  journalctl -u shop | maptrap explain
  maptrap explain --json crash.log > case.json`;

/** Makes the command. Its action sets the process's exit status and throws MaptrapErrors. */
export function explainCommand(
  context: Omit<ExplainContext, "input">,
  // To ask for it opens it.
  input: () => NodeJS.ReadStream = () => process.stdin,
): Command<[string[]], ExplainFlags> {
  return new Command("explain")
    .description("read crash texts, and name the other side from the text and the source")
    .argument("[file...]", 'texts; "-" or none is standard input')
    .option("--source <folder>", "the source of the program")
    .option("--no-source", "look at the text only")
    .option("--json", "print the case file")
    .option("--html <file>", htmlText)
    .addHelpText("after", help)
    .action(async (names, flags) => {
      const { explain } = await import("../explain.js");
      await explain(names, flags, { ...context, input: input() });
    });
}
