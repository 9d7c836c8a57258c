/**
 * Hashes of keys, as the program computes them: so it can be told where in a map a key belongs.
 *
 * For keys that are one region of memory (numbers, pointers, structs and arrays of these without gaps) and strings, in processes that
 * hash with AES instructions. For others there is no answer.
 */
import type { Address, Memory } from "../memory.js";
import type { ProgramSymbols } from "../program-symbols.js";
import type { GoType } from "../types/go-type.js";
import { readView, viewOf, wordAt } from "../types/words.js";
import { AesHash, type Hash, keyScheduleSize } from "./aes-hash.js";

/** Longer strings are not read for this. */
const longestString = 1 << 16;

/** The functions that begin with the first 16 bytes of the schedule: up to 1.26, from 1.27 on. */
const functions = ["runtime.memhash64", "internal/runtime/maps.memHash64AES"] as const;

/** `AESENC X0, [RIP + displacement]`, without the displacement. */
const instruction: readonly number[] = [0x66, 0x0f, 0x38, 0xdc, 0x05];

/** That function has no more bytes. */
const longestFunction = 256;

/**
 * The hash function of a process; undefined where it does not hash with AES, or that cannot be told. The random bytes that it mixes in
 * are found through the code that reads them, which needs no symbol table.
 */
export function processHash(
  memory: Memory,
  symbols: Pick<ProgramSymbols, "functionsNamed" | "code">,
): AesHash | undefined {
  for (const name of functions) {
    for (const { start, end } of symbols.functionsNamed(name)) {
      const code = symbols.code(start, Math.min(end - start, longestFunction));
      const address = code === undefined ? undefined : operandOf(code, start);
      const schedule = address === undefined ? undefined : memory.read(address, keyScheduleSize);
      // All zero: the process has not begun yet, or hashes in another way.
      if (schedule?.some((byte) => byte !== 0) === true) {
        return new AesHash(Uint8Array.from(schedule));
      }
    }
  }
  return undefined;
}

/** What the first of these instructions reads. */
function operandOf(code: Uint8Array, start: Address): Address | undefined {
  for (let at = 0; at + 9 <= code.length; at++) {
    if (instruction.every((byte, index) => code[at + index] === byte)) {
      return start + at + 9 + viewOf(code).getInt32(at + 5, true);
    }
  }
  return undefined;
}

/** The hash of a key; undefined where it cannot be told. */
export type KeyHash = (key: Uint8Array, seed: Hash) => Hash | undefined;

/** The hash function for keys of a type; undefined where it is not known. */
export function keyHash(type: GoType, hash: AesHash, memory: Memory): KeyHash | undefined {
  if (type.kind === "string") {
    return (key, seed) => {
      const view = viewOf(key);
      const length = wordAt(view, 8);
      const text = length === 0 ? new Uint8Array(0) : readString(memory, wordAt(view, 0), length);
      return text === undefined ? undefined : hash.bytes(text, seed);
    };
  }
  if (!type.regular) {
    return undefined;
  }
  const isWord = type.size === 4 || type.size === 8;
  // A key of no bytes hashes to the seed.
  return type.size === 0
    ? (_, seed) => seed
    : (key, seed) => (isWord ? hash.word(key, seed) : hash.bytes(key, seed));
}

function readString(memory: Memory, address: Address, length: number): Uint8Array | undefined {
  const view = length > longestString ? undefined : readView(memory, address, length);
  return view === undefined ? undefined : new Uint8Array(view.buffer, view.byteOffset, length);
}
