import { expect, test } from "vitest";
import { Timeline } from "../../../src/analysis/gdb-trace/timeline.js";
import { traceReport } from "../../../src/analysis/gdb-trace/trace-report.js";
import type { TracePoint } from "../../../src/evidence/gdb/trace/points.js";
import type { TraceRow } from "../../../src/evidence/gdb/trace/row.js";
import type { FatalStop } from "../../../src/evidence/gdb/trace/trace.js";
import type { ProgramSymbols } from "../../../src/golang/program-symbols.js";
import { renderTrace } from "../../../src/report/text/gdb-trace.js";

const mapFunction = { name: "runtime.mapassign_fast64", start: 0x1000, end: 0x2000 };
const store = {
  function: mapFunction,
  mapRegister: "rbx",
  mapOffset: 0,
  valueRegister: "rcx",
  or: false,
  stackDelta: 56,
  next: 0x1010,
};
const points: readonly TracePoint[] = [
  { kind: "store", address: 0x1008, name: mapFunction.name, store: { ...store, address: 0x1008 } },
  { kind: "store", address: 0x1100, name: mapFunction.name, store: { ...store, address: 0x1100 } },
  {
    kind: "entry",
    address: 0x3000,
    name: "runtime.hashGrow",
    growth: { name: "runtime.hashGrow", step: "grow begins", mapRegister: "rbx" },
  },
];

const frame = (name: string, line: number) => ({
  function: name,
  file: "/src/main.go",
  line,
  inlined: false,
  wrapper: false,
  startLine: undefined,
  entryOffset: 0,
});

/** Return address 0x5000 is in main.put, 0x1050 in the map function. */
const symbols = {
  mapImplementation: "classic",
  framesBefore: (address: number) =>
    address === 0x5000 ? [frame("main.put", 12)] : address === 0x1050 ? [frame(mapFunction.name, 99)] : [],
} as unknown as ProgramSymbols;

/** A row; flags and count are those before the instruction. */
function row(
  point: number,
  value: number,
  header: { readonly flags: number; readonly count: number; readonly b?: number },
  more: Partial<TraceRow> = {},
): TraceRow {
  return {
    point,
    map: 0xc000,
    value: BigInt(value),
    header: [BigInt(header.count), BigInt(header.flags | ((header.b ?? 0) << 8)), 0n, 0n, 0n, 0n],
    goroutine: 18,
    sp: 0x7000,
    returns: [0x5000, 0, 0],
    table: 0,
    tableWords: [0n, 0n],
    time: undefined,
    ...more,
  };
}

/** Someone stands at the entry of the function that ends the program. */
function fatal(message: string, goroutine: number): FatalStop {
  const registers = { rip: 0x5000, rsp: 0x8000, rbp: 0x8100, fsBase: 0n, values: {} };
  return { message, goroutine, returns: [0x5000], thread: { id: 1, registers } };
}

test("a mark is set and cleared, and what changed between is told with it", () => {
  const timeline = new Timeline(symbols, points);
  expect(timeline.add(row(0, 4, { flags: 0, count: 8 }), 0.1)).toBe(true);
  expect(timeline.add(row(2, 0, { flags: 4, count: 8 }, { returns: [0x1050, 0, 0] }), 0.2)).toBe(true);
  expect(timeline.add(row(1, 0, { flags: 4, count: 9, b: 1 }), 0.3)).toBe(true);
  const site = { function: "main.put", file: "/src/main.go", line: 12 };
  const base = { goroutine: 18, map: "0xc000", site };
  expect(timeline.events).toEqual([
    {
      ...base,
      kind: "flags",
      number: 1,
      seconds: 0.1,
      before: 0,
      after: 4,
      mark: "set",
      flags: "hashWriting",
      mapFunction: mapFunction.name,
      changes: [],
    },
    {
      ...base,
      kind: "growth",
      number: 2,
      seconds: 0.2,
      step: "grow begins",
      mapFunction: "runtime.hashGrow",
      argument: null,
      table: null,
      changes: [],
    },
    {
      ...base,
      kind: "flags",
      number: 3,
      seconds: 0.3,
      before: 4,
      after: 0,
      mark: "cleared",
      flags: "",
      mapFunction: mapFunction.name,
      changes: [
        { field: "count", before: "8", after: "9" },
        { field: "B", before: "0", after: "1" },
      ],
    },
  ]);
});

test("one pass that shows up twice is told once, and the same again later is told again", () => {
  const timeline = new Timeline(symbols, points);
  const set = row(0, 4, { flags: 0, count: 1 });
  const cleared = row(1, 0, { flags: 4, count: 1 });
  // A signal reached the thread at each of the two: the instruction had not run when it came by again.
  for (const each of [set, set, cleared, cleared, cleared, set, cleared]) {
    timeline.add(each, 0);
  }
  expect(timeline.events.map((event) => (event.kind === "flags" ? event.mark : event.kind))).toEqual([
    "set",
    "cleared",
    "set",
    "cleared",
  ]);
  expect(timeline.repeated).toBe(3);
});

test("a goroutine ends the program once, and with it stands the map that was proven", () => {
  const timeline = new Timeline(symbols, points);
  timeline.addFatal(fatal("concurrent map writes", 19), 0.001, 0xc000012340);
  timeline.addFatal(fatal("concurrent map writes", 19), 0.002, 0xc000012340);
  timeline.addFatal(fatal("all goroutines are asleep - deadlock!", 7), 0.003);
  expect(timeline.events.map((event) => [event.goroutine, event.map])).toEqual([
    [19, "0xc000012340"],
    [7, null],
  ]);
  expect(timeline.repeated).toBe(1);
});

test("another goroutine at the same instruction is another pass", () => {
  const timeline = new Timeline(symbols, points);
  timeline.add(row(0, 4, { flags: 0, count: 1 }), 0);
  timeline.add(row(0, 4, { flags: 0, count: 1 }, { goroutine: 19, sp: 0x9000 }), 0);
  expect(timeline.events).toHaveLength(2);
  expect(timeline.repeated).toBe(0);
});

test("a store that changes nothing is no event", () => {
  const timeline = new Timeline(symbols, points);
  expect(timeline.add(row(0, 4, { flags: 4, count: 1 }), 0)).toBe(false);
  expect(timeline.add(row(7, 4, { flags: 4, count: 1 }), 0)).toBe(false);
  expect(timeline.events).toEqual([]);
});

test("the report says what happened, what was lost, and nothing that acts on a terminal", () => {
  const timeline = new Timeline(symbols, points);
  timeline.add(row(0, 4, { flags: 0, count: 1 }), 0.001);
  timeline.add(row(1, 0, { flags: 4, count: 2 }), 0.0014);
  timeline.addFatal(fatal("concurrent map writes\u001b[2J", 19), 0.002);
  const report = traceReport(
    {
      program: "/x/shop\u001b[0m",
      goVersion: "go1.23.5",
      mapImplementation: "classic",
      chosen: "main.cache",
      way: "console",
    },
    timeline,
    { why: "exited", status: 2, signal: undefined, seconds: 0.5, rows: 3, lost: 1 },
  );
  expect(report.totals).toMatchObject({ marksSet: 1, marksCleared: 1, maps: 1, goroutines: 2, lost: 1 });
  const text = renderTrace(report, { colour: false });
  expect(text).not.toContain("\u001b");
  const lines = text.split("\n");
  expect(lines[0]).toBe(
    "Trace of main.cache in shop\\x1b[0m (go1.23.5, classic maps): 3 events in 0.50 s; the program exited with status 2",
  );
  expect(lines[3]).toMatch(
    /^1\.0 ms {9}18 {2}flags 0 → 4 \(hashWriting\) +mapassign_fast64 {2}main\.put {2}main\.go:12$/,
  );
  expect(lines[4]).toMatch(/^1\.4 ms {9}18 {2}flags 4 → 0; count 1 → 2 /);
  expect(text).toContain("fatal error: concurrent map writes\\x1b[2J");
  expect(text).toContain("- 1 hits are missing");
  expect(text).toContain("0.40 ms lay between a mark's setting and its clearing");
});
