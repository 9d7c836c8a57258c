/**
 * Where everything of a swiss map lies: offsets in bytes, linux/amd64, Go 1.24 to 1.27.
 *
 * ```text
 *   Map (48)     used 0 · seed 8 · dirPtr 16 · dirLen 24 · globalDepth 32 · globalShift 33 · writing 34 · tombstonePossible 35 · clearSeq 40
 *   table (32)   used 0 · capacity 2 · growthLeft 4 · localDepth 6 · index 8 · groups.data 16 · groups.lengthMask 24
 *   group        ctrls 0 · then 8 slots of key and element
 *                1.27 with GOEXPERIMENT=mapsplitgroup: 8 keys, then 8 elements
 * ```
 */
import { MaptrapError } from "../../base/errors.js";
import { arrayType, basicType, type GoType, structType } from "../types/go-type.js";
import { GROUP_SLOTS } from "./group.js";
import { type SwissBehaviour, swissBehaviour, type SwissVersion } from "./version.js";

/** `maps.Map` */
export const MAP = {
  used: 0,
  seed: 8,
  dirPtr: 16,
  dirLen: 24,
  globalDepth: 32,
  globalShift: 33,
  writing: 34,
  tombstonePossible: 35,
  clearSeq: 40,
  size: 48,
} as const;

/** `maps.table` */
export const TABLE = {
  used: 0,
  capacity: 2,
  growthLeft: 4,
  localDepth: 6,
  index: 8,
  groupsData: 16,
  groupsLengthMask: 24,
  size: 32,
} as const;

/** A table of more slots than this is split instead of grown. */
export const MAX_TABLE_CAPACITY = 1024;

/** Slots of eight that may be taken before a table has to grow. */
export const MAX_AVERAGE_GROUP_LOAD = 7;

/** Keys and elements that are larger lie outside the group, which holds pointers to them (abi.MapMaxKeyBytes, MapMaxElemBytes). */
const LARGEST_IN_SLOT = 128;

/** Which functions the compiler calls for a map. */
export type Variant = "" | "_fast32" | "_fast64" | "_fast64ptr" | "_faststr";

/** A map type: what `abi.MapType` says of it, and which Go version it is of. */
export interface SwissMapType {
  readonly behaviour: SwissBehaviour;
  readonly key: GoType;
  readonly elem: GoType;
  /** Suffix of the functions that the compiler calls; "" for the generic ones. */
  readonly variant: Variant;
  readonly indirectKey: boolean;
  readonly indirectElem: boolean;
  readonly groupSize: number;
  /** Where the first key lies in a group, and how far it is to the next one. */
  readonly keysOff: number;
  readonly keyStride: number;
  readonly elemsOff: number;
  readonly elemStride: number;
  /** Whether keys and elements are apart (`mapsplitgroup`). */
  readonly split: boolean;
}

function variantOf(key: GoType, elem: GoType): Variant {
  const [part, ...others] = key.parts;
  if (elem.size > LARGEST_IN_SLOT || part === undefined || others.length > 0 || part.size !== key.size) {
    return "";
  }
  if (part.kind === "string") {
    return "_faststr";
  }
  if (part.kind !== "memory") {
    return "";
  }
  if (key.size === 4 && !key.pointers) {
    return "_fast32";
  }
  if (key.size === 8) {
    return key.pointers ? "_fast64ptr" : "_fast64";
  }
  return "";
}

/** What a map type may ask for besides its two types. */
export interface SwissMapTypeOptions {
  /** GOEXPERIMENT=mapsplitgroup, Go 1.27 only. */
  readonly split?: boolean;
  /** Whether the generic functions are called where the compiler would call a fast variant, as reflection does. */
  readonly generic?: boolean;
}

/**
 * The type `map[key]elem`.
 *
 * @throws MaptrapError when groups are to be split in a version that cannot
 */
export function swissMapType(
  version: SwissVersion,
  key: GoType,
  elem: GoType,
  { split = false, generic = false }: SwissMapTypeOptions = {},
): SwissMapType {
  if (split && version !== "1.27") {
    throw new MaptrapError(`Go ${version} has no mapsplitgroup`, {
      wayOut: "use Go 1.27, or the usual layout",
    });
  }
  const indirectKey = key.size > LARGEST_IN_SLOT;
  const indirectElem = elem.size > LARGEST_IN_SLOT;
  const pointer = basicType("pointer");
  const keyInSlot = indirectKey ? pointer : key;
  const elemInSlot = indirectElem ? pointer : elem;
  const word = basicType("uint64");
  const slot = structType([
    ["key", keyInSlot],
    ["elem", elemInSlot],
  ]);
  const elemInSlotOffset = (keyInSlot.size + elemInSlot.align - 1) & -elemInSlot.align;
  const keys = arrayType(GROUP_SLOTS, keyInSlot);
  const elems = arrayType(GROUP_SLOTS, elemInSlot);
  const group = split
    ? structType([
        ["ctrl", word],
        ["keys", keys],
        ["elems", elems],
      ])
    : structType([
        ["ctrl", word],
        ["slots", arrayType(GROUP_SLOTS, slot)],
      ]);
  return {
    behaviour: swissBehaviour(version),
    key,
    elem,
    variant: generic ? "" : variantOf(key, elem),
    indirectKey,
    indirectElem,
    groupSize: group.size,
    keysOff: 8,
    keyStride: split ? keyInSlot.size : slot.size,
    elemsOff: split ? (8 + keys.size + elemInSlot.align - 1) & -elemInSlot.align : 8 + elemInSlotOffset,
    elemStride: split ? elemInSlot.size : slot.size,
    split,
  };
}
