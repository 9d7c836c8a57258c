/** Reads a map's header. */
import type { Address, Memory } from "../memory.js";
import { readView } from "../types/words.js";
import type { Hash } from "./aes-hash.js";
import type { HeaderField } from "./decoded.js";
import type { MapLayout } from "./layout.js";

/** Flags of a classic map. */
export const iteratorFlag = 1;
export const oldIteratorFlag = 2;
export const hashWritingFlag = 4;
export const sameSizeGrowFlag = 8;

const flagNames: readonly (readonly [number, string])[] = [
  [iteratorFlag, "iterator"],
  [oldIteratorFlag, "oldIterator"],
  [hashWritingFlag, "hashWriting"],
  [sameSizeGrowFlag, "sameSizeGrow"],
];

/** A header's fields by name. */
export class MapHeader {
  readonly #fields: ReadonlyMap<string, HeaderField>;

  constructor(readonly fields: readonly HeaderField[]) {
    this.#fields = new Map(fields.map((field) => [field.name, field]));
  }

  /** A field as a number; rounded from 2^53 on. 0 where this version has no such field. */
  number(name: string): number {
    return Number(this.#fields.get(name)?.value ?? 0n);
  }

  /** What hashes of keys begin with. */
  get seed(): Hash {
    const value = this.#fields.get("hash0")?.value ?? this.#fields.get("seed")?.value ?? 0n;
    return { low: Number(value & 0xffff_ffffn), high: Number(value >> 32n) };
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }
}

/** Reads the header at an address; undefined when it cannot be read. */
export function readHeader(memory: Memory, address: Address, layout: MapLayout): MapHeader | undefined {
  const view = readView(memory, address, layout.headerSize);
  if (view === undefined) {
    return undefined;
  }
  const fields = layout.fields.map(({ name, offset, size }): HeaderField => {
    const value = readNumber(view, offset, size);
    const signed = name === "count" || name === "dirLen" ? BigInt.asIntN(64, value) : value;
    return { name, value: signed, meaning: meaningOf(layout.implementation, name, signed), offset, size };
  });
  return new MapHeader(fields);
}

function readNumber(view: DataView, offset: number, size: 1 | 2 | 4 | 8): bigint {
  switch (size) {
    case 1:
      return BigInt(view.getUint8(offset));
    case 2:
      return BigInt(view.getUint16(offset, true));
    case 4:
      return BigInt(view.getUint32(offset, true));
    default:
      return view.getBigUint64(offset, true);
  }
}

function meaningOf(implementation: "classic" | "swiss", name: string, value: bigint): string | undefined {
  switch (name) {
    case "flags":
      return flagsMeaning(Number(value));
    case "B":
      return value < 64n ? `${1n << value} ${value === 0n ? "bucket" : "buckets"}` : undefined;
    case "oldbuckets":
      return value === 0n ? "not growing" : "growing";
    case "writing":
      return value === 0n ? "no writer" : "a writer is in it";
    case "dirLen":
      return implementation === "swiss" && value === 0n ? "small: one group, no directory" : undefined;
    case "tombstonePossible":
      return value === 0n ? "no" : "yes";
    default:
      return undefined;
  }
}

function flagsMeaning(flags: number): string | undefined {
  const names = flagNames.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const rest = flags & ~(iteratorFlag | oldIteratorFlag | hashWritingFlag | sameSizeGrowFlag);
  const all = rest === 0 ? names : [...names, `0x${rest.toString(16)}`];
  return all.length === 0 ? undefined : all.join(" | ");
}
