/** Draws what an exploration of a modelled program found. */
import type { ExplorationResult, FoundOutcome } from "../../gomap/programs/exploration.js";
import type { OutcomeGroup } from "../../gomap/programs/outcome.js";
import type { ModelSettings } from "../../gomap/programs/settings.js";
import type { StoryStep } from "../../gomap/programs/story.js";
import type { Program } from "../../gomap/programs/syntax.js";
import { cutLines, storyLines } from "./model-story.js";
import { listed, shown, wrapped } from "./shown.js";
import { many, percent, tableLines } from "./table.js";

/** What program is shown, and under which conditions. */
export function modelHeading(program: Program, settings: ModelSettings): string[] {
  return [
    ...program.text
      .trim()
      .split("\n")
      .slice(0, 20)
      .map((line) => `  ${shown(line)}`),
    settingsText(settings),
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

/** What is looked at, in words: `classic map of Go 1.23, x86-TSO, policy panic`. */
export function settingsText({ map, minor, memory, policy }: ModelSettings): string {
  return `${map} map of Go 1.${minor}, ${memoryTitle(memory)}, policy ${policy}`;
}

/** A memory model in words. */
export function memoryTitle(memory: ModelSettings["memory"]): string {
  return memory === "sc" ? "sequentially consistent memory" : "x86-TSO";
}

/** A line of the table of ends. Figures are texts; "-" where there is none. */
export interface ExplorationRow {
  readonly title: string;
  readonly group: OutcomeGroup;
  readonly interleavings: string;
  /** Of all interleavings, 0 to 1; undefined where they were not counted. */
  readonly share: number | undefined;
  readonly shareText: string;
  readonly runs: string;
  readonly ends: string;
  /** Its number among the outcomes; undefined where it was counted, but no run was made. */
  readonly outcome: number | undefined;
}

/** The table of ends. */
export function explorationLines(result: ExplorationResult): string[] {
  const counted = result.interleavings !== undefined;
  const rows = explorationRows(result).map(({ title, interleavings, shareText, runs, ends }) => [
    title,
    ...(counted ? [interleavings, shareText] : []),
    runs,
    ends,
  ]);
  const columns = [
    { title: "end", align: "left", most: 90 },
    ...(counted
      ? ([
          { title: "interleavings", align: "right", most: 20 },
          { title: "share", align: "right", most: 10 },
        ] as const)
      : []),
    { title: "runs made", align: "right", most: 16 },
    { title: "different ends", align: "right", most: 16 },
  ] as const;
  return [
    ...summaryLines(result),
    "",
    ...tableLines(columns, rows),
    ...(result.outcomes.length === 0 ? ["(no run has come to an end yet)"] : []),
  ];
}

/** The rows of the table of ends. */
export function explorationRows({ interleavings, outcomes }: ExplorationResult): ExplorationRow[] {
  const counts = new Map(interleavings?.byKind.map((kind) => [outcomeTitle(kind), kind] as const));
  const row = (
    { group, kinds }: Pick<FoundOutcome, "group" | "kinds">,
    found: FoundOutcome | undefined,
    outcome: number | undefined,
  ): ExplorationRow => {
    const title = outcomeTitle({ group, kinds });
    const count = counts.get(title)?.interleavings;
    counts.delete(title);
    const share =
      count === undefined || interleavings === undefined ? undefined : count / interleavings.total;
    return {
      title,
      group,
      interleavings: count === undefined ? "-" : countOf(count),
      share,
      shareText: share === undefined ? "-" : percent(share),
      runs: found === undefined ? "-" : countOf(found.runs),
      ends: found === undefined ? "-" : countOf(found.ends),
      outcome,
    };
  };
  const rows = outcomes.map((found, index) => row(found, found, index));
  return [...rows, ...[...counts.values()].map((kind) => row(kind, undefined, undefined))];
}

/** Where a person has ended an exploration. */
export const cancelledText = "Cancelled, so incomplete: this is what was found until then.";

/** What was done, and how many interleavings there are: a sentence each. */
export function summaryLines({
  settings,
  plan,
  progress,
  complete,
  asleep,
  ended,
  interleavings,
  uncounted,
  rightResults,
}: ExplorationResult): string[] {
  const how = {
    reduced: "with partial-order reduction",
    all: "one for each interleaving",
    preemptions: "with few preemptions",
    random: "at random",
  }[plan.kind];
  const state = complete ? (plan.kind === "random" ? "" : ", complete") : `, not complete${endedText(ended)}`;
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
    lines.push(`the interleavings were not counted: ${uncountedTexts[uncounted ?? "ended before"]}`);
  }
  const missed = checkText({ settings, interleavings });
  if (missed !== undefined) {
    lines.push(missed);
  }
  if (rightResults === undefined) {
    lines.push("damage is what the map's bytes show: the orders of whole operations were not explored");
  }
  return lines;
}

/** Of how many interleavings Go's check makes an end, and how many go wrong unseen by it; only where both can be said. */
function checkText({
  settings,
  interleavings,
}: Pick<ExplorationResult, "settings" | "interleavings">): string | undefined {
  if (interleavings === undefined || settings.policy !== "panic" || settings.afterFatal !== "stop") {
    return undefined;
  }
  const { byKind, total } = interleavings;
  const shareOf = (groups: readonly OutcomeGroup[]): number =>
    byKind
      .filter(({ group }) => groups.includes(group))
      .reduce((sum, one) => sum + one.interleavings / total, 0);
  const seen = shareOf(["fatal error"]);
  const unseen = shareOf(["silent damage", "read outside"]);
  return seen === 0 && unseen === 0
    ? undefined
    : `Go's check ends ${percent(seen)} of all interleavings; ${unseen === 0 ? "none goes wrong unseen" : `${percent(unseen)} go wrong, and it does not see that`}`;
}

/** What it means that runs end so, for people who see it for the first time. */
export function groupMeaning(group: OutcomeGroup): string {
  switch (group) {
    case "nothing":
      return "every result is one that some order of whole operations gives. The check need not have seen anything: the accesses may be unordered all the same.";
    case "fatal error":
      return "Go's check saw another goroutine's mark, or that its own was gone. It ends the program at once, and recover does not help: the map may be half changed, and whoever went on might read and write wrong things.";
    case "panic":
      return "as in Go: what the program did is not allowed.";
    case "read outside":
      return "memory outside of the map's objects was used: the real runtime would find there what else lies there, or fault.";
    case "endless loop":
      return "a goroutine does not come to an end.";
    case "deadlock":
      return "all that are left wait for ever.";
    case "silent damage":
      return "no order of whole operations gives these results, and nothing ended the program. A goroutine looks for the mark when it begins, and a mark that is set later, or is gone again by then, escapes it.";
    default:
      return group satisfies never;
  }
}

const uncountedTexts = {
  "too many states": "there are too many states",
  "not asked for": "it was not asked for",
  "ended before": "it was cancelled before",
} as const;

function endedText(ended: ExplorationResult["ended"]): string {
  switch (ended) {
    case "person":
      return " (cancelled)";
    case "steps":
      return " (ended by its limit of steps)";
    case "memory":
      return " (ended: there is no memory for more ends)";
    case undefined:
      return "";
    default:
      return ended satisfies never;
  }
}

/** An example with its story. */
export function exampleLines(found: FoundOutcome, story: readonly StoryStep[], replay: string): string[] {
  const { outcome, switches } = found.example;
  return [
    `${outcomeTitle(found)}: ${lengthText(story.length, switches)}`,
    ...outcome.details.slice(0, 6).flatMap((detail) => wrapped(detail, 110).map((line) => `  ${line}`)),
    ...cutLines(storyLines(story), "the run again, with --every, tells all of them"),
    `  again: ${shown(replay)}`,
  ];
}

/** How long a run is, in words. */
export function lengthText(steps: number, switches: number): string {
  return `${many(steps, "step")}, ${many(switches, "change", "changes")} of goroutine`;
}

/** Groups in words, for a list of what is possible. */
export function groupsText(groups: readonly OutcomeGroup[]): string {
  return groups.length === 0 ? "nothing" : listed(groups);
}
