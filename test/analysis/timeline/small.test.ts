import { describe, expect, it } from "vitest";
import { glyphOf, glyphs } from "../../../src/analysis/timeline/marks.js";
import { searchMarks } from "../../../src/analysis/timeline/search.js";
import { momentsData, type TracedEvent, traceData } from "../../../src/analysis/timeline/small.js";
import { spanKinds } from "../../../src/analysis/timeline/spans.js";
import { TimelineStore } from "../../../src/analysis/timeline/timeline-store.js";
import type { KnownMoment, TimelineData } from "../../../src/analysis/timeline/data.js";

const site = { function: "main.put", file: "/home/ada/shop/main.go", line: 9 };

function flags(
  seconds: number,
  goroutine: number,
  mark: "set" | "cleared",
  map = "0xc000012345",
): TracedEvent {
  return { kind: "flags", seconds, goroutine, site, map, mark };
}

function spansIn({ spans, ids }: TimelineData): (readonly number[])[] {
  return Array.from(spans.start, (start, at) => [
    spans.kind[at]!,
    ids[spans.lane[at]!]!,
    start,
    spans.end[at]!,
    spans.open[at]!,
  ]);
}

describe("a trace as a timeline", () => {
  it("has the time in which a mark is set, for each writer", () => {
    const data = traceData([
      flags(1, 7, "set"),
      flags(2, 7, "cleared"),
      flags(3, 8, "set"),
      flags(4, 8, "cleared"),
    ]);
    expect(spansIn(data)).toEqual([
      [spanKinds.markSet, 7, 1e9, 2e9, 0],
      [spanKinds.markSet, 8, 3e9, 4e9, 0],
    ]);
  });

  const fatal: TracedEvent = {
    kind: "fatal",
    seconds: 2,
    goroutine: 8,
    site,
    message: "concurrent map writes",
    map: "0xc000012345",
  };
  const sides = (events: readonly TracedEvent[]): unknown => {
    const data = traceData(events);
    return data.moments.map(({ lanes, map }) => [
      lanes.map((lane) => data.ids[lane]),
      data.maps[map]?.address,
    ]);
  };

  it("joins the fatal error with the writer whose mark is set on the very map of the check", () => {
    expect(sides([flags(1, 7, "set"), fatal])).toEqual([[[8, 7], "0xc000012345"]]);
    expect(spansIn(traceData([flags(1, 7, "set"), fatal]))).toEqual([[spanKinds.markSet, 7, 1e9, 2e9, 2]]);
    expect(sides([flags(1, 7, "set"), flags(1.5, 9, "set", "0xc000099999"), fatal])).toEqual([
      [[8, 7], "0xc000012345"],
    ]);
  });

  it("joins it with nobody where the mark is on another map, was cleared, or the map is not known", () => {
    expect(sides([flags(1, 7, "set", "0xc000099999"), fatal])).toEqual([[[8], "0xc000012345"]]);
    expect(sides([flags(1, 7, "set"), flags(1.5, 7, "cleared"), fatal])).toEqual([[[8], "0xc000012345"]]);
    expect(sides([flags(1, 7, "set"), { ...fatal, map: undefined }])).toEqual([[[8], undefined]]);
    expect(
      sides([flags(1, 7, "set"), { ...fatal, message: "all goroutines are asleep", map: null }]),
    ).toEqual([[[8], undefined]]);
  });

  it("takes a writer that has come to another map to have left the first one, though that was not seen", () => {
    const events = [flags(1, 7, "set"), flags(1.5, 7, "cleared", "0xc000099999"), fatal];
    expect(sides(events)).toEqual([[[8], "0xc000012345"]]);
    expect(spansIn(traceData(events))).toEqual([[spanKinds.markSet, 7, 1e9, 1.5e9, 2]]);
  });

  it("is searched by goroutine, function, file with line, map and what happens", async () => {
    const data = traceData([flags(1, 7, "set"), flags(2, 7, "cleared"), flags(3, 8, "set", "0xc000099999")]);
    const search = async (query: string): Promise<number[]> => [
      ...(await searchMarks(data, query, { map: null, pause: async () => Promise.resolve() })).rows,
    ];
    expect(await search("g7")).toEqual([0, 1]);
    expect(await search("g")).toEqual([0, 1, 2]);
    expect(await search("main.PUT")).toEqual([0, 1, 2]);
    expect(await search("main.go:9 cleared")).toEqual([1]);
    expect(await search("0xc000099999")).toEqual([2]);
    expect(await search("g9")).toEqual([]);
    expect(await search("nowhere")).toEqual([]);
    expect(await search("  ")).toEqual([]);
  });
});

describe("conflicts of the trap as a timeline", () => {
  const moment: KnownMoment = {
    clock: 5_000_000,
    finding: "m0",
    observation: "o0",
    title: "concurrent map read and map write",
    map: { address: "0xc000012345", life: 0, type: "map[string]int" },
    sides: [
      { goroutine: 8, operation: "read", held: 512_000, frame: null },
      { goroutine: 7, operation: "write", held: 0, frame: null },
    ],
  };
  const data = momentsData({ maps: [], moments: [moment], functions: [{ goroutine: 7, name: "main.fill" }] });

  it("has how long a side was held, up to the moment at which the other one came", () => {
    expect(spansIn(data)).toEqual([[spanKinds.held, 8, 4_488_000, 5_000_000, 0]]);
    expect([...data.marks.clock]).toEqual([4_488_000, 5_000_000]);
    expect([...data.marks.detail].map((detail, row) => glyphOf(data.marks.kind[row]!, detail))).toEqual([
      glyphs.read,
      glyphs.write,
    ]);
    expect(data.functions).toEqual([undefined, "main.fill"]);
  });

  it("shows both sides on one screen, and what is at a point", () => {
    const store = new TimelineStore(data, { map: 0, first: data.moments[0]!.lanes });
    const picture = store.picture({ from: 4e6, to: 6e6, step: 1024, firstLane: 0, lanes: 9 });
    expect(picture.lanes.map((lane) => data.ids[lane])).toEqual([8, 7]);
    expect([picture.cells.row, picture.bars.row, picture.bars.kind]).toEqual([[0, 1], [0], [spanKinds.held]]);
    expect(store.spanAt(0, 4.7e6, 0)).toMatchObject({ start: 4_488_000, end: 5_000_000 });
    expect(store.spanAt(0, 5.7e6, 0)).toBeUndefined();
    expect(store.nearest(1, 0)?.clock).toBe(5_000_000);
    expect(store.list({ from: 4e6, to: 6e6, step: 1, firstLane: 0, lanes: 9 }, 10)).toHaveLength(2);
  });
});
