import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader, OutOfBoundsError, UnsafeNumberError } from "../../src/base/bytes.js";

function reader(...bytes: number[]): ByteReader {
  return new ByteReader(Uint8Array.from(bytes));
}

const methods = [
  ["u8", 1],
  ["u16", 2],
  ["u32", 4],
  ["i32", 4],
  ["u64", 8],
  ["u64Number", 8],
] as const;

describe("ByteReader", () => {
  it("reads little-endian numbers", () => {
    const bytes = reader(0xfe, 0xff, 0xff, 0xff, 0x01, 0x00, 0x00, 0x00);
    expect(bytes.u8(0)).toBe(0xfe);
    expect(bytes.u16(0)).toBe(0xfffe);
    expect(bytes.u32(0)).toBe(0xfffffffe);
    expect(bytes.i32(0)).toBe(-2);
    expect(bytes.u64(0)).toBe(0x1_ffff_fffen);
    expect(bytes.u64Number(0)).toBe(0x1_ffff_fffe);
  });

  it("counts from the start of the array that it was given, not of its memory", () => {
    const memory = Uint8Array.from([9, 9, 1, 2, 3, 9]);
    const bytes = new ByteReader(memory.subarray(2, 5));
    expect(bytes.size).toBe(3);
    expect(bytes.u16(0)).toBe(0x0201);
    expect([...bytes.bytes(1, 2)]).toEqual([2, 3]);
    expect(() => bytes.u32(0)).toThrow(OutOfBoundsError);
  });

  it("gives 64-bit numbers as numbers up to 2^53 - 1, and refuses larger ones", () => {
    const largest = reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x00);
    expect(largest.u64Number(0)).toBe(Number.MAX_SAFE_INTEGER);
    const larger = reader(0, 0, 0, 0, 0, 0, 0x20, 0);
    expect(() => larger.u64Number(0)).toThrow(UnsafeNumberError);
    expect(larger.u64(0)).toBe(2n ** 53n);
  });

  it("agrees with DataView on any bytes, and throws exactly where they end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), fc.integer({ min: -2, max: 26 }), (data, offset) => {
        const bytes = new ByteReader(data);
        for (const [method, length] of methods) {
          const inside = offset >= 0 && offset + length <= data.length;
          expect(bytes.has(offset, length)).toBe(inside);
          if (!inside) {
            expect(() => bytes[method](offset)).toThrow(OutOfBoundsError);
          }
        }
        if (bytes.has(offset, 8)) {
          const expected = Buffer.from(data).readBigUInt64LE(offset);
          expect(bytes.u64(offset)).toBe(expected);
          if (expected <= BigInt(Number.MAX_SAFE_INTEGER)) {
            expect(bytes.u64Number(offset)).toBe(Number(expected));
          }
        }
      }),
    );
  });

  it.each([Number.NaN, 0.5, -1, Number.POSITIVE_INFINITY, 2 ** 53])("refuses the offset %s", (offset) => {
    const bytes = new ByteReader(new Uint8Array(16));
    expect(() => bytes.u8(offset)).toThrow(OutOfBoundsError);
    expect(() => bytes.bytes(0, offset)).toThrow(OutOfBoundsError);
    expect(() => bytes.cstring(offset)).toThrow(OutOfBoundsError);
  });

  it("says where, how much and how much there is", () => {
    expect(() => reader(1, 2).u32(1)).toThrow(
      expect.objectContaining({ name: "OutOfBoundsError", offset: 1, length: 4, size: 2 }),
    );
  });

  it("reads text", () => {
    const bytes = new ByteReader(new TextEncoder().encode("grün\0x"));
    expect(bytes.cstring(0)).toBe("grün");
    expect(bytes.cstring(5)).toBe("");
    expect(bytes.text(0, 5)).toBe("grün");
    expect(() => bytes.cstring(6)).toThrow(OutOfBoundsError);
    expect(() => bytes.cstring(7)).toThrow(OutOfBoundsError);
  });

  it("gives sections that cannot be left", () => {
    const section = reader(1, 2, 3, 4, 5, 6).section(2, 2);
    expect(section.u16(0)).toBe(0x0403);
    expect(() => section.u8(2)).toThrow(OutOfBoundsError);
    expect(() => section.section(1, 2)).toThrow(OutOfBoundsError);
  });
});
