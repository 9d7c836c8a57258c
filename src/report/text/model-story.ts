/** Tells a run of a modelled program in words. */
import type { MarkNote, StoryStep } from "../../gomap/programs/story.js";
import { countText } from "../../case/count.js";
import { listed, shown } from "./shown.js";

/** A stretch of a goroutine in a phase of a function: a line of a story. */
export interface StoryPart {
  readonly goroutine: string;
  /** Whether the goroutine is another one than before. */
  readonly isSwitch: boolean;
  /** Its statement, function and phase, and what is done there. */
  readonly what: string;
  /** What it does to the mark of a writer, or learns of it; the last of it. */
  readonly marks: readonly string[];
  readonly firstStep: number;
  readonly steps: number;
}

/** A run as numbered lines: one for each stretch of a goroutine in a phase of a function. */
export function storyLines(story: readonly StoryStep[], every = false): string[] {
  const width = story.reduce((most, { goroutine }) => Math.max(most, goroutine.length), 1);
  return storyParts(story, every).map(({ goroutine, isSwitch, what, firstStep, steps }, index) => {
    const number = String(index + 1).padStart(4);
    const who = isSwitch ? goroutine : "";
    const missed = story.slice(firstStep, firstStep + steps).flatMap(({ mark }) => missedText(mark));
    return shown(`${number} ${who.padEnd(width)}  ${[what, ...missed].join("; ")}`);
  });
}

/** More lines than this are cut in the middle, unless each step was asked for. */
const mostLines = 400;

/**
 * The lines of a story, or its beginning and its end where it is long.
 *
 * @param wayOut how to get the rest
 */
export function cutLines(lines: readonly string[], wayOut: string): readonly string[] {
  const half = mostLines / 2;
  return lines.length <= mostLines
    ? lines
    : [
        ...lines.slice(0, half),
        `  … ${countText(lines.length - mostLines)} lines: ${wayOut} …`,
        ...lines.slice(-half),
      ];
}

/** Where the parts of a story begin: numbers of steps. */
export function partStarts(
  length: number,
  stepAt: (at: number) => Pick<StoryStep, "goroutine" | "reachesMemory" | "function" | "phase" | "statement">,
): number[] {
  const starts: number[] = [];
  let last: ReturnType<typeof stepAt> | undefined;
  for (let at = 0; at < length; at++) {
    const step = stepAt(at);
    if (last === undefined || !isSamePart(last, step)) {
      starts.push(at);
      last = step;
    }
  }
  return starts;
}

/** The parts of a story. */
export function storyParts(story: readonly StoryStep[], every = false): StoryPart[] {
  const starts = every ? story.map((_step, at) => at) : partStarts(story.length, (at) => story[at] ?? noStep);
  return starts.map((start, index) =>
    storyPart(story.slice(start, starts[index + 1]), start, story[start - 1]?.goroutine),
  );
}

const noStep = { goroutine: "", reachesMemory: false, function: "", phase: "", statement: "" };

/**
 * One part, told.
 *
 * @param before the goroutine that did the step before
 */
export function storyPart(
  steps: readonly StoryStep[],
  firstStep: number,
  before: string | undefined,
): StoryPart {
  const [first] = steps;
  const what =
    first === undefined
      ? ""
      : first.reachesMemory
        ? `store buffer to memory: ${steps.map(stepText).join(", ")}`
        : `${first.statement}: ${first.function}, ${first.phase}: ${partText(steps)}`;
  return {
    goroutine: first?.goroutine ?? "",
    isSwitch: first?.goroutine !== before,
    what,
    marks: steps.flatMap(({ mark, reachesMemory }) =>
      mark === undefined ? [] : [markText(mark, reachesMemory)],
    ),
    firstStep,
    steps: steps.length,
  };
}

/** First and last steps of a part; what is between them is counted. */
function partText(steps: readonly StoryStep[]): string {
  const texts = steps.map(stepText);
  return texts.length <= 4
    ? texts.join(", ")
    : [...texts.slice(0, 2), `${texts.length - 3} more`, ...texts.slice(-1)].join(", ");
}

/** `store h.flags = 4`, `load h.flags -> 0` */
export function stepText({ text, value }: Pick<StoryStep, "text" | "value">): string {
  if (value === undefined) {
    return text;
  }
  return text.startsWith("store") ? `${text} = ${value}` : `${text} -> ${value}`;
}

function isSamePart(a: typeof noStep, b: typeof noStep): boolean {
  return (
    a.goroutine === b.goroutine &&
    a.reachesMemory === b.reachesMemory &&
    (a.reachesMemory || (a.function === b.function && a.phase === b.phase && a.statement === b.statement))
  );
}

/** What a step is to the mark of a writer, in words. */
export function markText({ what, beside }: MarkNote, reachesMemory: boolean): string {
  const others = listed(beside);
  const are = beside.length === 1 ? "is" : "are";
  switch (what) {
    case "set": {
      const place = reachesMemory ? "the mark reaches memory" : "sets the mark";
      return others === "" ? place : `${place}, too late for ${others}, which looked before`;
    }
    case "cleared": {
      const place = reachesMemory ? "the mark is gone from memory" : "takes the mark away";
      return others === "" ? place : `${place} while ${others} ${are} still at it`;
    }
    case "found clear":
      return others === ""
        ? "looks for a mark: none"
        : `looks for a mark: none, although ${others} ${are} in the middle of a change`;
    case "found set":
      return others === ""
        ? "looks for a mark: set"
        : `looks for a mark: set; ${others} ${are} in the middle of a change`;
    case "still set":
      return "its mark is still there";
    case "gone":
      return "its mark is gone";
    case "in store buffer":
      return `looks for a mark: none, because ${others === "" ? "it" : `that of ${others}`} is still in a store buffer`;
    default:
      return what satisfies never;
  }
}

/** Where the mark misses somebody; the story's lines tell that. */
function missedText(mark: MarkNote | undefined): string[] {
  return mark !== undefined && isMissed(mark) ? [`(${markText(mark, false)})`] : [];
}

/** Whether the mark misses somebody here: it is set too late, looked for too early or too late, or taken away too early. */
export function isMissed({ what, beside }: MarkNote): boolean {
  return (
    what === "in store buffer" ||
    (beside.length > 0 && (what === "set" || what === "cleared" || what === "found clear"))
  );
}
