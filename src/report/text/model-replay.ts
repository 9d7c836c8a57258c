/** How a run of the model is made again on the command line. */
import type { SearchPlan } from "../../gomap/programs/exploration.js";
import type { ModelSettings } from "../../gomap/programs/settings.js";

/** Changes of priority in a random run, where nothing else is said. */
const usualDepth = 3;

/**
 * The command, on one line.
 *
 * @param word name of a shipped program, a file, or the program's text
 */
export function replayCommand(word: string, settings: ModelSettings, token: string): string {
  return `maptrap model replay ${forShell(word)} ${token} ${settingsOptions(settings)}`;
}

/** The command that explores a program. */
export function exploreCommand(word: string, settings: ModelSettings, plan: SearchPlan): string {
  return `maptrap model explore ${forShell(word)} ${settingsOptions(settings)}${planOptions(plan)}`;
}

/**
 * The command that compares what policies make of a program.
 *
 * @param runs random runs of each
 */
export function compareCommand(word: string, settings: ModelSettings, runs: number): string {
  return `maptrap model compare ${forShell(word)} ${settingsOptions(settings)} --runs ${runs}`;
}

function planOptions(plan: SearchPlan): string {
  switch (plan.kind) {
    case "reduced":
      return "";
    case "all":
      return " --all";
    case "preemptions":
      return ` --preemptions ${plan.most}`;
    case "random":
      return ` --random ${plan.runs}${plan.depth === usualDepth ? "" : ` --depth ${plan.depth}`}`;
    default:
      return plan satisfies never;
  }
}

function settingsOptions({ map, minor, memory, policy, seed, afterFatal }: ModelSettings): string {
  return [
    `--map ${map} --go 1.${minor}`,
    ...(memory === "sc" ? [] : [`--memory ${memory}`]),
    ...(policy === "panic" ? [] : [`--policy ${policy}`]),
    ...(seed === 1 ? [] : [`--seed ${seed}`]),
    ...(afterFatal === "stop" ? [] : [`--after-fatal ${afterFatal}`]),
  ].join(" ");
}

/** A word as a shell takes it, on one line: a program of several lines in the form $'…'. */
function forShell(word: string): string {
  if (/^[\w./-]+$/.test(word)) {
    return word;
  }
  if (!word.includes("\n")) {
    return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  }
  const escaped = word.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n");
  return `$'${escaped}'`;
}
