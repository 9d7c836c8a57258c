/**
 * mapassign: makes room for a key in maps that have no fast variant. The caller then stores the element.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { storeValue } from "../machine/move.js";
import { keysEqual, slotElem, slotKey } from "./access.js";
import { growSites, growWork, hashGrow } from "./grow.js";
import {
  checkNotWriting,
  clearWriting,
  hashKey,
  hasToGrow,
  isNil,
  newoverflow,
  setWriting,
} from "./header.js";
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

const sites = mapSites("mapassign");
const grow = growSites("");

/** `mapassign`: the address of the element. */
export function* mapassign(g: Goroutine, t: ClassicMapType, h: Address, key: Address): Steps<Address> {
  const S = sites;
  yield* checkMap(g, h, S);
  yield* checkNotWriting(g, h, S);
  yield* hashKey(g, t, h, key, S.hash0);
  const { low, high } = t.hasher;
  yield* setWriting(g, h, S);
  yield* makeFirstBucket(g, t, h, S);
  let slot: Slot;
  do {
    const B = g.load8(h + hmap.B, S.B) ?? (yield);
    const bucket = maskHash(low, high, B);
    if (!isNil(g.loadWord(h + hmap.oldbuckets, S.oldbuckets) ?? (yield))) {
      yield* growWork(g, t, h, bucket, grow);
    }
    const buckets = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
    slot = yield* findSlot(g, t, g.add(buckets, bucket * t.bucketSize, S.bucket), { key, high }, S);
  } while (!slot.found && (yield* growFirst(g, t, h, S)));
  if (!slot.found) {
    yield* insert(g, t, h, { slot, key, high }, S);
  }
  yield* clearWriting(g, h, S);
  return yield* slotElem(g, t, slot.b, slot.i, S);
}

/** Assigning to a nil map is a panic. */
export function* checkMap(g: Goroutine, h: Address, S: MapSites): Steps<void> {
  while (isNil(h)) {
    g.panic("assignment to entry in nil map", S.entryFatal);
    yield;
  }
}

/** A map without buckets gets its first one. */
export function* makeFirstBucket(g: Goroutine, t: ClassicMapType, h: Address, S: MapSites): Steps<void> {
  if (isNil(g.loadWord(h + hmap.buckets, S.noBuckets) ?? (yield))) {
    g.storeWord(h + hmap.buckets, g.newobject(t.bucketSize), S.firstBucket) ?? (yield);
  }
}

/** Starts to grow if it is time for that; then all that was found is no longer right. */
export function* growFirst(g: Goroutine, t: ClassicMapType, h: Address, S: MapSites): Steps<boolean> {
  const now = yield* hasToGrow(g, t, h, S);
  if (now) {
    yield* hashGrow(g, t, h);
  }
  return now;
}

/** Where an entry is or is to go. */
export interface Slot {
  /** The bucket; 0 when the chain is full. */
  b: Address;
  i: number;
  /** Whether the key is there already. */
  found: boolean;
  /** The last bucket of the chain that was looked at. */
  last: Address;
}

function* findSlot(
  g: Goroutine,
  t: ClassicMapType,
  first: Address,
  { key, high }: { readonly key: Address; readonly high: number },
  S: MapSites,
): Steps<Slot> {
  const top = tophash(high);
  const slot: Slot = { b: 0, i: 0, found: false, last: first };
  for (;;) {
    const b = slot.last;
    for (let i = 0; i < bucketCnt; i++) {
      const mark = g.load8(b + i, S.tophash + i) ?? (yield);
      if (mark === top) {
        const k = yield* slotKey(g, t, b, i, S);
        if (yield* keysEqual(g, t, key, k, S.key + i)) {
          yield* storeValue(g, k, key, t.key.needUpdate ? t.key.size : 0, S.storeKey + i);
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

/** Counts one more element. */
export function* addOne(g: Goroutine, h: Address, S: MapSites): Steps<void> {
  const count = g.loadWord(h + hmap.count, S.addCount) ?? (yield);
  g.storeWord(h + hmap.count, count + 1, S.storeCount) ?? (yield);
}

interface NewEntry {
  readonly slot: Slot;
  readonly key: Address;
  readonly high: number;
}

function* insert(g: Goroutine, t: ClassicMapType, h: Address, entry: NewEntry, S: MapSites): Steps<void> {
  const { slot } = entry;
  if (isNil(slot.b)) {
    slot.b = yield* newoverflow(g, t, h, slot.last);
    slot.i = 0;
  }
  const { b, i } = slot;
  let insertk = keyAt(t, b, i);
  if (t.indirectKey) {
    const kmem = g.newobject(t.key.size);
    g.storeWord(insertk, kmem, S.storeKey + i) ?? (yield);
    insertk = kmem;
  }
  if (t.indirectElem) {
    g.storeWord(elemAt(t, b, i), g.newobject(t.elem.size), S.storeElemPointer + i) ?? (yield);
  }
  const keySite = t.indirectKey ? S.storePointedKey : S.storeKey + i;
  yield* storeValue(g, insertk, entry.key, t.key.size, keySite);
  g.store8(b + i, tophash(entry.high), S.storeTophash + i) ?? (yield);
  yield* addOne(g, h, S);
}
