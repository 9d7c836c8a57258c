/**
 * The end of an assignment to a new key: key, element, control byte and counters are stored, in the order of Go's code.
 */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { site, sitesOfArray } from "../machine/sites.js";
import { type Context, elemOf, h2, keyOf, type Word } from "./context.js";
import { MAP, TABLE } from "./layout.js";
import { storeKey } from "./values.js";

/** Sites of an insertion in this function. */
export function insertSites(name: string) {
  return {
    storeKey: sitesOfArray(name, "insert", "store g.slots[#].key"),
    storeElem: sitesOfArray(name, "insert", "store g.slots[#].elem"),
    setCtrl: sitesOfArray(name, "insert", "store g.ctrls[#]"),
    growthLeftLoad: site(name, "insert", "load t.growthLeft"),
    growthLeftStore: site(name, "insert", "store t.growthLeft"),
    tableUsedLoad: site(name, "insert", "load t.used"),
    tableUsedStore: site(name, "insert", "store t.used"),
    usedLoad: site(name, "insert", "load m.used"),
    usedStore: site(name, "insert", "store m.used"),
  };
}

/** What {@link insertSites} makes. */
export type InsertSites = ReturnType<typeof insertSites>;

/** Where an entry is inserted. */
export interface Insertion {
  readonly m: Address;
  /** 0 for a small map, which has no table. */
  readonly t: Address;
  readonly group: Address;
  readonly slot: number;
  readonly hash: Word;
  readonly sites: InsertSites;
}

/**
 * Makes the slot that of the key.
 *
 * @returns the element
 */
export function* insertEntry(
  on: Context,
  { m, t, group, slot, hash, sites }: Insertion,
  key: Address,
): Steps<Address> {
  const { g, typ } = on;
  let slotKey = keyOf(typ, group, slot);
  if (typ.indirectKey) {
    const kmem = g.newobject(typ.key.size);
    g.storeWord(slotKey, kmem, sites.storeKey + (slot & 7)) ?? (yield);
    slotKey = kmem;
  }
  yield* storeKey(on, slotKey, key, sites.storeKey + (slot & 7));
  let slotElem = elemOf(typ, group, slot);
  if (typ.indirectElem) {
    const emem = g.newobject(typ.elem.size);
    g.storeWord(slotElem, emem, sites.storeElem + (slot & 7)) ?? (yield);
    slotElem = emem;
  }
  g.store8(group + slot, h2(hash), sites.setCtrl + (slot & 7)) ?? (yield);
  if (t !== 0) {
    const left = g.load16(t + TABLE.growthLeft, sites.growthLeftLoad) ?? (yield);
    g.store16(t + TABLE.growthLeft, left - 1, sites.growthLeftStore) ?? (yield);
    const used = g.load16(t + TABLE.used, sites.tableUsedLoad) ?? (yield);
    g.store16(t + TABLE.used, used + 1, sites.tableUsedStore) ?? (yield);
  }
  const count = g.loadWord(m + MAP.used, sites.usedLoad) ?? (yield);
  g.storeWord(m + MAP.used, count + 1, sites.usedStore) ?? (yield);
  return slotElem;
}
