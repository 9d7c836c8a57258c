/** `maptrap model run` and `replay`: one run of a modelled program, step by step. */
import { type ModelContext, modelSubcommand, parseNatural } from "./model-options.js";

/** Makes `run`. */
export function modelRunCommand(context: ModelContext) {
  return modelSubcommand("run")
    .description("make one run, with a schedule drawn at random, and tell it")
    .argument("<program>", "name of a shipped program, file, or text")
    .option("--depth <n>", "how many changes of priority; 0 draws each step (default: 3)", parseNatural, 3)
    .option("--every", "a line for each step")
    .action(async (word, flags) => {
      const { makeRun } = await import("../model-run.js");
      await makeRun(word, flags, context);
    });
}

/** Makes `replay`. */
export function modelReplayCommand(context: ModelContext) {
  return modelSubcommand("replay")
    .description("make a run again from its token, with the same program and options")
    .argument("<program>", "name of a shipped program, file, or text")
    .argument("<token>", "mt1-…, as printed with the run")
    .option("--every", "a line for each step")
    .action(async (word, token, flags) => {
      const { replayRun } = await import("../model-run.js");
      await replayRun(word, token, flags, context);
    });
}
