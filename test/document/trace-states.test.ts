import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TraceEventJson, TraceJson } from "../../src/document/trace-schema.js";
import { tracedMaps, tracedState } from "../../src/document/trace-states.js";

const site = { function: "main.put", file: "/srv/main.go", line: 9 };

type Event = Partial<TraceEventJson> & { readonly kind: TraceEventJson["kind"] };

function traceOf(events: readonly Event[]): TraceJson {
  return {
    format: "maptrap-gdb-trace",
    version: 1,
    maptrap: "0",
    program: "p",
    goVersion: "go1.23.4",
    mapImplementation: "classic",
    chosen: "main.m",
    way: "console",
    events: events.map((event, index) => ({
      number: index + 1,
      seconds: index / 1000,
      goroutine: 7,
      site,
      map: "0xc000064000",
      mapFunction: "runtime.mapassign",
      changes: [],
      ...event,
    })) as TraceEventJson[],
    end: { why: "exited", status: 0, signal: null, seconds: 1 },
    totals: {
      marksSet: 0,
      marksCleared: 0,
      growth: [],
      maps: 1,
      goroutines: 1,
      sites: [],
      repeated: 0,
      lost: 0,
    },
    notes: [],
  };
}

const set: Event = { kind: "flags", before: 0, after: 4, mark: "set", flags: "hashWriting" };
const cleared: Event = { kind: "flags", before: 4, after: 0, mark: "cleared", flags: "" };

function fieldsAt(trace: TraceJson, index: number): Record<string, string | null> {
  const [map] = tracedMaps(trace);
  const state = map === undefined ? undefined : tracedState(trace, map, index);
  return Object.fromEntries((state?.fields ?? []).map(({ name, value }) => [name, value]));
}

describe("a header along a trace", () => {
  const growth = traceOf([
    set,
    { ...cleared, changes: [{ field: "count", before: "8", after: "9" }] },
    set,
    { kind: "growth", step: "grow begins", argument: null, table: null },
    {
      kind: "growth",
      step: "growth goes on",
      argument: 1,
      table: null,
      changes: [
        { field: "B", before: "2", after: "3" },
        { field: "oldbuckets", before: "0", after: "0xc000068000" },
      ],
    },
    { kind: "growth", step: "old bucket moves", argument: 1, table: null },
    { kind: "growth", step: "old bucket moves", argument: 0, table: null },
    { ...cleared, changes: [{ field: "nevacuate", before: "0", after: "2" }] },
    { ...set, goroutine: 8 },
    { kind: "header", changes: [{ field: "oldbuckets", before: "0xc000068000", after: "0" }] },
    { kind: "fatal", message: "concurrent map writes" },
  ]);

  it("does not know what no event has told yet", () => {
    expect(fieldsAt(growth, 0)).toMatchObject({
      count: null,
      flags: "4",
      B: null,
      oldbuckets: null,
      extra: null,
    });
    expect(fieldsAt(growth, 4)).toMatchObject({
      count: "9",
      B: "3",
      oldbuckets: "0xc000068000",
      nevacuate: null,
    });
  });

  it("says who set the mark of a writer, and that it was cleared", () => {
    const [map] = tracedMaps(growth);
    expect(map).toBeDefined();
    const markAt = (index: number) => map && tracedState(growth, map, index)?.mark;
    expect(markAt(0)).toMatchObject({ set: true, event: { number: 1, goroutine: 7 } });
    expect(markAt(1)).toMatchObject({ set: false, event: { number: 2 } });
    expect(markAt(10)).toMatchObject({ set: true, event: { number: 9, goroutine: 8 } });
  });

  it("follows the old buckets of a growth, and its border", () => {
    const [map] = tracedMaps(growth);
    const growthAt = (index: number) => map && tracedState(growth, map, index)?.growth;
    expect(growthAt(2)).toBeNull();
    expect(growthAt(4)).toMatchObject({ oldBuckets: 4, nevacuate: null });
    expect([...(growthAt(5)?.moved ?? [])]).toEqual([1]);
    expect(growthAt(7)).toMatchObject({ oldBuckets: 4, nevacuate: 2 });
    expect([...(growthAt(7)?.moved ?? [])]).toEqual([1, 0]);
    expect(growthAt(9)).toBeNull();
  });

  it("marks what an event changes", () => {
    const [map] = tracedMaps(growth);
    const fields = map && tracedState(growth, map, 7)?.fields;
    expect(
      fields?.filter(({ before }) => before !== null).map(({ name, before }) => `${name} ${before}`),
    ).toEqual(["flags 4", "nevacuate 0"]);
  });

  it("keeps maps apart, and gives the end of the program to the map of the check, or an only one", () => {
    const two = (map: string | null): unknown =>
      tracedMaps(
        traceOf([set, { ...set, map: "0xc000065000" }, cleared, { kind: "fatal", message: null, map }]),
      ).map(({ number, address, events }) => [number, address, events.length]);
    expect(two(null)).toEqual([
      [1, "0xc000064000", 2],
      [2, "0xc000065000", 1],
    ]);
    expect(two("0xc000065000")).toEqual([
      [1, "0xc000064000", 2],
      [2, "0xc000065000", 2],
    ]);
    expect(tracedMaps(growth)[0]?.events.at(-1)?.kind).toBe("fatal");
  });

  it("is what the events say in sum, whatever they are", () => {
    const change = fc.record({
      field: fc.constantFrom("count", "B", "oldbuckets", "nevacuate", "table used", "__proto__"),
      before: fc.constantFrom("0", "1", "7", "0x0", "0xc000068000", "-1", "x"),
      after: fc.constantFrom("0", "2", "3", "99", "0xc000068000", "1e9"),
    });
    const event = fc.oneof(
      fc.constantFrom(set, cleared),
      fc.record({ kind: fc.constant("header" as const), changes: fc.array(change, { maxLength: 3 }) }),
      fc.record({
        kind: fc.constant("growth" as const),
        step: fc.constantFrom("grow begins", "old bucket moves", "growth goes on"),
        argument: fc.option(fc.nat({ max: 64 })),
        table: fc.constant(null),
        changes: fc.array(change, { maxLength: 3 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), (events) => {
        const trace = traceOf(events);
        const [map] = tracedMaps(trace);
        const state = map && tracedState(trace, map, map.events.length - 1);
        const last = new Map<string, string>();
        for (const one of trace.events) {
          if (one.kind === "flags") {
            last.set("flags", String(one.after));
          }
          for (const { field, after } of one.kind === "fatal" ? [] : one.changes) {
            last.set(field, after);
          }
        }
        for (const { name, value } of state?.fields ?? []) {
          expect(value).toBe(last.get(name) ?? null);
        }
      }),
    );
  });
});
