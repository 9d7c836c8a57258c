/** `maptrap model compare`: a program under each policy and each kind of check. */
import { type ModelContext, modelSubcommand, parseNatural } from "./model-options.js";

/** Makes the command. */
export function modelCompareCommand(context: ModelContext) {
  return modelSubcommand("compare")
    .description("show what each policy makes of a program and costs, and what each kind of check misses")
    .argument("<program>", "name of a shipped program, file, or text")
    .option("--runs <n>", "random runs of each", parseNatural, 2000)
    .addHelpText("after", "\nCtrl-C ends the comparison and shows what there is so far; exit status 130.")
    .action(async (word, flags) => {
      const { comparePolicies } = await import("../model-compare.js");
      await comparePolicies(word, flags, context);
    });
}
