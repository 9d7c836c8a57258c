/** The exploration of a program: a search, what it has found, and how often which end comes. */
import { type Pieces } from "../../base/pieces.js";
import { type EndState, EndStates } from "../explore/end-states.js";
import { Enumeration } from "../explore/enumeration.js";
import { Execution } from "../explore/execution.js";
import { RandomRuns } from "../explore/random-runs.js";
import { Reduction } from "../explore/reduction.js";
import { replay, rewind, stretchesOf, tokenOf } from "../explore/schedule.js";
import { lowest, type Search, type SearchProgress } from "../explore/search.js";
import { shrinking } from "../explore/shrink.js";
import { StateGraph } from "../explore/state-graph.js";
import { type CompiledProgram } from "./compiled.js";
import { compileFitting, longestOf, mostStepsOfAll } from "./fitting.js";
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
  /** What ended it before its end. */
  readonly ended: EndedBy | undefined;
  /** Runs that the reduction gave up as explored elsewhere. */
  readonly asleep: number;
  readonly ends: number;
  readonly outcomes: readonly FoundOutcome[];
  /** Undefined when they were not counted: see `uncounted`. */
  readonly interleavings: Interleavings | undefined;
  /** Why not; undefined where they were. */
  readonly uncounted: "too many states" | "not asked for" | "ended before" | undefined;
  /** Different results that orders of whole operations give; undefined when there are too many, then damage is only what the map's bytes show. */
  readonly rightResults: number | undefined;
  readonly histories: number;
}

/** What ends an exploration before its end: a person, its limit of steps, or that of memory. */
export type EndedBy = "person" | "steps" | "memory";

/** An example's schedule: as it was found, and made easier to follow. */
interface Easier {
  readonly from: Uint8Array;
  schedule: Uint8Array;
}

/** At most so many nodes of histories and ends are kept: 300 MB or so. */
const mostHistories = 3_000_000;
const mostEndBytes = 150_000_000;
/** How many steps of the preparations are a piece of them. */
const stepsAtOnce = 100;

/** Explores a program piece by piece. */
export class Exploration {
  readonly compiled: CompiledProgram;
  readonly search: Search<Outcome>;
  readonly #teller: OutcomeTeller;
  #reference: Reference | undefined;
  #preparing: Pieces<void> | undefined;
  #simplifying: Pieces<void> | undefined;
  /** For each kind of end. */
  readonly #easier = new Map<string, Easier>();
  #ended: EndedBy | undefined;
  #graph: StateGraph<number> | undefined;
  readonly #kinds: {
    readonly key: string;
    readonly group: OutcomeGroup;
    readonly kinds: readonly string[];
  }[] = [];
  #complete = false;
  #counted = false;
  readonly #wantsCount: boolean;

  constructor(
    readonly program: Program,
    readonly settings: ModelSettings,
    readonly plan: SearchPlan,
    options: { readonly longest?: number; readonly mostStates?: number } = {},
  ) {
    this.compiled = compileFitting(program, settings);
    this.#teller = new OutcomeTeller(this.compiled, undefined);
    this.#preparing = this.#prepare(options.longest);
    this.search = this.#searchFor(plan);
    const stopsAll = settings.afterFatal === "stop";
    const { mostStates = 1_500_000 } = options;
    this.#wantsCount = plan.kind !== "random" && mostStates > 0;
    if (plan.kind !== "random" && mostStates > 0) {
      const ends = new EndStates((execution) => this.#kindNumber(this.#teller.tell(execution)), stopsAll);
      const start = this.compiled.start(settings.memory, stopsAll);
      const groupOf = (kind: number): number => kind;
      this.#graph = new StateGraph(new Execution(start), ends, { groups: mostKinds, groupOf, mostStates });
    }
  }

  /** What has to be known first: how long a run can be, and what is right. */
  *#prepare(longest: number | undefined): Pieces<void> {
    const { histories } = this.compiled;
    if (longest !== undefined) {
      histories.longest = longest;
    } else if (histories.longest === mostStepsOfAll) {
      histories.longest = yield* longestFor(this.compiled);
    }
    if (this.plan.kind !== "random") {
      const { program, settings, compiled } = this;
      const { seed } = settings;
      const { arenaBytes } = compiled.shared.shape;
      const makeMap = mapMaker(settings);
      this.#reference = yield* Reference.exploring(program, { makeMap, seed, arenaBytes });
      this.#teller.reference = this.#reference;
    }
  }

  /** Goes on with what has to be known before the search; whether all of it is. */
  prepare(): boolean {
    if (this.#preparing?.next().done === true) {
      this.#preparing = undefined;
    }
    return this.#preparing === undefined;
  }

  /** Whether so much has been found that there is no room for more. */
  get isFull(): boolean {
    return this.compiled.histories.count > mostHistories || this.search.ends.bytes > mostEndBytes;
  }

  /** Says that nothing more will be done, and why. */
  end(by: EndedBy): void {
    this.#ended = by;
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

  /** Goes on with the search, after the preparations; whether it is at its end. */
  advance(steps: number): boolean {
    while (!this.prepare()) {
      // It is all done at once where nobody waits for it.
    }
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

  /** Goes on with making examples of what was found easy to follow, once the search is over; whether all of them are. */
  simplify(): boolean {
    this.#simplifying ??= this.#simplify();
    return this.#simplifying.next().done === true;
  }

  *#simplify(): Pieces<void> {
    for (const ends of this.#byKind().values()) {
      const { schedule, told } = shortest(ends);
      const key = kindKey(told);
      const execution = this.#atStart();
      const same = (at: Execution): boolean => kindKey(this.#teller.tell(at)) === key;
      replay(execution, schedule);
      const given = Uint8Array.from(execution.who.subarray(0, execution.depth));
      const isSame = same(execution);
      rewind(execution);
      this.#easier.set(key, { from: schedule, schedule: given });
      yield;
      if (isSame) {
        const easier = yield* shrinking(execution, given, same);
        this.#easier.set(key, { from: schedule, schedule: easier });
      }
    }
  }

  #atStart(): Execution {
    return new Execution(this.compiled.start(this.settings.memory, this.settings.afterFatal === "stop"));
  }

  /** What was found so far, with examples as easy to follow as {@link simplify} has made them. */
  result(): ExplorationResult {
    return {
      settings: this.settings,
      plan: this.plan,
      progress: this.search.progress(),
      complete: this.#complete,
      ended: this.#ended,
      asleep: this.search instanceof Reduction ? this.search.asleep : 0,
      ends: this.search.ends.size,
      outcomes: this.#outcomes(),
      interleavings: this.#interleavings(),
      uncounted: this.#uncounted(),
      rightResults: this.#reference?.size,
      histories: this.compiled.histories.count,
    };
  }

  #uncounted(): ExplorationResult["uncounted"] {
    if (!this.#wantsCount) {
      return "not asked for";
    }
    return this.#graph === undefined ? "too many states" : this.#counted ? undefined : "ended before";
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

  #byKind(): ReadonlyMap<string, readonly EndState<Outcome>[]> {
    const byKind = new Map<string, EndState<Outcome>[]>();
    for (const end of this.search.ends) {
      const key = kindKey(end.told);
      const ends = byKind.get(key) ?? [];
      ends.push(end);
      byKind.set(key, ends);
    }
    return byKind;
  }

  #outcomes(): FoundOutcome[] {
    const found = [...this.#byKind().values()].map((ends) => this.#found(ends));
    const rank = ({ group }: FoundOutcome): number => outcomeGroups.indexOf(group);
    return found.toSorted((a, b) => rank(a) - rank(b) || a.kinds.length - b.kinds.length || b.runs - a.runs);
  }

  #found(ends: readonly EndState<Outcome>[]): FoundOutcome {
    const first = shortest(ends);
    const { told } = first;
    const easier = this.#easier.get(kindKey(told));
    const execution = this.#atStart();
    replay(execution, easier?.from === first.schedule ? easier.schedule : first.schedule);
    const outcome = this.#teller.tell(execution);
    const schedule = Uint8Array.from(execution.who.subarray(0, execution.depth));
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

/** The end that comes first. */
function shortest(ends: readonly EndState<Outcome>[]): EndState<Outcome> {
  return ends.reduce((best, end) => (end.schedule.length < best.schedule.length ? end : best));
}

/** How long a run may be, where {@link compileFitting} has not come to the end of one. */
function* longestFor(compiled: CompiledProgram): Pieces<number> {
  const execution = new Execution(compiled.start("sc", true));
  let enabled = execution.enabled();
  for (let last = 0; enabled !== 0 && execution.depth < mostStepsOfAll; enabled = execution.enabled()) {
    last = (enabled & (1 << last)) === 0 ? lowest(enabled) : last;
    execution.execute(last);
    if (execution.depth % stepsAtOnce === 0) {
      yield;
    }
  }
  return enabled === 0 ? longestOf(execution.depth) : mostStepsOfAll;
}

/** Equal for outcomes that are counted together. */
function kindKey(outcome: Outcome): string {
  return JSON.stringify([outcome.group, countedKinds(outcome)]);
}

function countedKinds({ group, kinds }: Outcome): readonly string[] {
  return group === "silent damage" ? kinds.slice(0, 1) : kinds;
}
