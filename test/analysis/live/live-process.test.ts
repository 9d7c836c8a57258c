import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiveFigures } from "../../../src/analysis/live/figures.js";
import { LiveProcess } from "../../../src/analysis/live/live-process.js";
import { Places } from "../../../src/analysis/live/places.js";
import { RecordedPlaces } from "../../../src/evidence/ring/places.js";
import { places as offsets, shop } from "../../support/incidents.js";
import { columnsOf as columns } from "../../support/event-columns.js";
import { access, items, shared } from "../../support/live-events.js";

const text = 0x401000;
const stacks = [[offsets.mapRead, offsets.encode, offsets.marshal, offsets.handler]];

function shopPlaces(): Places {
  const recorded = new RecordedPlaces({
    text,
    binary: shop,
    stack: (id) => {
      const stack = stacks[id - 1];
      return stack === undefined ? undefined : { pcs: stack.map((offset) => text + offset), logical: true };
    },
  });
  return new Places(recorded, "example.com/shop");
}

function start(options?: { readonly mostMaps: number }) {
  const figures = new LiveFigures();
  const process = new LiveProcess(figures, shopPlaces(), options);
  return { figures, process };
}

const put = { goroutine: 7, operation: "write", site: "put" } as const;
const get = { goroutine: 8, operation: "read", site: "get" } as const;

describe("LiveProcess", () => {
  it("tells that a map is shared, with both accesses, and the pair of places", () => {
    const { process, figures } = start();
    const news = process.accept(columns([shared({ ...put, clock: 100 }), access({ ...get, clock: 250 })]));
    const earlier = { at: 100, goroutine: 7, operation: "write", site: offsets.put, stack: 0 };
    const later = { at: 250, goroutine: 8, operation: "read", site: offsets.get, stack: 0 };
    const map = { number: 1, address: items.map };
    expect(news).toEqual([
      { kind: "shared", at: 250, map, first: earlier, second: later },
      { kind: "pair", at: 250, map, earlier, later },
    ]);
    expect([...figures.accesses].map(({ place, operation, count }) => [place?.at, operation, count])).toEqual(
      [
        ["/home/ada/shop/cache.go:12", "write", 0],
        ["/home/ada/shop/cache.go:7", "read", 1],
      ],
    );
    expect(figures.events).toMatchObject({
      accesses: { read: 2 },
      growth: { read: 0 },
      process: { read: 0 },
    });
    expect(process.lastClock).toBe(250);
  });

  it("tells a pair once, whoever comes first and on whatever map", () => {
    const { process } = start();
    const other = { map: 0xc000099999, life: 9 };
    const news = process.accept(
      columns([
        access({ ...put, clock: 1 }),
        access({ ...get, clock: 2 }),
        access({ ...put, clock: 3, goroutine: 9 }),
        access({ ...get, clock: 4, goroutine: 10 }),
        access({ ...get, ...other, clock: 5 }),
        access({ ...put, ...other, clock: 6 }),
      ]),
    );
    expect(news.map(({ kind }) => kind)).toEqual(["shared", "pair", "pair", "shared"]);
    const pairs = news.filter((one) => one.kind === "pair");
    expect(pairs.map(({ earlier, later }) => [earlier.operation, later.operation])).toEqual([
      ["write", "read"],
      ["write", "write"],
    ]);
  });

  it("knows no pair of two reads, and none within one goroutine", () => {
    const { process } = start();
    const news = process.accept(
      columns([
        access({ ...get, clock: 1 }),
        access({ ...get, clock: 2, goroutine: 9, site: "handler" }),
        access({ ...put, clock: 3, map: 0xc0000aaaa0 }),
        access({ ...put, clock: 4, map: 0xc0000aaaa0, operation: "delete", reason: 2 }),
      ]),
    );
    expect(news.map(({ kind }) => kind)).toEqual(["shared", "shared"]);
  });

  it("finds the last change by another goroutine behind the goroutine's own", () => {
    const { process } = start();
    const news = process.accept(
      columns([
        access({ ...put, clock: 1 }),
        access({ ...put, clock: 2, goroutine: 8, site: "handler" }),
        access({ ...get, clock: 3, goroutine: 8 }),
      ]),
    );
    const pair = news.filter((one) => one.kind === "pair").at(-1)!;
    expect(pair.later).toMatchObject({ goroutine: 8, site: offsets.get });
    expect(pair.earlier).toMatchObject({ goroutine: 7, site: offsets.put });
  });

  it("waits for the newcomer over the end of a batch, and not longer", () => {
    const one = start();
    expect(one.process.accept(columns([shared({ ...put, clock: 1 })]))).toEqual([]);
    const [news] = one.process.accept(columns([access({ ...get, clock: 2 })]));
    expect(news).toMatchObject({ kind: "shared", first: { goroutine: 7 }, second: { goroutine: 8 } });
    const other = start();
    other.process.accept(columns([shared({ ...put, clock: 1 })]));
    expect(other.process.accept(columns([]))).toMatchObject([
      { kind: "shared", first: { goroutine: 7 }, second: null },
    ]);
    const last = start();
    last.process.accept(columns([shared({ ...put, clock: 1 })]));
    expect(last.process.end()).toMatchObject([{ kind: "shared", second: null }]);
    expect(last.process.end()).toEqual([]);
  });

  it("takes a new map at an old address for another one", () => {
    const { process } = start();
    const news = process.accept(
      columns([access({ ...put, clock: 1 }), access({ ...put, clock: 2, life: 8, goroutine: 9 })]),
    );
    expect(news.map((one) => (one.kind === "shared" ? one.map.number : one.kind))).toEqual([1, 2]);
    expect(process.sharedMaps).toBe(2);
  });

  it("tells growth and clears of shared maps only, and counts all", () => {
    const { process, figures } = start();
    const growth = { ...items, goroutine: 7, site: offsets.put, stack: 3 };
    const news = process.accept(
      columns([
        { ...growth, clock: 1, kind: "growthBegins", a: 5, b: 208 },
        access({ ...put, clock: 2 }),
        { ...growth, clock: 3, kind: "growthBegins", a: 6, b: 417 },
        { ...growth, clock: 4, kind: "evacuation", a: 8, b: 64 },
        { ...growth, clock: 9, kind: "growthComplete", a: 64, b: 440 },
        { ...growth, clock: 10, kind: "tableSplits", a: 2, b: 900 },
        { ...growth, clock: 11, kind: "clear", a: 900 },
        { ...growth, clock: 12, kind: "growthComplete", a: 64, b: 440 },
        { ...growth, clock: 13, kind: "clear", a: 1, map: 0xc0000bbbb0 },
      ]),
    );
    const map = { number: 1, address: items.map };
    const by = { goroutine: 7, site: offsets.put, stack: 3 };
    expect(news.slice(1)).toEqual([
      { kind: "growth", at: 3, map, growth: "double", size: 6, elements: 417, ...by },
      { kind: "grown", at: 9, map, oldBuckets: 64, elements: 440, took: 6 },
      { kind: "growth", at: 10, map, growth: "table-splits", size: 2, elements: 900, ...by },
      { kind: "clear", at: 11, map, elements: 900, ...by },
      { kind: "grown", at: 12, map, oldBuckets: 64, elements: 440, took: null },
    ]);
    expect(figures.growths).toMatchObject({ double: 2, "table-splits": 1 });
    expect(figures.clears).toBe(2);
    expect(figures.events.growth.read).toBe(8);
  });

  it("tells each cycle of the garbage collector when it is over", () => {
    const { process, figures } = start();
    const news = process.accept(
      columns([
        { clock: 100, kind: "gcBegins", a: 4_194_304, b: 3 },
        { clock: 110, kind: "gcPhase", a: 1, b: 3 },
        { clock: 900, kind: "gcEnds", a: 2_097_152, b: 3 },
        { clock: 2000, kind: "gcEnds", a: 1_048_576, b: 5 },
      ]),
    );
    expect(news).toEqual([
      { kind: "gc", at: 900, cycle: 3, took: 800, heapBefore: 4_194_304, heapAfter: 2_097_152 },
      { kind: "gc", at: 2000, cycle: 5, took: null, heapBefore: null, heapAfter: 1_048_576 },
    ]);
    expect(figures.gcCycles).toBe(2);
    expect(figures.events.process.read).toBe(4);
  });

  it("forgets maps when there are too many, and tells none of them twice", () => {
    const { process } = start({ mostMaps: 8 });
    const all = Array.from({ length: 100 }, (_, index) => ({ map: 0xc000000000 + index * 64 }));
    const begin = all.flatMap((map, index) => [
      shared({ ...put, ...map, clock: 2 * index }),
      access({ ...get, ...map, clock: 2 * index + 1 }),
    ]);
    expect(process.accept(columns(begin)).filter(({ kind }) => kind === "shared")).toHaveLength(100);
    const again = all.map((map, index) => access({ ...put, ...map, clock: 1000 + index }));
    expect(process.accept(columns(again))).toEqual([]);
    const fresh = [
      shared({ ...put, map: 0xd000000000, clock: 2000 }),
      access({ ...get, map: 0xd000000000, clock: 2001 }),
    ];
    expect(process.accept(columns(fresh))).toMatchObject([
      { kind: "shared", map: { address: 0xd000000000 } },
    ]);
    expect(process.sharedMaps).toBe(101);
  });

  it("shows the place in a library, and who of the program's own code led there", () => {
    const place = shopPlaces().of(offsets.encode, 1);
    expect(place.frame).toMatchObject({ function: "encoding/json.mapEncoder.encode", origin: "standard" });
    expect(place.caller).toMatchObject({ function: "main.serve.func1", line: 20 });
    expect(shopPlaces().of(offsets.get, 1).caller).toBeNull();
    expect(shopPlaces().of(0xfff0)).toEqual({ function: "?", at: "text+0xfff0", frame: null, caller: null });
  });

  it("takes any numbers, and counts every event once", () => {
    const number = fc.integer({ min: 0, max: 64 });
    const event = fc.record({
      clock: number,
      goroutine: number,
      map: number,
      kind: number,
      stack: number,
      a: number,
      b: number,
      site: number,
      life: number,
    });
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 30 }), { maxLength: 5 }), (batches) => {
        const { process, figures } = start({ mostMaps: 4 });
        let given = 0;
        for (const batch of batches) {
          process.accept(columns(batch));
          given += batch.length;
        }
        process.end();
        const { accesses, growth, process: others } = figures.events;
        expect(accesses.read + growth.read + others.read).toBe(given);
      }),
    );
  });
});
