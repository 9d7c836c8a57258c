/** Where the keys and elements of a block lie, as far as that follows from the shape of the map and the block's own memory. */
import type { MapJson } from "./map-schema.js";

/** Addresses of one slot, in hexadecimal. */
export interface SlotAddresses {
  readonly keyAddress: string;
  readonly elementAddress: string;
}

/** Whoever tells the addresses of a slot; of what is behind a pointer only where the slot holds an entry. */
export type AddressesOf = (slot: number, hasEntry: boolean) => SlotAddresses;

/** Stands where an address is not known. */
export const noAddress = "0x0";

/** For a map whose type is not known. */
export const nowhere: AddressesOf = () => ({ keyAddress: noAddress, elementAddress: noAddress });

/** For the slots of a block. `bytes` are its memory; null where that is not known. */
export function slotAddresses(
  shape: MapJson["shape"],
  address: number,
  bytes: Uint8Array | null,
): AddressesOf {
  if (shape === null) {
    return nowhere;
  }
  const at = (offset: number, isPointer: boolean): string =>
    isPointer ? pointerIn(bytes, offset) : `0x${(address + offset).toString(16)}`;
  return (slot, hasEntry) => ({
    keyAddress: at(shape.keysOffset + slot * shape.keyStride, shape.indirectKey && hasEntry),
    elementAddress: at(shape.elementsOffset + slot * shape.elementStride, shape.indirectElement && hasEntry),
  });
}

function pointerIn(bytes: Uint8Array | null, offset: number): string {
  if (bytes === null || offset < 0 || offset + 8 > bytes.length) {
    return noAddress;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `0x${(view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true)).toString(16)}`;
}
