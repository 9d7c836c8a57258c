import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangeOf } from "../../../src/cli/studio-server/ranges.js";

describe("rangeOf", () => {
  it.each([
    [undefined, "whole"],
    ["bytes=0-99", { start: 0, end: 100 }],
    ["bytes=100-", { start: 100, end: 1000 }],
    ["bytes=-100", { start: 900, end: 1000 }],
    ["bytes=-5000", { start: 0, end: 1000 }],
    ["bytes=999-2000", { start: 999, end: 1000 }],
    ["bytes=1000-", "none"],
    ["bytes=-0", "none"],
    ["bytes=5-4", "whole"],
    ["bytes=0-1,5-6", "whole"],
    ["bytes=-", "whole"],
    ["lines=0-9", "whole"],
    ["bytes=0x1-9", "whole"],
    ["bytes=99999999999999999999-", "whole"],
  ])("%s", (header, expected) => {
    expect(rangeOf(header, 1000)).toEqual(expected);
  });

  it("has no byte of an empty file", () => {
    expect(rangeOf("bytes=0-", 0)).toBe("none");
    expect(rangeOf("bytes=-1", 0)).toBe("none");
  });

  it("is always within the file, and says of each byte what the header says", () => {
    const number = fc.oneof(fc.constant(""), fc.nat(50).map(String));
    fc.assert(
      fc.property(number, number, fc.nat(40), (first, last, size) => {
        const range = rangeOf(`bytes=${first}-${last}`, size);
        const asked = Array.from({ length: size }, (_, at) => at).filter((at) =>
          first === ""
            ? last !== "" && at >= size - Number(last)
            : at >= Number(first) && (last === "" || at <= Number(last)),
        );
        if (typeof range === "object") {
          expect(asked).toEqual(Array.from({ length: range.end - range.start }, (_, at) => range.start + at));
          expect(asked.length).toBeGreaterThan(0);
        } else if (range === "none") {
          expect(asked).toEqual([]);
        }
      }),
    );
  });

  it("takes anything", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (header, size) => {
        const range = rangeOf(header, size);
        expect(
          typeof range === "string" || (range.start >= 0 && range.end <= size && range.start < range.end),
        ).toBe(true);
      }),
    );
  });
});
