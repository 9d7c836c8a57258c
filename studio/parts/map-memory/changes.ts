/** What is different in a map since another state of it. */
import type { PackedMap } from "../../../src/document/block-packer.js";
import type { SlotJson, TableJson } from "../../../src/document/map-schema.js";
import { addressText, noSlot, type PackedBlocks, slotsInBlock } from "../../../src/document/packed-blocks.js";

/** See the file's comment. */
export interface MapChanges {
  /** Names of the header's fields that have another value. */
  readonly fields: ReadonlySet<string>;
  /** What a field of the header was; undefined where it is as it was, or was not there. */
  before(field: string): string | undefined;
  /** Slots of a block that are different, by its number: bit 0 is slot 0. */
  slots(block: number): number;
  /** The slot as it was; undefined where there was none. */
  slotBefore(block: number, slot: number): SlotJson | undefined;
  /** Whether a table's own fields are different, or it is new. */
  table(table: TableJson): boolean;
  /** The bytes at an address as they were, in hexadecimal; null where they are not known. */
  bytesBefore(address: string): string | null;
  /** Whether there is anything to compare with. */
  readonly known: boolean;
}

const unchanged: MapChanges = {
  fields: new Set(),
  before: () => undefined,
  slots: () => 0,
  slotBefore: () => undefined,
  table: () => false,
  bytesBefore: () => null,
  known: false,
};

/**
 * Compares two states. Blocks are the same when they lie at the same address; one that was not there before is compared with an empty
 * one.
 */
export function changesSince(previous: PackedMap | null | undefined, { map, blocks }: PackedMap): MapChanges {
  if (previous === null || previous === undefined) {
    return unchanged;
  }
  const old = previous.blocks;
  const fieldsBefore = new Map(previous.map.header.map(({ name, value }) => [name, value]));
  const fields = new Set(
    map.header
      .filter(({ name, value }) => fieldsBefore.has(name) && fieldsBefore.get(name) !== value)
      .map(({ name }) => name),
  );
  const numbers = new Map<string, number>();
  for (let block = 0; block < old.count; block++) {
    numbers.set(addressOf(old, block), block);
  }
  const before = (block: number): number | undefined => numbers.get(addressOf(blocks, block));
  const tables = new Map(previous.map.tables.map((table) => [table.address, table]));
  return {
    fields,
    before: (field) => (fields.has(field) ? fieldsBefore.get(field) : undefined),
    slots: (block) => changedSlots({ blocks: old, block: before(block) }, { blocks, block }),
    slotBefore: (block, slot) => {
      const number = before(block);
      return number === undefined ? undefined : old.at(number).slots[slot];
    },
    table: (table) => !sameTable(tables.get(table.address), table),
    bytesBefore: (address) => {
      const number = numbers.get(address);
      return (
        (address === previous.map.address
          ? previous.map
          : number === undefined
            ? tables.get(address)
            : old.at(number)
        )?.bytes ?? null
      );
    },
    known: true,
  };
}

function addressOf(blocks: PackedBlocks, block: number): string {
  const address = blocks.columns.addresses[block] ?? Number.NaN;
  return Number.isNaN(address) ? blocks.at(block).address : addressText(address);
}

interface BlockOf {
  readonly blocks: PackedBlocks;
  readonly block: number;
}

function changedSlots(
  { blocks: old, block: number }: { readonly blocks: PackedBlocks; readonly block: number | undefined },
  now: BlockOf,
): number {
  if (number !== undefined && isAsItWas({ blocks: old, block: number }, now)) {
    return 0;
  }
  const before = number === undefined ? undefined : old.at(number);
  let bits = 0;
  for (const [index, slot] of now.blocks.at(now.block).slots.entries()) {
    const other = before?.slots[index];
    const same = other === undefined ? isEmpty(slot) : sameSlot(other, slot);
    bits |= same ? 0 : 1 << index;
  }
  return bits;
}

/** Whether two blocks are the same to the last byte: most are, and are not made for that. */
function isAsItWas(one: BlockOf, other: BlockOf): boolean {
  const [a, b] = [one.blocks.columns, other.blocks.columns];
  if (a.kinds[one.block] !== b.kinds[other.block] || a.lengths[one.block] !== b.lengths[other.block]) {
    return false;
  }
  for (let slot = 0; slot < slotsInBlock; slot++) {
    const [x, y] = [one.block * slotsInBlock + slot, other.block * slotsInBlock + slot];
    if (a.cells[x] !== b.cells[y] || ((a.cells[x] ?? noSlot) !== noSlot && a.marks[x] !== b.marks[y])) {
      return false;
    }
  }
  const [from, length] = [
    a.starts[one.block] ?? 0,
    (a.starts[one.block + 1] ?? 0) - (a.starts[one.block] ?? 0),
  ];
  const start = b.starts[other.block] ?? 0;
  if ((b.starts[other.block + 1] ?? 0) - start !== length) {
    return false;
  }
  for (let at = 0; at < length; at++) {
    if (a.records[from + at] !== b.records[start + at]) {
      return false;
    }
  }
  return true;
}

function isEmpty({ state }: SlotJson): boolean {
  return state === "empty" || state === "empty from here on";
}

function sameSlot(one: SlotJson, other: SlotJson): boolean {
  return (
    one.mark === other.mark &&
    one.state === other.state &&
    one.key?.text === other.key?.text &&
    one.element?.text === other.element?.text
  );
}

function sameTable(one: TableJson | undefined, other: TableJson): boolean {
  return (
    one !== undefined &&
    one.used === other.used &&
    one.capacity === other.capacity &&
    one.growthLeft === other.growthLeft &&
    one.localDepth === other.localDepth &&
    one.index === other.index
  );
}
