import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { floatText, quoted } from "../../../src/golang/types/literals.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("strings", () => {
  it.each([
    ["tea", '"tea"'],
    ['say "hi"\\\n', String.raw`"say \"hi\"\\\n"`],
    ["\0\x1b\x7f\t", String.raw`"\x00\x1b\x7f\t"`],
    ["é猫😀", '"é猫😀"'],
    ["\u202e\u2028\u00a0", String.raw`"\u202e\u2028\u00a0"`],
    ["\u{e0041}", String.raw`"\U000e0041"`],
    ["\ufffd", '"\ufffd"'],
  ])("%j", (value, wanted) => {
    expect(quoted(text(value))).toBe(wanted);
  });

  it("shows bytes that are not UTF-8 as such", () => {
    expect(quoted(Uint8Array.of(0x61, 0xff, 0xc3, 0xe7, 0x8c))).toBe(String.raw`"a\xff\xc3\xe7\x8c"`);
    // An overlong form, a surrogate, and more than there are characters.
    expect(quoted(Uint8Array.of(0xc0, 0x80))).toBe(String.raw`"\xc0\x80"`);
    expect(quoted(Uint8Array.of(0xe0, 0x80, 0x80))).toBe(String.raw`"\xe0\x80\x80"`);
    expect(quoted(Uint8Array.of(0xed, 0xa0, 0x80))).toBe(String.raw`"\xed\xa0\x80"`);
    expect(quoted(Uint8Array.of(0xf4, 0x90, 0x80, 0x80))).toBe(String.raw`"\xf4\x90\x80\x80"`);
  });

  it("never lets through what acts on a terminal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(quoted(bytes)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe("floating-point numbers", () => {
  it.each([
    [0, "0"],
    [-0, "-0"],
    [1.5, "1.5"],
    [123456, "123456"],
    [1234567, "1.234567e+06"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [1e100, "1e+100"],
    [5e-324, "5e-324"],
    [NaN, "NaN"],
    [Infinity, "+Inf"],
    [-Infinity, "-Inf"],
  ])("%s of 64 bits", (value, wanted) => {
    expect(floatText(value, 64)).toBe(wanted);
  });

  it.each([
    [0.1, "0.1"],
    // In the middle between two with eight digits: the even one.
    [2130644.25, "2.1306442e+06"],
    [353001.125, "353001.12"],
    [56504.3125, "56504.312"],
    [1.1754943508222875e-38, "1.1754944e-38"],
  ])("%s of 32 bits", (value, wanted) => {
    expect(floatText(Math.fround(value), 32)).toBe(wanted);
  });

  it("gives numbers back", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(floatText(value, 64))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(floatText(value, 32)))).toBe(value);
      }),
    );
  });
});
