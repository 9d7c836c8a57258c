/**
 * Where things lie in a classic map (Go 1.19 to 1.23; runtime/map.go), in bytes on a 64-bit processor.
 *
 * ```text
 *   hmap ── buckets ──► [2^B] bmap ── overflow ──► bmap ── …      followed by overflow buckets kept ready, from B = 4 on
 *     │     oldbuckets ► the array before, while the map grows
 *     └──── extra ────► mapextra ── overflow, oldoverflow ──► slices of all overflow buckets (when buckets hold no pointers)
 *                                 nextOverflow ────────────► next overflow bucket that was kept ready
 *   bmap: tophash[8] keys[8] elems[8] overflow
 * ```
 */
import { classicShape } from "../../golang/maps/shape.js";
import { type Address } from "../../golang/memory.js";
import { type MapType } from "../implementation.js";
import { type Hasher } from "../hash/fallback.js";
import { type KeyType, type ValueType } from "../types.js";

/** Fields of hmap. */
export const hmap = {
  count: 0,
  flags: 8,
  B: 9,
  noverflow: 10,
  hash0: 12,
  buckets: 16,
  oldbuckets: 24,
  nevacuate: 32,
  extra: 40,
  size: 48,
} as const;

/** Fields of mapextra. */
export const mapextra = { overflow: 0, oldoverflow: 8, nextOverflow: 16, size: 24 } as const;

/** Fields of a slice header. */
export const slice = { array: 0, len: 8, cap: 16, size: 24 } as const;

/** Slots of a bucket. */
export const bucketCnt = 8;
/** Where the keys of a bucket begin. */
export const dataOffset = 8;

/** This slot is empty, and so is everything behind it in this bucket and its overflow buckets. */
export const emptyRest = 0;
/** This slot is empty. */
export const emptyOne = 1;
/** The entry has moved to the first half of the larger array. */
export const evacuatedX = 2;
/** The entry has moved to the second half. */
export const evacuatedY = 3;
/** The slot was empty when the bucket moved. */
export const evacuatedEmpty = 4;
/** tophash of entries is at least this. */
export const minTopHash = 5;

/** h.flags: there may be an iterator on buckets. */
export const iterator = 1;
/** h.flags: there may be an iterator on oldbuckets. */
export const oldIterator = 2;
/** h.flags: a goroutine is writing. */
export const hashWriting = 4;
/** h.flags: the growth is to an array of the same size. */
export const sameSizeGrow = 8;

/** Keys and elements larger than this are stored as pointers. */
const maxInline = 128;

/** Which of Go's variants of the map functions the compiler calls for a type (`mapfast` in cmd/compile/internal/walk). */
export type Variant = "slow" | "fast32" | "fast64" | "fast64ptr" | "faststr";

/** A map type of a classic map. */
export interface ClassicMapType extends MapType {
  readonly variant: Variant;
  /** Size of a key in a bucket: 8 when it is stored as a pointer. */
  readonly keySize: number;
  /** Size of an element in a bucket. */
  readonly valueSize: number;
  readonly indirectKey: boolean;
  readonly indirectElem: boolean;
  readonly bucketSize: number;
  /** Where in a bucket the elements begin. */
  readonly elems: number;
  /** Whether there are pointers in buckets. If not, the overflow pointers are no pointers to the collector either. */
  readonly bucketPointers: boolean;
  /** A map grows when it has more than this many elements for each two buckets: 13, but 12 in Go 1.21. */
  readonly loadFactorNum: number;
}

/** Lays out `map[key]elem` for a Go version. */
export function classicMapType(minor: number, key: KeyType, elem: ValueType, hasher: Hasher): ClassicMapType {
  const indirectKey = key.size > maxInline;
  const indirectElem = elem.size > maxInline;
  const keySize = indirectKey ? 8 : key.size;
  const valueSize = indirectElem ? 8 : elem.size;
  const elems = dataOffset + bucketCnt * keySize;
  return {
    name: `map[${key.name}]${elem.name}`,
    key,
    elem,
    minor,
    hasher,
    shape: classicShape({
      keySize: key.size,
      elementSize: elem.size,
      indirectKey,
      indirectElement: indirectElem,
    }),
    variant: variantOf(key, elem),
    keySize,
    valueSize,
    indirectKey,
    indirectElem,
    elems,
    bucketSize: elems + bucketCnt * valueSize + 8,
    bucketPointers: indirectKey || indirectElem || key.pointers || elem.pointers,
    // (8 * 13 / 16) * 2 in whole numbers: 1.21 divided before it multiplied.
    loadFactorNum: minor === 21 ? 12 : 13,
  };
}

function variantOf(key: KeyType, elem: ValueType): Variant {
  if (elem.size > maxInline) {
    return "slow";
  }
  switch (key.algorithm) {
    case "memory32":
      return "fast32";
    case "memory64":
      return key.pointers ? "fast64ptr" : "fast64";
    case "string":
      return "faststr";
    default:
      return "slow";
  }
}

/** `1 << (b & 63)` */
export function bucketShift(b: number): number {
  return 2 ** (b & 63);
}

/** `hash & (1<<b - 1)`, where the hash is given in halves. */
export function maskHash(low: number, high: number, b: number): number {
  const bits = b & 63;
  if (bits < 32) {
    return (low & ((1 << bits) - 1)) >>> 0;
  }
  return ((high & ((1 << (bits - 32)) - 1)) >>> 0) * 0x1_0000_0000 + (low >>> 0);
}

/** Whether bit b of a hash is set. */
export function hashBit(low: number, high: number, b: number): boolean {
  return b < 32 ? ((low >>> b) & 1) === 1 : ((high >>> (b - 32)) & 1) === 1;
}

/** The byte that stands in a bucket for a hash, of which the upper half is given. */
export function tophash(high: number): number {
  const top = high >>> 24;
  return top < minTopHash ? top + minTopHash : top;
}

/** Whether a slot's mark says that it is empty. */
export function isEmpty(mark: number): boolean {
  return mark <= emptyOne;
}

/** Whether the mark of a bucket's first slot says that the bucket has moved. */
export function isEvacuated(mark: number): boolean {
  return mark > emptyOne && mark < minTopHash;
}

/** Whether that many elements are too many for 2^B buckets. */
export function overLoadFactor(t: ClassicMapType, count: number, B: number): boolean {
  return count > bucketCnt && count > t.loadFactorNum * Math.floor(bucketShift(B) / 2);
}

/** Whether that many overflow buckets are too many for 2^B buckets. */
export function tooManyOverflowBuckets(noverflow: number, B: number): boolean {
  return noverflow >= 1 << Math.min(B, 15);
}

/** Where slot i's key is in the bucket at an address. */
export function keyAt(t: ClassicMapType, b: Address, i: number): Address {
  return b + dataOffset + i * t.keySize;
}

/** Where slot i's element is. */
export function elemAt(t: ClassicMapType, b: Address, i: number): Address {
  return b + t.elems + i * t.valueSize;
}
