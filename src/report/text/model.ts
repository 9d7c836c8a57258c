/** Draws what an exploration of a modelled program found. */
import type { ExplorationResult, FoundOutcome } from "../../gomap/programs/exploration.js";
import type { OutcomeGroup } from "../../gomap/programs/outcome.js";
import type { ModelSettings } from "../../gomap/programs/settings.js";
import type { StoryStep } from "../../gomap/programs/story.js";
import type { Program } from "../../gomap/programs/syntax.js";
import { listed, shown, wrapped } from "./shown.js";
import { many, percent, tableLines } from "./table.js";

/** What program is shown, and under which conditions. */
export function modelHeading(program: Program, settings: ModelSettings): string[] {
  const memory = settings.memory === "sc" ? "sequentially consistent memory" : "x86-TSO";
  return [
    ...program.text
      .trim()
      .split("\n")
      .slice(0, 20)
      .map((line) => `  ${shown(line)}`),
    `${settings.map} map of Go 1.${settings.minor}, ${memory}, policy ${settings.policy}`,
  ];
}

/** A count of interleavings: exact while it is short. */
export function countOf(count: number): string {
  return count < 1e12
    ? Math.round(count).toLocaleString("en-US")
    : count.toExponential(3).replace("e+", " * 10^");
}

/** `silent damage: lost update` */
export function outcomeTitle({ group, kinds }: Pick<FoundOutcome, "group" | "kinds">): string {
  const text = listed(kinds);
  return text === "" || text === group ? group : `${group}: ${text}`;
}

/** The table of ends. */
export function explorationLines(result: ExplorationResult): string[] {
  const { interleavings, outcomes } = result;
  const rows = rowsOf(result).map(({ title, count, found }) => [
    title,
    ...(interleavings === undefined
      ? []
      : [
          count === undefined ? "-" : countOf(count),
          count === undefined ? "-" : percent(count / interleavings.total),
        ]),
    found === undefined ? "-" : countOf(found.runs),
    found === undefined ? "-" : countOf(found.ends),
  ]);
  const columns = [
    { title: "end", align: "left", most: 90 },
    ...(interleavings === undefined
      ? []
      : ([
          { title: "interleavings", align: "right", most: 20 },
          { title: "share", align: "right", most: 10 },
        ] as const)),
    { title: "runs made", align: "right", most: 16 },
    { title: "different ends", align: "right", most: 16 },
  ] as const;
  return [
    ...summaryLines(result),
    "",
    ...tableLines(columns, rows),
    ...(outcomes.length === 0 ? ["(no run has come to an end yet)"] : []),
  ];
}

function rowsOf(result: ExplorationResult): {
  title: string;
  count: number | undefined;
  found: FoundOutcome | undefined;
}[] {
  const counts = new Map(
    result.interleavings?.byKind.map((kind) => [outcomeTitle(kind), kind.interleavings] as const),
  );
  const rows = result.outcomes.map((found) => {
    const title = outcomeTitle(found);
    const count = counts.get(title);
    counts.delete(title);
    return { title, count, found };
  });
  return [...rows, ...[...counts].map(([title, count]) => ({ title, count, found: undefined }))];
}

function summaryLines({
  plan,
  progress,
  complete,
  asleep,
  interleavings,
  rightResults,
}: ExplorationResult): string[] {
  const how = {
    reduced: "with partial-order reduction",
    all: "one for each interleaving",
    preemptions: "with few preemptions",
    random: "at random",
  }[plan.kind];
  const state = complete ? (plan.kind === "random" ? "" : ", complete") : ", not complete";
  const gaveUp = asleep > 0 ? `; ${many(asleep, "more")} given up as known` : "";
  const lines = [
    `${many(progress.runs, "run")} made ${how}${state}: ${many(progress.steps, "step")}${gaveUp}`,
  ];
  if (interleavings !== undefined) {
    const { total, states } = interleavings;
    lines.push(`${countOf(total)} interleavings in all, counted through ${many(states, "state")}`);
    if (plan.kind === "reduced" && complete && progress.runs > 0) {
      lines.push(`one run made for ${countOf(total / progress.runs)} interleavings`);
    }
  } else if (plan.kind !== "random") {
    lines.push("the interleavings were not counted: there are too many states, or it was not asked for");
  }
  if (rightResults === undefined) {
    lines.push("damage is what the map's bytes show: the orders of whole operations were not explored");
  }
  return lines;
}

/** An example with its story. */
export function exampleLines(found: FoundOutcome, story: readonly StoryStep[], replay: string): string[] {
  const { outcome, switches } = found.example;
  return [
    `${outcomeTitle(found)}: ${many(story.length, "step")}, ${many(switches, "change", "changes")} of goroutine`,
    ...outcome.details.slice(0, 6).flatMap((detail) => wrapped(detail, 110).map((line) => `  ${line}`)),
    ...storyLines(story),
    `  again: ${shown(replay)}`,
  ];
}

/** A run as numbered lines: one for each stretch of a goroutine in a phase of a function. */
export function storyLines(story: readonly StoryStep[], every = false): string[] {
  const lines: { readonly first: StoryStep; readonly steps: StoryStep[] }[] = [];
  for (const step of story) {
    const last = lines.at(-1);
    if (!every && last !== undefined && isSamePart(last.first, step)) {
      last.steps.push(step);
    } else {
      lines.push({ first: step, steps: [step] });
    }
  }
  const width = Math.max(...story.map(({ goroutine }) => goroutine.length), 1);
  let before = "";
  return lines.map(({ first, steps }, index) => {
    const number = String(index + 1).padStart(4);
    const who = first.goroutine === before ? "" : first.goroutine;
    before = first.goroutine;
    const what = first.reachesMemory
      ? `store buffer to memory: ${steps.map(stepText).join(", ")}`
      : `${first.statement}: ${first.function}, ${first.phase}: ${partText(steps)}`;
    return shown(`${number} ${who.padEnd(width)}  ${what}`);
  });
}

/** First and last steps of a part; what is between them is counted. */
function partText(steps: readonly StoryStep[]): string {
  const texts = steps.map(stepText);
  return texts.length <= 4
    ? texts.join(", ")
    : [...texts.slice(0, 2), `${texts.length - 3} more`, ...texts.slice(-1)].join(", ");
}

function stepText({ text, value }: StoryStep): string {
  if (value === undefined) {
    return text;
  }
  return text.startsWith("store") ? `${text} = ${value}` : `${text} -> ${value}`;
}

function isSamePart(a: StoryStep, b: StoryStep): boolean {
  return (
    a.goroutine === b.goroutine &&
    a.reachesMemory === b.reachesMemory &&
    (a.reachesMemory || (a.function === b.function && a.phase === b.phase && a.statement === b.statement))
  );
}

/** Groups in words, for a list of what is possible. */
export function groupsText(groups: readonly OutcomeGroup[]): string {
  return groups.length === 0 ? "nothing" : listed(groups);
}
