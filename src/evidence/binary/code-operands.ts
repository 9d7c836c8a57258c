/**
 * Which variables some code uses: operands that are relative to the instruction pointer, in 64-bit loads, stores,
 * comparisons and `lea` (amd64).
 *
 * The bytes are searched for the encodings, instructions are not decoded one after another: a constant that looks like one
 * is possible, and so what is found counts only where several operands fit together.
 */
import type { Address } from "../../golang/memory.js";

/** One operand. */
export interface CodeOperand {
  readonly kind: "address" | "value";
  readonly target: Address;
}

/** Opcodes without an immediate: mov load, mov store, cmp in both directions, lea. */
const opcodes: ReadonlyMap<number, CodeOperand["kind"]> = new Map([
  [0x8b, "value"],
  [0x89, "value"],
  [0x39, "value"],
  [0x3b, "value"],
  [0x8d, "address"],
]);

/** REX prefixes with 64-bit operands are 0x48 to 0x4f. */
const rexMask = 0xf8;
const rex = 0x48;

/** mod 00, r/m 101: a displacement from the next instruction. */
const modMask = 0xc7;
const relative = 0x05;

/** The operands in some code. */
export function codeOperands(code: Uint8Array, start: Address): readonly CodeOperand[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const found: CodeOperand[] = [];
  for (let at = 0; at + 7 <= code.length; at++) {
    const kind = opcodes.get(code[at + 1] ?? 0);
    if (
      kind !== undefined &&
      ((code[at] ?? 0) & rexMask) === rex &&
      ((code[at + 2] ?? 0) & modMask) === relative
    ) {
      found.push({ kind, target: start + at + 7 + view.getInt32(at + 3, true) });
    }
  }
  return found;
}
