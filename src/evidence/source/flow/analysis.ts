/**
 * Runs all bodies: callees before their callers, so that what a call does is known when its caller is looked at. Functions that
 * call each other are run twice.
 */
import { type Body, type Event } from "./body.js";
import { type Model, type Site } from "./model.js";
import { type Environment, type JoinKey, parseJoinName, runBody, type SiteEffect } from "./run.js";
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
}

const nothingLeft: Summary = { locks: [], running: [], joined: [] };

/** What is known at every access and every site. */
export class Analysis {
  readonly signals: Signals;
  readonly accessStates = new Map<number, State>();
  /** All functions, callees before their callers. */
  calleesFirst: readonly number[] = [];
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
      leaks: (use) => this.#model.leaks(use),
    };
  }

  /** Runs everything. */
  run(): void {
    const groups = calleesFirst(this.#model.bodies.length, (func) => [
      ...this.sites.calleesOf(func),
      ...this.sites.sitesOf(func).flatMap((site) => this.sites.started(site.id)),
    ]);
    this.calleesFirst = groups.flat();
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
    const exit = runBody(body, emptyState(), this.#environment, last ? this.#record : null);
    if (exit === null) {
      return;
    }
    const summary: Summary = {
      locks: [...exit.locks.values()],
      running: this.#outliving(exit.running),
      joined: [...exit.joined].map((name) => parseJoinName(name)),
    };
    if (summary.locks.length > 0 || summary.running.length > 0 || summary.joined.length > 0) {
      this.#summaries.set(func, summary);
    } else {
      this.#summaries.delete(func);
    }
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

  readonly #record = (event: Event, before: State): void => {
    if (event.kind === "access") {
      const known = this.accessStates.get(event.access);
      this.accessStates.set(event.access, known === undefined ? before : join(known, before));
    } else if (event.kind === "site") {
      const known = this.siteStates.get(event.site);
      this.siteStates.set(event.site, known === undefined ? before : join(known, before));
    }
  };

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

function isCall(event: Event): boolean {
  return event.kind === "site" || event.kind === "defer" || event.kind === "share" || event.kind === "token";
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
