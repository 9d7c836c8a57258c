/**
 * `maps.Clone`.
 */
import { type Address } from "../../golang/memory.js";
import { ENTRY_CHECK, type Goroutine, type Steps } from "../machine/goroutine.js";
import { type SiteId } from "../machine/sites.js";
import { type Context, elemOf, keyOf, sitesIn, type Word } from "./context.js";
import { directorySites, tableFor } from "./directory.js";
import { GROUP_SLOTS } from "./group.js";
import { initIter, nextIter, SwissIter } from "./iter.js";
import { MAP, type SwissMapType, TABLE } from "./layout.js";
import { checkWriting, clearWriting, loadSeed, newMap, setWriting, writingSites } from "./map.js";
import { growToSmall, growToTable, putSlotSmall } from "./small.js";
import { PutSlot } from "./table.js";
import { hashKey, loadKey, typedmemmove } from "./values.js";

const CONCURRENT_CLONE = "concurrent map clone and map write";

/** `maps.Clone`: the new map. */
export function* cloneMap(on: Context, m: Address): Steps<Address> {
  return on.typ.behaviour.clonesByCopy ? yield* copyMap(on, m) : yield* mapclone2(on, m);
}

const cs = sitesIn("(*Map).Clone");
const CLONE = {
  writing: cs("check", "load m.writing"),
  fatal: cs("check", "m.writing is not 0"),
  header: cs("copy header", "load m"),
  entry: cs("copy tables", "load oldDir[i]"),
  before: cs("copy tables", "load oldDir[i-1]"),
};

/** Go 1.25 on: header, tables and groups are copied as they are, with the seed. */
function* copyMap(on: Context, m: Address): Steps<Address> {
  const { g, typ } = on;
  if ((g.load8(m + MAP.writing, CLONE.writing) ?? (yield)) !== 0) {
    g.fatal(CONCURRENT_CLONE, ENTRY_CHECK, CLONE.fatal);
    yield;
  }
  const header = yield* loadBytes(g, m, MAP.size, CLONE.header);
  const view = new DataView(header.buffer);
  const oldDir = wordOf(view, MAP.dirPtr);
  const dirLen = wordOf(view, MAP.dirLen);
  if (oldDir !== 0 && dirLen === 0) {
    const group = g.newobject(typ.groupSize);
    yield* cloneGroup(on, group, oldDir);
    view.setBigUint64(MAP.dirPtr, BigInt(group), true);
  } else if (oldDir !== 0) {
    view.setBigUint64(MAP.dirPtr, BigInt(yield* copyDirectory(on, oldDir, dirLen)), true);
  }
  const m2 = g.newobject(MAP.size);
  g.memory.writeBytes(m2, header);
  return m2;
}

/** Loads words of a struct. */
function* loadBytes(g: Goroutine, from: Address, size: number, load: SiteId): Steps<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < size; at += 8) {
    g.loadWord(from + at, load) ?? (yield);
    view.setInt32(at, g.low, true);
    view.setInt32(at + 4, g.high, true);
  }
  return bytes;
}

function wordOf(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

function* copyDirectory(on: Context, oldDir: Address, dirLen: number): Steps<Address> {
  const { g } = on;
  const entries = new Uint8Array(8 * dirLen);
  const view = new DataView(entries.buffer);
  let copy = 0;
  for (let i = 0; i < dirLen; i++) {
    const t = g.loadWord(oldDir + 8 * i, CLONE.entry) ?? (yield);
    if (i === 0 || t !== (g.loadWord(oldDir + 8 * (i - 1), CLONE.before) ?? (yield))) {
      copy = yield* cloneTable(on, t);
    }
    view.setBigUint64(8 * i, BigInt(copy), true);
  }
  const directory = g.newobject(entries.length);
  g.memory.writeBytes(directory, entries);
  return directory;
}

const TABLE_HEADER = sitesIn("(*table).clone")("copy table", "load t");

function* cloneTable(on: Context, t: Address): Steps<Address> {
  const { g, typ } = on;
  const header = yield* loadBytes(g, t, TABLE.size, TABLE_HEADER);
  const view = new DataView(header.buffer);
  const oldGroups = wordOf(view, TABLE.groupsData);
  const length = wordOf(view, TABLE.groupsLengthMask) + 1;
  const groups = g.newobject(length * typ.groupSize);
  for (let i = 0; i < length; i++) {
    yield* cloneGroup(on, groups + i * typ.groupSize, oldGroups + i * typ.groupSize);
  }
  view.setBigUint64(TABLE.groupsData, BigInt(groups), true);
  const t2 = g.newobject(TABLE.size);
  g.memory.writeBytes(t2, header);
  return t2;
}

const gs = sitesIn("cloneGroup");
const GROUP = {
  key: gs("copy key", "load g.slots[i].key"),
  storeKey: gs("copy key", "store g.slots[i].key"),
  elem: gs("copy elem", "load g.slots[i].elem"),
  storeElem: gs("copy elem", "store g.slots[i].elem"),
};

/** Copies a group, and what its slots point to where keys or elements are large. */
function* cloneGroup({ g, typ }: Context, group: Address, old: Address): Steps<void> {
  yield* typedmemmove(g, group, old, typ.groupSize);
  for (let i = 0; typ.indirectKey && i < GROUP_SLOTS; i++) {
    const oldKey = g.loadWord(keyOf(typ, old, i), GROUP.key) ?? (yield);
    if (oldKey !== 0) {
      const key = g.newobject(typ.key.size);
      yield* typedmemmove(g, key, oldKey, typ.key.size);
      g.storeWord(keyOf(typ, group, i), key, GROUP.storeKey) ?? (yield);
    }
  }
  for (let i = 0; typ.indirectElem && i < GROUP_SLOTS; i++) {
    const oldElem = g.loadWord(elemOf(typ, old, i), GROUP.elem) ?? (yield);
    if (oldElem !== 0) {
      const elem = g.newobject(typ.elem.size);
      yield* typedmemmove(g, elem, oldElem, typ.elem.size);
      g.storeWord(elemOf(typ, group, i), elem, GROUP.storeElem) ?? (yield);
    }
  }
}

const SOURCE_USED = sitesIn("mapclone2")("make", "load src.used");

/** Go 1.24: a new map, with a seed of its own, into which all elements are put by an iteration. The check is the iteration's. */
function* mapclone2(on: Context, src: Address): Steps<Address> {
  const { g, typ } = on;
  const dst = newMap(on, g.loadWord(src + MAP.used, SOURCE_USED) ?? (yield));
  const it = new SwissIter();
  yield* initIter(on, it, src);
  const key = g.newobject(typ.key.size);
  for (yield* nextIter(on, it); it.key !== 0; yield* nextIter(on, it)) {
    yield* loadKey(on, key, it.key);
    const elem = yield* putSlot(on, dst, key);
    yield* typedmemmove(g, elem, it.elem, typ.elem.size);
  }
  return dst;
}

const ps = sitesIn("(*Map).PutSlot");
const PUT = {
  writing: writingSites(ps),
  seed: ps("hash", "load m.seed"),
  dirPtr: ps("choose table", "load m.dirPtr"),
  dirLen: ps("choose table", "load m.dirLen"),
  used: ps("choose table", "load m.used"),
  directory: directorySites(ps),
};

/** `(*Map).PutSlot` of Go 1.24. */
function* putSlot(on: Context, m: Address, key: Address): Steps<Address> {
  const { g } = on;
  yield* checkWriting(g, m, PUT.writing);
  const hash = hashKey(on, key, yield* loadSeed(g, m, PUT.seed));
  yield* setWriting(g, m, PUT.writing);
  const elem = yield* putInMap(on, m, hash, key);
  yield* clearWriting(g, m, PUT.writing);
  return elem;
}

/** The functions for one kind of key are the compiler's choice; what the runtime calls itself is generic. */
function genericType(typ: SwissMapType): SwissMapType {
  return typ.variant === "" ? typ : { ...typ, variant: "" };
}

function* putInMap(on: Context, m: Address, hash: Word, key: Address): Steps<Address> {
  const { g } = on;
  const generic = { g, typ: genericType(on.typ) };
  if ((g.loadWord(m + MAP.dirPtr, PUT.dirPtr) ?? (yield)) === 0) {
    yield* growToSmall(generic, m);
  }
  if ((g.loadWord(m + MAP.dirLen, PUT.dirLen) ?? (yield)) === 0) {
    if ((g.loadWord(m + MAP.used, PUT.used) ?? (yield)) < GROUP_SLOTS) {
      return yield* putSlotSmall(generic, m, hash, key);
    }
    yield* growToTable(generic, m);
  }
  for (;;) {
    const t = yield* tableFor(g, m, hash, PUT.directory);
    const elem = yield* PutSlot(generic, m, t, hash, key);
    if (elem !== 0) {
      return elem;
    }
  }
}
