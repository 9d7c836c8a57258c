/**
 * Growth: hashGrow puts the old array aside, and each assignment and deletion then moves one or two of its buckets.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, STATE_CHECK, type Steps } from "../machine/goroutine.js";
import { loadValue, memclr, storeValue } from "../machine/move.js";
import { type SiteId, site, sitesOfArray } from "../machine/sites.js";
import { isNil, makeBucketArray, newoverflow, oldB, type OldBSites, oldBSites } from "./header.js";
import {
  bucketCnt,
  type ClassicMapType,
  dataOffset,
  elemAt,
  evacuatedEmpty,
  evacuatedX,
  hashBit,
  hmap,
  isEmpty,
  isEvacuated,
  iterator,
  keyAt,
  mapextra,
  minTopHash,
  oldIterator,
  overLoadFactor,
  sameSizeGrow,
  tophash,
} from "./layout.js";

const H = {
  count: site("hashGrow", "decide", "load h.count"),
  B: site("hashGrow", "decide", "load h.B"),
  flags: site("hashGrow", "decide", "load h.flags"),
  sameSize: site("hashGrow", "decide", "store h.flags"),
  buckets: site("hashGrow", "make buckets", "load h.buckets"),
  newB: site("hashGrow", "make buckets", "load h.B"),
  loadFlags: site("hashGrow", "commit", "load h.flags"),
  loadB: site("hashGrow", "commit", "load h.B"),
  storeB: site("hashGrow", "commit", "store h.B"),
  storeFlags: site("hashGrow", "commit", "store h.flags"),
  oldbuckets: site("hashGrow", "commit", "store h.oldbuckets"),
  storeBuckets: site("hashGrow", "commit", "store h.buckets"),
  nevacuate: site("hashGrow", "commit", "store h.nevacuate"),
  noverflow: site("hashGrow", "commit", "store h.noverflow"),
  extra: site("hashGrow", "overflow buckets", "load h.extra"),
  overflow: site("hashGrow", "overflow buckets", "load h.extra.overflow"),
  oldoverflow: site("hashGrow", "overflow buckets", "load h.extra.oldoverflow"),
  notNil: site("hashGrow", "overflow buckets", "h.extra.oldoverflow is not nil"),
  storeOldoverflow: site("hashGrow", "overflow buckets", "store h.extra.oldoverflow"),
  storeOverflow: site("hashGrow", "overflow buckets", "store h.extra.overflow"),
  newExtra: site("hashGrow", "overflow buckets", "store h.extra"),
  nextOverflow: site("hashGrow", "overflow buckets", "store h.extra.nextOverflow"),
};

/** `hashGrow` */
export function* hashGrow(g: Goroutine, t: ClassicMapType, h: Address): Steps<void> {
  const count = g.loadWord(h + hmap.count, H.count) ?? (yield);
  const B = g.load8(h + hmap.B, H.B) ?? (yield);
  let bigger = 1;
  if (!overLoadFactor(t, count + 1, B)) {
    bigger = 0;
    const old = g.load8(h + hmap.flags, H.flags) ?? (yield);
    g.store8(h + hmap.flags, old | sameSizeGrow, H.sameSize) ?? (yield);
  }
  const oldbuckets = g.loadWord(h + hmap.buckets, H.buckets) ?? (yield);
  const { buckets, nextOverflow } = makeBucketArray(
    g,
    t,
    ((g.load8(h + hmap.B, H.newB) ?? (yield)) + bigger) & 0xff,
  );
  const before = g.load8(h + hmap.flags, H.loadFlags) ?? (yield);
  const flags = (before & ~(iterator | oldIterator)) | ((before & iterator) === 0 ? 0 : oldIterator);
  const newB = (g.load8(h + hmap.B, H.loadB) ?? (yield)) + bigger;
  g.store8(h + hmap.B, newB, H.storeB) ?? (yield);
  g.store8(h + hmap.flags, flags, H.storeFlags) ?? (yield);
  g.storeWord(h + hmap.oldbuckets, oldbuckets, H.oldbuckets) ?? (yield);
  g.storeWord(h + hmap.buckets, buckets, H.storeBuckets) ?? (yield);
  g.storeWord(h + hmap.nevacuate, 0, H.nevacuate) ?? (yield);
  g.store16(h + hmap.noverflow, 0, H.noverflow) ?? (yield);
  yield* promoteOverflow(g, h, nextOverflow);
}

/** The overflow buckets become those of the old array. */
function* promoteOverflow(g: Goroutine, h: Address, nextOverflow: Address): Steps<void> {
  let extra = g.loadWord(h + hmap.extra, H.extra) ?? (yield);
  if (!isNil(extra)) {
    const overflow = g.loadWord(extra + mapextra.overflow, H.overflow) ?? (yield);
    if (!isNil(overflow)) {
      if (!isNil(g.loadWord(extra + mapextra.oldoverflow, H.oldoverflow) ?? (yield))) {
        g.fatal("oldoverflow is not nil", STATE_CHECK, H.notNil);
        yield;
      }
      g.storeWord(extra + mapextra.oldoverflow, overflow, H.storeOldoverflow) ?? (yield);
      extra = g.loadWord(h + hmap.extra, H.extra) ?? (yield);
      g.storeWord(extra + mapextra.overflow, 0, H.storeOverflow) ?? (yield);
    }
  }
  if (!isNil(nextOverflow)) {
    extra = g.loadWord(h + hmap.extra, H.extra) ?? (yield);
    if (isNil(extra)) {
      extra = g.newobject(mapextra.size);
      g.storeWord(h + hmap.extra, extra, H.newExtra) ?? (yield);
    }
    g.storeWord(extra + mapextra.nextOverflow, nextOverflow, H.nextOverflow) ?? (yield);
  }
}

/** The steps of one variant of growWork and evacuate. */
export interface GrowSites {
  readonly slow: boolean;
  readonly oldB: OldBSites;
  readonly growing: SiteId;
  readonly nevacuate: SiteId;
  readonly evacuate: EvacuateSites;
}

type EvacuateSites = ReturnType<typeof evacuateSites>;

/** Sites for growWork and evacuate of a variant; its suffix is "", "_fast32", "_fast64" or "_faststr". */
export function growSites(suffix: string): GrowSites {
  const name = `growWork${suffix}`;
  return {
    slow: suffix === "",
    oldB: oldBSites(name, "move old bucket"),
    growing: site(name, "move one more", "load h.oldbuckets"),
    nevacuate: site(name, "move one more", "load h.nevacuate"),
    evacuate: evacuateSites(`evacuate${suffix}`),
  };
}

function evacuateSites(name: string) {
  const one = (phase: string, text: string): SiteId => site(name, phase, text);
  const eight = (phase: string, text: string): SiteId => sitesOfArray(name, phase, text);
  return {
    oldbuckets: one("find buckets", "load h.oldbuckets"),
    oldbucket: one("find buckets", "h.oldbuckets[oldbucket]"),
    oldB: oldBSites(name, "find buckets"),
    moved: one("find buckets", "load b.tophash[0]"),
    buckets: one("find buckets", "load h.buckets"),
    x: one("find buckets", "h.buckets[oldbucket]"),
    y: one("find buckets", "h.buckets[oldbucket+newbit]"),
    sameSize: one("find buckets", "load h.flags"),
    tophash: eight("move", "load b.tophash[#]"),
    badState: one("move", "b.tophash[i] < minTopHash"),
    empty: eight("move", "store b.tophash[#]"),
    keyPointer: eight("move", "load pointer b.keys[#]"),
    direction: one("move", "load h.flags"),
    hash0: one("move", "load h.hash0"),
    hashKey: eight("move", "load b.keys[#]"),
    iterators: one("move", "load h.flags"),
    mark: eight("move", "store b.tophash[#]"),
    storeTophash: eight("move", "store dst.b.tophash[#]"),
    key: eight("move", "load b.keys[#]"),
    storeKey: eight("move", "store dst.b.keys[#]"),
    elem: eight("move", "load b.elems[#]"),
    storeElem: eight("move", "store dst.b.elems[#]"),
    overflow: one("move", "load b.overflow"),
    oldIterators: one("clear", "load h.flags"),
    clearBuckets: one("clear", "load h.oldbuckets"),
    clear: one("clear", "clear keys, elems and overflow of b"),
    nevacuate: one("finish", "load h.nevacuate"),
  };
}

/** `growWork` and its fast variants: moves the bucket that is about to be used, and one more. */
export function* growWork(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  bucket: number,
  S: GrowSites,
): Steps<void> {
  yield* evacuate(g, t, h, bucket % 2 ** (yield* oldB(g, h, S.oldB)), S);
  if (!isNil(g.loadWord(h + hmap.oldbuckets, S.growing) ?? (yield))) {
    yield* evacuate(g, t, h, g.loadWord(h + hmap.nevacuate, S.nevacuate) ?? (yield), S);
  }
}

/** Where evacuated entries go: bucket and slot. */
interface EvacDst {
  b: Address;
  i: number;
}

/** `evacuate` and its fast variants: moves all entries of an old bucket and of its overflow buckets. */
function* evacuate(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  oldbucket: number,
  sites: GrowSites,
): Steps<void> {
  const S = sites.evacuate;
  const oldbuckets = g.loadWord(h + hmap.oldbuckets, S.oldbuckets) ?? (yield);
  const first = g.add(oldbuckets, oldbucket * t.bucketSize, S.oldbucket);
  const exponent = yield* oldB(g, h, S.oldB);
  const newbit = 2 ** exponent;
  if (!isEvacuated(g.load8(first, S.moved) ?? (yield))) {
    const buckets = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
    const x: EvacDst = { b: g.add(buckets, oldbucket * t.bucketSize, S.x), i: 0 };
    const y: EvacDst = { b: 0, i: 0 };
    if (((g.load8(h + hmap.flags, S.sameSize) ?? (yield)) & sameSizeGrow) === 0) {
      y.b = g.add(buckets, (oldbucket + newbit) * t.bucketSize, S.y);
    }
    for (let b = first; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
      for (let i = 0; i < bucketCnt; i++) {
        yield* evacuateSlot(g, t, { h, b, i, x, y, exponent }, sites);
      }
    }
    const flags = g.load8(h + hmap.flags, S.oldIterators) ?? (yield);
    if ((flags & oldIterator) === 0 && t.bucketPointers) {
      // The marks stay: they say that the bucket has moved.
      const again = g.loadWord(h + hmap.oldbuckets, S.clearBuckets) ?? (yield);
      const b = g.add(again, oldbucket * t.bucketSize, S.oldbucket);
      yield* memclr(g, b + dataOffset, t.bucketSize - dataOffset, S.clear);
    }
  }
  if (oldbucket === (g.loadWord(h + hmap.nevacuate, S.nevacuate) ?? (yield))) {
    yield* advanceEvacuationMark(g, t, h, newbit);
  }
}

interface SlotToMove {
  readonly h: Address;
  readonly b: Address;
  readonly i: number;
  readonly x: EvacDst;
  readonly y: EvacDst;
  /** newbit is 2 to the power of it. */
  readonly exponent: number;
}

/** What evacuate does with one slot. */
function* evacuateSlot(g: Goroutine, t: ClassicMapType, slot: SlotToMove, sites: GrowSites): Steps<void> {
  const S = sites.evacuate;
  const { h, b, i } = slot;
  let top = g.load8(b + i, S.tophash + i) ?? (yield);
  if (isEmpty(top)) {
    g.store8(b + i, evacuatedEmpty, S.empty + i) ?? (yield);
    return;
  }
  if (top < minTopHash) {
    g.fatal("bad map state", STATE_CHECK, S.badState);
    yield;
  }
  let key = keyAt(t, b, i);
  if (t.indirectKey) {
    key = g.loadWord(key, S.keyPointer + i) ?? (yield);
  }
  let useY = 0;
  if (((g.load8(h + hmap.flags, S.direction) ?? (yield)) & sameSizeGrow) === 0) {
    const seedLow = (g.load32(h + hmap.hash0, S.hash0) ?? (yield)) | 0;
    const scratch = g.memory.scratch(g.arena);
    yield* loadValue(g, scratch, key, t.key.size, S.hashKey + i);
    t.key.hash(t.hasher, g.memory, scratch, { seedLow, seedHigh: 0, random: g.random });
    const { low, high } = t.hasher;
    const asMarked =
      sites.slow &&
      ((g.load8(h + hmap.flags, S.iterators) ?? (yield)) & iterator) !== 0 &&
      !t.key.reflexive &&
      !t.key.equal(g.memory, scratch, scratch);
    if (asMarked) {
      // A NaN: iterators decide by the mark, as its hash is another one each time.
      useY = top & 1;
      top = tophash(high);
    } else if (hashBit(low, high, slot.exponent)) {
      useY = 1;
    }
  }
  g.store8(b + i, evacuatedX + useY, S.mark + i) ?? (yield);
  const dst = useY === 0 ? slot.x : slot.y;
  if (dst.i === bucketCnt) {
    dst.b = yield* newoverflow(g, t, h, dst.b);
    dst.i = 0;
  }
  yield* storeMoved(g, t, { dst, top, b, i, key }, S);
  dst.i++;
}

interface MovedEntry {
  readonly dst: EvacDst;
  readonly top: number;
  readonly b: Address;
  readonly i: number;
  /** The key itself, also when it is stored as a pointer. */
  readonly key: Address;
}

function* storeMoved(g: Goroutine, t: ClassicMapType, entry: MovedEntry, S: EvacuateSites): Steps<void> {
  const { dst, b, i } = entry;
  g.store8(dst.b + dst.i, entry.top, S.storeTophash + dst.i) ?? (yield);
  const scratch = g.memory.scratch(g.arena);
  const newKey = keyAt(t, dst.b, dst.i);
  if (t.indirectKey) {
    g.storeWord(newKey, entry.key, S.storeKey + dst.i) ?? (yield);
  } else {
    yield* loadValue(g, scratch, entry.key, t.keySize, S.key + i);
    yield* storeValue(g, newKey, scratch, t.keySize, S.storeKey + dst.i);
  }
  yield* loadValue(g, scratch, elemAt(t, b, i), t.valueSize, S.elem + i);
  yield* storeValue(g, elemAt(t, dst.b, dst.i), scratch, t.valueSize, S.storeElem + dst.i);
}

const M = {
  nevacuate: site("advanceEvacuationMark", "advance", "load h.nevacuate"),
  storeNevacuate: site("advanceEvacuationMark", "advance", "store h.nevacuate"),
  oldbuckets: site("bucketEvacuated", "advance", "load h.oldbuckets"),
  oldbucket: site("bucketEvacuated", "advance", "h.oldbuckets[h.nevacuate]"),
  tophash: site("bucketEvacuated", "advance", "load b.tophash[0]"),
  done: site("advanceEvacuationMark", "growth ends", "store h.oldbuckets"),
  extra: site("advanceEvacuationMark", "growth ends", "load h.extra"),
  oldoverflow: site("advanceEvacuationMark", "growth ends", "store h.extra.oldoverflow"),
  flags: site("advanceEvacuationMark", "growth ends", "load h.flags"),
  storeFlags: site("advanceEvacuationMark", "growth ends", "store h.flags"),
};

/** `advanceEvacuationMark`: skips buckets that have moved already, and ends the growth after the last one. */
function* advanceEvacuationMark(g: Goroutine, t: ClassicMapType, h: Address, newbit: number): Steps<void> {
  let nevacuate = (g.loadWord(h + hmap.nevacuate, M.nevacuate) ?? (yield)) + 1;
  g.storeWord(h + hmap.nevacuate, nevacuate, M.storeNevacuate) ?? (yield);
  const stop = Math.min(nevacuate + 1024, newbit);
  for (;;) {
    nevacuate = g.loadWord(h + hmap.nevacuate, M.nevacuate) ?? (yield);
    if (nevacuate === stop) {
      break;
    }
    const oldbuckets = g.loadWord(h + hmap.oldbuckets, M.oldbuckets) ?? (yield);
    const b = g.add(oldbuckets, nevacuate * t.bucketSize, M.oldbucket);
    if (!isEvacuated(g.load8(b, M.tophash) ?? (yield))) {
      break;
    }
    g.storeWord(h + hmap.nevacuate, nevacuate + 1, M.storeNevacuate) ?? (yield);
  }
  if (nevacuate !== newbit) {
    return;
  }
  g.storeWord(h + hmap.oldbuckets, 0, M.done) ?? (yield);
  const extra = g.loadWord(h + hmap.extra, M.extra) ?? (yield);
  if (!isNil(extra)) {
    g.storeWord(extra + mapextra.oldoverflow, 0, M.oldoverflow) ?? (yield);
  }
  const flags = g.load8(h + hmap.flags, M.flags) ?? (yield);
  g.store8(h + hmap.flags, flags & ~sameSizeGrow, M.storeFlags) ?? (yield);
}
