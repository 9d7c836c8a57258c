/**
 * The buckets or groups of a map as columns: a million slots as objects take half a gigabyte, and seconds to be made, checked and handed
 * from one thread to another; as columns they are a tenth of that, and are handed on as they lie in memory.
 *
 * ```text
 *  one column for each          of a block: address, index, overflow, kind, where its record begins, how many bytes are kept
 *  eight cells for each block   of a slot: state (and what is known of key and element), mark
 *  record of a block            its memory as it was read │ ["key","element","key",…] of the slots that have some
 * ```
 *
 * Nothing is lost: a block in which there is anything else (an address that does not follow from the map's shape, something that is
 * unreadable) has its JSON as its record. Blocks of all lists follow each other: buckets, old buckets, the groups of each table.
 */
import { TextDecoder } from "node:util";
import { MaptrapError } from "../base/errors.js";
import type { BlockJson, MapJson, SlotJson } from "./map-schema.js";
import { blockSchema } from "./map-schema.js";
import { nowhere, slotAddresses } from "./slot-addresses.js";
import { slotStates } from "./slot-states.js";

/** Slots of a bucket or group. */
export const slotsInBlock = 8;

/** Stands for a slot that a block does not have. */
export const noSlot = 255;

/** Bits of a slot's cell: three of its state, then what of its entry is known. */
export const slotBits = { state: 7, key: 8, element: 16, keyUnreadable: 32, elementUnreadable: 64 } as const;

/** What a block's record is, and how its slots' addresses are known. */
export const blockKinds = { placed: 0, unplaced: 1, asJson: 2 } as const;

/** In the place of a length: the block's memory was not kept. */
export const notKept = 0xffff_ffff;

/** Columns of blocks that are not what their own figures say. */
export class PackedBlocksError extends MaptrapError {
  constructor(what: string) {
    super(`the buckets of a map are damaged: ${what}`, {
      wayOut: "make the file again with this version of maptrap",
    });
  }
}

/** The columns. */
export interface BlockColumns {
  /** NaN where the address is no number as it is usually written. */
  readonly addresses: Float64Array;
  readonly indexes: Float64Array;
  readonly overflows: Float64Array;
  /** Where each record begins, and where the last one ends. */
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
  readonly kinds: Uint8Array;
  /** `slotBits`, or `noSlot`. */
  readonly cells: Uint8Array;
  readonly marks: Uint8Array;
  readonly records: Uint8Array;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Blocks in columns. Numbers of blocks count through all lists. */
export class PackedBlocks {
  readonly #ends: readonly number[];

  constructor(
    readonly columns: BlockColumns,
    /** How many blocks each list has: buckets, old buckets, groups of the first table, of the second … */
    readonly lists: readonly number[],
    readonly shape: MapJson["shape"],
  ) {
    let end = 0;
    this.#ends = lists.map((length) => (end += length));
  }

  /** How many there are in all. */
  get count(): number {
    return this.columns.kinds.length;
  }

  /** The first number of a list, and the one after its last. */
  listRange(list: number): readonly [number, number] {
    return [this.#ends[list - 1] ?? 0, this.#ends[list] ?? this.count];
  }

  /** The state of a slot; undefined where the block has no such slot. */
  state(block: number, slot: number): SlotJson["state"] | undefined {
    const cell = this.columns.cells[block * slotsInBlock + slot] ?? noSlot;
    return cell === noSlot ? undefined : slotStates[cell & slotBits.state];
  }

  /** A block as its JSON has it; one whose record is damaged is unreadable. */
  at(block: number): BlockJson {
    const { kinds, starts, lengths, records } = this.columns;
    const [start, end] = [starts[block] ?? 0, starts[block + 1] ?? 0];
    const length = lengths[block] ?? notKept;
    const texts = start + (length === notKept ? 0 : length);
    const json = parsed(records.subarray(texts, end));
    if (kinds[block] === blockKinds.asJson) {
      return blockSchema.safeParse(json).data ?? this.#damaged(block);
    }
    return Array.isArray(json)
      ? this.#made(block, length === notKept ? null : records.subarray(start, texts), json)
      : this.#damaged(block);
  }

  #damaged(block: number): BlockJson {
    const { addresses, indexes, overflows } = this.columns;
    return {
      address: addressText(addresses[block] ?? 0),
      index: indexes[block] ?? 0,
      overflow: overflows[block] ?? 0,
      slots: [],
      unreadable: "its record in the file is damaged",
      bytes: null,
    };
  }

  #made(block: number, bytes: Uint8Array | null, texts: readonly unknown[]): BlockJson {
    const { addresses, indexes, overflows, kinds, cells, marks } = this.columns;
    const address = addresses[block] ?? 0;
    const addressesOf =
      kinds[block] === blockKinds.placed ? slotAddresses(this.shape, address, bytes) : nowhere;
    const slots: SlotJson[] = [];
    let next = 0;
    const value = (unreadable: boolean): SlotJson["key"] => {
      const text = texts[next++];
      return { text: typeof text === "string" ? text : "", unreadable };
    };
    for (let slot = 0; slot < slotsInBlock; slot++) {
      const cell = cells[block * slotsInBlock + slot] ?? noSlot;
      if (cell === noSlot) {
        break;
      }
      const has = (bit: number): boolean => (cell & bit) !== 0;
      const key = has(slotBits.key) ? value(has(slotBits.keyUnreadable)) : null;
      const element = has(slotBits.element) ? value(has(slotBits.elementUnreadable)) : null;
      slots.push({
        state: slotStates[cell & slotBits.state] ?? "unknown",
        mark: marks[block * slotsInBlock + slot] ?? 0,
        ...addressesOf(slot, key !== null || element !== null),
        key,
        element,
      });
    }
    return {
      address: addressText(address),
      index: indexes[block] ?? 0,
      overflow: overflows[block] ?? 0,
      slots,
      unreadable: null,
      bytes: bytes === null ? null : hexOf(bytes),
    };
  }
}

function parsed(record: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(record));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

/** An address as it is written. */
export function addressText(address: number): string {
  return `0x${address.toString(16)}`;
}

const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** Two digits a byte. */
export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += digits[byte] ?? "";
  }
  return text;
}
