/**
 * mapiterinit and mapiternext: `for k, v := range m`.
 */
import { type Address } from "../../golang/memory.js";
import { type MapIterator } from "../implementation.js";
import { ENTRY_CHECK, type Goroutine, type Steps } from "../machine/goroutine.js";
import { loadValue } from "../machine/move.js";
import { site, sitesOfArray } from "../machine/sites.js";
import { mapaccessK } from "./access.js";
import { createOverflow, isNil, oldB, oldBSites } from "./header.js";
import {
  bucketCnt,
  bucketShift,
  type ClassicMapType,
  elemAt,
  evacuatedEmpty,
  evacuatedX,
  evacuatedY,
  hashWriting,
  hmap,
  isEmpty,
  isEvacuated,
  iterator,
  keyAt,
  maskHash,
  mapextra,
  oldIterator,
  sameSizeGrow,
} from "./layout.js";

/** `hiter`; it lies on the goroutine's stack, so its fields are no shared memory. */
export interface Hiter extends MapIterator {
  h: Address;
  buckets: Address;
  bptr: Address;
  overflow: Address;
  oldoverflow: Address;
  startBucket: number;
  offset: number;
  wrapped: boolean;
  B: number;
  i: number;
  bucket: number;
  checkBucket: number;
}

/** `noCheck`: not a number that a bucket can have. */
const noCheck = -1;

const I = {
  count: site("mapiterinit", "start", "load h.count"),
  B: site("mapiterinit", "start", "load h.B"),
  buckets: site("mapiterinit", "start", "load h.buckets"),
  extra: site("mapiterinit", "start", "load h.extra"),
  overflow: site("mapiterinit", "start", "load h.extra.overflow"),
  oldoverflow: site("mapiterinit", "start", "load h.extra.oldoverflow"),
  startB: site("mapiterinit", "choose start", "load h.B"),
  flags: site("mapiterinit", "note iterator", "load h.flags"),
  orFlags: site("mapiterinit", "note iterator", "atomic or h.flags"),
};

/** `mapiterinit`, which ends with the first `mapiternext`. */
export function* mapiterinit(g: Goroutine, t: ClassicMapType, h: Address): Steps<Hiter> {
  const it = newHiter();
  if (isNil(h) || (g.loadWord(h + hmap.count, I.count) ?? (yield)) === 0) {
    return it;
  }
  it.h = h;
  it.B = g.load8(h + hmap.B, I.B) ?? (yield);
  it.buckets = g.loadWord(h + hmap.buckets, I.buckets) ?? (yield);
  if (!t.bucketPointers) {
    // Keeps the overflow buckets from being collected while the iterator may need them.
    yield* createOverflow(g, h);
    const extra = g.loadWord(h + hmap.extra, I.extra) ?? (yield);
    it.overflow = g.loadWord(extra + mapextra.overflow, I.overflow) ?? (yield);
    it.oldoverflow = g.loadWord(extra + mapextra.oldoverflow, I.oldoverflow) ?? (yield);
  }
  g.random.next("iterator");
  const { low, high } = g.random;
  const B = g.load8(h + hmap.B, I.startB) ?? (yield);
  it.startBucket = maskHash(low, high, B);
  it.offset = shiftedBits(low, high, B);
  it.bucket = it.startBucket;
  const both = iterator | oldIterator;
  if (((g.load8(h + hmap.flags, I.flags) ?? (yield)) & both) !== both) {
    g.or8(h + hmap.flags, both, I.orFlags) ?? (yield);
  }
  yield* mapiternext(g, t, it);
  return it;
}

/** `uint8(r >> B & 7)` */
function shiftedBits(low: number, high: number, B: number): number {
  const shift = B & 63;
  if (shift >= 32) {
    return (high >>> (shift - 32)) & (bucketCnt - 1);
  }
  return ((low >>> shift) | (shift === 0 ? 0 : high << (32 - shift))) & (bucketCnt - 1);
}

function newHiter(): Hiter {
  return {
    key: 0,
    elem: 0,
    h: 0,
    buckets: 0,
    bptr: 0,
    overflow: 0,
    oldoverflow: 0,
    startBucket: 0,
    offset: 0,
    wrapped: false,
    B: 0,
    i: 0,
    bucket: 0,
    checkBucket: 0,
  };
}

const N = {
  checkFlags: site("mapiternext", "check", "load h.flags"),
  fatal: site("mapiternext", "check", "h.flags has hashWriting"),
  growing: site("mapiternext", "next bucket", "load h.oldbuckets"),
  B: site("mapiternext", "next bucket", "load h.B"),
  oldB: oldBSites("mapiternext", "next bucket"),
  oldbucket: site("mapiternext", "next bucket", "h.oldbuckets[bucket & mask]"),
  oldTophash: site("mapiternext", "next bucket", "load b.tophash[0]"),
  bucket: site("mapiternext", "next bucket", "it.buckets[bucket]"),
  tophash: sitesOfArray("mapiternext", "next slot", "load b.tophash[#]"),
  keyPointer: sitesOfArray("mapiternext", "next slot", "load pointer b.keys[#]"),
  elemPointer: sitesOfArray("mapiternext", "next slot", "load pointer b.elems[#]"),
  key: sitesOfArray("mapiternext", "next slot", "load b.keys[#]"),
  sameSize: site("mapiternext", "next slot", "load h.flags"),
  hash0: site("mapiternext", "next slot", "load h.hash0"),
  overflow: site("mapiternext", "next bucket", "load b.overflow"),
};

/** `mapiternext` */
export function* mapiternext(g: Goroutine, t: ClassicMapType, it: Hiter): Steps<void> {
  const flags = g.load8(it.h + hmap.flags, N.checkFlags) ?? (yield);
  if ((flags & hashWriting) !== 0) {
    g.fatal("concurrent map iteration and map write", ENTRY_CHECK, N.fatal);
    yield;
  }
  const at: Position = { b: it.bptr, bucket: it.bucket, checkBucket: it.checkBucket };
  let { i } = it;
  for (;;) {
    if (isNil(at.b)) {
      if (at.bucket === it.startBucket && it.wrapped) {
        it.key = 0;
        it.elem = 0;
        return;
      }
      yield* nextBucket(g, t, it, at);
      i = 0;
    }
    for (; i < bucketCnt; i++) {
      const offi = (i + it.offset) & (bucketCnt - 1);
      if (yield* takeSlot(g, t, it, at, offi)) {
        it.bucket = at.bucket;
        it.bptr = at.b;
        it.i = i + 1;
        it.checkBucket = at.checkBucket;
        return;
      }
    }
    at.b = g.loadWord(at.b + t.bucketSize - 8, N.overflow) ?? (yield);
    i = 0;
  }
}

/** mapiternext's local variables. */
interface Position {
  b: Address;
  bucket: number;
  checkBucket: number;
}

function* nextBucket(g: Goroutine, t: ClassicMapType, it: Hiter, at: Position): Steps<void> {
  const { h } = it;
  at.checkBucket = noCheck;
  let inOld = false;
  const oldbuckets = g.loadWord(h + hmap.oldbuckets, N.growing) ?? (yield);
  if (!isNil(oldbuckets) && (g.load8(h + hmap.B, N.B) ?? (yield)) === it.B) {
    // The growth had begun before the iterator: what has not moved yet is in the old bucket, and of that only what will move here counts.
    const oldbucket = at.bucket % 2 ** (yield* oldB(g, h, N.oldB));
    at.b = g.add(oldbuckets, oldbucket * t.bucketSize, N.oldbucket);
    inOld = !isEvacuated(g.load8(at.b, N.oldTophash) ?? (yield));
  }
  if (inOld) {
    at.checkBucket = at.bucket;
  } else {
    at.b = g.add(it.buckets, at.bucket * t.bucketSize, N.bucket);
  }
  at.bucket++;
  if (at.bucket === bucketShift(it.B)) {
    at.bucket = 0;
    it.wrapped = true;
  }
}

/** Whether the iterator stops at a slot; then its key and elem are set. */
function* takeSlot(g: Goroutine, t: ClassicMapType, it: Hiter, at: Position, offi: number): Steps<boolean> {
  const { b } = at;
  const mark = g.load8(b + offi, N.tophash + offi) ?? (yield);
  if (isEmpty(mark) || mark === evacuatedEmpty) {
    return false;
  }
  let k = keyAt(t, b, offi);
  if (t.indirectKey) {
    k = g.loadWord(k, N.keyPointer + offi) ?? (yield);
  }
  if (at.checkBucket !== noCheck && !(yield* movesHere(g, t, it, { k, mark, offi, at }))) {
    return false;
  }
  if ((mark !== evacuatedX && mark !== evacuatedY) || (yield* isNotItself(g, t, k, offi))) {
    it.key = k;
    const e = elemAt(t, b, offi);
    it.elem = t.indirectElem ? (g.loadWord(e, N.elemPointer + offi) ?? (yield)) : e;
    return true;
  }
  // The entry has moved since the iterator began, and may have been changed or deleted there.
  const { key, elem } = yield* mapaccessK(g, t, it.h, k);
  if (isNil(key)) {
    return false;
  }
  it.key = key;
  it.elem = elem;
  return true;
}

/** Whether a key is a NaN, or has one in it. */
function* isNotItself(g: Goroutine, t: ClassicMapType, k: Address, offi: number): Steps<boolean> {
  if (t.key.reflexive) {
    return false;
  }
  const scratch = g.memory.scratch(g.arena);
  yield* loadValue(g, scratch, k, t.key.size, N.key + offi);
  return !t.key.equal(g.memory, scratch, scratch);
}

interface OldEntry {
  readonly k: Address;
  readonly mark: number;
  readonly offi: number;
  readonly at: Position;
}

/** Whether an entry of an old bucket will move to the bucket that the iterator is at. */
function* movesHere(g: Goroutine, t: ClassicMapType, it: Hiter, entry: OldEntry): Steps<boolean> {
  const { h } = it;
  const { k, offi } = entry;
  const { checkBucket } = entry.at;
  if (((g.load8(h + hmap.flags, N.sameSize) ?? (yield)) & sameSizeGrow) !== 0) {
    return true;
  }
  if (yield* isNotItself(g, t, k, offi)) {
    return Math.floor(checkBucket / bucketShift(it.B - 1)) === (entry.mark & 1);
  }
  const seedLow = (g.load32(h + hmap.hash0, N.hash0) ?? (yield)) | 0;
  const scratch = g.memory.scratch(g.arena);
  yield* loadValue(g, scratch, k, t.key.size, N.key + offi);
  t.key.hash(t.hasher, g.memory, scratch, { seedLow, seedHigh: 0, random: g.random });
  return maskHash(t.hasher.low, t.hasher.high, it.B) === checkBucket;
}
