/** The bytes of a header, bucket, group or table, and the fields in them. */
import type { BlockJson, MapJson, TableJson } from "../../../src/document/map-schema.js";
import { tableFields } from "../../../src/golang/maps/layout.js";
import { sanitizeLine } from "../../../src/base/text.js";
import { parsePlace, placeText, type MapPlace } from "../../../src/report/map-places.js";
import { cut } from "../../../src/report/text/shown.js";
import { type GridPanel, locate, slotsInBlock } from "./grid.js";

/** A field, by Go's own name. */
export interface RegionField {
  readonly name: string;
  /** In bytes from the region's beginning. */
  readonly offset: number;
  readonly size: number;
  readonly value: string;
  /** The place that stands for it: its slot, the header's field. */
  readonly place: string;
}

/** A piece of memory. */
export interface Region {
  /** `bucket 3` */
  readonly title: string;
  /** Place of the whole. */
  readonly place: string;
  /** In hexadecimal. */
  readonly address: string;
  /** Undefined where they were not kept. */
  readonly bytes: Uint8Array | undefined;
  readonly fields: readonly RegionField[];
}

/** More bytes than any bucket or group has. */
const mostBytes = 1 << 13;
const longestValue = 200;
/** More fields than any header has. */
const mostFields = 64;

/** The piece of memory in which a place is; the header where there is none. */
export function regionOf(map: MapJson, panels: readonly GridPanel[], place: string): Region {
  const found = locate(panels, place);
  if (found?.table !== undefined) {
    return tableRegion(found.table, parsePlace(place));
  }
  const parsed = parsePlace(place);
  return found?.block === undefined || parsed.kind !== "block"
    ? headerRegion(map)
    : blockRegion(map, found.block, parsed);
}

function headerRegion(map: MapJson): Region {
  return {
    title: "header",
    place: "header",
    address: map.address,
    bytes: bytesOf(map.bytes),
    fields: map.header
      .slice(0, mostFields)
      .flatMap(({ name, value, offset, size }) =>
        offset === null || size === null
          ? []
          : [{ name: shownValue(name), offset, size, value: shownValue(value), place: name }],
      ),
  };
}

function tableRegion(table: TableJson, place: MapPlace): Region {
  const number = place.kind === "table" ? place.table : 0;
  const bytes = bytesOf(table.bytes);
  const known: ReadonlyMap<string, number> = new Map([
    ["used", table.used],
    ["capacity", table.capacity],
    ["growthLeft", table.growthLeft],
    ["localDepth", table.localDepth],
    ["index", table.index],
  ]);
  return {
    title: `table ${number}`,
    place: placeText({ kind: "table", table: number, field: "" }),
    address: table.address,
    bytes,
    fields: tableFields.map(({ name, offset, size }) => ({
      name,
      offset,
      size,
      value: String(known.get(name) ?? wordText(bytes, offset)),
      place: placeText({ kind: "table", table: number, field: name }),
    })),
  };
}

function blockRegion(
  map: MapJson,
  block: BlockJson,
  place: Extract<MapPlace, { readonly kind: "block" }>,
): Region {
  const bytes = bytesOf(block.bytes);
  const slotPlace = (slot: number): string => placeText({ ...place, slot });
  const isClassic = map.implementation === "classic";
  const marks = block.slots.map((slot, index): RegionField => ({
    name: isClassic ? `tophash[${index}]` : `ctrls[${index}]`,
    offset: index,
    size: 1,
    value: `0x${slot.mark.toString(16).padStart(2, "0")} ${slot.state}`,
    place: slotPlace(index),
  }));
  const whole = placeText({ ...place, slot: undefined });
  return {
    title: whole,
    place: whole,
    address: block.address,
    bytes,
    fields: [...marks, ...entryFields(map, block, slotPlace), ...overflowField(map, bytes, whole)],
  };
}

function entryFields(
  map: MapJson,
  block: BlockJson,
  slotPlace: (slot: number) => string,
): readonly RegionField[] {
  const { shape } = map;
  if (shape === null) {
    return [];
  }
  const isClassic = map.implementation === "classic";
  const keySize = shape.indirectKey ? 8 : shape.keySize;
  const elementSize = shape.indirectElement ? 8 : shape.elementSize;
  return Array.from(
    { length: Math.min(slotsInBlock, block.slots.length) },
    (_, slot): readonly RegionField[] => {
      const { key = null, element = null, keyAddress = "", elementAddress = "" } = block.slots[slot] ?? {};
      const pointer = (address: string, is: boolean): string => (is ? `${address} → ` : "");
      return [
        {
          name: isClassic ? `keys[${slot}]` : `slots[${slot}].key`,
          offset: shape.keysOffset + slot * shape.keyStride,
          size: keySize,
          value: key === null ? "" : pointer(keyAddress, shape.indirectKey) + shownValue(key.text),
          place: slotPlace(slot),
        },
        {
          name: isClassic ? `elems[${slot}]` : `slots[${slot}].elem`,
          offset: shape.elementsOffset + slot * shape.elementStride,
          size: elementSize,
          value:
            element === null ? "" : pointer(elementAddress, shape.indirectElement) + shownValue(element.text),
          place: slotPlace(slot),
        },
      ];
    },
  )
    .flat()
    .filter(({ size }) => size > 0)
    .toSorted((one, other) => one.offset - other.offset);
}

function overflowField(
  { implementation, shape }: MapJson,
  bytes: Uint8Array | undefined,
  place: string,
): readonly RegionField[] {
  if (implementation !== "classic" || shape === null || shape.blockSize < 16) {
    return [];
  }
  const offset = shape.blockSize - 8;
  return [{ name: "overflow", offset, size: 8, value: wordText(bytes, offset), place }];
}

/** A key or element on one line, cut where it is long. */
export function shownValue(text: string): string {
  return cut(sanitizeLine(cut(text, 4 * longestValue)), longestValue);
}

/** Eight bytes as a number in hexadecimal; empty where they are not known. */
function wordText(bytes: Uint8Array | undefined, offset: number): string {
  if (bytes === undefined || offset + 8 > bytes.length) {
    return "";
  }
  return `0x${new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(offset, true).toString(16)}`;
}

/** Reads two digits a byte; undefined for anything else. */
export function bytesOf(hex: string | null): Uint8Array | undefined {
  if (hex === null || hex.length % 2 !== 0 || hex.length > 2 * mostBytes || !/^[\da-f]*$/i.test(hex)) {
    return undefined;
  }
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}

/** For each byte, the index of the field that it is of; -1 for none. */
export function fieldOfBytes({ bytes, fields }: Region): Int16Array {
  const of = new Int16Array(bytes?.length ?? 0).fill(-1);
  for (const [index, { offset, size }] of fields.entries()) {
    of.fill(index, Math.min(of.length, offset), Math.min(of.length, offset + size));
  }
  return of;
}
