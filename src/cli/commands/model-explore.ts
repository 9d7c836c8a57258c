/** `maptrap model explore`: all interleavings of a modelled program. */
import { type ModelContext, modelSubcommand, parseNatural } from "./model-options.js";

const help = `
By default the program is explored completely, with dynamic partial-order reduction: of all interleavings that differ only in the
order of steps that have nothing to do with each other one is made. Then all interleavings are counted, through all states.
What counts as damage: results and contents that no order of whole operations gives.

Ctrl-C ends the exploration and shows what was found so far.

Exit status: 66 when a run ends in anything but the right result; 130 after Ctrl-C; else 0.`;

/** Makes the command. */
export function modelExploreCommand(context: ModelContext) {
  return modelSubcommand("explore")
    .description("try all interleavings, and show how they end")
    .argument("<program>", "name of a shipped program, file, or text")
    .option("--all", "make a run for each interleaving")
    .option("--preemptions <n>", "each interleaving with at most so many preemptions", parseNatural)
    .option("--random <n>", "so many runs with random priorities, for large programs", parseNatural)
    .option("--depth <n>", "with --random: changes of priority in a run; 0 draws each step", parseNatural, 3)
    .option(
      "--max-steps <n>",
      "end after so many steps (default: a thousand million; three million for each of several programs)",
      parseNatural,
    )
    .option(
      "--max-states <n>",
      "count interleavings through at most so many states; 0: do not count (default: 1,500,000)",
      parseNatural,
    )
    .option("--stories <n>", "how many examples are told", parseNatural, 3)
    .option("--seen <goroutine>", "show what this goroutine can come to load, and what comes of it")
    .addHelpText("after", help)
    .action(async (word, flags) => {
      const { explore } = await import("../model-explore.js");
      await explore(word, flags, context);
    });
}
