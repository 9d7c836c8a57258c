/**
 * Where keys and elements lie in a bucket or group. A bucket is 8 tophash bytes, keys, elements and the pointer to its overflow
 * bucket; a group is 8 control bytes and 8 slots.
 */

/** In one kind of maps. Sizes and offsets are in bytes. */
export interface MapShape {
  /** Of a bucket or group. */
  readonly blockSize: number;
  /** Of the first key in it, and how far the next one is. */
  readonly keysOffset: number;
  readonly keyStride: number;
  readonly elementsOffset: number;
  readonly elementStride: number;
  /** Of a key and an element themselves; where they are indirect the slot holds a pointer of 8 bytes. */
  readonly keySize: number;
  readonly elementSize: number;
  readonly indirectKey: boolean;
  readonly indirectElement: boolean;
}

/** How many slots a bucket or group has, in all versions. */
export const slotsInBlock = 8;

/** A key or element that is larger is not kept in the slot itself but behind a pointer, in all versions. */
const mostInline = 128;

/** Whether the parts lie within the block, each at its place. */
export function isSoundShape(shape: MapShape, implementation: "classic" | "swiss"): boolean {
  const keySlot = shape.indirectKey ? 8 : shape.keySize;
  const elementSlot = shape.indirectElement ? 8 : shape.elementSize;
  const keysEnd = shape.keysOffset + 7 * shape.keyStride + keySlot;
  const elementsEnd = shape.elementsOffset + 7 * shape.elementStride + elementSlot;
  // A group ends with its slots; a bucket ends with a pointer.
  const end = implementation === "classic" ? shape.blockSize - 8 : shape.blockSize;
  return (
    shape.keysOffset >= slotsInBlock &&
    shape.elementsOffset >= shape.keysOffset &&
    keySlot <= mostInline &&
    elementSlot <= mostInline &&
    keySlot <= shape.keyStride &&
    elementSlot <= shape.elementStride &&
    keysEnd <= end &&
    elementsEnd <= end &&
    // 8 bytes, 8 times two slots with their padding, a pointer.
    shape.blockSize <= 8 + 8 * (2 * mostInline + 16) + 8
  );
}

/** The shape of a classic map's buckets, from the sizes of what lies in its slots: 8 for a pointer. */
export function classicShape(
  sizes: Pick<MapShape, "keySize" | "elementSize" | "indirectKey" | "indirectElement">,
): MapShape {
  const keyStride = sizes.indirectKey ? 8 : sizes.keySize;
  const elementStride = sizes.indirectElement ? 8 : sizes.elementSize;
  const elementsOffset = 8 + 8 * keyStride;
  return {
    ...sizes,
    blockSize: elementsOffset + 8 * elementStride + 8,
    keysOffset: 8,
    keyStride,
    elementsOffset,
    elementStride,
  };
}
