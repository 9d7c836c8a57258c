import { describe, expect, it } from "vitest";
import {
  type ComparedRun,
  compareRuns,
  meanCost,
  meanReading,
  racePlaces,
  type Way,
} from "../../src/analysis/compare.js";
import type { Finding, PlacedFrame, Side } from "../../src/case/case.js";
import { decodeCase } from "../../src/case/file.js";
import { renderJson } from "../../src/report/json/render.js";
import { comparisonJson } from "../../src/report/json/comparison.js";
import { renderComparison } from "../../src/report/text/compare.js";
import { shopCase } from "../support/incidents.js";

const incident = decodeCase(renderJson(shopCase()), "case");
const [shop] = incident.findings;

function frame(line: number, origin: PlacedFrame["origin"] = "own"): PlacedFrame {
  return {
    function: "example.com/shop.(*Cache).Do",
    file: "/home/ada/shop/cache.go",
    line,
    inlined: false,
    origin,
  };
}

/** A side at a line of the program; undefined: its stack was lost. */
function side(line: number | undefined): Side {
  const stack = line === undefined ? [] : [frame(999, "runtime"), frame(line)];
  return { ...shop!.sides[0], stack, site: stack[1] ?? null };
}

function finding(
  one: number,
  other: number | undefined,
  kind: Finding["kind"] = "concurrent map writes",
): Finding {
  return { ...shop!, kind, sides: [side(one), side(other)] };
}

const cost = { wall: 1e9, cpu: 2e9, memory: 2 ** 20, processes: 1 };

function run(
  way: Way,
  number: number,
  findings: readonly Finding[],
  part: Partial<ComparedRun> = {},
): ComparedRun {
  return { way, run: number, cost, reading: null, status: 0, findings, otherRaces: [], ...part };
}

const named = { names: ["example.com/shop"], notes: [] };

describe("compareRuns", () => {
  it("knows the same two places again, whichever comes first and whatever they are called", () => {
    const { findings } = compareRuns(
      [
        run("race", 1, [finding(12, 7, "concurrent map read and map write")]),
        run("order", 1, [finding(7, 12), finding(30, 31)]),
        run("order", 2, [finding(7, 12)]),
      ],
      named,
    );
    expect(findings.map(({ order, race }) => [order, race])).toEqual([
      [[1, 2], [1]],
      [[1], []],
    ]);
    // Order tells more of it than a race report.
    expect(findings[0]?.finding.kind).toBe("concurrent map writes");
  });

  it("counts a report with a lost stack for the only finding at the other place", () => {
    const lost = run("race", 1, [finding(7, undefined)]);
    const [only, ...others] = compareRuns([run("order", 1, [finding(7, 12)]), lost], named).findings;
    expect(only).toMatchObject({ order: [1], race: [1] });
    expect(others).toEqual([]);
    // At two places it may be either.
    const two = [finding(7, 12), finding(7, 30)];
    expect(compareRuns([run("order", 1, two), lost], named).findings).toHaveLength(3);
    expect(compareRuns([lost], named).findings).toHaveLength(1);
  });

  it("counts a report that shows a caller of the other place", () => {
    const inlined = { ...side(7), stack: [frame(7), frame(50), frame(60)] };
    const whole: Finding = { ...shop!, sides: [side(12), inlined] };
    const reported = [finding(50, 12), finding(12, 60), finding(12, 70)];
    const { findings } = compareRuns([run("order", 1, [whole]), run("race", 2, reported)], named);
    expect(findings.map(({ order, race }) => [order, race])).toEqual([
      [[1], [2]],
      [[], [2]],
    ]);
  });

  it("counts races that are not on maps once each", () => {
    const runs = [run("race", 1, [], { otherRaces: ["a", "b"] }), run("race", 2, [], { otherRaces: ["a"] })];
    expect(compareRuns(runs, named).otherRaces).toBe(2);
    const onElement = racePlaces([frame(12), frame(7)]);
    const both = [
      run("race", 1, [finding(7, 12)], { otherRaces: [onElement, racePlaces([frame(7), null])] }),
    ];
    expect(compareRuns(both, named).otherRaces).toBe(1);
  });
});

describe("the costs", () => {
  it("are means, and the most memory", () => {
    const runs = [
      run("plain", 1, [], { cost: { wall: 10, cpu: 4, memory: 100, processes: 1 } }),
      run("plain", 2, [], { cost: { wall: 20, cpu: 6, memory: 50, processes: 2 } }),
      run("order", 1, [], { reading: { wall: 8, cpu: 6 } }),
    ];
    expect(meanCost(runs, "plain")).toEqual({ wall: 15, cpu: 5, memory: 100, processes: 2 });
    expect(meanCost(runs, "race")).toBeNull();
    expect(meanReading(runs)).toEqual({ wall: 8, cpu: 6 });
    expect(meanReading([])).toBeNull();
  });
});

describe("the text of a comparison", () => {
  it("shows who found what in how many runs, and at what cost", () => {
    const comparison = compareRuns(
      [
        run("plain", 1, [], { status: 2 }),
        run("order", 1, [finding(12, 7)], {
          cost: { ...cost, wall: 1.5e9, memory: 2 ** 21 },
          reading: { wall: 2e8, cpu: 2e8 },
        }),
        run("race", 1, [], { cost: { ...cost, cpu: 16e9 }, otherRaces: ["a"] }),
      ],
      { names: [], notes: ["it was interrupted"] },
    );
    expect(renderComparison(comparison, "/home/ada/shop")).toMatchInlineSnapshot(`
      "1 conflict on maps, and in how many runs each was found:

         the two accesses                         order   -race
      1  Write  shop.(*Cache).Do at cache.go:12  1 of 1  0 of 1
         Write  shop.(*Cache).Do at cache.go:7

      Found by both: 0; by order alone: 1; by -race alone: 0.
      -race also reported 1 race that is not on a map.

      What a run cost on the average, without building (memory: the most that one process had):

                             time            CPU           memory
      plain                    1s             2s          1.0 MiB
      order                  1.5s  1.50 x     2s  1.00 x  2.0 MiB  2.00 x
        reading the events  200ms          200ms
      -race                    1s  1.00 x    16s  8.00 x  1.0 MiB  1.00 x

      Without any detector 1 run of 1 ended with status 2.
      note: it was interrupted
      "
    `);
  });

  it("says that nothing was found, in how many runs", () => {
    const text = renderComparison(compareRuns([run("order", 1, []), run("race", 1, [])], named), "/");
    expect(text).toContain("No conflict on a map was found: 1 run of order, 1 run of -race.");
    expect(text).toContain("-race reported no race that is not on a map.");
  });
});

describe("the JSON of a comparison", () => {
  it("holds the findings whole, and each run", () => {
    const comparison = compareRuns([run("order", 1, [finding(12, 7)]), run("race", 1, [])], named);
    const frameOf = { command: ["maptrap", "compare"], workingDirectory: "/", goVersion: "go1.27.3" };
    expect(JSON.parse(comparisonJson(comparison, frameOf))).toMatchObject({
      format: "maptrap-comparison",
      version: 1,
      names: ["example.com/shop"],
      findings: [{ order: [1], race: [], finding: { certainty: shop!.certainty } }],
      meanCosts: { plain: null, order: cost },
      runs: [
        { way: "order", run: 1, wall: 1e9, findings: 1 },
        { way: "race", findings: 0 },
      ],
    });
  });
});
