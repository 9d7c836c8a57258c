/** Sites by function: who calls whom, who starts whom. */
import { type Model, type Site, type SiteTarget } from "./model.js";

/** A call of a function, or a start of it. */
export interface Use {
  readonly site: Site;
  readonly target: SiteTarget;
}

/** More functions than this below one call are not looked at. */
const mostBelow = 100;

/**
 * Looks at all sites when all of them know what they call.
 *
 * A function that is given to another one that starts it (`safeGo(f)`, `group.Go(f)`) is taken to be started at the site that
 * gives it. One that is kept and called by a goroutine that runs already (a pool's worker) is called by that. The function in which it is called then is its **carrier**.
 */
export class SiteIndex {
  readonly #sitesOf: Site[][];
  readonly #usesOf: Use[][];
  readonly #callees = new Map<number, readonly number[]>();
  /** Functions that are started somewhere and called nowhere. */
  readonly #goroutines: ReadonlySet<number>;
  /** For sites that give functions away: the functions that their call leads to. */
  readonly #below = new Map<number, Set<number>>();
  /** For sites that give functions away: what is started so, and by whom it is called. */
  readonly #given = new Map<number, Map<number, number>>();

  constructor(readonly model: Model) {
    const { sites, program } = model;
    this.#sitesOf = program.functions.map(() => []);
    this.#usesOf = program.functions.map(() => []);
    const called = new Set<number>();
    const started = new Set<number>();
    for (const site of sites) {
      for (const target of site.targets) {
        (site.start === null && !this.isParallel(site, target) ? called : started).add(target.function);
      }
    }
    this.#goroutines = new Set([...started].filter((func) => !called.has(func)));
    for (const site of sites) {
      if (site.function !== null) {
        this.#sitesOf[site.function]?.push(site);
      }
    }
    for (const site of sites) {
      for (const target of site.targets) {
        if (this.startedBy(site, target) === null) {
          this.#usesOf[target.function]?.push({ site, target });
        } else {
          this.#give(site, target);
        }
      }
    }
  }

  #give(carrier: Site, target: SiteTarget): void {
    if (target.given === null) {
      return;
    }
    const given = this.#given.get(target.given) ?? new Map<number, number>();
    this.#given.set(target.given, given);
    if (!given.has(target.function)) {
      given.set(target.function, carrier.id);
      const site = this.model.sites[target.given];
      if (site !== undefined) {
        this.#usesOf[target.function]?.push({ site, target: { ...target, given: null } });
      }
    }
  }

  /** The sites in a function. */
  sitesOf(func: number): readonly Site[] {
    return this.#sitesOf[func] ?? [];
  }

  /** The calls and starts of a function. */
  usesOf(func: number): readonly Use[] {
    return this.#usesOf[func] ?? [];
  }

  /** The site that gave the called function away to be started, if that is how it comes here. */
  startedBy(site: Site, target: SiteTarget): number | null {
    if (target.given === null || target.given === site.id) {
      return null;
    }
    const onGoroutine =
      site.start !== null || (site.function !== null && this.#goroutines.has(site.function));
    return onGoroutine && this.#leadsTo(target.given, site.function) ? target.given : null;
  }

  /** Whether what a site calls goes on, over calls and starts, to a function. */
  #leadsTo(id: number, func: number | null): boolean {
    let below = this.#below.get(id);
    if (below === undefined) {
      const site = this.model.sites[id];
      below = new Set(site?.targets.map((target) => target.function));
      for (const at of below) {
        for (const next of this.#sitesOf[at] ?? []) {
          // Only what the callee itself sets in motion, not what it was given.
          const targets = next.targets.filter((target) => target.given === null);
          targets
            .slice(0, below.size < mostBelow ? targets.length : 0)
            .forEach((target) => below?.add(target.function));
        }
      }
      this.#below.set(id, below);
    }
    return func !== null && below.has(func);
  }

  /** Whether a site gives a test function to run beside others. */
  isParallel(site: Site, target: SiteTarget): boolean {
    return site.start === null && !site.passes && this.model.infos[target.function]?.parallel === true;
  }

  /** Whether a site starts parallel tests or the body of a parallel benchmark. */
  isParallelStart(id: number): boolean {
    const site = this.model.sites[id];
    return (
      site !== undefined &&
      (site.start === "parallel-test" || site.targets.some((target) => this.isParallel(site, target)))
    );
  }

  /** Whether a use is a start. */
  isStart({ site, target }: Use): boolean {
    return (
      site.start !== null ||
      this.isParallel(site, target) ||
      this.#given.get(site.id)?.has(target.function) === true
    );
  }

  /** The functions that a site starts. */
  started(site: number): readonly number[] {
    const found = this.model.sites[site];
    const own =
      found === undefined
        ? []
        : found.targets.filter(
            (target) =>
              (found.start !== null || this.isParallel(found, target)) &&
              this.startedBy(found, target) === null,
          );
    return [...own.map((target) => target.function), ...(this.#given.get(site)?.keys() ?? [])];
  }

  /** The functions that call what a site gives away. */
  carriers(site: number): readonly number[] {
    const carriers = [...(this.#given.get(site)?.values() ?? [])];
    return carriers.flatMap((carrier) => this.model.sites[carrier]?.function ?? []);
  }

  /** The site whose statement starts what `site` gives away. */
  carrierOf(site: number, func: number): Site | null {
    const carrier = this.#given.get(site)?.get(func);
    return carrier === undefined ? null : (this.model.sites[carrier] ?? null);
  }

  /** The functions that a site calls before it goes on (or at the end, when it is deferred). */
  called(site: Site): SiteTarget[] {
    return site.start === null
      ? site.targets.filter(
          (target) => !this.isParallel(site, target) && this.startedBy(site, target) === null,
        )
      : [];
  }

  /** Whether anything is started at a site. */
  starts(site: Site): boolean {
    return (site.start !== null && site.targets.length > 0) || this.started(site.id).length > 0;
  }

  /** The functions that a function calls on its own goroutine. */
  calleesOf(func: number): readonly number[] {
    const known = this.#callees.get(func);
    if (known !== undefined) {
      return known;
    }
    const callees = new Set<number>();
    for (const site of this.sitesOf(func)) {
      for (const target of this.called(site)) {
        callees.add(target.function);
      }
    }
    const list = [...callees];
    this.#callees.set(func, list);
    return list;
  }
}
