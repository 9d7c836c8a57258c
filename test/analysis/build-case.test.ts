import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildCase } from "../../src/analysis/build-case.js";
import { decodeCase, encodeCase } from "../../src/case/file.js";
import { readEventFile } from "../../src/evidence/ring/read.js";
import { conflict, header, pair } from "../evidence/ring/arbitrary.js";
import { encodeEventFile } from "../support/event-file.js";
import { pcs, shop, shopCase, shopConflict, shopFile } from "../support/incidents.js";

describe("buildCase", () => {
  it("makes one finding of a conflict, with the change first and the places in own code", () => {
    const [finding] = shopCase().findings;
    expect(finding).toMatchObject({
      handle: "m0",
      kind: "concurrent map read and map write",
      certainty: "caught",
      score: null,
      seen: 1,
      observations: ["o0"],
      runs: [1],
      tests: [],
      sides: [
        {
          role: "came",
          operation: "write",
          goroutine: { handle: "g7", startedBy: 1, startedAt: [{ function: "main.main", origin: "own" }] },
          site: {
            function: "example.com/shop.(*Cache).Put",
            file: "/home/ada/shop/cache.go",
            line: 12,
            origin: "own",
          },
        },
        { role: "waited", operation: "read", heldNanoseconds: 512_000, site: { line: 7 } },
      ],
    });
    expect(finding?.sides.map(({ stack }) => stack.map((at) => at.function))).toEqual([
      ["example.com/shop.(*Cache).Put", "main.fill"],
      ["example.com/shop.(*Cache).Get", "main.serve.func1"],
    ]);
  });

  it("puts the side that waited first when both change the map", () => {
    const waited = { ...shopConflict.first, operation: "delete" as const };
    const eventFile = shopFile({ conflicts: [{ ...shopConflict, first: waited }] });
    const { findings } = shopCase({ processes: [{ eventFile, binary: shop, run: 1 }] });
    expect(findings[0]?.sides.map(({ role }) => role)).toEqual(["waited", "came"]);
    expect(findings[0]?.kind).toBe("concurrent map writes");
  });

  it("merges the same conflict over runs, processes, roles and callers", () => {
    const { first: waited, second: came } = shopConflict;
    const turned = { ...shopConflict, seen: 4, first: { ...came, held: 9 }, second: { ...waited, held: 0 } };
    const otherCaller = {
      ...shopConflict,
      seen: 2,
      second: { ...came, pcs: pcs("mapWrite", "put", "handler", "goexit") },
    };
    const { findings, summary } = shopCase({
      processes: [
        { eventFile: shopFile({ conflicts: [shopConflict, otherCaller] }), binary: shop, run: 2 },
        { eventFile: shopFile({ conflicts: [turned] }), binary: shop, run: 1 },
      ],
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ seen: 7, runs: [1, 2], observations: ["o0", "o1", "o2"] });
    expect(summary!.runs).toBe(2);
  });

  it("keeps conflicts of another kind or at another place apart", () => {
    const clearing = { ...shopConflict, first: { ...shopConflict.first, operation: "clear" as const } };
    const elsewhere = {
      ...shopConflict,
      second: { ...shopConflict.second, pcs: pcs("mapWrite", "worker", "goexit") },
    };
    const eventFile = shopFile({ conflicts: [shopConflict, clearing, elsewhere] });
    const { findings } = shopCase({ processes: [{ eventFile, binary: shop, run: 1 }] });
    expect(findings.map(({ handle }) => handle)).toEqual(["m0", "m1", "m2"]);
  });

  it("does not merge conflicts of which no place is known", () => {
    const { findings } = shopCase({
      processes: [{ eventFile: shopFile({ conflicts: [shopConflict, shopConflict] }), run: 1 }],
    });
    expect(findings.map(({ sides }) => sides[0].site)).toEqual([null, null]);
  });

  it("advises to hold the lock around a library that walks the map", () => {
    const waited = {
      ...shopConflict.first,
      operation: "iterate-next" as const,
      pcs: pcs("mapRead", "encode", "marshal", "handler", "goexit"),
    };
    const eventFile = shopFile({ conflicts: [{ ...shopConflict, first: waited }] });
    const [finding] = shopCase({ processes: [{ eventFile, binary: shop, run: 1 }] }).findings;
    expect(finding?.kind).toBe("concurrent map iteration and map write");
    expect(finding?.sides[1].site?.function).toBe("main.serve.func1");
    expect(finding?.advice.join("\n")).toContain(
      "The map is used inside encoding/json: hold the lock around the whole call",
    );
  });

  it("says in which package and test", () => {
    const { findings } = shopCase({
      processes: [{ eventFile: shopFile(), binary: shop, run: 1, packagePath: "example.com/shop" }],
    });
    expect(findings[0]?.tests).toEqual([{ package: "example.com/shop", name: null }]);
  });

  it("sums up what was tried", () => {
    const killed = shopFile({
      header: { budget: 5e9 },
      pairs: [{}, {}, { seen: 1, first: { offset: 1, operation: "clear" } }],
    });
    const ended = shopFile({
      header: { state: "exited", exitStatus: 3, updated: 4_000_000_000, startMonotonic: 0 },
      conflicts: [{}],
      conflictCapacity: 1,
      conflictsBegun: 3,
    });
    const { summary } = shopCase({
      processes: [
        { eventFile: killed, run: 1, exitStatus: null },
        { eventFile: ended, run: 2, exitStatus: 1 },
      ],
      stopped: "nothing is left to try",
    });
    expect(summary).toEqual({
      runs: 2,
      delays: 240,
      plannedDelays: 6,
      delaysOverBudget: 0,
      trapNanoseconds: 170_000_000,
      budgetNanoseconds: 9e9,
      sharedMaps: 8,
      nearMisses: 2,
      conflictsNotKept: 2,
      unreadable: 0,
      recorded: null,
      ordered: null,
      programs: [
        { evidence: "e0", run: 1, testPackage: null, ending: "unknown", exitStatus: null },
        { evidence: "e1", run: 2, testPackage: null, ending: "exited", exitStatus: 3 },
      ],
      stopped: "nothing is left to try",
    });
  });

  it("is a valid case file for every event file there can be", () => {
    fc.assert(
      fc.property(
        header,
        fc.array(conflict, { maxLength: 3 }),
        fc.array(pair, { maxLength: 3 }),
        fc.boolean(),
        (someHeader, conflicts, pairs, withBinary) => {
          const bytes = encodeEventFile({ header: someHeader, conflicts, pairs });
          const process = { eventFile: readEventFile(bytes, "a.maptrap"), run: null };
          const processes = [withBinary ? { ...process, binary: shop } : process, process];
          const incident = buildCase({ command: [], workingDirectory: "/", processes });
          expect(decodeCase(encodeCase(incident), "case.json")).toEqual(incident);
        },
      ),
      { numRuns: 200 },
    );
  });
});
