/** `maptrap model explore`: all interleavings of a modelled program. */
import { setImmediate } from "node:timers/promises";
import { UsageError } from "../base/errors.js";
import { Exploration, type ExplorationResult, type SearchPlan } from "../gomap/programs/exploration.js";
import {
  endByPerson,
  type ExplorationLimits,
  explorationPieces,
  limitsOfMany,
  limitsOfOne,
} from "../gomap/programs/exploration-pieces.js";
import { type StoryStep, tellStory } from "../gomap/programs/story.js";
import { explorationJson } from "../report/json/model.js";
import { progressText } from "../report/text/model-progress.js";
import { replayCommand } from "../report/text/model-replay.js";
import { seenLines } from "../report/text/model-seen.js";
import { severalLines } from "../report/text/model-several.js";
import {
  cancelledText,
  exampleLines,
  explorationLines,
  modelHeading,
  settingsText,
} from "../report/text/model.js";
import type { ModelContext, ModelFlags } from "./commands/model-options.js";
import { HtmlFile } from "./html-file.js";
import { withInterruption } from "./interruption.js";
import { findPrograms, modelDocument, type NamedProgram, settingsOf } from "./model-subject.js";
import { progressOn } from "./progress.js";

/** The options, as they come out of the command line. */
export type ExploreFlags = ModelFlags & {
  readonly all?: true | undefined;
  readonly preemptions?: number | undefined;
  readonly random?: number | undefined;
  readonly depth: number;
  readonly maxSteps?: number | undefined;
  readonly maxStates?: number | undefined;
  readonly stories: number;
  readonly seen?: string | undefined;
};

/** A program that was explored, perhaps in part. */
interface Explored {
  readonly named: NamedProgram;
  readonly exploration: Exploration;
  readonly result: ExplorationResult;
}

/**
 * Tries all interleavings, shows how they end, and sets the exit status.
 *
 * @throws ProgramSyntaxError, UsageError
 */
export async function explore(word: string, flags: ExploreFlags, context: ModelContext): Promise<void> {
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const programs = findPrograms(word, context.workingDirectory);
  const progress = progressOn(process.stderr);
  await withInterruption(async ({ stop }) => {
    const done: Explored[] = [];
    for (const [index, named] of programs.entries()) {
      if (!stop.aborted) {
        const where = programs.length === 1 ? "" : `${index + 1} of ${programs.length}: `;
        const say = (text: string): void => progress.say(`${where}${named.label}: ${text}`);
        const exploration = await explorationOf(named, limitsOf(flags, programs.length), { stop, say });
        done.push({ named, exploration, result: exploration.result() });
      }
    }
    progress.clear();
    const [first] = done;
    if (flags.json === true) {
      const all = done.map((one) => jsonOf(one, flags));
      process.stdout.write(`${JSON.stringify(programs.length === 1 ? all[0] : all, undefined, 2)}\n`);
    } else {
      const cancelled = stop.aborted ? [cancelledText, ""] : [];
      const found = programs.length === 1 ? foundLines(word, first, flags) : tableOf(programs, done);
      process.stdout.write(`${[...cancelled, ...found].join("\n")}\n`);
    }
    const settings = settingsOf(flags);
    await html?.write(
      done.map(({ named, result: { plan } }, number) =>
        modelDocument(named, settings, { begin: "explore", plan }, number),
      ),
    );
    const bad = done.some(({ result }) => result.outcomes.some(({ group }) => group !== "nothing"));
    process.exitCode = stop.aborted ? 130 : bad ? 66 : 0;
  });
}

/** Several programs share the time that one may take. */
function limitsOf(flags: ExploreFlags, programs: number): LimitedFlags {
  const { maxSteps, maxStates } = programs === 1 ? limitsOfOne : limitsOfMany;
  return { ...flags, maxSteps: flags.maxSteps ?? maxSteps, maxStates: flags.maxStates ?? maxStates };
}

type LimitedFlags = ExploreFlags & ExplorationLimits;

async function explorationOf(
  { program }: NamedProgram,
  flags: LimitedFlags,
  { stop, say }: { readonly stop: AbortSignal; readonly say: (text: string) => void },
): Promise<Exploration> {
  const exploration = new Exploration(program, settingsOf(flags), planOf(flags), {
    mostStates: flags.maxStates,
  });
  const began = performance.now();
  for (const phase of explorationPieces(exploration, flags)) {
    say(progressText(exploration, phase, performance.now() - began));
    await setImmediate();
    if (stop.aborted) {
      endByPerson(exploration);
      return exploration;
    }
  }
  return exploration;
}

function planOf(flags: ExploreFlags): SearchPlan {
  const chosen = [flags.all, flags.preemptions, flags.random].filter((flag) => flag !== undefined);
  if (chosen.length > 1) {
    throw new UsageError("--all, --preemptions and --random exclude each other");
  }
  if (flags.random !== undefined) {
    return { kind: "random", runs: flags.random, depth: flags.depth };
  }
  if (flags.preemptions !== undefined) {
    return { kind: "preemptions", most: flags.preemptions };
  }
  return { kind: flags.all === true ? "all" : "reduced" };
}

function storyOf(exploration: Exploration, schedule: Uint8Array): readonly StoryStep[] {
  const { compiled, settings } = exploration;
  return tellStory(compiled, settings.memory, schedule, { stopsAll: settings.afterFatal === "stop" });
}

function foundLines(word: string, explored: Explored | undefined, flags: ExploreFlags): string[] {
  if (explored === undefined) {
    return [];
  }
  const { named, exploration, result } = explored;
  const told = result.outcomes.filter(({ group }) => group !== "nothing").slice(0, flags.stories);
  return [
    ...modelHeading(named.program, result.settings),
    "",
    ...explorationLines(result),
    ...told.flatMap((found) => [
      "",
      ...exampleLines(
        found,
        storyOf(exploration, found.example.schedule),
        replayCommand(word, result.settings, found.example.token),
      ),
    ]),
    ...(flags.seen === undefined ? [] : ["", ...seenLines(exploration, flags.seen)]),
  ];
}

function jsonOf({ named, exploration, result }: Explored, flags: ExploreFlags) {
  const stories = result.outcomes.map(({ example }, index) =>
    index < flags.stories ? storyOf(exploration, example.schedule) : undefined,
  );
  return explorationJson({ label: named.label, text: named.program.text }, result, stories);
}

/** Several programs, a line each; those that were not come to as well. */
function tableOf(programs: readonly NamedProgram[], done: readonly Explored[]): string[] {
  const [first] = done;
  const rows = programs.map(({ label }, index) => ({ label, result: done[index]?.result ?? null }));
  return [...(first === undefined ? [] : [settingsText(first.result.settings)]), ...severalLines(rows)];
}
