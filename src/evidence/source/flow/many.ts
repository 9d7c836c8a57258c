/** Which functions run more than once in the life of a program. */
import { type SiteIndex } from "./site-index.js";

/** Functions that the runtime or the testing package calls once. */
export type IsCalledOnce = (func: number) => boolean;

/** The functions that may run more than once, as far as calls and starts tell. Those that nobody calls may. */
export function functionsRunOften(sites: SiteIndex, isCalledOnce: IsCalledOnce): ReadonlySet<number> {
  const { functions } = sites.model.program;
  const often = new Set<number>();
  for (const func of functions.keys()) {
    const uses = sites.usesOf(func);
    const [only, another] = uses;
    const once =
      only === undefined ? isCalledOnce(func) : another === undefined && !only.site.inLoop && !only.site.many;
    if (!once) {
      often.add(func);
    }
  }
  for (const func of often) {
    for (const site of sites.sitesOf(func)) {
      for (const target of site.targets) {
        often.add(target.function);
      }
    }
  }
  return often;
}
