import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitizeLine, sanitizeTerminal } from "../../src/base/text.js";

const units = fc.string({
  unit: fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
});
const any = fc.oneof(units, fc.string({ unit: "binary" }), fc.string());

/** Whether a terminal may act on, hide or reorder by this code point. Written apart from the code under test. */
function acts(code: number): boolean {
  const control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
  const bidi =
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    [0x200e, 0x200f, 0x61c].includes(code);
  const hidden =
    code === 0x200b ||
    code === 0xfeff ||
    code === 0x2028 ||
    code === 0x2029 ||
    (code >= 0xe0000 && code <= 0xe007f);
  const loneSurrogate = code >= 0xd800 && code <= 0xdfff;
  return control || bidi || hidden || loneSurrogate;
}

function codes(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

describe("sanitizeTerminal", () => {
  it.each([
    ["plain", "main.(*Cache).Get[go.shape.int]", "main.(*Cache).Get[go.shape.int]"],
    ["colour", "\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m"],
    ["title", "\u001b]0;gone\u0007", "\\x1b]0;gone\\x07"],
    ["C1 sequence start", "\u009b2J", "\\x9b2J"],
    ["carriage return that hides", "evil\rgood", "evil\\rgood"],
    ["line ends of Windows", "a\r\nb", "a\nb"],
    ["bidirectional override", "a\u202egp.exe", "a\\u202egp.exe"],
    ["tag character", "a\u{e0041}b", "a\\u{e0041}b"],
    ["half of a pair", "a\ud800b", "a\\ud800b"],
    ["line feed and tab stay", "a\n\tb", "a\n\tb"],
    [
      "other scripts and joined emoji stay",
      "грач 地図 \u{1f469}\u200d\u{1f4bb}",
      "грач 地図 \u{1f469}\u200d\u{1f4bb}",
    ],
  ])("%s", (_name, text, expected) => {
    expect(sanitizeTerminal(text)).toBe(expected);
  });

  it("leaves nothing that a terminal acts on, but line feed and tab", () => {
    fc.assert(
      fc.property(any, (text) => {
        const left = codes(sanitizeTerminal(text)).filter(
          (code) => acts(code) && code !== 0x0a && code !== 0x09,
        );
        expect(left).toEqual([]);
      }),
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(any, (text) => {
        const once = sanitizeTerminal(text);
        expect(sanitizeTerminal(once)).toBe(once);
      }),
    );
  });

  it("leaves printable ASCII as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
        expect(sanitizeTerminal(text)).toBe(text);
      }),
    );
  });
});

describe("sanitizeLine", () => {
  it("shows line feeds and tabs too", () => {
    expect(sanitizeLine("a\nb\tc\r\nd")).toBe("a\\nb\\tc\\nd");
  });

  it("always gives one line", () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(codes(sanitizeLine(text)).some(acts)).toBe(false);
      }),
    );
  });
});
