/**
 * A slot is emptied.
 */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { type SiteId, sitesOfArray } from "../machine/sites.js";
import { type Context, elemOf, keyOf } from "./context.js";
import { typedmemclr } from "./values.js";

/** Sites at which a slot is emptied; each is the first of eight. */
export interface ClearSites {
  readonly key: SiteId;
  readonly elem: SiteId;
  readonly ctrl: SiteId;
}

/** Sites for emptying slots in one function. */
export function clearSites(name: string): ClearSites {
  return {
    key: sitesOfArray(name, "delete", "store g.slots[#].key"),
    elem: sitesOfArray(name, "delete", "store g.slots[#].elem"),
    ctrl: sitesOfArray(name, "delete", "store g.ctrls[#]"),
  };
}

/** Clears the key, where there are pointers in it, and the element of a slot. */
export function* clearSlot({ g, typ }: Context, group: Address, i: number, sites: ClearSites): Steps<void> {
  const key = keyOf(typ, group, i);
  if (typ.indirectKey) {
    g.storeWord(key, 0, sites.key + i) ?? (yield);
  } else if (typ.key.pointers) {
    yield* typedmemclr(g, key, typ.key.size, sites.key + i);
  }
  const elem = elemOf(typ, group, i);
  if (typ.indirectElem) {
    g.storeWord(elem, 0, sites.elem + i) ?? (yield);
  } else {
    yield* typedmemclr(g, elem, typ.elem.size, sites.elem + i);
  }
}
