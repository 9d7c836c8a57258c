/** `maptrap compare`: the same tests or program with order observed and with Go's race detector, side by side. */
import { Command, Option } from "@commander-js/extra-typings";
import type { CompareFlags } from "../compare.js";
import type { CommandContext } from "../context.js";
import { parseDuration } from "../durations.js";
import { parseSize } from "../sizes.js";
import { collect, parseCount } from "./campaign-options.js";

const help = `
Runs the tests of packages (or, with --run, a program) three times in each of three ways: as they are, with all that
orders goroutines observed (as maptrap test --only order does), and with Go's race detector. Then it shows which
conflicts on maps each of them found in how many runs, and what a run cost in time, processor time and memory. What
the tests print goes to files; --keep keeps them.

Go's race detector needs cgo and a C compiler.

Exit status: 66 when anything was found; else that of the first plain run that failed; else 0.

Examples:
  maptrap compare ./...
  maptrap compare --runs 10 ./cache -- -run TestEvict
  maptrap compare --run ./cmd/import -- -input data.csv`;

/** Makes the command. */
export function compareCommand(context: CommandContext): Command<[string[]], CompareFlags> {
  return new Command("compare")
    .description(
      "run tests with order observed and with Go's race detector, and show what each found and cost",
    )
    .argument("[packages...]", "packages, as for go test; with --run one main package")
    .usage("[flags] [packages] [-- flags of go test, or arguments of the program]")
    .option("--go <path>", "go command or GOROOT folder (default: go on PATH)")
    .addOption(new Option("--runs <n>", "how many runs in each way (default: 3)").argParser(parseCount))
    .option("--run", "run a program instead of tests")
    .option("--timeout <time>", "end a run after this time", parseDuration)
    .option(
      "--max-size <size>",
      "how large the order events of one process may become, for example 8G (default: 2G)",
      parseSize,
    )
    .option("--tags <list>", "build tags, as for go build")
    .option("--build-flag <flag>", "one more flag for the build, may be repeated", collect)
    .option("--json", "print the comparison as JSON")
    .option("--output <file>", "write the JSON to a file too")
    .option("--keep", "keep what the runs printed and left, and say where")
    .addHelpText("after", help)
    .action(async (words, flags) => {
      const { doCompare } = await import("../compare.js");
      await doCompare(flags, context, words);
    });
}
