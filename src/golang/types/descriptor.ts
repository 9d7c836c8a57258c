/** Reads one type descriptor. */
import type { Address, Memory } from "../memory.js";
import { isSoundShape, type MapShape } from "../maps/shape.js";
import { type GoField, type Kind, kinds } from "./go-type.js";
import type { TypeLayout } from "./layout.js";
import { readName } from "./names.js";
import { readView, viewOf, wordAt } from "./words.js";

/** How much all descriptors have in common, in bytes. */
export const commonSize = 48;

/** Flags of a type. */
export const flagUncommon = 1;
export const flagExtraStar = 2;
export const flagNamed = 4;
const flagRegular = 8;
const flagDirect = 32;

/** The mark beside the kind, up to 1.25. */
const kindDirect = 32;

/** No type of a program is larger, in bytes. */
const largestSize = 2 ** 40;

/** A struct has no more fields: the compiler takes minutes for a tenth of it. */
const mostFields = 0x1_0000;

/** How large values of a kind are, where that follows from the kind, in bytes. */
const fixedSizes: Readonly<Partial<Record<Kind, number>>> = {
  bool: 1,
  int: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  uintptr: 8,
  float32: 4,
  float64: 8,
  complex64: 8,
  complex128: 16,
  chan: 8,
  func: 8,
  interface: 16,
  map: 8,
  ptr: 8,
  slice: 24,
  string: 16,
  "unsafe.Pointer": 8,
};

/** What all descriptors begin with. */
export interface DescriptorHead {
  readonly size: number;
  readonly kind: Kind;
  readonly flags: number;
  readonly direct: boolean;
  /** Whether values are compared and hashed as one region of memory. */
  readonly regular: boolean;
  /** Offset of its name from the start of its module's types. */
  readonly name: number;
}

/**
 * Reads what all descriptors begin with.
 *
 * @param view from the descriptor's start on
 * @returns undefined when these bytes cannot be the start of a descriptor
 */
export function parseHead(view: DataView, offset: number, layout: TypeLayout): DescriptorHead | undefined {
  const kindByte = view.getUint8(offset + 23);
  const kind = kinds[(kindByte & 0x1f) - 1];
  const flags = view.getUint8(offset + 20);
  const align = view.getUint8(offset + 21);
  const size = wordAt(view, offset);
  const isOne =
    kind !== undefined &&
    flags < 64 &&
    (align === 1 || align === 2 || align === 4 || align === 8) &&
    size <= largestSize &&
    size === (fixedSizes[kind] ?? size) &&
    wordAt(view, offset + 8) <= size;
  if (!isOne) {
    return undefined;
  }
  const direct = layout.directMark === "kind" ? (kindByte & kindDirect) !== 0 : (flags & flagDirect) !== 0;
  return {
    size,
    kind,
    flags,
    direct,
    regular: (flags & flagRegular) !== 0,
    name: view.getInt32(offset + 40, true),
  };
}

/** How large a descriptor of a kind is without its methods, in bytes: where what named types have besides begins. */
export function descriptorSize(kind: Kind, layout: TypeLayout): number {
  switch (kind) {
    case "map":
      return mapTypeSize(layout);
    case "struct":
    case "interface":
      return 80;
    case "array":
      return 72;
    case "chan":
      return 64;
    case "ptr":
    case "slice":
    case "func":
      return 56;
    default:
      return commonSize;
  }
}

/** How large a map's descriptor is, in bytes. */
export function mapTypeSize(layout: TypeLayout): number {
  return { classic: 88, "swiss slots": 112, "swiss strides": 136 }[layout.mapType];
}

/** A map's descriptor without what all have: the addresses of its types, and its shape without the types' own sizes. */
export interface MapDescriptor {
  readonly key: Address;
  readonly element: Address;
  readonly shape: Omit<MapShape, "keySize" | "elementSize">;
}

/**
 * Reads what only a map's descriptor has.
 *
 * ```text
 * 48 key   56 element   64 bucket or group type   72 hasher, and then
 * classic         80 key slot size u8   81 element slot size u8   82 bucket size u16   84 flags u32: 1, 2 indirect key, element
 * swiss slots     80 group size   88 slot size   96 element's offset in the slot   104 flags u32: 4, 8 indirect key, element
 * swiss strides   80 group size   88 keys' offset   96 stride   104 elements' offset   112 stride   128 flags u32
 * ```
 */
export function parseMapDescriptor(view: DataView, layout: TypeLayout): MapDescriptor {
  const common = { key: wordAt(view, 48), element: wordAt(view, 56) };
  switch (layout.mapType) {
    case "classic": {
      const flags = view.getUint32(84, true);
      const keyStride = view.getUint8(80);
      const shape = {
        blockSize: view.getUint16(82, true),
        keysOffset: 8,
        keyStride,
        elementsOffset: 8 + 8 * keyStride,
        elementStride: view.getUint8(81),
        indirectKey: (flags & 1) !== 0,
        indirectElement: (flags & 2) !== 0,
      };
      return { ...common, shape };
    }
    case "swiss slots": {
      const slot = wordAt(view, 88);
      const flags = view.getUint32(104, true);
      const places = { keysOffset: 8, keyStride: slot, elementsOffset: 8 + wordAt(view, 96) };
      return {
        ...common,
        shape: { blockSize: wordAt(view, 80), ...places, elementStride: slot, ...indirect(flags) },
      };
    }
    default: {
      const places = { keysOffset: wordAt(view, 88), keyStride: wordAt(view, 96) };
      const elements = { elementsOffset: wordAt(view, 104), elementStride: wordAt(view, 112) };
      const flags = view.getUint32(128, true);
      return {
        ...common,
        shape: { blockSize: wordAt(view, 80), ...places, ...elements, ...indirect(flags) },
      };
    }
  }
}

function indirect(flags: number): Pick<MapShape, "indirectKey" | "indirectElement"> {
  return { indirectKey: (flags & 4) !== 0, indirectElement: (flags & 8) !== 0 };
}

/** A map's shape with the sizes of its types; undefined when the parts do not fit together, so it is no map's descriptor. */
export function completeShape(
  shape: MapDescriptor["shape"],
  keySize: number,
  elementSize: number,
  layout: TypeLayout,
): MapShape | undefined {
  const complete = { ...shape, keySize, elementSize };
  return isSoundShape(complete, layout.mapType === "classic" ? "classic" : "swiss") ? complete : undefined;
}

/** A list in a descriptor (address, length, capacity), as bytes; undefined when it is not one or cannot be read. */
export function readList(
  memory: Memory,
  view: DataView,
  offset: number,
  entrySize: number,
): DataView | undefined {
  const length = wordAt(view, offset + 8);
  if (length === 0) {
    return viewOf(new Uint8Array(0));
  }
  return length > mostFields ? undefined : readView(memory, wordAt(view, offset), length * entrySize);
}

/** Reads the fields of a struct: each has the addresses of its name and its type, and its offset. */
export function readFields(memory: Memory, view: DataView): readonly GoField[] | undefined {
  const list = readList(memory, view, 56, 24);
  if (list === undefined) {
    return undefined;
  }
  const fields: GoField[] = [];
  for (let at = 0; at < list.byteLength; at += 24) {
    fields.push({
      name: readName(memory, wordAt(list, at)) ?? "?",
      type: wordAt(list, at + 8),
      offset: wordAt(list, at + 16),
    });
  }
  return fields;
}
