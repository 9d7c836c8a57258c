/**
 * mapaccess1, mapaccess2 and mapaccessK: lookups in maps that have no fast variant, and of iterators.
 */
import { type Address } from "../../golang/memory.js";
import { ENTRY_CHECK, type Goroutine, type Steps } from "../machine/goroutine.js";
import { loadValue } from "../machine/move.js";
import { hashKey, isNil } from "./header.js";
import {
  bucketCnt,
  type ClassicMapType,
  elemAt,
  emptyRest,
  hashWriting,
  hmap,
  isEvacuated,
  keyAt,
  maskHash,
  sameSizeGrow,
  tophash,
} from "./layout.js";
import { type MapSites, mapSites } from "./map-sites.js";

const sites1 = mapSites("mapaccess1");
const sites2 = mapSites("mapaccess2");
const sitesK = mapSites("mapaccessK");

/** What is at a slot; both are 0 when the key is not in the map. */
export interface FoundEntry {
  key: Address;
  elem: Address;
}

/** `mapaccess1`: the address of the element, 0 for Go's zeroVal. */
export function mapaccess1(g: Goroutine, t: ClassicMapType, h: Address, key: Address): Steps<Address> {
  return mapaccess(g, t, h, key, sites1);
}

/** `mapaccess2`: the address of the element, 0 when the key is not in the map. */
export function mapaccess2(g: Goroutine, t: ClassicMapType, h: Address, key: Address): Steps<Address> {
  return mapaccess(g, t, h, key, sites2);
}

function* mapaccess(g: Goroutine, t: ClassicMapType, h: Address, key: Address, S: MapSites): Steps<Address> {
  if (!(yield* checkReader(g, h, S))) {
    return 0;
  }
  yield* hashKey(g, t, h, key, S.hash0);
  return (yield* lookup(g, t, h, key, S)).elem;
}

/** `mapaccessK`, of iterators: key and element. The key itself lies in a bucket. */
export function* mapaccessK(g: Goroutine, t: ClassicMapType, h: Address, k: Address): Steps<FoundEntry> {
  const S = sitesK;
  if (isNil(h) || (g.loadWord(h + hmap.count, S.count) ?? (yield)) === 0) {
    return { key: 0, elem: 0 };
  }
  const key = g.memory.scratch(g.arena) + 512;
  yield* loadValue(g, key, k, t.key.size, S.pointedKey);
  yield* hashKey(g, t, h, key, S.hash0);
  return yield* lookup(g, t, h, key, S);
}

/** The beginning of all lookups: nothing to do in an empty map (which is why its readers are never caught), and no writer. */
export function* checkReader(g: Goroutine, h: Address, S: MapSites): Steps<boolean> {
  if (isNil(h) || (g.loadWord(h + hmap.count, S.count) ?? (yield)) === 0) {
    return false;
  }
  const flags = g.load8(h + hmap.flags, S.checkFlags) ?? (yield);
  if ((flags & hashWriting) !== 0) {
    g.fatal("concurrent map read and map write", ENTRY_CHECK, S.entryFatal);
    yield;
  }
  return true;
}

/**
 * The bucket to look in for the hash of which the halves are given: of the old array, while the map grows and that bucket has
 * not moved.
 */
export function* findBucket(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  hash: HashHalves,
  S: MapSites,
): Steps<Address> {
  const B = g.load8(h + hmap.B, S.B) ?? (yield);
  const buckets = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
  const b = g.add(buckets, maskHash(hash.low, hash.high, B) * t.bucketSize, S.bucket);
  const oldbuckets = g.loadWord(h + hmap.oldbuckets, S.oldbuckets) ?? (yield);
  if (isNil(oldbuckets)) {
    return b;
  }
  const flags = g.load8(h + hmap.flags, S.sameSize) ?? (yield);
  // `m >>= 1`, where m is the mask for B.
  const oldB = (flags & sameSizeGrow) === 0 ? Math.max((B & 63) - 1, 0) : B;
  const oldb = g.add(oldbuckets, maskHash(hash.low, hash.high, oldB) * t.bucketSize, S.oldbucket);
  return isEvacuated(g.load8(oldb, S.oldTophash) ?? (yield)) ? b : oldb;
}

/** A 64-bit hash. */
export interface HashHalves {
  readonly low: number;
  readonly high: number;
}

/** Looks for a key that was just hashed. */
function* lookup(g: Goroutine, t: ClassicMapType, h: Address, key: Address, S: MapSites): Steps<FoundEntry> {
  const hash = { low: t.hasher.low, high: t.hasher.high };
  const top = tophash(hash.high);
  let b = yield* findBucket(g, t, h, hash, S);
  for (; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
    for (let i = 0; i < bucketCnt; i++) {
      const mark = g.load8(b + i, S.tophash + i) ?? (yield);
      if (mark === emptyRest) {
        return { key: 0, elem: 0 };
      }
      if (mark === top) {
        const k = yield* slotKey(g, t, b, i, S);
        if (yield* keysEqual(g, t, key, k, S.key + i)) {
          return { key: k, elem: yield* slotElem(g, t, b, i, S) };
        }
      }
    }
  }
  return { key: 0, elem: 0 };
}

/** Where a slot's key is. */
export function* slotKey(
  g: Goroutine,
  t: ClassicMapType,
  b: Address,
  i: number,
  S: MapSites,
): Steps<Address> {
  const k = keyAt(t, b, i);
  return t.indirectKey ? (g.loadWord(k, S.keyPointer + i) ?? (yield)) : k;
}

/** Where a slot's element is. */
export function* slotElem(
  g: Goroutine,
  t: ClassicMapType,
  b: Address,
  i: number,
  S: MapSites,
): Steps<Address> {
  const e = elemAt(t, b, i);
  return t.indirectElem ? (g.loadWord(e, S.elemPointer + i) ?? (yield)) : e;
}

/** Whether the key that nobody writes equals the one in the map. */
export function* keysEqual(
  g: Goroutine,
  t: ClassicMapType,
  key: Address,
  k: Address,
  site: number,
): Steps<boolean> {
  const scratch = g.memory.scratch(g.arena);
  yield* loadValue(g, scratch, k, t.key.size, site);
  return t.key.equal(g.memory, key, scratch);
}
