import { describe, expect, it } from "vitest";
import type { CrashReport, ProbeReport, RaceReport } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { probe, race } from "./texts.js";

async function reportOf(text: string): Promise<CrashReport> {
  const { reports } = await readCrashText(text);
  expect(reports).toHaveLength(1);
  return reports[0]!;
}

describe("a race report", () => {
  it("is read with both accesses and where the goroutine was created", async () => {
    const report = await reportOf(race);
    expect(report).toMatchObject({
      kind: "race",
      conflict: "concurrent map read and map write",
      cut: null,
    });
    const [read, write] = (report as RaceReport).accesses;
    expect(read).toMatchObject({
      operation: "read",
      previous: false,
      goroutine: 7,
      main: false,
      address: "0x00c00012a0f0",
      mapOperation: "read",
      site: { function: "main.(*Store).Get", file: "/home/ada/store/store.go", line: 12 },
      state: "running",
    });
    expect(read?.createdAt).toMatchObject([{ function: "main.main", line: 14 }]);
    expect(write).toMatchObject({
      operation: "write",
      previous: true,
      goroutine: null,
      main: true,
      mapOperation: "write",
      createdAt: [],
    });
  });

  it("may have lost a stack", async () => {
    const lost = race.replace(/ {2}runtime\.mapassign[^]*?0xb8\n/, "  [failed to restore the stack]\n");
    const { accesses, conflict } = (await reportOf(lost)) as RaceReport;
    expect(accesses[1]).toMatchObject({ stackLost: true, frames: [], site: null, mapOperation: null });
    expect(conflict).toBe("concurrent map read and map write");
  });

  it("believes the words Read and Write, not the function", async () => {
    const arm = race.replace("runtime.mapassign_fast64", "runtime.mapaccess2_fast64");
    const { accesses, conflict } = (await reportOf(arm)) as RaceReport;
    expect(accesses[1]).toMatchObject({ operation: "write", mapOperation: "write" });
    expect(conflict).toBe("concurrent map read and map write");
  });

  it("had no addresses in old versions, and can be of something else than a map", async () => {
    const old = race
      .replaceAll(" at 0x00c00012a0f0", "")
      .replace("Read by", "Write by")
      .replaceAll(/ {2}runtime\.map[^]*?\+0x0\n/g, "");
    const report = (await reportOf(old)) as RaceReport;
    expect(
      report.accesses.map(({ operation, address, mapOperation }) => [operation, address, mapOperation]),
    ).toEqual([
      ["write", null, null],
      ["write", null, null],
    ]);
    expect(report.conflict).toBeNull();
  });

  it("says when its end is missing", async () => {
    expect(await reportOf(race.slice(0, race.indexOf("Previous")))).toMatchObject({
      cut: "the text ends within the race report",
    });
  });

  it("comes before the crash that it foretold", async () => {
    const text = await readCrashText(
      `${race}fatal error: concurrent map writes\n\ngoroutine 9 [running]:\nmain.f()\n\t/a/b.go:1 +0x1\n`,
    );
    expect(text.reports.map(({ kind }) => kind)).toEqual(["race", "dump"]);
  });
});

describe("a report of the probe", () => {
  it("is read with the map and both sides", async () => {
    const report = (await reportOf(probe)) as ProbeReport;
    expect(report).toMatchObject({
      kind: "probe",
      mapType: "map[string]int",
      mapAddress: "0xc000012345",
      elements: 3,
      conflict: "concurrent map iteration and map write",
      cut: null,
      sides: [
        {
          operation: "delete",
          goroutine: 7,
          heldNanoseconds: 0,
          site: { function: "main.(*Store).Drop", line: 12 },
          startedBy: 1,
        },
        {
          operation: "iterate",
          goroutine: 8,
          heldNanoseconds: 512_000,
          site: { function: "main.(*Store).All", inlined: true },
          startedBy: null,
        },
      ],
    });
    expect(report.sides[0]?.startedAt).toMatchObject([{ function: "main.main", line: 29 }]);
  });
});
