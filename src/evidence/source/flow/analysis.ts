/**
 * Runs all bodies: callees before their callers, so that what a call does is known when its caller is looked at. Functions that
 * call each other are run twice.
 */
import { type Body, type Event } from "./body.js";
import { type Model, type Site } from "./model.js";
import {
  type Environment,
  type JoinKey,
  parseJoinName,
  runBody,
  type SiteEffect,
  type Visitor,
} from "./run.js";
import { Signals } from "./signals.js";
import { type SiteIndex } from "./site-index.js";
import { emptyState, join, type LockState, type State, union } from "./state.js";
import { calleesFirst } from "./strongly-connected.js";
import { toCaller } from "./translate.js";

/** What a function leaves behind. */
export interface Summary {
  /** What it has locked and not unlocked, and unlocked without having locked. */
  readonly locks: readonly LockState[];
  /** Sites whose goroutines are still running. */
  readonly running: readonly number[];
  /** What it has surely waited for. */
  readonly joined: readonly JoinKey[];
  /** The paths below its first result that are new. */
  readonly owned: readonly string[];
}

const nothingLeft: Summary = { locks: [], running: [], joined: [], owned: [] };

/** A function that leaves more locks changed than this is not followed closely. */
const mostLocks = 8;

interface States {
  readonly accessStates: Map<number, State>;
  readonly siteStates: Map<number, State>;
}

/** What is known at every access and every site. */
export class Analysis {
  readonly signals: Signals;
  readonly accessStates = new Map<number, State>();
  /** All functions, callees before their callers, those that call each other together. */
  groups: readonly (readonly number[])[] = [];
  readonly siteStates = new Map<number, State>();
  readonly #summaries = new Map<number, Summary>();
  readonly #model: Model;
  readonly #environment: Environment;

  constructor(readonly sites: SiteIndex) {
    this.#model = sites.model;
    this.signals = new Signals(sites, {
      left: (func) => this.summary(func).running,
      joined: (func) => this.summary(func).joined,
    });
    this.#environment = {
      effect: (site) => this.#effect(site),
      events: (site) => this.#model.sites[site]?.events ?? [],
      wait: (running, keys) => this.signals.wait(running, keys),
      owned: (site) => this.#owned(site),
      leaks: (use) => this.#model.leaks(use),
    };
  }

  /** Runs everything. */
  run(): void {
    const groups = calleesFirst(this.#model.bodies.length, (func) => [
      ...this.sites.calleesOf(func),
      ...this.sites.sitesOf(func).flatMap((site) => this.sites.started(site.id)),
    ]);
    this.groups = groups;
    for (const group of groups) {
      for (let round = group.length > 1 ? 2 : 1; round > 0; round -= 1) {
        for (const func of group) {
          this.#runFunction(func, round === 1);
        }
      }
    }
  }

  /** What a function leaves behind when it returns. */
  summary(func: number): Summary {
    return this.#summaries.get(func) ?? nothingLeft;
  }

  #runFunction(func: number, last: boolean): void {
    const body = this.#model.bodies[func];
    if (body === undefined || !this.#matters(body, func)) {
      return;
    }
    const exit = runBody(body, emptyState(), this.#environment, last ? this.#recordInto(this) : null);
    if (exit === null) {
      return;
    }
    const summary: Summary = {
      locks: this.#lastingLocks(exit),
      running: this.#outliving(exit.running),
      joined: [...exit.joined].map((name) => parseJoinName(name)),
      owned: [...(exit.returned ?? [])],
    };
    if (leavesAnything(summary)) {
      this.#summaries.set(func, summary);
    } else {
      this.#summaries.delete(func);
    }
  }

  /** The locks that a caller needs to know of: those with a name outside, and on all ways. */
  #lastingLocks({ locks }: State): LockState[] {
    const lasting: LockState[] = [];
    for (const lock of locks.values()) {
      const isKnown = lock.status === "held" || lock.lock.path.root !== null;
      if (lock.status !== "maybe" && isKnown && lasting.length < mostLocks) {
        lasting.push(lock);
      }
    }
    return lasting;
  }

  /** What a test starts to run in parallel is done when the test is; what that has started may go on. */
  #outliving(running: readonly number[]): readonly number[] {
    const parallel = running.filter((site) => this.sites.isParallelStart(site));
    if (parallel.length === 0) {
      return running;
    }
    let outliving: readonly number[] = running.filter((site) => !parallel.includes(site));
    for (const site of parallel) {
      for (const func of this.sites.started(site)) {
        outliving = union(outliving, this.summary(func).running);
      }
    }
    return outliving;
  }

  /** Whether anything in a function changes what is known; else everything in it is as at its beginning. */
  #matters(body: Body, func: number): boolean {
    return (
      body.blocks.some((block) => block.events.some((event) => event.kind !== "access" && !isCall(event))) ||
      this.sites
        .sitesOf(func)
        .some(
          (site) =>
            site.events.length > 0 ||
            this.sites.starts(site) ||
            this.sites.called(site).some((target) => this.#summaries.has(target.function)),
        )
    );
  }

  #recordInto({ accessStates, siteStates }: States): Visitor {
    return (event, before) => {
      if (event.kind === "access") {
        const known = accessStates.get(event.access);
        accessStates.set(event.access, known === undefined ? before : join(known, before));
      } else if (event.kind === "site") {
        const known = siteStates.get(event.site);
        siteStates.set(event.site, known === undefined ? before : join(known, before));
      }
    };
  }

  /** Runs a function again, now that it is known what it owns when it begins. */
  runOwning(func: number, own: ReadonlySet<string>): void {
    const body = this.#model.bodies[func];
    if (body === undefined) {
      return;
    }
    const states: States = { accessStates: new Map(), siteStates: new Map() };
    runBody(body, { ...emptyState(), own }, this.#environment, this.#recordInto(states));
    for (const [access, state] of states.accessStates) {
      this.accessStates.set(access, state);
    }
    for (const [site, state] of states.siteStates) {
      this.siteStates.set(site, state);
    }
  }

  /** The new part of what a call returns, when it is known who is called. */
  #owned(id: number): readonly string[] {
    const [only, another] = this.#model.sites[id]?.targets ?? [];
    return only === undefined || another !== undefined ? [] : this.summary(only.function).owned;
  }

  #effect(id: number): SiteEffect | null {
    const site = this.#model.sites[id];
    if (site === undefined) {
      return null;
    }
    const own = this.sites.starts(site) ? [id] : [];
    const effects = this.sites.called(site).map((target) => this.#effectOf(site, target.function));
    const [first, ...others] = effects;
    if (first === undefined) {
      return own.length === 0 ? null : { locks: [], running: own, joined: [] };
    }
    let { locks, running, joined } = first;
    for (const other of others) {
      locks = commonLocks(locks, other.locks);
      running = union(running, other.running);
      joined = joined.filter((one) => other.joined.some((two) => two.key === one.key && two.all === one.all));
    }
    return { locks, running: union(running, own), joined };
  }

  #effectOf(site: Site, func: number): SiteEffect {
    const summary = this.#summaries.get(func);
    if (summary === undefined) {
      return nothingLeft;
    }
    return { ...summary, locks: summary.locks.map((lock) => toCaller(this.#model, site, func, lock)) };
  }
}

function leavesAnything({ locks, running, joined, owned }: Summary): boolean {
  return locks.length + running.length + joined.length + owned.length > 0;
}

/** Events that change nothing by themselves: only with what is called, or where something is owned. */
function isCall(event: Event): boolean {
  switch (event.kind) {
    case "site":
    case "defer":
    case "share":
    case "drop":
    case "token":
    case "receive":
      return true;
    case "return":
      return event.value === null || !("paths" in event.value);
    default:
      return false;
  }
}

/** What each of several possible callees does to locks; a release by one of them counts. */
function commonLocks(one: readonly LockState[], other: readonly LockState[]): LockState[] {
  const locks: LockState[] = [];
  for (const lock of one) {
    const same = other.find((candidate) => candidate.lock.path.id === lock.lock.path.id);
    if (lock.status === "released" || same !== undefined) {
      locks.push(same?.status === "released" ? same : lock);
    }
  }
  for (const lock of other) {
    if (lock.status === "released" && !locks.some((known) => known.lock.path.id === lock.lock.path.id)) {
      locks.push(lock);
    }
  }
  return locks;
}
