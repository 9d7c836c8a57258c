/**
 * `maps.table`: one open-addressed hash table of at most 1024 slots (internal/runtime/maps/table.go).
 */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { sitesOfArray } from "../machine/sites.js";
import { type Context, elemOf, h1, h2, keyOf, ProbeSeq, sitesIn, type Word } from "./context.js";
import { rehash } from "./grow.js";
import { insertEntry, insertSites } from "./insert.js";
import {
  CTRL_DELETED,
  CTRL_EMPTY,
  EMPTY_WORD,
  first,
  matchEmpty,
  matchEmptyOrDeleted,
  matchFull,
  matchH2,
  removeFirst,
} from "./group.js";
import { MAP, TABLE } from "./layout.js";
import { type Entry, maxGrowthLeft } from "./new-table.js";
import { clearSites, clearSlot } from "./slots.js";
import { pruneTombstones } from "./tombstones.js";
import { equalKey, storeOwn, typedmemclr } from "./values.js";

const s = sitesIn("(*table).getWithKey");
const GET = {
  lengthMask: s("find", "load t.groups.lengthMask"),
  data: s("find", "load t.groups.data"),
  ctrls: s("find", "load g.ctrls"),
  empty: s("find", "load g.ctrls"),
  indirectKey: s("find", "load g.slots[i].key"),
  indirectElem: s("find", "load g.slots[i].elem"),
};

/** `(*table).getWithKey` */
export function* getWithKey(on: Context, t: Address, hash: Word, key: Address): Steps<Entry | undefined> {
  const { g, typ } = on;
  const mask = g.loadWord(t + TABLE.groupsLengthMask, GET.lengthMask) ?? (yield);
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, GET.data) ?? (yield);
    const group = data + seq.offset * typ.groupSize;
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
    g.loadWord(group, GET.empty) ?? (yield);
    if (matchEmpty(g) !== 0) {
      return undefined;
    }
  }
}

const p = sitesIn("(*table).PutSlot");
const PUT = {
  lengthMask: p("find", "load t.groups.lengthMask"),
  data: p("find", "load t.groups.data"),
  ctrls: p("find", "load g.ctrls"),
  emptyOrDeleted: p("find", "load g.ctrls"),
  ctrl: sitesOfArray("(*table).PutSlot", "find", "load g.ctrls[#]"),
  indirectKey: p("find", "load g.slots[i].key"),
  indirectElem: p("find", "load g.slots[i].elem"),
  takeDeletedLoad: p("insert", "load t.growthLeft"),
  takeDeletedStore: p("insert", "store t.growthLeft"),
  growthLeft: p("insert", "load t.growthLeft"),
  insert: insertSites("(*table).PutSlot"),
};

/**
 * `(*table).PutSlot`: finds or makes the slot of a key. Go's `mapassign` has code of its own for this; this one is used by what puts elements from inside the
 * runtime, such as `maps.Clone` of Go 1.24.
 *
 * @returns the element, or 0 when the table was replaced and the map has to look for the new one
 */
export function* PutSlot(on: Context, m: Address, t: Address, hash: Word, key: Address): Steps<Address> {
  const { g, typ } = on;
  const mask = g.loadWord(t + TABLE.groupsLengthMask, PUT.lengthMask) ?? (yield);
  let deletedGroup = 0;
  let deletedSlot = 0;
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, PUT.data) ?? (yield);
    let group = data + seq.offset * typ.groupSize;
    const there = yield* findInGroup(on, group, hash, key);
    if (there !== 0) {
      return there;
    }
    g.loadWord(group, PUT.emptyOrDeleted) ?? (yield);
    const match = matchEmptyOrDeleted(g);
    if (match === 0) {
      continue;
    }
    let i = first(match);
    const ctrl = g.load8(group + i, PUT.ctrl + i) ?? (yield);
    if (ctrl === CTRL_DELETED) {
      if (deletedGroup === 0) {
        deletedGroup = group;
        deletedSlot = i;
      }
      continue;
    }
    if (deletedGroup !== 0) {
      group = deletedGroup;
      i = deletedSlot;
      const left = g.load16(t + TABLE.growthLeft, PUT.takeDeletedLoad) ?? (yield);
      g.store16(t + TABLE.growthLeft, left + 1, PUT.takeDeletedStore) ?? (yield);
    }
    if ((yield* growthLeft(on, m, t, PUT.growthLeft)) === 0) {
      yield* rehash(on, m, t);
      return 0;
    }
    return yield* insertEntry(on, { m, t, group, slot: i, hash, sites: PUT.insert }, key);
  }
}

/** The element of a key that is in this group, its key stored anew where that is needed; 0 when it is not here. */
function* findInGroup(on: Context, group: Address, hash: Word, key: Address): Steps<Address> {
  const { g, typ } = on;
  g.loadWord(group, PUT.ctrls) ?? (yield);
  for (let match = matchH2(g, h2(hash)); match !== 0; match = removeFirst(match)) {
    const i = first(match);
    let slotKey = keyOf(typ, group, i);
    if (typ.indirectKey) {
      slotKey = g.loadWord(slotKey, PUT.indirectKey) ?? (yield);
    }
    if (yield* equalKey(on, key, slotKey, i)) {
      if (typ.key.needUpdate) {
        yield* storeOwn(g, slotKey, key, typ.key.size);
      }
      const elem = elemOf(typ, group, i);
      return typ.indirectElem ? (g.loadWord(elem, PUT.indirectElem) ?? (yield)) : elem;
    }
  }
  return 0;
}

/**
 * What is left to insert before the table has to grow, after tombstones were pruned where the version does so.
 *
 * @param load the site of each load of t.growthLeft
 */
export function* growthLeft(on: Context, m: Address, t: Address, load: number): Steps<number> {
  const { g, typ } = on;
  const left = g.load16(t + TABLE.growthLeft, load) ?? (yield);
  const prunes =
    typ.variant === "fast64ptr" ? typ.behaviour.prunesTombstonesOfPointers : typ.behaviour.prunesTombstones;
  if (left !== 0 || !prunes) {
    return left;
  }
  yield* pruneTombstones(on, m, t);
  return g.load16(t + TABLE.growthLeft, load) ?? (yield);
}

const d = sitesIn("(*table).Delete");
const DELETE = {
  lengthMask: d("find", "load t.groups.lengthMask"),
  data: d("find", "load t.groups.data"),
  ctrls: d("find", "load g.ctrls"),
  empty: d("find", "load g.ctrls"),
  indirectKey: d("find", "load g.slots[i].key"),
  tableUsedLoad: d("delete", "load t.used"),
  tableUsedStore: d("delete", "store t.used"),
  usedLoad: d("delete", "load m.used"),
  usedStore: d("delete", "store m.used"),
  slot: clearSites("(*table).Delete"),
  groupFull: d("delete", "load g.ctrls"),
  growthLeftLoad: d("delete", "load t.growthLeft"),
  growthLeftStore: d("delete", "store t.growthLeft"),
};

/**
 * `(*table).Delete`
 *
 * @returns whether that left a tombstone
 */
export function* deleteFromTable(
  on: Context,
  m: Address,
  t: Address,
  hash: Word,
  key: Address,
): Steps<boolean> {
  const { g, typ } = on;
  const mask = g.loadWord(t + TABLE.groupsLengthMask, DELETE.lengthMask) ?? (yield);
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, DELETE.data) ?? (yield);
    const group = data + seq.offset * typ.groupSize;
    g.loadWord(group, DELETE.ctrls) ?? (yield);
    for (let match = matchH2(g, h2(hash)); match !== 0; match = removeFirst(match)) {
      const i = first(match);
      let slotKey = keyOf(typ, group, i);
      if (typ.indirectKey) {
        slotKey = g.loadWord(slotKey, DELETE.indirectKey) ?? (yield);
      }
      if (yield* equalKey(on, key, slotKey, i)) {
        return yield* deleteSlot(on, m, t, group, i);
      }
    }
    g.loadWord(group, DELETE.empty) ?? (yield);
    if (matchEmpty(g) !== 0) {
      return false;
    }
  }
}

function* deleteSlot(on: Context, m: Address, t: Address, group: Address, i: number): Steps<boolean> {
  const { g } = on;
  const tableUsed = g.load16(t + TABLE.used, DELETE.tableUsedLoad) ?? (yield);
  g.store16(t + TABLE.used, tableUsed - 1, DELETE.tableUsedStore) ?? (yield);
  const used = g.loadWord(m + MAP.used, DELETE.usedLoad) ?? (yield);
  g.storeWord(m + MAP.used, used - 1, DELETE.usedStore) ?? (yield);
  yield* clearSlot(on, group, i, DELETE.slot);
  g.loadWord(group, DELETE.groupFull) ?? (yield);
  if (matchEmpty(g) === 0) {
    // A probe may have gone on behind this group while it was full.
    g.store8(group + i, CTRL_DELETED, DELETE.slot.ctrl + i) ?? (yield);
    return true;
  }
  g.store8(group + i, CTRL_EMPTY, DELETE.slot.ctrl + i) ?? (yield);
  const left = g.load16(t + TABLE.growthLeft, DELETE.growthLeftLoad) ?? (yield);
  g.store16(t + TABLE.growthLeft, left + 1, DELETE.growthLeftStore) ?? (yield);
  return false;
}

const c = sitesIn("(*table).Clear");
const CLEAR = {
  capacity: c("clear", "load t.capacity"),
  used: c("clear", "load t.used"),
  growthLeft: c("clear", "load t.growthLeft"),
  lengthMask: c("clear", "load t.groups.lengthMask"),
  data: c("clear", "load t.groups.data"),
  ctrls: c("clear", "load g.ctrls"),
  group: c("clear", "store 0 to the group"),
  setEmpty: c("clear", "store g.ctrls"),
  storeUsed: c("clear", "store t.used"),
  storeGrowthLeft: c("clear", "store t.growthLeft"),
};

/** Slots larger than this are worth a look whether they are in use before they are cleared. */
const LARGE_SLOT = 32;

/** `(*table).Clear` */
export function* clearTable(on: Context, t: Address): Steps<void> {
  const { g, typ } = on;
  const { tableClear } = typ.behaviour;
  let left = 0;
  let fullTest = tableClear === "groups with full slots";
  if (tableClear !== "all groups") {
    left = maxGrowthLeft(g.load16(t + TABLE.capacity, CLEAR.capacity) ?? (yield));
    const used = g.load16(t + TABLE.used, CLEAR.used) ?? (yield);
    if (used === 0 && (g.load16(t + TABLE.growthLeft, CLEAR.growthLeft) ?? (yield)) === left) {
      return;
    }
    if (tableClear === "by fill") {
      const slot = typ.split ? typ.keyStride + typ.elemStride : typ.keyStride;
      fullTest =
        slot > LARGE_SLOT ||
        used * 4 <= (g.loadWord(t + TABLE.groupsLengthMask, CLEAR.lengthMask) ?? (yield));
    }
  }
  for (let i = 0; i <= (g.loadWord(t + TABLE.groupsLengthMask, CLEAR.lengthMask) ?? (yield)); i++) {
    const data = g.loadWord(t + TABLE.groupsData, CLEAR.data) ?? (yield);
    const group = data + i * typ.groupSize;
    yield* clearGroup(on, group, fullTest);
  }
  g.store16(t + TABLE.used, 0, CLEAR.storeUsed) ?? (yield);
  if (tableClear === "all groups") {
    left = maxGrowthLeft(g.load16(t + TABLE.capacity, CLEAR.capacity) ?? (yield));
  }
  g.store16(t + TABLE.growthLeft, left, CLEAR.storeGrowthLeft) ?? (yield);
}

function* clearGroup({ g, typ }: Context, group: Address, fullTest: boolean): Steps<void> {
  let clears = true;
  if (fullTest) {
    g.loadWord(group, CLEAR.ctrls) ?? (yield);
    clears = matchFull(g) !== 0;
  }
  if (clears) {
    yield* typedmemclr(g, group, typ.groupSize, CLEAR.group);
  }
  g.store64(group, EMPTY_WORD, EMPTY_WORD, CLEAR.setEmpty) ?? (yield);
}
