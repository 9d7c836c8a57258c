/** `maptrap model`: Go's two maps as an executable model, and what can happen when goroutines share one. */
import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "../context.js";
import { modelCompareCommand } from "./model-compare.js";
import { modelExploreCommand } from "./model-explore.js";
import { modelReplayCommand, modelRunCommand } from "./model-run.js";

const help = `
PROGRAM is the name of a shipped program, a file, or the text itself. Goroutines stand on lines of their own, or beside each other:
  maptrap model explore article --map swiss --memory tso
  maptrap model explore 'a: for i<2 m[i]=i*2 | b: for i<2 _=m[i]'
  maptrap model explore 'map m {0..7}; a: m[8]=1 | b: x=m[3]' --policy silent
  maptrap model compare counter
  maptrap model run article-1000 --seed 7
  maptrap model list
No Go is needed. docs/model.md has the grammar, and says what is counted.`;

/** Makes the command. */
export function modelCommand(context: Pick<CommandContext, "workingDirectory">) {
  return new Command("model")
    .description(
      "try all interleavings of a small program on a model of Go's maps, step by step as the runtime does",
    )
    .addHelpText("after", help)
    .addCommand(modelRunCommand(context).exitOverride())
    .addCommand(modelExploreCommand(context).exitOverride())
    .addCommand(modelReplayCommand(context).exitOverride())
    .addCommand(modelCompareCommand(context).exitOverride())
    .addCommand(listCommand().exitOverride());
}

function listCommand() {
  return new Command("list")
    .description("list the shipped programs")
    .option("--json", "print JSON")
    .action(async (flags) => {
      const { listPrograms } = await import("../model-list.js");
      listPrograms(flags.json === true);
    });
}
