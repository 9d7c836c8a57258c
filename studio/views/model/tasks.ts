/** Long tasks of the model's worker: explorations and comparisons. */
import { PolicyComparer, type PolicyComparison } from "../../../src/gomap/programs/comparison.js";
import {
  Exploration,
  type ExplorationResult,
  type SearchPlan,
} from "../../../src/gomap/programs/exploration.js";
import {
  endByPerson,
  type ExplorationLimits,
  explorationPieces,
  limitsOfMany,
  limitsOfOne,
} from "../../../src/gomap/programs/exploration-pieces.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import type { ModelSettings } from "../../../src/gomap/programs/settings.js";
import { shippedPrograms } from "../../../src/gomap/programs/shipped.js";
import type { Program } from "../../../src/gomap/programs/syntax.js";
import {
  checkRows,
  checksNote,
  checksTitle,
  incompleteText,
  policiesTitle,
  policyCells,
} from "../../../src/report/text/model-comparison.js";
import { progressText } from "../../../src/report/text/model-progress.js";
import { seenTable } from "../../../src/report/text/model-seen.js";
import { severalTable } from "../../../src/report/text/model-several.js";
import {
  explorationRows,
  lengthText,
  memoryTitle,
  outcomeTitle,
  summaryLines,
} from "../../../src/report/text/model.js";
import type { Compared, ComparedMemory, Explored, ModelCalls, Several, TaskNews } from "./calls.js";

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
  const { exploration, stopped } = await explorePieces(
    { program: parseProgram(program), settings, plan, limits: limitsOfOne },
    news,
    isStopped,
  );
  last = exploration;
  return explored(exploration.result(), stopped);
}

async function explorePieces(
  {
    program,
    settings,
    plan,
    limits,
  }: {
    readonly program: Program;
    readonly settings: ModelSettings;
    readonly plan: SearchPlan;
    readonly limits: ExplorationLimits;
  },
  news: (news: TaskNews) => void,
  isStopped: () => boolean,
): Promise<{ readonly exploration: Exploration; readonly stopped: boolean }> {
  const exploration = new Exploration(program, settings, plan, { mostStates: limits.maxStates });
  const began = performance.now();
  for (const phase of explorationPieces(exploration, limits)) {
    news({
      text: progressText(exploration, phase, performance.now() - began),
      share: phase === "exploring" ? (exploration.search.progress().share ?? null) : null,
    });
    await pause();
    if (isStopped()) {
      endByPerson(exploration);
      return { exploration, stopped: true };
    }
  }
  return { exploration, stopped: false };
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

/** Explores several programs that come with maptrap under one name, a line each. */
export async function exploreSeveral(
  { shipped, settings, plan }: ModelCalls["several"]["request"],
  news: (news: TaskNews) => void,
  isStopped: () => boolean,
): Promise<Several> {
  const programs = shippedPrograms.find(({ name }) => name === shipped)?.programs ?? [];
  const done: ExplorationResult[] = [];
  const soFar = (stopped: boolean): Several => ({
    table: severalTable(programs.map(({ label }, index) => ({ label, result: done[index] ?? null }))),
    stopped,
  });
  for (const [index, { label, text }] of programs.entries()) {
    const several = soFar(false);
    const say = ({ text: progress, share }: TaskNews): void =>
      news({
        text: `${index + 1} of ${programs.length}: ${label}: ${progress}`,
        share: (index + (share ?? 0)) / programs.length,
        several,
      });
    const program = parseProgram(text);
    const { exploration, stopped } = await explorePieces(
      { program, settings, plan, limits: limitsOfMany },
      say,
      isStopped,
    );
    done.push(exploration.result());
    if (stopped) {
      return soFar(true);
    }
  }
  return soFar(false);
}

/** Compares policies and checks under both memory models. */
export async function compare(
  { program, settings, runs }: ModelCalls["compare"]["request"],
  news: (news: TaskNews) => void,
  isStopped: () => boolean,
): Promise<Compared> {
  const parsed = parseProgram(program);
  const memories: ComparedMemory[] = [];
  for (const memory of ["sc", "tso"] as const) {
    const comparer = new PolicyComparer(parsed, { ...settings, memory }, runs);
    while (!comparer.advance()) {
      const now = comparedMemory(memory, comparer.result());
      const share = (memories.length + comparer.share) / 2;
      const compared = { memories: [...memories, now], stopped: false };
      news({ text: `${memoryTitle(memory)}: ${comparer.at}`, share, compared });
      await pause();
      if (isStopped()) {
        return { ...compared, stopped: true };
      }
    }
    memories.push(comparedMemory(memory, comparer.result()));
  }
  return { memories, stopped: false };
}

function comparedMemory(memory: ComparedMemory["memory"], comparison: PolicyComparison): ComparedMemory {
  const { runs, checks } = comparison;
  return {
    memory,
    title: policiesTitle(comparison),
    policies: comparison.policies.map((row) => policyCells(row, runs)),
    incomplete: comparison.complete ? null : incompleteText(comparison),
    checks:
      checks === null
        ? null
        : {
            title: checksTitle(checks, runs),
            rows: checkRows(checks),
            note: checks.conflict ? checksNote(checks) : null,
          },
  };
}
