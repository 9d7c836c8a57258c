/**
 * `maps.Map`: making, deleting, clearing (internal/runtime/maps/map.go).
 */
import { type Address } from "../../golang/memory.js";
import { ENTRY_CHECK, EXIT_CHECK, type Goroutine, type Steps } from "../machine/goroutine.js";
import { type SiteId } from "../machine/sites.js";
import { type Context, type SiteMaker, sitesIn, type Word } from "./context.js";
import { directoryAt, directorySites, tableFor } from "./directory.js";
import { GROUP_SLOTS } from "./group.js";
import { MAP, MAX_AVERAGE_GROUP_LOAD, MAX_TABLE_CAPACITY } from "./layout.js";
import { type Entry, newTable } from "./new-table.js";
import { clearSmall, deleteSmall, getWithKeySmall } from "./small.js";
import { clearTable, deleteFromTable, getWithKey } from "./table.js";
import { hashKey, loadKey } from "./values.js";

/** What a second writer says. */
const CONCURRENT_WRITES = "concurrent map writes";
/** What a reader says that meets a writer. */
export const CONCURRENT_READ = "concurrent map read and map write";

/**
 * `NewMap`: nobody else can see the map yet, so it is made without steps. Up to a hint of eight there is no group yet.
 */
export function newMap(on: Context, hint: number): Address {
  const { g } = on;
  const m = g.newobject(MAP.size);
  const header = new Uint8Array(MAP.size);
  const view = new DataView(header.buffer);
  g.random.next("seed");
  view.setInt32(MAP.seed, g.random.low, true);
  view.setInt32(MAP.seed + 4, g.random.high, true);
  if (hint > GROUP_SLOTS) {
    const capacity = Math.floor((hint * GROUP_SLOTS) / MAX_AVERAGE_GROUP_LOAD);
    let directory = 1;
    let depth = 0;
    while (directory < Math.ceil(capacity / MAX_TABLE_CAPACITY)) {
      directory *= 2;
      depth += 1;
    }
    view.setBigUint64(MAP.dirPtr, BigInt(newDirectory(on, directory, capacity, depth)), true);
    view.setUint32(MAP.dirLen, directory, true);
    view.setUint8(MAP.globalDepth, depth);
    view.setUint8(MAP.globalShift, 64 - depth);
  }
  g.memory.writeBytes(m, header);
  return m;
}

function newDirectory(on: Context, length: number, capacity: number, depth: number): Address {
  const entries = new Uint8Array(8 * length);
  const view = new DataView(entries.buffer);
  for (let index = 0; index < length; index++) {
    const table = newTable(on, Math.floor(capacity / length), index, depth);
    view.setBigUint64(8 * index, BigInt(table), true);
  }
  const directory = on.g.newobject(entries.length);
  on.g.memory.writeBytes(directory, entries);
  return directory;
}

/** The sites at which `writing` is looked at and changed. */
export interface WritingSites {
  readonly entry: SiteId;
  readonly entryFatal: SiteId;
  readonly setLoad: SiteId;
  readonly setStore: SiteId;
  readonly exit: SiteId;
  readonly exitFatal: SiteId;
  readonly clearLoad: SiteId;
  readonly clearStore: SiteId;
}

/** Sites of a writer. */
export function writingSites(at: SiteMaker): WritingSites {
  return {
    entry: at("check", "load m.writing"),
    entryFatal: at("check", "m.writing is not 0"),
    setLoad: at("set writing", "load m.writing"),
    setStore: at("set writing", "store m.writing"),
    exit: at("check again", "load m.writing"),
    exitFatal: at("check again", "m.writing is 0"),
    clearLoad: at("clear writing", "load m.writing"),
    clearStore: at("clear writing", "store m.writing"),
  };
}

/** Stops when another goroutine writes. */
export function* checkWriting(g: Goroutine, m: Address, sites: WritingSites): Steps<void> {
  if ((g.load8(m + MAP.writing, sites.entry) ?? (yield)) !== 0) {
    g.fatal(CONCURRENT_WRITES, ENTRY_CHECK, sites.entryFatal);
    yield;
  }
}

/** `m.writing ^= 1`: a plain load and a plain store. */
export function* setWriting(g: Goroutine, m: Address, sites: WritingSites): Steps<void> {
  const writing = g.load8(m + MAP.writing, sites.setLoad) ?? (yield);
  g.store8(m + MAP.writing, writing ^ 1, sites.setStore) ?? (yield);
}

/** Stops when another goroutine has toggled `writing` as well; otherwise toggles it back. */
export function* clearWriting(g: Goroutine, m: Address, sites: WritingSites): Steps<void> {
  if ((g.load8(m + MAP.writing, sites.exit) ?? (yield)) === 0) {
    g.fatal(CONCURRENT_WRITES, EXIT_CHECK, sites.exitFatal);
    yield;
  }
  const writing = g.load8(m + MAP.writing, sites.clearLoad) ?? (yield);
  g.store8(m + MAP.writing, writing ^ 1, sites.clearStore) ?? (yield);
}

/** The seed of a map. */
export function* loadSeed(g: Goroutine, m: Address, site: SiteId): Steps<Word> {
  g.loadWord(m + MAP.seed, site) ?? (yield);
  return { low: g.low, high: g.high };
}

const ks = sitesIn("(*Map).getWithKey");
const GET = {
  used: ks("check", "load m.used"),
  writing: ks("check", "load m.writing"),
  fatal: ks("check", "m.writing is not 0"),
  seed: ks("hash", "load m.seed"),
  dirLen: ks("choose table", "load m.dirLen"),
  directory: directorySites(ks),
};

/** Where the key that is looked up is kept; the first half of that memory is for keys that it is compared with. */
const SECOND_HALF = 512;

/**
 * `(*Map).getWithKey`: looks a key up that is in an old table or group, for an iterator.
 *
 * @param oldKey where that key is; other goroutines may write there
 */
export function* getWithKeyInMap(on: Context, m: Address, oldKey: Address): Steps<Entry | undefined> {
  const { g } = on;
  if ((g.loadWord(m + MAP.used, GET.used) ?? (yield)) === 0) {
    return undefined;
  }
  if ((g.load8(m + MAP.writing, GET.writing) ?? (yield)) !== 0) {
    g.fatal(CONCURRENT_READ, ENTRY_CHECK, GET.fatal);
    yield;
  }
  const seed = yield* loadSeed(g, m, GET.seed);
  const key = g.memory.scratch(g.arena) + SECOND_HALF;
  yield* loadKey(on, key, oldKey);
  const hash = hashKey(on, key, seed);
  const dirLen = g.loadWord(m + MAP.dirLen, GET.dirLen) ?? (yield);
  if (dirLen === 0) {
    return yield* getWithKeySmall(on, m, hash, key);
  }
  const t = yield* tableFor(g, m, hash, GET.directory, dirLen);
  return yield* getWithKey(on, t, hash, key);
}

const ds = sitesIn("(*Map).Delete");
const DELETE = {
  used: ds("check", "load m.used"),
  writing: writingSites(ds),
  seed: ds("hash", "load m.seed"),
  dirLen: ds("choose table", "load m.dirLen"),
  directory: directorySites(ds),
  tombstonePossible: ds("delete", "store m.tombstonePossible"),
  empty: ds("finish", "load m.used"),
  storeSeed: ds("finish", "store m.seed"),
};

/** `(*Map).Delete` */
export function* deleteFromMap(on: Context, m: Address, key: Address): Steps<void> {
  const { g, typ } = on;
  if (m === 0 || (g.loadWord(m + MAP.used, DELETE.used) ?? (yield)) === 0) {
    return;
  }
  yield* checkWriting(g, m, DELETE.writing);
  const hash = hashKey(on, key, yield* loadSeed(g, m, DELETE.seed));
  yield* setWriting(g, m, DELETE.writing);
  const dirLen = g.loadWord(m + MAP.dirLen, DELETE.dirLen) ?? (yield);
  if (dirLen === 0) {
    yield* deleteSmall(on, m, hash, key);
  } else {
    const t = yield* tableFor(g, m, hash, DELETE.directory, dirLen);
    const tombstone = yield* deleteFromTable(on, m, t, hash, key);
    if (tombstone && typ.behaviour.tombstonePossible) {
      g.store8(m + MAP.tombstonePossible, 1, DELETE.tombstonePossible) ?? (yield);
    }
  }
  if ((g.loadWord(m + MAP.used, DELETE.empty) ?? (yield)) === 0) {
    yield* newSeed(g, m, DELETE.storeSeed);
  }
  yield* clearWriting(g, m, DELETE.writing);
}

/** A map without elements gets a new seed, so that collisions do not help for long. */
function* newSeed(g: Goroutine, m: Address, site: SiteId): Steps<void> {
  g.random.next("seed");
  g.store64(m + MAP.seed, g.random.low, g.random.high, site) ?? (yield);
}

const cs = sitesIn("(*Map).Clear");
const CLEAR = {
  used: cs("check", "load m.used"),
  tombstonePossible: cs("check", "load m.tombstonePossible"),
  writing: writingSites(cs),
  dirLen: cs("clear", "load m.dirLen"),
  dirPtr: cs("clear", "load m.dirPtr"),
  entry: cs("clear", "load m.directory[i]"),
  storeUsed: cs("clear", "store m.used"),
  storeTombstonePossible: cs("clear", "store m.tombstonePossible"),
  clearSeqLoad: cs("finish", "load m.clearSeq"),
  clearSeqStore: cs("finish", "store m.clearSeq"),
  storeSeed: cs("finish", "store m.seed"),
};

/** `(*Map).Clear` */
export function* clearMap(on: Context, m: Address): Steps<void> {
  const { g, typ } = on;
  if (m === 0) {
    return;
  }
  if ((g.loadWord(m + MAP.used, CLEAR.used) ?? (yield)) === 0) {
    if (
      !typ.behaviour.tombstonePossible ||
      (g.load8(m + MAP.tombstonePossible, CLEAR.tombstonePossible) ?? (yield)) === 0
    ) {
      return;
    }
  }
  yield* checkWriting(g, m, CLEAR.writing);
  yield* setWriting(g, m, CLEAR.writing);
  const dirLen = g.loadWord(m + MAP.dirLen, CLEAR.dirLen) ?? (yield);
  if (dirLen === 0) {
    yield* clearSmall(on, m);
  } else {
    yield* clearTables(on, m, dirLen);
    g.storeWord(m + MAP.used, 0, CLEAR.storeUsed) ?? (yield);
    if (typ.behaviour.tombstonePossible) {
      g.store8(m + MAP.tombstonePossible, 0, CLEAR.storeTombstonePossible) ?? (yield);
    }
  }
  const clearSeq = g.loadWord(m + MAP.clearSeq, CLEAR.clearSeqLoad) ?? (yield);
  g.storeWord(m + MAP.clearSeq, clearSeq + 1, CLEAR.clearSeqStore) ?? (yield);
  yield* newSeed(g, m, CLEAR.storeSeed);
  yield* clearWriting(g, m, CLEAR.writing);
}

function* clearTables(on: Context, m: Address, dirLen: number): Steps<void> {
  let last = 0;
  for (let i = 0; i < dirLen; i++) {
    const t = yield* directoryAt(on.g, m, i, CLEAR);
    if (t !== last) {
      yield* clearTable(on, t);
      last = t;
    }
  }
}
