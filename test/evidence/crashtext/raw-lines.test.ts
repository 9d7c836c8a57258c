import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countLines, findTrigger, lookBackStart } from "../../../src/evidence/crashtext/raw-lines.js";

const find = (text: string) => findTrigger(Buffer.from(text), 0, Buffer.byteLength(text));

describe("findTrigger", () => {
  it.each([
    "goroutine 7 [running]:",
    "goroutine 1 gp=0xc000002380 m=0 mp=0x55d4a0 [running]:",
    "Read at 0x00c00012a0f0 by goroutine 7:",
    "created by main.main in goroutine 1",
    "created by main.main in goroutine 1\\n\\t/home/ada/main.go:9",
    "goroutine\u00a07 [running]:",
    "goroutine&nbsp;7 [running]:".replace("&nbsp;", "&#160;"),
    "goroutine\n7 [running]:",
    "\tgoroutine running on other thread; stack unavailable",
    "fatal error: concurrent map writes",
    "runtime.mapaccess2(0x159fc40, 0xc4202bef90)",
  ])("finds %j", (text) => {
    expect(find(`some words before\n${text}\nand after`)).not.toBe(-1);
  });

  it.each([
    "12 goroutines",
    "num_goroutine=12",
    "goroutine: stopped",
    "goroutine 7 has started",
    "a goroutine leak",
    "runtime.go:12",
    "a concurrent mapper",
  ])("passes %j by", (text) => {
    expect(find(`some words before\n${text}\nand after`)).toBe(text.includes("mapper") ? 20 : -1);
  });

  it("gives the first of several, within the part that is asked for", () => {
    const bytes = Buffer.from("x goroutine 7 [ concurrent map goroutine 8 [ runtime.map");
    expect(findTrigger(bytes, 0, bytes.length)).toBe(2);
    expect(findTrigger(bytes, 3, bytes.length)).toBe(16);
    expect(findTrigger(bytes, 17, bytes.length)).toBe(31);
    expect(findTrigger(bytes, 32, bytes.length)).toBe(45);
    expect(findTrigger(bytes, 46, bytes.length)).toBe(-1);
    expect(findTrigger(bytes, 0, 8)).toBe(-1);
  });
});

describe("countLines", () => {
  it("counts line ends between any two places", () => {
    const letters = fc.array(fc.constantFrom(10, 10, 11, 0x8a, 0, 255, 97), { maxLength: 3_000 });
    fc.assert(
      fc.property(letters, fc.nat(50), fc.nat(50), (codes, before, after) => {
        const bytes = Buffer.from(codes);
        const [from, to] = [
          Math.min(before, bytes.length),
          Math.max(bytes.length - after, Math.min(before, bytes.length)),
        ];
        expect(countLines(bytes, from, to)).toBe(
          bytes.subarray(from, to).filter((code) => code === 10).length,
        );
      }),
    );
  });
});

describe("lookBackStart", () => {
  const bytes = Buffer.from("one\ntwo\nthree\nfour\n");

  it.each([
    [15, { lines: 0, bytes: 100 }, 14],
    [15, { lines: 1, bytes: 100 }, 8],
    [15, { lines: 2, bytes: 100 }, 4],
    [15, { lines: 9, bytes: 100 }, 0],
    [15, { lines: 9, bytes: 8 }, 8],
    [0, { lines: 9, bytes: 100 }, 0],
  ])("from %d with %j is %d", (at, limit, start) => {
    expect(lookBackStart(bytes, at, limit)).toBe(start);
  });
});
