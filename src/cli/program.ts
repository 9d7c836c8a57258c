/** The command line as a whole: which commands there are. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { maptrapVersion } from "../case/version.js";
import { asmCommand } from "./commands/asm.js";
import { compareCommand } from "./commands/compare.js";
import type { CommandContext } from "./context.js";
import { explainCommand } from "./commands/explain.js";
import { gdbCommand } from "./commands/gdb.js";
import { mapCommand } from "./commands/map.js";
import { modelCommand } from "./commands/model.js";
import { overlayCommand } from "./commands/overlay.js";
import { readCommand } from "./commands/read.js";
import { runCommand } from "./commands/run.js";
import { studioCommand } from "./commands/studio.js";
import { testCommand } from "./commands/test.js";
import { watchCommand } from "./commands/watch.js";

const help = `
Examples:
  maptrap run ./cmd/server
  maptrap test ./...
  maptrap compare ./...
  GOFLAGS=$(maptrap overlay --goflags) go build ./cmd/server
  maptrap read *.maptrap
  maptrap watch /var/lib/maptrap
  kubectl logs deploy/shop | maptrap explain
  maptrap gdb run ./server
  maptrap model explore article
  maptrap studio crash.log`;

/** Makes the program. It throws commander's own errors instead of ending the process. */
export function maptrapProgram(context: CommandContext) {
  const program = new Command("maptrap")
    .description(
      "Names both sides of a conflict on a Go map: in a program that is built again or as it is, in a live process, from a core or from the text of a crash.",
    )
    .version(maptrapVersion, "--version", "print the version")
    .helpOption("-h, --help", "print help")
    .option("--debug", "with an error, show where in maptrap it came from")
    .addHelpText("after", help)
    .enablePositionalOptions()
    .exitOverride()
    .addCommand(runCommand(context).exitOverride())
    .addCommand(testCommand(context).exitOverride())
    .addCommand(compareCommand(context).exitOverride())
    .addCommand(overlayCommand(context).exitOverride())
    .addCommand(readCommand().exitOverride())
    .addCommand(watchCommand(context).exitOverride())
    .addCommand(explainCommand(context).exitOverride())
    .addCommand(gdbCommand(context).exitOverride())
    .addCommand(mapCommand(context).exitOverride())
    .addCommand(asmCommand(context).exitOverride())
    .addCommand(modelCommand(context).exitOverride())
    .addCommand(studioCommand(context).exitOverride());
  acceptDebug(program.commands);
  return program;
}

/** Lets --debug stand behind a command's name, too: what follows the name goes to the command alone. */
function acceptDebug(commands: readonly CommandUnknownOpts[]): void {
  for (const command of commands) {
    command.addOption(new Option("--debug").hideHelp());
    acceptDebug(command.commands);
  }
}
