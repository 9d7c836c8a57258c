/**
 * The directory of tables: the upper bits of a hash choose one (extendible hashing, internal/runtime/maps/map.go).
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { type SiteId } from "../machine/sites.js";
import { type Context, type SiteMaker, sitesIn, type Word } from "./context.js";
import { MAP, TABLE } from "./layout.js";

const twoTo32 = 0x1_0000_0000;
const POINTER = 8;

/** The sites at which a table is chosen. */
export interface DirectorySites {
  readonly dirLen: SiteId;
  readonly globalShift: SiteId;
  readonly dirPtr: SiteId;
  readonly entry: SiteId;
}

/** Sites for choosing a table in one function. */
export function directorySites(at: SiteMaker): DirectorySites {
  return {
    dirLen: at("choose table", "load m.dirLen"),
    globalShift: at("choose table", "load m.globalShift"),
    dirPtr: at("choose table", "load m.dirPtr"),
    entry: at("choose table", "load m.directory[idx]"),
  };
}

/** `hash >> (shift & 63)`; a directory is small, but a shift that does not fit to it may give any number. */
function shiftRight(hash: Word, shift: number): number {
  const by = shift & 63;
  return by >= 32
    ? (hash.high >>> 0) >>> (by - 32)
    : Math.floor(((hash.high >>> 0) * twoTo32 + (hash.low >>> 0)) / 2 ** by);
}

/**
 * `m.directoryAt(m.directoryIndex(hash))`: the table for a hash.
 *
 * @param dirLen m.dirLen where it was loaded already, and is still in a register
 */
export function* tableFor(
  g: Goroutine,
  m: Address,
  hash: Word,
  sites: DirectorySites,
  dirLen?: number,
): Steps<Address> {
  const length = dirLen ?? g.loadWord(m + MAP.dirLen, sites.dirLen) ?? (yield);
  const index =
    length === 1 ? 0 : shiftRight(hash, g.load8(m + MAP.globalShift, sites.globalShift) ?? (yield));
  return yield* directoryAt(g, m, index, sites);
}

/** `m.directoryAt(i)` */
export function* directoryAt(
  g: Goroutine,
  m: Address,
  index: number,
  sites: Pick<DirectorySites, "dirPtr" | "entry">,
): Steps<Address> {
  const directory = g.loadWord(m + MAP.dirPtr, sites.dirPtr) ?? (yield);
  const entry = g.add(directory, POINTER * index, sites.entry);
  return g.loadWord(entry, sites.entry) ?? (yield);
}

const r = sitesIn("(*Map).replaceTable");
const REPLACE = {
  globalDepth: r("install", "load m.globalDepth"),
  localDepth: r("install", "load nt.localDepth"),
  index: r("install", "load nt.index"),
  dirPtr: r("install", "load m.dirPtr"),
  entry: r("install", "store m.directory[nt.index+i]"),
};

/** `(*Map).replaceTable`: puts a table where its index says, in all entries that its depth covers. */
export function* replaceTable({ g }: Context, m: Address, nt: Address): Steps<void> {
  const globalDepth = g.load8(m + MAP.globalDepth, REPLACE.globalDepth) ?? (yield);
  const localDepth = g.load8(nt + TABLE.localDepth, REPLACE.localDepth) ?? (yield);
  const entries = entriesOf(globalDepth, localDepth);
  for (let i = 0; i < entries; i++) {
    const index = g.loadWord(nt + TABLE.index, REPLACE.index) ?? (yield);
    const directory = g.loadWord(m + MAP.dirPtr, REPLACE.dirPtr) ?? (yield);
    const entry = g.add(directory, POINTER * (index + i), REPLACE.entry);
    g.storeWord(entry, nt, REPLACE.entry) ?? (yield);
  }
}

/** `1 << (globalDepth - localDepth)`, where the difference is of uint8 and the result of int. */
export function entriesOf(globalDepth: number, localDepth: number): number {
  const shift = (globalDepth - localDepth) & 0xff;
  return shift >= 64 ? 0 : shift === 63 ? -(2 ** 63) : 2 ** shift;
}

const n = sitesIn("(*Map).installTableSplit");
const INSTALL = {
  localDepth: n("grow directory", "load old.localDepth"),
  globalDepth: n("grow directory", "load m.globalDepth"),
  dirLen: n("grow directory", "load m.dirLen"),
  dirPtr: n("grow directory", "load m.dirPtr"),
  entry: n("grow directory", "load m.directory[i]"),
  newEntry: n("grow directory", "store newDir[i]"),
  index: n("grow directory", "load t.index"),
  storeIndex: n("grow directory", "store t.index"),
  globalDepthLoad: n("grow directory", "load m.globalDepth"),
  globalDepthStore: n("grow directory", "store m.globalDepth"),
  globalShiftLoad: n("grow directory", "load m.globalShift"),
  globalShiftStore: n("grow directory", "store m.globalShift"),
  storeDirPtr: n("grow directory", "store m.dirPtr"),
  storeDirLen: n("grow directory", "store m.dirLen"),
  outOfRange: n("grow directory", "newDir is too short"),
  oldIndex: n("install", "load old.index"),
  storeLeftIndex: n("install", "store left.index"),
  splitGlobalDepth: n("install", "load m.globalDepth"),
  leftDepth: n("install", "load left.localDepth"),
  leftIndex: n("install", "load left.index"),
  storeRightIndex: n("install", "store right.index"),
};

/** `(*Map).installTableSplit`: puts the halves of a table in its place; where there is no room for that, the directory doubles first. */
export function* installTableSplit(
  on: Context,
  m: Address,
  old: Address,
  left: Address,
  right: Address,
): Steps<void> {
  const { g } = on;
  const oldDepth = g.load8(old + TABLE.localDepth, INSTALL.localDepth) ?? (yield);
  const globalDepth = g.load8(m + MAP.globalDepth, INSTALL.globalDepth) ?? (yield);
  if (oldDepth === globalDepth) {
    yield* growDirectory(g, m);
  }
  const oldIndex = g.loadWord(old + TABLE.index, INSTALL.oldIndex) ?? (yield);
  g.storeWord(left + TABLE.index, oldIndex, INSTALL.storeLeftIndex) ?? (yield);
  yield* replaceTable(on, m, left);
  const depth = g.load8(m + MAP.globalDepth, INSTALL.splitGlobalDepth) ?? (yield);
  const leftDepth = g.load8(left + TABLE.localDepth, INSTALL.leftDepth) ?? (yield);
  const leftIndex = g.loadWord(left + TABLE.index, INSTALL.leftIndex) ?? (yield);
  g.storeWord(right + TABLE.index, leftIndex + entriesOf(depth, leftDepth), INSTALL.storeRightIndex) ??
    (yield);
  yield* replaceTable(on, m, right);
}

function* growDirectory(g: Goroutine, m: Address): Steps<void> {
  const newLength = 2 * (g.loadWord(m + MAP.dirLen, INSTALL.dirLen) ?? (yield));
  const directory = g.newobject(POINTER * newLength);
  const length = g.loadWord(m + MAP.dirLen, INSTALL.dirLen) ?? (yield);
  for (let i = 0; i < length; i++) {
    const t = yield* directoryAt(g, m, i, INSTALL);
    if (2 * i + 1 >= newLength) {
      g.panic(`runtime error: index out of range [${2 * i}] with length ${newLength}`, INSTALL.outOfRange);
      yield;
    }
    g.storeWord(directory + POINTER * 2 * i, t, INSTALL.newEntry) ?? (yield);
    g.storeWord(directory + POINTER * (2 * i + 1), t, INSTALL.newEntry) ?? (yield);
    // The first of the entries that point to a table is the one that its index names; index only grows, so this is done once.
    const index = g.loadWord(t + TABLE.index, INSTALL.index) ?? (yield);
    if (index === i) {
      g.storeWord(t + TABLE.index, 2 * i, INSTALL.storeIndex) ?? (yield);
    }
  }
  const depth = g.load8(m + MAP.globalDepth, INSTALL.globalDepthLoad) ?? (yield);
  g.store8(m + MAP.globalDepth, depth + 1, INSTALL.globalDepthStore) ?? (yield);
  const shift = g.load8(m + MAP.globalShift, INSTALL.globalShiftLoad) ?? (yield);
  g.store8(m + MAP.globalShift, shift - 1, INSTALL.globalShiftStore) ?? (yield);
  g.storeWord(m + MAP.dirPtr, directory, INSTALL.storeDirPtr) ?? (yield);
  g.storeWord(m + MAP.dirLen, newLength, INSTALL.storeDirLen) ?? (yield);
}
