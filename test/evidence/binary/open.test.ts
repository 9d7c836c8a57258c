import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BinaryError } from "../../../src/evidence/binary/errors.js";
import { openGoBinary, readGoBinary } from "../../../src/evidence/binary/open.js";
import { findInRegion } from "../../../src/evidence/binary/search.js";
import { memorySource } from "../../../src/evidence/binary/source.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "maptrap-binary-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** An ELF header and nothing else, with some bytes changed. */
function elf(changes: Readonly<Record<number, number>>): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes[18] = 62;
  Object.entries(changes).forEach(([at, value]) => bytes.set([value], Number(at)));
  return bytes;
}

describe("a file that is no Go program", () => {
  it.each([
    ["an empty file", new Uint8Array(0), /^it is not an executable$/],
    ["text", new TextEncoder().encode("#!/bin/sh\n"), /^it is not an executable$/],
    ["a cut ELF file", elf({}).slice(0, 20), /ends within its ELF header/],
    ["32-bit ELF", elf({ 4: 1 }), /not supported yet: 32-bit ELF/],
    ["big-endian ELF", elf({ 5: 2 }), /not supported yet: big-endian ELF/],
    ["ELF for RISC-V", elf({ 18: 243 }), /not supported yet: ELF for machine 243/],
    ["ELF without segments", elf({}), /program headers are not there/],
    [
      "a universal Mach-O file",
      Uint8Array.of(0xca, 0xfe, 0xba, 0xbe),
      /not supported yet: Mach-O for several machines/,
    ],
    ["WebAssembly", Uint8Array.of(0, 0x61, 0x73, 0x6d), /not supported yet: WebAssembly/],
    ["a DOS program", Uint8Array.of(0x4d, 0x5a, 0, 0), /not within the file/],
  ])("is refused: %s", (_, bytes, what) => {
    const read = (): unknown => readGoBinary(memorySource("some/file", bytes));
    expect(read).toThrow(BinaryError);
    expect(read).toThrow(
      expect.objectContaining({ file: "some/file", what: expect.stringMatching(what) as string }),
    );
  });

  it("is refused when it is a program of another language", () => {
    expect(() => openGoBinary(process.execPath)).toThrow(/holds no Go function table/);
  });

  it("is refused when it is not there, a folder, or a pipe", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(() => openGoBinary(join(folder, "nothing"))).toThrow(/there is no such file/);
    expect(() => openGoBinary(folder)).toThrow(/not a regular file/);
    expect(() => openGoBinary(pipe)).toThrow(/not a regular file/);
  });

  it("is refused with the same error when it is on disk", () => {
    const file = join(folder, "text");
    writeFileSync(file, "text");
    expect(() => openGoBinary(file)).toThrow(new BinaryError(file, "it is not an executable", 0));
  });

  it("gives an error for any bytes after a known beginning", () => {
    const start = fc.constantFrom(
      elf({}).slice(0, 20),
      Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe),
      Uint8Array.of(0x4d, 0x5a),
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 600 }), (begin, bytes) => {
        const source = memorySource("random", Uint8Array.of(...begin, ...bytes));
        expect(() => readGoBinary(source)).toThrow(BinaryError);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("reading", () => {
  it("is bounded by the file's size, however often the file names the same bytes", () => {
    const source = memorySource("file", new Uint8Array(1 << 20));
    const readAll = (): void => {
      for (let round = 0; round < 100; round++) {
        source.read(0, 1 << 20);
      }
    };
    expect(readAll).toThrow(/larger than the file/);
  });

  it("refuses what is not in the file", () => {
    const source = memorySource("file", new Uint8Array(10));
    for (const [offset, length] of [
      [-1, 2],
      [5, 6],
      [11, 0],
      [2 ** 60, 1],
      [0.5, 1],
    ] as const) {
      expect(() => source.read(offset, length)).toThrow(BinaryError);
    }
    expect(source.read(4, 6)).toHaveLength(6);
  });

  it("finds bytes that lie across two pieces, at aligned addresses only", () => {
    const size = (1 << 22) + 100;
    const bytes = new Uint8Array(size);
    const pattern = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    [8, 1003, (1 << 22) - 4].forEach((at) => bytes.set(pattern, at));
    const region = { name: "", address: 4n, fileOffset: 0, size, writable: true };
    const found = [...findInRegion(memorySource("file", bytes), region, pattern, 4)];
    expect(found).toEqual([12n, BigInt(1 << 22)]);
  });
});
