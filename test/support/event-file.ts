/** Writes event files for tests from a description. docs/event-file.md is the definition. */
import {
  conflictRecordSize,
  eventFileMagic,
  flagLogical,
  flagSwiss,
  headerSize,
  pairRecordSize,
  ringOperations,
  type ConflictRecord,
  type EventFileHeader,
  type EventFileVersion,
  type OrderHeader,
  type PairRecord,
  type RingOperation,
  type RingSide,
} from "../../src/evidence/ring/format.js";
import {
  detailsOffset,
  gcPhases,
  goMessages,
  otherSides,
  trapDetails,
} from "../../src/evidence/ring/details.js";
import {
  eventKinds,
  type ConflictDetails,
  type RecordedStack,
  type RingClass,
} from "../../src/evidence/ring/recording.js";
import { orderFields } from "../../src/evidence/ring/header.js";
import { regionPlaces } from "../../src/evidence/ring/region.js";

/** What is to stand in the file; everything left out has a plain value. */
export interface EventFileDescription {
  readonly header?: Partial<EventFileHeader>;
  readonly conflicts?: readonly Partial<ConflictRecord>[];
  readonly pairs?: readonly Partial<PairRecord>[];
  /** Room for records; left out, as many as there are and two more. */
  readonly conflictCapacity?: number;
  readonly pairCapacity?: number;
  /** How many were begun; left out, as many as there are. */
  readonly conflictsBegun?: number;
  readonly pairsFound?: number;
  readonly rings?: readonly RingDescription[];
  /** Stacks by id: the first one has the id 1. */
  readonly stacks?: readonly RecordedStack[];
  /** How many stacks were met; left out, as many as there are. */
  readonly stacksMet?: number;
}

/** One ring. */
export interface RingDescription {
  readonly ringClass?: RingClass;
  readonly processor?: number;
  /** Left out, the next power of two that has room for all events. */
  readonly capacity?: number;
  /** In the order of their numbers; only the last `capacity` of them are kept. */
  readonly events: readonly Partial<EventDescription>[];
  /** Number of the first event. */
  readonly firstNumber?: number;
  readonly overLimit?: number;
}

/** One event. */
export interface EventDescription {
  readonly clock: number;
  readonly goroutine: number;
  readonly map: number;
  readonly kind: number;
  readonly processor: number;
  readonly stack: number;
  readonly a: number | bigint;
  readonly b: number | bigint;
  readonly site: number;
  readonly life: number;
  /** Whether its writer finished it. */
  readonly finished: boolean;
}

/** A header as a small program that was killed leaves it. */
export const plainHeader: EventFileHeader = {
  version: 3,
  mode: "trap",
  order: null,
  limit: null,
  processId: 4711,
  swiss: true,
  logical: true,
  startWall: 1_700_000_000_000_000_000n,
  startMonotonic: 1_000_000,
  text: 0x401000,
  etext: 0x480000,
  identity: 0x1234_5678_9abc_def0n,
  gomaxprocs: 2,
  state: "running",
  exitStatus: null,
  trapTime: 85_000_000,
  budget: null,
  delays: 120,
  plannedDelays: 3,
  delaysOverBudget: 0,
  sharedMaps: 4,
  updated: 301_000_000,
  goVersion: "go1.24.4",
  platform: "linux/amd64",
  executable: "/home/ada/shop/shop",
};

/** A side that reads. */
export const plainSide: RingSide = {
  goroutine: 8,
  startedBy: 1,
  startPc: 0x402010,
  entryPc: 0x402000,
  operation: "read",
  held: 0,
  site: 0x401105,
  pcs: [0x401105, 0x402005],
};

/** A conflict of a read that waited and an assignment that came. */
export const plainConflict: ConflictRecord = {
  index: 0,
  at: 1_500_000,
  map: 0xc000012345,
  seen: 1,
  elements: 3,
  mapType: "map[string]int",
  first: { ...plainSide, held: 512_000 },
  second: { ...plainSide, goroutine: 7, operation: "assign" },
  details: trapDetails,
  report: "",
};

/** How a conflict was found that Go's check ended the program for. */
export const plainDetails: ConflictDetails = {
  foundBy: "go-check",
  message: "concurrent map read and map write",
  age: 1_203_000,
  repeats: 17,
  otherSide: "mark",
  callersChangesBefore: 0,
  growth: { kind: "none" },
  depth: 3,
  gcPhase: "off",
  gcCycles: 4,
};

/** A conflict that Go's check found: a read noticed an assignment. */
export const plainRecordedConflict: ConflictRecord = {
  ...plainConflict,
  first: { ...plainSide, goroutine: 7, operation: "assign" },
  second: plainSide,
  details: plainDetails,
};

/** An access: a read by goroutine 8, which takes turns with another. */
export const plainEvent: EventDescription = {
  clock: 1_000_000,
  goroutine: 8,
  map: 0xc000012345,
  kind: eventKinds.access,
  processor: 0,
  stack: 1,
  a: 0x101,
  b: 0,
  site: 0x105,
  life: 0x5eed,
  finished: true,
};

/** A near miss of a read and an assignment. */
export const plainPair: PairRecord = {
  index: 0,
  first: { offset: 0x105, operation: "read" },
  second: { offset: 0x205, operation: "assign" },
  shortest: 4_000,
  longest: 9_000,
  seen: 12,
  heldInVain: 1,
  met: 0,
  cameAfterRelease: 2,
  longestHold: 1_000_000,
};

const states = ["starting", "running", "exited"] as const;

const ringClasses = ["accesses", "growth", "process"] as const;
const ringHeadSize = 64;
const eventSize = 64;
const stackSize = 32;
const pcSize = 8;

/** Where things lie in the file, and how large it is. */
interface Layout {
  readonly conflicts: readonly [offset: number, size: number, capacity: number, count: number];
  readonly pairs: Layout["conflicts"];
  readonly rings: Layout["conflicts"];
  readonly stacks: Layout["conflicts"];
  readonly pcs: Layout["conflicts"];
  /** Where the events of each ring begin. */
  readonly events: readonly number[];
  readonly size: number;
}

function capacityOf(ring: RingDescription): number {
  return ring.capacity ?? 2 ** Math.ceil(Math.log2(Math.max(1, ring.events.length)));
}

function layOut(description: EventFileDescription): Layout {
  const conflicts = description.conflicts?.length ?? 0;
  const pairs = description.pairs?.length ?? 0;
  const rings = description.rings ?? [];
  const stacks = description.stacks ?? [];
  const conflictCapacity = description.conflictCapacity ?? conflicts + 2;
  const pairCapacity = description.pairCapacity ?? pairs + 2;
  const pcCount = stacks.reduce((sum, { pcs }) => sum + pcs.length, 0);
  let end = headerSize;
  const place = (size: number): number => {
    const at = end;
    end += size;
    return at;
  };
  return {
    conflicts: [
      place(conflictCapacity * conflictRecordSize),
      conflictRecordSize,
      conflictCapacity,
      description.conflictsBegun ?? conflicts,
    ],
    pairs: [
      place(pairCapacity * pairRecordSize),
      pairRecordSize,
      pairCapacity,
      description.pairsFound ?? pairs,
    ],
    rings: [place(rings.length * ringHeadSize), ringHeadSize, rings.length, rings.length],
    stacks: [
      place(stacks.length * stackSize),
      stackSize,
      stacks.length,
      description.stacksMet ?? stacks.length,
    ],
    pcs: [place(pcCount * pcSize), pcSize, pcCount, pcCount],
    events: rings.map((ring) => place(capacityOf(ring) * eventSize)),
    size: end,
  };
}

/** Writes an event file, of the version that the header names. */
export function encodeEventFile(description: EventFileDescription = {}): Uint8Array {
  const header = { ...plainHeader, ...description.header };
  const layout = layOut(description);
  const bytes = new Uint8Array(layout.size);
  const view = viewOf(bytes);
  writeHeader(bytes, header);
  view.setBigUint64(16, BigInt(bytes.length), true);
  const regions = header.version === 1 ? (["conflicts", "pairs"] as const) : regionNames;
  for (const region of regions) {
    layout[region].forEach((number, index) => {
      view.setUint32(regionPlaces[region] + index * 4, number, true);
    });
  }
  description.conflicts?.slice(0, layout.conflicts[2]).forEach((conflict, index) => {
    const at = layout.conflicts[0] + index * conflictRecordSize;
    writeConflict(
      bytes.subarray(at, at + conflictRecordSize),
      { ...plainConflict, ...conflict },
      header.version,
    );
  });
  description.pairs?.slice(0, layout.pairs[2]).forEach((pair, index) => {
    const at = layout.pairs[0] + index * pairRecordSize;
    writePair(bytes.subarray(at, at + pairRecordSize), { ...plainPair, ...pair });
  });
  description.rings?.forEach((ring, index) => {
    writeRing(bytes, ring, layout.rings[0] + index * ringHeadSize, layout.events[index] ?? 0);
  });
  writeStacks(view, description.stacks ?? [], layout);
  return bytes;
}

const regionNames = ["conflicts", "pairs", "rings", "stacks", "pcs"] as const;

function writeRing(bytes: Uint8Array, ring: RingDescription, headAt: number, eventsAt: number): void {
  const view = viewOf(bytes);
  const capacity = capacityOf(ring);
  const firstNumber = ring.firstNumber ?? 0;
  view.setBigUint64(headAt, BigInt(firstNumber + ring.events.length), true);
  view.setUint32(headAt + 8, capacity, true);
  view.setUint32(headAt + 12, ringClasses.indexOf(ring.ringClass ?? "accesses") + 1, true);
  view.setUint32(headAt + 16, eventsAt, true);
  view.setUint32(headAt + 20, ring.processor ?? 0, true);
  view.setBigUint64(headAt + 24, BigInt(ring.overLimit ?? 0), true);
  ring.events.forEach((event, index) => {
    const number = firstNumber + index;
    writeEvent(view, eventsAt + (number % capacity) * eventSize, number, { ...plainEvent, ...event });
  });
}

/** Writes one event into its place. */
export function writeEvent(view: DataView, at: number, number: number, event: EventDescription): void {
  view.setBigUint64(at, BigInt(event.finished ? number + 1 : 0), true);
  view.setBigUint64(at + 8, BigInt(event.clock), true);
  view.setBigUint64(at + 16, BigInt(event.goroutine), true);
  view.setBigUint64(at + 24, BigInt(event.map), true);
  view.setUint16(at + 32, event.kind, true);
  view.setUint16(at + 34, event.processor, true);
  view.setUint32(at + 36, event.stack, true);
  view.setBigUint64(at + 40, BigInt(event.a), true);
  view.setBigUint64(at + 48, BigInt(event.b), true);
  view.setUint32(at + 56, event.site, true);
  view.setUint32(at + 60, event.life, true);
}

function writeStacks(view: DataView, stacks: readonly RecordedStack[], layout: Layout): void {
  let firstPc = 0;
  stacks.forEach(({ pcs, logical }, index) => {
    const at = layout.stacks[0] + index * stackSize;
    view.setBigUint64(at, BigInt(index + 1), true);
    view.setUint32(at + 8, firstPc, true);
    view.setUint32(at + 12, pcs.length, true);
    view.setUint32(at + 16, 2, true);
    view.setUint32(at + 20, logical ? flagLogical : 0, true);
    for (const pc of pcs) {
      view.setBigUint64(layout.pcs[0] + firstPc++ * pcSize, BigInt(pc), true);
    }
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writeText(bytes: Uint8Array, offset: number, size: number, text: string): void {
  const encoded = new TextEncoder().encode(text).subarray(0, size - 2);
  viewOf(bytes).setUint16(offset, encoded.length, true);
  bytes.set(encoded, offset + 2);
}

function writeHeader(bytes: Uint8Array, header: EventFileHeader): void {
  const view = viewOf(bytes);
  const u64 = (offset: number, value: number | bigint): void => {
    view.setBigUint64(offset, BigInt(value), true);
  };
  bytes.set(new TextEncoder().encode(eventFileMagic));
  view.setUint32(8, header.version, true);
  view.setUint32(12, headerSize, true);
  view.setUint32(24, header.processId, true);
  view.setUint32(28, (header.swiss ? flagSwiss : 0) | (header.logical ? flagLogical : 0), true);
  u64(32, header.startWall);
  u64(40, header.startMonotonic);
  u64(48, header.text);
  u64(56, header.etext);
  u64(64, header.identity);
  view.setUint32(104, header.gomaxprocs, true);
  view.setUint32(108, states.indexOf(header.state), true);
  view.setInt32(112, header.exitStatus ?? 0, true);
  u64(120, header.trapTime);
  u64(128, header.budget ?? 0);
  u64(136, header.delays);
  u64(144, header.plannedDelays);
  u64(152, header.sharedMaps);
  u64(160, header.updated);
  u64(168, header.delaysOverBudget);
  if (header.version !== 1) {
    view.setUint32(224, ["trap", "record", "order"].indexOf(header.mode) + 1, true);
    view.setUint32(228, header.limit ?? 0, true);
    if (header.order !== null) {
      writeOrder(view, header.order);
    }
  }
  writeText(bytes, 256, 64, header.goVersion);
  writeText(bytes, 320, 64, header.platform);
  writeText(bytes, 512, 1024, header.executable);
}

function writeOrder(view: DataView, order: OrderHeader): void {
  for (const field of ["firstChunk", "chunkSize", "chunksBegun", "mostChunks", "cutShortAt"] as const) {
    view.setUint32(orderFields[field], order[field] ?? 0, true);
  }
  view.setUint32(orderFields.cutShort, [null, "size", "no-room"].indexOf(order.cutShort), true);
}

function writeConflict(bytes: Uint8Array, conflict: ConflictRecord, version: EventFileVersion): void {
  const view = viewOf(bytes);
  view.setUint32(0, 1, true);
  view.setBigUint64(8, BigInt(conflict.at), true);
  view.setBigUint64(16, BigInt(conflict.map), true);
  view.setBigUint64(24, BigInt(conflict.seen), true);
  view.setBigUint64(
    32,
    conflict.elements === null ? 0xffff_ffff_ffff_ffffn : BigInt(conflict.elements),
    true,
  );
  writeText(bytes, 48, 256, conflict.mapType);
  if (conflict.first !== null) {
    writeSide(bytes.subarray(304, 1392), conflict.first);
  }
  writeSide(bytes.subarray(1392, 2480), conflict.second);
  writeText(bytes, 2480, (version === 1 ? conflictRecordSize : detailsOffset) - 2480, conflict.report);
  if (version !== 1) {
    writeDetails(viewOf(bytes.subarray(detailsOffset)), conflict.details);
  }
}

function writeDetails(view: DataView, details: ConflictDetails): void {
  const { growth } = details;
  view.setUint32(0, details.foundBy === "trap" ? 0 : 1, true);
  view.setUint32(4, goMessages.indexOf(details.message), true);
  view.setBigUint64(8, details.age === null ? 0xffff_ffff_ffff_ffffn : BigInt(details.age), true);
  view.setBigUint64(16, BigInt(details.repeats ?? 0), true);
  view.setUint32(24, Math.max(0, otherSides.indexOf(details.otherSide)), true);
  view.setUint32(28, ["none", "double", "same-size"].indexOf(growth.kind), true);
  if (growth.kind !== "none") {
    view.setBigUint64(32, BigInt(growth.evacuated), true);
    view.setBigUint64(40, BigInt(growth.oldBuckets), true);
  }
  view.setUint32(48, details.depth, true);
  view.setUint32(52, gcPhases.indexOf(details.gcPhase), true);
  view.setUint32(56, details.gcCycles, true);
  view.setUint32(60, details.callersChangesBefore, true);
}

function operationNumber(operation: RingOperation): number {
  return ringOperations.indexOf(operation) + 1;
}

function writeSide(bytes: Uint8Array, side: RingSide): void {
  const view = viewOf(bytes);
  const numbers = [side.goroutine, side.startedBy ?? 0, side.startPc ?? 0, side.entryPc ?? 0];
  numbers.forEach((number, index) => {
    view.setBigUint64(index * 8, BigInt(number), true);
  });
  view.setUint32(32, operationNumber(side.operation), true);
  view.setUint32(36, side.pcs.length, true);
  view.setBigUint64(40, BigInt(side.held), true);
  view.setBigUint64(48, BigInt(side.site ?? 0), true);
  side.pcs.forEach((pc, index) => {
    view.setBigUint64(64 + index * 8, BigInt(pc), true);
  });
}

function writePair(bytes: Uint8Array, pair: PairRecord): void {
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(pair.first.offset), true);
  view.setBigUint64(8, BigInt(pair.second.offset), true);
  view.setUint32(16, operationNumber(pair.first.operation), true);
  view.setUint32(20, operationNumber(pair.second.operation), true);
  view.setBigUint64(24, pair.shortest === null ? 0xffff_ffff_ffff_ffffn : BigInt(pair.shortest), true);
  view.setBigUint64(32, BigInt(pair.longest), true);
  [pair.seen, pair.heldInVain, pair.met, pair.cameAfterRelease].forEach((number, index) => {
    view.setUint32(40 + index * 4, number, true);
  });
  view.setBigUint64(56, BigInt(pair.longestHold), true);
}
