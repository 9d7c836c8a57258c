/**
 * Follows a classic map's bucket and its overflow buckets, and looks at their tophash bytes.
 *
 * ```text
 *  bucket i ─ overflow ─▶ bucket ─ overflow ─▶ bucket ─ 0
 *  tophash 0: empty, and so is all behind it    1: empty    2, 3: moved to the first, second half    4: moved, was empty
 *          5 and more: the upper 8 bits of the key's hash (5 added where these are below 5)
 * ```
 */
import type { Address } from "../memory.js";
import { readView, viewOf, wordAt } from "../types/words.js";
import type { Hash } from "./aes-hash.js";
import type { BrokenInvariants } from "./broken.js";
import type { SlotBlock, SlotState } from "./decoded.js";
import { slotsInBlock } from "./shape.js";
import type { BoundedMemory } from "./source.js";
import type { SlotReader } from "./slots.js";

const emptyRest = 0;
const evacuatedFirst = 2;
const evacuatedEmpty = 4;

/** What a tophash byte means. */
export function classicState(mark: number): SlotState {
  switch (mark) {
    case emptyRest:
      return "empty from here on";
    case 1:
      return "empty";
    case evacuatedFirst:
      return "moved to the first half";
    case 3:
      return "moved to the second half";
    case evacuatedEmpty:
      return "moved, was empty";
    default:
      return "full";
  }
}

/** The byte that stands for a hash: its upper 8 bits, 5 added where they would be taken for one of the marks below. */
function topHash({ high }: Hash): number {
  const top = high >>> 24;
  return top <= evacuatedEmpty ? top + evacuatedEmpty + 1 : top;
}

/** What a chain holds. */
export interface ChainCount {
  readonly full: number;
  /** Slots with marks of evacuation. */
  readonly moved: number;
  /** Slots that are empty without being moved. */
  readonly empty: number;
  readonly overflow: number;
  /** Whether all of it was read. */
  readonly whole: boolean;
  /** Whether the bucket itself cannot be read. */
  readonly missing: boolean;
}

/** What an array of buckets holds. */
export interface ArrayCount {
  readonly full: number;
  readonly overflow: number;
  /** How many buckets have moved. */
  readonly evacuated: number;
  /** By bucket, 1 where it is empty or has moved; for as many as were read. */
  readonly idle: Uint8Array;
  readonly moved: Uint8Array;
  /** Whether all was read. */
  readonly whole: boolean;
}

/** Which bucket a chain begins with. */
export interface Bucket {
  readonly index: number;
  /** How many buckets there are. */
  readonly of: number;
  readonly name: string;
}

/** What is remembered along a chain. */
interface ChainWalk {
  readonly name: string;
  /** Whether a slot said that all behind it is empty. */
  sawRest: boolean;
  /** The mark of the slot before. */
  last: number;
}

/** Reads chains. */
export class ChainReader {
  readonly #memory: BoundedMemory;
  readonly #slots: SlotReader;
  readonly #broken: BrokenInvariants;
  readonly #blockSize: number;
  #blocksLeft: number;

  constructor(
    memory: BoundedMemory,
    blockSize: number,
    parts: {
      readonly slots: SlotReader;
      readonly broken: BrokenInvariants;
      readonly blocks: number;
    },
  ) {
    this.#memory = memory;
    this.#blockSize = blockSize;
    this.#slots = parts.slots;
    this.#broken = parts.broken;
    this.#blocksLeft = parts.blocks;
  }

  /** Whether so many blocks were read that nothing more is. */
  get spent(): boolean {
    return this.#blocksLeft <= 0 || this.#memory.spent;
  }

  /**
   * Reads the chain of a bucket.
   *
   * @param bytes of the bucket itself; undefined when it cannot be read
   * @param name how it is called in sentences: `bucket 3`, `old bucket 3`
   * @param into where blocks that are kept go
   */
  read(
    bytes: Uint8Array | undefined,
    bucket: Bucket & { readonly address: Address },
    into: SlotBlock[],
  ): ChainCount {
    const count = { full: 0, moved: 0, empty: 0, overflow: 0, whole: true, missing: false };
    const walk: ChainWalk = { name: bucket.name, sawRest: false, last: -1 };
    const seen = new Set<Address>();
    let { address } = bucket;
    let current = bytes;
    for (let overflow = 0; ; overflow++) {
      const place = { address, index: bucket.index, overflow };
      this.#blocksLeft--;
      if (current === undefined) {
        push(
          into,
          this.#slots.unreadable(place, this.spent ? "the limit of this reading" : "no such memory"),
        );
        return { ...count, whole: false, missing: overflow === 0 };
      }
      this.#count(current, count, walk);
      this.#checkKeys(current, { ...bucket, name: nameOf(bucket.name, overflow) });
      push(into, this.#slots.block(current, place));
      const next = wordAt(viewOf(current), this.#blockSize - 8);
      if (next === 0) {
        break;
      }
      seen.add(address);
      if (seen.has(next)) {
        this.#broken.add(
          bucket.name,
          "Its chain of overflow buckets comes back to where it was: it has no end.",
        );
        return { ...count, whole: false };
      }
      if (this.spent) {
        return { ...count, whole: false };
      }
      count.overflow++;
      address = next;
      current = this.#memory.read(next, this.#blockSize);
    }
    this.#checkEnd(walk);
    this.#checkMoved(bucket.name, count);
    return count;
  }

  #checkKeys(bucket: Uint8Array, { index, of, name }: Bucket): void {
    this.#slots.checkKeys(
      bucket,
      (slot) => `${name}, slot ${slot}`,
      (slot, hash) => {
        const tophash = topHash(hash);
        const belongs = hash.low % of;
        if (of <= 0x1_0000_0000 && belongs !== index) {
          return `its hash puts it into bucket ${belongs}`;
        }
        return tophash === bucket[slot]
          ? undefined
          : `its tophash is ${tophash}, and ${bucket[slot]} stands there`;
      },
    );
  }

  #count(bucket: Uint8Array, count: { full: number; moved: number; empty: number }, walk: ChainWalk): void {
    for (let slot = 0; slot < slotsInBlock; slot++) {
      const mark = bucket[slot] ?? 0;
      if (mark > evacuatedEmpty) {
        count.full++;
      } else if (mark >= evacuatedFirst) {
        count.moved++;
      } else {
        count.empty++;
      }
      if (walk.sawRest && mark !== emptyRest) {
        this.#broken.add(
          walk.name,
          `A slot with tophash ${mark} comes after one that says that all behind it is empty: readers do not find it.`,
        );
        // Once for a chain is enough.
        walk.sawRest = false;
      } else if (mark === emptyRest) {
        walk.sawRest = true;
      }
      walk.last = mark;
    }
  }

  /** Deleting the last entry of a chain marks what is empty before it as empty from there on. */
  #checkEnd(walk: ChainWalk): void {
    this.#broken.expect(
      walk.last !== 1,
      walk.name,
      () => "Its last slot is empty, and not marked as the end of the chain.",
    );
  }

  #checkMoved(name: string, { full, moved, empty }: ChainCount): void {
    this.#broken.expect(
      moved === 0 || full + empty === 0,
      name,
      () => `${moved} slots are marked as moved, and ${full + empty} are not: a bucket moves as a whole.`,
    );
  }
}

function nameOf(bucket: string, overflow: number): string {
  return overflow === 0 ? bucket : `${bucket}, overflow ${overflow}`;
}

function push(into: SlotBlock[], block: SlotBlock | undefined): void {
  if (block !== undefined) {
    into.push(block);
  }
}

/** The tophash bytes of one bucket of which nothing more is known; undefined when they cannot be read. */
export function readMarks(memory: BoundedMemory, address: Address): Uint8Array | undefined {
  const view = readView(memory, address, slotsInBlock);
  return view === undefined ? undefined : new Uint8Array(view.buffer, view.byteOffset, slotsInBlock);
}
