import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readGcTrace } from "../../../src/evidence/gctrace/read.js";
import { GcTraceReader } from "../../../src/evidence/gctrace/reader.js";
import { cyclesOf, recorded, versions, withoutTalk } from "./fixtures.js";

/** What a gc line says, found by splitting it. */
function numbersOf(line: string): number[] {
  return (line.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
}

describe("one line", () => {
  it("is read field by field", async () => {
    const text =
      "gc 13 @0.034s 4%: 0.021+0.32+0.029 ms clock, 0.043+0.044/0.11/12+0.059 ms cpu, 72->73->50 MB, 76 MB goal, 1 MB stacks, 2 MB globals, 8 P (forced)\n";
    const { runs, lines, unread } = await readGcTrace(text);
    expect({ lines, unread, runs: runs.length }).toEqual({ lines: 1, unread: 0, runs: 1 });
    expect(runs[0]?.cycles).toEqual([
      {
        line: 1,
        number: 13,
        start: 34_000_000,
        percent: 4,
        clock: { sweepTermination: 21_000, mark: 320_000, markTermination: 29_000 },
        cpu: {
          sweepTermination: 43_000,
          assist: 44_000,
          background: 110_000,
          idle: 12_000_000,
          markTermination: 59_000,
        },
        heap: { start: 72, end: 73, live: 50 },
        goal: 76,
        stacks: 1,
        globals: 2,
        processors: 8,
        forced: true,
        periodic: false,
        leakCheck: false,
        pacer: null,
        interrupted: false,
      },
    ]);
  });

  it("of Go 1.6 to 1.17 has no stacks and globals", async () => {
    const { runs } = await readGcTrace(
      "gc 1 @0.017s 8%: 0.021+0.56+0.037 ms clock, 0.16+0.11/0.52/0.50+0.30 ms cpu, 4->4->0 MB, 5 MB goal, 8 P\n",
    );
    expect(runs[0]?.cycles[0]).toMatchObject({ goal: 5, stacks: null, globals: null, processors: 8 });
    expect(runs[0]?.goVersion).toBe("1.17 or older");
  });

  it("of Go 1.5 has five phases, of which three are the marking", async () => {
    const { runs } = await readGcTrace(
      "gc #28 @0.070s 1%: 0.067+0.007+0.47+0.020+0.26 ms clock, 0.13+0.007+0+0.14/0.15/0.88+0.53 ms cpu, 4->4->2 MB, 4 MB goal, 4 P\n",
    );
    expect(runs[0]?.cycles[0]).toMatchObject({
      number: 28,
      clock: { sweepTermination: 67_000, mark: 497_000, markTermination: 260_000 },
      cpu: {
        sweepTermination: 130_000,
        assist: 140_000,
        background: 157_000,
        idle: 880_000,
        markTermination: 530_000,
      },
    });
    expect(runs[0]?.goVersion).toBe("1.5");
  });

  it("of Go 1.26 can say that it looked for leaked goroutines", async () => {
    const { runs } = await readGcTrace(
      "gc 2 @0.002s 7% (checking for goroutine leaks): 0.070+0.50+0.065 ms clock, 0.14+0/0.10/0.20+0.13 ms cpu, 3->3->2 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)\n",
    );
    expect(runs[0]?.cycles[0]).toMatchObject({ leakCheck: true, forced: true });
    expect(runs[0]?.goVersion).toBe("1.26 or newer");
  });

  it("without a goal has none", async () => {
    const trace = await readGcTrace(recorded("gogc-off", "1.27"));
    expect(trace.runs[0]?.cycles.map(({ goal, forced }) => [goal, forced])).toEqual([
      [null, true],
      [null, true],
    ]);
  });

  it("that follows GC forced is one for which two minutes had gone by", async () => {
    const { runs } = await readGcTrace(
      "GC forced\ngc 7 @120.4s 0%: x\nGC forced\ngc 8 @240.412s 0%: 0.021+0.56+0.037 ms clock, 0.16+0.11/0.52/0.50+0.30 ms cpu, 4->4->0 MB, 5 MB goal, 8 P\n",
    );
    expect(runs[0]?.cycles.map(({ number, periodic }) => [number, periodic])).toEqual([[8, true]]);
  });
});

describe.each(versions)("Go %s", (version) => {
  it.each(["grow", "forced", "gogc-1", "gogc-50", "gogc-off-limit", "limit"])(
    "%s: every line becomes a cycle with its numbers",
    async (name) => {
      const text = recorded(name, version);
      const lines = text.trimEnd().split("\n");
      const trace = await readGcTrace(text);
      expect(trace.runs).toHaveLength(1);
      const [run] = trace.runs;
      expect(trace.unread).toBe(0);
      expect(run?.totals?.cycles).toBe(lines.length);
      expect(run?.cycles.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
      for (const [index, cycle] of (run?.cycles ?? []).entries()) {
        const line = lines[index] ?? "";
        expect([
          cycle.number,
          cycle.start / 1e9,
          cycle.percent,
          ...Object.values(cycle.clock).map((time) => time / 1e6),
          ...Object.values(cycle.cpu).map((time) => time / 1e6),
          cycle.heap.start,
          cycle.heap.end,
          cycle.heap.live,
          cycle.goal,
          cycle.stacks,
          cycle.globals,
          cycle.processors,
        ]).toEqual(numbersOf(line));
        expect(cycle.forced).toBe(line.endsWith(" (forced)"));
      }
    },
  );

  it("all kinds of lines are told apart", async () => {
    const text = recorded("all", version);
    const count = (pattern: RegExp): number => (text.match(pattern) ?? []).length;
    const { runs, unread } = await readGcTrace(text);
    const [run] = runs;
    expect(runs).toHaveLength(1);
    expect(unread).toBe(0);
    expect({
      cycles: run?.totals?.cycles,
      inits: run?.inits.count,
      scavenges: run?.scavenges.count,
      looks: run?.scheduler.count,
      pacers: run?.cycles.filter(({ pacer }) => pacer !== null).length,
    }).toEqual({
      cycles: count(/^gc \d+ @/gm),
      inits: count(/init \S+ @/g),
      scavenges: count(/^scav /gm),
      looks: count(/SCHED /g),
      // A program can end between the two lines.
      pacers: count(/pacer: \d+% CPU(?:(?!pacer: \d)[^])*?\ngc \d/g),
    });
    expect(run?.inits.kept.find((init) => init.package === "main")?.allocations).toBeGreaterThan(1000);
    // The pacer's sizes are exact, and those of the gc line the same cut off.
    for (const { pacer, goal, heap } of run?.cycles ?? []) {
      if (pacer !== null) {
        expect(Math.floor(pacer.goal / 2 ** 20)).toBe(goal);
        expect(Math.floor(pacer.end / 2 ** 20)).toBe(heap.end);
      }
    }
    const minor = Number(version.slice(2));
    const [from, to] = minor <= 20 ? [18, 20] : minor <= 24 ? [20, 24] : minor === 25 ? [25, 25] : [26, 99];
    expect(run?.goVersion).toBe(
      from === to ? `1.${from}` : to === 99 ? `1.${from} or newer` : `1.${from} to 1.${to}`,
    );
  });

  it("the detailed look at the scheduler is counted, and disturbs nothing", async () => {
    const text = recorded("detail", version);
    const { runs, unread } = await readGcTrace(text);
    const details = text.split("\n").filter((line) => /^ {2}[PMG]\d/.test(line)).length;
    expect(unread).toBe(0);
    expect(runs[0]?.otherLines).toBe(details);
    const looks = runs[0]?.scheduler.kept ?? [];
    expect(looks.length).toBe((text.match(/^SCHED /gm) ?? []).length);
    expect(looks.every(({ localQueues, processors }) => localQueues === null && processors === 2)).toBe(true);
    expect(runs[0]?.totals?.cycles).toBe((text.match(/^gc /gm) ?? []).length);
  });

  it("lines that the program's output interrupts say the same as without it", async () => {
    const text = recorded("talk", version);
    const broken = text.split("\n").filter((line) => /^#*gc \d+ @[^P]*did/.test(line)).length;
    expect(broken).toBeGreaterThan(0);
    const truth = await readGcTrace(withoutTalk(text));
    const trace = await readGcTrace(text);
    expect(trace.unread).toBe(0);
    expect(truth.runs[0]?.totals?.lastNumber).toBe(truth.runs[0]?.totals?.cycles);
    expect(cyclesOf(trace)).toEqual(cyclesOf(truth));
    expect(trace.runs[0]?.totals?.interrupted).toBeGreaterThanOrEqual(broken);
  });
});

describe("the stream", () => {
  it("can be cut into pieces anywhere", async () => {
    const bytes = Buffer.from(recorded("talk", "1.27").slice(0, 6000));
    const whole = await readGcTrace(bytes);
    for (let at = 0; at < bytes.length; at += 7) {
      const reader = new GcTraceReader();
      reader.push(bytes.subarray(0, at));
      reader.push(bytes.subarray(at));
      expect(reader.end()).toEqual(whole);
    }
    const reader = new GcTraceReader();
    for (const byte of bytes) {
      reader.push(Uint8Array.of(byte));
    }
    expect(reader.end()).toEqual(whole);
  });

  it("can be UTF-16, and packed", async () => {
    const text = recorded("grow", "1.24");
    const plain = await readGcTrace(text);
    const wide = await readGcTrace(Buffer.from(`\ufeff${text}`, "utf16le"));
    const packed = await readGcTrace(gzipSync(text));
    expect(cyclesOf(wide)).toEqual(cyclesOf(plain));
    expect(packed).toEqual(plain);
  });

  it("gives line numbers that are the text's, however far apart the lines are", async () => {
    const gc = recorded("grow", "1.27").split("\n");
    const filler = "2026-01-02T03:04:05Z INFO nothing of interest here\n";
    const text = gc
      .filter((line) => line !== "")
      .map((line) => `${filler.repeat(2000)}${line}\n`)
      .join("");
    const where = text.split("\n").flatMap((line, index) => (line.startsWith("gc ") ? [index + 1] : []));
    const counted = new GcTraceReader();
    const told = new GcTraceReader();
    const bytes = Buffer.from(text);
    let lines = 0;
    for (let at = 0; at < bytes.length; at += 10_007) {
      const piece = bytes.subarray(at, at + 10_007);
      counted.push(piece);
      told.push(piece, lines);
      lines += piece.filter((byte) => byte === 10).length;
    }
    const trace = counted.end();
    expect(trace.runs[0]?.cycles.map(({ line }) => line)).toEqual(where);
    expect(told.end(lines)).toEqual(trace);
    expect(trace.lines).toBe(lines);
  });

  it("keeps the last cycles, and counts all", async () => {
    const text = recorded("gogc-1", "1.27");
    const all = await readGcTrace(text);
    const some = await readGcTrace(text, { cycles: 10 });
    expect(some.runs[0]?.totals).toEqual(all.runs[0]?.totals);
    expect(some.runs[0]?.cycles).toEqual(all.runs[0]?.cycles.slice(-10));
    expect(all.runs[0]?.cycles).toHaveLength(all.runs[0]?.totals?.cycles ?? 0);
  });
});
