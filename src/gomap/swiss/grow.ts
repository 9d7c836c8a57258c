/**
 * A table without room is replaced by one of twice the size, or by two when it would be too large. There is no rehash in place: iterators
 * go on in the old table.
 */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { type SiteId, sitesOfArray } from "../machine/sites.js";
import { type Context, elemOf, keyOf, sitesIn, type Word } from "./context.js";
import { installTableSplit, replaceTable } from "./directory.js";
import { CTRL_EMPTY, GROUP_SLOTS } from "./group.js";
import { MAP, MAX_TABLE_CAPACITY, TABLE } from "./layout.js";
import { type Entry, newTable, uncheckedPutSlot } from "./new-table.js";
import { hashSlotKey } from "./values.js";

const CAPACITY = sitesIn("(*table).rehash")("grow", "load t.capacity");

/** `(*table).rehash`: replaces a table by larger ones. */
export function* rehash(on: Context, m: Address, t: Address): Steps<void> {
  const capacity = 2 * (on.g.load16(t + TABLE.capacity, CAPACITY) ?? (yield));
  if (capacity <= MAX_TABLE_CAPACITY) {
    yield* grow(on, m, t, capacity);
  } else {
    yield* split(on, m, t);
  }
}

function walkSites(name: string) {
  const w = sitesIn(name);
  return {
    lengthMask: w("move", "load t.groups.lengthMask"),
    data: w("move", "load t.groups.data"),
    slots: slotSites(name, "move"),
    seed: w("move", "load m.seed"),
  };
}
type WalkSites = ReturnType<typeof walkSites>;

/** Sites at which the slots of a group are gone through one by one. */
export interface SlotSites {
  /** The first of eight. */
  readonly ctrl: SiteId;
  readonly key: SiteId;
  readonly elem: SiteId;
}

/** Sites for going through the slots in one function. */
export function slotSites(name: string, phase: string): SlotSites {
  return {
    ctrl: sitesOfArray(name, phase, "load g.ctrls[#]"),
    key: sitesOfArray(name, phase, "load g.slots[#].key"),
    elem: sitesOfArray(name, phase, "load g.slots[#].elem"),
  };
}

/** Key and element of a slot, undefined when it is not full. */
export function* fullSlot(
  { g, typ }: Context,
  group: Address,
  j: number,
  sites: SlotSites,
): Steps<Entry | undefined> {
  const ctrl = g.load8(group + j, sites.ctrl + j) ?? (yield);
  if ((ctrl & CTRL_EMPTY) === CTRL_EMPTY) {
    return undefined;
  }
  let key = keyOf(typ, group, j);
  if (typ.indirectKey) {
    key = g.loadWord(key, sites.key + j) ?? (yield);
  }
  let elem = elemOf(typ, group, j);
  if (typ.indirectElem) {
    elem = g.loadWord(elem, sites.elem + j) ?? (yield);
  }
  return { key, elem };
}

/** Puts each entry of a table into the new table that `choose` names for its hash. */
function* moveEntries(
  on: Context,
  m: Address,
  t: Address,
  sites: WalkSites,
  choose: (hash: Word) => Address,
): Steps<void> {
  const { g, typ } = on;
  for (let i = 0; i <= (g.loadWord(t + TABLE.groupsLengthMask, sites.lengthMask) ?? (yield)); i++) {
    const data = g.loadWord(t + TABLE.groupsData, sites.data) ?? (yield);
    const group = data + i * typ.groupSize;
    for (let j = 0; j < GROUP_SLOTS; j++) {
      const entry = yield* fullSlot(on, group, j, sites.slots);
      if (entry !== undefined) {
        g.loadWord(m + MAP.seed, sites.seed) ?? (yield);
        const hash = yield* hashSlotKey(on, entry.key, { low: g.low, high: g.high });
        yield* uncheckedPutSlot(on, choose(hash), hash, entry.key, entry.elem);
      }
    }
  }
}

const gs = sitesIn("(*table).grow");
const GROW = {
  index: gs("grow", "load t.index"),
  localDepth: gs("grow", "load t.localDepth"),
  capacity: gs("grow", "load t.capacity"),
  stale: gs("finish", "store t.index"),
  walk: walkSites("(*table).grow"),
};

/** The index of a table that is no longer in the directory. */
const STALE = -1;

function* grow(on: Context, m: Address, t: Address, capacity: number): Steps<void> {
  const { g } = on;
  const index = g.loadWord(t + TABLE.index, GROW.index) ?? (yield);
  const localDepth = g.load8(t + TABLE.localDepth, GROW.localDepth) ?? (yield);
  const nt = newTable(on, capacity, index, localDepth);
  if ((g.load16(t + TABLE.capacity, GROW.capacity) ?? (yield)) > 0) {
    yield* moveEntries(on, m, t, GROW.walk, () => nt);
  }
  yield* replaceTable(on, m, nt);
  g.storeWord(t + TABLE.index, STALE, GROW.stale) ?? (yield);
}

const ss = sitesIn("(*table).split");
const SPLIT = {
  localDepth: ss("split", "load t.localDepth"),
  stale: ss("finish", "store t.index"),
  walk: walkSites("(*table).split"),
};

/** Whether a hash belongs into the left half: the bit of this depth, counted from the top, is zero. */
function isLeft(hash: Word, depth: number): boolean {
  const bit = 64 - depth;
  return bit >= 32 ? ((hash.high >>> (bit - 32)) & 1) === 0 : ((hash.low >>> bit) & 1) === 0;
}

function* split(on: Context, m: Address, t: Address): Steps<void> {
  const { g } = on;
  const localDepth = ((g.load8(t + TABLE.localDepth, SPLIT.localDepth) ?? (yield)) + 1) & 0xff;
  const left = newTable(on, MAX_TABLE_CAPACITY, STALE, localDepth);
  const right = newTable(on, MAX_TABLE_CAPACITY, STALE, localDepth);
  yield* moveEntries(on, m, t, SPLIT.walk, (hash) => (isLeft(hash, localDepth) ? left : right));
  yield* installTableSplit(on, m, t, left, right);
  g.storeWord(t + TABLE.index, STALE, SPLIT.stale) ?? (yield);
}
