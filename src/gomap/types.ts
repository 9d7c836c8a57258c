/**
 * Types of keys and elements, as far as a map needs to know them.
 */
import { type Address } from "../golang/memory.js";
import { type Hasher } from "./hash/fallback.js";
import { type MapMemory } from "./machine/memory.js";
import { type RandomSource } from "./machine/random.js";

/** A type of a key or an element. */
export interface ValueType {
  /** `int64`, `string`, `struct{ A int32; B string }` */
  readonly name: string;
  readonly size: number;
  readonly align: number;
  /** Whether there are pointers in it. */
  readonly pointers: boolean;
}

/** A type that is comparable, so that it can be a key. */
export interface KeyType extends ValueType {
  /** What the compiler knows of its comparison: which fast variant of the map functions it takes follows from this. */
  readonly algorithm: "memory32" | "memory64" | "string" | "other";
  /** Whether k == k for each value: not with floats. */
  readonly reflexive: boolean;
  /** Whether equal keys may differ in bits, so that assigning has to store the key again: floats (+0, -0) and strings. */
  readonly needUpdate: boolean;
  /** Where in it there are strings, in bytes from its beginning: what is hashed there depends on a pointer and a length. */
  readonly strings: readonly number[];
  /** Go's hash of the value at an address: in hasher.low and hasher.high. */
  hash(hasher: Hasher, memory: MapMemory, at: Address, seed: HashSeed): void;
  /** `==` of two values. */
  equal(memory: MapMemory, a: Address, b: Address): boolean;
}

/** With what a value is hashed. */
export interface HashSeed {
  seedLow: number;
  seedHigh: number;
  random: RandomSource;
}

/** A type whose values are equal when their bits are, of 4 or 8 bytes. */
function plain(name: string, size: 4 | 8, pointers = false): KeyType {
  const type = { name, size, align: size, pointers, reflexive: true, needUpdate: false, strings: [] };
  return size === 4
    ? {
        ...type,
        algorithm: "memory32",
        hash: (hasher, memory, at, seed) => hasher.memhash32(memory, at, seed.seedLow, seed.seedHigh),
        equal: (memory, a, b) => memory.read32(a) === memory.read32(b),
      }
    : {
        ...type,
        algorithm: "memory64",
        hash: (hasher, memory, at, seed) => hasher.memhash64(memory, at, seed.seedLow, seed.seedHigh),
        equal: (memory, a, b) =>
          memory.read32(a) === memory.read32(b) && memory.read32(a + 4) === memory.read32(b + 4),
      };
}

export const int32 = plain("int32", 4);
export const uint32 = plain("uint32", 4);
export const int64 = plain("int64", 8);
export const uint64 = plain("uint64", 8);
/** `int` of a 64-bit program. */
export const int = plain("int", 8);
/** Any pointer. */
export const pointer = plain("*T", 8, true);

/** A header of 16 bytes (address and length of the bytes), compared by its bytes. */
export const string: KeyType = {
  name: "string",
  size: 16,
  align: 8,
  pointers: true,
  algorithm: "string",
  reflexive: true,
  needUpdate: true,
  strings: [0],
  hash: (hasher, memory, at, seed) => hasher.strhash(memory, at, seed.seedLow, seed.seedHigh),
  equal: (memory, a, b) => {
    const length = memory.readWord(a + 8);
    return (
      length === memory.readWord(b + 8) && memequal(memory, memory.readWord(a), memory.readWord(b), length)
    );
  },
};

/** Compared as numbers: NaN is no key that can be found again, and 0 and -0 are one. */
export const float64: KeyType = {
  name: "float64",
  size: 8,
  align: 8,
  pointers: false,
  algorithm: "other",
  reflexive: false,
  needUpdate: true,
  strings: [],
  hash: (hasher, memory, at, seed) => hasher.f64hash(memory, at, seed, seed.random),
  equal: (memory, a, b) => floatAt(memory, a) === floatAt(memory, b),
};

function floatAt(memory: MapMemory, at: Address): number {
  const bits = new Uint32Array([memory.read32(at), memory.read32(at + 4)]);
  return new Float64Array(bits.buffer)[0] ?? 0;
}

/** Whether two areas hold the same bytes. */
export function memequal(memory: MapMemory, a: Address, b: Address, length: number): boolean {
  if (a === b) {
    return true;
  }
  if (length > memory.u8.length) {
    return false;
  }
  for (let at = 0; at < length; at++) {
    if (memory.read8(a + at) !== memory.read8(b + at)) {
      return false;
    }
  }
  return true;
}

/** A struct of comparable fields, without blank ones. The compiler hashes adjacent fields without floats, strings and padding at once. */
export function struct(fields: readonly { readonly name: string; readonly type: KeyType }[]): KeyType {
  let size = 0;
  const align = Math.max(1, ...fields.map(({ type }) => type.align));
  const placed = fields.map(({ name, type }) => {
    const at = roundUp(size, type.align);
    size = at + type.size;
    return { name, type, at };
  });
  const whole = roundUp(size, align);
  const plainBytes =
    size === whole &&
    placed.every(({ type }) => type.algorithm.startsWith("memory")) &&
    placed.reduce((sum, { type }) => sum + type.size, 0) === size;
  return {
    name: `struct{ ${fields.map(({ name, type }) => `${name} ${type.name}`).join("; ")} }`,
    size: whole,
    align,
    pointers: fields.some(({ type }) => type.pointers),
    algorithm: plainBytes && size === 4 ? "memory32" : plainBytes && size === 8 ? "memory64" : "other",
    reflexive: fields.every(({ type }) => type.reflexive),
    needUpdate: fields.some(({ type }) => type.needUpdate),
    strings: placed.flatMap(({ type, at }) => type.strings.map((offset) => at + offset)),
    hash: (hasher, memory, at, seed) => {
      const { seedLow, seedHigh } = seed;
      if (plainBytes) {
        hashBytes(hasher, memory, at, { ...seed, length: size });
        return;
      }
      hasher.low = seedLow;
      hasher.high = seedHigh;
      for (const run of runsOf(placed)) {
        const next = { seedLow: hasher.low, seedHigh: hasher.high, random: seed.random };
        if (run.length === undefined) {
          run.type.hash(hasher, memory, at + run.at, next);
        } else {
          hashBytes(hasher, memory, at + run.at, { ...next, length: run.length });
        }
      }
    },
    equal: (memory, a, b) => placed.every(({ type, at }) => type.equal(memory, a + at, b + at)),
  };
}

function hashBytes(
  hasher: Hasher,
  memory: MapMemory,
  at: Address,
  seed: HashSeed & { readonly length: number },
): void {
  if (seed.length === 4) {
    hasher.memhash32(memory, at, seed.seedLow, seed.seedHigh);
  } else if (seed.length === 8 && at % 8 === 0) {
    hasher.memhash64(memory, at, seed.seedLow, seed.seedHigh);
  } else {
    hasher.memhash(memory, at, seed.length, seed);
  }
}

interface PlacedField {
  readonly type: KeyType;
  readonly at: number;
}

/** Fields that are hashed one by one, and runs of adjacent plain ones, which are hashed as bytes. */
function runsOf(fields: readonly PlacedField[]): (PlacedField & { length: number | undefined })[] {
  const runs: (PlacedField & { length: number | undefined })[] = [];
  for (const { type, at } of fields) {
    const last = runs.at(-1);
    const isPlain = type.algorithm.startsWith("memory");
    if (isPlain && last?.length !== undefined && last.at + last.length === at) {
      last.length += type.size;
    } else {
      runs.push({ type, at, length: isPlain ? type.size : undefined });
    }
  }
  return runs;
}

/** The next multiple of a power of two. */
export function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/** A type of elements of that many bytes, without pointers: `[24]byte`, or a number where there is one. */
export function bytesType(size: number): ValueType {
  const numbers: Readonly<Record<number, string>> = { 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" };
  const name = numbers[size];
  return name === undefined
    ? { name: `[${size}]byte`, size, align: 1, pointers: false }
    : { name, size, align: size, pointers: false };
}

/** `[size]byte` as a key: compared by its bytes. */
export function bytesKey(size: number): KeyType {
  const algorithm = size === 4 ? "memory32" : size === 8 ? "memory64" : "other";
  return {
    name: `[${size}]byte`,
    size,
    align: 1,
    pointers: false,
    algorithm,
    reflexive: true,
    needUpdate: false,
    strings: [],
    hash: (hasher, memory, at, seed) => hasher.memhash(memory, at, size, seed),
    equal: (memory, a, b) => memequal(memory, a, b, size),
  };
}
