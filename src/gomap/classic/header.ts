/**
 * The methods of hmap that others need, and the beginning and end of what writes.
 */
import { type Address } from "../../golang/memory.js";
import { ENTRY_CHECK, EXIT_CHECK, type Goroutine, type Steps } from "../machine/goroutine.js";
import { heapBase } from "../machine/memory.js";
import { type SiteId, site } from "../machine/sites.js";
import {
  bucketShift,
  type ClassicMapType,
  hashWriting,
  hmap,
  mapextra,
  overLoadFactor,
  sameSizeGrow,
  slice,
  tooManyOverflowBuckets,
} from "./layout.js";
import { type MapSites } from "./map-sites.js";
import { roundupsize } from "./size-classes.js";

/** Whether an address is 0 or so near to it that Go takes it for a nil pointer. */
export function isNil(address: Address): boolean {
  return address === 0;
}

/** Sets hashWriting by XOR, as all writers do after they have hashed. */
export function* setWriting(g: Goroutine, h: Address, S: MapSites): Steps<void> {
  const flags = g.load8(h + hmap.flags, S.flags) ?? (yield);
  g.store8(h + hmap.flags, flags ^ hashWriting, S.setFlag) ?? (yield);
}

/** The end of all writers: the flag must still be set; then it is cleared. */
export function* clearWriting(g: Goroutine, h: Address, S: MapSites): Steps<void> {
  const flags = g.load8(h + hmap.flags, S.finishFlags) ?? (yield);
  if ((flags & hashWriting) === 0) {
    g.fatal("concurrent map writes", EXIT_CHECK, S.exitFatal);
    yield;
  }
  g.store8(h + hmap.flags, flags & ~hashWriting, S.clearFlag) ?? (yield);
}

/** The beginning of all writers: the flag must not be set. */
export function* checkNotWriting(g: Goroutine, h: Address, S: MapSites): Steps<void> {
  const flags = g.load8(h + hmap.flags, S.checkFlags) ?? (yield);
  if ((flags & hashWriting) !== 0) {
    g.fatal("concurrent map writes", ENTRY_CHECK, S.entryFatal);
    yield;
  }
}

/** Hashes a key that nobody writes with h.hash0; the result is in t.hasher. */
export function* hashKey(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  key: Address,
  hash0Site: SiteId,
): Steps<void> {
  const seedLow = (g.load32(h + hmap.hash0, hash0Site) ?? (yield)) | 0;
  t.key.hash(t.hasher, g.memory, key, { seedLow, seedHigh: 0, random: g.random });
}

/** Whether an assignment that adds an element has to start growing first. */
export function* hasToGrow(g: Goroutine, t: ClassicMapType, h: Address, S: MapSites): Steps<boolean> {
  if (!isNil(g.loadWord(h + hmap.oldbuckets, S.growing) ?? (yield))) {
    return false;
  }
  const count = g.loadWord(h + hmap.count, S.growCount) ?? (yield);
  const B = g.load8(h + hmap.B, S.growB) ?? (yield);
  if (overLoadFactor(t, count + 1, B)) {
    return true;
  }
  return tooManyOverflowBuckets(g.load16(h + hmap.noverflow, S.growNoverflow) ?? (yield), B);
}

/** `h.noldbuckets()` as the exponent of two: the number of buckets before the growth under way is 2 to the power of it. */
export function* oldB(g: Goroutine, h: Address, sites: OldBSites): Steps<number> {
  const B = g.load8(h + hmap.B, sites.B) ?? (yield);
  const flags = g.load8(h + hmap.flags, sites.flags) ?? (yield);
  return ((flags & sameSizeGrow) === 0 ? (B - 1) & 0xff : B) & 63;
}

/** The steps of {@link oldB}. */
export interface OldBSites {
  readonly B: SiteId;
  readonly flags: SiteId;
}

/** Sites for {@link oldB} in a function. */
export function oldBSites(name: string, phase: string): OldBSites {
  return { B: site(name, phase, "load h.B"), flags: site(name, phase, "load h.flags") };
}

const O = {
  extra: site("newoverflow", "take overflow bucket", "load h.extra"),
  nextOverflow: site("newoverflow", "take overflow bucket", "load h.extra.nextOverflow"),
  ovfOverflow: site("newoverflow", "take overflow bucket", "load ovf.overflow"),
  bump: site("newoverflow", "take overflow bucket", "store h.extra.nextOverflow"),
  resetSentinel: site("newoverflow", "take overflow bucket", "store ovf.overflow"),
  count: site("incrnoverflow", "count overflow bucket", "load h.noverflow"),
  storeCount: site("incrnoverflow", "count overflow bucket", "store h.noverflow"),
  B: site("incrnoverflow", "count overflow bucket", "load h.B"),
  listExtra: site("newoverflow", "list overflow bucket", "load h.extra"),
  list: site("newoverflow", "list overflow bucket", "load h.extra.overflow"),
  link: site("newoverflow", "link overflow bucket", "store b.overflow"),
};

/** `h.incrnoverflow()`: exact below 2^16 buckets, from there on with a probability. */
function* incrnoverflow(g: Goroutine, h: Address): Steps<void> {
  const B = g.load8(h + hmap.B, O.B) ?? (yield);
  if (B >= 16) {
    g.random.next("noverflow");
    const mask = bucketShift(B - 15) - 1;
    if ((g.random.low & mask) !== 0) {
      return;
    }
  }
  const noverflow = g.load16(h + hmap.noverflow, O.count) ?? (yield);
  g.store16(h + hmap.noverflow, noverflow + 1, O.storeCount) ?? (yield);
}

/** `h.newoverflow(t, b)`: a new bucket behind b. */
export function* newoverflow(g: Goroutine, t: ClassicMapType, h: Address, b: Address): Steps<Address> {
  const overflowAt = t.bucketSize - 8;
  let ovf = 0;
  const extra = g.loadWord(h + hmap.extra, O.extra) ?? (yield);
  if (!isNil(extra)) {
    ovf = g.loadWord(extra + mapextra.nextOverflow, O.nextOverflow) ?? (yield);
  }
  if (isNil(ovf)) {
    ovf = g.newobject(t.bucketSize);
  } else if (isNil(g.loadWord(ovf + overflowAt, O.ovfOverflow) ?? (yield))) {
    g.storeWord(extra + mapextra.nextOverflow, ovf + t.bucketSize, O.bump) ?? (yield);
  } else {
    // The last one that was kept ready: its overflow pointer only says so.
    g.storeWord(ovf + overflowAt, 0, O.resetSentinel) ?? (yield);
    g.storeWord(extra + mapextra.nextOverflow, 0, O.bump) ?? (yield);
  }
  yield* incrnoverflow(g, h);
  if (!t.bucketPointers) {
    yield* createOverflow(g, h);
    const current = g.loadWord(h + hmap.extra, O.listExtra) ?? (yield);
    const list = g.loadWord(current + mapextra.overflow, O.list) ?? (yield);
    yield* appendPointer(g, t.minor, list, ovf);
  }
  g.storeWord(b + overflowAt, ovf, O.link) ?? (yield);
  return ovf;
}

const C = {
  extra: site("createOverflow", "list of overflow buckets", "load h.extra"),
  storeExtra: site("createOverflow", "list of overflow buckets", "store h.extra"),
  overflow: site("createOverflow", "list of overflow buckets", "load h.extra.overflow"),
  storeOverflow: site("createOverflow", "list of overflow buckets", "store h.extra.overflow"),
};

/** `h.createOverflow()`: makes the list of overflow buckets when there is none. */
export function* createOverflow(g: Goroutine, h: Address): Steps<void> {
  let extra = g.loadWord(h + hmap.extra, C.extra) ?? (yield);
  if (isNil(extra)) {
    extra = g.newobject(mapextra.size);
    g.storeWord(h + hmap.extra, extra, C.storeExtra) ?? (yield);
  }
  if (isNil(g.loadWord(extra + mapextra.overflow, C.overflow) ?? (yield))) {
    g.storeWord(extra + mapextra.overflow, g.newobject(slice.size), C.storeOverflow) ?? (yield);
  }
}

const A = {
  len: site("newoverflow", "list overflow bucket", "load overflow.len"),
  cap: site("newoverflow", "list overflow bucket", "load overflow.cap"),
  array: site("newoverflow", "list overflow bucket", "load overflow.array"),
  copy: site("growslice", "list overflow bucket", "load overflow[i]"),
  storeCap: site("newoverflow", "list overflow bucket", "store overflow.cap"),
  storeArray: site("newoverflow", "list overflow bucket", "store overflow.array"),
  storeLen: site("newoverflow", "list overflow bucket", "store overflow.len"),
  store: site("newoverflow", "list overflow bucket", "store overflow[len]"),
};

/** `*list = append(*list, p)` */
function* appendPointer(g: Goroutine, minor: number, list: Address, pointer: Address): Steps<void> {
  const len = g.loadWord(list + slice.len, A.len) ?? (yield);
  const cap = g.loadWord(list + slice.cap, A.cap) ?? (yield);
  let array = g.loadWord(list + slice.array, A.array) ?? (yield);
  if (len + 1 > cap) {
    const bytes = roundupsize(8 * nextslicecap(len + 1, cap), false, minor);
    const larger = g.newobject(bytes);
    for (let index = 0; index < len; index++) {
      const entry = g.loadWord(array + 8 * index, A.copy) ?? (yield);
      g.memory.writeBytes(larger + 8 * index, wordBytes(entry));
    }
    array = larger;
    g.storeWord(list + slice.cap, Math.floor(bytes / 8), A.storeCap) ?? (yield);
    g.storeWord(list + slice.array, array, A.storeArray) ?? (yield);
  }
  g.storeWord(list + slice.len, len + 1, A.storeLen) ?? (yield);
  g.storeWord(array + 8 * len, pointer, A.store) ?? (yield);
}

/** How large a slice becomes that has to hold newLen elements (runtime/slice.go from Go 1.18 on). */
function nextslicecap(newLen: number, oldCap: number): number {
  if (newLen > 2 * oldCap) {
    return newLen;
  }
  if (oldCap < 256) {
    return 2 * oldCap;
  }
  let cap = oldCap;
  while (cap < newLen) {
    cap += (cap + 3 * 256) >> 2;
  }
  return cap;
}

/** The eight bytes of a pointer or a number. */
export function wordBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, value | 0, true);
  view.setInt32(4, Math.floor(value / 0x1_0000_0000), true);
  return bytes;
}

/** What makeBucketArray makes. */
export interface BucketArray {
  readonly buckets: Address;
  /** The first overflow bucket that is kept ready; 0 when there are none. */
  readonly nextOverflow: Address;
}

/** How many buckets an array for 2^b has, with the overflow buckets that are kept ready. */
export function bucketsWithOverflow(t: ClassicMapType, b: number): number {
  const base = bucketShift(b);
  if (b < 4) {
    return base;
  }
  const wanted = base + bucketShift(b - 4);
  const size = t.bucketSize * wanted;
  const given = roundupsize(size, !t.bucketPointers, t.minor);
  return given === size ? wanted : Math.floor(given / t.bucketSize);
}

/** `makeBucketArray(t, b, nil)`: nobody else sees the new array, so there are no steps. */
export function makeBucketArray(g: Goroutine, t: ClassicMapType, b: number): BucketArray {
  const base = bucketShift(b);
  const nbuckets = bucketsWithOverflow(t, b);
  const buckets = g.newobject(nbuckets * t.bucketSize);
  if (base === nbuckets) {
    return { buckets, nextOverflow: 0 };
  }
  // Not nil means: this is the last one.
  g.memory.writeBytes(buckets + nbuckets * t.bucketSize - 8, wordBytes(buckets));
  return { buckets, nextOverflow: buckets + base * t.bucketSize };
}

/** `makemap`: nobody else sees the map yet, so there are no steps. A hint of up to 8 is Go's makemap_small as well. */
export function makemap(g: Goroutine, t: ClassicMapType, hint: number): Address {
  const largest = 2 ** 48;
  const elements = hint < 0 || hint * t.bucketSize > largest ? 0 : hint;
  const h = g.newobject(hmap.size);
  g.random.next("seed");
  const hash0 = g.random.low;
  let B = 0;
  while (overLoadFactor(t, elements, B)) {
    B++;
  }
  const header = new Uint8Array(hmap.size);
  const view = new DataView(header.buffer);
  view.setUint8(hmap.B, B);
  view.setInt32(hmap.hash0, hash0, true);
  if (B !== 0) {
    const { buckets, nextOverflow } = makeBucketArray(g, t, B);
    header.set(wordBytes(buckets), hmap.buckets);
    if (!isNil(nextOverflow)) {
      const extra = g.newobject(mapextra.size);
      g.memory.writeBytes(extra + mapextra.nextOverflow, wordBytes(nextOverflow));
      header.set(wordBytes(extra), hmap.extra);
    }
  }
  g.memory.writeBytes(h, header);
  return h;
}

/** Reads a word of a key argument or another value that nobody writes. */
export function privateLow(g: Goroutine, at: Address): number {
  return g.memory.u32[(at - heapBase) >> 2] ?? 0;
}
