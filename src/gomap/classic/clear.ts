/**
 * mapclear: `clear(m)`, and what the compiler makes of a loop that deletes all keys.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { memclr } from "../machine/move.js";
import { site, sitesOfArray } from "../machine/sites.js";
import {
  bucketsWithOverflow,
  checkNotWriting,
  clearWriting,
  isNil,
  oldB,
  oldBSites,
  setWriting,
} from "./header.js";
import {
  bucketCnt,
  bucketShift,
  type ClassicMapType,
  emptyRest,
  hmap,
  mapextra,
  sameSizeGrow,
} from "./layout.js";
import { mapSites } from "./map-sites.js";

const S = {
  ...mapSites("mapclear"),
  markBuckets: site("mapclear", "end iterators", "load h.buckets"),
  markB: site("mapclear", "end iterators", "load h.B"),
  markOldbuckets: site("mapclear", "end iterators", "load h.oldbuckets"),
  markOldB: oldBSites("mapclear", "end iterators"),
  markBucket: site("mapclear", "end iterators", "buckets[i]"),
  markTophash: sitesOfArray("mapclear", "end iterators", "store b.tophash[#]"),
  markOverflow: site("mapclear", "end iterators", "load b.overflow"),
  sizeFlags: site("mapclear", "reset header", "load h.flags"),
  storeSizeFlags: site("mapclear", "reset header", "store h.flags"),
  oldbuckets: site("mapclear", "reset header", "store h.oldbuckets"),
  nevacuate: site("mapclear", "reset header", "store h.nevacuate"),
  noverflow: site("mapclear", "reset header", "store h.noverflow"),
  storeCount: site("mapclear", "reset header", "store h.count"),
  storeHash0: site("mapclear", "reset header", "store h.hash0"),
  extra: site("mapclear", "reset header", "load h.extra"),
  clearExtra: site("mapclear", "reset header", "clear *h.extra"),
  clearB: site("makeBucketArray", "clear buckets", "load h.B"),
  clearLoadBuckets: site("makeBucketArray", "clear buckets", "load h.buckets"),
  clearBuckets: site("makeBucketArray", "clear buckets", "clear buckets"),
  sentinel: site("makeBucketArray", "clear buckets", "store last.overflow"),
  nextExtra: site("mapclear", "keep overflow buckets", "load h.extra"),
  nextOverflow: site("mapclear", "keep overflow buckets", "store h.extra.nextOverflow"),
};

/** `mapclear` */
export function* mapclear(g: Goroutine, t: ClassicMapType, h: Address): Steps<void> {
  if (isNil(h) || (g.loadWord(h + hmap.count, S.count) ?? (yield)) === 0) {
    return;
  }
  yield* checkNotWriting(g, h, S);
  yield* setWriting(g, h, S);
  if (t.minor >= 21) {
    yield* markAllEmpty(g, t, h);
  }
  const flags = g.load8(h + hmap.flags, S.sizeFlags) ?? (yield);
  g.store8(h + hmap.flags, flags & ~sameSizeGrow, S.storeSizeFlags) ?? (yield);
  g.storeWord(h + hmap.oldbuckets, 0, S.oldbuckets) ?? (yield);
  g.storeWord(h + hmap.nevacuate, 0, S.nevacuate) ?? (yield);
  g.store16(h + hmap.noverflow, 0, S.noverflow) ?? (yield);
  g.storeWord(h + hmap.count, 0, S.storeCount) ?? (yield);
  g.random.next("seed");
  g.store32(h + hmap.hash0, g.random.low, S.storeHash0) ?? (yield);
  const extra = g.loadWord(h + hmap.extra, S.extra) ?? (yield);
  if (!isNil(extra)) {
    yield* memclr(g, extra, mapextra.size, S.clearExtra);
  }
  yield* clearBuckets(g, t, h);
  yield* clearWriting(g, h, S);
}

/** From Go 1.21 on all slots are marked empty first, so that iterators that are under way come to an end. */
function* markAllEmpty(g: Goroutine, t: ClassicMapType, h: Address): Steps<void> {
  const buckets = g.loadWord(h + hmap.buckets, S.markBuckets) ?? (yield);
  const B = g.load8(h + hmap.B, S.markB) ?? (yield);
  yield* markBucketsEmpty(g, t, buckets, bucketShift(B));
  const oldbuckets = g.loadWord(h + hmap.oldbuckets, S.markOldbuckets) ?? (yield);
  if (!isNil(oldbuckets)) {
    yield* markBucketsEmpty(g, t, oldbuckets, 2 ** (yield* oldB(g, h, S.markOldB)));
  }
}

function* markBucketsEmpty(g: Goroutine, t: ClassicMapType, buckets: Address, count: number): Steps<void> {
  for (let index = 0; index < count; index++) {
    let b = g.add(buckets, index * t.bucketSize, S.markBucket);
    while (!isNil(b)) {
      for (let i = 0; i < bucketCnt; i++) {
        g.store8(b + i, emptyRest, S.markTophash + i) ?? (yield);
      }
      b = g.loadWord(b + t.bucketSize - 8, S.markOverflow) ?? (yield);
    }
  }
}

/** `makeBucketArray(t, h.B, h.buckets)`: the array is cleared and used again, with its overflow buckets. */
function* clearBuckets(g: Goroutine, t: ClassicMapType, h: Address): Steps<void> {
  const B = g.load8(h + hmap.B, S.clearB) ?? (yield);
  const buckets = g.loadWord(h + hmap.buckets, S.clearLoadBuckets) ?? (yield);
  const nbuckets = bucketsWithOverflow(t, B);
  yield* memclr(g, buckets, nbuckets * t.bucketSize, S.clearBuckets);
  const base = bucketShift(B);
  if (base === nbuckets) {
    return;
  }
  g.storeWord(buckets + nbuckets * t.bucketSize - 8, buckets, S.sentinel) ?? (yield);
  const extra = g.loadWord(h + hmap.extra, S.nextExtra) ?? (yield);
  const next = buckets + base * t.bucketSize;
  g.storeWord(extra + mapextra.nextOverflow, next, S.nextOverflow) ?? (yield);
}
