/** A map as its bytes in memory show it, as JSON: docs/map-view.md describes the shape. */
import type { DecodedMap, DecodedTable, Slot, SlotBlock } from "../../golang/maps/decoded.js";
import { hexAddress } from "../../golang/types/words.js";
import { headerText } from "../map-header.js";

/** What any JSON value is made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * An object with a map in it (`map`), as JSON text piece by piece: whole, that of a map of a million elements is larger than a string
 * can be. Each bucket, group or table is on a line of its own.
 *
 * @param around the object's other fields, which come before the map
 */
export function* mapJsonPieces(
  around: { readonly [name: string]: Json },
  map: DecodedMap,
): Generator<string> {
  const { blocks, oldBlocks, tables, ...rest } = map;
  const plain = mapJson({ ...rest, blocks: [], oldBlocks: [], tables: [] });
  const lists: Readonly<Record<string, Iterable<Json>>> = {
    blocks: each(blocks, blockJson),
    oldBlocks: each(oldBlocks, blockJson),
    tables: each(tables, tableJson),
  };
  yield "{\n";
  for (const [name, value] of Object.entries(around)) {
    yield `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`;
  }
  yield '  "map": {';
  let between = "\n";
  for (const [name, value] of Object.entries(plain)) {
    yield `${between}    ${JSON.stringify(name)}: `;
    between = ",\n";
    const list = lists[name];
    if (list === undefined) {
      yield JSON.stringify(value);
    } else {
      yield* listPieces(list);
    }
  }
  yield "\n  }\n}\n";
}

function* each<T>(all: readonly T[], json: (one: T) => Json): Generator<Json> {
  for (const one of all) {
    yield json(one);
  }
}

function* listPieces(list: Iterable<Json>): Generator<string> {
  yield "[";
  let between = "\n      ";
  for (const one of list) {
    yield `${between}${JSON.stringify(one)}`;
    between = ",\n      ";
  }
  yield "]";
}

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
      offset: field.offset,
      size: field.size,
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
    shape: map.shape === undefined ? null : { ...map.shape },
    bytes: hexBytes(map.bytes),
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
    bytes: hexBytes(table.bytes),
  };
}

function blockJson(block: SlotBlock): Json {
  return {
    address: hexAddress(block.address),
    index: block.index,
    overflow: block.overflow,
    slots: block.slots.map(slotJson),
    unreadable: block.unreadable ?? null,
    bytes: hexBytes(block.bytes),
  };
}

/** Two digits a byte. */
function hexBytes(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined
    ? null
    : Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
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
