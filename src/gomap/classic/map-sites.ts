/**
 * What the steps of the map functions are called. Each function has its own set, so that a step tells which function it is of.
 */
import { type SiteId, site, sitesOfArray } from "../machine/sites.js";

/** The steps that lookups, assignments and deletions have, each of them only some. */
export type MapSites = ReturnType<typeof mapSites>;

/** Sites for a function of that name. */
export function mapSites(name: string) {
  const one = (phase: string, text: string): SiteId => site(name, phase, text);
  const eight = (phase: string, text: string): SiteId => sitesOfArray(name, phase, text);
  return {
    count: one("check", "load h.count"),
    checkFlags: one("check", "load h.flags"),
    entryFatal: one("check", "h.flags has hashWriting"),

    hash0: one("hash", "load h.hash0"),

    flags: one("set flag", "load h.flags"),
    setFlag: one("set flag", "store h.flags"),

    noBuckets: one("first bucket", "load h.buckets"),
    firstBucket: one("first bucket", "store h.buckets"),

    growing: one("grow", "load h.oldbuckets"),
    growCount: one("grow", "load h.count"),
    growB: one("grow", "load h.B"),
    growNoverflow: one("grow", "load h.noverflow"),

    B: one("find bucket", "load h.B"),
    buckets: one("find bucket", "load h.buckets"),
    bucket: one("find bucket", "h.buckets[hash & mask]"),
    oldbuckets: one("find bucket", "load h.oldbuckets"),
    sameSize: one("find bucket", "load h.flags"),
    oldbucket: one("find bucket", "h.oldbuckets[hash & mask]"),
    oldTophash: one("find bucket", "load oldb.tophash[0]"),

    tophash: eight("find key", "load b.tophash[#]"),
    key: eight("find key", "load b.keys[#]"),
    keyLen: eight("find key", "load b.keys[#].len"),
    keyStr: eight("find key", "load b.keys[#].str"),
    keyByte: one("find key", "load *key.str"),
    keyPointer: eight("find key", "load pointer b.keys[#]"),
    pointedKey: one("find key", "load *key"),
    overflow: one("find key", "load b.overflow"),

    storeKey: eight("insert", "store b.keys[#]"),
    storeKeyLen: eight("insert", "store b.keys[#].len"),
    storeKeyStr: eight("insert", "store b.keys[#].str"),
    storePointedKey: one("insert", "store *key"),
    storeElemPointer: eight("insert", "store pointer b.elems[#]"),
    storeTophash: eight("insert", "store b.tophash[#]"),
    addCount: one("insert", "load h.count"),
    storeCount: one("insert", "store h.count"),

    clearKey: eight("remove", "clear b.keys[#]"),
    clearElem: eight("remove", "clear b.elems[#]"),
    emptyOne: eight("remove", "store b.tophash[#]"),
    nextTophash: eight("mark end", "load b.tophash[#]"),
    nextOverflow: one("mark end", "load b.overflow"),
    nextBucketTophash: one("mark end", "load b.overflow.tophash[0]"),
    emptyRest: eight("mark end", "store b.tophash[#]"),
    removeCount: one("remove", "load h.count"),
    storeLess: one("remove", "store h.count"),
    newHash0: one("remove", "store h.hash0"),

    elemPointer: eight("finish", "load pointer b.elems[#]"),
    finishFlags: one("finish", "load h.flags"),
    exitFatal: one("finish", "h.flags has no hashWriting"),
    clearFlag: one("finish", "store h.flags"),
  };
}
