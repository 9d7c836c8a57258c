import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GoTableError } from "../../../src/golang/pclntab/errors.js";
import { parseHeader } from "../../../src/golang/pclntab/header.js";
import { printedName } from "../../../src/golang/pclntab/names.js";
import { noValue, PcTables } from "../../../src/golang/pclntab/pcvalue.js";
import { Symbolizer } from "../../../src/golang/pclntab/symbolizer.js";
import { Pclntab } from "../../../src/golang/pclntab/table.js";
import { processorTime } from "../../support/processor-time.js";
import { makeTable, valueTable } from "./builder.js";

const small = makeTable(
  [
    {
      name: "main.first",
      entry: 0,
      startLine: 10,
      lines: [
        [12, 4],
        [1, 12],
      ],
    },
    { name: "main.Max[go.shape.int]", entry: 16, startLine: 20, lines: [[22, 40]] },
  ],
  64,
);

const describeFrames = (bytes: Uint8Array, offset: number): readonly string[] =>
  new Symbolizer(new Pclntab(bytes), undefined)
    .symbolize(offset)
    .map((frame) => `${frame.function} ${frame.file}:${frame.line}`);

describe("a function table", () => {
  it("gives function, file and line at the call before a return address", () => {
    expect(describeFrames(small, 4)).toEqual(["main.first main.go:11"]);
    expect(describeFrames(small, 5)).toEqual(["main.first main.go:12"]);
    expect(describeFrames(small, 20)).toEqual(["main.Max[...] main.go:21"]);
  });

  it("takes a PC at a function's entry as it is", () => {
    expect(describeFrames(small, 16)).toEqual(["main.Max[...] main.go:21"]);
    expect(describeFrames(small, 0)).toEqual(["main.first main.go:11"]);
  });

  it("says that the position is not known where the lines end before the function", () => {
    expect(describeFrames(small, 60)).toEqual(["main.Max[...] ?:0"]);
  });

  it("has nothing outside of its functions", () => {
    const table = new Symbolizer(new Pclntab(small), undefined);
    for (const offset of [-1, 64, 2 ** 32, 2 ** 60, 0.5 - 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(table.symbolize(offset)).toEqual([]);
      expect(table.symbolizeInnermost(offset)).toBeUndefined();
      expect(table.symbolizeExact(offset)).toEqual([]);
      expect(table.functionAt(offset)).toBeUndefined();
    }
  });

  it("gives an entry's function with the line of its func keyword", () => {
    const found = new Symbolizer(new Pclntab(small), undefined).functionAt(16);
    expect(found).toMatchObject({ function: "main.Max[...]", line: 20, entryOffset: 16, inlined: false });
  });

  it.each([
    ["is of an old Go version", 0, 0xfa, /Go 1\.17 or older/],
    ["begins with something else", 0, 0x7f, /begins with 0xffffff7f, which is not known/],
    ["is for 32-bit machines", 7, 4, /for 32-bit machines/],
    ["has a damaged header", 5, 1, /header is damaged/],
    ["has more functions than bytes", 10, 0xff, /the number of functions is out of range/],
    ["has parts outside of it", 34, 0xff, /the offset of a part is out of range/],
  ])("is refused when it %s", (_, at, value, message) => {
    const damaged = small.slice();
    damaged[at] = value;
    expect(() => new Pclntab(damaged)).toThrow(GoTableError);
    expect(() => new Pclntab(damaged)).toThrow(message);
  });

  it("is refused when its functions are not sorted", () => {
    const damaged = small.slice();
    damaged[parseHeader(small, small.length).functionTable] = 99;
    expect(() => new Pclntab(damaged)).toThrow(/not sorted/);
  });
});

/** Whatever the bytes are: a table error, or answers. */
function survives(bytes: Uint8Array): void {
  try {
    const symbols = new Symbolizer(new Pclntab(bytes), (offset, length) =>
      offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : undefined,
    );
    for (let offset = 0; offset < 80; offset++) {
      symbols.symbolize(offset);
      symbols.symbolizeExact(offset);
      symbols.functionAt(offset);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(GoTableError);
  }
}

describe("a damaged function table", () => {
  it("may be cut off anywhere", () => {
    for (let length = 0; length <= small.length; length++) {
      survives(small.slice(0, length));
    }
  });

  it("may have any bytes", () => {
    const flips = fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(flips, (changes) => {
        const damaged = small.slice();
        changes.forEach(([at, value]) => damaged.set([value], at));
        survives(damaged);
      }),
      { numRuns: 2000 },
    );
  });

  it("may be random after its first bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        survives(Uint8Array.of(...small.slice(0, 8), ...bytes)),
      ),
    );
  });
});

describe("a pc-value table", () => {
  const step = fc.tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 1, max: 1 << 20 }));

  it("gives at each PC the value of the step that covers it", () => {
    // A step that changes nothing would be the end of the table.
    const steps = fc
      .array(step, { minLength: 1, maxLength: 20 })
      .filter((all) => all.every(([delta]) => delta !== 0));
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 4), (all, quantum) => {
        const bytes = Uint8Array.from([0, ...valueTable(all)]);
        const tables = new PcTables(bytes, bytes.length, quantum);
        let value = -1;
        let pc = 0;
        for (const [delta, advance] of all) {
          value += delta;
          expect(tables.value(1, pc)).toBe(value);
          pc += advance * quantum;
          expect(tables.value(1, pc - 1)).toBe(value);
        }
        expect(tables.value(1, pc)).toBe(noValue);
      }),
    );
  });

  it("says the same however often and in whatever order it is asked", () => {
    const steps = fc
      .array(step, { minLength: 150, maxLength: 300 })
      .filter((all) => all.every(([delta]) => delta !== 0));
    const asked = fc.array(fc.double({ min: 0, max: 1.01, noNaN: true }), { minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(steps, asked, (all, shares) => {
        const bytes = Uint8Array.from([0, ...valueTable(all)]);
        const size = all.reduce((sum, [, advance]) => sum + advance, 0);
        const tables = new PcTables(bytes, bytes.length, 1);
        for (const share of shares) {
          const pc = Math.floor(share * size);
          expect(tables.value(1, pc)).toBe(new PcTables(bytes, bytes.length, 1).value(1, pc));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("ends where its memory ends, and after more steps than a function has", () => {
    const endless = new Uint8Array(1 << 22).fill(1);
    const read = (): void => expect(new PcTables(endless, endless.length, 1).value(0, 1 << 30)).toBe(noValue);
    expect(processorTime(read)).toBeLessThan(5000);
    expect(new PcTables(Uint8Array.of(2, 0xff, 0xff), 3, 1).value(0, 5)).toBe(noValue);
  });
});

describe("a name", () => {
  it.each([
    ["main.main", "main.main"],
    ["main.Max[go.shape.int]", "main.Max[...]"],
    ["main.(*Cache[go.shape.string,go.shape.[]int]).Get.func1", "main.(*Cache[...]).Get.func1"],
    ["main.Max[...]", "main.Max[...]"],
    ["odd]name[", "odd]name["],
    ["", ""],
  ])("%s is printed as %s", (symbol, printed) => {
    expect(printedName(symbol)).toBe(printed);
  });
});
