/** `maptrap run`: builds a program with the probe, runs it, and names both sides of each conflict. */
import type { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "../context.js";
import { campaignCommand, type CampaignFlags } from "./campaign-options.js";

const help = `
The program keeps its standard input, output and error, its working directory and its environment. It is run up to
three times. The first run observes all that orders its goroutines, and finds accesses to a map that nothing orders,
whether or not they come near each other. The next ones delay these places, and places where two goroutines came close
to each other, so that the two sides meet: then the conflict is caught. The report goes to stderr.

What comes from a pipe on standard input is read by the first run only; a file is read by each run.

Ctrl-C is passed on to the program, and what was found so far is reported. Press it twice to end at once.

Order events need Linux, no race detector in the same build, and room for temporary files (TMPDIR, --max-size). Where
they cannot be had, only the trap is used, and a note says so.

Exit status: 66 when a conflict was caught or found unordered; else that of the first run that failed (128 and the
signal's number when a signal ended it); else 0.

Examples:
  maptrap run ./cmd/server -- -addr :8080
  maptrap run --runs 10 --timeout 30s .
  maptrap run --only order ./cmd/server
  maptrap run --race --build-flag=-ldflags=-s main.go
  maptrap run --json ./cmd/import > case.json < data.csv`;

/** Makes the command. */
export function runCommand(context: CommandContext): Command<[string[]], CampaignFlags> {
  return campaignCommand("run")
    .description("build a program with the probe, run it, and name both sides of each conflict on a map")
    .argument("[package...]", "a main package, its folder, its .go files, or a program built with the probe")
    .usage("[flags] <package|folder|files.go|program> [-- arguments of the program]")
    .addHelpText("after", help)
    .action(async (words, flags) => {
      const { runProgram } = await import("../run.js");
      await runProgram(words, flags, context);
    });
}
