import { describe, expect, it } from "vitest";
import type { ToldAccess, WatchedProcess, WatchMessage } from "../../src/analysis/live/messages.js";
import { omittedJsonLine, totalsJsonLine, watchBeginning, watchLine } from "../../src/report/json/watch.js";
import { coloursOf } from "../../src/report/text/colours.js";
import { omittedLine, totalsLines, type WatchDrawing, watchLines } from "../../src/report/text/watch.js";
import { shopCase } from "../support/incidents.js";

const started = new Date(2026, 10, 25, 18, 2, 11, 4).getTime();
const process: WatchedProcess = {
  number: 1,
  processId: 4711,
  file: "/var/tmp/4711-1.maptrap",
  executable: "/home/ada/shop/shop",
  goVersion: "go1.27.3",
  platform: "linux/amd64",
  mapImplementation: "swiss",
  mode: "record",
  limit: 200_000,
  started,
};
const drawing: WatchDrawing = {
  colours: coloursOf(false),
  folder: "/home/ada/shop",
  readSource: undefined,
  several: false,
};
const own = { inlined: false, origin: "own" as const };
const put: ToldAccess = {
  at: 1_000_000,
  operation: "write",
  goroutine: 7,
  frame: { function: "example.com/shop.(*Cache).Put", file: "/home/ada/shop/cache.go", line: 12, ...own },
  caller: null,
  site: 0x50,
};
const encode: ToldAccess = {
  at: 1_012_000,
  operation: "iterate",
  goroutine: 8,
  frame: {
    function: "encoding/json.mapEncoder.encode",
    file: "/usr/lib/go/src/encoding/json/encode.go",
    line: 700,
    inlined: false,
    origin: "standard",
  },
  caller: { function: "main.serve", file: "/home/ada/shop/main.go", line: 20, ...own },
  site: 0xa0,
};
const map = { number: 3, address: 0xc000012345 };
const of = { process, at: 1_012_000 };

const messages: readonly WatchMessage[] = [
  { kind: "process", process, at: 0, goneBefore: 12, noSymbols: null },
  { kind: "shared", ...of, map, first: put, second: encode },
  { kind: "shared", ...of, map, first: put, second: null },
  { kind: "shared", ...of, map, first: null, second: { ...put, frame: null } },
  { kind: "pair", ...of, map, earlier: put, later: encode },
  { kind: "pair", ...of, map, earlier: put, later: { ...put, goroutine: 9, site: 0x60 } },
  { kind: "growth", ...of, map, growth: "double", size: 5, elements: 208, by: put },
  {
    kind: "growth",
    ...of,
    map,
    growth: "becomes-table",
    size: 16,
    elements: 8,
    by: { ...put, frame: null, site: 0 },
  },
  { kind: "grown", ...of, map, oldBuckets: 32, elements: 230, took: 1_200_000 },
  { kind: "clear", ...of, map, elements: 1, by: put },
  { kind: "gc", ...of, cycle: 12, took: 1_200_000, heapBefore: 4_299_161, heapAfter: 999 },
  { kind: "lost", ...of, lost: 1204, unfinished: 1, damaged: 0, overLimit: 40, within: 2e9 },
  { kind: "link", ...of, link: "deleted" },
  { kind: "ended", ...of, ending: "exited", exitStatus: 3 },
  { kind: "ended", ...of, ending: "fatal error", exitStatus: null },
  { kind: "ended", ...of, ending: "gone", exitStatus: null },
  { kind: "ended", ...of, ending: "not there", exitStatus: null },
  { kind: "failed", ...of, reason: "it was cut" },
];

describe("watchLines", () => {
  it("draws each message in a line", () => {
    expect(messages.flatMap((message) => watchLines(message, drawing))).toEqual([
      "18:02:11.004  process   4711 is shop, go1.27.3, started on 2026-11-25, followed in /var/tmp/4711-1.maptrap; 12 earlier events had been overwritten",
      "18:02:11.005  shared    map 3 at 0xc000012345: goroutine 8's iteration at encoding/json/encode.go:700 (encoding/json.mapEncoder.encode), called from main.go:20, after goroutine 7's write at cache.go:12 (example.com/shop.(*Cache).Put)",
      "18:02:11.005  shared    map 3 at 0xc000012345: several goroutines use it now; the first was goroutine 7's write at cache.go:12 (example.com/shop.(*Cache).Put)",
      "18:02:11.005  shared    map 3 at 0xc000012345: goroutine 7's write at text+0x50, after another goroutine",
      "18:02:11.005  pair      map 3: write at cache.go:12 (example.com/shop.(*Cache).Put) and iteration at encoding/json/encode.go:700 (encoding/json.mapEncoder.encode), called from main.go:20 (goroutines 7 and 8)",
      "18:02:11.005  pair      map 3: two goroutines' write at cache.go:12 (example.com/shop.(*Cache).Put) (goroutines 7 and 9)",
      "18:02:11.005  growth    map 3: grows from 32 to 64 buckets, 208 elements, by goroutine 7 at cache.go:12 (example.com/shop.(*Cache).Put)",
      "18:02:11.005  growth    map 3: becomes a table of 16 slots, 8 elements, by goroutine 7",
      "18:02:11.005  grown     map 3: 32 old buckets moved in 1.2ms",
      "18:02:11.005  clear     map 3: had 1 element, by goroutine 7 at cache.go:12 (example.com/shop.(*Cache).Put)",
      "18:02:11.005  gc        cycle 12, marking complete after 1.2ms, live heap 4.1 MiB → 999 bytes",
      "18:02:11.005  lost      in the last 2s: 1,204 events overwritten before they could be read, 1 event never finished by their writers and 40 accesses not recorded because of the limit",
      "18:02:11.005  file      was deleted; what the process writes can still be followed here",
      "18:02:11.005  ended     process 4711 exited with status 3",
      "18:02:11.005  ended     process 4711 was ended by Go's fatal error",
      "18:02:11.005  ended     process 4711 is gone without a word: killed, or crashed",
      "18:02:11.005  ended     process 4711 is not there: it ended before, or runs in a container that cannot be looked into from here",
      "18:02:11.005  failed    it was cut",
    ]);
  });

  it("says whose a line is where there are several processes, and how long after the start where that is not known", () => {
    const [line] = watchLines(
      { kind: "clear", process: { ...process, started: null }, at: 1.5e9, map, elements: 2, by: put },
      { ...drawing, several: true },
    );
    expect(line).toBe(
      "+1.5s         clear     [4711] map 3: had 2 elements, by goroutine 7 at cache.go:12 (example.com/shop.(*Cache).Put)",
    );
  });

  it("shows both sides of a conflict", () => {
    const finding = shopCase().findings[0]!;
    const lines = watchLines({ kind: "conflict", ...of, conflict: finding.kind, finding }, drawing);
    expect(lines[0]).toBe("18:02:11.005  CONFLICT  concurrent map read and map write");
    expect(lines.filter((line) => /^ {2}[AB] {2}/.test(line))).toHaveLength(2);
    expect(watchLines({ kind: "conflict", ...of, conflict: "another", finding: null }, drawing)).toEqual([
      "18:02:11.005  CONFLICT  a concurrent use of a map; the file does not tell both sides",
    ]);
  });

  it("lets nothing foreign act on the terminal", () => {
    const hostile = "\u001b[2J\nended     process 1 exited\r\u202e";
    const evil = { ...process, executable: `/x/${hostile}`, goVersion: hostile, file: `/${hostile}` };
    const place = { ...put, frame: { ...put.frame!, function: hostile, file: `/${hostile}.go` } };
    const lines = [
      ...watchLines({ kind: "process", process: evil, at: 0, goneBefore: 0, noSymbols: hostile }, drawing),
      ...watchLines({ kind: "shared", ...of, map, first: place, second: place }, drawing),
      ...watchLines({ kind: "failed", ...of, reason: hostile }, drawing),
    ];
    expect(lines).toHaveLength(3);
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("draws what was left out, and the figures at the end", () => {
    expect(
      omittedLine(
        new Map([
          ["pair", 233],
          ["gc", 14],
        ] as const),
        drawing,
      ),
    ).toBe("              … not shown: 233 pairs of places and 14 GC cycles");
    const totals = {
      processes: 2,
      conflicts: 1,
      sharedMaps: 3,
      growths: 4,
      clears: 0,
      gcCycles: 12,
      events: 1000,
      lost: 5,
      unfinished: 0,
      overLimit: 7,
    };
    expect(totalsLines(totals)).toEqual([
      "1 conflict in 2 processes: 3 shared maps, 4 growths, 0 clears and 12 GC cycles.",
      "1,000 events read; 5 were overwritten before they could be read, or before watching began; 7 accesses were over the limit.",
    ]);
    expect(totalsLines(totals, "/tmp/a.maptrap")[2]).toBe(
      "All that the file holds: maptrap read /tmp/a.maptrap",
    );
    expect(JSON.parse(totalsJsonLine(totals))).toEqual({ type: "summary", ...totals });
  });
});

describe("watchLine", () => {
  it("makes one JSON object of each message, on one line", () => {
    const lines = messages.map(watchLine);
    expect(lines.join("")).not.toContain("\n");
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(objects.map(({ type }) => type)).toEqual(messages.map(({ kind }) => kind));
    for (const object of objects) {
      expect(object).toMatchObject({ process: 1, pid: 4711 });
    }
    expect(objects[1]).toEqual({
      type: "shared",
      time: new Date(started + 1.012).toISOString(),
      process: 1,
      pid: 4711,
      atNanoseconds: 1_012_000,
      map: { number: 3, address: "0xc000012345" },
      first: {
        atNanoseconds: 1_000_000,
        operation: "write",
        goroutine: 7,
        frame: put.frame,
        caller: null,
        textOffset: "0x50",
      },
      second: {
        atNanoseconds: 1_012_000,
        operation: "iterate",
        goroutine: 8,
        frame: encode.frame,
        caller: encode.caller,
        textOffset: "0xa0",
      },
    });
  });

  it("begins with its version, and counts what was left out", () => {
    expect(JSON.parse(watchBeginning())).toMatchObject({ type: "watch", version: 1 });
    expect(omittedJsonLine(new Map([["gc", 14]] as const))).toBe('{"type":"omitted","counts":{"gc":14}}');
  });
});
