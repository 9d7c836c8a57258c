/**
 * The functions that the compiler calls for keys of 4 and 8 bytes and for strings, when elements are not large
 * (internal/runtime/maps/runtime_fast32.go, runtime_fast64.go, runtime_faststr.go).
 *
 * They differ from the generic ones in what can be seen of them: in a small map a key of 4 or 8 bytes is looked for without its hash, in
 * all slots up to the last full one; a string is compared by length and a few bytes first, when it is long; and an integer comparison is no call,
 * so the control word of a group is loaded once.
 */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { sitesOfArray } from "../machine/sites.js";
import { type Context, elemOf, h1, h2, keyOf, ProbeSeq, sitesIn, type Word } from "./context.js";
import { tableFor } from "./directory.js";
import { getWithoutKeySmallFastStr } from "./faststr.js";
import { rehash } from "./grow.js";
import {
  CTRL_DELETED,
  first,
  matchEmpty,
  matchEmptyOrDeleted,
  matchFull,
  matchH2,
  removeFirst,
  type SlotSet,
} from "./group.js";
import { insertEntry } from "./insert.js";
import { MAP, TABLE } from "./layout.js";
import { clearWriting, deleteFromMap, loadSeed } from "./map.js";
import { comparesByCall, forFunctions } from "./names.js";
import {
  accessSites,
  type AccessSites,
  assignSites,
  type AssignSites,
  assignSmall,
  beginAssign,
  mayHold,
  type ProbeSites,
  takeDeleted,
} from "./runtime.js";
import { growthLeft } from "./table.js";
import { equalKey, hashKey, storeKey } from "./values.js";

function fastAccessSites(name: string) {
  const at = sitesIn(name);
  return {
    ...accessSites(name),
    smallDirPtr: at("find", "load m.dirPtr"),
    smallCtrls: at("find", "load g.ctrls"),
  };
}
type FastAccessSites = ReturnType<typeof fastAccessSites>;

/** The compiler has no mapaccess for pointers: they are looked up as numbers. */
function accessName(base: string, suffix: string): string {
  return `${base}${suffix === "_fast64ptr" ? "_fast64" : suffix}`;
}

const ACCESS1 = forFunctions((suffix) => fastAccessSites(accessName("mapaccess1", suffix)));
const ACCESS2 = forFunctions((suffix) => fastAccessSites(accessName("mapaccess2", suffix)));

/** `mapaccess1_fast32`, `mapaccess1_fast64`, `mapaccess1_faststr`: the element, 0 where Go gives zeroVal. */
export function* mapaccess1Fast(on: Context, m: Address, key: Address): Steps<Address> {
  const { variant, behaviour } = on.typ;
  return yield* access(on, m, key, behaviour.mapaccess1Wraps ? ACCESS2[variant] : ACCESS1[variant]);
}

/** `mapaccess2_fast32`, `mapaccess2_fast64`, `mapaccess2_faststr`: the element, 0 where the key is not in the map. */
export function* mapaccess2Fast(on: Context, m: Address, key: Address): Steps<Address> {
  return yield* access(on, m, key, ACCESS2[on.typ.variant]);
}

function* access(on: Context, m: Address, key: Address, sites: FastAccessSites): Steps<Address> {
  const { g, typ } = on;
  if (!(yield* mayHold(on, m, sites))) {
    return 0;
  }
  if ((g.loadWord(m + MAP.dirLen, sites.dirLen) ?? (yield)) === 0) {
    return typ.variant === "faststr"
      ? yield* getWithoutKeySmallFastStr(on, m, key)
      : yield* findInSmallMap(on, m, key, sites);
  }
  const hash = hashKey(on, key, yield* loadSeed(g, m, sites.seed));
  const t = yield* tableFor(g, m, hash, sites.directory);
  return yield* findInTable(on, t, hash, key, sites);
}

/** Compares the keys of all slots up to the last full one, also of empty ones, and then looks whether the slot is full. */
function* findInSmallMap(on: Context, m: Address, key: Address, sites: FastAccessSites): Steps<Address> {
  const { g, typ } = on;
  const group = g.loadWord(m + MAP.dirPtr, sites.smallDirPtr) ?? (yield);
  g.loadWord(group, sites.smallCtrls) ?? (yield);
  let full = matchFull(g);
  for (let i = 0; full !== 0; i++, full >>= 1) {
    const equal = yield* equalKey(on, key, keyOf(typ, group, i), i, sites.probe.equal);
    if (equal && (full & 1) !== 0) {
      return elemOf(typ, group, i);
    }
  }
  return 0;
}

function* findInTable(on: Context, t: Address, hash: Word, key: Address, sites: AccessSites): Steps<Address> {
  const { g, typ } = on;
  const mask = g.loadWord(t + TABLE.groupsLengthMask, sites.probe.lengthMask) ?? (yield);
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, sites.probe.data) ?? (yield);
    const group = data + seq.offset * typ.groupSize;
    g.loadWord(group, sites.probe.ctrls) ?? (yield);
    let empty: SlotSet = matchEmpty(g);
    const i = yield* findInGroup(on, group, matchH2(g, h2(hash)), key, sites.probe);
    if (i >= 0) {
      return elemOf(typ, group, i);
    }
    if (comparesByCall(typ.variant)) {
      g.loadWord(group, sites.probe.empty) ?? (yield);
      empty = matchEmpty(g);
    }
    if (empty !== 0) {
      return 0;
    }
  }
}

/** The slot of a key among those whose control bytes match, -1 when it is in none. */
function* findInGroup(
  on: Context,
  group: Address,
  candidates: SlotSet,
  key: Address,
  sites: ProbeSites,
): Steps<number> {
  for (let match = candidates; match !== 0; match = removeFirst(match)) {
    const i = first(match);
    if (yield* equalKey(on, key, keyOf(on.typ, group, i), i, sites.equal)) {
      return i;
    }
  }
  return -1;
}

function fastAssignSites(name: string) {
  return { ...assignSites(name), ctrl: sitesOfArray(name, "find", "load g.ctrls[#]") };
}

const ASSIGN = forFunctions((suffix) => fastAssignSites(`mapassign${suffix}`));

/** `mapassign_fast32`, `mapassign_fast64`, `mapassign_fast64ptr`, `mapassign_faststr`: the element to be stored by the caller. */
export function* mapassignFast(on: Context, m: Address, key: Address): Steps<Address> {
  const { g, typ } = on;
  const sites: AssignSites = ASSIGN[typ.variant];
  const hash = yield* beginAssign(on, m, key, sites);
  const small = yield* assignSmall(on, m, hash, key, sites);
  if (small !== 0) {
    yield* clearWriting(g, m, sites.writing);
    return small;
  }
  for (;;) {
    const t = yield* tableFor(g, m, hash, sites.directory);
    const elem = yield* assignInTable(on, m, t, hash, key);
    if (elem !== 0) {
      yield* clearWriting(g, m, sites.writing);
      return elem;
    }
  }
}

/** Finds or makes the slot of a key; 0 when the table was replaced. */
function* assignInTable(on: Context, m: Address, t: Address, hash: Word, key: Address): Steps<Address> {
  const { g, typ } = on;
  const sites = ASSIGN[typ.variant];
  const mask = g.loadWord(t + TABLE.groupsLengthMask, sites.probe.lengthMask) ?? (yield);
  let deletedGroup = 0;
  let deletedSlot = 0;
  for (const seq = new ProbeSeq(h1(hash), mask); ; seq.next()) {
    const data = g.loadWord(t + TABLE.groupsData, sites.probe.data) ?? (yield);
    let group = data + seq.offset * typ.groupSize;
    g.loadWord(group, sites.probe.ctrls) ?? (yield);
    let free: SlotSet = matchEmptyOrDeleted(g);
    const there = yield* findInGroup(on, group, matchH2(g, h2(hash)), key, sites.probe);
    if (there >= 0) {
      if (typ.key.needUpdate) {
        yield* storeKey(on, keyOf(typ, group, there), key, sites.probe.updateKey);
      }
      return elemOf(typ, group, there);
    }
    if (comparesByCall(typ.variant)) {
      g.loadWord(group, sites.probe.empty) ?? (yield);
      free = matchEmptyOrDeleted(g);
    }
    if (free === 0) {
      continue;
    }
    let i = first(free);
    if ((g.load8(group + i, sites.ctrl + i) ?? (yield)) === CTRL_DELETED) {
      if (deletedGroup === 0) {
        deletedGroup = group;
        deletedSlot = i;
      }
      continue;
    }
    if (deletedGroup !== 0) {
      group = deletedGroup;
      i = deletedSlot;
      yield* takeDeleted(on, t, sites);
    }
    if ((yield* growthLeft(on, m, t, sites.growthLeft)) === 0) {
      yield* rehash(on, m, t);
      return 0;
    }
    return yield* insertEntry(on, { m, t, group, slot: i, hash, sites: sites.insert }, key);
  }
}

const DELETE_USED = forFunctions((suffix) =>
  sitesIn(accessName("mapdelete", suffix))("check", "load m.used"),
);

/** `mapdelete_fast32`, `mapdelete_fast64`, `mapdelete_faststr`: look once more than the generic one whether there is anything. */
export function* mapdeleteFast(on: Context, m: Address, key: Address): Steps<void> {
  const { g, typ } = on;
  if (m === 0 || (g.loadWord(m + MAP.used, DELETE_USED[typ.variant]) ?? (yield)) === 0) {
    return;
  }
  yield* deleteFromMap(on, m, key);
}
