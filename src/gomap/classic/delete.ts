/**
 * mapdelete, and what all variants of it have in common: how they begin, and what they do once the entry is found.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { memclr } from "../machine/move.js";
import { keysEqual, slotKey } from "./access.js";
import { type GrowSites, growSites, growWork } from "./grow.js";
import { checkNotWriting, clearWriting, hashKey, isNil, setWriting } from "./header.js";
import {
  bucketCnt,
  type ClassicMapType,
  elemAt,
  emptyOne,
  emptyRest,
  hmap,
  keyAt,
  maskHash,
  tophash,
} from "./layout.js";
import { type MapSites, mapSites } from "./map-sites.js";

const sites = mapSites("mapdelete");
const grow = growSites("");

/** `mapdelete` */
export function* mapdelete(g: Goroutine, t: ClassicMapType, h: Address, key: Address): Steps<void> {
  const S = sites;
  const chain = yield* beginDelete(g, t, h, key, { S, grow });
  if (chain === undefined) {
    return;
  }
  const entry = yield* findEntry(g, t, chain, key, S);
  if (entry !== undefined) {
    const k = keyAt(t, entry.b, entry.i);
    if (t.indirectKey) {
      g.storeWord(k, 0, S.clearKey + entry.i) ?? (yield);
    } else if (t.key.pointers) {
      yield* memclr(g, k, t.key.size, S.clearKey + entry.i);
    }
    yield* removeEntry(g, t, h, entry, S);
  }
  yield* clearWriting(g, h, S);
}

/** The chain of buckets that a key belongs to. */
export interface Chain {
  readonly first: Address;
  /** Upper half of the key's hash. */
  readonly high: number;
}

/** An entry, and the chain that it is in. */
export interface EntryInChain {
  readonly first: Address;
  readonly b: Address;
  readonly i: number;
}

/**
 * All that a deletion does before it looks for the key.
 *
 * @returns undefined when the map is empty, and nothing has happened
 */
export function* beginDelete(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  key: Address,
  sitesOfVariant: { readonly S: MapSites; readonly grow: GrowSites },
): Steps<Chain | undefined> {
  const { S } = sitesOfVariant;
  if (isNil(h) || (g.loadWord(h + hmap.count, S.count) ?? (yield)) === 0) {
    return undefined;
  }
  yield* checkNotWriting(g, h, S);
  yield* hashKey(g, t, h, key, S.hash0);
  const { low, high } = t.hasher;
  yield* setWriting(g, h, S);
  const B = g.load8(h + hmap.B, S.B) ?? (yield);
  const bucket = maskHash(low, high, B);
  if (!isNil(g.loadWord(h + hmap.oldbuckets, S.oldbuckets) ?? (yield))) {
    yield* growWork(g, t, h, bucket, sitesOfVariant.grow);
  }
  const buckets = g.loadWord(h + hmap.buckets, S.buckets) ?? (yield);
  return { first: g.add(buckets, bucket * t.bucketSize, S.bucket), high };
}

function* findEntry(
  g: Goroutine,
  t: ClassicMapType,
  { first, high }: Chain,
  key: Address,
  S: MapSites,
): Steps<EntryInChain | undefined> {
  const top = tophash(high);
  for (let b = first; !isNil(b); b = g.loadWord(b + t.bucketSize - 8, S.overflow) ?? (yield)) {
    for (let i = 0; i < bucketCnt; i++) {
      const mark = g.load8(b + i, S.tophash + i) ?? (yield);
      if (mark === emptyRest) {
        return undefined;
      }
      if (mark === top) {
        const k = yield* slotKey(g, t, b, i, S);
        if (yield* keysEqual(g, t, key, k, S.key + i)) {
          return { first, b, i };
        }
      }
    }
  }
  return undefined;
}

/** Clears the element, marks the slot, counts down; the key is the caller's, as the variants differ in it. */
export function* removeEntry(
  g: Goroutine,
  t: ClassicMapType,
  h: Address,
  entry: EntryInChain,
  S: MapSites,
): Steps<void> {
  const { b, i } = entry;
  yield* memclr(g, elemAt(t, b, i), t.valueSize, S.clearElem + i);
  g.store8(b + i, emptyOne, S.emptyOne + i) ?? (yield);
  yield* markEmptyRest(g, t, entry, S);
  const count = (g.loadWord(h + hmap.count, S.removeCount) ?? (yield)) - 1;
  g.storeWord(h + hmap.count, count, S.storeLess) ?? (yield);
  if (count === 0) {
    // A new seed for the next elements, so that nobody can collect keys that collide.
    g.random.next("seed");
    g.store32(h + hmap.hash0, g.random.low, S.newHash0) ?? (yield);
  }
}

/** If nothing but empty slots follows, the slot and all empty ones before it get the mark that ends a search. */
function* markEmptyRest(g: Goroutine, t: ClassicMapType, entry: EntryInChain, S: MapSites): Steps<void> {
  const overflowAt = t.bucketSize - 8;
  let { b, i } = entry;
  if (i === bucketCnt - 1) {
    const next = g.loadWord(b + overflowAt, S.nextOverflow) ?? (yield);
    if (!isNil(next) && (g.load8(next, S.nextBucketTophash) ?? (yield)) !== emptyRest) {
      return;
    }
  } else if ((g.load8(b + i + 1, S.nextTophash + i + 1) ?? (yield)) !== emptyRest) {
    return;
  }
  for (;;) {
    g.store8(b + i, emptyRest, S.emptyRest + i) ?? (yield);
    if (i > 0) {
      i--;
    } else if (b === entry.first) {
      return;
    } else {
      const after = b;
      b = entry.first;
      for (;;) {
        const next = g.loadWord(b + overflowAt, S.nextOverflow) ?? (yield);
        if (next === after) {
          break;
        }
        b = next;
      }
      i = bucketCnt - 1;
    }
    if ((g.load8(b + i, S.nextTophash + i) ?? (yield)) !== emptyOne) {
      return;
    }
  }
}
