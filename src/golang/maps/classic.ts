/** Reads a classic map (`hmap`: up to Go 1.23, and 1.24 and 1.25 with `GOEXPERIMENT=noswissmap`). */
import type { Address } from "../memory.js";
import { hexAddress } from "../types/words.js";
import type { BrokenInvariants } from "./broken.js";
import { type ArrayCount, type ChainCount, ChainReader, classicState, readMarks } from "./chain.js";
import { checkClassicCounts, checkClassicHeader, checkMoving } from "./classic-checks.js";
import { cutSentence } from "./cut.js";
import type { DecodedMap, SlotBlock } from "./decoded.js";
import { hashWritingFlag, type MapHeader, sameSizeGrowFlag } from "./header.js";
import { markedSlots, SlotReader } from "./slots.js";
import type { KeptBytes } from "./kept-bytes.js";
import type { BoundedMemory, MapLimits, MapSource } from "./source.js";

/** How much is read at once, in bytes. */
const pieceSize = 1 << 16;

/** After so many buckets in a row that cannot be read, the rest is not tried. */
const mostMissing = 256;

type Parts = Pick<
  DecodedMap,
  "count" | "writing" | "growing" | "blocks" | "oldBlocks" | "tables" | "keysInPlace" | "cut"
>;

/** Reads what a classic map's header points to. */
export function decodeClassic(
  source: MapSource & { readonly memory: BoundedMemory; readonly kept: KeptBytes },
  header: MapHeader,
  limits: MapLimits,
  broken: BrokenInvariants,
): Parts {
  const count = header.number("count");
  const flags = header.number("flags");
  const sound = checkClassicHeader(header, broken);
  const size = 2 ** header.number("B");
  const buckets = header.number("buckets");
  const oldBuckets = header.number("oldbuckets");
  const sameSize = (flags & sameSizeGrowFlag) !== 0;
  const oldSize = sameSize ? size : Math.max(size / 2, 1);
  const state = { count, writing: (flags & hashWritingFlag) !== 0, tables: [], keysInPlace: 0 };
  const growing = (evacuated: number): Parts["growing"] =>
    oldBuckets === 0 || !sound ? undefined : { sameSize, evacuated, oldBuckets: oldSize };
  if (!sound) {
    return { ...state, growing: undefined, blocks: [], oldBlocks: [], cut: noBuckets };
  }
  if (source.shape === undefined) {
    const blocks = firstMarks(source.memory, buckets, source.kept);
    return { ...state, growing: growing(header.number("nevacuate")), blocks, oldBlocks: [], cut: noType };
  }
  const { memory, shape, values, kept } = source;
  const slots = new SlotReader({
    memory,
    shape,
    values,
    limits,
    stateOf: classicState,
    broken,
    seed: header.seed,
    kept,
  });
  const chains = new ChainReader(memory, shape.blockSize, { slots, broken, blocks: limits.blocks });
  const array = new BucketArray(memory, shape.blockSize, chains);
  const blocks: SlotBlock[] = [];
  const oldBlocks: SlotBlock[] = [];
  const now = array.read({ address: buckets, size: buckets === 0 ? 0 : size, name: "bucket" }, blocks);
  const before = array.read(
    { address: oldBuckets, size: oldBuckets === 0 ? 0 : oldSize, name: "old bucket" },
    oldBlocks,
  );
  checkClassicCounts(header, now, before, broken);
  checkMoving(header, now, before, broken);
  const whole = now.whole && before.whole;
  return {
    ...state,
    growing: growing(before.evacuated),
    blocks,
    oldBlocks,
    keysInPlace: slots.inPlace,
    cut: cutSentence({
      whole,
      spent: chains.spent,
      slots,
      total: blocksIn(now, size) + blocksIn(before, oldSize),
    }),
  };
}

const noBuckets = "The buckets were not read, because the header is not one of a map.";
const noType =
  "The map's type is not known, so where its keys and elements lie is not known either; only the first bucket's marks are shown.";

function blocksIn(array: ArrayCount, size: number): number {
  return array.idle.length === 0 ? 0 : size + array.overflow;
}

/** Reads arrays of buckets, piece by piece. */
class BucketArray {
  constructor(
    readonly memory: BoundedMemory,
    readonly blockSize: number,
    readonly chains: ChainReader,
  ) {}

  read(
    array: { readonly address: Address; readonly size: number; readonly name: string },
    into: SlotBlock[],
  ): ArrayCount {
    // Marks for the comparison of old and new buckets: one byte for each, as far as there is a limit anyway.
    const marks = Math.min(array.size, 1 << 22);
    const found = { full: 0, overflow: 0, evacuated: 0, whole: true };
    const idle = new Uint8Array(marks);
    const moved = new Uint8Array(marks);
    const atOnce = Math.max(Math.floor(pieceSize / this.blockSize), 1);
    let missing = 0;
    for (let first = 0; first < array.size; first += atOnce) {
      if (this.chains.spent || missing > mostMissing) {
        return { ...found, idle, moved, whole: false };
      }
      const number = Math.min(atOnce, array.size - first);
      const address = array.address + first * this.blockSize;
      const bytes = this.memory.read(address, number * this.blockSize);
      for (let at = 0; at < number && !this.chains.spent && missing <= mostMissing; at++) {
        const chain = this.#chain(array, first + at, bytes?.subarray(at * this.blockSize), into);
        missing = chain.missing ? missing + 1 : 0;
        found.full += chain.full;
        found.overflow += chain.overflow;
        found.evacuated += chain.moved > 0 ? 1 : 0;
        found.whole &&= chain.whole;
        if (first + at < marks) {
          idle[first + at] = chain.full === 0 ? 1 : 0;
          moved[first + at] = chain.moved > 0 || !chain.whole ? 1 : 0;
        }
      }
    }
    return { ...found, idle, moved, whole: found.whole && !this.chains.spent && missing <= mostMissing };
  }

  #chain(
    array: { readonly address: Address; readonly size: number; readonly name: string },
    index: number,
    rest: Uint8Array | undefined,
    into: SlotBlock[],
  ): ChainCount {
    const address = array.address + index * this.blockSize;
    // Where not all of a piece can be read, its buckets are tried one by one.
    const bytes = rest?.subarray(0, this.blockSize) ?? this.memory.read(address, this.blockSize);
    return this.chains.read(bytes, { address, index, of: array.size, name: `${array.name} ${index}` }, into);
  }
}

function firstMarks(memory: BoundedMemory, buckets: Address, kept: KeptBytes): readonly SlotBlock[] {
  if (buckets === 0) {
    return [];
  }
  const marks = readMarks(memory, buckets);
  const place = { address: buckets, index: 0, overflow: 0 };
  return marks === undefined
    ? [{ ...place, slots: [], unreadable: `there is no memory at ${hexAddress(buckets)}` }]
    : [{ ...place, slots: markedSlots(marks, classicState), unreadable: undefined, bytes: kept.keep(marks) }];
}
