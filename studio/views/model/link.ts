/**
 * What the model view is at, as it stands in the address: program, conditions, what was done, the run that is open and where in it.
 * The address alone restores all of it.
 *
 * | Param                             | What it is                                                                    |
 * | --------------------------------- | ----------------------------------------------------------------------------- |
 * | `program`                         | name of a shipped program, or `~` and the text in base64url                     |
 * | `which`                           | where a shipped program is several: which of them, from 1 on                    |
 * | `map`, `go`, `memory`, `policy`, `seed`, `fatal` | the options of the command line; `go` is 1.19 to 1.27            |
 * | `do`                              | explore, compare, run; several: all that come under one name, a line each      |
 * | `plan`                            | how to explore: all; p2 (at most 2 preemptions); r200 (200 random runs), r200d5 (with 5 changes of priority) |
 * | `runs`                            | of a comparison: random runs of each                                          |
 * | `token`, `step`                   | the run that is open, and after how many of its steps                         |
 * | `every`, `place`                  | 1: a line for each step; what is selected in the map's memory                 |
 */
import { fromBase64Url, toBase64Url } from "../../../src/base/base64url.js";
import { MaptrapError } from "../../../src/base/errors.js";
import type { ModelJson } from "../../../src/document/model-schema.js";
import type { SearchPlan } from "../../../src/gomap/programs/exploration.js";
import { policies } from "../../../src/gomap/programs/policies.js";
import { chooseMap, type ModelSettings } from "../../../src/gomap/programs/settings.js";
import { shippedPrograms } from "../../../src/gomap/programs/shipped.js";
import { cut, shown } from "../../../src/report/text/shown.js";

/** What is done with a program. */
export type Task = "explore" | "compare" | "run" | "several";

/** What the view is at. */
export interface Choice {
  /** Name of a shipped program; undefined for one that was written. */
  readonly shipped: string | undefined;
  /** Where it is several: which, from 0 on. */
  readonly which: number;
  readonly text: string;
  readonly settings: ModelSettings;
  readonly task: Task;
  readonly plan: SearchPlan;
  /** Random runs of a comparison. */
  readonly runs: number;
  /** Empty while no run is open. */
  readonly token: string;
  readonly step: number;
  readonly every: boolean;
  readonly place: string;
}

/** An address says something that cannot be. */
export class LinkError extends MaptrapError {
  constructor(message: string) {
    super(message, { wayOut: "begin with a program that comes with maptrap, or write one", exitStatus: 2 });
  }
}

/** Longest program, as on the command line, in bytes. */
export const longestProgram = 64 * 1024;
/** Random runs of each in a comparison, as on the command line. */
export const usualRuns = 2000;
const mostRuns = 1_000_000;
/** Changes of priority in a random run. */
export const usualDepth = 3;
const mostDepth = 9999;
const tasks = ["explore", "compare", "run", "several"] as const;

/** What the view begins with, where neither address nor document say anything. */
export const firstChoice: Choice = {
  shipped: "article",
  which: 0,
  text: textOfShipped("article", 0) ?? "",
  settings: {
    ...chooseMap(undefined, undefined),
    memory: "sc",
    policy: "panic",
    seed: 1,
    afterFatal: "stop",
  },
  task: "explore",
  plan: { kind: "reduced" },
  runs: usualRuns,
  token: "",
  step: 0,
  every: false,
  place: "",
};

/** The text of a program that comes with maptrap. */
export function textOfShipped(name: string, which: number): string | undefined {
  return shippedPrograms.find((one) => one.name === name)?.programs[which]?.text;
}

/** What a document begins with. */
export function choiceOf(model: ModelJson): Choice {
  const found = shippedPrograms
    .flatMap(({ name, programs }) => programs.map(({ text }, which) => ({ name, which, text })))
    .find(({ text }) => text.trim() === model.program.trim());
  return {
    ...firstChoice,
    shipped: found?.name,
    which: found?.which ?? 0,
    text: model.program,
    settings: model.settings,
    task: model.begin,
    plan: withinLimits(model.plan ?? firstChoice.plan),
    runs: runsOf(model.runs ?? usualRuns),
    token: model.token ?? "",
  };
}

/**
 * Reads what stands in the address.
 *
 * @param otherwise where the address says nothing of a program
 * @throws LinkError, MapVersionError
 */
export function choiceFrom(params: Readonly<Record<string, string>>, otherwise: Choice): Choice {
  const at = new Map(Object.entries(params));
  const program = at.get("program");
  if (program === undefined) {
    return { ...otherwise, ...positionFrom(at, otherwise.token) };
  }
  const named = programFrom(program, at.get("which"));
  const task = oneOf(at.get("do"), tasks, "explore", "what is done");
  return {
    ...named,
    settings: settingsFrom(at),
    task: task === "several" && !isSeveral(named.shipped) ? "explore" : task,
    plan: planFrom(at.get("plan")),
    runs: runsOf(natural(at.get("runs"), usualRuns, "the number of runs")),
    ...positionFrom(at, ""),
  };
}

/** As many as a comparison is made with. */
function runsOf(asked: number): number {
  return Math.max(2, Math.min(mostRuns, asked));
}

/** Whether several programs come under a name. */
export function isSeveral(shipped: string | undefined): boolean {
  return (shippedPrograms.find(({ name }) => name === shipped)?.programs.length ?? 0) > 1;
}

function positionFrom(
  at: ReadonlyMap<string, string>,
  token: string,
): Pick<Choice, "token" | "step" | "every" | "place"> {
  return {
    token: at.get("token") ?? token,
    step: natural(at.get("step"), 0, "the step"),
    every: at.get("every") === "1",
    place: at.get("place") ?? "",
  };
}

function programFrom(program: string, which: string | undefined): Pick<Choice, "shipped" | "which" | "text"> {
  if (!program.startsWith("~")) {
    const index = Math.max(0, natural(which, 1, "which program it is") - 1);
    const text = textOfShipped(program, index);
    if (text === undefined) {
      throw new LinkError(`no program ${shown(program)} comes with this maptrap`);
    }
    return { shipped: program, which: index, text };
  }
  if (program.length > 2 * longestProgram) {
    throw new LinkError("the program in the address is longer than a program can be");
  }
  const bytes = fromBase64Url(program.slice(1));
  if (bytes === undefined || bytes.length > longestProgram) {
    throw new LinkError("the program in the address is damaged");
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { shipped: undefined, which: 0, text };
  } catch {
    throw new LinkError("the program in the address is damaged: it is no text");
  }
}

function settingsFrom(at: ReadonlyMap<string, string>): ModelSettings {
  const go = at.get("go");
  const minor = go === undefined ? undefined : Number(/^1\.(?<minor>\d{1,3})$/.exec(go)?.groups?.["minor"]);
  if (minor !== undefined && Number.isNaN(minor)) {
    throw new LinkError(`a Go version looks like 1.23, not ${shown(cut(go ?? "", 40))}`);
  }
  const map = at.get("map");
  const wanted =
    map === undefined ? undefined : oneOf(map, ["classic", "swiss"] as const, "swiss", "the map");
  return {
    ...chooseMap(wanted, minor),
    memory: oneOf(at.get("memory"), ["sc", "tso"] as const, "sc", "the memory model"),
    policy: oneOf(at.get("policy"), policies, "panic", "the policy"),
    seed: natural(at.get("seed"), 1, "the seed"),
    afterFatal: oneOf(at.get("fatal"), ["stop", "continue"] as const, "stop", "what a fatal error does"),
  };
}

/** The page makes no more than it can be asked for in its address. */
function withinLimits(plan: SearchPlan): SearchPlan {
  switch (plan.kind) {
    case "random":
      return {
        kind: "random",
        runs: Math.max(1, Math.min(mostRuns, plan.runs)),
        depth: Math.min(mostDepth, plan.depth),
      };
    case "preemptions":
      return { kind: "preemptions", most: Math.min(mostRuns, plan.most) };
    default:
      return plan;
  }
}

function planFrom(text: string | undefined): SearchPlan {
  if (text === undefined) {
    return { kind: "reduced" };
  }
  if (text === "all") {
    return { kind: "all" };
  }
  const found = /^(?<kind>[pr])(?<number>\d{1,7})(?:d(?<depth>\d{1,4}))?$/.exec(text)?.groups;
  const number = Number(found?.["number"] ?? Number.NaN);
  const depth = found?.["depth"];
  if (!(number <= mostRuns) || (found?.["kind"] === "p" && depth !== undefined)) {
    throw new LinkError(`${shown(cut(text, 40))} is no way to explore`);
  }
  return found?.["kind"] === "p"
    ? { kind: "preemptions", most: number }
    : { kind: "random", runs: Math.max(1, number), depth: Number(depth ?? usualDepth) };
}

function oneOf<T extends string>(text: string | undefined, all: readonly T[], otherwise: T, what: string): T {
  const found = all.find((one) => one === text);
  if (text !== undefined && found === undefined) {
    throw new LinkError(`${shown(cut(text, 40))} cannot be ${what}: ${all.join(", ")}`);
  }
  return found ?? otherwise;
}

function natural(text: string | undefined, otherwise: number, what: string): number {
  if (text === undefined) {
    return otherwise;
  }
  if (!/^\d{1,12}$/.test(text)) {
    throw new LinkError(`${what} in the address is no whole number: ${shown(cut(text, 40))}`);
  }
  return Number(text);
}

/** The params that restore a choice. */
export function paramsOf(choice: Choice): Record<string, string> {
  const { settings, plan, token, step, place } = choice;
  return {
    program: choice.shipped ?? `~${toBase64Url(new TextEncoder().encode(choice.text))}`,
    which: choice.which === 0 ? "" : String(choice.which + 1),
    map: settings.map,
    go: `1.${settings.minor}`,
    memory: settings.memory,
    policy: settings.policy,
    seed: settings.seed === 1 ? "" : String(settings.seed),
    fatal: settings.afterFatal === "stop" ? "" : settings.afterFatal,
    do: choice.task,
    plan: planText(plan),
    runs: choice.runs === usualRuns ? "" : String(choice.runs),
    token,
    step: token === "" || step === 0 ? "" : String(step),
    every: choice.every ? "1" : "",
    place,
  };
}

/** A way to explore, as it stands in the address. */
export function planText(plan: SearchPlan): string {
  switch (plan.kind) {
    case "reduced":
      return "";
    case "all":
      return "all";
    case "preemptions":
      return `p${plan.most}`;
    case "random":
      return `r${plan.runs}${plan.depth === usualDepth ? "" : `d${plan.depth}`}`;
    default:
      return plan satisfies never;
  }
}

/** How the command line calls a program: by its name, or by its text. */
export function programWord({ shipped, text }: Pick<Choice, "shipped" | "text">): string {
  const one = shippedPrograms.find(({ name }) => name === shipped);
  return shipped !== undefined && one?.programs.length === 1 ? shipped : text.trim();
}
