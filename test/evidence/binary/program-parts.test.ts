import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIds, notes } from "../../../src/evidence/binary/build-ids.js";
import { codeOperands } from "../../../src/evidence/binary/code-operands.js";
import { variableSymbols } from "../../../src/evidence/binary/elf-symbols.js";
import { FileMemory } from "../../../src/evidence/binary/file-memory.js";
import type { ExecutableImage } from "../../../src/evidence/binary/image.js";
import { type CodeToSearch, recoverVariable } from "../../../src/evidence/binary/recovered-variables.js";
import { memorySource } from "../../../src/evidence/binary/source.js";

const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
const u64 = (value: number): number[] => [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];

/** `mov` or `lea` with an operand relative to the next instruction. */
function instruction(opcode: number, at: number, target: number): number[] {
  return [0x48, opcode, 0x0d, ...u32(target - at - 7)];
}

/** A program with functions that are these instructions, one after another, at 0x1000, 0x2000 and so on. */
function program(functions: Readonly<Record<string, readonly (readonly [number, number])[]>>): CodeToSearch {
  const starts = Object.keys(functions).map((name, index) => [name, 0x1000 * (index + 1)] as const);
  return {
    functionsNamed: (wanted) =>
      starts
        .filter(([name]) => name === wanted)
        .map(([name, start]) => ({ name, start, end: start + 0x100 })),
    code: (start) => {
      const [name = ""] = starts.find(([, one]) => one === start) ?? [];
      const code: number[] = [];
      for (const [opcode, target] of functions[name] ?? []) {
        code.push(...instruction(opcode, start + code.length, target));
      }
      return Uint8Array.from(code);
    },
    memory: { read: () => undefined },
    isVariable: (address) => address >= 0x10_0000,
    isZeroed: (address) => address >= 0x20_0000,
  };
}

const load = 0x8b;
const store = 0x89;
const lea = 0x8d;

describe("operands in code", () => {
  it("are found at the address that they mean", () => {
    const code = Uint8Array.of(
      0x90,
      ...instruction(load, 0x501, 0x9000),
      0x90,
      ...instruction(lea, 0x509, 0x100),
    );
    expect(codeOperands(code, 0x500)).toEqual([
      { kind: "value", target: 0x9000 },
      { kind: "address", target: 0x100 },
    ]);
    expect(codeOperands(code.subarray(0, 7), 0x500)).toEqual([]);
  });
});

describe("variables without a symbol table", () => {
  it("are found where the code tells them apart", () => {
    const found = program({
      "runtime.allgadd": [load, store, load].map((opcode, index) => [opcode, 0x10_0000 + index * 8] as const),
      "runtime.semacquire1": [
        [lea, 0x20_0000],
        [lea, 0x10_0100],
        [load, 0x20_0010],
      ],
      "runtime.semrelease1": [
        [lea, 0x20_0000],
        [lea, 0x10_0100],
      ],
      "runtime.mcommoninit": [
        [lea, 0x10_0200],
        [load, 0x10_0200],
        [lea, 0x10_0300],
      ],
    });
    expect(recoverVariable(found, "runtime.allgs")).toBe(0x10_0000);
    expect(recoverVariable(found, "runtime.semtable")).toBe(0x20_0000);
    expect(recoverVariable(found, "runtime.allm")).toBe(0x10_0200);
    expect(recoverVariable(found, "runtime.waitReasonStrings")).toBeUndefined();
    expect(recoverVariable(found, "main.cache")).toBeUndefined();
  });

  it("are not guessed where two could be it", () => {
    const two = [0x10_0000, 0x10_0100].flatMap((start) =>
      [0, 8, 16].map((offset) => [load, start + offset] as const),
    );
    expect(recoverVariable(program({ "runtime.allgadd": two }), "runtime.allgs")).toBeUndefined();
    expect(recoverVariable(program({}), "runtime.allgs")).toBeUndefined();
  });
});

describe("notes", () => {
  const note = (owner: string, type: number, content: readonly number[]): number[] => [
    ...u32(owner.length + 1),
    ...u32(content.length),
    ...u32(type),
    ...new TextEncoder().encode(owner),
    0,
    ...Array.from({ length: (4 - ((owner.length + 1) % 4)) % 4 }, () => 0),
    ...content,
    ...Array.from({ length: (4 - (content.length % 4)) % 4 }, () => 0),
  ];

  it("name the build", () => {
    const bytes = Uint8Array.of(
      ...note("GNU", 3, [0xab, 1, 2]),
      ...note("Go", 4, [0x61, 0x2f, 0x62]),
      ...note("GNU", 1, [9]),
    );
    expect(buildIds([bytes])).toEqual({ go: "a/b", gnu: "ab0102" });
    expect(buildIds([])).toEqual({ go: undefined, gnu: undefined });
  });

  it("of any bytes are read to their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect([...notes(bytes)].length).toBeLessThanOrEqual(bytes.length / 12);
      }),
    );
  });
});

describe("a symbol table", () => {
  const symbol = (name: number, info: number, address: number, size: number): number[] => [
    ...u32(name),
    info,
    0,
    1,
    0,
    ...u64(address),
    ...u64(size),
  ];

  it("gives its variables", () => {
    const names = new TextEncoder().encode("\0main.cache\0main.main\0cut off");
    const symbols = Uint8Array.of(
      ...symbol(1, 0x11, 0x5000, 8),
      ...symbol(12, 0x12, 0x4000, 9),
      ...symbol(22, 1, 0x6000, 1),
      ...symbol(500, 1, 0x7000, 1),
      ...symbol(1, 1, 0, 1),
    );
    expect(variableSymbols({ symbols, names })).toEqual([
      { name: "main.cache", address: 0x5000, size: 8 },
      { name: "cut off", address: 0x6000, size: 1 },
    ]);
  });

  it("of any bytes is read to its end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 60 }), (symbols, names) => {
        expect(variableSymbols({ symbols, names }).length).toBeLessThanOrEqual(symbols.length / 24);
      }),
    );
  });
});

describe("memory of an executable's file", () => {
  const image: ExecutableImage = {
    format: "ELF",
    architecture: "amd64",
    entry: undefined,
    movable: true,
    segments: [
      { name: "", address: 0n, fileOffset: 0, size: 16, writable: false, memorySize: 16 },
      { name: "", address: 0x1000n, fileOffset: 16, size: 16, writable: true, memorySize: 64 },
    ],
    sections: [],
    notes: [],
    relocations: () => ({
      placesOf: () => [],
      apply: () => undefined,
      each: (write) => {
        write(0x1008, 4);
        write(0x100c, 4);
        write(0x9000, 4);
        write(4, 4);
      },
    }),
  };
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => index);
  const memory = new FileMemory(memorySource("file", bytes), image, 0x7000);

  it("has addresses where the loader puts them, and the file's bytes as they are", () => {
    expect([...(memory.read(0x8008, 8) ?? [])]).toEqual([...u64(0x7004)]);
    expect([...(memory.readFile(0x8008, 8) ?? [])]).toEqual([24, 25, 26, 27, 28, 29, 30, 31]);
    expect([...(memory.read(0x7000, 8) ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(bytes[24]).toBe(24);
  });

  it("has nothing that is not in the file, and tells what cannot change", () => {
    expect(memory.read(0x8010, 1)).toBeUndefined();
    expect(memory.read(0x800c, 8)).toBeUndefined();
    expect(memory.read(0x7000, -1)).toBeUndefined();
    expect(memory.read(0.5, 1)).toBeUndefined();
    expect(memory.constantFrom(0x700c, 100)).toHaveLength(4);
    expect(memory.constantFrom(0x8000, 8)).toBeUndefined();
  });
});
