/** Draws one run of a modelled program. */
import type { MadeRun } from "../../gomap/programs/run.js";
import type { ModelSettings } from "../../gomap/programs/settings.js";
import type { StoryStep } from "../../gomap/programs/story.js";
import type { Program } from "../../gomap/programs/syntax.js";
import { modelHeading, outcomeTitle } from "./model.js";
import { cutLines, storyLines } from "./model-story.js";
import { shown } from "./shown.js";

/** A run with its story. */
export function runLines({
  program,
  settings,
  run,
  story,
  every,
}: {
  readonly program: Program;
  readonly settings: ModelSettings;
  readonly run: MadeRun;
  readonly story: readonly StoryStep[];
  /** A line for each step. */
  readonly every: boolean;
}): string[] {
  const lines = storyLines(story, every);
  const { sentence, details } = endOfRun(run);
  return [
    ...modelHeading(program, settings),
    "",
    ...(every ? lines : cutLines(lines, "--every tells all of them")),
    "",
    `end: ${sentence}`,
    ...details.map((detail) => `  ${detail}`),
    `token: ${run.token}`,
  ];
}

/** How a run has ended, as sentences. */
export function endOfRun({ outcome }: Pick<MadeRun, "outcome">): {
  readonly sentence: string;
  readonly details: readonly string[];
} {
  return outcome === undefined
    ? { sentence: "none yet: this schedule leaves off while goroutines could go on", details: [] }
    : { sentence: shown(outcomeTitle(outcome)), details: outcome.details.slice(0, 10).map(shown) };
}
