import { describe, expect, it } from "vitest";
import { readGcTrace } from "../../../src/evidence/gctrace/read.js";
import { manglers } from "../../support/mangle/all.js";
import { Random } from "../../support/mangle/random.js";
import { cyclesOf, recorded } from "./fixtures.js";

const text = recorded("grow", "1.23");
/** Ways that are only of dumps, or that lose lines. */
const applicable = manglers.filter(({ applies }) => applies === undefined || applies(text));

describe("the world's ways of mangling a log", () => {
  it("are nearly all applied", () => {
    expect(applicable.length).toBeGreaterThan(80);
  });

  it.each(applicable.map((mangler) => [`${mangler.row}: ${mangler.name}`, mangler] as const))(
    "%s changes nothing that is read",
    async (_, mangler) => {
      const truth = cyclesOf(await readGcTrace(text));
      for (const seed of [1, 2, 3]) {
        const trace = await readGcTrace(mangler.mangle(text, new Random(seed)));
        const copies = mangler.copies ?? 1;
        expect(trace.runs.reduce((sum, run) => sum + (run.totals?.cycles ?? 0), 0)).toBe(
          truth.length * copies,
        );
        expect(cyclesOf(trace).slice(0, truth.length)).toEqual(truth);
      }
    },
  );
});
