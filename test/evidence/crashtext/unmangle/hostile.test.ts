import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineCleaner } from "../../../../src/evidence/crashtext/unmangle/cleaner.js";
import type { CleanLine } from "../../../../src/evidence/crashtext/unmangle/clean-line.js";
import { manglers } from "../../../support/mangle/all.js";
import { Random } from "../../../support/mangle/random.js";

const dump = `fatal error: concurrent map writes

goroutine 7 [running]:
main.(*Cache).Put(0xc000012345, {0x4a3f21, 0x3})
	/home/ada/shop/cache.go:12 +0x44
created by main.main in goroutine 1
	/home/ada/shop/main.go:30 +0x1d

goroutine 1 [chan receive, 2 minutes]:
main.main()
	/home/ada/shop/main.go:33 +0x2f
`;

function clean(text: string): readonly CleanLine[] {
  const cleaner = createLineCleaner();
  const out = text.split("\n").flatMap((line, index) => cleaner.push(line, index + 1));
  return [...out, ...cleaner.flush()];
}

/** What it takes in milliseconds of the processor's time. */
function cost(text: string): number {
  const before = process.cpuUsage().user;
  clean(text);
  return (process.cpuUsage().user - before) / 1000;
}

const units = [
  ...'( ) [ ] { } 0 1 9 / * ` " \\ & < > | -'.split(" "),
  " ",
  "\r",
  "\b",
  "\\n",
  "\\n\\t",
  "***",
  '{"',
  '"a",',
  'msg="',
  "#012",
  "<br>",
  "&amp;",
  "\u001B[",
  "](",
  "a.b(",
  "goroutine 1 [",
  "goroutine 1 [running]:",
  "fatal error: ",
  "created by ",
  "/a.go:1 +0x1",
  "a: ",
  "a-b ",
  "> ",
  "stderr P ",
  "2024-01-02T03:04:05Z ",
  "│",
];

describe("hostile lines", () => {
  test.each(units)("a long line of %j takes time in proportion to its length", (unit) => {
    const line = (length: number) =>
      `fatal error: concurrent map writes\nmain.f(${unit.repeat(Math.ceil(length / unit.length))}\ngoroutine 1 [running]:\n`;
    cost(line(1000));
    // Quadratic time would be a hundred times as much, and more than half a minute.
    expect(cost(line(200_000))).toBeLessThan(Math.max(3000, 60 * cost(line(20_000))));
  });

  test("nothing that is done to a text makes it throw, and no line comes from nowhere", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom(...units, "\n", "\t", "\n\n", "0x1", "goroutine 7 [running]:\n", '{"log":"x\\n"}'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(dump.length), fc.nat(20), piece), { maxLength: 12 }),
        fc.constantFrom(...manglers),
        fc.integer(),
        (edits, mangler, seed) => {
          let text = mangler.mangle(dump, new Random(seed));
          for (const [at, removed, inserted] of edits) {
            text = text.slice(0, at) + inserted + text.slice(at + removed);
          }
          const count = text.split("\n").length;
          expect(clean(text).filter(({ line }) => line < 1 || line > count)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("any strings as lines are taken", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 80 }), { maxLength: 40 }), (lines) => {
        clean(lines.join("\n"));
      }),
    );
  });
});

describe("bounds", () => {
  test("a text that looks reversed and never ends is given up", () => {
    const cleaner = createLineCleaner();
    let given = 0;
    for (let i = 0; i < 20_000; i++) {
      given += cleaner.push(`\t/home/ada/shop/main.go:${String(i + 1)} +0x1d`, i + 1).length;
    }
    expect(given).toBeGreaterThan(14_000);
  });

  test("a log entry that is never closed is given up", () => {
    const cleaner = createLineCleaner();
    let given = cleaner.push('{"log":"goroutine 7 [running]:', 1).length;
    for (let i = 2; i < 10_000; i++) {
      given += cleaner.push("and so on", i).length;
    }
    expect(given).toBeGreaterThan(7_000);
  });
});
