/** Reads groups of a swiss map, and tables of them. */
import type { Address } from "../memory.js";
import { readView, wordAt } from "../types/words.js";
import type { Hash } from "./aes-hash.js";
import type { BrokenInvariants } from "./broken.js";
import type { DecodedTable, SlotBlock, SlotState } from "./decoded.js";
import { type MapShape, slotsInBlock } from "./shape.js";
import type { SlotReader } from "./slots.js";
import type { BoundedMemory } from "./source.js";

/** Control bytes; below 128 it is the lower 7 bits of the key's hash. */
const emptyControl = 0x80;
const deletedControl = 0xfe;

/** No table has more slots (`maxTableCapacity`). */
const largestCapacity = 1024;

/** Size of a table's own fields, in all versions; layout.ts says where they stand. */
export const tableSize = 32;

/** What a control byte means. */
export function swissState(mark: number): SlotState {
  if (mark < emptyControl) {
    return "full";
  }
  if (mark === emptyControl) {
    return "empty";
  }
  return mark === deletedControl ? "deleted" : "unknown";
}

/** What groups hold. */
export interface GroupCount {
  readonly full: number;
  readonly empty: number;
  readonly deleted: number;
  /** Whether all were read. */
  readonly whole: boolean;
}

/** A table's own fields. */
export type TableHead = Omit<DecodedTable, "directoryIndexes" | "groups" | "unreadable"> & {
  readonly groupsAt: Address;
  readonly lengthMask: number;
};

/** Reads a table's fields; undefined when they cannot be read. */
export function readTableHead(memory: BoundedMemory, address: Address): TableHead | undefined {
  const view = readView(memory, address, tableSize);
  return view === undefined
    ? undefined
    : {
        address,
        used: view.getUint16(0, true),
        capacity: view.getUint16(2, true),
        growthLeft: view.getUint16(4, true),
        localDepth: view.getUint8(6),
        index: Number(view.getBigInt64(8, true)),
        groupsAt: wordAt(view, 16),
        lengthMask: wordAt(view, 24),
      };
}

/** Groups that lie one after another. */
export interface Groups {
  readonly address: Address;
  readonly number: number;
  /** How their table is called in sentences; empty for a small map. */
  readonly name: string;
  /** Where the table stands in the directory, and how many upper bits of a hash choose an entry of that. */
  readonly directoryIndexes: readonly number[];
  readonly depth: number;
}

/** Why a key with a hash cannot be found in a group; undefined when it can. */
function wrongPlace(
  hash: Hash,
  mark: number,
  place: Groups & {
    readonly index: number;
    readonly all: Uint8Array | undefined;
    readonly blockSize: number;
  },
): string | undefined {
  const control = hash.low & 0x7f;
  if (mark !== control) {
    return `its control byte is ${control}, and ${mark} stands there`;
  }
  const { directoryIndexes, depth } = place;
  const entry = depth === 0 ? 0 : hash.high >>> (32 - depth);
  const [first = 0] = directoryIndexes;
  if (depth <= 32 && (entry < first || entry > (directoryIndexes.at(-1) ?? 0))) {
    return `its hash puts it into entry ${entry} of the directory`;
  }
  return endOfSearch(hash.low >>> 7, place);
}

/**
 * Follows the search for a key: from a group on to the one after it, to the second after that, and so on, until one has an empty
 * slot.
 */
function endOfSearch(
  start: number,
  {
    index,
    number,
    all,
    blockSize,
  }: {
    readonly index: number;
    readonly number: number;
    readonly all: Uint8Array | undefined;
    readonly blockSize: number;
  },
): string | undefined {
  let group = start & (number - 1);
  for (let step = 1; step <= number && group !== index && all !== undefined; step++) {
    const marks = all.subarray(group * blockSize, group * blockSize + slotsInBlock);
    if (marks.includes(emptyControl)) {
      return `a search for it ends in group ${group}`;
    }
    group = (group + step) & (number - 1);
  }
  return undefined;
}

/** Reads groups that lie one after another. */
export class GroupReader {
  readonly #memory: BoundedMemory;
  readonly #shape: MapShape;
  readonly #slots: SlotReader;
  readonly #broken: BrokenInvariants;
  #left: number;

  constructor(
    memory: BoundedMemory,
    shape: MapShape,
    parts: { readonly slots: SlotReader; readonly broken: BrokenInvariants; readonly blocks: number },
  ) {
    this.#memory = memory;
    this.#shape = shape;
    this.#slots = parts.slots;
    this.#broken = parts.broken;
    this.#left = parts.blocks;
  }

  /** Whether so many groups were read that nothing more is. */
  get spent(): boolean {
    return this.#left <= 0 || this.#memory.spent;
  }

  /** @param into where groups that are kept go */
  read(groups: Groups, into: SlotBlock[]): GroupCount {
    const count = { full: 0, empty: 0, deleted: 0, whole: true };
    const { blockSize } = this.#shape;
    const number = Math.min(groups.number, largestCapacity / slotsInBlock);
    const all = this.#memory.read(groups.address, number * blockSize);
    for (let index = 0; index < number; index++) {
      if (this.spent) {
        return { ...count, whole: false };
      }
      this.#left--;
      const place = { address: groups.address + index * blockSize, index, overflow: 0 };
      const bytes =
        all?.subarray(index * blockSize, (index + 1) * blockSize) ??
        this.#memory.read(place.address, blockSize);
      const name = `${groups.name}${groups.name === "" ? "" : " "}group ${index}`;
      let block: SlotBlock | undefined;
      if (bytes === undefined) {
        count.whole = false;
        const why = this.#memory.spent ? "the limit of this reading" : "no such memory";
        block = this.#slots.unreadable(place, why);
      } else {
        this.#count(bytes, count, name);
        this.#slots.checkKeys(
          bytes,
          (slot) => `${name}, slot ${slot}`,
          (slot, hash) => wrongPlace(hash, bytes[slot] ?? 0, { ...groups, index, all, blockSize }),
        );
        block = this.#slots.block(bytes, place);
      }
      if (block !== undefined) {
        into.push(block);
      }
    }
    return count;
  }

  #count(bytes: Uint8Array, count: { full: number; empty: number; deleted: number }, name: string): void {
    for (let slot = 0; slot < slotsInBlock; slot++) {
      const mark = bytes[slot] ?? 0;
      if (mark < emptyControl) {
        count.full++;
      } else if (mark === emptyControl) {
        count.empty++;
      } else if (mark === deletedControl) {
        count.deleted++;
      } else {
        this.#broken.add(name, `Slot ${slot} has the control byte ${mark}, which has no meaning.`);
      }
    }
  }
}

/** Checks a table by itself, as it is when nobody changes it. False when its groups should not be read. */
export function checkTableHead(head: TableHead, name: string, broken: BrokenInvariants): boolean {
  const { capacity, used, growthLeft, lengthMask } = head;
  const soundCapacity =
    capacity >= slotsInBlock && capacity <= largestCapacity && (capacity & (capacity - 1)) === 0;
  broken.expect(
    soundCapacity,
    `${name} capacity`,
    () => `It is ${capacity}; a table has 8, 16, 32 … 1024 slots.`,
  );
  if (!soundCapacity) {
    return false;
  }
  const groups = capacity / slotsInBlock;
  broken.expect(
    lengthMask === groups - 1,
    `${name} lengthMask`,
    () => `It is ${lengthMask}, and ${groups} groups need ${groups - 1}.`,
  );
  const most = (capacity * 7) / 8;
  broken.expect(
    used + growthLeft <= most,
    `${name} growthLeft`,
    () => `It is ${growthLeft} with ${used} used, and together they are ${most} at most.`,
  );
  return true;
}

/** Checks a table against what its groups hold. */
export function checkTableCounts(
  head: TableHead,
  count: GroupCount,
  name: string,
  broken: BrokenInvariants,
): void {
  if (!count.whole) {
    return;
  }
  const { capacity, used, growthLeft } = head;
  broken.expect(
    used === count.full,
    `${name} used`,
    () => `It is ${used}, and ${count.full} slots are full.`,
  );
  const left = (capacity * 7) / 8 - count.full - count.deleted;
  broken.expect(
    growthLeft === left,
    `${name} growthLeft`,
    () =>
      `It is ${growthLeft}; with ${count.full} full and ${count.deleted} deleted slots of ${capacity}, it should be ${left}.`,
  );
  broken.expect(
    count.empty > 0,
    name,
    () => "No slot is empty, so a search for a key that is not there has no end.",
  );
}
