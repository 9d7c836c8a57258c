/**
 * Names in type descriptors: a byte of flags, the length as a variable-length number, the bytes.
 *
 * Source: src/internal/abi/type.go (Name), src/runtime/type.go up to 1.20.
 */
import type { Address, Memory } from "../memory.js";

/** Longer names are cut; those of instantiated generic types are long. */
const longestName = 4096;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The name at an address; undefined when it cannot be read or is none. */
export function readName(memory: Memory, address: Address): string | undefined {
  let length = 0;
  let digits = 0;
  for (let shift = 1; ; shift *= 128) {
    digits++;
    const byte = digits <= 3 ? memory.read(address + digits, 1)?.[0] : undefined;
    if (byte === undefined) {
      return undefined;
    }
    length += (byte & 0x7f) * shift;
    if (byte < 0x80) {
      break;
    }
  }
  const bytes = memory.read(address + 1 + digits, Math.min(length, longestName));
  return bytes === undefined ? undefined : decoder.decode(bytes);
}
