/**
 * Go's hash functions without AES instructions (GODEBUG=cpu.aes=off): runtime/hash64.go and runtime/alg.go, in 1.27
 * internal/runtime/maps/runtime_hash64.go and runtime_alg.go.
 *
 * They multiply 64 by 64 bits and fold the 128 bits of the product. What differs between versions are the constants that values are
 * mixed with: up to Go 1.22 fixed odd ones, from 1.23 on words of the random `hashkey`.
 *
 * All 64-bit values are two signed 32-bit halves: with bigint each hash would take ten times as long.
 */
import { type Address } from "../../golang/memory.js";
import { heapBase, type MapMemory } from "../machine/memory.js";
import { type RandomSource } from "../machine/random.js";

/** The four words of `runtime.hashkey`, each as low and high half: eight numbers. */
export type HashKey = readonly number[];

/** m1 to m4 of runtime/hash64.go up to Go 1.22, low half first. */
const oldConstants = [
  0x78bd642f, 0xa0761d64, 0xa0b428db, 0xe7037ed1, 0x9c88c6e3, 0x8ebc6af0, 0x75374cc3, 0x589965cc,
] as const;
const m5Low = 0xc47d124f | 0;
const m5High = 0x1d8e4e27;
/** c0 and c1 of runtime/alg.go. */
const c0Low = 0x6a56a621;
const c0High = 0x00756ea1;
const c1Low = 0xbb8f63bf | 0;
const c1High = 0x0052ef6b;
const twoTo32 = 0x1_0000_0000;

/** Computes hashes; the last one is in low and high. One for each machine. */
export class Hasher {
  /** Lower half of the last hash, signed. */
  low = 0;
  /** Upper half of the last hash, signed. */
  high = 0;
  // What values are mixed with, k0 to k3.
  readonly #k: Int32Array;
  readonly #minor: number;
  readonly #k0Low: number;
  readonly #k0High: number;
  readonly #k1Low: number;
  readonly #k1High: number;

  /**
   * @param minor the Go version 1.minor
   */
  constructor(minor: number, key: HashKey) {
    const k = Int32Array.from(minor >= 23 ? key : oldConstants);
    if (minor < 23) {
      k[0] = (k[0] ?? 0) ^ (key[0] ?? 0);
      k[1] = (k[1] ?? 0) ^ (key[1] ?? 0);
    }
    this.#k = k;
    this.#minor = minor;
    this.#k0Low = k[0] ?? 0;
    this.#k0High = k[1] ?? 0;
    this.#k1Low = k[2] ?? 0;
    this.#k1High = k[3] ?? 0;
  }

  /** `memhash32`: four bytes at an address that is a multiple of four. */
  memhash32(memory: MapMemory, at: Address, seedLow: number, seedHigh: number): void {
    const value = memory.u32[(at - heapBase) >> 2] ?? 0;
    this.#mix(value ^ this.#k1Low, this.#k1High, value ^ seedLow ^ this.#k0Low, seedHigh ^ this.#k0High);
    this.#mix(m5Low ^ 4, m5High, this.low, this.high);
  }

  /** `memhash64`: eight bytes at an address that is a multiple of eight. */
  memhash64(memory: MapMemory, at: Address, seedLow: number, seedHigh: number): void {
    const index = (at - heapBase) >> 2;
    const low = memory.u32[index] ?? 0;
    const high = memory.u32[index + 1] ?? 0;
    this.#mix(
      low ^ this.#k1Low,
      high ^ this.#k1High,
      low ^ seedLow ^ this.#k0Low,
      high ^ seedHigh ^ this.#k0High,
    );
    this.#mix(m5Low ^ 8, m5High, this.low, this.high);
  }

  /** `strhash`: the bytes that a string header at an address points to. A length that no string can have counts as 0. */
  strhash(memory: MapMemory, at: Address, seedLow: number, seedHigh: number): void {
    const length = memory.readWord(at + 8);
    const possible = length >= 0 && length <= memory.u8.length ? length : 0;
    this.memhash(memory, memory.readWord(at), possible, { seedLow, seedHigh });
  }

  /** `memhash`: any bytes. */
  memhash(memory: MapMemory, at: Address, length: number, seed: Seed): void {
    const { u8 } = memory;
    const start = at - heapBase;
    const seedLow = seed.seedLow ^ this.#k0Low;
    const seedHigh = seed.seedHigh ^ this.#k0High;
    if (length === 0) {
      this.low = seedLow;
      this.high = seedHigh;
      return;
    }
    this.low = seedLow;
    this.high = seedHigh;
    const rest = length > 16 ? this.#blocks(u8, start, length) : 0;
    const mixedLow = this.low;
    const mixedHigh = this.high;
    let aLow: number;
    let aHigh = 0;
    let bLow: number;
    let bHigh = 0;
    if (length < 4) {
      aLow = byte(u8, start) | (byte(u8, start + (length >> 1)) << 8) | (byte(u8, start + length - 1) << 16);
      bLow = 0;
    } else if (length < 8) {
      aLow = word(u8, start);
      bLow = word(u8, start + length - 4);
    } else {
      const first = length <= 16 ? start : start + rest - 16;
      const second = length <= 16 ? start + length - 8 : start + rest - 8;
      aLow = word(u8, first);
      aHigh = word(u8, first + 4);
      bLow = word(u8, second);
      bHigh = word(u8, second + 4);
    }
    this.#mix(aLow ^ this.#k1Low, aHigh ^ this.#k1High, bLow ^ mixedLow, bHigh ^ mixedHigh);
    this.#mix(m5Low ^ length, m5High ^ Math.floor(length / twoTo32), this.low, this.high);
  }

  /**
   * Mixes all but the last up to 16 bytes into low and high.
   *
   * @returns where the bytes end, counted from start
   */
  #blocks(u8: Uint8Array, start: number, length: number): number {
    let at = start;
    let left = length;
    if (left > 48) {
      const lows = [this.low, this.low, this.low];
      const highs = [this.high, this.high, this.high];
      for (; left > 48; left -= 48) {
        for (let lane = 0; lane < 3; lane++, at += 16) {
          this.#mixLane(u8, at, lane + 1, [lows[lane] ?? 0, highs[lane] ?? 0]);
          lows[lane] = this.low;
          highs[lane] = this.high;
        }
      }
      this.low = (lows[0] ?? 0) ^ (lows[1] ?? 0) ^ (lows[2] ?? 0);
      this.high = (highs[0] ?? 0) ^ (highs[1] ?? 0) ^ (highs[2] ?? 0);
    }
    for (; left > 16; left -= 16, at += 16) {
      this.#mixLane(u8, at, 1, [this.low, this.high]);
    }
    return at + left - start;
  }

  /** `mix(r8(p) ^ k, r8(p+8) ^ seed)` */
  #mixLane(u8: Uint8Array, at: number, k: number, seed: readonly [number, number]): void {
    this.#mix(
      word(u8, at) ^ (this.#k[2 * k] ?? 0),
      word(u8, at + 4) ^ (this.#k[2 * k + 1] ?? 0),
      word(u8, at + 8) ^ seed[0],
      word(u8, at + 12) ^ seed[1],
    );
  }

  /** `f32hash` */
  f32hash(memory: MapMemory, at: Address, seed: Seed, random: RandomSource): void {
    const bits = memory.read32(at);
    this.#float(memory, at, bits === 0 || bits === 0x8000_0000, (bits & 0x7fff_ffff) > 0x7f80_0000, {
      length: 4,
      seed,
      random,
    });
  }

  /** `f64hash` */
  f64hash(memory: MapMemory, at: Address, seed: Seed, random: RandomSource): void {
    const low = memory.read32(at);
    const high = memory.read32(at + 4) & 0x7fff_ffff;
    const isNaN = high > 0x7ff0_0000 || (high === 0x7ff0_0000 && low !== 0);
    this.#float(memory, at, low === 0 && high === 0, isNaN, { length: 8, seed, random });
  }

  // eslint-disable-next-line eslint/max-params -- what the two sizes of floats share
  #float(memory: MapMemory, at: Address, zero: boolean, isNaN: boolean, more: FloatHash): void {
    const { seed, random } = more;
    if (!zero && !isNaN) {
      this.memhash(memory, at, more.length, seed);
      return;
    }
    let low = c0Low ^ seed.seedLow;
    let high = c0High ^ seed.seedHigh;
    if (isNaN) {
      random.next("nan");
      low ^= random.low;
      // fastrand() of older versions has 32 bits.
      high ^= this.#minor >= 22 ? random.high : 0;
    }
    this.timesC1(low, high);
  }

  /** `c1 * x`, the lower 64 bits. */
  timesC1(low: number, high: number): void {
    this.low = Math.imul(low, c1Low);
    this.high = (upper(low, c1Low) + Math.imul(low, c1High) + Math.imul(high, c1Low)) | 0;
  }

  /** The product of two 64-bit values, its upper half folded into its lower one. */
  #mix(aLow: number, aHigh: number, bLow: number, bHigh: number): void {
    const p1 = Math.imul(aLow, bHigh) >>> 0;
    const p2 = Math.imul(aHigh, bLow) >>> 0;
    const p3 = Math.imul(aHigh, bHigh) >>> 0;
    const second = upper(aLow, bLow) + p1 + p2;
    const third = upper(aLow, bHigh) + upper(aHigh, bLow) + p3 + Math.floor(second / twoTo32);
    const fourth = upper(aHigh, bHigh) + Math.floor(third / twoTo32);
    this.low = Math.imul(aLow, bLow) ^ third;
    this.high = second ^ fourth;
  }
}

/** The seed of a hash, in halves. */
export interface Seed {
  readonly seedLow: number;
  readonly seedHigh: number;
}

interface FloatHash {
  readonly length: number;
  readonly seed: Seed;
  readonly random: RandomSource;
}

/** The upper 32 bits of the product of two unsigned 32-bit values. */
function upper(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const other = a0 * b1 + (middle & 0xffff);
  return a1 * b1 + (middle >>> 16) + (other >>> 16);
}

function byte(u8: Uint8Array, at: number): number {
  return u8[at] ?? 0;
}

function word(u8: Uint8Array, at: number): number {
  return byte(u8, at) | (byte(u8, at + 1) << 8) | (byte(u8, at + 2) << 16) | (byte(u8, at + 3) << 24);
}
