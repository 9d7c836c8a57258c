/** One run of a program: drawn, made again from its token, or driven step by step. */
import { EndStates } from "../explore/end-states.js";
import { Execution } from "../explore/execution.js";
import { RandomRuns } from "../explore/random-runs.js";
import { scheduleOf, TokenError, tokenOf } from "../explore/schedule.js";
import { lowest } from "../explore/search.js";
import { type CompiledProgram } from "./compiled.js";
import { compileFitting } from "./fitting.js";
import { type Outcome, OutcomeTeller } from "./outcome.js";
import { Reference } from "./reference.js";
import { recordRun, type RunRecord } from "./run-record.js";
import { boundOf, mapMaker, type ModelSettings } from "./settings.js";
import { type StoryStep, storyStep } from "./story.js";
import { type Program } from "./syntax.js";

/** A longer run is not compared with all orders of whole operations: these would be too many to explore. */
const longestCompared = 5000;
/** A run that is driven on to its end has at most so many steps: some do not come to one. */
const longestDriven = 1_000_000;

/** A run that has been made. */
export interface MadeRun {
  readonly schedule: Uint8Array;
  readonly token: string;
  readonly record: RunRecord;
  /** How it has ended; undefined where some goroutine could still go on. */
  readonly outcome: Outcome | undefined;
}

/** Makes runs of a program under some conditions. */
export class Runs {
  readonly compiled: CompiledProgram;
  #reference: Reference | undefined;

  constructor(
    readonly program: Program,
    readonly settings: ModelSettings,
  ) {
    this.compiled = compileFitting(program, settings);
    this.compiled.histories.longest = longestDriven;
  }

  /** A run at its beginning. */
  begin(): Execution {
    return new Execution(this.compiled.start(this.settings.memory, this.settings.afterFatal === "stop"));
  }

  /**
   * Draws a schedule.
   *
   * @param depth how many changes of priority; 0 draws each step
   */
  draw(depth: number): Uint8Array {
    const stopsAll = this.settings.afterFatal === "stop";
    let schedule = new Uint8Array();
    const ends = new EndStates((execution) => {
      schedule = Uint8Array.from(execution.who.subarray(0, execution.depth));
    }, stopsAll);
    const drawing = depth === 0 ? ({ kind: "uniform" } as const) : ({ kind: "priorities", depth } as const);
    new RandomRuns(this.begin(), ends, { drawing, runs: 1, seed: this.settings.seed }).advance(1);
    return schedule;
  }

  /** Makes the run of a schedule. It may leave off before its end; steps that cannot be done are left out with all that follow. */
  make(schedule: Uint8Array): MadeRun {
    const execution = this.begin();
    const record = recordRun(this.compiled, execution, schedule);
    const isAtEnd = execution.enabled() === 0;
    return {
      schedule: record.process,
      token: this.tokenOf(record.process),
      record,
      outcome: isAtEnd ? this.#teller(record.length).tell(execution) : undefined,
    };
  }

  /**
   * The run of a token.
   *
   * @throws TokenError
   */
  replay(token: string): MadeRun {
    const schedule = scheduleOf(token, boundOf(this.program.text, this.settings));
    const run = this.make(schedule);
    if (run.record.length < schedule.length) {
      throw new TokenError("the token does not replay: a step of it cannot be done");
    }
    return run;
  }

  /** The token of a schedule. */
  tokenOf(schedule: Uint8Array): string {
    return tokenOf(schedule, boundOf(this.program.text, this.settings));
  }

  /** All steps of a run, told. */
  story({ record }: MadeRun): StoryStep[] {
    return Array.from({ length: record.length }, (_, at) => storyStep(this.compiled, record, at));
  }

  #teller(steps: number): OutcomeTeller {
    if (steps > longestCompared) {
      return new OutcomeTeller(this.compiled, undefined);
    }
    const { program, settings } = this;
    this.#reference ??= Reference.explore(program, {
      makeMap: mapMaker(settings),
      seed: settings.seed,
      arenaBytes: this.compiled.shared.shape.arenaBytes,
    });
    return new OutcomeTeller(this.compiled, this.#reference);
  }
}

/** How far a process is driven: one step; to the end of the statement or operation that it is in; or all to the end, that one first. */
export type DriveDistance = "step" | "statement" | "end";

/**
 * A schedule's first steps, and then what a person decides.
 *
 * @param at how many of the first steps stay
 * @param process who goes on; it must be able to
 * @throws TokenError when it cannot
 */
export function driven(
  runs: Runs,
  schedule: Uint8Array,
  {
    at,
    process,
    distance,
  }: { readonly at: number; readonly process: number; readonly distance: DriveDistance },
): Uint8Array {
  const execution = runs.begin();
  for (const one of schedule.subarray(0, at)) {
    if (one >= execution.processes || (execution.enabled() & (1 << one)) === 0) {
      throw new TokenError("the run does not come to this step");
    }
    execution.execute(one);
  }
  if (process >= execution.processes || (execution.enabled() & (1 << process)) === 0) {
    throw new TokenError("this goroutine cannot go on here");
  }
  const { histories } = runs.compiled;
  const placeOf = (node: number): string => `${histories.statement[node]} ${histories.operation[node]}`;
  const place = placeOf(execution.nextNode(process));
  execution.execute(process);
  if (distance === "statement" && process < execution.goroutines) {
    while (
      placeOf(execution.nextNode(process)) === place &&
      (execution.enabled() & (1 << process)) !== 0 &&
      execution.depth < longestDriven
    ) {
      execution.execute(process);
    }
  }
  if (distance === "end") {
    let last = process;
    for (
      let enabled = execution.enabled();
      enabled !== 0 && execution.depth < longestDriven;
      enabled = execution.enabled()
    ) {
      last = (enabled & (1 << last)) === 0 ? lowest(enabled) : last;
      execution.execute(last);
    }
  }
  return Uint8Array.from(execution.who.subarray(0, execution.depth));
}
