/** What was tried, in figures. */
import type { EventFileEvidence, Observation, Program, Summary } from "../case/case.js";
import type { EventFile, EventFileHeader } from "../evidence/ring/format.js";
import { summarizeRecordings } from "./recording/summarize-recordings.js";
import { summarizeOrder } from "./unordered/summarize-order.js";

/** What the default rule grants at least: two seconds, in nanoseconds. */
const defaultBudget = 2e9;

/**
 * Sums up event files.
 *
 * @param evidence the same files as evidence
 * @param runs how many runs were made
 * @param stopped why no more runs were made
 */
export function summarize(
  files: readonly EventFile[],
  observations: readonly Observation[],
  evidence: readonly EventFileEvidence[],
  tried: { readonly runs: number; readonly stopped: string | null },
): Summary {
  const sum = (value: (file: EventFile) => number): number => {
    const total = files.reduce((before, file) => before + value(file), 0);
    // Counts of damaged headers can add up to more than a count may be.
    return Math.min(total, Number.MAX_SAFE_INTEGER);
  };
  return {
    runs: tried.runs,
    delays: sum(({ header }) => header.delays),
    plannedDelays: sum(({ header }) => header.plannedDelays),
    // Where order is observed there is a fixed time for delays, of which no budget grants more.
    delaysOverBudget: sum(({ header }) => (header.mode === "order" ? 0 : header.delaysOverBudget)),
    trapNanoseconds: sum(({ header }) => header.trapTime),
    budgetNanoseconds: sum(({ header }) => budgetOf(header)),
    sharedMaps: sum(({ header }) => header.sharedMaps),
    nearMisses: distinctNearMisses(observations),
    conflictsNotKept: sum((file) => file.conflictsNotKept),
    unreadable: sum((file) => file.unreadable.length),
    recorded: summarizeRecordings(observations),
    ordered: summarizeOrder(evidence),
    programs: evidence.map(programOf),
    stopped: tried.stopped,
  };
}

function programOf({ handle, run, testPackage, ending, exitStatus }: EventFileEvidence): Program {
  return { evidence: handle, run, testPackage, ending, exitStatus };
}

/**
 * The time that a process may spend in traps: as set, else two seconds or as long as it ran, whichever is more. Where order is
 * observed it is 20 ms and a thirty-second part of the time, or what is set when that is less (probe/runtime/hold.go).
 */
function budgetOf({ mode, budget, updated, startMonotonic }: EventFileHeader): number {
  const elapsed = updated - startMonotonic;
  return mode === "order"
    ? Math.min(budget ?? Infinity, 20_000_000 + Math.max(0, elapsed) / 32)
    : (budget ?? Math.max(defaultBudget, elapsed));
}

/** Near misses are the same when both places and both operations are. */
function distinctNearMisses(observations: readonly Observation[]): number {
  const keys = observations.flatMap((observation) => {
    if (observation.kind !== "near-miss") {
      return [];
    }
    const { first, second } = observation;
    return [first.textOffset, first.operation, second.textOffset, second.operation].join(" ");
  });
  return new Set(keys).size;
}
