/** Long tasks of the model's worker: explorations and comparisons. */
import { PolicyComparer, type PolicyComparison } from "../../../src/gomap/programs/comparison.js";
import { Exploration, type ExplorationResult } from "../../../src/gomap/programs/exploration.js";
import { explorationPieces, limitsOfOne } from "../../../src/gomap/programs/exploration-pieces.js";
import { policies } from "../../../src/gomap/programs/policies.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import {
  checkRows,
  checksNote,
  checksTitle,
  policiesTitle,
  policyCells,
} from "../../../src/report/text/model-comparison.js";
import { countingText, exploringText } from "../../../src/report/text/model-progress.js";
import { seenTable } from "../../../src/report/text/model-seen.js";
import { explorationRows, lengthText, outcomeTitle, summaryLines } from "../../../src/report/text/model.js";
import type { Compared, ComparedMemory, Explored, ModelCalls, TaskNews } from "./calls.js";

/** The last exploration, for what is asked of it afterwards. */
let last: Exploration | undefined;

/** What a goroutine can come to load in the last exploration. */
export function seen({ goroutine }: ModelCalls["seen"]["request"]): ModelCalls["seen"]["answer"] {
  return last === undefined ? null : seenTable(last, goroutine);
}

/** Lets messages through, such as the one to stop. */
async function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/**
 * Explores.
 *
 * @param isStopped whether to end with what was found so far
 */
export async function explore(
  { program, settings, plan }: ModelCalls["explore"]["request"],
  news: (news: TaskNews) => void,
  isStopped: () => boolean,
): Promise<Explored> {
  last = undefined;
  const { maxStates } = limitsOfOne;
  const exploration = new Exploration(parseProgram(program), settings, plan, { mostStates: maxStates });
  const began = performance.now();
  let stopped = false;
  for (const phase of explorationPieces(exploration, limitsOfOne)) {
    const isCounting = phase === "counting";
    news({
      text: isCounting
        ? countingText(exploration.counting()?.states ?? 0)
        : exploringText(exploration, performance.now() - began),
      share: isCounting ? null : (exploration.search.progress().share ?? null),
    });
    await pause();
    if (isStopped()) {
      stopped = true;
      break;
    }
  }
  news({ text: "making the examples easy to follow", share: null });
  await pause();
  last = exploration;
  return explored(exploration.result(), stopped);
}

function explored(result: ExplorationResult, stopped: boolean): Explored {
  return {
    summary: summaryLines(result),
    rows: explorationRows(result),
    counted: result.interleavings !== undefined,
    examples: result.outcomes.map((found) => ({
      title: outcomeTitle(found),
      token: found.example.token,
      length: lengthText(found.example.schedule.length, found.example.switches),
    })),
    stopped,
  };
}

/** Compares policies and checks under both memory models. */
export async function compare(
  { program, settings, runs }: ModelCalls["compare"]["request"],
  news: (news: TaskNews) => void,
): Promise<Compared> {
  const parsed = parseProgram(program);
  const memories: ComparedMemory[] = [];
  for (const memory of ["sc", "tso"] as const) {
    const comparer = new PolicyComparer(parsed, { ...settings, memory }, runs);
    const say = (text: string, done: number): void => {
      const compared = { memories: [...memories, comparedMemory(memory, comparer.soFar(), false)] };
      const share = (memories.length + done / (policies.length + 1)) / 2;
      news({ text: `${memory}: ${text}`, share, compared });
    };
    for (let policy = comparer.next; policy !== undefined; policy = comparer.next) {
      say(`policy ${policy}`, policies.indexOf(policy));
      await pause();
      comparer.advance();
    }
    say("checks", policies.length);
    await pause();
    memories.push(comparedMemory(memory, comparer.result(), true));
  }
  return { memories };
}

function comparedMemory(
  memory: ComparedMemory["memory"],
  comparison: Pick<PolicyComparison, "runs" | "policies"> & Partial<PolicyComparison>,
  isWhole: boolean,
): ComparedMemory {
  const { runs, checks } = comparison;
  return {
    memory,
    title: policiesTitle(comparison),
    policies: comparison.policies.map((row) => policyCells(row, runs)),
    checks:
      isWhole && checks !== undefined
        ? {
            title: checksTitle(checks),
            rows: checkRows(checks),
            note: checks.conflict ? checksNote(checks) : null,
          }
        : null,
  };
}
