/**
 * Measured with Go 1.19.8 and 1.23.5, GODEBUG=cpu.aes=off: runtime.memhash, memhash32, memhash64, f32hash, f64hash through
 * linkname, with runtime.hashkey set as below, seed 0x89abcdef, of the bytes i*7+3.
 */
import { describe, expect, it } from "vitest";
import { Hasher } from "../../../src/gomap/hash/fallback.js";
import { MapMemory } from "../../../src/gomap/machine/memory.js";
import { SeededRandom } from "../../../src/gomap/machine/random.js";

const key = [0x89abcdef, 0x01234567, 0x33334445, 0x11112222, 0x76543211, 0xfedcba98, 0xbbbbcccd, 0x9999aaaa];
const seed = { seedLow: 0x89abcdef | 0, seedHigh: 0 };

const measured = {
  19: {
    memhash: [
      [0, 0xa155580378bd642fn],
      [1, 0xa15a36c9bee00925n],
      [2, 0x9b1946673f9afbacn],
      [3, 0x79253487bdc005ddn],
      [4, 0x27d262b19009024dn],
      [5, 0xb9916ad80f957fa5n],
      [7, 0x1e7478468098decan],
      [8, 0x61493eb69ab860b9n],
      [9, 0x7af54fd2c42b98efn],
      [16, 0x3610ffd5a4a4fe5dn],
      [17, 0xfe77addf44094ef9n],
      [32, 0x677751dfcfca6347n],
      [33, 0x9c08d4290a34b12cn],
      [48, 0x55d0d433b576c2b8n],
      [49, 0x57e4d4a2522e9ef3n],
      [96, 0x1449de100ee73391n],
      [97, 0xcdc19fbaef3c9498n],
      [150, 0x4bec28628c7547b4n],
    ],
    memhash32: 0x27d262b19009024dn,
    memhash64: 0x61493eb69ab860b9n,
    f64hash: 0xfe7d76e5a660a106n,
    zero: 0x39ebff5cccd618b2n,
    f32hash: 0x84c0f90f1296eff5n,
  },
  23: {
    memhash: [
      [0, 0x0123456700000000n],
      [1, 0xeefb03622d10a01cn],
      [2, 0xc74534656990bf26n],
      [3, 0xf19837bfd1be4420n],
      [4, 0x6c405aee39b8c012n],
      [5, 0x5dc06ac6d166917cn],
      [7, 0xf222b467f6c88227n],
      [8, 0x60111a3b97c87764n],
      [9, 0x0b06fe7854b22c13n],
      [16, 0x24696abb850a2d52n],
      [17, 0x49027970861ec440n],
      [32, 0x241a842bb9af70cdn],
      [33, 0xceeb6099c0a39641n],
      [48, 0x530de5de3f914047n],
      [49, 0x917ec59680e66505n],
      [96, 0x9025f497b925f231n],
      [97, 0x73eacbdcdd4b4a84n],
      [150, 0x9f05bb547ddb67e0n],
    ],
    memhash32: 0x6c405aee39b8c012n,
    memhash64: 0x60111a3b97c87764n,
    f64hash: 0xb014d6885ebd090en,
    zero: 0x39ebff5cccd618b2n,
    f32hash: 0xf01dba3100fe3fe0n,
  },
} as const;

describe.each([19, 23] as const)("hashes of Go 1.%i", (minor) => {
  const hasher = new Hasher(minor, key);
  const memory = new MapMemory();
  const random = new SeededRandom(1);
  const bytes = memory.allocate(256);
  memory.writeBytes(
    bytes,
    Uint8Array.from({ length: 256 }, (_, index) => index * 7 + 3),
  );
  const floats = memory.allocate(32);
  memory.writeBytes(floats, new Uint8Array(new Float64Array([1.5, 0, -0, Number.NaN]).buffer));
  const float = memory.allocate(4);
  memory.writeBytes(float, new Uint8Array(new Float32Array([-2.25]).buffer));
  const expected = measured[minor];

  function hash(): bigint {
    return (BigInt(hasher.high >>> 0) << 32n) | BigInt(hasher.low >>> 0);
  }

  it.each([...expected.memhash])("memhash of %i bytes", (length: number, value: bigint) => {
    hasher.memhash(memory, bytes, length, seed);
    expect(hash()).toBe(value);
  });

  it("memhash32 and memhash64", () => {
    hasher.memhash32(memory, bytes, seed.seedLow, seed.seedHigh);
    expect(hash()).toBe(expected.memhash32);
    hasher.memhash64(memory, bytes, seed.seedLow, seed.seedHigh);
    expect(hash()).toBe(expected.memhash64);
  });

  it("f32hash and f64hash, where 0 and -0 have the same", () => {
    hasher.f32hash(memory, float, seed, random);
    expect(hash()).toBe(expected.f32hash);
    hasher.f64hash(memory, floats, seed, random);
    expect(hash()).toBe(expected.f64hash);
    hasher.f64hash(memory, floats + 8, seed, random);
    expect(hash()).toBe(expected.zero);
    hasher.f64hash(memory, floats + 16, seed, random);
    expect(hash()).toBe(expected.zero);
  });

  it("a NaN has another hash each time", () => {
    hasher.f64hash(memory, floats + 24, seed, random);
    const first = hash();
    hasher.f64hash(memory, floats + 24, seed, random);
    expect(hash()).not.toBe(first);
  });
});
