import { describe, expect, it, test } from "vitest";
import type { CrashReport, ProbeReport } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { manglers } from "../../support/mangle/all.js";
import { Random } from "../../support/mangle/random.js";
import { recorded } from "./texts.js";

async function reportsOf(text: string): Promise<readonly CrashReport[]> {
  return (await readCrashText(text)).reports;
}

/** The recorder's report in a text that has one. */
async function recordedIn(text: string): Promise<ProbeReport> {
  const found = (await reportsOf(text)).filter((report) => report.kind === "probe");
  expect(found).toHaveLength(1);
  return found[0]!;
}

const otherSide = /Write \(the other side[^]*?(?=Read \()/;

describe("what the recorder prints after a fatal error", () => {
  it("is read beside the dump, with the other side", async () => {
    const [dump, report, ...more] = await reportsOf(recorded);
    expect(more).toEqual([]);
    expect(dump).toMatchObject({ kind: "dump", conflict: "concurrent map read and map write", cut: null });
    expect(report).toMatchObject({
      kind: "probe",
      found: "recorded",
      mapType: "map[string]int",
      mapAddress: "0xc000012345",
      elements: 17,
      growth: { kind: "double", evacuated: 3, oldBuckets: 8 },
      conflict: "concurrent map read and map write",
      otherSideMissing: false,
      cut: null,
      unread: { count: 0 },
      sides: [
        {
          part: "other",
          operation: "write",
          goroutine: 7,
          heldNanoseconds: 0,
          beganNanosecondsBefore: 1_203_000,
          callersRecorded: false,
          site: { function: "main.writer", file: "/home/ada/store/main.go", line: 12 },
          startedBy: 1,
          startedAt: [{ function: "main.main", line: 27 }],
        },
        {
          part: "noticed",
          operation: "read",
          goroutine: 12,
          beganNanosecondsBefore: null,
          callersRecorded: true,
          frames: [{ function: "main.reader" }, { function: "main.main.gowrap2" }],
          site: { function: "main.reader", line: 20 },
          startedBy: 1,
        },
      ],
    });
  });

  it.each([
    ["", null],
    [
      ", growing to the same size (0 of 64 old buckets evacuated)",
      { kind: "same-size", evacuated: 0, oldBuckets: 64 },
    ],
  ])("may be of a map that grows otherwise: %j", async (words, growth) => {
    const text = recorded.replace(", growing (3 of 8 old buckets evacuated)", words);
    expect(await recordedIn(text)).toMatchObject({ elements: 17, growth });
  });

  it("may not know how long ago, and may have the other side from the rings only", async () => {
    const text = recorded
      .replace("; its changes began 1203µs before", "")
      .replace("(maptrap, recorded)", "(maptrap, inferred)");
    const report = await recordedIn(text);
    expect(report.found).toBe("inferred");
    expect(report.sides[0]).toMatchObject({ part: "other", beganNanosecondsBefore: null, goroutine: 7 });
  });

  it("may not know the other side: the conflict is that of the side that noticed with a change", async () => {
    const text = recorded
      .replace(otherSide, "The other side was not recorded.\n")
      .replace("(maptrap, recorded)", "(maptrap, inferred)");
    expect(await recordedIn(text)).toMatchObject({
      found: "inferred",
      otherSideMissing: true,
      conflict: "concurrent map read and map write",
      sides: [{ part: "noticed", goroutine: 12 }],
      cut: null,
    });
    const writes = await recordedIn(text.replace("Read (the side", "Delete (the side"));
    expect(writes.conflict).toBe("concurrent map writes");
  });

  it("may have the callers of an earlier change, and may leave out frames of a long stack", async () => {
    const text = recorded
      .replace(
        "(callers were not recorded)",
        "...additional frames elided...\n  (callers as they were 12 changes before)",
      )
      .replace(":28\nGoroutine 7", ":28\n  ...additional frames elided...\nGoroutine 7");
    const report = await recordedIn(text);
    expect(report.sides).toMatchObject([
      {
        part: "other",
        callersRecorded: true,
        callersChangesBefore: 12,
        frames: [{ function: "main.writer" }],
      },
      { part: "noticed", callersRecorded: true, callersChangesBefore: 0, startedBy: 1 },
    ]);
    expect(report).toMatchObject({ unread: { count: 0 }, cut: null });
  });

  it("does not make up a side that the text has lost", async () => {
    const report = await recordedIn(recorded.replace(otherSide, ""));
    expect(report).toMatchObject({ otherSideMissing: false, conflict: null });
    expect(report.sides.map(({ part }) => part)).toEqual(["noticed"]);
  });

  it("is told apart from the report of a process that died before", async () => {
    const twice = await reportsOf(recorded + recorded.replaceAll("goroutine 7", "goroutine 77"));
    expect(twice.map(({ kind }) => kind)).toEqual(["dump", "probe", "dump", "probe"]);
    expect(twice.map((report) => (report.kind === "probe" ? report.sides[0]?.goroutine : null))).toEqual([
      null,
      7,
      null,
      77,
    ]);
  });
});

/** What must be the same, however the text was mangled. */
function essence(report: ProbeReport): unknown {
  const { found, mapType, mapAddress, elements, growth, conflict, sides, otherSideMissing } = report;
  return {
    map: [mapType, mapAddress, elements, growth],
    found: [found, conflict, otherSideMissing],
    sides: sides.map(({ frames, startedAt, ...side }) => ({
      side: [side.part, side.operation, side.goroutine],
      began: side.beganNanosecondsBefore,
      callersRecorded: side.callersRecorded,
      stack: frames.map((frame) => [frame.function, frame.line]),
      startedAt: startedAt.map((frame) => [frame.function, frame.line]),
    })),
  };
}

/** What is not undone for reports that show two sides: their lines say too little of what comes next. */
const notUndone = new Set([
  "lines in reverse order",
  "lines with time stamps in reverse order",
  "wrapped at words",
  "the whole dump on one line",
]);

const ways = manglers
  .filter((way) => way.applies?.(recorded) !== false && way.lost?.includes("line numbers") !== true)
  .map((way) => [way.row, way.name, way] as const);

describe("what the recorder printed, mangled in one way", () => {
  const undone = ways.filter(([, name]) => !notUndone.has(name));
  const others = ways.filter(([, name]) => notUndone.has(name));

  test.each(undone)("%s: %s: reads as the clean text", async (_row, _name, way) => {
    const reports = await reportsOf(way.mangle(recorded, new Random(7)));
    const probes = reports.filter((report) => report.kind === "probe");
    const expected = essence(await recordedIn(recorded));
    expect(probes.map(essence)).toEqual(Array.from({ length: way.copies ?? 1 }, () => expected));
  });

  test.each(others)("%s: %s: shows no wrong side", async (_row, _name, way) => {
    const reports = await reportsOf(way.mangle(recorded, new Random(7)));
    for (const report of reports.filter((found) => found.kind === "probe")) {
      for (const { part, operation, goroutine } of report.sides) {
        expect(["other write 7", "noticed read 12"]).toContain(`${part} ${operation} ${goroutine}`);
      }
    }
  });

  it("is tried in many ways", () => {
    expect(undone.length).toBeGreaterThan(60);
    expect(others).toHaveLength(4);
  });
});
