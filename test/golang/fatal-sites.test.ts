/** The calls that end a program with a message about maps, in bytes as the compiler makes them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFatalSites, messageIsOfMap } from "../../src/golang/fatal-sites.js";
import type { CodeRange, ProgramSymbols } from "../../src/golang/program-symbols.js";

const textStart = 0x401000;
const fatal = 0x40f000;
const messages = 0x500000;

/** Code at the beginning of the text, messages in one piece of memory. */
function find(code: Uint8Array, text: string) {
  const size = 0x10000;
  const all = new Uint8Array(size);
  all.set(code);
  const range = (name: string, start: number, end: number): CodeRange => ({ name, start, end });
  const symbols: Partial<ProgramSymbols> = {
    textStart,
    textEnd: textStart + size,
    functionsNamed: (name) => (name === "runtime.fatal" ? [range(name, fatal, fatal + 64)] : []),
    functionAt: () => range("runtime.mapaccess1", textStart, textStart + 256),
    code: (start, length) =>
      start < textStart || start + length > textStart + size
        ? undefined
        : all.subarray(start - textStart, start - textStart + length),
  };
  const bytes = Buffer.from(text, "latin1");
  return findFatalSites(symbols as ProgramSymbols, {
    read: (address, length) =>
      address < messages || address + length > messages + bytes.length
        ? undefined
        : bytes.subarray(address - messages, address - messages + length),
  });
}

const int32 = (value: number): number[] => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return [...bytes];
};
/** `lea rax, [rip+…]` at an offset of the code. */
const lea = (at: number, target: number): number[] => [
  0x48,
  0x8d,
  0x05,
  ...int32(target - (textStart + at + 7)),
];
const length = (value: number): number[] => [0xbb, ...int32(value)];
const call = (at: number, target: number): number[] => [0xe8, ...int32(target - (textStart + at + 5))];

const message = "concurrent map read and map write";

describe("findFatalSites", () => {
  it("stops where the message is loaded, whichever part of it comes first", () => {
    const test = [0x80, 0x7b, 0x22, 0x00];
    const inOrder = [
      ...test,
      ...lea(4, messages),
      ...length(message.length),
      0x0f,
      0x1f,
      0x00,
      ...call(19, fatal),
    ];
    expect(find(Uint8Array.from(inOrder), message)).toEqual([
      { stopAt: textStart + 4, returnAddress: textStart + 24, message, function: "runtime.mapaccess1" },
    ]);
    const turned = [...test, ...length(message.length), ...lea(9, messages), ...call(16, fatal)];
    expect(find(Uint8Array.from(turned), message)).toEqual([
      { stopAt: textStart + 4, returnAddress: textStart + 21, message, function: "runtime.mapaccess1" },
    ]);
  });

  it("leaves calls with other messages and to other functions alone", () => {
    const other = "all goroutines are asleep - deadlock!";
    const code = (target: number, size: number) =>
      Uint8Array.from([...lea(0, messages), ...length(size), ...call(12, target)]);
    expect(find(code(fatal, other.length), other)).toEqual([]);
    expect(find(code(fatal + 16, message.length), message)).toEqual([]);
    expect(find(code(fatal, message.length), message)).toHaveLength(1);
  });

  it("finds nothing in bytes that are no code, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string({ maxLength: 50 }), (code, text) => {
        for (const site of find(code, text)) {
          expect(messageIsOfMap(site.message)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
