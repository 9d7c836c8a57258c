import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PagedMemory, pageSize } from "../../../src/evidence/process/paged-memory.js";
import { readWord } from "../../../src/golang/types/words.js";

/** A source with some pages; each byte tells its place. Sources end where the next one begins, as mappings do. */
function source(
  pages: ReadonlySet<number>,
  ends: ReadonlySet<number>,
): { calls: number; fetch: (address: number, target: Uint8Array) => number } {
  const made = {
    calls: 0,
    fetch: (address: number, target: Uint8Array): number => {
      made.calls++;
      let done = 0;
      while (done < target.length) {
        const page = (address + done) / pageSize;
        if (!pages.has(page) || (done > 0 && ends.has(page))) {
          break;
        }
        for (let at = 0; at < pageSize && done < target.length; at++, done++) {
          target[done] = byteAt(address + done);
        }
      }
      return done;
    },
  };
  return made;
}

function byteAt(address: number): number {
  return (address * 31 + Math.floor(address / 256)) & 0xff;
}

describe("memory in pages", () => {
  it("gives what the pages hold, and nothing where one is missing", () => {
    const page = fc.integer({ min: 0, max: 400 });
    const range = fc.tuple(
      fc.integer({ min: 0, max: 401 * pageSize }),
      fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 400_000 })),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(page, { maxLength: 300 }),
        fc.uniqueArray(page, { maxLength: 20 }),
        fc.array(range, { maxLength: 12 }),
        (missing, ends, ranges) => {
          const pages = new Set(
            Array.from({ length: 401 }, (_, index) => index).filter((one) => !missing.includes(one)),
          );
          const memory = new PagedMemory(source(pages, new Set(ends)).fetch);
          for (const [address, length] of ranges) {
            const touched = Array.from(
              {
                length:
                  length === 0
                    ? 0
                    : Math.floor((address + length - 1) / pageSize) - Math.floor(address / pageSize) + 1,
              },
              (_, index) => Math.floor(address / pageSize) + index,
            );
            const there = touched.every((one) => pages.has(one));
            const bytes = memory.read(address, length);
            expect(bytes?.length).toBe(there ? length : undefined);
            const wrong = bytes?.findIndex((byte, index) => byte !== byteAt(address + index));
            expect(wrong).toBe(there ? -1 : undefined);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("gives words, across blocks too", () => {
    const memory = new PagedMemory(
      source(new Set(Array.from({ length: 40 }, (_, index) => index)), new Set()).fetch,
    );
    for (const address of [0, 8, 65_529, 65_536, 131_070, 40 * pageSize - 8]) {
      expect(memory.readWord(address)).toBe(
        readWord({ read: (at, length) => memory.read(at, length) }, address),
      );
    }
    expect(memory.readWord(40 * pageSize - 7)).toBeUndefined();
  });

  it("asks once for what is close together, and anew after it was told to forget", () => {
    const from = source(new Set(Array.from({ length: 16 }, (_, index) => index)), new Set());
    const memory = new PagedMemory(from.fetch);
    for (let address = 0; address < 60_000; address += 100) {
      memory.read(address, 8);
    }
    expect(from.calls).toBe(1);
    memory.invalidate();
    memory.read(0, 8);
    expect(from.calls).toBe(2);
  });

  it("refuses what is no range of addresses, without reading anything", () => {
    const from = source(new Set([0]), new Set());
    const memory = new PagedMemory(from.fetch);
    for (const [address, length] of [
      [-1, 4],
      [0.5, 4],
      [Number.NaN, 4],
      [2 ** 53, 1],
      [0, -1],
      [0, 2 ** 30],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(memory.read(address, length)).toBeUndefined();
    }
    expect(memory.readWord(-8)).toBeUndefined();
    expect(from.calls).toBe(0);
  });
});
