/** Reads the slots of a bucket or group. */
import type { Address, Memory } from "../memory.js";
import { viewOf, wordAt } from "../types/words.js";
import type { Hash } from "./aes-hash.js";
import type { BrokenInvariants } from "./broken.js";
import type { ShownValue, Slot, SlotBlock, SlotState } from "./decoded.js";
import type { KeptBytes } from "./kept-bytes.js";
import { type MapShape, slotsInBlock } from "./shape.js";
import type { MapLimits, SlotValues } from "./source.js";

/** Says what a tophash or control byte means. */
export type StateOf = (mark: number) => SlotState;

/** What is needed to read slots. */
export interface SlotReading {
  readonly memory: Memory;
  readonly shape: MapShape;
  readonly values: SlotValues | undefined;
  readonly limits: MapLimits;
  readonly stateOf: StateOf;
  readonly broken: BrokenInvariants;
  /** The map's seed for hashes. */
  readonly seed: Hash;
  /** Where blocks are kept as they are. */
  readonly kept: KeptBytes;
}

/** Where a bucket or group is. */
export interface BlockPlace {
  readonly address: Address;
  readonly index: number;
  readonly overflow: number;
}

/** A key or element behind a pointer, or in the slot itself. */
interface Found {
  readonly address: Address;
  readonly bytes: Uint8Array | undefined;
}

const unreadablePart: ShownValue = { text: "(unreadable)", unreadable: true };

/** Reads slots into blocks, as many as are to be kept, and looks for keys that are there twice. */
export class SlotReader {
  #left: number;
  #kept = 0;
  #inPlace = 0;
  #keysLeft: number;
  readonly #keys = new Set<string>();
  readonly #reading: SlotReading;

  constructor(reading: SlotReading) {
    this.#reading = reading;
    this.#left = reading.limits.slots;
    const { values } = reading;
    this.#keysLeft = values?.identity === undefined && values?.hash === undefined ? 0 : reading.limits.keys;
  }

  /** How many blocks were kept. */
  get kept(): number {
    return this.#kept;
  }

  /** Whether no more blocks are kept. */
  get full(): boolean {
    return this.#left <= 0;
  }

  /** A block with its slots; undefined when enough were kept. */
  block(bytes: Uint8Array, place: BlockPlace): SlotBlock | undefined {
    if (this.#left <= 0) {
      return undefined;
    }
    this.#left -= slotsInBlock;
    this.#kept++;
    const slots = Array.from({ length: slotsInBlock }, (_, slot) => this.#slot(bytes, place.address, slot));
    return { ...place, slots, unreadable: undefined, bytes: this.#reading.kept.keep(bytes) };
  }

  /** A block that cannot be read; undefined when enough were kept. */
  unreadable(place: BlockPlace, why: string): SlotBlock | undefined {
    if (this.#left <= 0) {
      return undefined;
    }
    this.#left -= slotsInBlock;
    this.#kept++;
    return { ...place, slots: [], unreadable: why };
  }

  /** How many keys were found to be where their hashes put them. */
  get inPlace(): number {
    return this.#inPlace;
  }

  /**
   * Looks at the keys of full slots: whether one was there before, and whether its hash puts it here.
   *
   * @param place says in a sentence why a key with such a hash is not to be in that slot; undefined when it is
   */
  checkKeys(
    bytes: Uint8Array,
    where: (slot: number) => string,
    place: (slot: number, hash: Hash) => string | undefined,
  ): void {
    const { values, stateOf, broken, seed } = this.#reading;
    for (let slot = 0; slot < slotsInBlock && this.#keysLeft > 0; slot++) {
      const key = stateOf(bytes[slot] ?? 0) === "full" ? this.#key(bytes, slot).bytes : undefined;
      if (key === undefined) {
        continue;
      }
      this.#keysLeft--;
      const shown = (): string => values?.key(key).text ?? "?";
      const identity = values?.identity?.(key);
      if (identity !== undefined) {
        broken.expect(
          !this.#keys.has(identity),
          where(slot),
          () => `The key ${shown()} is there twice; a map has each key once.`,
        );
        this.#keys.add(identity);
      }
      const hash = values?.hash?.(key, seed);
      const wrong = hash === undefined ? undefined : place(slot, hash);
      this.#inPlace += hash !== undefined && wrong === undefined ? 1 : 0;
      broken.expect(
        wrong === undefined,
        where(slot),
        () => `The key ${shown()} cannot be found there: ${wrong ?? ""}.`,
      );
    }
  }

  #slot(bytes: Uint8Array, address: Address, slot: number): Slot {
    const { shape, stateOf } = this.#reading;
    const mark = bytes[slot] ?? 0;
    const state = stateOf(mark);
    const keyOffset = shape.keysOffset + slot * shape.keyStride;
    const elementOffset = shape.elementsOffset + slot * shape.elementStride;
    const hasEntry = state === "full" || this.#hasOldBytes(state, bytes, slot);
    if (!hasEntry) {
      const places = { keyAddress: address + keyOffset, elementAddress: address + elementOffset };
      return { state, mark, ...places, key: undefined, element: undefined };
    }
    const key = this.#key(bytes, slot);
    const element = this.#element(bytes, slot);
    return {
      state,
      mark,
      keyAddress: shape.indirectKey ? key.address : address + keyOffset,
      elementAddress: shape.indirectElement ? element.address : address + elementOffset,
      key: this.#shown(key, "key"),
      element: this.#shown(element, "element"),
    };
  }

  /** Evacuation may have cleared what it moved; it is told from what is there. */
  #hasOldBytes(state: SlotState, bytes: Uint8Array, slot: number): boolean {
    if (state !== "moved to the first half" && state !== "moved to the second half") {
      return false;
    }
    const { shape } = this.#reading;
    const key = inSlot(bytes, shape.keysOffset + slot * shape.keyStride, keySlotSize(shape));
    const at = shape.elementsOffset + slot * shape.elementStride;
    const element = inSlot(bytes, at, elementSlotSize(shape));
    return key.some((byte) => byte !== 0) || element.some((byte) => byte !== 0);
  }

  #key(bytes: Uint8Array, slot: number): Found {
    const { shape } = this.#reading;
    const part = inSlot(bytes, shape.keysOffset + slot * shape.keyStride, keySlotSize(shape));
    return this.#through(part, shape.indirectKey, shape.keySize);
  }

  #element(bytes: Uint8Array, slot: number): Found {
    const { shape } = this.#reading;
    const at = shape.elementsOffset + slot * shape.elementStride;
    return this.#through(inSlot(bytes, at, elementSlotSize(shape)), shape.indirectElement, shape.elementSize);
  }

  #through(slot: Uint8Array, indirect: boolean, size: number): Found {
    if (!indirect) {
      return { address: 0, bytes: slot };
    }
    const address = wordAt(viewOf(slot), 0);
    return { address, bytes: size > largestIndirect ? undefined : this.#reading.memory.read(address, size) };
  }

  #shown(found: Found, part: "key" | "element"): ShownValue | undefined {
    const { values } = this.#reading;
    return found.bytes === undefined ? unreadablePart : values?.[part](found.bytes);
  }
}

/** A larger key or element is not shown, in bytes. */
const largestIndirect = 1 << 16;

function keySlotSize(shape: MapShape): number {
  return shape.indirectKey ? 8 : shape.keySize;
}

function elementSlotSize(shape: MapShape): number {
  return shape.indirectElement ? 8 : shape.elementSize;
}

function inSlot(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  return bytes.subarray(offset, offset + size);
}

/** Slots of which only the marks are known. */
export function markedSlots(marks: Uint8Array, stateOf: StateOf): readonly Slot[] {
  return Array.from(marks.subarray(0, slotsInBlock), (mark): Slot => {
    const nothing = { key: undefined, element: undefined };
    return { state: stateOf(mark), mark, keyAddress: 0, elementAddress: 0, ...nothing };
  });
}
