/**
 * Tables that are being made: nobody else can see them yet, but the entries that go into them come from where all can.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { sitesOfArray } from "../machine/sites.js";
import { type Context, elemOf, h1, h2, keyOf, ProbeSeq, sitesIn, type Word } from "./context.js";
import { CTRL_EMPTY, first, GROUP_SLOTS, matchEmptyOrDeleted } from "./group.js";
import { MAX_AVERAGE_GROUP_LOAD, type SwissMapType, TABLE } from "./layout.js";
import { forMethods } from "./names.js";
import { storeKey, typedmemmove } from "./values.js";

/**
 * A new table that nobody else can see yet, so it is made without steps.
 *
 * @param capacity rounded up to a power of two of at least 8
 */
export function newTable({ g, typ }: Context, capacity: number, index: number, localDepth: number): Address {
  let slots = GROUP_SLOTS;
  while (slots < capacity) {
    slots *= 2;
  }
  const groups = newGroups(g, typ, slots / GROUP_SLOTS);
  const bytes = new Uint8Array(TABLE.size);
  const view = new DataView(bytes.buffer);
  view.setUint16(TABLE.capacity, slots, true);
  view.setUint16(TABLE.growthLeft, maxGrowthLeft(slots), true);
  view.setUint8(TABLE.localDepth, localDepth);
  view.setBigInt64(TABLE.index, BigInt(index), true);
  view.setBigUint64(TABLE.groupsData, BigInt(groups), true);
  view.setBigUint64(TABLE.groupsLengthMask, BigInt(slots / GROUP_SLOTS - 1), true);
  const t = g.newobject(TABLE.size);
  g.memory.writeBytes(t, bytes);
  return t;
}

const emptyControls = new Uint8Array(GROUP_SLOTS).fill(CTRL_EMPTY);

/** `newGroups`, with empty control words: groups that nobody else can see yet. */
function newGroups(g: Goroutine, typ: SwissMapType, length: number): Address {
  const data = g.newobject(length * typ.groupSize);
  for (let index = 0; index < length; index++) {
    g.memory.writeBytes(data + index * typ.groupSize, emptyControls);
  }
  return data;
}

/** How many entries fit into an empty table before it has to grow. */
export function maxGrowthLeft(capacity: number): number {
  return capacity <= GROUP_SLOTS ? capacity - 1 : (capacity * MAX_AVERAGE_GROUP_LOAD) / GROUP_SLOTS;
}

/** A key and its element in the map. */
export interface Entry {
  readonly key: Address;
  readonly elem: Address;
}

const NO_GROWTH_LEFT = "invariant failed: growthLeft is unexpectedly 0";

function uncheckedSites(name: string) {
  const u = sitesIn(name);
  return {
    growthLeft: u("insert", "load t.growthLeft"),
    noGrowthLeft: u("insert", "t.growthLeft is 0"),
    lengthMask: u("find", "load t.groups.lengthMask"),
    data: u("find", "load t.groups.data"),
    ctrls: u("find", "load g.ctrls"),
    storeKey: u("insert", "store g.slots[i].key"),
    storeElem: u("insert", "store g.slots[i].elem"),
    growthLeftLoad: u("insert", "load t.growthLeft"),
    growthLeftStore: u("insert", "store t.growthLeft"),
    usedLoad: u("insert", "load t.used"),
    usedStore: u("insert", "store t.used"),
    setCtrl: sitesOfArray(name, "insert", "store g.ctrls[#]"),
  };
}
type UncheckedSites = ReturnType<typeof uncheckedSites>;

const UNCHECKED = uncheckedSites("(*table).uncheckedPutSlot");
const FOR_ASSIGN = forMethods((suffix) => uncheckedSites(`(*table).uncheckedPutSlotForAssign${suffix}`));

interface FreeSlot {
  readonly group: Address;
  readonly slot: number;
}

/** The first slot for a key that is known not to be in a table without tombstones. */
function* findFree(on: Context, t: Address, hash: Word, sites: UncheckedSites): Steps<FreeSlot> {
  const { g, typ } = on;
  const left = g.load16(t + TABLE.growthLeft, sites.growthLeft) ?? (yield);
  if (left === 0) {
    g.panic(NO_GROWTH_LEFT, sites.noGrowthLeft);
    yield;
  }
  const mask = g.loadWord(t + TABLE.groupsLengthMask, sites.lengthMask) ?? (yield);
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, sites.data) ?? (yield);
    const group = data + seq.offset * typ.groupSize;
    g.loadWord(group, sites.ctrls) ?? (yield);
    const match = matchEmptyOrDeleted(g);
    if (match !== 0) {
      return { group, slot: first(match) };
    }
  }
}

function* countEntry(
  { g }: Context,
  t: Address,
  { group, slot }: FreeSlot,
  hash: Word,
  sites: UncheckedSites,
): Steps<void> {
  const left = g.load16(t + TABLE.growthLeft, sites.growthLeftLoad) ?? (yield);
  g.store16(t + TABLE.growthLeft, left - 1, sites.growthLeftStore) ?? (yield);
  const used = g.load16(t + TABLE.used, sites.usedLoad) ?? (yield);
  g.store16(t + TABLE.used, used + 1, sites.usedStore) ?? (yield);
  g.store8(group + slot, h2(hash), sites.setCtrl + slot) ?? (yield);
}

/** Copies an entry of an old table or group into a new table; where keys or elements are outside the slots, only the pointers. */
export function* uncheckedPutSlot(
  on: Context,
  t: Address,
  hash: Word,
  key: Address,
  elem: Address,
): Steps<void> {
  const { g, typ } = on;
  const free = yield* findFree(on, t, hash, UNCHECKED);
  const slotKey = keyOf(typ, free.group, free.slot);
  if (typ.indirectKey) {
    g.storeWord(slotKey, key, UNCHECKED.storeKey) ?? (yield);
  } else {
    yield* typedmemmove(g, slotKey, key, typ.key.size);
  }
  const slotElem = elemOf(typ, free.group, free.slot);
  if (typ.indirectElem) {
    g.storeWord(slotElem, elem, UNCHECKED.storeElem) ?? (yield);
  } else {
    yield* typedmemmove(g, slotElem, elem, typ.elem.size);
  }
  yield* countEntry(on, t, free, hash, UNCHECKED);
}

/** Inserts the key that a small map had no room for, into the table that has replaced it (Go 1.27). */
export function* uncheckedPutSlotForAssign(
  on: Context,
  t: Address,
  hash: Word,
  key: Address,
): Steps<Address> {
  const { g, typ } = on;
  const sites = FOR_ASSIGN[typ.variant];
  const free = yield* findFree(on, t, hash, sites);
  let slotKey = keyOf(typ, free.group, free.slot);
  if (typ.indirectKey) {
    const kmem = g.newobject(typ.key.size);
    g.storeWord(slotKey, kmem, sites.storeKey) ?? (yield);
    slotKey = kmem;
  }
  yield* storeKey(on, slotKey, key, sites.storeKey);
  let slotElem = elemOf(typ, free.group, free.slot);
  if (typ.indirectElem) {
    const emem = g.newobject(typ.elem.size);
    g.storeWord(slotElem, emem, sites.storeElem) ?? (yield);
    slotElem = emem;
  }
  yield* countEntry(on, t, free, hash, sites);
  return slotElem;
}
