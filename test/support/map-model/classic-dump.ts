/** Canonical bytes of a classic map: see dump_classic.go. */
import type { Address } from "../../../src/golang/memory.js";
import type { ClassicMapType } from "../../../src/gomap/classic/layout.js";
import { hmap, mapextra, sameSizeGrow, slice } from "../../../src/gomap/classic/layout.js";
import { heapBase, type MapMemory } from "../../../src/gomap/machine/memory.js";
import { stringOffset, type Words } from "./canonical.js";

const kindUnit = 0x1_0000_0000;

/** Appends a map's canonical bytes. */
export function dumpClassic(
  words: Words,
  memory: MapMemory,
  t: ClassicMapType,
  h: Address,
  layout: DumpLayout,
): void {
  new Dumper(words, memory, t, h, layout).dump();
}

/** What of a type is needed besides its layout. */
export interface DumpLayout {
  /** Where the bytes of strings begin. */
  readonly arena: Address;
  /** Where in a key there are strings. */
  readonly keyStrings: readonly number[];
}

class Dumper {
  readonly #buckets: Address;
  readonly #oldbuckets: Address;
  readonly #object: number;
  readonly #oldObject: number;
  readonly #ordinals = new Map<Address, number>();

  constructor(
    readonly words: Words,
    readonly memory: MapMemory,
    readonly t: ClassicMapType,
    readonly h: Address,
    readonly layout: DumpLayout,
  ) {
    this.#buckets = memory.readWord(h + hmap.buckets);
    this.#oldbuckets = memory.readWord(h + hmap.oldbuckets);
    this.#object = memory.objectAt(this.#buckets);
    this.#oldObject = memory.objectAt(this.#oldbuckets);
  }

  dump(): void {
    const { words, memory, h, t } = this;
    const B = memory.read8(h + hmap.B);
    const extra = memory.readWord(h + hmap.extra);
    words.u64(memory.readWord(h + hmap.count));
    words.u32(memory.read32(h + hmap.flags));
    words.u32(memory.read32(h + hmap.hash0));
    words.u64(this.pointer(this.#buckets));
    words.u64(this.pointer(this.#oldbuckets));
    words.u64(memory.readWord(h + hmap.nevacuate));
    words.u64(extra === 0 ? 0 : 1);
    if (this.#buckets !== 0) {
      this.array(this.#buckets, 2 ** B);
    }
    if (this.#oldbuckets !== 0) {
      const same = (memory.read8(h + hmap.flags) & sameSizeGrow) !== 0;
      this.array(this.#oldbuckets, same ? 2 ** B : 2 ** B / 2);
    }
    if (extra !== 0) {
      this.list(memory.readWord(extra + mapextra.overflow));
      this.list(memory.readWord(extra + mapextra.oldoverflow));
      const next = memory.readWord(extra + mapextra.nextOverflow);
      words.u64(this.pointer(next));
      if (next !== 0) {
        words.u64(this.pointer(memory.readWord(next + t.bucketSize - 8)));
      }
    }
  }

  pointer(address: Address): number {
    if (address === 0) {
      return 0;
    }
    const object = this.memory.objectAt(address);
    if (object === this.#object) {
      return kindUnit + address - this.#buckets;
    }
    if (object === this.#oldObject) {
      return 2 * kindUnit + address - this.#oldbuckets;
    }
    let ordinal = this.#ordinals.get(address);
    if (ordinal === undefined) {
      ordinal = 3 * kindUnit + this.#ordinals.size;
      this.#ordinals.set(address, ordinal);
    }
    return ordinal;
  }

  array(buckets: Address, count: number): void {
    const { bucketSize } = this.t;
    for (let index = 0; index < count; index++) {
      let b = buckets + index * bucketSize;
      while (b !== 0) {
        this.bucket(b);
        b = this.memory.readWord(b + bucketSize - 8);
      }
    }
  }

  bucket(b: Address): void {
    const { t, words, memory } = this;
    words.u32(memory.read32(b));
    words.u32(memory.read32(b + 4));
    if (t.indirectKey) {
      this.pointed(b + 8, t.key.size);
    } else if (this.layout.keyStrings.length === 0) {
      this.raw(b + 8, 8 * t.keySize);
    } else {
      for (let i = 0; i < 8; i++) {
        this.key(b + 8 + i * t.keySize);
      }
    }
    if (t.indirectElem) {
      this.pointed(b + t.elems, t.elem.size);
    } else {
      this.raw(b + t.elems, 8 * t.valueSize);
    }
    words.u64(this.pointer(memory.readWord(b + t.bucketSize - 8)));
  }

  raw(from: Address, length: number): void {
    const { words } = this;
    const { u32 } = this.memory;
    const first = (from - heapBase) >> 2;
    for (let index = 0; index < length >> 2; index++) {
      words.u32(u32[first + index]!);
    }
  }

  key(at: Address): void {
    const start = this.words.length;
    this.raw(at, this.t.key.size);
    for (const offset of this.layout.keyStrings) {
      const pointer = stringOffset(this.memory.readWord(at + offset), this.layout.arena);
      this.words.words[start + offset / 4] = pointer;
      this.words.words[start + offset / 4 + 1] = 0;
    }
  }

  pointed(pointers: Address, size: number): void {
    for (let i = 0; i < 8; i++) {
      const at = this.memory.readWord(pointers + 8 * i);
      this.words.u64(at === 0 ? 0 : 1);
      if (at !== 0) {
        this.raw(at, size);
      }
    }
  }

  list(list: Address): void {
    const { words, memory } = this;
    if (list === 0) {
      words.u64(0);
      return;
    }
    const length = memory.readWord(list + slice.len);
    const array = memory.readWord(list + slice.array);
    words.u64(1);
    words.u64(length);
    words.u64(memory.readWord(list + slice.cap));
    for (let index = 0; index < length; index++) {
      words.u64(this.pointer(memory.readWord(array + 8 * index)));
    }
  }
}
