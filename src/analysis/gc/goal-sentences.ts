/** What the heap goals say, in words. */
import { durationText } from "../../case/duration.js";
import type { GcRun } from "../../evidence/gctrace/gc-trace.js";
import type { GoalReading } from "./goals.js";

/** One sentence or two each; none when the goals say nothing. */
export function goalSentences(reading: GoalReading, run: GcRun): string[] {
  const { totals, cycles } = run;
  if (reading.off) {
    return [
      "No cycle has a goal: GOGC=off, and no memory limit. Nothing is collected but when runtime.GC or debug.FreeOSMemory asks for it.",
    ];
  }
  if (reading.gogc !== null) {
    return [
      ...gogcSentences(reading, reading.gogc, cycles.at(-1)?.stacks !== null),
      ...oftenSentence(reading.gogc.named, run),
      ...otherGoals(reading),
    ];
  }
  const { limited } = reading;
  if (limited !== null && totals !== null) {
    const [low, high] = totals.liveHeap;
    return [
      `The goals stay ${between(limited)} whatever is alive (${low} to ${high} MB): a memory limit sets them (GOMEMLIMIT, debug.SetMemoryLimit), and GOGC is off or far higher. The limit itself is larger: it counts stacks and the runtime's own memory too.`,
    ];
  }
  return reading.of < 2
    ? []
    : [
        "The goals fit to no single GOGC: it was changed meanwhile (debug.SetGCPercent), or a memory limit sets some of them.",
      ];
}

function gogcSentences(
  { fits, of, example }: GoalReading,
  { atLeast, atMost, named }: NonNullable<GoalReading["gogc"]>,
  withStacks: boolean,
): string[] {
  const range =
    atMost === null ? `${atLeast} or more` : atLeast <= 0 ? `up to ${atMost}` : `${atLeast} to ${atMost}`;
  const exact = atLeast === atMost;
  const agreeing = fits === of ? `all ${of} goals` : `${fits} of ${of} goals`;
  const value =
    named === null ? `a GOGC of ${range}` : `GOGC=${named}${named === 100 ? ", the default" : ""}`;
  const told = `${agreeing[0]?.toUpperCase() ?? ""}${agreeing.slice(1)} fit to ${value}${exact || named === null ? "" : ` (anything of ${range} does; gctrace cuts sizes to whole MB)`}.`;
  const beside = withStacks ? ", stacks and globals" : "";
  const meaning =
    named === null
      ? `The next cycle is to be through when the heap has grown by so many percent of the live heap${beside}.`
      : `${named === 100 ? "The heap may double" : `The heap may grow by ${named} %`} over what was alive${withStacks ? " (stacks and globals count as alive)" : ""} until the next cycle is through; the smallest goal is ${smallestGoal(named)}.`;
  return [told, meaning, ...(example === null ? [] : [exampleSentence(example)])];
}

function smallestGoal(gogc: number): string {
  const kibibytes = (4096 * gogc) / 100;
  return kibibytes >= 1024 ? `${Number((kibibytes / 1024).toFixed(1))} MB` : `${Math.round(kibibytes)} KB`;
}

function exampleSentence({
  number,
  live,
  stacks,
  globals,
  nextGoal,
}: NonNullable<GoalReading["example"]>): string {
  const more =
    (stacks ?? 0) + (globals ?? 0) > 0
      ? `, with ${stacks ?? 0} MB of stacks and ${globals ?? 0} MB of globals`
      : "";
  return `For example: after cycle ${number} ${live} MB were alive${more}, and the goal of cycle ${number + 1} was ${nextGoal} MB.`;
}

/** With a small GOGC one cycle follows the other. */
function oftenSentence(gogc: number | null, { totals }: GcRun): string[] {
  if (gogc === null || gogc > mostForOften || totals === null || totals.cycles < 10) {
    return [];
  }
  const span = durationText(totals.lastStart - totals.firstStart);
  return [
    `So one cycle follows another: ${totals.cycles} in ${span}, which took ${totals.lastPercent} % of all processor time.`,
  ];
}

/** From here on cycles are not strikingly many. */
const mostForOften = 20;

/** Goals that do not fit. */
function otherGoals({ below, above, limited }: GoalReading): string[] {
  return [
    ...(below > 0 && limited !== null
      ? [
          `${below} ${below === 1 ? "goal is" : "goals are"} lower (${between(limited)}): a memory limit (GOMEMLIMIT, debug.SetMemoryLimit), or a smaller GOGC at that time (debug.SetGCPercent).`,
        ]
      : []),
    ...(above > 0
      ? [
          `${above} ${above === 1 ? "goal is" : "goals are"} higher: GOGC was larger at that time (debug.SetGCPercent).`,
        ]
      : []),
  ];
}

function between([low, high]: readonly [number, number]): string {
  return low === high ? `at ${low} MB` : `between ${low} and ${high} MB`;
}
