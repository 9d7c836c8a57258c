/** `maptrap model run` and `replay`: one run of a modelled program, step by step. */
import { Command } from "@commander-js/extra-typings";
import { EndStates } from "../gomap/explore/end-states.js";
import { Execution } from "../gomap/explore/execution.js";
import { RandomRuns } from "../gomap/explore/random-runs.js";
import { scheduleOf, TokenError, tokenOf } from "../gomap/explore/schedule.js";
import { arenaBytesFor } from "../gomap/programs/exploration.js";
import { compile, type CompiledProgram } from "../gomap/programs/compiled.js";
import { type Outcome, OutcomeTeller } from "../gomap/programs/outcome.js";
import { Reference } from "../gomap/programs/reference.js";
import { boundOf, mapMaker, type ModelSettings } from "../gomap/programs/settings.js";
import { type StoryStep, tellStory } from "../gomap/programs/story.js";
import type { Program } from "../gomap/programs/syntax.js";
import { runJson } from "../report/json/model.js";
import { modelHeading, outcomeTitle, storyLines } from "../report/text/model.js";
import { shown } from "../report/text/shown.js";
import type { CommandContext } from "./context.js";
import { findProgram, type ModelFlags, modelOptions, parseNatural, settingsOf } from "./model-options.js";

type RunFlags = ModelFlags & { readonly depth: number; readonly every?: true | undefined };

/** A run that has been made. */
interface MadeRun {
  readonly outcome: Outcome;
  readonly token: string;
  readonly story: readonly StoryStep[];
}

/** Makes `run`. */
export function modelRunCommand(context: Pick<CommandContext, "workingDirectory">) {
  return modelOptions(
    new Command("run")
      .description("make one run, with a schedule drawn at random, and tell it")
      .argument("<program>", "name of a shipped program, file, or text")
      .option("--depth <n>", "how many changes of priority; 0 draws each step (default: 3)", parseNatural, 3)
      .option("--every", "a line for each step"),
  ).action((word, flags) => {
    const { program } = findProgram(word, context.workingDirectory);
    const settings = settingsOf(flags);
    const compiled = compiledFor(program, settings);
    show(program, settings, made(compiled, settings, draw(compiled, settings, flags)), flags);
  });
}

/** Makes `replay`. */
export function modelReplayCommand(context: Pick<CommandContext, "workingDirectory">) {
  return modelOptions(
    new Command("replay")
      .description("make a run again from its token, with the same program and options")
      .argument("<program>", "name of a shipped program, file, or text")
      .argument("<token>", "mt1-…, as printed with the run")
      .option("--every", "a line for each step"),
  ).action((word, token, flags) => {
    const { program } = findProgram(word, context.workingDirectory);
    const settings = settingsOf(flags);
    const schedule = scheduleOf(token, boundOf(program.text, settings));
    const run = made(compiledFor(program, settings), settings, schedule);
    if (run.story.length < schedule.length) {
      throw new TokenError("the token does not replay: a step of it cannot be done");
    }
    show(program, settings, run, flags);
  });
}

function compiledFor(program: Program, settings: ModelSettings): CompiledProgram {
  const { policy, seed } = settings;
  return compile(program, {
    makeMap: mapMaker(settings),
    policy,
    seed,
    arenaBytes: arenaBytesFor(program),
    longest: 1_000_000,
  });
}

function draw(
  compiled: CompiledProgram,
  settings: ModelSettings,
  flags: Pick<RunFlags, "depth">,
): Uint8Array {
  const stopsAll = settings.afterFatal === "stop";
  let schedule = new Uint8Array();
  const ends = new EndStates((execution) => {
    schedule = Uint8Array.from(execution.who.subarray(0, execution.depth));
  }, stopsAll);
  const drawing =
    flags.depth === 0
      ? ({ kind: "uniform" } as const)
      : ({ kind: "priorities", depth: flags.depth } as const);
  const execution = new Execution(compiled.start(settings.memory, stopsAll));
  new RandomRuns(execution, ends, { drawing, runs: 1, seed: settings.seed }).advance(1);
  return schedule;
}

function made(compiled: CompiledProgram, settings: ModelSettings, schedule: Uint8Array): MadeRun {
  const { program } = compiled;
  const options = { makeMap: mapMaker(settings), seed: settings.seed, arenaBytes: arenaBytesFor(program) };
  const isLarge = schedule.length > 5000;
  const teller = new OutcomeTeller(compiled, isLarge ? undefined : Reference.explore(program, options));
  let outcome: Outcome | undefined;
  const story = tellStory(compiled, settings.memory, schedule, {
    stopsAll: settings.afterFatal === "stop",
    atEnd: (execution) => {
      outcome = teller.tell(execution);
    },
  });
  if (outcome === undefined) {
    throw new TokenError("the run has no end");
  }
  return { outcome, story, token: tokenOf(schedule, boundOf(program.text, settings)) };
}

function show(
  program: Program,
  settings: ModelSettings,
  run: MadeRun,
  flags: Pick<RunFlags, "json" | "every">,
): void {
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(runJson(program.text, settings, run), undefined, 2)}\n`);
    return;
  }
  const story = storyLines(run.story, flags.every === true);
  const most = 400;
  const cutStory =
    story.length <= most
      ? story
      : [...story.slice(0, most / 2), `  … ${story.length - most} lines …`, ...story.slice(-most / 2)];
  const lines = [
    ...modelHeading(program, settings),
    "",
    ...(flags.every === true ? story : cutStory),
    "",
    `end: ${shown(outcomeTitle(run.outcome))}`,
    ...run.outcome.details.slice(0, 10).map((detail) => `  ${shown(detail)}`),
    `token: ${run.token}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
