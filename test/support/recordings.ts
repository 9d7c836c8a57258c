/** The shop program, recorded: event files in which two goroutines share a map until Go's check ends the program. */
import type { Case } from "../../src/case/case.js";
import { eventKinds } from "../../src/evidence/ring/recording.js";
import type { EventName } from "./event-columns.js";
import { accessPayload } from "./event-columns.js";
import {
  type EventDescription,
  type EventFileDescription,
  plainDetails,
  plainRecordedConflict,
} from "./event-file.js";
import { pcs, places, shop, shopCase, shopConflict, shopFile } from "./incidents.js";

/** The map that is shared. */
export const sharedMap = 0xc000012345;

/** When the conflict is found. */
export const conflictClock = 8_000_000;

/** Stacks by id, from 1: Cache.Get in a handler, Cache.Put in the worker. */
export const shopStacks = [
  { pcs: pcs("mapRead", "get", "handler", "goexit"), logical: true },
  { pcs: pcs("mapWrite", "put", "worker", "goexit"), logical: true },
];

/** An event of a kind. */
export function event(
  kind: EventName,
  clock: number,
  more: Partial<EventDescription> = {},
): Partial<EventDescription> {
  return {
    kind: eventKinds[kind],
    clock,
    goroutine: 0,
    map: 0,
    stack: 0,
    site: 0,
    life: 0,
    a: 0,
    b: 0,
    ...more,
  };
}

/** Cache.Get by goroutine 8, or another one. */
export function get(clock: number, more: Partial<EventDescription> = {}): Partial<EventDescription> {
  const at = { goroutine: 8, map: sharedMap, life: 0x5eed, stack: 1, site: places.get, a: accessPayload(1) };
  return event("access", clock, { ...at, ...more });
}

/** Cache.Put by goroutine 7, or another one. */
export function put(clock: number, more: Partial<EventDescription> = {}): Partial<EventDescription> {
  const at = { goroutine: 7, map: sharedMap, life: 0x5eed, stack: 2, site: places.put, a: accessPayload(2) };
  return event("access", clock, { ...at, ...more });
}

/** What happens to the shared map, by goroutine 7. */
export function ofMap(
  kind: EventName,
  clock: number,
  a = 0,
  b = 0,
  goroutine = 7,
): Partial<EventDescription> {
  return event(kind, clock, { goroutine, map: sharedMap, life: 0x5eed, a, b });
}

/** What the garbage collector does. */
export function ofGc(kind: EventName, clock: number, a: number, b: number): Partial<EventDescription> {
  return event(kind, clock, { a, b });
}

/** One cycle of the garbage collector. */
export function gcCycle(number: number, begin: number, end: number): Partial<EventDescription>[] {
  return [
    ofGc("gcBegins", begin, 4_000_000, number),
    ofGc("gcPhase", begin + 100, 1, number),
    ofGc("writeBarrier", begin + 200, 1, number),
    ofGc("gcPhase", end - 300, 2, number),
    ofGc("gcPhase", end - 200, 0, number),
    ofGc("writeBarrier", end - 100, 0, number),
    ofGc("gcEnds", end, 4_500_000, number),
    ofGc("sweepBegins", end + 100, 0, number),
    ofGc("sweepComplete", end + 50_000, 0, number),
  ];
}

/** A conflict that Go's check found: Cache.Get noticed that Cache.Put was at it. */
export const recordedConflict = {
  ...plainRecordedConflict,
  at: conflictClock,
  map: sharedMap,
  elements: 53,
  first: { ...shopConflict.second, site: 0x401000 + places.put },
  second: { ...shopConflict.first, held: 0, site: 0x401000 + places.get },
  details: {
    ...plainDetails,
    age: 41_200,
    repeats: 3_262,
    growth: { kind: "double" as const, evacuated: 3, oldBuckets: 8 },
    gcPhase: "mark" as const,
    gcCycles: 2,
  },
};

/** Its rings: accesses, growth, process. */
export const shopRings = [
  {
    ringClass: "accesses" as const,
    events: [
      event("shared", 7_000_000, {
        goroutine: 7,
        map: sharedMap,
        life: 0x5eed,
        stack: 2,
        site: places.put,
        a: accessPayload(2, 0, 5),
        b: 40,
      }),
      get(7_000_200),
      put(7_300_000, { a: accessPayload(2, 1, 120), b: 7 }),
      get(7_400_000),
      get(7_410_000, { goroutine: 9, a: accessPayload(1, 1, 12) }),
      put(7_958_800, { b: 11 }),
      ofMap("conflict", conflictClock + 14_000, 0, 2, 8),
    ],
  },
  {
    ringClass: "growth" as const,
    events: [
      ofMap("growthBegins", 7_310_000, 2, 26),
      ofMap("evacuation", 7_320_000, 2, 4),
      ofMap("growthComplete", 7_350_000, 4, 28),
      ofMap("growthBegins", 7_970_000, 3, 53),
      ofMap("evacuation", 7_975_000, 1, 8),
      ofMap("evacuation", 7_980_000, 3, 8),
    ],
  },
  {
    ringClass: "process" as const,
    events: [
      event("goroutineStarts", 6_900_000, { goroutine: 7, a: 1, site: places.worker }),
      event("goroutineStarts", 6_950_000, { goroutine: 8, a: 1, site: places.handler }),
      ...gcCycle(1, 7_100_000, 7_200_000),
      ofGc("gcBegins", 7_900_000, 4_000_000, 2),
      ofGc("gcPhase", 7_900_100, 1, 2),
      ofGc("writeBarrier", 7_900_200, 1, 2),
    ],
  },
] as const;

/** A recording of the shop that ends with the conflict. */
export const recordedShop = {
  header: { mode: "record" as const, swiss: false, goVersion: "go1.23.5", sharedMaps: 1, limit: 200_000 },
  conflicts: [recordedConflict],
  stacks: shopStacks,
  rings: shopRings,
} satisfies EventFileDescription;

/** A case made by reading event files, as `maptrap read` makes it. */
export function recordedCase(
  descriptions: readonly EventFileDescription[] = [recordedShop],
  more: { readonly last?: number } = {},
): Case {
  return shopCase({
    command: ["maptrap", "read", "4711-1.maptrap"],
    processes: descriptions.map((description) => ({
      eventFile: shopFile(description),
      binary: shop23,
      run: null,
    })),
    ...more,
  });
}

/** The shop's binary as the Go version with classic maps made it. */
const shop23 = { ...shop, goVersion: "go1.23.5" };
