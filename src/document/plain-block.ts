/** Blocks whose addresses and texts are as a map usually has them: those that columns can hold. */
import type { MapJson } from "./map-schema.js";
import { noSlot, slotBits, slotsInBlock } from "./packed-blocks.js";
import { slotStates } from "./slot-states.js";
import { noAddress, nowhere, slotAddresses } from "./slot-addresses.js";

/** What columns have of a block. */
export interface PlainBlock {
  readonly address: number;
  readonly index: number;
  readonly overflow: number;
  /** Its memory; null where it was not kept. */
  readonly bytes: Uint8Array | null;
  /** Of each slot, `slotBits` or `noSlot`; then the marks. */
  readonly slots: Uint8Array;
  /** Keys and elements, in the order of the slots. */
  readonly texts: readonly string[];
  /** Whether the slots' addresses follow from the block's. */
  readonly isPlaced: boolean;
}

const stateCodes: ReadonlyMap<unknown, number> = new Map(slotStates.map((state, code) => [state, code]));

/** Takes a block out of its JSON; undefined where it is not such a one, or none at all. */
export function plainBlock(value: unknown, shape: MapJson["shape"]): PlainBlock | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { index, overflow, unreadable, slots } = value;
  const address = addressIn(value["address"]);
  const bytes = bytesIn(value["bytes"] ?? null);
  if (
    address === undefined ||
    bytes === undefined ||
    unreadable !== null ||
    !isCount(index) ||
    !isCount(overflow) ||
    !Array.isArray(slots) ||
    slots.length > slotsInBlock
  ) {
    return undefined;
  }
  const first: unknown = slots[0];
  const isPlaced = isRecord(first) && first["keyAddress"] !== noAddress;
  const addressesOf = isPlaced ? slotAddresses(shape, address, bytes) : nowhere;
  const cells = new Uint8Array(2 * slotsInBlock).fill(noSlot, 0, slotsInBlock);
  const texts: string[] = [];
  for (let at = 0; at < slots.length; at++) {
    const slot: unknown = slots[at];
    if (!isRecord(slot)) {
      return undefined;
    }
    const cell = cellOf(slot, texts);
    const { keyAddress, elementAddress } = addressesOf(at, (cell & anEntry) !== 0);
    if (cell < 0 || slot["keyAddress"] !== keyAddress || slot["elementAddress"] !== elementAddress) {
      return undefined;
    }
    cells[at] = cell;
    cells[slotsInBlock + at] = Number(slot["mark"]);
  }
  return { address, index, overflow, bytes, slots: cells, texts, isPlaced };
}

const anEntry = slotBits.key | slotBits.element;

/** The bits of a slot, and its texts put behind the others; -1 for what is none. */
function cellOf(slot: Readonly<Record<string, unknown>>, texts: string[]): number {
  const { state, mark, key, element } = slot;
  const code = stateCodes.get(state);
  if (code === undefined || !isCount(mark) || mark > 255) {
    return -1;
  }
  const keyBits = valueBits(key, texts, slotBits.key, slotBits.keyUnreadable);
  const elementBits = valueBits(element, texts, slotBits.element, slotBits.elementUnreadable);
  return keyBits < 0 || elementBits < 0 ? -1 : code | keyBits | elementBits;
}

function valueBits(value: unknown, texts: string[], known: number, isUnreadable: number): number {
  if (value === null) {
    return 0;
  }
  if (!isRecord(value)) {
    return -1;
  }
  const { text, unreadable } = value;
  if (typeof text !== "string" || typeof unreadable !== "boolean") {
    return -1;
  }
  texts.push(text);
  return unreadable ? known | isUnreadable : known;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** An address that comes out again as it was written. */
function addressIn(text: unknown): number | undefined {
  return typeof text === "string" && /^0x(?:0|[1-9a-f][\da-f]{0,12})$/.test(text) ? Number(text) : undefined;
}

/** The bytes of an even number of digits; undefined for anything else, null for null. */
function bytesIn(hex: unknown): Uint8Array | null | undefined {
  if (hex === null) {
    return null;
  }
  if (typeof hex !== "string" || hex.length % 2 !== 0) {
    return undefined;
  }
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const high = digitAt(hex, 2 * at);
    const low = digitAt(hex, 2 * at + 1);
    if (high < 0 || low < 0) {
      return undefined;
    }
    bytes[at] = 16 * high + low;
  }
  return bytes;
}

/** A digit of 0 to 9 or a to f; -1 for any other character. */
function digitAt(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) {
    return code - 0x30;
  }
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
