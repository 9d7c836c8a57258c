import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildCrashCase } from "../../src/analysis/crash/build-crash-case.js";
import type { Case } from "../../src/case/case.js";
import { decodeCase, encodeCase } from "../../src/case/file.js";
import { readCrashText } from "../../src/evidence/crashtext/read.js";
import { readGcTrace } from "../../src/evidence/gctrace/read.js";
import { renderText } from "../../src/report/text/render.js";

/** The runtime's lines in a log of a container, of two processes, with all that Go 1.25 prints. */
const log = `shop-1  | init main @0.77 ms, 0.25 ms clock, 135792 bytes, 1782 allocs
shop-1  | gc 1 @0.003s 2%: 0.020+0.18+0.023 ms clock, 0.040+0.17/0.043/0.074+0.047 ms cpu, 3->3->1 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P
shop-1  | scav 0 KiB work (bg), 0 KiB work (eager), 3696 KiB now, 44% util
shop-1  | SCHED 107ms: gomaxprocs=2 idleprocs=0 threads=4 spinningthreads=0 needspinning=0 idlethreads=2 runqueue=3 [ 5 4 ] schedticks=[ 63 19 ]
shop-2  | gc 41 @7.003s 2%: 0.020+0.18+0.023 ms clock, 0.040+0.17/0.043/0.074+0.047 ms cpu, 40->41->20 MB, 8532210231539 MB goal, 1 MB stacks, 0 MB globals, 8 P (forced)
shop-1  | gc 2 @0.008s 1%: 0.022+6.1+0.029 ms clock, 0.045+0/0.079/0.44+0.058 ms cpu, 3->10->9 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P
shop-1  | gc 3 @0.015s 1%: 0.019+0.91+0.022 ms clock, 0.039+0.041/0.039/0.086+0.045 ms cpu, 16->20->100 MB, 18 MB goal, 0 MB stacks, 0 MB globals, 2 P
shop-1  | GC forced
shop-1  | gc 5 @120.296s 1%: 1.3+12+2.2 ms clock, 0.087+0.036/10/0+0.049 ms cpu, 150->152->80 MB, 200 MB goal, 0 MB stacks, 0 MB globals, 2 P
`;

async function caseOf(text: string): Promise<Case> {
  return buildCrashCase({
    command: ["maptrap", "explain"],
    workingDirectory: "/home/ada",
    texts: [{ path: "shop.log", text: await readCrashText(text), gcTrace: await readGcTrace(text) }],
    created: new Date(0),
  });
}

describe("the report on the garbage collector", () => {
  it("is as a person can understand it", async () => {
    await expect(renderText(await caseOf(log))).toMatchFileSnapshot("golden/gctrace.txt");
  });

  it("is the same from the case file", async () => {
    const incident = await caseOf(log);
    expect(renderText(decodeCase(encodeCase(incident), "case.json"))).toBe(renderText(incident));
  });

  it("says how it fits to a recording", async () => {
    const incident = await caseOf(log);
    const match = {
      recording: "o7",
      both: 3,
      agree: 2,
      offsetNanoseconds: 2_900_000,
      deviationNanoseconds: 1_500_000,
      onlyTraced: [],
      onlyRecorded: [4],
      differences: ["Cycle 3 had 20 MB alive in the log and 29 MB in the recording."],
    };
    const observations = incident.observations.map((one) =>
      one.kind === "gc-trace" ? { ...one, recorded: match } : one,
    );
    const text = renderText({ ...incident, observations });
    expect(text).toContain("3 cycles are in both, and 2 agree in time, phases and sizes.");
    expect(text).toContain("Only in the recording: cycle 4.");
    expect(text).toContain("Cycle 3 had 20 MB alive");
    expect(text).not.toContain("bucket shift");
  });

  it("lets nothing of a text act on a terminal, and bounds each line", async () => {
    const evil = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom("\u001b]0;title\u0007", "\u202egnp.go", "a\rb", "\u009b2J", "\u2028", "x".repeat(500)),
    );
    await fc.assert(
      fc.asyncProperty(evil, evil, async (one, other) => {
        const text = log.replaceAll("shop-1 ", `${one} `).replace("init main", `init ${other}`);
        const shown = renderText(await caseOf(text));
        // oxlint-disable-next-line eslint/no-control-regex -- that is what must not be there
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/);
        expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThan(1100);
      }),
      { numRuns: 50 },
    );
  });
});
