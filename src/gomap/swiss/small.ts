/**
 * A small map: one group, no table and no directory, for as long as there are at most eight elements.
 */
import { type Address } from "../../golang/memory.js";
import { STATE_CHECK, type Steps } from "../machine/goroutine.js";
import { site } from "../machine/sites.js";
import { type Context, elemOf, h2, keyOf, sitesIn, type Word } from "./context.js";
import { type Entry, newTable, uncheckedPutSlot } from "./new-table.js";
import { fullSlot, slotSites } from "./grow.js";
import {
  CTRL_EMPTY,
  EMPTY_WORD,
  first,
  GROUP_SLOTS,
  matchEmptyOrDeleted,
  matchH2,
  removeFirst,
  type SlotSet,
} from "./group.js";
import { insertEntry, insertSites } from "./insert.js";
import { MAP, type Variant } from "./layout.js";
import { comparesByCall, forMethods } from "./names.js";
import { clearSites, clearSlot } from "./slots.js";
import { equalKey, equalSites, hashSlotKey, storeKey, typedmemclr } from "./values.js";

const gs = sitesIn("(*Map).growToSmall");
const GROW_SMALL = {
  dirPtr: gs("grow", "store m.dirPtr"),
  setEmpty: gs("grow", "store g.ctrls"),
};

/** `(*Map).growToSmall`: gives a map its first group. It is linked to before its control word says that it is empty. */
export function* growToSmall({ g, typ }: Context, m: Address): Steps<void> {
  const group = g.newobject(typ.groupSize);
  g.storeWord(m + MAP.dirPtr, group, GROW_SMALL.dirPtr) ?? (yield);
  g.store64(group, EMPTY_WORD, EMPTY_WORD, GROW_SMALL.setEmpty) ?? (yield);
}

const gt = sitesIn("(*Map).growToTable");
const GROW_TABLE = {
  dirPtr: gt("grow", "load m.dirPtr"),
  slots: slotSites("(*Map).growToTable", "move"),
  seed: gt("move", "load m.seed"),
  entry: gt("install", "store directory[0]"),
  storeDirPtr: gt("install", "store m.dirPtr"),
  storeDirLen: gt("install", "store m.dirLen"),
  storeGlobalDepth: gt("install", "store m.globalDepth"),
  storeGlobalShift: gt("install", "store m.globalShift"),
};

/** `(*Map).growToTable`: puts the entries of a small map into a table of 16 slots, which becomes the only one of a directory. */
export function* growToTable(on: Context, m: Address): Steps<Address> {
  const { g } = on;
  const table = newTable(on, 2 * GROUP_SLOTS, 0, 0);
  const group = g.loadWord(m + MAP.dirPtr, GROW_TABLE.dirPtr) ?? (yield);
  for (let i = 0; i < GROUP_SLOTS; i++) {
    const entry = yield* fullSlot(on, group, i, GROW_TABLE.slots);
    if (entry !== undefined) {
      g.loadWord(m + MAP.seed, GROW_TABLE.seed) ?? (yield);
      const hash = yield* hashSlotKey(on, entry.key, { low: g.low, high: g.high });
      yield* uncheckedPutSlot(on, table, hash, entry.key, entry.elem);
    }
  }
  const directory = g.newobject(8);
  g.storeWord(directory, table, GROW_TABLE.entry) ?? (yield);
  g.storeWord(m + MAP.dirPtr, directory, GROW_TABLE.storeDirPtr) ?? (yield);
  g.storeWord(m + MAP.dirLen, 1, GROW_TABLE.storeDirLen) ?? (yield);
  g.store8(m + MAP.globalDepth, 0, GROW_TABLE.storeGlobalDepth) ?? (yield);
  g.store8(m + MAP.globalShift, 64, GROW_TABLE.storeGlobalShift) ?? (yield);
  return table;
}

const ws = sitesIn("(*Map).getWithKeySmall");
const GET = {
  dirPtr: ws("find", "load m.dirPtr"),
  ctrls: ws("find", "load g.ctrls"),
  indirectKey: ws("find", "load g.slots[i].key"),
  indirectElem: ws("find", "load g.slots[i].elem"),
};

/** `(*Map).getWithKeySmall` */
export function* getWithKeySmall(
  on: Context,
  m: Address,
  hash: Word,
  key: Address,
): Steps<Entry | undefined> {
  const { g, typ } = on;
  const group = g.loadWord(m + MAP.dirPtr, GET.dirPtr) ?? (yield);
  g.loadWord(group, GET.ctrls) ?? (yield);
  for (let match = matchH2(g, h2(hash)); match !== 0; match = removeFirst(match)) {
    const i = first(match);
    let slotKey = keyOf(typ, group, i);
    if (typ.indirectKey) {
      slotKey = g.loadWord(slotKey, GET.indirectKey) ?? (yield);
    }
    if (yield* equalKey(on, key, slotKey, i)) {
      let elem = elemOf(typ, group, i);
      if (typ.indirectElem) {
        elem = g.loadWord(elem, GET.indirectElem) ?? (yield);
      }
      return { key: slotKey, elem };
    }
  }
  return undefined;
}

const NO_EMPTY_SLOT = "small map with no empty slot (concurrent map writes?)";

const PUT: Readonly<Record<Variant, PutSites>> = forMethods((suffix) =>
  putSites(`(*Map).putSlotSmall${suffix}`),
);

function putSites(name: string) {
  const at = sitesIn(name);
  return {
    dirPtr: at("find", "load m.dirPtr"),
    ctrls: at("find", "load g.ctrls"),
    equal: equalSites(name, "find"),
    indirectKey: at("find", "load g.slots[i].key"),
    updateKey: at("update", "store g.slots[i].key"),
    indirectElem: at("find", "load g.slots[i].elem"),
    free: at("find", "load g.ctrls"),
    noEmptySlot: site(name, "check", "no slot is empty"),
    insert: insertSites(name),
  };
}
type PutSites = ReturnType<typeof putSites>;

/**
 * `(*Map).putSlotSmall` and its `Fast32`, `Fast64`, `FastPtr`, `FastStr`: finds or makes the slot of a key.
 *
 * @returns the element, or 0 when there is no room (Go 1.27)
 */
export function* putSlotSmall(on: Context, m: Address, hash: Word, key: Address): Steps<Address> {
  const { g, typ } = on;
  const sites = PUT[typ.variant];
  const group = g.loadWord(m + MAP.dirPtr, sites.dirPtr) ?? (yield);
  g.loadWord(group, sites.ctrls) ?? (yield);
  let free: SlotSet = matchEmptyOrDeleted(g);
  for (let match = matchH2(g, h2(hash)); match !== 0; match = removeFirst(match)) {
    const i = first(match);
    let slotKey = keyOf(typ, group, i);
    if (typ.indirectKey) {
      slotKey = g.loadWord(slotKey, sites.indirectKey) ?? (yield);
    }
    if (yield* equalKey(on, key, slotKey, i, typ.variant === "" ? undefined : sites.equal)) {
      if (typ.key.needUpdate) {
        yield* storeKey(on, slotKey, key, sites.updateKey);
      }
      const elem = elemOf(typ, group, i);
      return typ.indirectElem ? (g.loadWord(elem, sites.indirectElem) ?? (yield)) : elem;
    }
  }
  if (comparesByCall(typ.variant)) {
    g.loadWord(group, sites.free) ?? (yield);
    free = matchEmptyOrDeleted(g);
  }
  if (free === 0) {
    if (typ.behaviour.growsForNewKeysOnly) {
      return 0;
    }
    g.fatal(NO_EMPTY_SLOT, STATE_CHECK, sites.noEmptySlot);
    yield;
  }
  return yield* insertEntry(on, { m, t: 0, group, slot: first(free), hash, sites: sites.insert }, key);
}

const ds = sitesIn("(*Map).deleteSmall");
const DELETE = {
  dirPtr: ds("find", "load m.dirPtr"),
  ctrls: ds("find", "load g.ctrls"),
  indirectKey: ds("find", "load g.slots[i].key"),
  usedLoad: ds("delete", "load m.used"),
  usedStore: ds("delete", "store m.used"),
  slot: clearSites("(*Map).deleteSmall"),
};

/** `(*Map).deleteSmall`. With one group only, no probe needs a tombstone. */
export function* deleteSmall(on: Context, m: Address, hash: Word, key: Address): Steps<void> {
  const { g, typ } = on;
  const group = g.loadWord(m + MAP.dirPtr, DELETE.dirPtr) ?? (yield);
  g.loadWord(group, DELETE.ctrls) ?? (yield);
  for (let match = matchH2(g, h2(hash)); match !== 0; match = removeFirst(match)) {
    const i = first(match);
    let slotKey = keyOf(typ, group, i);
    if (typ.indirectKey) {
      slotKey = g.loadWord(slotKey, DELETE.indirectKey) ?? (yield);
    }
    if (yield* equalKey(on, key, slotKey, i)) {
      const used = g.loadWord(m + MAP.used, DELETE.usedLoad) ?? (yield);
      g.storeWord(m + MAP.used, used - 1, DELETE.usedStore) ?? (yield);
      yield* clearSlot(on, group, i, DELETE.slot);
      g.store8(group + i, CTRL_EMPTY, DELETE.slot.ctrl + i) ?? (yield);
      return;
    }
  }
}

const cs = sitesIn("(*Map).clearSmall");
const CLEAR = {
  dirPtr: cs("clear", "load m.dirPtr"),
  group: cs("clear", "store 0 to the group"),
  setEmpty: cs("clear", "store g.ctrls"),
  used: cs("clear", "store m.used"),
};

/** `(*Map).clearSmall`. For a moment all slots look full. */
export function* clearSmall({ g, typ }: Context, m: Address): Steps<void> {
  const group = g.loadWord(m + MAP.dirPtr, CLEAR.dirPtr) ?? (yield);
  yield* typedmemclr(g, group, typ.groupSize, CLEAR.group);
  g.store64(group, EMPTY_WORD, EMPTY_WORD, CLEAR.setEmpty) ?? (yield);
  g.storeWord(m + MAP.used, 0, CLEAR.used) ?? (yield);
}
