import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64Url, toBase64Url } from "../../src/base/base64url.js";

describe("base64url", () => {
  it("is what Node's Buffer makes of any bytes, and back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
    );
  });

  it("is nothing else", () => {
    for (const text of ["A", "AAAAA", "A=", "A+B_", "ä", "AA\n"]) {
      expect(fromBase64Url(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const bytes = fromBase64Url(text);
        expect(bytes === undefined || bytes.length === (text.length * 3) >> 2).toBe(true);
      }),
    );
  });
});
