/**
 * `maps.Iter`: iteration over a map, which may change and grow meanwhile (internal/runtime/maps/table.go).
 *
 * The iterator itself is on the stack of its goroutine: only what lies in the map is read in steps.
 */
import { type Address } from "../../golang/memory.js";
import { type MapIterator } from "../implementation.js";
import { ENTRY_CHECK, type Steps } from "../machine/goroutine.js";
import { type Context, elemOf, keyOf, sitesIn, type Word } from "./context.js";
import { directoryAt, entriesOf } from "./directory.js";
import {
  CTRL_EMPTY,
  first,
  GROUP_SLOTS,
  matchFull,
  removeBelow,
  removeFirst,
  type SlotSet,
} from "./group.js";
import { slotSites } from "./grow.js";
import { MAP, TABLE } from "./layout.js";
import { getWithKeyInMap } from "./map.js";
import { type Entry } from "./new-table.js";
import { equalsItself } from "./values.js";

/** Size of `maps.Iter` in bytes. */
export const ITER_SIZE = 96;

/** An iterator. The names are Go's. */
export class SwissIter implements MapIterator {
  key: Address = 0;
  elem: Address = 0;
  /** 0 when the map was empty where the iteration began. */
  m: Address = 0;
  /** Where in each table the iteration begins. */
  entryOffset: Word = { low: 0, high: 0 };
  /** At which table the iteration begins. */
  dirOffset: Word = { low: 0, high: 0 };
  clearSeq = 0;
  globalDepth = 0;
  /** -1 for a map that was small where the iteration began. */
  dirIdx = 0;
  tab: Address = 0;
  group: Address = 0;
  entryIdx = 0;

  /**
   * The bytes of the iterator in Go's memory.
   *
   * @param typ address of the map type
   */
  bytes(typ: Address): Uint8Array {
    const bytes = new Uint8Array(ITER_SIZE);
    const view = new DataView(bytes.buffer);
    const pointers = [this.key, this.elem, typ, this.m];
    for (const [index, pointer] of pointers.entries()) {
      view.setBigUint64(8 * index, BigInt(pointer), true);
    }
    view.setInt32(32, this.entryOffset.low, true);
    view.setInt32(36, this.entryOffset.high, true);
    view.setInt32(40, this.dirOffset.low, true);
    view.setInt32(44, this.dirOffset.high, true);
    view.setBigUint64(48, BigInt(this.clearSeq), true);
    view.setUint8(56, this.globalDepth);
    view.setBigInt64(64, BigInt(this.dirIdx), true);
    view.setBigUint64(72, BigInt(this.tab), true);
    view.setBigUint64(80, BigInt(this.group), true);
    view.setBigUint64(88, BigInt(this.entryIdx), true);
    return bytes;
  }
}

const is = sitesIn("(*Iter).Init");
const INIT = {
  used: is("begin", "load m.used"),
  dirLen: is("begin", "load m.dirLen"),
  dirPtr: is("begin", "load m.dirPtr"),
  globalDepth: is("begin", "load m.globalDepth"),
  clearSeq: is("begin", "load m.clearSeq"),
};

/** `(*Iter).Init` */
export function* initIter({ g }: Context, it: SwissIter, m: Address): Steps<void> {
  if (m === 0 || (g.loadWord(m + MAP.used, INIT.used) ?? (yield)) === 0) {
    return;
  }
  if ((g.loadWord(m + MAP.dirLen, INIT.dirLen) ?? (yield)) <= 0) {
    it.dirIdx = -1;
    it.group = g.loadWord(m + MAP.dirPtr, INIT.dirPtr) ?? (yield);
  }
  it.m = m;
  g.random.next("iterator");
  it.entryOffset = { low: g.random.low, high: g.random.high };
  g.random.next("iterator");
  it.dirOffset = { low: g.random.low, high: g.random.high };
  it.globalDepth = g.load8(m + MAP.globalDepth, INIT.globalDepth) ?? (yield);
  it.clearSeq = g.loadWord(m + MAP.clearSeq, INIT.clearSeq) ?? (yield);
}

const CONCURRENT_ITERATION = "concurrent map iteration and map write";
const ns = sitesIn("(*Iter).Next");
const NEXT = {
  writing: ns("check", "load m.writing"),
  fatal: ns("check", "m.writing is not 0"),
  slots: slotSites("(*Iter).Next", "next"),
  smallGrown: ns("next", "load m.dirLen"),
  clearSeq: ns("next", "load m.clearSeq"),
  globalDepth: ns("next table", "load m.globalDepth"),
  dirLen: ns("next table", "load m.dirLen"),
  dirPtr: ns("next table", "load m.dirPtr"),
  entry: ns("next table", "load m.directory[dirIdx]"),
  index: ns("next table", "load newTab.index"),
  capacity: ns("next", "load it.tab.capacity"),
  data: ns("next", "load it.tab.groups.data"),
  ctrls: ns("next", "load g.ctrls"),
  grown: ns("next", "load it.tab.index"),
  localDepth: ns("next table", "load it.tab.localDepth"),
};
const GROWN_CLEAR_SEQ = sitesIn("(*Iter).grownKeyElem")("next", "load m.clearSeq");

/** `(*Iter).Next` */
export function* nextIter(on: Context, it: SwissIter): Steps<void> {
  const { g } = on;
  if (it.m === 0) {
    stand(it, undefined);
    return;
  }
  if ((g.load8(it.m + MAP.writing, NEXT.writing) ?? (yield)) !== 0) {
    g.fatal(CONCURRENT_ITERATION, ENTRY_CHECK, NEXT.fatal);
    yield;
  }
  if (it.dirIdx < 0) {
    yield* nextOfSmallMap(on, it);
    return;
  }
  const depth = g.load8(it.m + MAP.globalDepth, NEXT.globalDepth) ?? (yield);
  if (depth !== it.globalDepth) {
    const orders = (depth - it.globalDepth) & 0xff;
    it.dirIdx *= 2 ** orders;
    it.dirOffset = shiftLeft(it.dirOffset, orders);
    it.globalDepth = depth;
  }
  for (;;) {
    const dirLen = g.loadWord(it.m + MAP.dirLen, NEXT.dirLen) ?? (yield);
    if (it.dirIdx >= dirLen) {
      stand(it, undefined);
      return;
    }
    if (it.tab === 0) {
      yield* chooseTable(on, it, dirLen);
    }
    const capacity = g.load16(it.tab + TABLE.capacity, NEXT.capacity) ?? (yield);
    if (it.entryIdx <= capacity - 1 && (yield* nextInTable(on, it, capacity - 1))) {
      return;
    }
    yield* nextDirIdx(on, it);
  }
}

function stand(it: SwissIter, entry: Entry | undefined): void {
  it.key = entry?.key ?? 0;
  it.elem = entry?.elem ?? 0;
}

function shiftLeft({ low, high }: Word, by: number): Word {
  if (by >= 64) {
    return { low: 0, high: 0 };
  }
  if (by >= 32) {
    return { low: 0, high: low << (by - 32) };
  }
  return by === 0 ? { low, high } : { low: low << by, high: (high << by) | (low >>> (32 - by)) };
}

function subtract({ low, high }: Word, number: number): Word {
  const lowOf = number | 0;
  const borrow = low >>> 0 < lowOf >>> 0 ? 1 : 0;
  return { low: (low - lowOf) | 0, high: (high - Math.floor(number / 0x1_0000_0000) - borrow) | 0 };
}

/** Goes on to the next table, behind all entries of the directory that the current one covers. */
function* nextDirIdx({ g }: Context, it: SwissIter): Steps<void> {
  const globalDepth = g.load8(it.m + MAP.globalDepth, NEXT.globalDepth) ?? (yield);
  const localDepth = g.load8(it.tab + TABLE.localDepth, NEXT.localDepth) ?? (yield);
  it.dirIdx += entriesOf(globalDepth, localDepth);
  it.tab = 0;
  it.group = 0;
  it.entryIdx = 0;
}

/** Finds the table at the current index. The first one may be in the middle of its entries; then the offset is put right once. */
function* chooseTable({ g }: Context, it: SwissIter, dirLen: number): Steps<void> {
  const dirIdx = (it.dirIdx + it.dirOffset.low) & (dirLen - 1);
  const tab = yield* directoryAt(g, it.m, dirIdx, NEXT);
  const index = g.loadWord(tab + TABLE.index, NEXT.index) ?? (yield);
  if (index !== dirIdx) {
    it.dirOffset = subtract(it.dirOffset, dirIdx - index);
  }
  it.tab = tab;
}

/** Goes on in a map that was small where the iteration began; the old group says which keys there are also when it has grown since. */
function* nextOfSmallMap(on: Context, it: SwissIter): Steps<void> {
  const { g, typ } = on;
  for (; it.entryIdx < GROUP_SLOTS; it.entryIdx++) {
    const k = (it.entryIdx + it.entryOffset.low) & (GROUP_SLOTS - 1);
    const ctrl = g.load8(it.group + k, NEXT.slots.ctrl + k) ?? (yield);
    if ((ctrl & CTRL_EMPTY) === CTRL_EMPTY) {
      continue;
    }
    let key = keyOf(typ, it.group, k);
    if (typ.indirectKey) {
      key = g.loadWord(key, NEXT.slots.key + k) ?? (yield);
    }
    const grown = (g.loadWord(it.m + MAP.dirLen, NEXT.smallGrown) ?? (yield)) > 0;
    const entry = grown
      ? yield* grownKeyElem(on, it, key, k, NEXT.clearSeq)
      : { key, elem: yield* elemAt(on, it.group, k) };
    if (entry !== undefined) {
      it.entryIdx++;
      stand(it, entry);
      return;
    }
  }
  stand(it, undefined);
}

function* elemAt({ g, typ }: Context, group: Address, slot: number): Steps<Address> {
  const elem = elemOf(typ, group, slot);
  return typ.indirectElem ? (g.loadWord(elem, NEXT.slots.elem + slot) ?? (yield)) : elem;
}

/** Key and element as they are now, of a key in an old group; undefined when it was deleted since. */
function* grownKeyElem(
  on: Context,
  it: SwissIter,
  key: Address,
  slot: number,
  clearSeq: number,
): Steps<Entry | undefined> {
  const { g } = on;
  const found = yield* getWithKeyInMap(on, it.m, key);
  if (found !== undefined) {
    return found;
  }
  // A key that does not equal itself cannot be found, but not be deleted either, except by clear.
  const seq = g.loadWord(it.m + MAP.clearSeq, clearSeq) ?? (yield);
  if (seq === it.clearSeq && !(yield* equalsItself(on, key))) {
    return { key, elem: yield* elemAt(on, it.group, slot) };
  }
  return undefined;
}

/** The entry in a full slot of the current group, as it is now; undefined when it is gone. */
function* entryAt(on: Context, it: SwissIter, slot: number): Steps<Entry | undefined> {
  const { g, typ } = on;
  let key = keyOf(typ, it.group, slot);
  if (typ.indirectKey) {
    key = g.loadWord(key, NEXT.slots.key + slot) ?? (yield);
  }
  const grown = (g.loadWord(it.tab + TABLE.index, NEXT.grown) ?? (yield)) === -1;
  return grown
    ? yield* grownKeyElem(on, it, key, slot, GROWN_CLEAR_SEQ)
    : { key, elem: yield* elemAt(on, it.group, slot) };
}

/** Computes the group of an entry where one begins, or none is known yet. */
function* chooseGroup({ g, typ }: Context, it: SwissIter, entryIdx: number): Steps<void> {
  if ((entryIdx & (GROUP_SLOTS - 1)) === 0 || it.group === 0) {
    const data = g.loadWord(it.tab + TABLE.groupsData, NEXT.data) ?? (yield);
    it.group = data + (entryIdx >> 3) * typ.groupSize;
  }
}

/**
 * Goes on in the current table: looks at one slot first, then at whole groups.
 *
 * @returns whether there was an element
 */
function* nextInTable(on: Context, it: SwissIter, entryMask: number): Steps<boolean> {
  const { g } = on;
  const entryIdx = (it.entryIdx + it.entryOffset.low) & entryMask;
  const slot = entryIdx & (GROUP_SLOTS - 1);
  yield* chooseGroup(on, it, entryIdx);
  const ctrl = g.load8(it.group + slot, NEXT.slots.ctrl + slot) ?? (yield);
  if ((ctrl & CTRL_EMPTY) === 0) {
    const entry = yield* entryAt(on, it, slot);
    if (entry !== undefined) {
      it.entryIdx++;
      stand(it, entry);
      return true;
    }
  }
  it.entryIdx++;
  return yield* nextInGroups(on, it, entryMask);
}

function* nextInGroups(on: Context, it: SwissIter, entryMask: number): Steps<boolean> {
  const { g } = on;
  let match: SlotSet = 0;
  while (it.entryIdx <= entryMask) {
    const entryIdx = (it.entryIdx + it.entryOffset.low) & entryMask;
    let slot = entryIdx & (GROUP_SLOTS - 1);
    yield* chooseGroup(on, it, entryIdx);
    if (match === 0) {
      g.loadWord(it.group, NEXT.ctrls) ?? (yield);
      match = removeBelow(matchFull(g), slot);
      if (match === 0) {
        it.entryIdx += GROUP_SLOTS - slot;
        continue;
      }
      const i = first(match);
      it.entryIdx += i - slot;
      if (it.entryIdx > entryMask) {
        continue;
      }
      slot = i;
    }
    const entry = yield* entryAt(on, it, slot);
    match = removeFirst(match);
    it.entryIdx += match === 0 ? GROUP_SLOTS - slot : first(match) - slot;
    if (entry !== undefined) {
      stand(it, entry);
      return true;
    }
  }
  return false;
}
