/**
 * What callers own, callees own: where all calls of a function pass it something that nobody else has, and the function does not
 * keep it, it is nobody else's in there as well. Such functions are run once more, callers first.
 */
import { type Analysis } from "./analysis.js";
import { type Use } from "./site-index.js";
import { argumentFor, isEnclosing } from "./translate.js";

/** Runs all functions again that own something when they begin. */
export function runOwners(analysis: Analysis): void {
  const { model } = analysis.sites;
  const isProgram = model.program.packages.some(({ name }) => name === "main");
  for (const func of analysis.groups.toReversed().flat()) {
    const uses = analysis.sites.usesOf(func);
    const isOpen = !isProgram && /^[A-Z]/.test(model.program.functions[func]?.object?.name ?? "");
    if (uses.length === 0 || isOpen) {
      continue;
    }
    const own = ownedByAll(analysis, func, uses);
    if (own.size > 0) {
      analysis.runOwning(func, own);
    }
  }
}

function ownedByAll(analysis: Analysis, func: number, uses: readonly Use[]): ReadonlySet<string> {
  let common: ReadonlySet<string> = new Set();
  for (const [i, use] of uses.entries()) {
    const owned = analysis.sites.isStart(use) ? new Set<string>() : ownedAt(analysis, func, use);
    common = i === 0 ? owned : new Set([...common].filter((path) => owned.has(path)));
    if (common.size === 0) {
      break;
    }
  }
  return common;
}

/** What is owned at a call, in the names of the called function. */
function ownedAt(analysis: Analysis, func: number, { site }: Use): Set<string> {
  const { model } = analysis.sites;
  const owned = new Set<string>();
  const own = analysis.siteStates.get(site.id)?.own;
  const info = model.infos[func];
  if (own === undefined || own.size === 0 || info === undefined) {
    return owned;
  }
  for (const variable of [info.receiver, ...info.params]) {
    const argument = variable === null ? null : argumentFor(model, site, func, variable);
    const outer = argument === null ? undefined : model.places.of(argument, site.file)?.path.id;
    if (variable !== null && outer !== undefined && own.has(outer)) {
      const inner = `${model.places.root(variable.origin)}`;
      for (const path of own) {
        if (path === outer || path.startsWith(`${outer}.`)) {
          owned.add(inner + path.slice(outer.length));
        }
      }
    }
  }
  for (const path of own) {
    const outer = model.places.variable(Number.parseInt(path, 10))?.function ?? null;
    // A function literal has the variables of the functions around it.
    if (outer !== null && outer !== func && isEnclosing(model, outer, func)) {
      owned.add(path);
    }
  }
  return owned;
}
