/** A program under each policy, and under each kind of check: what comes of it, and what it costs. */
import { forAWhile, type Pieces } from "../../base/pieces.js";
import { EndStates } from "../explore/end-states.js";
import { Execution } from "../explore/execution.js";
import { RandomRuns } from "../explore/random-runs.js";
import { Reduction } from "../explore/reduction.js";
import { lowest } from "../explore/search.js";
import { type CompiledProgram } from "./compiled.js";
import { compileFitting } from "./fitting.js";
import { policies, type Policy } from "./policies.js";
import { orderOf } from "./order.js";
import { type Outcome, type OutcomeGroup, OutcomeTeller } from "./outcome.js";
import { Reference } from "./reference.js";
import { mapMaker, type ModelSettings } from "./settings.js";
import { type Program } from "./syntax.js";

/** What one policy makes of a program. */
export interface PolicyRow {
  readonly policy: Policy;
  /** Random runs that were made; fewer than wanted where a person has ended it. */
  readonly runs: number;
  /** Of these, how many ended how. */
  readonly groups: Readonly<Partial<Record<OutcomeGroup, number>>>;
  /** All kinds of ends that are possible; undefined when there were too many runs to explore. */
  readonly possible: readonly OutcomeGroup[] | undefined;
  /** Steps when the goroutines run one after the other, and how many of them are locked instructions or waits. */
  readonly steps: number;
  readonly synchronising: number;
  /** Mean of the random runs. */
  readonly meanSteps: number;
}

/** What each kind of check sees of the runs in which the flag's message does not end the program. */
export interface CheckRow {
  readonly check: "fast" | "slow" | "both";
  /** Runs in which it sees the conflict. */
  readonly seen: number;
}

/** What checks see. */
export interface CheckComparison {
  /** Random runs that were made. */
  readonly runs: number;
  /** Whether there is a conflict at all: whether any of the runs has an unordered pair. */
  readonly conflict: boolean;
  readonly rows: readonly CheckRow[];
  /** Runs with damage, and those of them that the fast check did not see. */
  readonly damaged: number;
  readonly damagedUnseen: number;
  readonly overlapping: number;
}

/** See the file's comment. */
export interface PolicyComparison {
  /** Random runs that are wanted of each. */
  readonly runs: number;
  /** Whether all of it is done. */
  readonly complete: boolean;
  readonly policies: readonly PolicyRow[];
  /** Null where none was made yet. */
  readonly checks: CheckComparison | null;
}

/** How many steps the exploration for `possible` may take. */
const mostSteps = 1_000_000;
/** How many steps of an exploration are done before others have their turn. */
const stepsAtOnce = 100;
const millisecondsAtOnce = 50;

/** Compares policies one after the other, in pieces, so that the caller can tell how far it is and can end it. */
export class PolicyComparer {
  readonly #rows: PolicyRow[] = [];
  /** The row that is being made. */
  #row: PolicyRow | undefined;
  #checks: CheckComparison | null = null;
  #reference: Reference | undefined;
  #at = "the orders of whole operations";
  readonly #work: Pieces<void>;
  #complete = false;

  constructor(
    private readonly program: Program,
    private readonly settings: ModelSettings,
    private readonly runs: number,
  ) {
    this.#work = this.#all();
  }

  /** What it is at: `policy lock`. */
  get at(): string {
    return this.#at;
  }

  /** How much of it is done, 0 to 1, counted in parts that take about as long. */
  get share(): number {
    const begun = this.#row ?? (this.#rows.length === policies.length ? this.#checks : null);
    return (this.#rows.length + (begun?.runs ?? 0) / this.runs) / (policies.length + 1);
  }

  /** Works for a twentieth of a second; whether all of it is done. */
  advance(): boolean {
    this.#complete ||= forAWhile(millisecondsAtOnce, () => this.#work.next().done === true);
    return this.#complete;
  }

  /** What was found so far. */
  result(): PolicyComparison {
    const rows = this.#row === undefined ? this.#rows : [...this.#rows, this.#row];
    return {
      runs: this.runs,
      complete: this.#complete,
      policies: rows.filter(({ runs }) => runs > 0),
      checks: this.#checks,
    };
  }

  *#all(): Pieces<void> {
    yield;
    const { program, settings } = this;
    const { arenaBytes } = this.#compile("lock-always").shared.shape;
    const options = { makeMap: mapMaker(settings), seed: settings.seed, arenaBytes };
    this.#reference = yield* Reference.exploring(program, options);
    for (const policy of policies) {
      this.#at = `policy ${policy}`;
      yield* this.#look(policy);
    }
    this.#at = "checks";
    yield* this.#check();
  }

  #compile(policy: Policy): CompiledProgram {
    return compileFitting(this.program, { ...this.settings, policy });
  }

  *#look(policy: Policy): Pieces<void> {
    const compiled = this.#compile(policy);
    const teller = new OutcomeTeller(compiled, this.#reference);
    const alone = yield* sequential(compiled, new Execution(compiled.start("sc", true)));
    const groups: Partial<Record<OutcomeGroup, number>> = {};
    let runs = 0;
    let steps = 0;
    const ends = new EndStates((execution) => teller.tell(execution), true);
    const { memory, seed } = this.settings;
    const execution = new Execution(compiled.start(memory, true));
    const onEnd = (at: Execution, { group }: Outcome): void => {
      groups[group] = (groups[group] ?? 0) + 1;
      runs++;
      steps += at.depth;
      const row = { policy, runs, groups: { ...groups }, possible: undefined, meanSteps: steps / runs };
      this.#row = { ...row, ...alone };
    };
    yield* drawRuns(execution, ends, { runs: this.runs, onEnd, seed });
    const possible = yield* this.#possible(compiled, teller);
    if (this.#row !== undefined) {
      this.#rows.push({ ...this.#row, possible });
      this.#row = undefined;
    }
  }

  *#possible(compiled: CompiledProgram, teller: OutcomeTeller): Pieces<OutcomeGroup[] | undefined> {
    const ends = new EndStates((execution) => teller.tell(execution).group, false);
    const search = new Reduction(new Execution(compiled.start(this.settings.memory, false)), ends);
    while (!search.advance(stepsAtOnce)) {
      if (search.progress().steps >= mostSteps) {
        return undefined;
      }
      yield;
    }
    return [...new Set([...ends].map(({ told }) => told))];
  }

  *#check(): Pieces<void> {
    const compiled = this.#compile("silent");
    const teller = new OutcomeTeller(compiled, this.#reference);
    const seen = { runs: 0, fast: 0, slow: 0, both: 0, damaged: 0, damagedUnseen: 0, overlapping: 0 };
    const onEnd = (execution: Execution, { group, ignored }: Outcome): void => {
      const { unordered: slow, overlapping } = orderOf(compiled, execution);
      const fast = ignored > 0;
      const damaged = group === "silent damage" || group === "read outside" || group === "endless loop";
      seen.runs++;
      seen.fast += fast ? 1 : 0;
      seen.slow += slow ? 1 : 0;
      seen.both += fast || slow ? 1 : 0;
      seen.overlapping += overlapping ? 1 : 0;
      seen.damaged += damaged ? 1 : 0;
      seen.damagedUnseen += damaged && !fast ? 1 : 0;
      this.#checks = checksOf(seen);
    };
    const ends = new EndStates((execution) => teller.tell(execution), false);
    const execution = new Execution(compiled.start(this.settings.memory, false));
    yield* drawRuns(execution, ends, { runs: this.runs, onEnd, seed: this.settings.seed });
  }
}

function checksOf(
  seen: Readonly<
    Record<"runs" | "fast" | "slow" | "both" | "damaged" | "damagedUnseen" | "overlapping", number>
  >,
): CheckComparison {
  const { runs, damaged, damagedUnseen, overlapping } = seen;
  return {
    runs,
    conflict: seen.both > 0,
    rows: [
      { check: "fast", seen: seen.fast },
      { check: "slow", seen: seen.slow },
      { check: "both", seen: seen.both },
    ],
    damaged,
    damagedUnseen,
    overlapping,
  };
}

/** Half of the runs step by step at random, half by random priorities: the latter have long stretches of one goroutine. */
function* drawRuns(
  execution: Execution,
  ends: EndStates<Outcome>,
  options: {
    readonly runs: number;
    readonly seed: number;
    readonly onEnd: (execution: Execution, outcome: Outcome) => void;
  },
): Pieces<void> {
  const half = options.runs >> 1;
  const { onEnd, seed } = options;
  const uniform = { kind: "uniform" } as const;
  const priorities = { kind: "priorities", depth: 3 } as const;
  for (const { drawing, runs } of [
    { drawing: uniform, runs: half },
    { drawing: priorities, runs: options.runs - half },
  ]) {
    const search = new RandomRuns(execution, ends, { drawing, runs, onEnd, seed });
    while (!search.advance(1)) {
      yield;
    }
  }
}

/** The run in which each goroutine goes on as long as it can. */
function* sequential(
  compiled: CompiledProgram,
  execution: Execution,
): Pieces<{ steps: number; synchronising: number }> {
  let last = 0;
  for (let enabled = execution.enabled(); enabled !== 0; enabled = execution.enabled()) {
    last = (enabled & (1 << last)) === 0 ? lowest(enabled) : last;
    execution.execute(last);
    if (execution.depth % stepsAtOnce === 0) {
      yield;
    }
  }
  return { steps: execution.depth, synchronising: orderOf(compiled, execution).synchronising };
}
