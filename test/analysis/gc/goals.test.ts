import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gcTraceObservations } from "../../../src/analysis/gc/observe.js";
import { readGoals } from "../../../src/analysis/gc/goals.js";
import { gcTraceObservationSchema } from "../../../src/case/gc-schema.js";
import type { GcCycle } from "../../../src/evidence/gctrace/gc-trace.js";
import { readGcTrace } from "../../../src/evidence/gctrace/read.js";
import { recorded, versions } from "../../evidence/gctrace/fixtures.js";

async function recordedCycles(name: string, version: string): Promise<readonly GcCycle[]> {
  return (await readGcTrace(recorded(name, version))).runs[0]?.cycles ?? [];
}

const mebibyte = 1_048_576;
const zero = { sweepTermination: 0, mark: 0, markTermination: 0 };

/** Cycles as a runtime with this GOGC and limit would print them, from exact sizes in bytes. */
function simulated(
  gogc: number,
  live: readonly number[],
  { stacks, globals, limit }: { readonly stacks: number; readonly globals: number; readonly limit: number },
): GcCycle[] {
  const cut = (bytes: number): number => Math.floor(bytes / mebibyte);
  let alive = 0;
  return live.map((next, index) => {
    const grown = alive + ((alive + (index === 0 ? 0 : stacks) + globals) * gogc) / 100;
    const goal = Math.min(limit, Math.max(grown, (4 * mebibyte * gogc) / 100));
    // The cycle begins at nine tenths of the way.
    const start = alive + (goal - alive) * 0.9;
    alive = next;
    return {
      line: index + 1,
      number: index + 1,
      start: index * 1e7,
      percent: 1,
      clock: zero,
      cpu: { ...zero, assist: 0, background: 0, idle: 0 },
      heap: { start: cut(start), end: cut(goal), live: cut(next) },
      goal: cut(goal),
      stacks: cut(stacks),
      globals: cut(globals),
      processors: 4,
      forced: false,
      periodic: false,
      leakCheck: false,
      pacer: null,
      interrupted: false,
    };
  });
}

describe.each(versions)("goals that Go %s printed", (version) => {
  it.each([
    ["grow", 100],
    ["forced", 100],
    ["limit", 100],
    ["gogc-50", 50],
    ["gogc-1", 1],
  ])("%s: GOGC=%i", async (name, gogc) => {
    const reading = readGoals(await recordedCycles(name, version));
    expect(reading.gogc?.named).toBe(gogc);
    expect(reading.gogc?.atLeast).toBeLessThanOrEqual(gogc);
    expect(reading.gogc?.atMost ?? Infinity).toBeGreaterThanOrEqual(gogc);
    expect(reading.above).toBe(0);
    if (name !== "limit") {
      expect(reading.below).toBe(0);
    }
  });

  it("GOGC=off is told by goals that are none", async () => {
    expect(readGoals(await recordedCycles("gogc-off", version))).toMatchObject({ gogc: null, off: true });
  });

  it("GOGC=off with a memory limit is no GOGC", async () => {
    const cycles = await recordedCycles("gogc-off-limit", version);
    const reading = readGoals(cycles);
    expect(reading).toMatchObject({ gogc: null, off: false });
    if (cycles.length >= 4) {
      expect(reading.limited?.[1]).toBeLessThan(80);
      expect(reading.limited?.[0]).toBeGreaterThan(50);
    }
  });

  it("with what the pacer says is exact", async () => {
    const { gogc } = readGoals(await recordedCycles("all", version));
    expect(gogc?.named).toBe(100);
    expect((gogc?.atMost ?? Infinity) - (gogc?.atLeast ?? 0)).toBeLessThanOrEqual(15);
  });
});

describe("goals of any size", () => {
  const size = fc.integer({ min: 1, max: 400 * mebibyte });

  it("always fit to the GOGC that made them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.array(size, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 20 * mebibyte }),
        fc.integer({ min: 0, max: 3 * mebibyte }),
        (gogc, live, stacks, globals) => {
          const reading = readGoals(simulated(gogc, live, { stacks, globals, limit: Infinity }));
          // Goals that stay nearly the same whatever is alive can be those of a limit as well.
          if (reading.limited === null || reading.gogc !== null) {
            expect(reading.fits).toBe(reading.of);
            expect(reading.gogc?.atLeast ?? 0).toBeLessThanOrEqual(gogc * 1.05 + 0.1);
            expect((reading.gogc?.atMost ?? Infinity) * 1.05 + 0.1).toBeGreaterThanOrEqual(gogc);
          }
        },
      ),
    );
  });

  it("below those of GOGC=100 are a limit's", () => {
    const live = [5, 20, 30, 50, 55, 58, 60, 20, 10, 40].map((megabytes) => megabytes * mebibyte);
    const reading = readGoals(simulated(100, live, { stacks: 0, globals: 0, limit: 70 * mebibyte }));
    expect(reading.gogc?.named).toBe(100);
    expect(reading).toMatchObject({ below: 4, above: 0, limited: [70, 70] });
  });
});

describe("observations", () => {
  it.each(["grow", "gogc-off", "limit", "all", "talk"])(
    "of %s are what the case file says they are",
    async (name) => {
      const trace = await readGcTrace(recorded(name, "1.27"));
      let handles = 0;
      const observations = gcTraceObservations(trace, { evidence: "e0", nextHandle: () => `o${handles++}` });
      expect(observations).toHaveLength(1);
      expect(gcTraceObservationSchema.parse(structuredClone(observations[0]))).toEqual(observations[0]);
      expect(observations[0]?.goals.sentences.length).toBeGreaterThan(0);
    },
  );

  it("are none where there is no cycle", async () => {
    const trace = await readGcTrace("init main @0.77 ms, 0.25 ms clock, 135792 bytes, 1782 allocs\n");
    expect(trace.runs[0]?.inits.count).toBe(1);
    expect(gcTraceObservations(trace, { evidence: "e0", nextHandle: () => "o0" })).toEqual([]);
  });

  it("say in words what GOGC=1 does", async () => {
    const trace = await readGcTrace(recorded("gogc-1", "1.24"));
    const [observation] = gcTraceObservations(trace, { evidence: "e0", nextHandle: () => "o0" });
    const text = observation?.goals.sentences.join(" ") ?? "";
    expect(text).toContain("goals fit to GOGC=1 ");
    expect(text).toContain("The heap may grow by 1 % over what was alive");
    expect(text).toMatch(/So one cycle follows another: \d+ in \d/);
  });
});
