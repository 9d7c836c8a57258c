/** A program under each policy, and under each kind of check: what comes of it, and what it costs. */
import { EndStates } from "../explore/end-states.js";
import { Execution } from "../explore/execution.js";
import { RandomRuns } from "../explore/random-runs.js";
import { Reduction } from "../explore/reduction.js";
import { lowest } from "../explore/search.js";
import { compile, type CompiledProgram } from "./compiled.js";
import { arenaBytesFor } from "./exploration.js";
import { policies, type Policy } from "./policies.js";
import { orderOf } from "./order.js";
import { type Outcome, type OutcomeGroup, OutcomeTeller } from "./outcome.js";
import { Reference } from "./reference.js";
import { mapMaker, type ModelSettings } from "./settings.js";
import { type Program } from "./syntax.js";

/** What one policy makes of a program. */
export interface PolicyRow {
  readonly policy: Policy;
  /** Of the random runs, how many ended how. */
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

/** See the file's comment. */
export interface PolicyComparison {
  readonly runs: number;
  readonly policies: readonly PolicyRow[];
  readonly checks: {
    readonly runs: number;
    /** Whether there is a conflict at all: whether any of the runs has an unordered pair. */
    readonly conflict: boolean;
    readonly rows: readonly CheckRow[];
    /** Runs with damage, and those of them that the fast check did not see. */
    readonly damaged: number;
    readonly damagedUnseen: number;
    readonly overlapping: number;
  };
}

/** How many steps the exploration for `possible` may take. */
const mostSteps = 1_000_000;

/** Compares policies one after the other, so that the caller can stop between two. */
export class PolicyComparer {
  readonly #rows: PolicyRow[] = [];
  readonly #reference: Reference | undefined;
  #next = 0;

  constructor(
    private readonly program: Program,
    private readonly settings: ModelSettings,
    private readonly runs: number,
  ) {
    this.#reference = Reference.explore(program, this.#options());
  }

  /** The policy that comes next, undefined at the end. */
  get next(): Policy | undefined {
    return policies[this.#next];
  }

  /** Looks at one more policy. */
  advance(): void {
    const policy = this.next;
    if (policy !== undefined) {
      this.#rows.push(this.#row(policy));
      this.#next++;
    }
  }

  /** What was found so far. */
  soFar(): Pick<PolicyComparison, "runs" | "policies"> {
    return { runs: this.runs, policies: [...this.#rows] };
  }

  /** What was found. */
  result(): PolicyComparison {
    return { ...this.soFar(), checks: this.#checks() };
  }

  #options() {
    const { settings, program } = this;
    return { makeMap: mapMaker(settings), seed: settings.seed, arenaBytes: arenaBytesFor(program) };
  }

  #row(policy: Policy): PolicyRow {
    const compiled = compile(this.program, { ...this.#options(), policy });
    const teller = new OutcomeTeller(compiled, this.#reference);
    const groups: Partial<Record<OutcomeGroup, number>> = {};
    let steps = 0;
    const ends = new EndStates((execution) => teller.tell(execution), true);
    const { memory, seed } = this.settings;
    const execution = new Execution(compiled.start(memory, true));
    const onEnd = (at: Execution, { group }: Outcome): void => {
      groups[group] = (groups[group] ?? 0) + 1;
      steps += at.depth;
    };
    drawRuns(execution, ends, { runs: this.runs, onEnd, seed });
    return {
      policy,
      groups,
      possible: this.#possible(compiled, teller),
      ...sequential(compiled, new Execution(compiled.start("sc", true))),
      meanSteps: steps / this.runs,
    };
  }

  #possible(compiled: CompiledProgram, teller: OutcomeTeller): OutcomeGroup[] | undefined {
    const ends = new EndStates((execution) => teller.tell(execution).group, false);
    const search = new Reduction(new Execution(compiled.start(this.settings.memory, false)), ends);
    return search.advance(mostSteps) ? [...new Set([...ends].map(({ told }) => told))] : undefined;
  }

  #checks(): PolicyComparison["checks"] {
    const compiled = compile(this.program, { ...this.#options(), policy: "silent" });
    const teller = new OutcomeTeller(compiled, this.#reference);
    const seen = { fast: 0, slow: 0, both: 0, damaged: 0, damagedUnseen: 0, overlapping: 0 };
    const onEnd = (execution: Execution, { group, ignored }: Outcome): void => {
      const { unordered } = orderOf(compiled, execution);
      const fast = ignored > 0;
      const slow = unordered.length > 0;
      const damaged = group === "silent damage" || group === "read outside" || group === "endless loop";
      seen.fast += fast ? 1 : 0;
      seen.slow += slow ? 1 : 0;
      seen.both += fast || slow ? 1 : 0;
      seen.overlapping += unordered.some(({ overlap }) => overlap) ? 1 : 0;
      seen.damaged += damaged ? 1 : 0;
      seen.damagedUnseen += damaged && !fast ? 1 : 0;
    };
    const ends = new EndStates((execution) => teller.tell(execution), false);
    const execution = new Execution(compiled.start(this.settings.memory, false));
    const { seed } = this.settings;
    drawRuns(execution, ends, { runs: this.runs, onEnd, seed });
    const { damaged, damagedUnseen, overlapping } = seen;
    return {
      runs: this.runs,
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
}

/** Half of the runs step by step at random, half by random priorities: the latter have long stretches of one goroutine. */
function drawRuns(
  execution: Execution,
  ends: EndStates<Outcome>,
  options: {
    readonly runs: number;
    readonly seed: number;
    readonly onEnd: (execution: Execution, outcome: Outcome) => void;
  },
): void {
  const half = options.runs >> 1;
  const { onEnd, seed } = options;
  const uniform = { kind: "uniform" } as const;
  const priorities = { kind: "priorities", depth: 3 } as const;
  const all = Number.MAX_SAFE_INTEGER;
  new RandomRuns(execution, ends, { drawing: uniform, runs: half, onEnd, seed }).advance(all);
  const rest = options.runs - half;
  new RandomRuns(execution, ends, { drawing: priorities, runs: rest, onEnd, seed }).advance(all);
}

/** The run in which each goroutine goes on as long as it can. */
function sequential(
  compiled: CompiledProgram,
  execution: Execution,
): { steps: number; synchronising: number } {
  let last = 0;
  for (let enabled = execution.enabled(); enabled !== 0; enabled = execution.enabled()) {
    last = (enabled & (1 << last)) === 0 ? lowest(enabled) : last;
    execution.execute(last);
  }
  return { steps: execution.depth, synchronising: orderOf(compiled, execution).synchronising };
}
