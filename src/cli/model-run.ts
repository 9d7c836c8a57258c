/** `maptrap model run` and `replay`: one run of a modelled program, step by step. */
import { type MadeRun, Runs } from "../gomap/programs/run.js";
import { runJson } from "../report/json/model.js";
import { runLines } from "../report/text/model-run.js";
import type { ModelContext, ModelFlags } from "./commands/model-options.js";
import { HtmlFile } from "./html-file.js";
import { findProgram, modelDocument, settingsOf } from "./model-subject.js";

/** The options of replay, as they come out of the command line. */
export type ReplayFlags = ModelFlags & { readonly every?: true | undefined };

/** Those of run. */
export type RunFlags = ReplayFlags & { readonly depth: number };

/**
 * Makes one run, and tells it.
 *
 * @throws ProgramSyntaxError, UsageError
 */
export async function makeRun(word: string, flags: RunFlags, context: ModelContext): Promise<void> {
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const named = findProgram(word, context.workingDirectory);
  const runs = new Runs(named.program, settingsOf(flags));
  const run = runs.make(runs.draw(flags.depth));
  show(runs, run, flags);
  await html?.write([modelDocument(named, runs.settings, { begin: "run", token: run.token })]);
}

/**
 * Makes a run again, and tells it.
 *
 * @throws ProgramSyntaxError, UsageError, and what is wrong with the token
 */
export async function replayRun(
  word: string,
  token: string,
  flags: ReplayFlags,
  context: ModelContext,
): Promise<void> {
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const named = findProgram(word, context.workingDirectory);
  const runs = new Runs(named.program, settingsOf(flags));
  const run = runs.replay(token);
  show(runs, run, flags);
  await html?.write([modelDocument(named, runs.settings, { begin: "run", token: run.token })]);
}

function show(runs: Runs, run: MadeRun, flags: Pick<ReplayFlags, "json" | "every">): void {
  const { program, settings } = runs;
  const story = runs.story(run);
  const text =
    flags.json === true
      ? JSON.stringify(runJson(program.text, settings, { ...run, story }), undefined, 2)
      : runLines({ program, settings, run, story, every: flags.every === true }).join("\n");
  process.stdout.write(`${text}\n`);
}
