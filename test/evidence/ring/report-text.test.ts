import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReportText } from "../../../src/evidence/ring/report-text.js";

const report = `==================
WARNING: CONCURRENT MAP USE (maptrap, caught)
map[string]int at 0xc000012345, 3 elements
Write by goroutine 7:
  main.(*Cache).Put()
      /src/a b/main.go:12
  main.Max[...](...)
      /src/main.go:30
Read (held in a trap for 512µs) by goroutine 8:
  main.(*Cache).Get()
      C:/src/main.go:20
Goroutine 7 was started by goroutine 1 at:
  main.main()
      /src/main.go:29
Goroutine 8 was started at:
  main.main()
      /src/main.go:31
==================
`;

describe("parseReportText", () => {
  it("reads both stacks and where the goroutines were started", () => {
    const frame = (name: string, file: string, line: number, inlined = false) => ({
      function: name,
      file,
      line,
      inlined,
    });
    expect([...parseReportText(report)]).toEqual([
      [
        7,
        {
          stack: [
            frame("main.(*Cache).Put", "/src/a b/main.go", 12),
            frame("main.Max[...]", "/src/main.go", 30, true),
          ],
          startedAt: [frame("main.main", "/src/main.go", 29)],
        },
      ],
      [
        8,
        {
          stack: [frame("main.(*Cache).Get", "C:/src/main.go", 20)],
          startedAt: [frame("main.main", "/src/main.go", 31)],
        },
      ],
    ]);
  });

  it("reads what the recorder printed", () => {
    const printed = parseReportText(`==================
WARNING: CONCURRENT MAP USE (maptrap, recorded)
map[string]int at 0xc000012345, 17 elements, growing to the same size (3 of 8 old buckets evacuated)
Write (the other side; its changes began 1203µs before) by goroutine 7:
  main.writer()
      /src/main.go:12
  (callers were not recorded)
Read (the side that noticed) by goroutine 12:
  main.reader()
      /src/main.go:20
==================
`);
    expect([...printed].map(([goroutine, { stack }]) => [goroutine, stack.map(({ line }) => line)])).toEqual([
      [7, [12]],
      [12, [20]],
    ]);
  });

  it("gives whole frames only when the text is cut", () => {
    const whole = [...parseReportText(report).values()].flatMap(({ stack, startedAt }) => [
      ...stack,
      ...startedAt,
    ]);
    const keys = new Set(whole.map((frame) => `${frame.function} ${frame.file ?? ""}`));
    let seen = 0;
    for (let length = 0; length <= report.length; length++) {
      // The probe ends every text with its rule, also one that is cut.
      for (const { stack, startedAt } of parseReportText(
        `${report.slice(0, length)}==================\n`,
      ).values()) {
        for (const frame of [...stack, ...startedAt]) {
          seen++;
          expect(keys).toContain(`${frame.function} ${frame.file ?? ""}`);
          expect(whole.map(({ line }) => line)).toContain(frame.line);
        }
      }
    }
    expect(seen).toBeGreaterThan(100);
  });

  it("takes any text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...report.split("\n"), "", "\t", "  x()", "      :1")),
        (lines) => {
          parseReportText(lines.join("\n"));
        },
      ),
    );
    expect(parseReportText("fatal error: concurrent map writes\n").size).toBe(0);
  });
});
