/** A map as its bytes in memory show it, as JSON: docs/map-view.md describes the shape. */
import type { DecodedMap, DecodedTable, Slot, SlotBlock } from "../../golang/maps/decoded.js";
import { hexAddress } from "../../golang/types/words.js";
import { headerText } from "../map-header.js";

/** What any JSON value is made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * The map for `JSON.stringify`. Addresses are texts in hexadecimal, and numbers of the header are texts too: JSON readers round large
 * ones.
 */
export function mapJson(map: DecodedMap): { readonly [name: string]: Json } {
  return {
    implementation: map.implementation,
    address: hexAddress(map.address),
    type:
      map.type === undefined
        ? null
        : {
            address: hexAddress(map.type.address),
            name: map.type.name,
            keySize: map.type.keySize,
            elementSize: map.type.elementSize,
          },
    header: map.header.map((field) => ({
      name: field.name,
      value: headerText(field),
      meaning: field.meaning ?? null,
    })),
    count: map.count,
    writing: map.writing,
    growing: map.growing === undefined ? null : { ...map.growing },
    blocks: map.blocks.map(blockJson),
    oldBlocks: map.oldBlocks.map(blockJson),
    tables: map.tables.map(tableJson),
    broken: map.broken.map(({ where, sentence }) => ({ where, sentence })),
    keysInPlace: map.keysInPlace,
    cut: map.cut ?? null,
  };
}

function tableJson(table: DecodedTable): Json {
  const { used, capacity, growthLeft, localDepth, index } = table;
  return {
    address: hexAddress(table.address),
    directoryIndexes: table.directoryIndexes,
    used,
    capacity,
    growthLeft,
    localDepth,
    index,
    groups: table.groups.map(blockJson),
    unreadable: table.unreadable ?? null,
  };
}

function blockJson(block: SlotBlock): Json {
  return {
    address: hexAddress(block.address),
    index: block.index,
    overflow: block.overflow,
    slots: block.slots.map(slotJson),
    unreadable: block.unreadable ?? null,
  };
}

function slotJson(slot: Slot): Json {
  return {
    state: slot.state,
    mark: slot.mark,
    keyAddress: hexAddress(slot.keyAddress),
    elementAddress: hexAddress(slot.elementAddress),
    key: slot.key === undefined ? null : { ...slot.key },
    element: slot.element === undefined ? null : { ...slot.element },
  };
}
