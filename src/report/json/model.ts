/** What was found about a modelled program, as JSON. */
import type { PolicyComparison } from "../../gomap/programs/comparison.js";
import type { ExplorationResult } from "../../gomap/programs/exploration.js";
import type { Outcome } from "../../gomap/programs/outcome.js";
import type { ModelSettings } from "../../gomap/programs/settings.js";
import type { StoryStep } from "../../gomap/programs/story.js";

/** Version of these shapes. */
const formatVersion = 1;

function headOf(kind: string, program: string, settings: ModelSettings) {
  return { format: `maptrap model ${kind}`, version: formatVersion, program, settings };
}

/** An exploration. */
export function explorationJson(
  program: { readonly label: string; readonly text: string },
  result: ExplorationResult,
  stories: readonly (readonly StoryStep[] | undefined)[],
) {
  const { progress, complete, ended, asleep, ends, interleavings, rightResults, plan } = result;
  return {
    ...headOf("explore", program.text, result.settings),
    label: program.label,
    plan,
    runs: progress.runs,
    steps: progress.steps,
    complete,
    /** What ended it before its end: `person` (Ctrl-C), `steps` or `memory` (its limits). */
    endedBy: ended ?? null,
    givenUpAsKnown: asleep,
    differentEnds: ends,
    interleavings: interleavings ?? null,
    notCounted: result.uncounted ?? null,
    rightResults: rightResults ?? null,
    outcomes: result.outcomes.map(({ example, ...outcome }, index) => ({
      ...outcome,
      example: {
        token: example.token,
        switches: example.switches,
        details: example.outcome.details,
        stopped: example.outcome.stopped,
        story: stories[index] ?? null,
      },
    })),
  };
}

/** One run. */
export function runJson(
  program: string,
  settings: ModelSettings,
  run: {
    /** Undefined where the schedule leaves off before the end. */
    readonly outcome: Outcome | undefined;
    readonly token: string;
    readonly story: readonly StoryStep[];
  },
) {
  return {
    ...headOf("run", program, settings),
    token: run.token,
    outcome: run.outcome ?? null,
    story: run.story,
  };
}

/** Policies and checks. */
export function policyComparisonJson(program: string, settings: ModelSettings, comparison: PolicyComparison) {
  return { ...headOf("compare", program, settings), ...comparison };
}
