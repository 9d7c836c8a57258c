/** What is different in a map since another state of it. */
import type { BlockJson, MapJson, SlotJson, TableJson } from "../../../src/document/map-schema.js";

/** See the file's comment. */
export interface MapChanges {
  /** Names of the header's fields that have another value. */
  readonly fields: ReadonlySet<string>;
  /** What a field of the header was; undefined where it is as it was, or was not there. */
  before(field: string): string | undefined;
  /** Slots of a block that are different: bit 0 is slot 0. */
  slots(block: BlockJson): number;
  /** The slot as it was; undefined where there was none. */
  slotBefore(block: BlockJson, slot: number): SlotJson | undefined;
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
export function changesSince(previous: MapJson | null | undefined, map: MapJson): MapChanges {
  if (previous === null || previous === undefined) {
    return unchanged;
  }
  const fieldsBefore = new Map(previous.header.map(({ name, value }) => [name, value]));
  const fields = new Set(
    map.header
      .filter(({ name, value }) => fieldsBefore.has(name) && fieldsBefore.get(name) !== value)
      .map(({ name }) => name),
  );
  const blocks = new Map<string, BlockJson>();
  const tables = new Map<string, TableJson>();
  const remember = (all: readonly BlockJson[]): void =>
    all.forEach((block) => blocks.set(block.address, block));
  remember(previous.blocks);
  remember(previous.oldBlocks);
  for (const table of previous.tables) {
    tables.set(table.address, table);
    remember(table.groups);
  }
  return {
    fields,
    before: (field) => (fields.has(field) ? fieldsBefore.get(field) : undefined),
    slots: (block) => changedSlots(blocks.get(block.address), block),
    slotBefore: (block, slot) => blocks.get(block.address)?.slots[slot],
    table: (table) => !sameTable(tables.get(table.address), table),
    bytesBefore: (address) =>
      (address === previous.address ? previous : (blocks.get(address) ?? tables.get(address)))?.bytes ?? null,
    known: true,
  };
}

function changedSlots(before: BlockJson | undefined, block: BlockJson): number {
  let bits = 0;
  for (const [index, slot] of block.slots.entries()) {
    const old = before?.slots[index];
    const same = old === undefined ? isEmpty(slot) : sameSlot(old, slot);
    bits |= same ? 0 : 1 << index;
  }
  return bits;
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
