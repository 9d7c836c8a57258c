import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GcTrace } from "../../../src/evidence/gctrace/gc-trace.js";
import { readGcTrace } from "../../../src/evidence/gctrace/read.js";
import { GcTraceReader } from "../../../src/evidence/gctrace/reader.js";
import { damaged } from "../../support/damaged-text.js";
import { recorded } from "./fixtures.js";

/** Hundreds of texts are read, on a machine that may be busy. */
const timeout = 240_000;

/** What is true of every result, whatever the text was. */
function expectSane(trace: GcTrace): void {
  for (const run of trace.runs) {
    const [first, last] = run.textLines;
    expect(first).toBeGreaterThanOrEqual(1);
    expect(first).toBeLessThanOrEqual(last);
    expect(last).toBeLessThanOrEqual(trace.lines);
    for (const cycle of run.cycles) {
      const numbers = [
        cycle.number,
        cycle.start,
        cycle.clock.sweepTermination,
        cycle.clock.mark,
        cycle.clock.markTermination,
        cycle.cpu.assist,
        cycle.cpu.background,
        cycle.cpu.idle,
        cycle.heap.start,
        cycle.heap.end,
        cycle.heap.live,
        cycle.goal ?? 0,
        cycle.processors,
      ];
      expect(numbers.every((number) => Number.isFinite(number) && number >= 0)).toBe(true);
    }
    const numbers = run.cycles.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
  expect(() => JSON.stringify(trace)).not.toThrow();
}

const words = [
  "gc ",
  "pacer: ",
  "init ",
  "scav ",
  "SCHED ",
  " @",
  "0.001",
  "s ",
  "%: ",
  "+",
  " ms clock, ",
  "->",
  " MB, ",
];

describe("hostile input", () => {
  it.each(["all", "talk", "detail", "scan"])(
    "%s: cut at any byte, it is read as far as it goes",
    async (name) => {
      const bytes = Buffer.from(recorded(name, "1.27")).subarray(0, 5000);
      for (let length = 0; length < bytes.length; length += 13) {
        expectSane(await readGcTrace(bytes.subarray(0, length)));
      }
    },
    timeout,
  );

  it(
    "with lines dropped, doubled, swapped, cut or replaced is read",
    async () => {
      await fc.assert(
        fc.asyncProperty(damaged(recorded("all", "1.25")), async (broken) => {
          expectSane(await readGcTrace(broken));
        }),
        { numRuns: 200 },
      );
    },
    timeout,
  );

  it("of any bytes, and of any row of the runtime's own pieces, throws nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4000 }), async (bytes) => {
        expectSane(await readGcTrace(bytes));
      }),
    );
    const pieces = fc.array(fc.oneof(fc.constantFrom(...words), fc.nat().map(String), fc.constant("\n")), {
      maxLength: 300,
    });
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        expectSane(await readGcTrace(all.join("")));
      }),
      { numRuns: 300 },
    );
  });

  it("costs time in proportion to its length", async () => {
    const open = "gc 1 @0.001s 3%: 0.011+0.28";
    const texts = [
      `${open}\n`.repeat(30_000),
      open.repeat(40_000),
      `${open}\n${`${"+0.1".repeat(500)}\n`.repeat(500)}`,
      "gc 1 ".repeat(200_000),
      `${"@1 ".repeat(300_000)}\n`,
      "[ 1 ".repeat(200_000),
      `SCHED 1ms:${" gomaxprocs=1".repeat(50_000)}`,
    ];
    for (const text of texts) {
      const begin = process.cpuUsage();
      expectSane(await readGcTrace(text));
      const { user } = process.cpuUsage(begin);
      expect(user / 1000, text.slice(0, 40)).toBeLessThan(6000);
    }
  });

  it("however long needs little memory", () => {
    const reader = new GcTraceReader({ cycles: 50, runs: 4 });
    const run = Buffer.from(recorded("gogc-1", "1.27"));
    const line = Buffer.from("x".repeat(3_000_000));
    for (let round = 0; round < 200; round++) {
      reader.push(run);
    }
    reader.push(line);
    reader.push(Buffer.from("\n"));
    reader.push(run);
    const trace = reader.end();
    expect(trace.runs).toHaveLength(4);
    expect(trace.runsNotKept).toBe(197);
    expect(
      trace.runs.every(({ cycles, totals }) => cycles.length === 50 && (totals?.cycles ?? 0) > 100),
    ).toBe(true);
  });
});
