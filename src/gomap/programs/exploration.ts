/** The exploration of a program: a search, what it has found, and how often which end comes. */
import { type EndState, EndStates } from "../explore/end-states.js";
import { Enumeration } from "../explore/enumeration.js";
import { Execution } from "../explore/execution.js";
import { RandomRuns } from "../explore/random-runs.js";
import { Reduction } from "../explore/reduction.js";
import { replay, rewind, stretchesOf, tokenOf } from "../explore/schedule.js";
import { lowest, type Search, type SearchProgress } from "../explore/search.js";
import { shrink } from "../explore/shrink.js";
import { StateGraph } from "../explore/state-graph.js";
import { compile, type CompiledProgram, type CompileOptions } from "./compiled.js";
import { type Outcome, type OutcomeGroup, outcomeGroups, OutcomeTeller } from "./outcome.js";
import { Reference } from "./reference.js";
import { boundOf, mapMaker, type ModelSettings } from "./settings.js";
import { type Program } from "./syntax.js";

/** How to search. */
export type SearchPlan =
  /** Dynamic partial-order reduction: complete, and the others go on after a fatal error. */
  | { readonly kind: "reduced" }
  /** Each interleaving. */
  | { readonly kind: "all" }
  /** Each interleaving with at most so many preemptions. */
  | { readonly kind: "preemptions"; readonly most: number }
  /** Runs by chance. */
  | { readonly kind: "random"; readonly runs: number; readonly depth: number };

/** What was found of one kind of end. */
export interface FoundOutcome {
  readonly group: OutcomeGroup;
  readonly kinds: readonly string[];
  /** Explored runs, and different ends, of this kind. */
  readonly runs: number;
  readonly ends: number;
  /** The example that is easiest to follow. */
  readonly example: {
    readonly outcome: Outcome;
    readonly schedule: Uint8Array;
    readonly token: string;
    /** How often it changes from one goroutine to another. */
    readonly switches: number;
  };
}

/** How many interleavings there are, each up to its end or to the first fatal error. Exact up to 2^53, then to 15 digits. */
export interface Interleavings {
  readonly total: number;
  readonly states: number;
  readonly byKind: readonly {
    readonly group: OutcomeGroup;
    readonly kinds: readonly string[];
    readonly interleavings: number;
  }[];
}

/** More kinds of ends than these are counted together with the last one. */
const mostKinds = 32;

/** What an exploration has come to. */
export interface ExplorationResult {
  readonly settings: ModelSettings;
  readonly plan: SearchPlan;
  readonly progress: SearchProgress;
  /** Whether the search went to its end. */
  readonly complete: boolean;
  /** Runs that the reduction gave up as explored elsewhere. */
  readonly asleep: number;
  readonly ends: number;
  readonly outcomes: readonly FoundOutcome[];
  /** Undefined when there are too many states to count them. */
  readonly interleavings: Interleavings | undefined;
  /** Different results that orders of whole operations give; undefined when there are too many, then damage is only what the map's bytes show. */
  readonly rightResults: number | undefined;
  readonly histories: number;
}

/** Explores a program piece by piece. */
export class Exploration {
  readonly compiled: CompiledProgram;
  readonly reference: Reference | undefined;
  readonly search: Search<Outcome>;
  readonly #teller: OutcomeTeller;
  #graph: StateGraph<Outcome> | undefined;
  readonly #kinds: {
    readonly key: string;
    readonly group: OutcomeGroup;
    readonly kinds: readonly string[];
  }[] = [];
  #complete = false;
  #counted = false;

  constructor(
    readonly program: Program,
    readonly settings: ModelSettings,
    readonly plan: SearchPlan,
    options: { readonly longest?: number; readonly mostStates?: number } = {},
  ) {
    const compileOptions: Omit<CompileOptions, "policy"> = {
      makeMap: mapMaker(settings),
      seed: settings.seed,
      arenaBytes: arenaBytesFor(program),
    };
    this.compiled = compile(program, {
      ...compileOptions,
      policy: settings.policy,
      longest: mostStepsOfAll,
    });
    this.compiled.histories.longest = options.longest ?? longestFor(this.compiled);
    this.reference = plan.kind === "random" ? undefined : Reference.explore(program, compileOptions);
    this.#teller = new OutcomeTeller(this.compiled, this.reference);
    this.search = this.#searchFor(plan);
    const stopsAll = settings.afterFatal === "stop";
    const mostStates = options.mostStates ?? 1_500_000;
    if (plan.kind !== "random" && mostStates > 0) {
      const ends = new EndStates((execution) => this.#teller.tell(execution), stopsAll);
      const start = this.compiled.start(settings.memory, stopsAll);
      const groupOf = (outcome: Outcome): number => this.#kindNumber(outcome);
      this.#graph = new StateGraph(new Execution(start), ends, { groups: mostKinds, groupOf, mostStates });
    }
  }

  /** A number for each kind of end. */
  #kindNumber(outcome: Outcome): number {
    const key = kindKey(outcome);
    const known = this.#kinds.findIndex((kind) => kind.key === key);
    if (known >= 0 || this.#kinds.length === mostKinds) {
      return known >= 0 ? known : mostKinds - 1;
    }
    this.#kinds.push({ key, group: outcome.group, kinds: countedKinds(outcome) });
    return this.#kinds.length - 1;
  }

  #searchFor(plan: SearchPlan): Search<Outcome> {
    const isReduced = plan.kind === "reduced";
    const stopsAll = !isReduced && this.settings.afterFatal === "stop";
    const ends = new EndStates((execution) => this.#teller.tell(execution), stopsAll);
    const execution = new Execution(this.compiled.start(this.settings.memory, stopsAll));
    switch (plan.kind) {
      case "reduced":
        return new Reduction(execution, ends);
      case "all":
        return new Enumeration(execution, ends);
      case "preemptions":
        return new Enumeration(execution, ends, plan.most);
      default: {
        const { runs, depth } = plan;
        const drawing =
          depth === 0 ? ({ kind: "uniform" } as const) : ({ kind: "priorities", depth } as const);
        return new RandomRuns(execution, ends, { drawing, runs, seed: this.settings.seed });
      }
    }
  }

  /** Goes on with the search; whether it is at its end. */
  advance(steps: number): boolean {
    this.#complete ||= this.search.advance(steps);
    return this.#complete;
  }

  /** Goes on with counting all interleavings; whether it is at its end, or has given up. */
  count(steps: number): boolean {
    this.#counted ||= this.#graph?.advance(steps) ?? true;
    if (this.#counted && this.#graph?.isFull === true) {
      this.#graph = undefined;
    }
    return this.#counted;
  }

  /** How far counting has come. */
  counting(): SearchProgress | undefined {
    return this.#graph?.progress();
  }

  /** What was found so far. Takes a while: the examples are made easy to follow. */
  result(): ExplorationResult {
    return {
      settings: this.settings,
      plan: this.plan,
      progress: this.search.progress(),
      complete: this.#complete,
      asleep: this.search instanceof Reduction ? this.search.asleep : 0,
      ends: this.search.ends.size,
      outcomes: this.#outcomes(),
      interleavings: this.#interleavings(),
      rightResults: this.reference?.size,
      histories: this.compiled.histories.count,
    };
  }

  #interleavings(): Interleavings | undefined {
    const graph = this.#counted ? this.#graph : undefined;
    if (graph === undefined) {
      return undefined;
    }
    const counts = graph.counts();
    const byKind = this.#kinds.map(({ group, kinds }, index) => ({
      group,
      kinds,
      interleavings: counts[index] ?? 0,
    }));
    return {
      total: counts.reduce((sum, one) => sum + one, 0),
      states: graph.progress().states,
      byKind: byKind.toSorted((a, b) => outcomeGroups.indexOf(a.group) - outcomeGroups.indexOf(b.group)),
    };
  }

  #outcomes(): FoundOutcome[] {
    const byKind = new Map<string, EndState<Outcome>[]>();
    for (const end of this.search.ends) {
      const key = kindKey(end.told);
      byKind.set(key, [...(byKind.get(key) ?? []), end]);
    }
    const found = [...byKind.values()].map((ends) => this.#found(ends));
    const rank = ({ group }: FoundOutcome): number => outcomeGroups.indexOf(group);
    return found.toSorted((a, b) => rank(a) - rank(b) || a.kinds.length - b.kinds.length || b.runs - a.runs);
  }

  #found(ends: readonly EndState<Outcome>[]): FoundOutcome {
    const [first] = ends.toSorted((a, b) => a.schedule.length - b.schedule.length);
    if (first === undefined) {
      throw new RangeError("an outcome has at least one end");
    }
    const { told } = first;
    const key = kindKey(told);
    const stopsAll = this.settings.afterFatal === "stop";
    const execution = new Execution(this.compiled.start(this.settings.memory, stopsAll));
    const same = (at: Execution): boolean => {
      return kindKey(this.#teller.tell(at)) === key;
    };
    replay(execution, first.schedule);
    const given = Uint8Array.from(execution.who.subarray(0, execution.depth));
    const isSame = same(execution);
    rewind(execution);
    const schedule = isSame ? shrink(execution, given, same) : given;
    replay(execution, schedule);
    const outcome = this.#teller.tell(execution);
    return {
      group: told.group,
      kinds: countedKinds(told),
      runs: ends.reduce((sum, { runs }) => sum + runs, 0),
      ends: ends.length,
      example: {
        outcome,
        schedule,
        token: tokenOf(schedule, boundOf(this.program.text, this.settings)),
        switches: Math.max(0, stretchesOf(schedule).length - 1),
      },
    };
  }

  /** How a schedule's run ends. */
  outcomeOf(execution: Execution): Outcome {
    return this.#teller.tell(execution);
  }
}

/** Until it is known how many steps the goroutines need one after the other. */
const mostStepsOfAll = 2_000_000;

/** Many times the steps that the goroutines need one after the other: who does more is in an endless loop. */
function longestFor(compiled: CompiledProgram): number {
  const execution = new Execution(compiled.start("sc", true));
  let last = 0;
  for (let enabled = execution.enabled(); enabled !== 0; enabled = execution.enabled()) {
    last = (enabled & (1 << last)) === 0 ? lowest(enabled) : last;
    execution.execute(last);
  }
  return Math.max(1000, 10 * execution.depth);
}

/** Equal for outcomes that are counted together. */
function kindKey(outcome: Outcome): string {
  return JSON.stringify([outcome.group, countedKinds(outcome)]);
}

function countedKinds({ group, kinds }: Outcome): readonly string[] {
  return group === "silent damage" ? kinds.slice(0, 1) : kinds;
}

/** Enough memory for each goroutine: programs with long loops make large maps. */
export function arenaBytesFor(program: Program): number {
  const numbers = program.text.match(/\d+/g)?.map(Number) ?? [];
  const largest = Math.max(8, ...numbers.filter((number) => number <= 100_000));
  const bytes = 0x8000 + largest * 160;
  return 2 ** Math.ceil(Math.log2(bytes));
}
