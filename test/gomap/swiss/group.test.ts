import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ControlWord,
  count,
  CTRL_DELETED,
  CTRL_EMPTY,
  first,
  matchEmpty,
  matchEmptyOrDeleted,
  matchFull,
  matchH2,
  portableMatchEmpty,
  portableMatchH2,
  removeBelow,
  removeFirst,
} from "../../../src/gomap/swiss/group.js";

const control = fc.oneof(
  fc.constant(CTRL_EMPTY),
  fc.constant(CTRL_DELETED),
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 0x7f }),
);
const controls = fc.array(control, { minLength: 8, maxLength: 8 });

function wordOf(bytes: readonly number[]): ControlWord {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  return { low: view.getInt32(0, true), high: view.getInt32(4, true) };
}

const setOf = (bytes: readonly number[], matches: (byte: number) => boolean): number =>
  bytes.reduce((set, byte, slot) => (matches(byte) ? set | (1 << slot) : set), 0);

describe("control words", () => {
  it("are matched byte by byte, as SIMD instructions do", () => {
    fc.assert(
      fc.property(controls, fc.integer({ min: 0, max: 0x7f }), (bytes, h2) => {
        const word = wordOf(bytes);
        expect(matchH2(word, h2)).toBe(setOf(bytes, (byte) => byte === h2));
        expect(matchEmpty(word)).toBe(setOf(bytes, (byte) => byte === CTRL_EMPTY));
        expect(matchEmptyOrDeleted(word)).toBe(setOf(bytes, (byte) => byte >= CTRL_EMPTY));
        expect(matchFull(word)).toBe(setOf(bytes, (byte) => byte < CTRL_EMPTY));
        expect(portableMatchEmpty(word)).toBe(matchEmpty(word));
      }),
    );
  });

  it("are matched by portable code with false positives above a true match only", () => {
    fc.assert(
      fc.property(controls, fc.integer({ min: 0, max: 0x7f }), (bytes, h2) => {
        const exact = matchH2(wordOf(bytes), h2);
        const portable = portableMatchH2(wordOf(bytes), h2);
        expect(portable & exact).toBe(exact);
        for (let extra = portable & ~exact; extra !== 0; extra = removeFirst(extra)) {
          const slot = first(extra);
          expect(bytes[slot]).toBe(h2 ^ 1);
          expect(portable & (1 << (slot - 1))).not.toBe(0);
        }
      }),
    );
    // The example in the comment of Go's ctrlGroupMatchH2, and across the two halves.
    expect(portableMatchH2(wordOf([2, 3, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]), 2)).toBe(0b11);
    expect(portableMatchH2(wordOf([0x80, 0x80, 0x80, 2, 3, 0x80, 0x80, 0x80]), 2)).toBe(0b11000);
  });

  it("give sets whose slots are counted from the lowest", () => {
    expect(first(0b1010_0000)).toBe(5);
    expect(removeFirst(0b1010_0000)).toBe(0b1000_0000);
    expect(removeBelow(0b1111_1111, 3)).toBe(0b1111_1000);
    expect(count(0b1011_0001)).toBe(4);
    expect(first(0)).toBe(64);
  });
});
