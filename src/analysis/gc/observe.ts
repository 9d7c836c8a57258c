/** From a trace of the garbage collector to the observations that the case holds. */
import type { GcTraceObservation, TracedCycle } from "../../case/case.js";
import type { GcCycle, GcRun, GcTrace } from "../../evidence/gctrace/gc-trace.js";
import { goalSentences } from "./goal-sentences.js";
import { readGoals } from "./goals.js";

/** How the observations are named. */
export interface GcTraceNames {
  /** Handle of the text. */
  readonly evidence: string;
  /** Gives a handle that no observation has. */
  readonly nextHandle: () => string;
}

/** So many packages are named that were the slowest to begin. */
const slowestInits = 5;
/** The case holds so many cycles of a run; the sums are of all. */
const keptCycles = 200;

/** One observation for each process that has a cycle. */
export function gcTraceObservations(trace: GcTrace, names: GcTraceNames): GcTraceObservation[] {
  return trace.runs.flatMap((run) => observationOf(run, names) ?? []);
}

function observationOf(run: GcRun, names: GcTraceNames): GcTraceObservation | null {
  const { totals } = run;
  if (totals === null) {
    return null;
  }
  const goals = readGoals(run.cycles);
  const { example: _example, ...reading } = goals;
  return {
    kind: "gc-trace",
    handle: names.nextHandle(),
    evidence: names.evidence,
    textLines: [...run.textLines],
    process: run.process,
    goVersion: run.goVersion,
    cycles: totals.cycles,
    forced: totals.forced,
    periodic: totals.periodic,
    interrupted: totals.interrupted,
    numbers: [totals.firstNumber, totals.lastNumber],
    startNanoseconds: [totals.firstStart, totals.lastStart],
    percent: totals.lastPercent,
    clockNanoseconds: { ...totals.clock },
    processorNanoseconds: { ...totals.cpu },
    longestStop: { ...totals.longestStop },
    startHeap: [...totals.startHeap],
    liveHeap: [...totals.liveHeap],
    goal: totals.goal === null ? null : [...totals.goal],
    stacks: totals.stacks === null ? null : [...totals.stacks],
    globals: totals.globals === null ? null : [...totals.globals],
    processors: [...totals.processors],
    goals: {
      ...reading,
      limited: reading.limited === null ? null : [...reading.limited],
      sentences: goalSentences(goals, run),
    },
    kept: run.cycles.slice(-keptCycles).map(tracedCycle),
    ...besides(run),
    recorded: null,
  };
}

function tracedCycle(cycle: GcCycle): TracedCycle {
  const { pacer } = cycle;
  return {
    textLine: cycle.line,
    number: cycle.number,
    startNanoseconds: cycle.start,
    percent: cycle.percent,
    clockNanoseconds: { ...cycle.clock },
    processorNanoseconds: { ...cycle.cpu },
    heap: { ...cycle.heap },
    goal: cycle.goal,
    stacks: cycle.stacks,
    globals: cycle.globals,
    processors: cycle.processors,
    forced: cycle.forced,
    periodic: cycle.periodic,
    leakCheck: cycle.leakCheck,
    pacer:
      pacer === null
        ? null
        : {
            cpuPercent: pacer.cpuPercent,
            expectedCpuPercent: pacer.expectedCpuPercent,
            triggered: pacer.triggered,
            end: pacer.end,
            goal: pacer.goal,
            heapWork: pacer.heapWork,
            stackWork: pacer.stackWork,
            globalsWork: pacer.globalsWork,
          },
    interrupted: cycle.interrupted,
  };
}

function besides(run: GcRun): Pick<GcTraceObservation, "inits" | "scavenges" | "scheduler"> {
  const slowest = run.inits.kept.toSorted((one, other) => other.clock - one.clock).slice(0, slowestInits);
  const queues = run.scheduler.kept.map(({ runQueue, localQueues }) =>
    (localQueues ?? []).reduce((sum, length) => sum + length, runQueue),
  );
  return {
    inits: {
      count: run.inits.count,
      nanoseconds: run.inits.clock,
      slowest: slowest
        .filter(({ clock }) => clock > 0)
        .map(({ package: name, clock, bytes, allocations }) => ({
          package: name,
          nanoseconds: clock,
          bytes,
          allocations,
        })),
    },
    scavenges: {
      count: run.scavenges.count,
      releasedKibibytes: run.scavenges.kept.at(-1)?.released ?? null,
    },
    scheduler: {
      count: run.scheduler.count,
      longestQueue: queues.length === 0 ? null : Math.max(...queues),
    },
  };
}
