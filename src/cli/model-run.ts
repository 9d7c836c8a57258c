/** `maptrap model run` and `replay`: one run of a modelled program, step by step. */
import { type MadeRun, Runs } from "../gomap/programs/run.js";
import { runJson } from "../report/json/model.js";
import { runLines } from "../report/text/model-run.js";
import type { CommandContext } from "./context.js";
import { HtmlFile } from "./html-file.js";
import {
  findProgram,
  modelDocument,
  type ModelFlags,
  modelSubcommand,
  parseNatural,
  settingsOf,
} from "./model-options.js";

type RunFlags = ModelFlags & { readonly depth: number; readonly every?: true | undefined };

/** Makes `run`. */
export function modelRunCommand(context: Pick<CommandContext, "workingDirectory">) {
  return modelSubcommand("run")
    .description("make one run, with a schedule drawn at random, and tell it")
    .argument("<program>", "name of a shipped program, file, or text")
    .option("--depth <n>", "how many changes of priority; 0 draws each step (default: 3)", parseNatural, 3)
    .option("--every", "a line for each step")
    .action(async (word, flags) => {
      const html = await HtmlFile.at(flags.html, context.workingDirectory);
      const named = findProgram(word, context.workingDirectory);
      const runs = new Runs(named.program, settingsOf(flags));
      const run = runs.make(runs.draw(flags.depth));
      show(runs, run, flags);
      await html?.write([modelDocument(named, runs.settings, { begin: "run", token: run.token })]);
    });
}

/** Makes `replay`. */
export function modelReplayCommand(context: Pick<CommandContext, "workingDirectory">) {
  return modelSubcommand("replay")
    .description("make a run again from its token, with the same program and options")
    .argument("<program>", "name of a shipped program, file, or text")
    .argument("<token>", "mt1-…, as printed with the run")
    .option("--every", "a line for each step")
    .action(async (word, token, flags) => {
      const html = await HtmlFile.at(flags.html, context.workingDirectory);
      const named = findProgram(word, context.workingDirectory);
      const runs = new Runs(named.program, settingsOf(flags));
      const run = runs.replay(token);
      show(runs, run, flags);
      await html?.write([modelDocument(named, runs.settings, { begin: "run", token: run.token })]);
    });
}

function show(runs: Runs, run: MadeRun, flags: Pick<RunFlags, "json" | "every">): void {
  const { program, settings } = runs;
  const story = runs.story(run);
  const text =
    flags.json === true
      ? JSON.stringify(runJson(program.text, settings, { ...run, story }), undefined, 2)
      : runLines({ program, settings, run, story, every: flags.every === true }).join("\n");
  process.stdout.write(`${text}\n`);
}
