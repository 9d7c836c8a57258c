/**
 * What is in a classic map, and what of it cannot be in a map that nobody is changing. For end states: plain functions that
 * read memory without steps, and that come to an end whatever the bytes are.
 */
import { type Address } from "../../golang/memory.js";
import { type BrokenInvariant } from "../../golang/maps/decoded.js";
import { type EntryPlace } from "../implementation.js";
import { type MapMemory } from "../machine/memory.js";
import { SeededRandom } from "../machine/random.js";
import {
  bucketCnt,
  type ClassicMapType,
  elemAt,
  emptyRest,
  hashWriting,
  hmap,
  isEmpty,
  isEvacuated,
  iterator,
  keyAt,
  maskHash,
  minTopHash,
  oldIterator,
  sameSizeGrow,
  tophash,
} from "./layout.js";

/** More buckets than this are not looked at. */
const mostBuckets = 1 << 20;
/** More than this many sentences help nobody. */
const mostSentences = 20;

/** An entry, and where it was found. */
interface Entry extends EntryPlace {
  readonly mark: number;
  /** Number of the bucket in its array. */
  readonly bucket: number;
  readonly inOld: boolean;
}

/** The entries that a reader without others beside it would find, in the order of the buckets; a key that is there twice comes twice. */
export function entries(memory: MapMemory, t: ClassicMapType, h: Address): readonly EntryPlace[] {
  return h === 0 ? [] : new Inspection(memory, t, h).entries;
}

/** What is broken; nothing for a map at rest. Go's own marks of a write under way count, as nobody is writing any more. */
export function brokenInvariants(
  memory: MapMemory,
  t: ClassicMapType,
  h: Address,
): readonly BrokenInvariant[] {
  if (h === 0) {
    return [];
  }
  const inspection = new Inspection(memory, t, h);
  inspection.checkHeader();
  inspection.checkEntries();
  return inspection.broken.slice(0, mostSentences);
}

class Inspection {
  readonly entries: Entry[] = [];
  readonly broken: BrokenInvariant[] = [];
  readonly #memory: MapMemory;
  readonly #t: ClassicMapType;
  readonly #h: Address;
  readonly #B: number;
  readonly #flags: number;
  readonly #oldB: number;
  #overflowBuckets = 0;

  constructor(memory: MapMemory, t: ClassicMapType, h: Address) {
    this.#memory = memory;
    this.#t = t;
    this.#h = h;
    this.#B = memory.read8(h + hmap.B);
    this.#flags = memory.read8(h + hmap.flags);
    this.#oldB = (this.#flags & sameSizeGrow) === 0 ? this.#B - 1 : this.#B;
    const buckets = memory.readWord(h + hmap.buckets);
    const oldbuckets = memory.readWord(h + hmap.oldbuckets);
    if (buckets !== 0) {
      this.#array(buckets, this.#B, false);
    }
    if (oldbuckets !== 0) {
      this.#array(oldbuckets, this.#oldB, true);
    }
  }

  #say(where: string, sentence: string): void {
    this.broken.push({ where, sentence });
  }

  #array(buckets: Address, exponent: number, inOld: boolean): void {
    const name = inOld ? "oldbuckets" : "buckets";
    if (exponent < 0 || 2 ** exponent > mostBuckets) {
      this.#say("B", `B is ${this.#B}, which is no number of ${name}`);
      return;
    }
    const object = this.#memory.objectAt(buckets);
    for (let index = 0; index < 2 ** exponent; index++) {
      const b = buckets + index * this.#t.bucketSize;
      if (object === 0 || this.#memory.objectAt(b + this.#t.bucketSize - 8) !== object) {
        this.#say(name, `there are fewer than 2^${exponent} ${name}`);
        return;
      }
      if (!inOld || !isEvacuated(this.#memory.read8(b))) {
        this.#chain(b, index, inOld);
      }
    }
  }

  #chain(first: Address, bucket: number, inOld: boolean): void {
    const where = `${inOld ? "old bucket" : "bucket"} ${bucket}`;
    const seen = new Set<Address>();
    let ended = false;
    for (let b = first; b !== 0; b = this.#memory.readWord(b + this.#t.bucketSize - 8)) {
      if (seen.has(b)) {
        this.#say(where, "its overflow buckets go round in a circle");
        return;
      }
      if (!this.#memory.has(b) || !this.#memory.has(b + this.#t.bucketSize - 8)) {
        this.#say(where, `its overflow pointer 0x${b.toString(16)} points to no bucket`);
        return;
      }
      seen.add(b);
      ended = this.#bucket(b, { bucket, inOld, where }, ended);
    }
    this.#overflowBuckets += inOld ? 0 : seen.size - 1;
  }

  /** @returns whether a slot so far said that nothing follows */
  #bucket(b: Address, of: { bucket: number; inOld: boolean; where: string }, endedBefore: boolean): boolean {
    let ended = endedBefore;
    for (let i = 0; i < bucketCnt; i++) {
      const mark = this.#memory.read8(b + i);
      if (ended && mark !== emptyRest) {
        this.#say(of.where, `slot ${i} has mark ${mark} behind a slot that says that nothing follows`);
      }
      ended ||= mark === emptyRest;
      if (mark >= minTopHash) {
        this.#entry(b, i, { mark, bucket: of.bucket, inOld: of.inOld });
      } else if (!isEmpty(mark)) {
        this.#say(of.where, `slot ${i} is marked as moved (${mark}), but its bucket has not moved`);
      }
    }
    return ended;
  }

  #entry(b: Address, i: number, more: { mark: number; bucket: number; inOld: boolean }): void {
    const memory = this.#memory;
    const t = this.#t;
    const k = keyAt(t, b, i);
    const e = elemAt(t, b, i);
    const key = t.indirectKey ? memory.readWord(k) : k;
    const elem = t.indirectElem ? memory.readWord(e) : e;
    this.entries.push({ key, elem, ...more });
  }

  checkHeader(): void {
    const memory = this.#memory;
    const h = this.#h;
    const count = memory.readWord(h + hmap.count);
    if (count !== this.entries.length) {
      this.#say("count", `count is ${count}, but there are ${this.entries.length} entries`);
    }
    if ((this.#flags & hashWriting) !== 0) {
      this.#say("flags", "hashWriting is set, but nobody is writing");
    }
    const unknown = this.#flags & ~(iterator | oldIterator | hashWriting | sameSizeGrow);
    if (unknown !== 0) {
      this.#say("flags", `there are bits that mean nothing (${unknown})`);
    }
    const noverflow = memory.read16(h + hmap.noverflow);
    if (this.#B < 16 && noverflow !== this.#overflowBuckets) {
      this.#say(
        "noverflow",
        `noverflow is ${noverflow}, but there are ${this.#overflowBuckets} overflow buckets`,
      );
    }
    this.#checkGrowth();
  }

  #checkGrowth(): void {
    const memory = this.#memory;
    const oldbuckets = memory.readWord(this.#h + hmap.oldbuckets);
    const nevacuate = memory.readWord(this.#h + hmap.nevacuate);
    if (oldbuckets === 0) {
      if ((this.#flags & sameSizeGrow) !== 0) {
        this.#say("flags", "sameSizeGrow is set, but the map is not growing");
      }
      return;
    }
    const old = 2 ** Math.max(this.#oldB, 0);
    if (nevacuate < 0 || nevacuate >= old) {
      this.#say("nevacuate", `nevacuate is ${nevacuate} of ${old} old buckets, but the growth has not ended`);
      return;
    }
    for (let index = 0; index < nevacuate; index++) {
      const b = oldbuckets + index * this.#t.bucketSize;
      if (!memory.has(b)) {
        return;
      }
      if (!isEvacuated(memory.read8(b))) {
        this.#say("nevacuate", `nevacuate is ${nevacuate}, but old bucket ${index} has not moved`);
        return;
      }
    }
  }

  /** Each entry must be where its hash says, with the mark that its hash says, and there once. */
  checkEntries(): void {
    const memory = this.#memory;
    const { key: type, hasher } = this.#t;
    const seedLow = memory.read32(this.#h + hmap.hash0) | 0;
    const seen = new Map<string, Entry[]>();
    for (const entry of this.entries) {
      if (!memory.has(entry.key)) {
        this.#say(placeOf(entry), "the pointer to a key points to no object");
        continue;
      }
      if (!type.equal(memory, entry.key, entry.key)) {
        continue;
      }
      type.hash(hasher, memory, entry.key, { seedLow, seedHigh: 0, random: new SeededRandom(0) });
      const { low, high } = hasher;
      if (
        tophash(high) !== entry.mark ||
        maskHash(low, high, entry.inOld ? this.#oldB : this.#B) !== entry.bucket
      ) {
        this.#say(placeOf(entry), "there is a key that its hash leads elsewhere: no lookup finds it");
      }
      const hash = `${low},${high}`;
      const others = seen.get(hash) ?? [];
      if (others.some((other) => type.equal(memory, other.key, entry.key))) {
        this.#say(placeOf(entry), "there is a key that is in the map twice");
      }
      seen.set(hash, [...others, entry]);
    }
  }
}

function placeOf({ bucket, inOld }: Entry): string {
  return `${inOld ? "old bucket" : "bucket"} ${bucket}`;
}
