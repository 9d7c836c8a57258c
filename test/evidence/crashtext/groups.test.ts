import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockScan } from "../../../src/evidence/crashtext/block-scan.js";
import type { CrashDump } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import type { CrashTextOptions } from "../../../src/evidence/crashtext/reader.js";

async function dumpOf(text: string, options: CrashTextOptions = {}): Promise<CrashDump> {
  const { reports } = await readCrashText(text, options);
  expect(reports).toHaveLength(1);
  return reports[0] as CrashDump;
}

const first = `fatal error: concurrent map writes

goroutine 7 [running]:
main.put(0xc000012345)
	/home/ada/main.go:9 +0x18
created by main.main in goroutine 1
	/home/ada/main.go:20 +0x4f
`;

/** A goroutine that waits; what differs is chosen. */
function waiting(
  id: number,
  argument: string,
  options: { minutes?: number; line?: number; creator?: number } = {},
): string {
  const { minutes = 0, line = 30, creator = 1 } = options;
  return `
goroutine ${id} [chan receive${minutes > 0 ? `, ${minutes} minutes` : ""}]:
main.(*session).serve(${argument})
	/home/ada/session.go:${line} +0x${id.toString(16)}
created by main.serve in goroutine ${creator}
	/home/ada/main.go:25 +0x1af
`;
}

describe("groups of goroutines", () => {
  it("are identical, similar, or of any value", async () => {
    const same = first + waiting(8, "0xc000022210, 0x1") + waiting(9, "0xc000022210, 0x1");
    const pointers = same + waiting(10, "0xc000033333, 0x1");
    const values = pointers + waiting(11, "0xc000033333, 0x2");
    const levels = async (text: string, options: CrashTextOptions = {}) => {
      const { groups } = await dumpOf(text, options);
      return groups.slice(1).map(({ level, count, ids }) => [level, count, ids]);
    };
    expect(await levels(same)).toEqual([["identical", 2, [8, 9]]]);
    expect(await levels(pointers)).toEqual([["similar", 3, [8, 9, 10]]]);
    expect(await levels(values)).toEqual([
      ["similar", 3, [8, 9, 10]],
      ["identical", 1, [11]],
    ]);
    expect(await levels(values, { grouping: "any-value" })).toEqual([["any-value", 4, [8, 9, 10, 11]]]);
    expect(await levels(values, { grouping: "identical" })).toEqual([
      ["identical", 2, [8, 9]],
      ["identical", 1, [10]],
      ["identical", 1, [11]],
    ]);
  });

  it("put the one that noticed first, then the largest", async () => {
    const text =
      first + waiting(8, "0x1") + [9, 10, 11].map((id) => waiting(id, "0x1", { line: 31 })).join("");
    const { groups } = await dumpOf(text);
    expect(groups.map(({ ids }) => ids)).toEqual([[7], [9, 10, 11], [8]]);
  });

  it("tell the shortest and the longest wait; who started them does not count", async () => {
    const text =
      first +
      waiting(8, "0x1", { minutes: 5 }) +
      waiting(9, "0x1", { minutes: 2, creator: 4 }) +
      waiting(10, "0x1", { minutes: 90 });
    const { groups } = await dumpOf(text);
    expect(groups[1]).toMatchObject({ count: 3, waitMinutes: [2, 90] });
  });

  it("keep as many groups and ids as asked for, and count all", async () => {
    const goroutines = Array.from({ length: 500 }, (_, n) =>
      waiting(100 + n, "0x1", { line: 30 + (n % 50) }),
    );
    const dump = await dumpOf(first + goroutines.join(""), { maxGroups: 10, maxIds: 3 });
    expect(dump).toMatchObject({ goroutines: 501, groupCount: 51 });
    expect(dump.groups).toHaveLength(10);
    expect(dump.groups[1]).toMatchObject({ count: 10, ids: [100, 150, 200] });
  });

  it("are the same whether goroutines are counted by their bytes or read line by line", async () => {
    const goroutine = fc.record({
      argument: fc.constantFrom(
        "0x1",
        "0x2",
        "0xc000022210",
        "0xc000022210?",
        "0xc000033333, {0x4a3f21, 0x3}",
        "...",
      ),
      minutes: fc.constantFrom(0, 0, 1, 17),
      line: fc.constantFrom(30, 31),
      creator: fc.constantFrom(1, 12),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(goroutine, { maxLength: 40 }), async (goroutines) => {
        const blocks = goroutines.map(({ argument, ...rest }, n) => waiting(20 + n, argument, rest));
        const fast = await dumpOf(first + blocks.join(""));
        // Two blank lines between goroutines keep the scan of bytes out.
        const slow = await dumpOf(first + blocks.map((block) => `\n${block}`).join(""));
        const shape = ({ groups, goroutines: count }: CrashDump) => ({
          count,
          groups: groups.map(({ level, count: size, ids, waitMinutes, example }) => ({
            level,
            size,
            ids,
            waitMinutes,
            frames: example.frames.map(({ arguments: printed, line }) => [printed, line]),
          })),
        });
        expect(shape(fast)).toEqual(shape(slow));
      }),
      { numRuns: 100 },
    );
  });
});

describe("BlockScan", () => {
  const scan = new BlockScan();
  const block = (text: string) => Buffer.from(`${text}\n`);

  it("reads the id, the minutes, and where the block ends", () => {
    const text = waiting(4711, "0xc000022210", { minutes: 12 });
    expect(scan.scan(block(text), 0)).toBe(true);
    expect(scan).toMatchObject({ id: 4711, minutes: 12, end: text.length, lines: 6 });
  });

  it("finds equal shapes in goroutines of one group only", () => {
    const shapeOf = (text: string) => (scan.scan(block(text), 0) ? scan.shape : NaN);
    const shape = shapeOf(waiting(8, "0xc000022210, 0x1"));
    expect(shapeOf(waiting(9, "0xc00009999, 0x1", { minutes: 3, creator: 9 }))).toBe(shape);
    for (const other of [
      waiting(8, "0xc000022210, 0x2"),
      waiting(8, "0xc000022210"),
      waiting(8, "0xc000022210, 0x1", { line: 31 }),
    ]) {
      expect(shapeOf(other)).not.toBe(shape);
    }
  });

  it("says no to everything that is not a whole block", () => {
    const text = waiting(8, "0xc000022210, 0x1", { minutes: 2 });
    for (let length = 0; length < text.length; length++) {
      expect(scan.scan(Buffer.from(text.slice(0, length)), 0)).toBe(false);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(scan.scan(bytes, 0)).toBe(false);
      }),
    );
  });
});
