/**
 * The variants for string keys: runtime/map_faststr.go.
 *
 * They compare lengths first, then marks (hashes), then addresses, and the bytes last. A map of one bucket is searched without hashing
 * unless two long keys look alike.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { memequal } from "../types.js";
import { checkReader, findBucket } from "./access.js";
import { addOne, checkMap, growFirst, makeFirstBucket, type Slot } from "./assign.js";
import { beginDelete, type Chain, type EntryInChain, removeEntry } from "./delete.js";
import { growSites, growWork } from "./grow.js";
import { checkNotWriting, clearWriting, hashKey, isNil, newoverflow, setWriting } from "./header.js";
import {
  bucketCnt,
  type ClassicMapType,
  elemAt,
  emptyRest,
  hmap,
  isEmpty,
  keyAt,
  maskHash,
  tophash,
} from "./layout.js";
import { type MapSites, mapSites } from "./map-sites.js";

const access1 = mapSites("mapaccess1_faststr");
const access2 = mapSites("mapaccess2_faststr");
const assign = mapSites("mapassign_faststr");
const remove = mapSites("mapdelete_faststr");
const grow = growSites("_faststr");

/** Keys shorter than this are compared with all keys of a single bucket. */
const shortKey = 32;

/** A string's header, as it is given to a function. */
interface StringKey {
  readonly str: Address;
  readonly len: number;
}

function readKey(g: Goroutine, key: Address): StringKey {
  return { str: g.memory.readWord(key), len: g.memory.readWord(key + 8) };
}

/** `mapaccess1_faststr`: the address of the element, 0 for Go's zeroVal. */
export function mapaccess1_faststr(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  key: Address,
): Steps<Address> {
  return mapaccess(g, t, h, key, access1);
}

/** `mapaccess2_faststr`: the address of the element, 0 when the key is not in the map. */
export function mapaccess2_faststr(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  key: Address,
): Steps<Address> {
  return mapaccess(g, t, h, key, access2);
}

function* mapaccess(g: Goroutine, t: ClassicMapType, h: Address, at: Address, S: MapSites): Steps<Address> {
  if (!(yield* checkReader(g, h, S))) {
    return 0;
  }
  const key = readKey(g, at);
  if ((g.load8(h + hmap.B, S.B) ?? (yield)) === 0) {
    const b = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
    const elem =
      key.len < shortKey ? yield* accessShort(g, t, b, key, S) : yield* accessLong(g, t, b, key, S);
    if (elem !== undefined) {
      return elem;
    }
  }
  yield* hashKey(g, t, h, at, S.hash0);
  const { low, high } = t.hasher;
  const first = yield* findBucket(g, t, h, { low, high }, S);
  const entry = yield* findEntry(g, t, { first, high }, key, S);
  return entry === undefined ? 0 : elemAt(t, entry.b, entry.i);
}

/** Whether the slot of a single bucket may hold a key of that length: or that it does not, or that none does from here on. */
function* fits(
  g: Goroutine,
  t: ClassicMapType,
  slot: { readonly b: Address; readonly i: number },
  len: number,
  S: MapSites,
): Steps<"fits" | "other" | "end"> {
  const { b, i } = slot;
  const sameLength = (g.loadWord(keyAt(t, b, i) + 8, S.keyLen + i) ?? (yield)) === len;
  const mark = g.load8(b + i, S.tophash + i) ?? (yield);
  if (sameLength && !isEmpty(mark)) {
    return "fits";
  }
  return mark === emptyRest ? "end" : "other";
}

function* accessShort(
  g: Goroutine,
  t: ClassicMapType,
  b: Address,
  key: StringKey,
  S: MapSites,
): Steps<Address> {
  for (let i = 0; i < bucketCnt; i++) {
    const fit = yield* fits(g, t, { b, i }, key.len, S);
    if (fit === "end") {
      break;
    }
    if (fit === "fits") {
      const str = g.loadWord(keyAt(t, b, i), S.keyStr + i) ?? (yield);
      if (yield* sameBytes(g, str, key, S)) {
        return elemAt(t, b, i);
      }
    }
  }
  return 0;
}

/** Undefined when two keys look like the one that is wanted, so that it has to be hashed. */
function* accessLong(
  g: Goroutine,
  t: ClassicMapType,
  b: Address,
  key: StringKey,
  S: MapSites,
): Steps<Address | undefined> {
  let keymaybe: number = bucketCnt;
  for (let i = 0; i < bucketCnt; i++) {
    const fit = yield* fits(g, t, { b, i }, key.len, S);
    if (fit === "end") {
      break;
    }
    if (fit === "fits") {
      const str = g.loadWord(keyAt(t, b, i), S.keyStr + i) ?? (yield);
      if (str === key.str) {
        return elemAt(t, b, i);
      }
      g.load8(str, S.keyByte) ?? (yield);
      const ends = key.len - 4;
      if (memequal(g.memory, str, key.str, 4) && memequal(g.memory, str + ends, key.str + ends, 4)) {
        if (keymaybe !== bucketCnt) {
          return undefined;
        }
        keymaybe = i;
      }
    }
  }
  if (keymaybe !== bucketCnt) {
    const str = g.loadWord(keyAt(t, b, keymaybe), S.keyStr + keymaybe) ?? (yield);
    if (yield* sameBytes(g, str, key, S)) {
      return elemAt(t, b, keymaybe);
    }
  }
  return 0;
}

/**
 * Whether the bytes at an address are those of a key of the same length. Nobody writes bytes of strings, so one step stands for
 * reading them: it fails where there are none, because another goroutine has just cleared the key.
 */
function* sameBytes(g: Goroutine, str: Address, key: StringKey, S: MapSites): Steps<boolean> {
  if (str === key.str || key.len === 0) {
    return true;
  }
  g.load8(str, S.keyByte) ?? (yield);
  return memequal(g.memory, str, key.str, key.len);
}

function* findEntry(
  g: Goroutine,
  t: ClassicMapType,
  { first, high }: Chain,
  key: StringKey,
  S: MapSites,
): Steps<EntryInChain | undefined> {
  const top = tophash(high);
  for (let b = first; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
    for (let i = 0; i < bucketCnt; i++) {
      if (
        (g.loadWord(keyAt(t, b, i) + 8, S.keyLen + i) ?? (yield)) === key.len &&
        (g.load8(b + i, S.tophash + i) ?? (yield)) === top
      ) {
        const str = g.loadWord(keyAt(t, b, i), S.keyStr + i) ?? (yield);
        if (yield* sameBytes(g, str, key, S)) {
          return { first, b, i };
        }
      }
    }
  }
  return undefined;
}

/** `mapassign_faststr`: the address of the element. */
export function* mapassign_faststr(g: Goroutine, t: ClassicMapType, h: Address, at: Address): Steps<Address> {
  const S = assign;
  yield* checkMap(g, h, S);
  yield* checkNotWriting(g, h, S);
  yield* hashKey(g, t, h, at, S.hash0);
  const { low, high } = t.hasher;
  yield* setWriting(g, h, S);
  yield* makeFirstBucket(g, t, h, S);
  const key = readKey(g, at);
  let slot: Slot;
  do {
    const B = g.load8(h + hmap.B, S.B) ?? (yield);
    const bucket = maskHash(low, high, B);
    if (!isNil(g.loadWord(h + hmap.oldbuckets, S.oldbuckets) ?? (yield))) {
      yield* growWork(g, t, h, bucket, grow);
    }
    const buckets = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
    const first = g.add(buckets, bucket * t.bucketSize, S.bucket);
    slot = yield* findSlot(g, t, { first, high }, key, S);
  } while (!slot.found && (yield* growFirst(g, t, h, S)));
  if (!slot.found) {
    if (isNil(slot.b)) {
      slot.b = yield* newoverflow(g, t, h, slot.last);
      slot.i = 0;
    }
    const { b, i } = slot;
    g.store8(b + i, tophash(high), S.storeTophash + i) ?? (yield);
    g.storeWord(keyAt(t, b, i) + 8, key.len, S.storeKeyLen + i) ?? (yield);
    g.storeWord(keyAt(t, b, i), key.str, S.storeKeyStr + i) ?? (yield);
    yield* addOne(g, h, S);
  }
  yield* clearWriting(g, h, S);
  return elemAt(t, slot.b, slot.i);
}

function* findSlot(
  g: Goroutine,
  t: ClassicMapType,
  { first, high }: Chain,
  key: StringKey,
  S: MapSites,
): Steps<Slot> {
  const top = tophash(high);
  const slot: Slot = { b: 0, i: 0, found: false, last: first };
  for (;;) {
    const b = slot.last;
    for (let i = 0; i < bucketCnt; i++) {
      const mark = g.load8(b + i, S.tophash + i) ?? (yield);
      if (mark === top) {
        if (yield* sameKey(g, t, { b, i }, key, S)) {
          // The new string's bytes, so that the old ones can be collected.
          g.storeWord(keyAt(t, b, i), key.str, S.storeKeyStr + i) ?? (yield);
          return { b, i, found: true, last: b };
        }
      } else if (isEmpty(mark)) {
        if (slot.b === 0) {
          slot.b = b;
          slot.i = i;
        }
        if (mark === emptyRest) {
          return slot;
        }
      }
    }
    const ovf = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield);
    if (isNil(ovf)) {
      return slot;
    }
    slot.last = ovf;
  }
}

function* sameKey(
  g: Goroutine,
  t: ClassicMapType,
  { b, i }: { readonly b: Address; readonly i: number },
  key: StringKey,
  S: MapSites,
): Steps<boolean> {
  if ((g.loadWord(keyAt(t, b, i) + 8, S.keyLen + i) ?? (yield)) !== key.len) {
    return false;
  }
  const str = g.loadWord(keyAt(t, b, i), S.keyStr + i) ?? (yield);
  return yield* sameBytes(g, str, key, S);
}

/** `mapdelete_faststr`. The key's length stays behind in the empty slot. */
export function* mapdelete_faststr(g: Goroutine, t: ClassicMapType, h: Address, at: Address): Steps<void> {
  const S = remove;
  const chain = yield* beginDelete(g, t, h, at, { S, grow });
  if (chain === undefined) {
    return;
  }
  const entry = yield* findEntry(g, t, chain, readKey(g, at), S);
  if (entry !== undefined) {
    g.storeWord(keyAt(t, entry.b, entry.i), 0, S.clearKey + entry.i) ?? (yield);
    yield* removeEntry(g, t, h, entry, S);
  }
  yield* clearWriting(g, h, S);
}
