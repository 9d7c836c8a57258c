/** What a map is decoded from. */
import type { Address, Memory } from "../memory.js";
import type { Hash } from "./aes-hash.js";
import type { MapTypeInfo, ShownValue } from "./decoded.js";
import type { MapLayout } from "./layout.js";
import type { MapShape } from "./shape.js";

/** Shows keys and elements of one type of maps. */
export interface SlotValues {
  /** @param bytes of the key itself, also where the slot holds a pointer to it */
  key(bytes: Uint8Array): ShownValue;
  element(bytes: Uint8Array): ShownValue;
  /**
   * A text that is equal for two keys exactly when Go calls them equal; undefined where that cannot be told. Two entries with equal
   * keys are in no map.
   */
  identity?(bytes: Uint8Array): string | undefined;
  /** The hash of a key with the seed of its map; undefined where that cannot be told. It says where in the map the key belongs. */
  hash?(bytes: Uint8Array, seed: Hash): Hash | undefined;
}

/** How much of a map is read. */
export interface MapLimits {
  /** So many slots are kept with their keys and elements; of the rest only what is needed to count and to check. */
  readonly slots: number;
  /** So many buckets or groups are read. */
  readonly blocks: number;
  /** So many bytes of buckets or groups are read. */
  readonly bytes: number;
  /** So many entries of a directory are read, and so many of its tables are kept. */
  readonly directory: number;
  readonly tables: number;
  /** So many keys are compared with each other, and with where their hashes put them. */
  readonly keys: number;
  /** So many bytes of the header, of tables and of those blocks whose slots are kept are kept as they are. */
  readonly kept: number;
}

/** For a view that a person reads: a few screens, and everything is checked in maps of up to millions of entries. */
export const usualMapLimits: MapLimits = {
  slots: 1024,
  blocks: 1 << 21,
  bytes: 1 << 29,
  directory: 1 << 20,
  tables: 4096,
  keys: 1 << 16,
  kept: 0,
};

/** A map's surroundings; only `memory` and `layout` have to be known. */
export interface MapSource {
  readonly memory: Memory;
  readonly layout: MapLayout;
  /** Where things lie in its buckets or groups; without it only the header, the directory and the tables are read. */
  readonly shape: MapShape | undefined;
  /** Undefined where keys and elements cannot be shown. */
  readonly values: SlotValues | undefined;
  readonly type: MapTypeInfo | undefined;
}

/** Memory that may be read up to a limit; then nothing more is given. */
export class BoundedMemory implements Memory {
  readonly #memory: Memory;
  #left: number;
  #spent = false;

  constructor(memory: Memory, bytes: number) {
    this.#memory = memory;
    this.#left = bytes;
  }

  /** Whether the limit was reached. */
  get spent(): boolean {
    return this.#spent;
  }

  read(address: Address, length: number): Uint8Array | undefined {
    if (!Number.isSafeInteger(address) || !Number.isSafeInteger(length) || length < 0) {
      return undefined;
    }
    this.#left -= length;
    if (this.#left < 0) {
      this.#spent = true;
      return undefined;
    }
    return this.#memory.read(address, length);
  }
}
