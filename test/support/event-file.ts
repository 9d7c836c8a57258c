/** Writes event files for tests from a description. docs/event-file.md is the definition. */
import {
  conflictRecordSize,
  eventFileMagic,
  eventFileVersion,
  flagLogical,
  flagSwiss,
  headerSize,
  pairRecordSize,
  ringOperations,
  type ConflictRecord,
  type EventFileHeader,
  type PairRecord,
  type RingOperation,
  type RingSide,
} from "../../src/evidence/ring/format.js";

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
}

/** A header as a small program that was killed leaves it. */
export const plainHeader: EventFileHeader = {
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
  waited: { ...plainSide, held: 512_000 },
  came: { ...plainSide, goroutine: 7, operation: "assign" },
  report: "",
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

/** Writes an event file. */
export function encodeEventFile(description: EventFileDescription = {}): Uint8Array {
  const conflicts = (description.conflicts ?? []).map((part) => ({ ...plainConflict, ...part }));
  const pairs = (description.pairs ?? []).map((part) => ({ ...plainPair, ...part }));
  const conflictCapacity = description.conflictCapacity ?? conflicts.length + 2;
  const pairCapacity = description.pairCapacity ?? pairs.length + 2;
  const pairOffset = headerSize + conflictCapacity * conflictRecordSize;
  const bytes = new Uint8Array(pairOffset + pairCapacity * pairRecordSize);
  const view = new DataView(bytes.buffer);
  writeHeader(bytes, { ...plainHeader, ...description.header });
  view.setBigUint64(16, BigInt(bytes.length), true);
  const regions = [
    [72, headerSize, conflictRecordSize, conflictCapacity, description.conflictsBegun ?? conflicts.length],
    [88, pairOffset, pairRecordSize, pairCapacity, description.pairsFound ?? pairs.length],
  ] as const;
  for (const [at, ...numbers] of regions) {
    numbers.forEach((number, index) => {
      view.setUint32(at + index * 4, number, true);
    });
  }
  conflicts.slice(0, conflictCapacity).forEach((conflict, index) => {
    const at = headerSize + index * conflictRecordSize;
    writeConflict(bytes.subarray(at, at + conflictRecordSize), conflict);
  });
  pairs.slice(0, pairCapacity).forEach((pair, index) => {
    const at = pairOffset + index * pairRecordSize;
    writePair(bytes.subarray(at, at + pairRecordSize), pair);
  });
  return bytes;
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
  view.setUint32(8, eventFileVersion, true);
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
  writeText(bytes, 256, 64, header.goVersion);
  writeText(bytes, 320, 64, header.platform);
  writeText(bytes, 512, 1024, header.executable);
}

function writeConflict(bytes: Uint8Array, conflict: ConflictRecord): void {
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
  writeSide(bytes.subarray(304, 1392), conflict.waited);
  writeSide(bytes.subarray(1392, 2480), conflict.came);
  writeText(bytes, 2480, 5712, conflict.report);
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
