/** Random event files for property tests. */
import fc from "fast-check";
import { gcPhases, goMessages } from "../../../src/evidence/ring/details.js";
import {
  maxPcs,
  ringOperations,
  type ConflictRecord,
  type EventFileHeader,
  type OrderHeader,
  type PairRecord,
  type RingSide,
} from "../../../src/evidence/ring/format.js";
import type { ConflictDetails, MapGrowth } from "../../../src/evidence/ring/recording.js";
import { changesMap } from "../../../src/evidence/ring/records.js";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const safe = fc.maxSafeNat();
const optional = fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: null });
const operation = fc.constantFrom(...ringOperations);
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: "grapheme", maxLength }).filter((value) => Buffer.byteLength(value) <= maxLength);

const orderHeader: fc.Arbitrary<OrderHeader> = fc
  .record({
    firstChunk: u32,
    chunkSize: u32,
    chunksBegun: u32,
    mostChunks: u32,
    cutShort: fc.constantFrom(null, "size" as const, "no-room" as const),
    cutShortAt: u32,
  })
  .map((order) => (order.cutShort === null ? { ...order, cutShortAt: null } : order));

export const header: fc.Arbitrary<EventFileHeader> = fc
  .record({
    kind: fc.constantFrom(
      { version: 2 as const, mode: "trap" as const },
      { version: 3 as const, mode: "trap" as const },
      { version: 3 as const, mode: "order" as const },
    ),
    order: orderHeader,
    limit: fc.option(fc.integer({ min: 1, max: 0xffff_ffff }), { nil: null }),
    processId: u32,
    swiss: fc.boolean(),
    logical: fc.boolean(),
    startWall: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    startMonotonic: safe,
    text: safe,
    etext: safe,
    identity: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    gomaxprocs: u32,
    ended: fc.oneof(
      fc.record({ state: fc.constant("exited" as const), exitStatus: fc.integer({ min: -1, max: 255 }) }),
      fc.record({
        state: fc.constantFrom("starting" as const, "running" as const),
        exitStatus: fc.constant(null),
      }),
    ),
    trapTime: safe,
    budget: optional,
    delays: safe,
    plannedDelays: safe,
    delaysOverBudget: safe,
    sharedMaps: safe,
    updated: safe,
    goVersion: text(62),
    platform: text(62),
    executable: text(200),
  })
  .map(({ kind, order, ended, ...rest }) => ({
    ...kind,
    ...rest,
    ...ended,
    order: kind.mode === "order" ? order : null,
  }));

const side: fc.Arbitrary<RingSide> = fc.record({
  goroutine: safe,
  startedBy: optional,
  startPc: optional,
  entryPc: optional,
  operation,
  held: safe,
  site: optional,
  pcs: fc.array(safe, { maxLength: maxPcs }),
});

const growth: fc.Arbitrary<MapGrowth> = fc.oneof(
  fc.constant({ kind: "none" as const }),
  fc.record({
    kind: fc.constantFrom("double" as const, "same-size" as const),
    evacuated: safe,
    oldBuckets: safe,
  }),
);

const details: fc.Arbitrary<ConflictDetails> = fc
  .record({
    foundBy: fc.constantFrom("trap" as const, "go-check" as const),
    message: fc.constantFrom(...goMessages),
    age: fc.option(safe, { nil: null }),
    repeats: optional,
    otherSide: fc.constantFrom("mark" as const, "rings" as const, "unknown" as const),
    callersChangesBefore: u32,
    growth,
    depth: u32,
    gcPhase: fc.constantFrom(...gcPhases),
    gcCycles: u32,
  })
  .map((value) => (value.foundBy === "trap" ? { ...value, otherSide: "trap" } : value));

export const conflict: fc.Arbitrary<ConflictRecord> = fc
  .record({
    index: fc.constant(0),
    at: safe,
    map: safe,
    seen: safe,
    elements: fc.option(safe, { nil: null }),
    mapType: text(254),
    first: side,
    second: side,
    details,
    report: text(300),
  })
  .filter(({ first, second }) => first.goroutine !== second.goroutine)
  .filter(({ first, second, details: { foundBy } }) =>
    foundBy === "trap"
      ? changesMap(first.operation) || changesMap(second.operation)
      : changesMap(first.operation),
  )
  .map((record) => (record.details.otherSide === "unknown" ? { ...record, first: null } : record));

export const pair: fc.Arbitrary<PairRecord> = fc.record({
  index: fc.constant(0),
  first: fc.record({ offset: safe, operation }),
  second: fc.record({ offset: safe, operation }),
  shortest: fc.option(safe, { nil: null }),
  longest: safe,
  seen: u32,
  heldInVain: u32,
  met: u32,
  cameAfterRelease: u32,
  longestHold: safe,
});
