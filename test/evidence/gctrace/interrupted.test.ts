import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readGcTrace } from "../../../src/evidence/gctrace/read.js";
import { cyclesOf, recorded } from "./fixtures.js";

/** The pieces that the runtime writes of a gc line, each with a write of its own. */
function piecesOf(line: string): string[] {
  return (line.match(/\d+(?:\.\d+)?|[^\d]+/g) ?? []).flatMap((piece) =>
    piece === "%: " ? ["%", ": "] : [piece],
  );
}

/** What a program prints, with a line end or without; digits at its beginning would read as the runtime's. */
const output = fc.oneof(
  fc
    .constantFrom("# ", "…", "| ", "\n", "-", "ok\n", "3 of 4 MB, 5 ms done\n")
    .map((text) => (/^\d/.test(text) ? `did ${text}` : text)),
  fc.constantFrom(
    "GET /items 200 in 0.12+0.3 ms clock\n",
    'level=info msg="gc is fun" at=@0.5s\n',
    "scanned 12 MB stacks of papers\n",
    "init of everything @once\n",
  ),
  fc
    .string({ maxLength: 40 })
    .map((text) => `${text.replace(/[\d\n.+/]/g, "x")}\n`)
    .map((text) => (text.startsWith("x") ? text : `x${text}`)),
);

const text = recorded("grow", "1.24");
const lines = text.trimEnd().split("\n").slice(0, 6);

describe("output of the program between two pieces of a line", () => {
  it("once in a line does not change what is read", async () => {
    const truth = cyclesOf(await readGcTrace(`${lines.join("\n")}\n`));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: lines.length - 1 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        output,
        async (which, where, said) => {
          const broken = lines.map((line, index) => {
            if (index !== which) {
              return `${line}\n`;
            }
            const pieces = piecesOf(line);
            // Not between `gc ` and its number, of which nothing is left to tell but the number.
            const at = 2 + Math.floor(where * (pieces.length - 2));
            return `${pieces.slice(0, at).join("")}${said}${pieces.slice(at).join("")}\n`;
          });
          const trace = await readGcTrace(broken.join(""));
          expect(cyclesOf(trace)).toEqual(truth);
          expect(trace.runs).toHaveLength(1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("with numbers of its own where the cycle's number stood is no cycle of another process", async () => {
    const [first = "", second = "", third = "", fourth = ""] = lines;
    expect(third).toMatch(/^gc 3 @/);
    const broken = third.replace(
      /^gc 3( @\d+\.\d{3})s/,
      "gc edsger did 15 of 0.01 in 3+4 ms\n#3ada did 18 of 0.01\n$1grace did 16 of 0.01 in 3+4 ms\ns",
    );
    const trace = await readGcTrace(`${[first, second, broken, fourth].join("\n")}\n`);
    expect(trace.runs.map(({ cycles }) => cycles.map(({ number }) => number))).toEqual([[1, 2, 4]]);
    expect(trace.unread).toBe(1);
    const fitting = broken.replace("did 15 of", "did 3 of");
    const whole = await readGcTrace(`${[first, second, fitting, fourth].join("\n")}\n`);
    expect(cyclesOf(whole)).toEqual(cyclesOf(await readGcTrace(`${lines.slice(0, 4).join("\n")}\n`)));
  });

  it("that goes on for many lines is waited for", async () => {
    const [line = ""] = lines;
    const pieces = piecesOf(line);
    const chatter = "handled a request in 12 ms\n".repeat(40);
    const trace = await readGcTrace(`${pieces.slice(0, 9).join("")}${chatter}${pieces.slice(9).join("")}\n`);
    expect(trace.runs[0]?.cycles).toHaveLength(1);
    expect(trace.runs[0]?.cycles[0]).toMatchObject({ line: 1, interrupted: true });
    const tooLong = await readGcTrace(
      `${pieces.slice(0, 9).join("")}${chatter.repeat(4)}${pieces.slice(9).join("")}\n`,
    );
    expect(tooLong.runs).toEqual([]);
    expect(tooLong.unread).toBe(1);
  });
});

describe("several processes", () => {
  it("without a prefix are told apart by their cycles' numbers and times", async () => {
    const one = recorded("grow", "1.24").trimEnd().split("\n");
    const other = recorded("grow", "1.19").trimEnd().split("\n");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (order) => {
        const [left, right] = [[...one], [...other]];
        // The second one begins when the first one has gone on a little, as processes do.
        const mixed = left.splice(0, 4);
        for (const first of order) {
          const next = (first ? left : right).shift();
          if (next !== undefined) {
            mixed.push(next);
          }
        }
        mixed.push(...left, ...right);
        const { runs } = await readGcTrace(`${mixed.join("\n")}\n`);
        const total = runs.reduce((sum, run) => sum + run.cycles.length, 0);
        expect(total).toBe(one.length + other.length);
        for (const { cycles } of runs) {
          const numbers = cycles.map(({ number }) => number);
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
          expect(new Set(numbers).size).toBe(numbers.length);
        }
      }),
    );
  });

  it("with prefixes are told apart by these", async () => {
    const one = recorded("grow", "1.24")
      .trimEnd()
      .split("\n")
      .map((line) => `web-1  | ${line}`);
    const other = recorded("gogc-50", "1.24")
      .trimEnd()
      .split("\n")
      .map((line) => `web-2  | ${line}`);
    const mixed = one.flatMap((line, index) => [line, other[index] ?? ""]);
    const { runs } = await readGcTrace(`${[...mixed, ...other.slice(one.length)].join("\n")}\n`);
    expect(runs.map(({ process, totals }) => [process, totals?.cycles])).toEqual([
      ["web-1", one.length],
      ["web-2", other.length],
    ]);
  });

  it("of which one is a restart of the other are two runs", async () => {
    const text1 = recorded("grow", "1.24");
    const { runs } = await readGcTrace(text1 + text1);
    const lines1 = text1.trimEnd().split("\n").length;
    expect(runs.map(({ textLines }) => textLines)).toEqual([
      [1, lines1],
      [lines1 + 1, 2 * lines1],
    ]);
  });
});
