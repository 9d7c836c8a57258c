/**
 * mapclone2: `maps.Clone(m)`, from Go 1.21 on.
 */
import { type Address } from "../../golang/memory.js";
import { ENTRY_CHECK, type Goroutine, type Steps } from "../machine/goroutine.js";
import { loadValue, storeValue } from "../machine/move.js";
import { site, sitesOfArray } from "../machine/sites.js";
import { mapassign } from "./assign.js";
import { isNil, makemap, newoverflow } from "./header.js";
import {
  bucketCnt,
  bucketShift,
  type ClassicMapType,
  elemAt,
  hashWriting,
  hmap,
  isEmpty,
  isEvacuated,
  keyAt,
  overLoadFactor,
  sameSizeGrow,
} from "./layout.js";

const name = "mapclone2";
const S = {
  count: site(name, "make", "load src.count"),
  makeB: site(name, "make", "load src.B"),
  hash0: site(name, "make", "load src.hash0"),
  storeHash0: site(name, "make", "store dst.hash0"),
  empty: site(name, "make", "load src.count"),
  flags: site(name, "check", "load src.flags"),
  fatal: site(name, "check", "src.flags has hashWriting"),
  B: site(name, "copy", "load src.B"),
  buckets: site(name, "copy", "load src.buckets"),
  bucket: site(name, "copy", "src.buckets[i]"),
  dstB: site(name, "copy", "load dst.B"),
  storeBuckets: site(name, "copy", "store dst.buckets"),
  dstBuckets: site(name, "copy", "load dst.buckets"),
  copyCount: site(name, "copy", "load src.count"),
  storeCount: site(name, "copy", "store dst.count"),
  copyBucket: site(name, "copy", "load *src.buckets"),
  storeBucket: site(name, "copy", "store *dst.buckets"),
  overflow: site(name, "copy", "load src b.overflow"),
  oldbuckets: site(name, "copy old buckets", "load src.oldbuckets"),
  oldB: site(name, "copy old buckets", "load src.B"),
  oldFlags: site(name, "copy old buckets", "load src.flags"),
  oldbucket: site(name, "copy old buckets", "src.oldbuckets[i]"),
  oldTophash: site(name, "copy old buckets", "load b.tophash[0]"),
  oldDstB: site(name, "copy old buckets", "load dst.B"),
  dstOverflow: site(name, "copy old buckets", "load dst b.overflow"),
  tophash: sitesOfArray(name, "copy old buckets", "load src b.tophash[#]"),
  againFlags: site(name, "copy old buckets", "load src.flags"),
  keyPointer: sitesOfArray(name, "copy old buckets", "load src pointer b.keys[#]"),
  elemPointer: sitesOfArray(name, "copy old buckets", "load src pointer b.elems[#]"),
  key: sitesOfArray(name, "copy old buckets", "load src b.keys[#]"),
  elem: sitesOfArray(name, "copy old buckets", "load src b.elems[#]"),
  storeElem: site(name, "copy old buckets", "store *dstEle"),
};

/** `mapclone2`: a new map. Its own memory is accessed in steps too, although nobody else sees it yet. */
export function* mapclone2(g: Goroutine, t: ClassicMapType, src: Address): Steps<Address> {
  const count = g.loadWord(src + hmap.count, S.count) ?? (yield);
  let hint = count;
  if (t.minor >= 23) {
    const B = g.load8(src + hmap.B, S.makeB) ?? (yield);
    if (overLoadFactor(t, count, B)) {
      // A map may hold more than it should while it grows to the same size: the new one must not get more buckets for that.
      hint = t.loadFactorNum * Math.floor(bucketShift(B) / 2);
    }
  }
  const dst = makemap(g, t, hint);
  g.store32(dst + hmap.hash0, g.load32(src + hmap.hash0, S.hash0) ?? (yield), S.storeHash0) ?? (yield);
  if ((g.loadWord(src + hmap.count, S.empty) ?? (yield)) === 0) {
    return dst;
  }
  yield* checkSource(g, src, S.flags);
  const B = g.load8(src + hmap.B, S.B) ?? (yield);
  if (B === 0 && !(t.indirectKey && t.key.needUpdate) && !t.indirectElem) {
    yield* copyOnlyBucket(g, t, src, dst);
    return dst;
  }
  const dstB = g.load8(dst + hmap.B, S.dstB) ?? (yield);
  if (dstB === 0) {
    g.storeWord(dst + hmap.buckets, g.newobject(t.bucketSize), S.storeBuckets) ?? (yield);
  }
  yield* copyBuckets(g, t, src, dst, { srcB: B, dstB });
  const oldbuckets = g.loadWord(src + hmap.oldbuckets, S.oldbuckets) ?? (yield);
  if (!isNil(oldbuckets)) {
    yield* copyOldBuckets(g, t, src, dst, oldbuckets);
  }
  return dst;
}

function* checkSource(g: Goroutine, src: Address, flagsSite: number): Steps<void> {
  const flags = g.load8(src + hmap.flags, flagsSite) ?? (yield);
  if ((flags & hashWriting) !== 0) {
    g.fatal("concurrent map clone and map write", ENTRY_CHECK, S.fatal);
    yield;
  }
}

/** A map of one bucket is copied as it is. */
function* copyOnlyBucket(g: Goroutine, t: ClassicMapType, src: Address, dst: Address): Steps<void> {
  const bucket = g.newobject(t.bucketSize);
  g.storeWord(dst + hmap.buckets, bucket, S.storeBuckets) ?? (yield);
  const count = g.loadWord(src + hmap.count, S.copyCount) ?? (yield);
  g.storeWord(dst + hmap.count, count, S.storeCount) ?? (yield);
  const buckets = g.loadWord(src + hmap.buckets, S.buckets) ?? (yield);
  for (let at = 0; at < t.bucketSize; at += 8) {
    g.loadWord(buckets + at, S.copyBucket) ?? (yield);
    g.store64(bucket + at, g.low, g.high, S.storeBucket) ?? (yield);
  }
}

function* copyBuckets(
  g: Goroutine,
  t: ClassicMapType,
  src: Address,
  dst: Address,
  { srcB, dstB }: { readonly srcB: number; readonly dstB: number },
): Steps<void> {
  const dstSize = bucketShift(dstB);
  const srcSize = bucketShift(srcB);
  for (let i = 0; i < dstSize; i++) {
    const dstBuckets = g.loadWord(dst + hmap.buckets, S.dstBuckets) ?? (yield);
    const to: Destination = { b: g.add(dstBuckets, i * t.bucketSize, S.bucket), pos: 0 };
    for (let j = 0; j < srcSize; j += dstSize) {
      const srcBuckets = g.loadWord(src + hmap.buckets, S.buckets) ?? (yield);
      yield* moveChain(g, t, dst, to, g.add(srcBuckets, (i + j) * t.bucketSize, S.bucket));
    }
  }
}

/** Where the next entry goes. */
interface Destination {
  b: Address;
  pos: number;
}

function* moveChain(
  g: Goroutine,
  t: ClassicMapType,
  dst: Address,
  to: Destination,
  first: Address,
): Steps<void> {
  for (let b = first; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
    yield* moveToBmap(g, t, dst, to, b);
  }
}

const M = {
  tophash: sitesOfArray("moveToBmap", "copy", "load src.tophash[#]"),
  dstTophash: sitesOfArray("moveToBmap", "copy", "load dst.tophash[#]"),
  storeTophash: sitesOfArray("moveToBmap", "copy", "store dst.tophash[#]"),
  key: sitesOfArray("moveToBmap", "copy", "load src.keys[#]"),
  storeKey: sitesOfArray("moveToBmap", "copy", "store dst.keys[#]"),
  pointed: site("moveToBmap", "copy", "load *src key or elem"),
  elem: sitesOfArray("moveToBmap", "copy", "load src.elems[#]"),
  storeElem: sitesOfArray("moveToBmap", "copy", "store dst.elems[#]"),
  count: site("moveToBmap", "copy", "load h.count"),
  storeCount: site("moveToBmap", "copy", "store h.count"),
};

/** `moveToBmap`: copies a bucket's entries behind those that are there already. */
function* moveToBmap(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  to: Destination,
  src: Address,
): Steps<void> {
  for (let i = 0; i < bucketCnt; i++) {
    const mark = g.load8(src + i, M.tophash + i) ?? (yield);
    if (isEmpty(mark)) {
      continue;
    }
    while (to.pos < bucketCnt && !isEmpty(g.load8(to.b + to.pos, M.dstTophash + to.pos) ?? (yield))) {
      to.pos++;
    }
    if (to.pos === bucketCnt) {
      to.b = yield* newoverflow(g, t, h, to.b);
      to.pos = 0;
    }
    yield* copyEntry(g, t, to, { b: src, i, mark });
    to.pos++;
    const count = g.loadWord(h + hmap.count, M.count) ?? (yield);
    g.storeWord(h + hmap.count, count + 1, M.storeCount) ?? (yield);
  }
}

interface CopiedEntry {
  readonly b: Address;
  readonly i: number;
  readonly mark: number;
}

function* copyEntry(g: Goroutine, t: ClassicMapType, to: Destination, from: CopiedEntry): Steps<void> {
  const scratch = g.memory.scratch(g.arena);
  const { i } = from;
  g.store8(to.b + to.pos, from.mark, M.storeTophash + to.pos) ?? (yield);
  const srcK = keyAt(t, from.b, i);
  const dstK = keyAt(t, to.b, to.pos);
  if (t.indirectKey) {
    // Keys that are never stored again can be shared.
    let pointer = g.loadWord(srcK, M.key + i) ?? (yield);
    if (t.key.needUpdate) {
      pointer = yield* copyObject(g, pointer, t.key.size);
    }
    g.storeWord(dstK, pointer, M.storeKey + to.pos) ?? (yield);
  } else {
    yield* loadValue(g, scratch, srcK, t.keySize, M.key + i);
    yield* storeValue(g, dstK, scratch, t.keySize, M.storeKey + to.pos);
  }
  const srcE = elemAt(t, from.b, i);
  const dstE = elemAt(t, to.b, to.pos);
  if (t.indirectElem) {
    const pointer = g.loadWord(srcE, M.elem + i) ?? (yield);
    g.storeWord(dstE, yield* copyObject(g, pointer, t.elem.size), M.storeElem + to.pos) ?? (yield);
  } else {
    yield* loadValue(g, scratch, srcE, t.valueSize, M.elem + i);
    yield* storeValue(g, dstE, scratch, t.valueSize, M.storeElem + to.pos);
  }
}

/** A new object with the same bytes. */
function* copyObject(g: Goroutine, from: Address, size: number): Steps<Address> {
  const copy = g.newobject(size);
  for (let at = 0; at < size; at += 512) {
    const length = Math.min(512, size - at);
    const scratch = g.memory.scratch(g.arena);
    yield* loadValue(g, scratch, from + at, length, M.pointed);
    yield* storeValue(g, copy + at, scratch, length, M.pointed);
  }
  return copy;
}

/** The entries that have not moved yet in a map that grows. */
function* copyOldBuckets(
  g: Goroutine,
  t: ClassicMapType,
  src: Address,
  dst: Address,
  oldbuckets: Address,
): Steps<void> {
  const B = g.load8(src + hmap.B, S.oldB) ?? (yield);
  const flags = g.load8(src + hmap.flags, S.oldFlags) ?? (yield);
  const oldB = (flags & sameSizeGrow) === 0 ? B - 1 : B;
  const size = bucketShift(oldB);
  for (let index = 0; index < size; index++) {
    const b = g.add(oldbuckets, index * t.bucketSize, S.oldbucket);
    if (isEvacuated(g.load8(b, S.oldTophash) ?? (yield))) {
      continue;
    }
    const dstB = g.load8(dst + hmap.B, S.oldDstB) ?? (yield);
    if (oldB >= dstB) {
      const dstBuckets = g.loadWord(dst + hmap.buckets, S.dstBuckets) ?? (yield);
      const first = g.add(dstBuckets, (index % bucketShift(dstB)) * t.bucketSize, S.bucket);
      const to: Destination = { b: yield* lastOfChain(g, t, first), pos: 0 };
      yield* moveChain(g, t, dst, to, b);
    } else {
      yield* assignChain(g, t, src, dst, b);
    }
  }
}

function* lastOfChain(g: Goroutine, t: ClassicMapType, first: Address): Steps<Address> {
  let b = first;
  for (;;) {
    const next = g.loadWord(b + t.bucketSize - 8, S.dstOverflow) ?? (yield);
    if (isNil(next)) {
      return b;
    }
    b = next;
  }
}

/** Assigns the entries of an old bucket one by one, because they belong to several buckets of the new map. */
function* assignChain(
  g: Goroutine,
  t: ClassicMapType,
  src: Address,
  dst: Address,
  first: Address,
): Steps<void> {
  for (let b = first; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
    for (let i = 0; i < bucketCnt; i++) {
      if (isEmpty(g.load8(b + i, S.tophash + i) ?? (yield))) {
        continue;
      }
      yield* checkSource(g, src, S.againFlags);
      yield* assignEntry(g, t, dst, b, i);
    }
  }
}

function* assignEntry(g: Goroutine, t: ClassicMapType, dst: Address, b: Address, i: number): Steps<void> {
  let srcK = keyAt(t, b, i);
  if (t.indirectKey) {
    srcK = g.loadWord(srcK, S.keyPointer + i) ?? (yield);
  }
  let srcE = elemAt(t, b, i);
  if (t.indirectElem) {
    srcE = g.loadWord(srcE, S.elemPointer + i) ?? (yield);
  }
  const key = g.memory.scratch(g.arena) + 512;
  yield* loadValue(g, key, srcK, t.key.size, S.key + i);
  const dstE = yield* mapassign(g, t, dst, key);
  for (let at = 0; at < t.elem.size; at += 512) {
    const length = Math.min(512, t.elem.size - at);
    const scratch = g.memory.scratch(g.arena);
    yield* loadValue(g, scratch, srcE + at, length, S.elem + i);
    yield* storeValue(g, dstE + at, scratch, length, S.storeElem);
  }
}
