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
import { type Hasher } from "../hash/fallback.js";
import { type MapType } from "../implementation.js";
import { type KeyType, roundUp, type ValueType } from "../types.js";
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

/** Size and alignment of a pointer. */
const POINTER = 8;

/** Which functions the compiler calls for a map: `mapassign_fast64`; "" for the generic ones. */
export type Variant = "" | "fast32" | "fast64" | "fast64ptr" | "faststr";

/** A map type: what `abi.MapType` says of it, and which Go version it is of. */
export interface SwissMapType extends MapType {
  readonly behaviour: SwissBehaviour;
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

function variantOf(key: KeyType, elem: ValueType): Variant {
  if (elem.size > LARGEST_IN_SLOT) {
    return "";
  }
  const { algorithm } = key;
  if (algorithm === "memory64") {
    return key.pointers ? "fast64ptr" : "fast64";
  }
  if (algorithm === "memory32") {
    return "fast32";
  }
  return algorithm === "string" ? "faststr" : "";
}

/** What a map type is made of. */
export interface SwissMapTypeParts {
  readonly version: SwissVersion;
  readonly key: KeyType;
  readonly elem: ValueType;
  readonly hasher: Hasher;
  /** GOEXPERIMENT=mapsplitgroup, Go 1.27 only. */
  readonly split?: boolean;
  /** Whether the generic functions are called where the compiler would call a fast variant, as reflection does. */
  readonly generic?: boolean;
}

type SlotLayout = Pick<
  SwissMapType,
  "groupSize" | "keysOff" | "keyStride" | "elemsOff" | "elemStride" | "split"
>;

/** A struct that ends in a field without size has a byte more, so that the field's address is inside it. */
function padded(size: number, lastSize: number): number {
  return lastSize === 0 && size > 0 ? size + 1 : size;
}

/** Slots of key and element. */
function interleaved(key: Piece, elem: Piece): SlotLayout {
  const elemOff = roundUp(key.size, elem.align);
  const slotAlign = Math.max(key.align, elem.align);
  const slot = roundUp(padded(elemOff + elem.size, elem.size), slotAlign);
  const size = 8 + GROUP_SLOTS * slot;
  return {
    groupSize: roundUp(padded(size, slot), 8),
    keysOff: 8,
    keyStride: slot,
    elemsOff: 8 + elemOff,
    elemStride: slot,
    split: false,
  };
}

/** All keys, then all elements. */
function splitApart(key: Piece, elem: Piece): SlotLayout {
  const elemsOff = roundUp(8 + GROUP_SLOTS * key.size, elem.align);
  return {
    groupSize: roundUp(padded(elemsOff + GROUP_SLOTS * elem.size, elem.size), 8),
    keysOff: 8,
    keyStride: key.size,
    elemsOff,
    elemStride: elem.size,
    split: true,
  };
}

interface Piece {
  readonly size: number;
  readonly align: number;
}

/** Larger keys cannot be modelled: a goroutine's own memory for comparing them is limited. */
const LARGEST_KEY = 512;

/**
 * The type `map[key]elem`.
 *
 * @throws MaptrapError when groups are to be split in a version that cannot, or keys are too large to be modelled
 */
export function swissMapType(parts: SwissMapTypeParts): SwissMapType {
  const { version, key, elem, hasher, split = false, generic = false } = parts;
  if (split && version !== "1.27") {
    throw new MaptrapError(`Go ${version} has no mapsplitgroup`, {
      wayOut: "use Go 1.27, or the usual layout",
    });
  }
  if (key.size > LARGEST_KEY) {
    throw new MaptrapError(`keys of ${key.size} bytes cannot be modelled`, {
      wayOut: `use keys of at most ${LARGEST_KEY} bytes`,
    });
  }
  const indirectKey = key.size > LARGEST_IN_SLOT;
  const indirectElem = elem.size > LARGEST_IN_SLOT;
  const pointer: Piece = { size: POINTER, align: POINTER };
  const keyInSlot = indirectKey ? pointer : key;
  const elemInSlot = indirectElem ? pointer : elem;
  const slots = split ? splitApart(keyInSlot, elemInSlot) : interleaved(keyInSlot, elemInSlot);
  return {
    name: `map[${key.name}]${elem.name}`,
    key,
    elem,
    minor: Number(version.split(".")[1]),
    hasher,
    behaviour: swissBehaviour(version),
    variant: generic ? "" : variantOf(key, elem),
    indirectKey,
    indirectElem,
    shape: {
      blockSize: slots.groupSize,
      keysOffset: slots.keysOff,
      keyStride: slots.keyStride,
      elementsOffset: slots.elemsOff,
      elementStride: slots.elemStride,
      keySize: key.size,
      elementSize: elem.size,
      indirectKey,
      indirectElement: indirectElem,
    },
    ...slots,
  };
}
