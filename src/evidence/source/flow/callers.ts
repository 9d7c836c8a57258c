/**
 * Finds the locks that all callers of a function hold.
 *
 * A function that is started, or that nobody calls, begins with none. Calls from tests are left out where there are others: a
 * test may well call a helper without the lock that the program takes.
 */
import { type Analysis } from "./analysis.js";
import { type Site } from "./model.js";
import { type SiteIndex, type Use } from "./site-index.js";
import { type LockState } from "./state.js";
import { lockToCallee } from "./translate.js";

/** Locks by the id of their path. */
export type HeldAtEntry = ReadonlyMap<string, LockState>;

/** How often functions that call each other are looked at. */
const mostRounds = 8;
/** More locks than this are not handed on. */
const mostLocks = 8;

const none: HeldAtEntry = new Map();

/** Finds what is held when functions begin. */
export class CallerLocks {
  readonly #entry = new Map<number, HeldAtEntry>();
  readonly #sites: SiteIndex;
  readonly #analysis: Analysis;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    this.#sites = analysis.sites;
    this.#run();
  }

  /** The locks that are held whenever a function begins. */
  of(func: number): HeldAtEntry {
    return this.#entry.get(func) ?? none;
  }

  /** Callers first, so that each function is looked at once; those that call each other until nothing changes. */
  #run(): void {
    const bare = this.#withoutLocks();
    for (const group of this.#analysis.groups.toReversed()) {
      const others = group.filter((func) => bare[func] === 0);
      for (let round = 0; round < mostRounds && this.#look(others, bare); round += 1) {
        if (round === mostRounds - 1) {
          // Not settled: nothing is sure then.
          others.forEach((func) => this.#entry.delete(func));
        }
        if (group.length === 1) {
          break;
        }
      }
    }
  }

  #look(functions: readonly number[], bare: Uint8Array): boolean {
    let changed = false;
    for (const func of functions) {
      const after = this.#common(func, bare);
      if (after !== null && !same(this.#entry.get(func), after)) {
        this.#entry.set(func, after);
        changed = true;
      }
    }
    return changed;
  }

  /** Marks the functions that are started, called by nobody, or called without a lock by such a function. */
  #withoutLocks(): Uint8Array {
    const { functions } = this.#sites.model.program;
    const bare = new Uint8Array(functions.length);
    const waiting: number[] = [];
    const mark = (func: number): void => {
      if (bare[func] === 0) {
        bare[func] = 1;
        waiting.push(func);
      }
    };
    for (const func of functions.keys()) {
      const uses = this.#uses(func);
      if (uses.length === 0 || uses.some((use) => use.site.function === null || this.#sites.isStart(use))) {
        mark(func);
      }
    }
    for (let func = waiting.pop(); func !== undefined; func = waiting.pop()) {
      for (const site of this.#sites.sitesOf(func).filter(({ id }) => this.#holdsNothing(id))) {
        const callees = this.#sites.called(site).map((target) => target.function);
        callees.filter((callee) => bare[callee] === 0 && this.#isUse(callee, site)).forEach(mark);
      }
    }
    return bare;
  }

  #isUse(func: number, site: Site): boolean {
    return this.#uses(func).some((use) => use.site === site);
  }

  #holdsNothing(site: number): boolean {
    const locks = this.#analysis.siteStates.get(site)?.locks;
    if (locks === undefined) {
      return true;
    }
    for (const lock of locks.values()) {
      if (lock.status !== "released") {
        return false;
      }
    }
    return true;
  }

  /** What all calls have in common; null while no call is known yet (all of them are in a circle). */
  #common(func: number, bare: Uint8Array): HeldAtEntry | null {
    const uses = this.#uses(func);
    let common: Map<string, LockState> | null = null;
    for (const { site } of uses) {
      const caller = site.function;
      if (caller === null) {
        return none;
      }
      const entry = this.#entry.get(caller) ?? (bare[caller] === 0 ? null : none);
      if (entry === null) {
        continue;
      }
      common = meet(common, this.#heldAt(site.id, entry, func));
      if (common.size === 0) {
        break;
      }
    }
    return common;
  }

  #uses(func: number): readonly Use[] {
    const uses = this.#sites.usesOf(func);
    const { functions } = this.#sites.model.program;
    if (
      functions[func]?.inTest === true ||
      !uses.some(({ site }) => site.function !== null && functions[site.function]?.inTest === true)
    ) {
      return uses;
    }
    const others = uses.filter(
      ({ site }) => site.function === null || functions[site.function]?.inTest !== true,
    );
    return others.length > 0 ? others : uses;
  }

  /** What is held at a site, in the names of the called function. */
  #heldAt(id: number, entry: HeldAtEntry, func: number): Map<string, LockState> {
    const held = new Map<string, LockState>();
    const site = this.#sites.model.sites[id];
    if (site === undefined) {
      return held;
    }
    const state = this.#analysis.siteStates.get(id);
    for (const lock of heldHere(state?.locks, entry)) {
      if (lock.status !== "held" || held.size >= mostLocks) {
        continue;
      }
      const translated = { ...lock, lock: lockToCallee(this.#sites.model, site, func, lock.lock) };
      held.set(translated.lock.path.id, translated);
    }
    return held;
  }
}

/** The function's own locks and those of its callers that it has not released. */
export function heldHere(own: ReadonlyMap<string, LockState> | undefined, entry: HeldAtEntry): LockState[] {
  const held = [...(own?.values() ?? [])].filter((lock) => lock.status !== "released");
  for (const [id, lock] of entry) {
    if (own?.has(id) !== true) {
      held.push(lock);
    }
  }
  return held;
}

/** A lock under another name in each of them counts, when its key is the same: it is nobody's in particular then. */
function meet(one: Map<string, LockState> | null, other: Map<string, LockState>): Map<string, LockState> {
  if (one === null) {
    return other;
  }
  const both = new Map<string, LockState>();
  for (const [id, lock] of one) {
    const match =
      other.get(id) ?? [...other.values()].find((candidate) => candidate.lock.key === lock.lock.key);
    if (match !== undefined) {
      const status = lock.status === "held" ? match.status : lock.status;
      const mode = lock.mode === match.mode ? lock.mode : "rlock";
      const kept = other.has(id)
        ? lock.lock
        : { ...lock.lock, path: { ...lock.lock.path, root: null, id: `^${id}` } };
      both.set(kept.path.id, { ...lock, lock: kept, status, mode });
    }
  }
  return both;
}

function same(one: HeldAtEntry | undefined, other: HeldAtEntry): boolean {
  if (one === undefined || one.size !== other.size) {
    return false;
  }
  return [...one].every(([id, lock]) => {
    const match = other.get(id);
    return match !== undefined && match.status === lock.status && match.mode === lock.mode;
  });
}
