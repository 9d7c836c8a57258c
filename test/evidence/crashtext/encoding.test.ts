import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Utf8Converter } from "../../../src/evidence/crashtext/encoding.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { inPieces } from "../../support/damaged-text.js";
import { go124, go19 } from "./texts.js";

const text = `${go124}größer → 😀\n`;
const little = Buffer.from(text, "utf16le");
const big = Buffer.from(little).swap16();

const stored: readonly (readonly [string, Buffer])[] = [
  ["UTF-8", Buffer.from(text)],
  ["UTF-8", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
  ["UTF-16LE", little],
  ["UTF-16LE", Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
  ["UTF-16BE", big],
  ["UTF-16BE", Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
];

describe("Utf8Converter", () => {
  it.each(stored)("converts %s, split anywhere", (encoding, bytes) => {
    fc.assert(
      fc.property(inPieces(bytes), (pieces) => {
        const converter = new Utf8Converter();
        const parts = [...pieces.map((piece) => converter.push(Buffer.from(piece))), converter.flush()];
        expect(Buffer.concat(parts).toString()).toBe(text);
        expect(converter.encoding).toBe(encoding);
      }),
      { numRuns: 20 },
    );
  });

  it("takes texts shorter than a mark for UTF-8", () => {
    const converter = new Utf8Converter();
    expect(Buffer.concat([converter.push(Buffer.from("ab")), converter.flush()]).toString()).toBe("ab");
  });
});

describe("readCrashText", () => {
  it("says that a text was UTF-16", async () => {
    const read = await readCrashText(little);
    expect(read.undone).toEqual([{ what: "UTF-16", lines: read.lines }]);
    expect(read.reports).toMatchObject([{ detector: { goroutine: { id: 19 } } }]);
  });

  it("unpacks gzip, in whatever pieces it comes, and packed UTF-16", async () => {
    async function* oneByOne(bytes: Uint8Array) {
      for (const byte of bytes) {
        yield Uint8Array.of(byte);
      }
    }
    const packed = gzipSync(little);
    const whole = await readCrashText(packed);
    expect(whole.undone.map(({ what }) => what)).toEqual(["gzip", "UTF-16"]);
    expect(whole.reports).toMatchObject([{ cut: null, goroutines: 3 }]);
    expect(await readCrashText(oneByOne(packed))).toEqual(whole);
  });

  it("gives what a cut gzip file still holds, and says so", async () => {
    const packed = gzipSync(go19.repeat(20) + go124);
    const read = await readCrashText(packed.subarray(0, packed.length - 20));
    expect(read.reports.length).toBeGreaterThan(0);
    expect(read.reports.at(-1)?.cut).toBe("the packed text is cut or damaged");
  });

  it("does not unpack more than it is told to", async () => {
    const packed = gzipSync(go124 + "x".repeat(50_000_000));
    const read = await readCrashText(packed, { maxUnpackedBytes: 1_000_000 });
    expect(read.reports).toMatchObject([{ goroutines: 3 }]);
    expect(read.lines).toBeLessThan(50);
  });
});
