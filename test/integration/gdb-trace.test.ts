/** A trace of a program with a known schedule tells every change of the flags and every step of growth, in order, and none more. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FieldChange, TraceEvent } from "../../src/analysis/gdb-trace/timeline.js";
import type { TraceReport } from "../../src/analysis/gdb-trace/trace-report.js";
import { eventKinds } from "../../src/evidence/ring/recording.js";
import { type BuiltPrograms, builtPrograms } from "../support/gdb-programs.js";
import { byMap } from "../support/growth-truth.js";
import { maptrap } from "../support/maptrap-command.js";
import { probedBuild } from "../support/probed-build.js";
import { markedSite, programFolder } from "../support/programs.js";
import { runRecorded } from "../support/recorded-run.js";
import { type GoVersion, repeats, TESTED, TESTED_BRIEFLY } from "../support/toolchains.js";

const source = path.join(programFolder("gdb"), "schedule", "main.go");
let programs: BuiltPrograms;

beforeAll(() => {
  programs = builtPrograms();
});
afterAll(() => programs.remove());

/** What the program itself printed after a change. */
interface Printed {
  readonly operation: string;
  readonly fields: Readonly<Record<string, bigint>>;
}

function isClassic(version: GoVersion): boolean {
  return Number(version.slice(2)) < 24;
}

/** The fields that the test compares, read from the printed words by the layouts of docs: independent of the trace's own reader. */
function printed(text: string, classic: boolean): Printed[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [operation, ...digits] = line.split(" ");
      const words = digits.map((word) => BigInt(`0x${word}`));
      const byte = (word: number, index: number) => ((words[word] ?? 0n) >> BigInt(8 * index)) & 0xffn;
      const fields: Record<string, bigint> = classic
        ? {
            count: words[0] ?? 0n,
            B: byte(1, 1),
            noverflow: byte(1, 2) | (byte(1, 3) << 8n),
            buckets: words[2] ?? 0n,
            oldbuckets: words[3] ?? 0n,
            nevacuate: words[4] ?? 0n,
          }
        : {
            used: words[0] ?? 0n,
            dirPtr: words[2] ?? 0n,
            dirLen: words[3] ?? 0n,
            globalDepth: byte(4, 0),
          };
      return { operation: operation ?? "", fields };
    });
}

/** Applies the changes of the events, and gives what the header was at each time that the mark was cleared. */
function replayed(events: readonly TraceEvent[], first: Readonly<Record<string, bigint>>) {
  const state: Record<string, bigint> = Object.fromEntries(Object.keys(first).map((name) => [name, 0n]));
  const apply = (changes: readonly FieldChange[]): void => {
    for (const { field, before, after } of changes) {
      if (field in state) {
        expect(BigInt(before), field).toBe(state[field]);
        state[field] = BigInt(after);
      }
    }
  };
  const cleared: { readonly site: string; readonly fields: Record<string, bigint> }[] = [];
  for (const event of events) {
    if (event.kind === "fatal") {
      continue;
    }
    apply(event.changes);
    if (event.kind === "flags" && event.mark === "cleared") {
      cleared.push({
        site: `${path.basename(event.site?.file ?? "")}:${event.site?.line ?? 0}`,
        fields: { ...state },
      });
    }
  }
  return cleared;
}

async function traceOf(program: string, options: readonly string[], args: readonly string[] = []) {
  const out = path.join(programs.folder, "trace.json");
  const result = await maptrap([
    "gdb",
    "trace",
    "--map",
    "main.table",
    "--out",
    out,
    ...options,
    program,
    ...args,
  ]);
  expect(result.status, result.stderr).toBe(0);
  return { result, report: JSON.parse(readFileSync(out, "utf8")) as TraceReport };
}

function expectTheSchedule(report: TraceReport, stdout: string, classic: boolean): void {
  const truth = printed(stdout, classic);
  expect(truth).toHaveLength(120);
  const flags = report.events.filter((event) => event.kind === "flags");
  // Set, cleared, set, cleared: the schedule lets nobody in between.
  expect(flags.map(({ mark }) => mark)).toEqual(truth.flatMap(() => ["set", "cleared"]));
  const on = classic ? 4 : 1;
  expect(
    flags.every(({ before, after, mark }) =>
      mark === "set" ? before === 0 && after === on : before === on && after === 0,
    ),
  ).toBe(true);
  const sites = truth.map(({ operation }) => markedSite(source, operation));
  const cleared = replayed(report.events, truth[0]?.fields ?? {});
  expect(cleared.map(({ site }) => site)).toEqual(sites);
  // One change to the header may come after the mark is cleared in no version: each state is the one that the program saw.
  cleared.forEach(({ fields }, index) => {
    expect(fields, `after step ${index}`).toEqual(truth[index]?.fields);
  });
  expect(report.totals.lost).toBe(0);
  expect(new Set(flags.map(({ goroutine }) => goroutine)).size).toBe(2);
  expectGrowth(report.events, truth, classic);
}

/** Growth as the printed headers tell it. */
function expectGrowth(events: readonly TraceEvent[], truth: readonly Printed[], classic: boolean): void {
  const steps = events.filter((event) => event.kind === "growth");
  const count = (step: string) => steps.filter((event) => event.step === step).length;
  const rises = (field: string) =>
    truth.filter((each, index) => (each.fields[field] ?? 0n) > (truth[index - 1]?.fields[field] ?? 0n))
      .length;
  if (classic) {
    expect(count("grow begins")).toBe(rises("B"));
    expect(rises("B")).toBeGreaterThan(3);
    // Each old bucket moves once at least, from 0 on, and none that there is not.
    const [, ...rest] = steps.filter((event) => event.step === "grow begins");
    expect(rest.length).toBeGreaterThan(2);
    expect(count("old bucket moves")).toBeGreaterThanOrEqual(2 + 4 + 8);
  } else {
    expect(count("first table made")).toBe(1);
    const capacities = steps.filter((event) => event.step === "table grows").map(({ argument }) => argument);
    // 72 entries at the end; a table of 128 slots takes 112.
    expect(capacities).toEqual([32, 64, 128]);
  }
}

describe.each(TESTED_BRIEFLY)("Go %s", (version) => {
  test("every change of the flags and every step of growth, in order, and none more", async () => {
    const program = await programs.build("schedule", version);
    for (let round = 0; round < repeats; round++) {
      const { result, report } = await traceOf(program, []);
      expectTheSchedule(report, result.stdout, isClassic(version));
    }
  });
});

describe.each(TESTED)("Go %s", (version) => {
  test("the same, collected by GDB's Python", async () => {
    const program = await programs.build("schedule", version);
    for (let round = 0; round < repeats; round++) {
      const { result, report } = await traceOf(program, ["--fast"]);
      expectTheSchedule(report, result.stdout, isClassic(version));
    }
  });
});

describe.each(TESTED_BRIEFLY)("Go %s", (version) => {
  test.each([[[]], [["--fast"]]])(
    "the map of the fatal error is proven, and stands where it came %j",
    async (options) => {
      const program = await programs.build("clash", version);
      const out = path.join(programs.folder, "clash.json");
      // On one processor of Go's the two take turns, and hardly ever meet.
      const environment = { GOMAXPROCS: "2" };
      const result = await maptrap(["gdb", "trace", "--out", out, ...options, program], { environment });
      expect(result.status, result.stderr).toBe(66);
      const { events } = JSON.parse(readFileSync(out, "utf8")) as TraceReport;
      const line = markedSite(path.join(programFolder("gdb"), "clash", "main.go"), "clash");
      const at = (event: TraceEvent): string =>
        `${path.basename(event.site?.file ?? "")}:${event.site?.line ?? 0}`;
      const first = events.find((event) => event.kind === "fatal");
      const written = new Set(
        events.filter((event) => event.kind === "flags" && at(event) === line).map(({ map }) => map),
      );
      expect(written.size).toBe(1);
      expect([first?.map, first === undefined ? "" : at(first)]).toEqual([[...written][0], line]);
      const times = events.map(({ seconds }) => seconds);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      // Nobody comes back from there.
      const ended = events.filter((event) => event.kind === "fatal").map(({ goroutine }) => goroutine);
      expect(ended).toEqual([...new Set(ended)]);
    },
  );
});

/** Steps of growth that both the trace and the recorder tell of, by the recorder's numbers. */
const recordedSteps: ReadonlyMap<number, string> = new Map([
  [eventKinds.growthBegins, "grow begins"],
  [eventKinds.sameSizeGrowthBegins, "grow begins"],
  [eventKinds.becomesTable, "first table made"],
  [eventKinds.tableGrows, "table grows"],
  [eventKinds.tableSplits, "table splits"],
]);

/** So many changes that a swiss map's table is split, which takes more than 896 elements. */
const manySteps = ["2000"];

/** What the recorder of the same program, built with the probe, tells of the growth of its own map. */
async function recordedGrowth(version: GoVersion): Promise<string[]> {
  const file = path.join(programs.folder, `recorded-${version}`);
  const cwd = path.join(programFolder("gdb"), "schedule");
  await probedBuild({ version, args: ["main.go"], cwd, environment: { CGO_ENABLED: "0" } }, file);
  const { status, events } = await runRecorded(file, programs.folder, manySteps);
  expect(status).toBe(0);
  const growth = events.filter(({ kind }) => recordedSteps.has(kind));
  const [own = []] = [...byMap(growth).values()].toSorted((one, other) => other.length - one.length);
  return own.map(({ kind }) => recordedSteps.get(kind) ?? "");
}

describe.each(TESTED_BRIEFLY)("Go %s", (version) => {
  test("the recorder tells of the same growth, in the same order", async () => {
    const { report } = await traceOf(await programs.build("schedule", version), ["--fast"], manySteps);
    const told = new Set(recordedSteps.values());
    const traced = report.events.flatMap((event) =>
      event.kind === "growth" && told.has(event.step) ? [event.step] : [],
    );
    expect(new Set(traced)).toEqual(
      new Set(isClassic(version) ? ["grow begins"] : ["first table made", "table grows", "table splits"]),
    );
    expect(traced).toEqual(await recordedGrowth(version));
  });
});

test("a line names the map, and a watchpoint sees the same changes of its flags", async () => {
  const program = await programs.build("schedule", "1.27", ["-ldflags=-s -w"]);
  const out = path.join(programs.folder, "watched.json");
  const site = markedSite(source, "even");
  const result = await maptrap([
    "gdb",
    "trace",
    "--map",
    site,
    "--watch",
    "--events",
    "60",
    "--out",
    out,
    program,
  ]);
  expect(result.status, result.stderr).toBe(0);
  const report = JSON.parse(readFileSync(out, "utf8")) as TraceReport;
  const flags = report.events.filter((event) => event.kind === "flags");
  expect(flags.length).toBeGreaterThan(40);
  flags.forEach(({ mark }, index) => expect(mark).toBe(index % 2 === 0 ? "set" : "cleared"));
  expect(result.stderr).toContain("a limit was reached");
});

test("a local variable at a line names the map where DWARF knows it", async () => {
  const program = await programs.build("schedule", "1.23", ["-gcflags=-N -l"]);
  const line = markedSite(source, "odd");
  const result = await maptrap(["gdb", "trace", "--map", `${line} nothing`, program]);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain("the variable nothing at");
  expect(result.stderr).toContain(`--map '${line}'`);
});

test("what names no map says what does", async () => {
  const program = await programs.build("schedule", "1.27");
  const noLine = await maptrap(["gdb", "trace", "--map", "main.go:1", program]);
  expect(noLine.status).toBe(1);
  expect(noLine.stderr).toContain("no map is written at main.go:1");
  expect(noLine.stderr).toContain("maps are written at the lines");
  const noVariable = await maptrap(["gdb", "trace", "--map", "main.nothing", program]);
  expect(noVariable.status).toBe(1);
  expect(noVariable.stderr).toContain("there is no variable main.nothing");
});
