/** A map as its bytes in memory show it, as JSON: docs/map-view.md describes the shape. */
import type { DecodedMap, DecodedTable, ShownValue, Slot, SlotBlock } from "../../golang/maps/decoded.js";
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
  const empty = { blocks: [], oldBlocks: [], tables: [] };
  // The lists come last: who reads them line by line knows by then what they are of.
  const plain = Object.entries(mapJson({ ...rest, ...empty })).filter(([name]) => !(name in empty));
  yield "{\n";
  for (const [name, value] of Object.entries(around)) {
    yield `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`;
  }
  yield '  "map": {\n';
  for (const [name, value] of plain) {
    yield `    ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`;
  }
  yield '    "blocks": ';
  yield* listPieces(blocks, blockText);
  yield ',\n    "oldBlocks": ';
  yield* listPieces(oldBlocks, blockText);
  yield ',\n    "tables": ';
  yield* listPieces(tables, tableText);
  yield "\n  }\n}\n";
}

function* listPieces<T>(list: readonly T[], text: (one: T) => string): Generator<string> {
  yield "[";
  let between = "\n      ";
  for (const one of list) {
    yield between + text(one);
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

/** A table, with a line of its own in the text. */
function tableJson(table: DecodedTable): { readonly [name: string]: Json } {
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

function tableText(table: DecodedTable): string {
  const fields = Object.entries(tableJson({ ...table, groups: [] })).map(
    ([name, value]) =>
      `${JSON.stringify(name)}:${name === "groups" ? `[${table.groups.map(blockText).join(",")}]` : JSON.stringify(value)}`,
  );
  return `{${fields.join(",")}}`;
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

/** As `JSON.stringify(blockJson(block))`, without objects in between: there may be a hundred thousand of them. */
function blockText({ address, index, overflow, slots, unreadable, bytes }: SlotBlock): string {
  const hex = hexBytes(bytes);
  return (
    `{"address":"${hexAddress(address)}","index":${index},"overflow":${overflow},"slots":[${slots.map(slotText).join(",")}],` +
    `"unreadable":${JSON.stringify(unreadable ?? null)},"bytes":${hex === null ? "null" : `"${hex}"`}}`
  );
}

const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** Two digits a byte. */
function hexBytes(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) {
    return null;
  }
  let text = "";
  for (const byte of bytes) {
    text += digits[byte] ?? "";
  }
  return text;
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

function slotText({ state, mark, keyAddress, elementAddress, key, element }: Slot): string {
  return (
    `{"state":"${state}","mark":${mark},"keyAddress":"${hexAddress(keyAddress)}","elementAddress":"${hexAddress(elementAddress)}",` +
    `"key":${valueText(key)},"element":${valueText(element)}}`
  );
}

function valueText(value: ShownValue | undefined): string {
  return value === undefined
    ? "null"
    : `{"text":${JSON.stringify(value.text)},"unreadable":${String(value.unreadable)}}`;
}
