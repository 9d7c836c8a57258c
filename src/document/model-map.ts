/**
 * A map of the model as `maptrap map --json` prints those of real programs: the decoder reads any memory, and the model's is one, with
 * the same bytes at the same offsets.
 */
import { decodeMap } from "../golang/maps/decode.js";
import type { Hash } from "../golang/maps/aes-hash.js";
import type { ShownValue } from "../golang/maps/decoded.js";
import { mapLayout } from "../golang/maps/layout.js";
import type { SlotValues } from "../golang/maps/source.js";
import type { Address, Memory } from "../golang/memory.js";
import { quoted } from "../golang/types/literals.js";
import { viewOf, wordAt } from "../golang/types/words.js";
import type { MapFunctions } from "../gomap/implementation.js";
import { MapMemory } from "../gomap/machine/memory.js";
import { SeededRandom } from "../gomap/machine/random.js";
import type { KeyType, ValueType } from "../gomap/types.js";
import { mapJson } from "../report/json/map.js";
import { type MapJson, mapSchema } from "./map-schema.js";

/** A modelled map has few slots; a damaged one may look as if it had many. */
const limits = { slots: 1 << 16, blocks: 1 << 14, kept: 1 << 22, tables: 1 << 12, directory: 1 << 14 };
/** The longest string that is shown and hashed, in bytes. */
const longestString = 4096;

/**
 * Reads a map of the model. Whatever the bytes are, nothing is thrown and the work is bounded.
 *
 * @param memory the model's memory at one moment; it is not changed
 * @param functions those of the map, which know its type
 * @param address of its header
 */
export function modelMapJson(memory: Memory, functions: MapFunctions, address: Address): MapJson {
  const { implementation, type } = functions;
  const map = decodeMap(
    {
      memory,
      layout: mapLayout(`go1.${type.minor}`, implementation),
      shape: type.shape,
      values: new ModelValues(memory, functions),
      type: { address: 0, name: type.name, keySize: type.key.size, elementSize: type.elem.size },
    },
    address,
    limits,
  );
  return mapSchema.parse(mapJson(map));
}

/** Keys and elements of the model's types, as text. */
class ModelValues implements SlotValues {
  readonly #memory: Memory;
  readonly #type: MapFunctions["type"];
  readonly #random = new SeededRandom(0);
  /** Where a key is copied to so that it can be hashed. */
  readonly #desk = new MapMemory({ arenas: 1, arenaBytes: 0x4000 });

  constructor(memory: Memory, { type }: MapFunctions) {
    this.#memory = memory;
    this.#type = type;
  }

  key(bytes: Uint8Array): ShownValue {
    return shownValue(this.#memory, this.#type.key, bytes);
  }

  element(bytes: Uint8Array): ShownValue {
    return shownValue(this.#memory, this.#type.elem, bytes);
  }

  identity(bytes: Uint8Array): string | undefined {
    const { key } = this.#type;
    const isPlain =
      key.algorithm === "memory32" || key.algorithm === "memory64" || key.algorithm === "string";
    const shown = isPlain ? this.key(bytes) : undefined;
    return shown === undefined || shown.unreadable ? undefined : shown.text;
  }

  hash(bytes: Uint8Array, seed: Hash): Hash | undefined {
    const { key, hasher } = this.#type;
    if (!key.reflexive) {
      return undefined;
    }
    const desk = this.#desk;
    desk.reset();
    const at = desk.allocate(Math.max(key.size, 1));
    desk.writeBytes(at, bytes);
    for (const offset of key.strings) {
      const text = stringBytes(this.#memory, bytes, offset);
      if (text === undefined) {
        return undefined;
      }
      const copy = desk.allocate(Math.max(text.length, 1));
      desk.writeBytes(copy, text);
      desk.writeWord(at + offset, copy);
    }
    key.hash(hasher, desk, at, { seedLow: seed.low | 0, seedHigh: seed.high | 0, random: this.#random });
    return { low: hasher.low >>> 0, high: hasher.high >>> 0 };
  }
}

/** The bytes of a string whose header stands in a value; undefined where they cannot be read. */
function stringBytes(memory: Memory, value: Uint8Array, offset: number): Uint8Array | undefined {
  if (offset + 16 > value.length) {
    return undefined;
  }
  const view = viewOf(value);
  const length = wordAt(view, offset + 8);
  if (length === 0) {
    return new Uint8Array(0);
  }
  return length > longestString ? undefined : memory.read(wordAt(view, offset), length);
}

function shownValue(memory: Memory, type: KeyType | ValueType, bytes: Uint8Array): ShownValue {
  const view = viewOf(bytes);
  if (type.name === "string") {
    const text = stringBytes(memory, bytes, 0);
    return text === undefined
      ? { text: "(unreadable string)", unreadable: true }
      : { text: quoted(text), unreadable: false };
  }
  if (type.name === "float64" && bytes.length === 8) {
    return { text: String(view.getFloat64(0, true)), unreadable: false };
  }
  const isSigned = /^int\d*$/.test(type.name);
  if (isSigned || /^uint\d*$/.test(type.name)) {
    return { text: String(integer(view, isSigned)), unreadable: false };
  }
  const hex = Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { text: bytes.length > 32 ? `0x${hex}…` : `0x${hex}`, unreadable: false };
}

/** A number of 1, 2, 4 or 8 bytes. */
function integer(view: DataView, isSigned: boolean): bigint {
  let value = 0n;
  for (let at = view.byteLength - 1; at >= 0; at--) {
    value = (value << 8n) | BigInt(view.getUint8(at));
  }
  return isSigned ? BigInt.asIntN(8 * view.byteLength, value) : value;
}
