import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaptrapError } from "../../../src/base/errors.js";
import { type CoreFile, openCoreFile } from "../../../src/evidence/process/core-file.js";
import { parseCoreNotes } from "../../../src/evidence/process/core-notes.js";
import { openCore } from "../../../src/evidence/process/core.js";

let folder = "";
let file = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-core-"));
  file = path.join(folder, "core");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Little-endian numbers: size in bytes, value. */
function numbers(...all: readonly (readonly [number, number | bigint])[]): number[] {
  return all.flatMap(([size, value]) =>
    Array.from({ length: size }, (_, index) => Number((BigInt(value) >> BigInt(8 * index)) & 0xffn)),
  );
}

/** A program header: type, offset, address, size in the file, size in memory. */
function segment(type: number, offset: number, address: number, size: number, memory = size): number[] {
  return numbers([4, type], [4, 6], [8, offset], [8, address], [8, 0], [8, size], [8, memory], [8, 4096]);
}

function elfHeader(segments: number, changes: Readonly<Record<number, number>> = {}): number[] {
  const ident = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const rest = numbers(
    [2, 4],
    [2, 62],
    [4, 1],
    [8, 0],
    [8, 64],
    [8, 0],
    [4, 0],
    [2, 64],
    [2, 56],
    [2, segments],
    [2, 0],
    [2, 0],
    [2, 0],
  );
  const bytes = [...ident, ...rest];
  Object.entries(changes).forEach(([at, value]) => (bytes[Number(at)] = value));
  return bytes;
}

function note(type: number, content: readonly number[], owner = "CORE"): number[] {
  const name = [...new TextEncoder().encode(owner), 0];
  const padded = (bytes: readonly number[]): number[] => [
    ...bytes,
    ...Array.from({ length: (4 - (bytes.length % 4)) % 4 }, () => 0),
  ];
  return [...numbers([4, name.length], [4, content.length], [4, type]), ...padded(name), ...padded(content)];
}

/** NT_PRSTATUS of a thread whose registers hold their own numbers, from 1 on. */
function status(id: number, signal: number): number[] {
  const registers = Array.from({ length: 27 }, (_, index) => [8, index + 1] as const);
  const head = numbers([8, 0], [4, 0], [2, signal], [2, 0], [8, 0], [8, 0], [4, id]);
  return [
    ...head,
    ...Array.from({ length: 112 - head.length }, () => 0),
    ...numbers(...registers),
    ...numbers([8, 0]),
  ];
}

/** A small core: a page of memory, a page that was left out, notes. */
function made(notes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8192);
  bytes.set([
    ...elfHeader(3),
    ...segment(4, 512, 0, notes.length, 0),
    ...segment(1, 4096, 0x5000, 4096),
    ...segment(1, 8192, 0x9000, 0, 4096),
  ]);
  bytes.set(notes, 512);
  bytes.fill(0xab, 4096);
  return bytes;
}

const files = note(0x46494c45, [
  ...numbers([8, 1], [8, 4096], [8, 0x40_0000], [8, 0x48_0000], [8, 2]),
  ...new TextEncoder().encode("/no/such/program\0"),
]);
const usual = [
  ...note(1, status(10, 6)),
  ...note(1, status(11, 0)),
  ...note(9, [1]),
  ...note(6, numbers([8, 9], [8, 0x41_0000])),
  ...files,
];

function opened(bytes: Uint8Array): CoreFile {
  writeFileSync(file, bytes);
  return openCoreFile(file);
}

describe("a core", () => {
  it("has memory, threads with registers, and files", () => {
    const core = opened(made(usual));
    expect(core.segments).toEqual([
      { start: 0x5000, end: 0x6000, offset: 4096, size: 4096 },
      { start: 0x9000, end: 0xa000, offset: 8192, size: 0 },
    ]);
    expect(core.missingBytes).toBe(0);
    const notes = parseCoreNotes(core.notes);
    expect(notes.threads.map(({ id }) => id)).toEqual([10, 11]);
    expect(notes.threads[0]?.registers).toMatchObject({ rip: 17, rsp: 20, rbp: 5, fsBase: 22n });
    expect(notes.threads[0]?.registers.values).toMatchObject({
      r15: 1n,
      rbx: 6n,
      rax: 11n,
      rcx: 12n,
      rdi: 15n,
    });
    expect(notes.signal).toBe(6);
    expect(notes.files).toEqual([
      { start: 0x40_0000, end: 0x48_0000, offset: 8192, path: "/no/such/program" },
    ]);
    core.close();
  });

  it("says what to do when its executable is not known or not there", () => {
    writeFileSync(file, made(usual));
    expect(() => openCore(file)).toThrow(/the executable of this core, \/no\/such\/program, is not there/);
    expect(() => openCore(file)).toThrow(
      expect.objectContaining({ wayOut: expect.stringContaining("--exe") as string }) as Error,
    );
    writeFileSync(file, made(note(1, status(10, 6))));
    expect(() => openCore(file)).toThrow(/does not say which executable it is of/);
    expect(() => openCore(file, file)).toThrow(/holds no Go function table/);
  });

  it("that was cut short says how much is missing", () => {
    const core = opened(made(usual).subarray(0, 6000));
    expect(core.missingBytes).toBe(8192 - 6000);
    expect(core.segments).toHaveLength(2);
    expect(() => opened(made(usual).subarray(0, 100))).toThrow(/cut short within its list of segments/);
  });

  it("of many gigabytes is opened at once, and nothing of it is read before it is asked for", () => {
    const size = 2 ** 40;
    const bytes = new Uint8Array(8192);
    bytes.set([
      ...elfHeader(2),
      ...segment(4, 512, 0, usual.length, 0),
      ...segment(1, 4096, 0x10_0000, size),
    ]);
    bytes.set(usual, 512);
    writeFileSync(file, bytes);
    const descriptor = openSync(file, "r+");
    ftruncateSync(descriptor, size);
    closeSync(descriptor);
    const before = process.memoryUsage().rss;
    const core = openCoreFile(file);
    const target = new Uint8Array(8).fill(7);
    expect(core.read(size - 8, target)).toBe(8);
    expect([...target]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(core.missingBytes).toBe(4096);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
    core.close();
  });

  it("with more segments than its header can count has them all", () => {
    const count = 70_000;
    const directory = new Uint8Array(count * 56);
    const [head] = [segment(1, 0, 0x5000, 0, 4096)];
    for (let index = 0; index < count; index++) {
      directory.set(head ?? [], index * 56);
    }
    const section = [
      ...Array.from({ length: 44 }, () => 0),
      ...numbers([4, count]),
      ...Array.from({ length: 16 }, () => 0),
    ];
    const header = elfHeader(0xffff);
    header.splice(40, 8, ...numbers([8, 64 + directory.length]));
    const core = opened(Buffer.concat([Uint8Array.from(header), directory, Uint8Array.from(section)]));
    expect(core.segments).toHaveLength(count);
    core.close();
  });

  it.each([
    ["nothing", [], /is no core$/],
    [
      "text",
      [
        ...new TextEncoder().encode(
          "#!/bin/sh\necho hello, this is a script of some length and no core at all",
        ),
      ],
      /is no core$/,
    ],
    ["gzip", [0x1f, 0x8b, 8, 0], /is compressed \(gzip\)$/],
    ["zstd", [0x28, 0xb5, 0x2f, 0xfd], /is compressed \(zstd\)$/],
    ["an executable", elfHeader(1, { 16: 2 }), /is an executable or a library, and no core/],
    ["a core of arm64", elfHeader(1, { 18: 183 }), /a core of another machine/],
    ["a 32-bit core", elfHeader(1, { 4: 1 }), /a core of another machine/],
    ["a core without segments", elfHeader(0), /cut short within its list of segments/],
    ["a core with another size of segments", elfHeader(1, { 54: 32 }), /list of segments is damaged/],
  ])("is not %s", (_, bytes, message) => {
    expect(() => opened(Uint8Array.of(...bytes))).toThrow(message);
    expect(() => opened(Uint8Array.of(...bytes))).toThrow(MaptrapError);
  });

  it("is not a folder, a pipe, or a file that is not there", () => {
    const pipe = path.join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(() => openCore(folder)).toThrow(/not a regular file/);
    expect(() => openCore(pipe)).toThrow(/not a regular file/);
    expect(() => openCore(path.join(folder, "nothing"))).toThrow(/there is no such file/);
  });

  it("that is damaged in any way gives an error that says so, or what is left of it", () => {
    const whole = made(usual);
    const change = fc.record({
      at: fc.integer({ min: 0, max: 1200 }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 8192 }),
        (changes, size) => {
          const bytes = whole.slice(0, size);
          changes.forEach(({ at, byte }) =>
            bytes.set(at < bytes.length ? [byte] : [], Math.min(at, bytes.length)),
          );
          try {
            const core = opened(bytes);
            parseCoreNotes(core.notes);
            core.close();
            openCore(file, file).close();
          } catch (error) {
            expect(error).toBeInstanceOf(MaptrapError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
