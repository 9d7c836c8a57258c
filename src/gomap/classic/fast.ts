/**
 * The variants for keys of 4 and 8 bytes that are compared by their bits: runtime/map_fast32.go and map_fast64.go, which
 * differ in that size only.
 *
 * Unlike the slow ones they compare keys first and look at the mark of a slot only when the key fits; they store the mark
 * before the key; and a map of one bucket is searched without hashing.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { checkReader, findBucket } from "./access.js";
import { addOne, checkMap, growFirst, makeFirstBucket, type Slot } from "./assign.js";
import { beginDelete, type EntryInChain, removeEntry } from "./delete.js";
import { type GrowSites, growSites, growWork } from "./grow.js";
import { checkNotWriting, clearWriting, hashKey, isNil, newoverflow, setWriting } from "./header.js";
import {
  bucketCnt,
  type ClassicMapType,
  dataOffset,
  elemAt,
  emptyRest,
  hmap,
  isEmpty,
  keyAt,
  maskHash,
  tophash,
} from "./layout.js";
import { type MapSites, mapSites } from "./map-sites.js";

/** A map function that looks for a key. */
type KeyFunction<R> = (g: Goroutine, t: ClassicMapType, h: Address, key: Address) => Steps<R>;

function accessFunction(name: string): KeyFunction<Address> {
  const S = mapSites(name);
  return (g, t, h, key) => mapaccessFast(g, t, h, key, S);
}

function assignFunction(name: string, grow: GrowSites): KeyFunction<Address> {
  const S = mapSites(name);
  return (g, t, h, key) => mapassignFast(g, t, h, key, { S, grow });
}

function deleteFunction(name: string, grow: GrowSites): KeyFunction<void> {
  const S = mapSites(name);
  return (g, t, h, key) => mapdeleteFast(g, t, h, key, { S, grow });
}

const grow32 = growSites("_fast32");
const grow64 = growSites("_fast64");

export const mapaccess1_fast32 = accessFunction("mapaccess1_fast32");
export const mapaccess2_fast32 = accessFunction("mapaccess2_fast32");
export const mapassign_fast32 = assignFunction("mapassign_fast32", grow32);
export const mapdelete_fast32 = deleteFunction("mapdelete_fast32", grow32);
export const mapaccess1_fast64 = accessFunction("mapaccess1_fast64");
export const mapaccess2_fast64 = accessFunction("mapaccess2_fast64");
export const mapassign_fast64 = assignFunction("mapassign_fast64", grow64);
export const mapassign_fast64ptr = assignFunction("mapassign_fast64ptr", grow64);
export const mapdelete_fast64 = deleteFunction("mapdelete_fast64", grow64);

/** A key of 4 or 8 bytes, in a register. */
interface FastKey {
  readonly low: number;
  readonly high: number;
}

function readKey(g: Goroutine, t: ClassicMapType, key: Address): FastKey {
  const low = g.memory.read32(key) | 0;
  return { low, high: t.keySize === 8 ? g.memory.read32(key + 4) | 0 : 0 };
}

interface VariantSites {
  readonly S: MapSites;
  readonly grow: GrowSites;
}

function* mapaccessFast(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  key: Address,
  S: MapSites,
): Steps<Address> {
  if (!(yield* checkReader(g, h, S))) {
    return 0;
  }
  const { low, high } = readKey(g, t, key);
  let b: Address;
  if ((g.load8(h + hmap.B, S.B) ?? (yield)) === 0) {
    b = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
  } else {
    yield* hashKey(g, t, h, key, S.hash0);
    b = yield* findBucket(g, t, h, { low: t.hasher.low, high: t.hasher.high }, S);
  }
  const wide = t.keySize === 8;
  for (; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
    for (let i = 0; i < bucketCnt; i++) {
      let same: boolean;
      if (wide) {
        g.loadWord(b + dataOffset + 8 * i, S.key + i) ?? (yield);
        same = g.low === low && g.high === high;
      } else {
        same = ((g.load32(b + dataOffset + 4 * i, S.key + i) ?? (yield)) | 0) === low;
      }
      if (same && !isEmpty(g.load8(b + i, S.tophash + i) ?? (yield))) {
        return elemAt(t, b, i);
      }
    }
  }
  return 0;
}

function* mapassignFast(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  key: Address,
  { S, grow }: VariantSites,
): Steps<Address> {
  yield* checkMap(g, h, S);
  yield* checkNotWriting(g, h, S);
  yield* hashKey(g, t, h, key, S.hash0);
  const { low, high } = t.hasher;
  yield* setWriting(g, h, S);
  yield* makeFirstBucket(g, t, h, S);
  const wanted = readKey(g, t, key);
  let slot: Slot;
  do {
    const B = g.load8(h + hmap.B, S.B) ?? (yield);
    const bucket = maskHash(low, high, B);
    if (!isNil(g.loadWord(h + hmap.oldbuckets, S.oldbuckets) ?? (yield))) {
      yield* growWork(g, t, h, bucket, grow);
    }
    const buckets = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
    slot = yield* findSlot(g, t, g.add(buckets, bucket * t.bucketSize, S.bucket), wanted, S);
  } while (!slot.found && (yield* growFirst(g, t, h, S)));
  if (!slot.found) {
    if (isNil(slot.b)) {
      slot.b = yield* newoverflow(g, t, h, slot.last);
      slot.i = 0;
    }
    const { b, i } = slot;
    g.store8(b + i, tophash(high), S.storeTophash + i) ?? (yield);
    if (t.keySize === 8) {
      g.store64(keyAt(t, b, i), wanted.low, wanted.high, S.storeKey + i) ?? (yield);
    } else {
      g.store32(keyAt(t, b, i), wanted.low, S.storeKey + i) ?? (yield);
    }
    yield* addOne(g, h, S);
  }
  yield* clearWriting(g, h, S);
  return elemAt(t, slot.b, slot.i);
}

function* findSlot(g: Goroutine, t: ClassicMapType, first: Address, key: FastKey, S: MapSites): Steps<Slot> {
  const wide = t.keySize === 8;
  const slot: Slot = { b: 0, i: 0, found: false, last: first };
  for (;;) {
    const b = slot.last;
    for (let i = 0; i < bucketCnt; i++) {
      const mark = g.load8(b + i, S.tophash + i) ?? (yield);
      if (isEmpty(mark)) {
        if (slot.b === 0) {
          slot.b = b;
          slot.i = i;
        }
        if (mark === emptyRest) {
          return slot;
        }
      } else if (wide) {
        g.loadWord(b + dataOffset + 8 * i, S.key + i) ?? (yield);
        slot.found = g.low === key.low && g.high === key.high;
      } else {
        slot.found = ((g.load32(b + dataOffset + 4 * i, S.key + i) ?? (yield)) | 0) === key.low;
      }
      if (slot.found) {
        slot.b = b;
        slot.i = i;
        return slot;
      }
    }
    const ovf = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield);
    if (isNil(ovf)) {
      return slot;
    }
    slot.last = ovf;
  }
}

function* mapdeleteFast(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  key: Address,
  { S, grow }: VariantSites,
): Steps<void> {
  const chain = yield* beginDelete(g, t, h, key, { S, grow });
  if (chain === undefined) {
    return;
  }
  const entry = yield* findEntry(g, t, chain.first, readKey(g, t, key), S);
  if (entry !== undefined) {
    if (t.key.pointers) {
      g.storeWord(keyAt(t, entry.b, entry.i), 0, S.clearKey + entry.i) ?? (yield);
    }
    yield* removeEntry(g, t, h, entry, S);
  }
  yield* clearWriting(g, h, S);
}

function* findEntry(
  g: Goroutine,
  t: ClassicMapType,
  first: Address,
  key: FastKey,
  S: MapSites,
): Steps<EntryInChain | undefined> {
  const wide = t.keySize === 8;
  for (let b = first; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
    for (let i = 0; i < bucketCnt; i++) {
      let same: boolean;
      if (wide) {
        g.loadWord(b + dataOffset + 8 * i, S.key + i) ?? (yield);
        same = g.low === key.low && g.high === key.high;
      } else {
        same = ((g.load32(b + dataOffset + 4 * i, S.key + i) ?? (yield)) | 0) === key.low;
      }
      if (same && !isEmpty(g.load8(b + i, S.tophash + i) ?? (yield))) {
        return { first, b, i };
      }
    }
  }
  return undefined;
}
