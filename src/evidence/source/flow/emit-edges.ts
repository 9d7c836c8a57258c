/** Writes down who calls and starts whom. */
import { type CallEdge, type StartEdge } from "../facts.js";
import { type Analysis } from "./analysis.js";
import { functionsRunOften } from "./many.js";
import { type Model, type Site } from "./model.js";
import { type Root, rootOf } from "./roots.js";
import { type SiteIndex } from "./site-index.js";

/** Calls and starts of a program. */
export interface Edges {
  readonly calls: readonly CallEdge[];
  readonly starts: readonly StartEdge[];
}

const nobody: readonly number[] = [];

/** Makes the edges out of the sites and what is known at them. */
export function emitEdges(analysis: Analysis): Edges {
  return new EdgeEmitter(analysis).emit();
}

class EdgeEmitter {
  readonly #analysis: Analysis;
  readonly #sites: SiteIndex;
  readonly #model: Model;
  readonly #roots: ReadonlyMap<number, Root>;
  readonly #often: ReadonlySet<number>;
  readonly #starts: StartEdge[] = [];

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    this.#sites = analysis.sites;
    this.#model = analysis.sites.model;
    this.#roots = this.#findRoots();
    this.#often = functionsRunOften(this.#sites, (func) => this.#roots.get(func)?.many === false);
  }

  emit(): Edges {
    const calls: CallEdge[] = [];
    let nextSite = this.#model.sites.length;
    for (const [func, { how, many }] of this.#roots) {
      const found = this.#model.program.functions[func];
      if (found !== undefined) {
        const left = this.#left(func);
        const place = { file: found.file, line: found.startLine };
        this.#starts.push({
          starter: null,
          started: func,
          ...place,
          how,
          many,
          inLoop: many,
          site: nextSite,
          running: nobody,
          left,
          statement: null,
        });
        nextSite += 1;
      }
    }
    for (const site of this.#model.sites) {
      this.#emitStarts(site);
      this.#emitCalls(site, calls);
    }
    return { calls: this.#model.isLarge ? this.#leading(calls) : calls, starts: this.#starts };
  }

  /** The calls that lead to an access or a start; in a large program the others only take room. */
  #leading(calls: readonly CallEdge[]): CallEdge[] {
    const callers = new Map<number, number[]>();
    for (const { caller, callee } of calls) {
      const known = callers.get(callee);
      if (known === undefined) {
        callers.set(callee, [caller]);
      } else {
        known.push(caller);
      }
    }
    const leading = new Set(this.#model.accesses.map((access) => access.function));
    for (const { starter } of this.#starts) {
      if (starter !== null) {
        leading.add(starter);
      }
    }
    for (const func of leading) {
      callers.get(func)?.forEach((caller) => leading.add(caller));
    }
    return calls.filter(({ callee }) => leading.has(callee));
  }

  #findRoots(): ReadonlyMap<number, Root> {
    const roots = new Map<number, Root>();
    for (const func of this.#model.program.functions) {
      const used = this.#sites.usesOf(func.index).length > 0;
      const root = rootOf(this.#model, func, used);
      if (root !== null) {
        roots.set(func.index, root);
      }
    }
    return roots;
  }

  #left(func: number): readonly number[] {
    return this.#analysis.summary(func).running;
  }

  #running(site: Site): readonly number[] {
    return this.#analysis.siteStates.get(site.id)?.running ?? nobody;
  }

  #emitStarts(site: Site): void {
    for (const started of new Set(this.#sites.started(site.id))) {
      const carrier = this.#sites.carrierOf(site.id, started);
      const parallel = this.#sites.isParallel(site, {
        function: started,
        dynamic: false,
        given: null,
      });
      const how = parallel ? "parallel-test" : (carrier?.start ?? site.start ?? "go");
      const repeats = carrier !== null && this.#startsSeveral(carrier);
      const many = site.many || repeats;
      const line = this.#lineOf(site);
      this.#starts.push({
        starter: site.function,
        started,
        file: site.file.path,
        line,
        how,
        many: many || site.inLoop || (site.function !== null && this.#often.has(site.function)),
        inLoop: many || site.inLoop,
        site: site.id,
        running: repeats ? [...this.#running(site), site.id] : this.#running(site),
        left: this.#left(started),
        statement: carrier === null ? null : { file: carrier.file.path, line: this.#lineOf(carrier) },
      });
    }
  }

  /**
   * Whether one call of `par.ForEach(items, func…)` starts what it is given several times, so that earlier ones may be running
   * when the next one is started, also when it waits for all before it returns.
   */
  #startsSeveral(carrier: Site): boolean {
    const around = carrier.function === null ? [] : this.#sites.usesOf(carrier.function);
    return (
      carrier.many ||
      (carrier.start !== null && carrier.inLoop) ||
      around.some(({ site }) => site.start !== null && (site.many || site.inLoop))
    );
  }

  #lineOf(site: Site): number {
    return site.file.position(site.pos).line;
  }

  #emitCalls(site: Site, calls: CallEdge[]): void {
    if (site.start !== null && site.targets.every((target) => target.given === null)) {
      return;
    }
    const line = this.#lineOf(site);
    for (const callee of new Set(site.targets.map((target) => target.function))) {
      const targets = site.targets.filter((target) => target.function === callee);
      const starters = targets.flatMap((target) => this.#sites.startedBy(site, target) ?? []);
      const parallel = targets.every((target) => this.#sites.isParallel(site, target));
      const whole = starters.length === targets.length;
      if ((site.start !== null && !whole) || parallel || site.function === null) {
        continue;
      }
      calls.push({
        caller: site.function,
        callee,
        file: site.file.path,
        line,
        how: site.deferred
          ? "defer"
          : site.passes && targets.every((target) => target.dynamic)
            ? "dynamic"
            : "static",
        site: site.id,
        running: this.#running(site),
        startedBy: whole && starters.length > 0 ? starters : null,
      });
    }
  }
}
