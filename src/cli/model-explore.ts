/** `maptrap model explore`: all interleavings of a modelled program. */
import { setImmediate } from "node:timers/promises";
import { UsageError } from "../base/errors.js";
import { Exploration, type ExplorationResult, type SearchPlan } from "../gomap/programs/exploration.js";
import {
  type ExplorationLimits,
  explorationPieces,
  limitsOfMany,
  limitsOfOne,
} from "../gomap/programs/exploration-pieces.js";
import { outcomeGroups } from "../gomap/programs/outcome.js";
import { type StoryStep, tellStory } from "../gomap/programs/story.js";
import { explorationJson } from "../report/json/model.js";
import { countingText, exploringText } from "../report/text/model-progress.js";
import { replayCommand } from "../report/text/model-replay.js";
import { seenLines } from "../report/text/model-seen.js";
import { exampleLines, explorationLines, modelHeading } from "../report/text/model.js";
import { shown } from "../report/text/shown.js";
import { percent, tableLines } from "../report/text/table.js";
import type { ModelContext, ModelFlags } from "./commands/model-options.js";
import { HtmlFile } from "./html-file.js";
import { withInterruption } from "./interruption.js";
import { findPrograms, modelDocument, type NamedProgram, settingsOf } from "./model-subject.js";
import { type Progress, progressOn } from "./progress.js";

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
    const done: {
      readonly named: NamedProgram;
      readonly exploration: Exploration;
      readonly result: ExplorationResult;
    }[] = [];
    for (const named of programs) {
      if (done.length === 0 || !stop.aborted) {
        const exploration = await explorationOf(named, limitsOf(flags, programs.length), { stop, progress });
        done.push({ named, exploration, result: exploration.result() });
      }
    }
    progress.clear();
    const text = done.map((one) => shownExploration(word, one, flags, programs.length === 1));
    if (flags.json === true) {
      const all = done.map(({ named, exploration, result }) => jsonOf(named, exploration, result, flags));
      process.stdout.write(`${JSON.stringify(programs.length === 1 ? all[0] : all, undefined, 2)}\n`);
    } else if (programs.length === 1) {
      process.stdout.write(text.join("\n"));
    } else {
      process.stdout.write(`${severalLines(done).join("\n")}\n`);
    }
    const settings = settingsOf(flags);
    await html?.write(
      done.map(({ named }, number) => modelDocument(named, settings, { begin: "explore" }, number)),
    );
    const bad = done.some(({ result }) => result.outcomes.some(({ group }) => group !== "nothing"));
    process.exitCode = bad ? 66 : stop.aborted ? 130 : 0;
  });
}

/** Several programs share the time that one may take. */
function limitsOf(flags: ExploreFlags, programs: number): LimitedFlags {
  const { maxSteps, maxStates } = programs === 1 ? limitsOfOne : limitsOfMany;
  return { ...flags, maxSteps: flags.maxSteps ?? maxSteps, maxStates: flags.maxStates ?? maxStates };
}

type LimitedFlags = ExploreFlags & ExplorationLimits;

async function explorationOf(
  { program, label }: NamedProgram,
  flags: LimitedFlags,
  { stop, progress }: { readonly stop: AbortSignal; readonly progress: Progress },
): Promise<Exploration> {
  const exploration = new Exploration(program, settingsOf(flags), planOf(flags), {
    mostStates: flags.maxStates,
  });
  const began = performance.now();
  for (const phase of explorationPieces(exploration, flags)) {
    const text =
      phase === "exploring"
        ? exploringText(exploration, performance.now() - began)
        : countingText(exploration.counting()?.states ?? 0);
    progress.say(`${label}: ${text}`);
    await setImmediate();
    if (stop.aborted) {
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

function shownExploration(
  word: string,
  {
    named,
    exploration,
    result,
  }: { named: NamedProgram; exploration: Exploration; result: ExplorationResult },
  flags: ExploreFlags,
  alone: boolean,
): string {
  if (!alone) {
    return "";
  }
  const told = result.outcomes.filter(({ group }) => group !== "nothing").slice(0, flags.stories);
  const lines = [
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
  return `${lines.join("\n")}\n`;
}

function jsonOf(
  named: NamedProgram,
  exploration: Exploration,
  result: ExplorationResult,
  flags: ExploreFlags,
) {
  const stories = result.outcomes.map(({ example }, index) =>
    index < flags.stories ? storyOf(exploration, example.schedule) : undefined,
  );
  return explorationJson({ label: named.label, text: named.program.text }, result, stories);
}

/** Several programs, a line each. */
function severalLines(
  done: readonly { readonly named: NamedProgram; readonly result: ExplorationResult }[],
): string[] {
  const [first] = done;
  const groups = outcomeGroups.filter((group) =>
    done.some(({ result }) => result.outcomes.some((one) => one.group === group)),
  );
  const rows = done.map(({ named, result }) => [
    named.label,
    ...groups.map((group) => {
      const counted = result.interleavings;
      const found = result.outcomes.some((one) => one.group === group);
      const share = counted?.byKind
        .filter((one) => one.group === group)
        .reduce((sum, one) => sum + one.interleavings / counted.total, 0);
      return found
        ? share === undefined
          ? "possible"
          : percent(share)
        : result.complete
          ? "never"
          : "not found";
    }),
    result.outcomes
      .filter(({ group }) => group === "fatal error")
      .map(({ kinds }) => kinds.join("; "))
      .slice(0, 1)
      .join(""),
  ]);
  const table = tableLines(
    [
      { title: "program", align: "left", most: 40 },
      ...groups.map((title) => ({ title, align: "right", most: 14 }) as const),
      { title: "message", align: "left", most: 70 },
    ],
    rows,
  );
  const heading =
    first === undefined ? [] : modelHeading(first.named.program, first.result.settings).slice(-1);
  return [...heading, "shares of all interleavings", "", ...table.map(shown)];
}
