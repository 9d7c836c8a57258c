/**
 * The functions that the compiler calls for maps of any type (internal/runtime/maps/runtime.go).
 */
import { type Address } from "../../golang/memory.js";
import { ENTRY_CHECK, type Steps } from "../machine/goroutine.js";
import { type Context, elemOf, h1, h2, keyOf, ProbeSeq, sitesIn, type Word } from "./context.js";
import { directorySites, tableFor } from "./directory.js";
import { rehash } from "./grow.js";
import { first, matchEmpty, matchEmptyOrDeleted, matchH2, removeFirst } from "./group.js";
import { insertEntry, insertSites } from "./insert.js";
import { MAP, TABLE } from "./layout.js";
import { checkWriting, clearWriting, CONCURRENT_READ, loadSeed, setWriting, writingSites } from "./map.js";
import { uncheckedPutSlotForAssign } from "./new-table.js";
import { getWithKeySmall, growToSmall, growToTable, putSlotSmall } from "./small.js";
import { equalKey, equalSites, hashKey, storeOwn } from "./values.js";

/** Sites at which a table is searched. */
function probeSites(name: string) {
  const at = sitesIn(name);
  return {
    lengthMask: at("find", "load t.groups.lengthMask"),
    data: at("find", "load t.groups.data"),
    ctrls: at("find", "load g.ctrls"),
    empty: at("find", "load g.ctrls"),
    equal: equalSites(name, "find"),
    indirectKey: at("find", "load g.slots[i].key"),
    indirectElem: at("find", "load g.slots[i].elem"),
    updateKey: at("update", "store g.slots[i].key"),
  };
}
/** What {@link probeSites} makes. */
export type ProbeSites = ReturnType<typeof probeSites>;

/** Sites of a function that reads. */
export function accessSites(name: string) {
  const at = sitesIn(name);
  return {
    used: at("check", "load m.used"),
    writing: at("check", "load m.writing"),
    fatal: at("check", "m.writing is not 0"),
    seed: at("hash", "load m.seed"),
    dirLen: at("choose table", "load m.dirLen"),
    directory: directorySites(at),
    probe: probeSites(name),
  };
}
/** What {@link accessSites} makes. */
export type AccessSites = ReturnType<typeof accessSites>;

const ACCESS1 = accessSites("mapaccess1");
const ACCESS2 = accessSites("mapaccess2");

/** `mapaccess1`: the element, 0 where Go gives zeroVal. */
export function* mapaccess1(on: Context, m: Address, key: Address): Steps<Address> {
  return yield* access(on, m, key, on.typ.behaviour.mapaccess1Wraps ? ACCESS2 : ACCESS1);
}

/** `mapaccess2`: the element, 0 where the key is not in the map. */
export function* mapaccess2(on: Context, m: Address, key: Address): Steps<Address> {
  return yield* access(on, m, key, ACCESS2);
}

function* access(on: Context, m: Address, key: Address, sites: AccessSites): Steps<Address> {
  const { g } = on;
  if (!(yield* mayHold(on, m, sites))) {
    return 0;
  }
  const hash = hashKey(on, key, yield* loadSeed(g, m, sites.seed));
  const dirLen = g.loadWord(m + MAP.dirLen, sites.dirLen) ?? (yield);
  if (dirLen === 0) {
    return (yield* getWithKeySmall(on, m, hash, key))?.elem ?? 0;
  }
  const t = yield* tableFor(g, m, hash, sites.directory, dirLen);
  return yield* findInTable(on, t, hash, key, sites.probe);
}

/** Whether there are elements at all. Only then a reader looks whether someone writes. */
export function* mayHold({ g }: Context, m: Address, sites: AccessSites): Steps<boolean> {
  if (m === 0 || (g.loadWord(m + MAP.used, sites.used) ?? (yield)) === 0) {
    return false;
  }
  if ((g.load8(m + MAP.writing, sites.writing) ?? (yield)) !== 0) {
    g.fatal(CONCURRENT_READ, ENTRY_CHECK, sites.fatal);
    yield;
  }
  return true;
}

function* findInTable(on: Context, t: Address, hash: Word, key: Address, sites: ProbeSites): Steps<Address> {
  const { g, typ } = on;
  const mask = g.loadWord(t + TABLE.groupsLengthMask, sites.lengthMask) ?? (yield);
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, sites.data) ?? (yield);
    const group = data + seq.offset * typ.groupSize;
    const there = yield* findInGroup(on, group, hash, key, sites);
    if (there !== undefined) {
      const elem = elemOf(typ, group, there.slot);
      return typ.indirectElem ? (g.loadWord(elem, sites.indirectElem) ?? (yield)) : elem;
    }
    g.loadWord(group, sites.empty) ?? (yield);
    if (matchEmpty(g) !== 0) {
      return 0;
    }
  }
}

/** A slot that holds a key. */
interface FoundSlot {
  readonly slot: number;
  /** Where the key is, which may be outside the slot. */
  readonly key: Address;
}

/** The slot of a key in this group. */
function* findInGroup(
  on: Context,
  group: Address,
  hash: Word,
  key: Address,
  sites: ProbeSites,
): Steps<FoundSlot | undefined> {
  const { g, typ } = on;
  g.loadWord(group, sites.ctrls) ?? (yield);
  for (let match = matchH2(g, h2(hash)); match !== 0; match = removeFirst(match)) {
    const slot = first(match);
    let slotKey = keyOf(typ, group, slot);
    if (typ.indirectKey) {
      slotKey = g.loadWord(slotKey, sites.indirectKey) ?? (yield);
    }
    if (yield* equalKey(on, key, slotKey, slot)) {
      return { slot, key: slotKey };
    }
  }
  return undefined;
}

/** What an assignment to a nil map says. */
const NIL_MAP = "assignment to entry in nil map";

/** Sites of a function that assigns. */
export function assignSites(name: string) {
  const at = sitesIn(name);
  return {
    nilMap: at("check", "m is nil"),
    writing: writingSites(at),
    seed: at("hash", "load m.seed"),
    dirPtr: at("choose table", "load m.dirPtr"),
    dirLen: at("choose table", "load m.dirLen"),
    smallUsed: at("choose table", "load m.used"),
    smallUsedLoad: at("insert", "load m.used"),
    smallUsedStore: at("insert", "store m.used"),
    directory: directorySites(at),
    probe: probeSites(name),
    takeDeletedLoad: at("insert", "load t.growthLeft"),
    takeDeletedStore: at("insert", "store t.growthLeft"),
    growthLeft: at("insert", "load t.growthLeft"),
    insert: insertSites(name),
  };
}
/** What {@link assignSites} makes. */
export type AssignSites = ReturnType<typeof assignSites>;

const ASSIGN = assignSites("mapassign");

/** `mapassign`: the element to be stored by the caller. */
export function* mapassign(on: Context, m: Address, key: Address): Steps<Address> {
  const { g } = on;
  const hash = yield* beginAssign(on, m, key, ASSIGN);
  const small = yield* assignSmall(on, m, hash, key, ASSIGN);
  if (small !== 0) {
    yield* clearWriting(g, m, ASSIGN.writing);
    return small;
  }
  for (;;) {
    const t = yield* tableFor(g, m, hash, ASSIGN.directory);
    const elem = yield* assignInTable(on, m, t, hash, key);
    if (elem !== 0) {
      yield* clearWriting(g, m, ASSIGN.writing);
      return elem;
    }
  }
}

/** The beginning of every assignment: check, hash, set writing. */
export function* beginAssign(on: Context, m: Address, key: Address, sites: AssignSites): Steps<Word> {
  const { g } = on;
  if (m === 0) {
    g.panic(NIL_MAP, sites.nilMap);
    yield;
  }
  yield* checkWriting(g, m, sites.writing);
  const hash = hashKey(on, key, yield* loadSeed(g, m, sites.seed));
  yield* setWriting(g, m, sites.writing);
  return hash;
}

const SMALL_MAP = 8;

/**
 * The part of an assignment that is about small maps, also one that becomes a table here.
 *
 * @returns the element, or 0 when the map is not small any more and the table is still to be searched
 */
export function* assignSmall(
  on: Context,
  m: Address,
  hash: Word,
  key: Address,
  sites: AssignSites,
): Steps<Address> {
  const { g, typ } = on;
  if ((g.loadWord(m + MAP.dirPtr, sites.dirPtr) ?? (yield)) === 0) {
    yield* growToSmall(on, m);
  }
  if ((g.loadWord(m + MAP.dirLen, sites.dirLen) ?? (yield)) !== 0) {
    return 0;
  }
  if (!typ.behaviour.growsForNewKeysOnly) {
    if ((g.loadWord(m + MAP.used, sites.smallUsed) ?? (yield)) < SMALL_MAP) {
      return yield* putSlotSmall(on, m, hash, key);
    }
    yield* growToTable(on, m);
    return 0;
  }
  const elem = yield* putSlotSmall(on, m, hash, key);
  if (elem !== 0) {
    return elem;
  }
  const t = yield* growToTable(on, m);
  const inTable = yield* uncheckedPutSlotForAssign(on, t, hash, key);
  const used = g.loadWord(m + MAP.used, sites.smallUsedLoad) ?? (yield);
  g.storeWord(m + MAP.used, used + 1, sites.smallUsedStore) ?? (yield);
  return inTable;
}

/** Finds or makes the slot of a key; 0 when the table was replaced. This function does not prune tombstones in any version. */
function* assignInTable(on: Context, m: Address, t: Address, hash: Word, key: Address): Steps<Address> {
  const { g, typ } = on;
  const sites = ASSIGN.probe;
  const mask = g.loadWord(t + TABLE.groupsLengthMask, sites.lengthMask) ?? (yield);
  let deletedGroup = 0;
  let deletedSlot = 0;
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, sites.data) ?? (yield);
    const group = data + seq.offset * typ.groupSize;
    const there = yield* findInGroup(on, group, hash, key, sites);
    if (there !== undefined) {
      return yield* updateSlot(on, group, there, key);
    }
    g.loadWord(group, sites.empty) ?? (yield);
    const empty = matchEmpty(g);
    const free = matchEmptyOrDeleted(g);
    if (empty !== 0) {
      const slot =
        deletedGroup === 0 ? { group, slot: first(empty) } : { group: deletedGroup, slot: deletedSlot };
      if (deletedGroup !== 0) {
        yield* takeDeleted(on, t, ASSIGN);
      }
      if ((g.load16(t + TABLE.growthLeft, ASSIGN.growthLeft) ?? (yield)) === 0) {
        yield* rehash(on, m, t);
        return 0;
      }
      return yield* insertEntry(on, { m, t, ...slot, hash, sites: ASSIGN.insert }, key);
    }
    if (deletedGroup === 0 && free !== 0) {
      deletedGroup = group;
      deletedSlot = first(free);
    }
  }
}

/** `t.growthLeft++`: a tombstone is used, which the insertion then counts as if it were an empty slot. */
export function* takeDeleted({ g }: Context, t: Address, sites: AssignSites): Steps<void> {
  const left = g.load16(t + TABLE.growthLeft, sites.takeDeletedLoad) ?? (yield);
  g.store16(t + TABLE.growthLeft, left + 1, sites.takeDeletedStore) ?? (yield);
}

/** The element of a key that is there; the key is stored anew where equal keys may differ. */
function* updateSlot(on: Context, group: Address, there: FoundSlot, key: Address): Steps<Address> {
  const { g, typ } = on;
  const sites = ASSIGN.probe;
  if (typ.key.needUpdate) {
    yield* storeOwn(g, there.key, key, typ.key.size, sites.updateKey);
  }
  const elem = elemOf(typ, group, there.slot);
  return typ.indirectElem ? (g.loadWord(elem, sites.indirectElem) ?? (yield)) : elem;
}
