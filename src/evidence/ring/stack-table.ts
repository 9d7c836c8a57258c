/** Reads the recorder's stacks: a table of records, and the PCs that they name. */
import { ByteReader } from "../../base/bytes.js";
import type { ByteRanges } from "./byte-ranges.js";
import { unreadableReason } from "./fields.js";
import { flagLogical, maxPcs, type Unreadable } from "./format.js";
import type { RecordedStack } from "./recording.js";
import { impossibleRegion, recordsWithin, type Region } from "./region.js";

const stackSize = 32;
const pcSize = 8;
const complete = 2;

/** Gives bytes of the file; undefined where there are none. */
export type ReadBytes = (offset: number, length: number) => Uint8Array | undefined;

/** The regions of the stacks and of their PCs. */
export interface StackRegions {
  readonly stacks: Region;
  readonly pcs: Region;
}

/**
 * Reads one stack.
 *
 * @param id 1 + its position in the region, as events have it
 * @returns undefined where there is none, it is being written, or it says what cannot be
 */
export function readStack(regions: StackRegions, id: number, read: ReadBytes): RecordedStack | undefined {
  const { stacks, pcs } = regions;
  const usable = impossibleRegion(stacks, stackSize) ?? impossibleRegion(pcs, pcSize);
  if (usable !== undefined || !Number.isSafeInteger(id) || id < 1 || id > stacks.capacity) {
    return undefined;
  }
  const bytes = read(stacks.offset + (id - 1) * stacks.recordSize, stackSize);
  if (bytes === undefined) {
    return undefined;
  }
  const record = new ByteReader(bytes);
  if (record.u32(16) !== complete || damage(record, pcs) !== undefined) {
    return undefined;
  }
  const first = record.u32(8);
  const count = record.u32(12);
  const values = read(pcs.offset + first * pcs.recordSize, count * pcs.recordSize);
  return values === undefined
    ? undefined
    : stackOf(new ByteReader(values), count, pcs.recordSize, (record.u32(20) & flagLogical) !== 0);
}

function stackOf(
  values: ByteReader,
  count: number,
  stride: number,
  logical: boolean,
): RecordedStack | undefined {
  try {
    return {
      pcs: Array.from({ length: count }, (_, index) => values.u64Number(index * stride)),
      logical,
    };
  } catch (error) {
    if (unreadableReason(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}

/** Why a complete record cannot be, half a sentence; undefined when it can. */
function damage(record: ByteReader, pcs: Region): string | undefined {
  const first = record.u32(8);
  const count = record.u32(12);
  if (count > maxPcs) {
    return `more than ${maxPcs} PCs`;
  }
  return first + count > pcs.capacity ? "PCs outside their region" : undefined;
}

/** The stacks of a file that was read whole. */
export interface StackTable {
  readonly stack: (id: number) => RecordedStack | undefined;
  /** Stacks that were met and did not fit. */
  readonly notKept: number;
}

/**
 * Reads the stacks of a whole file. Their two regions are copied, so the file's own bytes can be let go; a stack is put
 * together when it is asked for.
 *
 * @param reader the whole file
 */
export function readStackTable(
  reader: ByteRanges,
  regions: StackRegions,
  unreadable: Unreadable[],
): StackTable {
  const refuse = (reason: string): void => {
    unreadable.push({ region: "stacks", index: null, reason });
  };
  const { stacks, pcs } = regions;
  if (stacks.capacity === 0 && stacks.count === 0) {
    return { stack: () => undefined, notKept: 0 };
  }
  const impossible = impossibleRegion(stacks, stackSize) ?? impossibleRegion(pcs, pcSize);
  if (impossible !== undefined) {
    refuse(impossible);
    return { stack: () => undefined, notKept: 0 };
  }
  const there = recordsWithin(stacks, stacks.capacity, reader.size);
  if (there < stacks.capacity) {
    refuse(`room for ${stacks.capacity - there} of ${stacks.capacity} stacks lies outside the file`);
  }
  const used = checkStacks(reader, { stacks: { ...stacks, capacity: there }, pcs }, refuse);
  const pcsThere = recordsWithin(pcs, pcs.capacity, reader.size);
  const copy = ({ offset, recordSize }: Region, records: number): Uint8Array =>
    records === 0 ? new Uint8Array(0) : new Uint8Array(reader.bytes(offset, records * recordSize));
  const stackBytes = copy(stacks, there);
  const pcBytes = copy(pcs, pcsThere);
  const copied: StackRegions = {
    stacks: { ...stacks, capacity: there },
    pcs: { ...pcs, capacity: pcsThere },
  };
  const read: ReadBytes = (offset, length) =>
    sliceOf(stackBytes, offset - stacks.offset, length) ?? sliceOf(pcBytes, offset - pcs.offset, length);
  return {
    stack: (id) => readStack(copied, id, read),
    notKept: Math.max(0, stacks.count - used),
  };
}

function sliceOf(bytes: Uint8Array, offset: number, length: number): Uint8Array | undefined {
  return offset >= 0 && offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : undefined;
}

/** Looks through all records. Gives how many are used. */
function checkStacks(
  reader: ByteRanges,
  { stacks, pcs }: StackRegions,
  refuse: (reason: string) => void,
): number {
  let used = 0;
  const counts = new Map<string, number>();
  for (let index = 0; index < stacks.capacity; index++) {
    const record = reader.section(stacks.offset + index * stacks.recordSize, stackSize);
    const state = record.u32(16);
    if (state === 0) {
      continue;
    }
    used++;
    const reason =
      state > complete
        ? "a state that is not 0, 1 or 2"
        : state === complete
          ? damage(record, pcs)
          : undefined;
    if (reason !== undefined) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  for (const [reason, count] of counts) {
    refuse(`${count} of ${used} stacks have ${reason}`);
  }
  return used;
}
