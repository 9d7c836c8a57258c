import { describe, expect, it } from "vitest";
import { logsInCase } from "../../../src/analysis/gc/logs.js";
import { gcMarks, matchCycles, withRecordings } from "../../../src/analysis/gc/match.js";
import { gcTraceObservations } from "../../../src/analysis/gc/observe.js";
import type { GcTraceObservation, RecordingObservation } from "../../../src/case/case.js";
import { readGcTrace } from "../../../src/evidence/gctrace/read.js";
import { recorded } from "../../evidence/gctrace/fixtures.js";

type Recorded = Pick<RecordingObservation, "handle" | "gc">;

async function traceOf(name: string): Promise<GcTraceObservation> {
  const trace = await readGcTrace(recorded(name, "1.24"));
  const [observation] = gcTraceObservations(trace, { evidence: "e1", nextHandle: () => "o1" });
  if (observation === undefined) {
    throw new Error(`${name} has no cycle`);
  }
  return observation;
}

/** What the recorder would have seen of these cycles, with its clock so much ahead. */
function recordingOf({ kept }: GcTraceObservation, ahead: number, handle = "o0"): Recorded {
  const cycles = kept.map(({ number, startNanoseconds, clockNanoseconds: clock, heap }, index) => {
    // Where within the millisecond that gctrace cuts off, and within the stop of the world, differs from cycle to cycle.
    const start = startNanoseconds + ahead + ((index * 377_123) % 1_000_000);
    const begin = start + clock.sweepTermination * ((index % 4) / 4);
    const termination = start + clock.sweepTermination + clock.mark + clock.markTermination / 2;
    return {
      number,
      beginNanoseconds: begin,
      markNanoseconds: begin + 900,
      markTerminationNanoseconds: termination,
      writeBarrierOnNanoseconds: begin + 1000,
      writeBarrierOffNanoseconds: termination + 500,
      endNanoseconds: termination + 600,
      sweepBeginNanoseconds: termination + 700,
      sweepEndNanoseconds: null,
      heapBefore: heap.start * 2 ** 20 + 12_345,
      heapAfter: heap.live * 2 ** 20 + 54_321,
    };
  });
  const none = { nanoseconds: 0, accesses: 0, turns: 0 };
  return {
    handle,
    gc: {
      cycleCount: cycles.length,
      cycles,
      phases: { off: none, mark: none, markTermination: none },
      writeBarrier: { off: none, on: none },
    },
  };
}

describe("cycles of a log and of a recording", () => {
  it.each([0, 310_000, 4_700_000, 23_000_000])(
    "of one process agree, whatever the clocks differ by: %i ns",
    async (ahead) => {
      for (const name of ["grow", "gogc-1", "gogc-50", "limit"]) {
        const trace = await traceOf(name);
        const match = matchCycles(trace, recordingOf(trace, ahead));
        expect(match).toMatchObject({ both: trace.kept.length, agree: trace.kept.length, differences: [] });
        expect(match.deviationNanoseconds).toBe(0);
        expect(Math.abs(match.offsetNanoseconds - ahead)).toBeLessThan(1_200_000);
      }
    },
  );

  it("of two processes do not", async () => {
    const trace = await traceOf("gogc-50");
    const other = await traceOf("grow");
    const match = matchCycles(trace, recordingOf(other, 300_000));
    expect(match.agree).toBeLessThan(match.both / 2);
    expect(match.differences.length).toBeGreaterThan(0);
  });

  it("that differ in a size, in time or in marking are named", async () => {
    const trace = await traceOf("grow");
    const recording = recordingOf(trace, 300_000);
    const [, one, two, three] = recording.gc.cycles;
    if (one === undefined || two === undefined || three === undefined) {
      throw new Error("too few cycles");
    }
    one.heapAfter = (one.heapAfter ?? 0) + 50 * 2 ** 20;
    two.beginNanoseconds = (two.beginNanoseconds ?? 0) + 5e7;
    two.markNanoseconds = (two.markNanoseconds ?? 0) + 5e7;
    two.markTerminationNanoseconds = (two.markTerminationNanoseconds ?? 0) + 5e7;
    three.markTerminationNanoseconds = (three.markTerminationNanoseconds ?? 0) + 9e8;
    const match = matchCycles(trace, recording);
    expect(match.both - match.agree).toBe(3);
    expect(match.differences.map((text) => text.split(" ").slice(0, 3).join(" "))).toEqual([
      "Cycle 2 had",
      "Cycle 3 began",
      "Cycle 4 marked",
    ]);
  });

  it("that only one has are listed", async () => {
    const trace = await traceOf("grow");
    const recording = recordingOf(trace, 300_000);
    const fewer = { ...trace, kept: trace.kept.filter(({ number }) => number !== 4) };
    const cycles = recording.gc.cycles.filter(({ number }) => number !== 6);
    expect(matchCycles(fewer, { ...recording, gc: { ...recording.gc, cycles } })).toMatchObject({
      onlyTraced: [6],
      onlyRecorded: [4],
      agree: trace.kept.length - 2,
    });
    const none = { ...recording, gc: { ...recording.gc, cycles: [] } };
    expect(matchCycles(trace, none)).toMatchObject({ both: 0, agree: 0, onlyTraced: [], onlyRecorded: [] });
  });

  it("go to the recording of their own process", async () => {
    const [one, other] = [await traceOf("grow"), await traceOf("gogc-50")];
    const recordings = [recordingOf(other, 1e6, "r-other"), recordingOf(one, 2e6, "r-one")];
    const matched = withRecordings([one, other], recordings as RecordingObservation[]);
    expect(matched.map((trace) => trace.recorded?.recording)).toEqual(["r-one", "r-other"]);
    const single = withRecordings([one, other], recordings.slice(0, 1) as RecordingObservation[]);
    expect(single.map((trace) => trace.recorded?.recording)).toEqual([undefined, "r-other"]);
  });

  it("become marks on the recorder's clock", async () => {
    const trace = await traceOf("grow");
    const recording = recordingOf(trace, 5e6);
    const marks = gcMarks({ ...trace, recorded: matchCycles(trace, recording) });
    expect(marks.map(({ text }) => text).slice(0, 4)).toEqual([
      "log: 1",
      "log: 1 ends",
      "log: 2",
      "log: 2 ends",
    ]);
    recording.gc.cycles.forEach(({ beginNanoseconds }, index) => {
      const mark = marks[2 * index]?.atNanoseconds ?? 0;
      const stop = trace.kept[index]?.clockNanoseconds.sweepTermination ?? 0;
      expect(Math.abs((beginNanoseconds ?? 0) - mark)).toBeLessThan(2e6 + stop);
    });
    expect(gcMarks(trace)).toEqual([]);
  });

  it("of a log without gctrace are none, and the case says so", async () => {
    const trace = await readGcTrace("nothing here\n");
    const added = logsInCase([{ path: "shop.log", trace }], [], 3, () => "o9");
    expect(added.observations).toEqual([]);
    expect(added.evidence).toMatchObject([{ handle: "e3", path: "shop.log", lines: 1 }]);
    expect(added.evidence[0]?.notes[0]).toContain("no line of GODEBUG=gctrace=1");
  });
});
