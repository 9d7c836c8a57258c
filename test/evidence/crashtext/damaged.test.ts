import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CrashText } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { damaged } from "../../support/damaged-text.js";
import { go124, go19, probe, race, recorded } from "./texts.js";

/** Hundreds of texts are read, on a machine that may be busy. */
const timeout = 240_000;

/** What is true of every result, whatever the text was. */
function expectBounded(text: CrashText): void {
  expect(text.otherLines).toBeGreaterThanOrEqual(0);
  expect(text.otherLines).toBeLessThanOrEqual(text.lines);
  for (const report of text.reports) {
    const [first, last] = report.textLines;
    expect(first).toBeGreaterThanOrEqual(1);
    expect(first).toBeLessThanOrEqual(last);
    expect(last).toBeLessThanOrEqual(text.lines);
    expect(report.unread.lines.length).toBeLessThanOrEqual(5);
    expect(() => JSON.stringify(report)).not.toThrow();
  }
}

describe.each([
  ["a dump of Go 1.9", go19],
  ["a dump of Go 1.24", go124],
  ["a race report", race],
  ["a report of the probe", probe],
  ["a crash with what was recorded", recorded],
])("%s, damaged", (_, text) => {
  it(
    "is read as far as it goes when it is cut at any byte",
    async () => {
      const bytes = Buffer.from(text);
      for (let length = 0; length < bytes.length; length += 1) {
        expectBounded(await readCrashText(bytes.subarray(0, length)));
      }
    },
    timeout,
  );

  it(
    "is read with lines dropped, doubled, swapped, cut or replaced",
    async () => {
      await fc.assert(
        fc.asyncProperty(damaged(text), async (broken) => {
          expectBounded(await readCrashText(broken));
        }),
        { numRuns: 150 },
      );
    },
    timeout,
  );

  it(
    "is read with random bytes in it, and after its packed form was damaged",
    async () => {
      const packed = gzipSync(text);
      const at = fc.nat({ max: packed.length - 1 });
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), at, async (noise, place) => {
          expectBounded(await readCrashText(Buffer.concat([noise, Buffer.from(text), noise])));
          const bad = Buffer.from(packed);
          bad.set(noise.subarray(0, 4), Math.min(place, bad.length - 4));
          expectBounded(await readCrashText(bad));
        }),
        { numRuns: 60 },
      );
    },
    timeout,
  );
});

describe("a text that is not whole", () => {
  it("says where it was cut", async () => {
    const cutAt = async (part: string) => {
      const text = await readCrashText(go124.slice(0, go124.indexOf(part) + part.length));
      return text.reports.map(({ cut }) => cut);
    };
    expect(await cutAt("concurrent map writes")).toEqual(["the text ends after the headline"]);
    expect(await cutAt("goroutine 19 [running]:")).toEqual(["the text ends within goroutine 19"]);
    expect(await cutAt("main.main.func1()\n")).toEqual(["the text ends within goroutine 19"]);
    expect(await cutAt("/home/ada/store/main.go:23 +0xf4\n")).toEqual([null]);
  });

  it("says how much of it could not be read", async () => {
    const text = await readCrashText(
      go124.replace("main.main.func1()\n", "ANOTHER goroutine's output\nmain.main.func1()\n"),
    );
    expect(text.reports).toMatchObject([
      {
        detector: { goroutine: { id: 19 } },
        unread: { count: 1, lines: [{ line: 8, text: "ANOTHER goroutine's output" }] },
      },
    ]);
  });
});

describe("any bytes", () => {
  it(
    "are read",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
          expectBounded(await readCrashText(bytes));
        }),
        { numRuns: 200 },
      );
    },
    timeout,
  );

  it(
    "are read when they are made of what crash texts are made of",
    async () => {
      const words = [
        "goroutine ",
        "1",
        " [running]:",
        "\n",
        "\t",
        "main.f(",
        "0x1",
        ")",
        "/a.go:1",
        " +0x1",
        "created by ",
        " in goroutine 2",
        "fatal error: ",
        "concurrent map writes",
        "{",
        "}",
        "==================",
        "WARNING: DATA RACE",
        "  ",
        "Read at 0x1 by goroutine 7:",
        "exit status 2",
        "\r",
        "\\n",
        "#011",
        "&#34;",
        "\u001b[0m",
        "...",
        "5 frames elided",
        '{"log":"',
        "-----",
        "SIGQUIT: quit",
      ];
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 300 }), async (parts) => {
          expectBounded(await readCrashText(parts.join("")));
        }),
        { numRuns: 200 },
      );
    },
    timeout,
  );
});
