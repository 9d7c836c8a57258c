/**
 * Packed blocks (packed-blocks.ts) as bytes and back.
 *
 * ```text
 *  8 bytes "maptrap1" │ lists, blocks, bytes of records, 0 (8 bytes each) │ lengths of the lists │ addresses │ indexes │ overflows │
 *  starts │ lengths │ kinds │ cells │ marks │ records
 * ```
 *
 * Numbers are doubles but for the lengths (32 bits); all are little-endian, as every machine has them that a page runs on.
 */
import type { MapJson } from "./map-schema.js";
import {
  type BlockColumns,
  notKept,
  PackedBlocks,
  PackedBlocksError,
  slotsInBlock,
} from "./packed-blocks.js";

const magic = new TextEncoder().encode("maptrap1");
const headBytes = 40;

/** Writes them. */
export function encodeBlocks({ columns, lists }: PackedBlocks): Uint8Array<ArrayBuffer> {
  const { count, size, at } = placesFor(lists.length, columns.kinds.length, columns.records.length);
  const bytes = new Uint8Array(size);
  bytes.set(magic);
  new Float64Array(bytes.buffer, 8, 4).set([lists.length, count, columns.records.length, 0]);
  new Float64Array(bytes.buffer, headBytes, lists.length).set(lists);
  new Float64Array(bytes.buffer, at.addresses, count).set(columns.addresses);
  new Float64Array(bytes.buffer, at.indexes, count).set(columns.indexes);
  new Float64Array(bytes.buffer, at.overflows, count).set(columns.overflows);
  new Float64Array(bytes.buffer, at.starts, count + 1).set(columns.starts);
  new Uint32Array(bytes.buffer, at.lengths, count).set(columns.lengths);
  bytes.set(columns.kinds, at.kinds);
  bytes.set(columns.cells, at.cells);
  bytes.set(columns.marks, at.marks);
  bytes.set(columns.records, at.records);
  return bytes;
}

/**
 * Reads them, without a copy. They may come from anywhere: that all figures are within the bytes is checked here, what is in a
 * record when it is looked at.
 *
 * @param map what they are of
 * @throws PackedBlocksError
 */
export function decodeBlocks(given: Uint8Array, map: MapJson): PackedBlocks {
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const { buffer, byteOffset: base } = bytes;
  if (bytes.length < headBytes || magic.some((byte, index) => bytes[index] !== byte)) {
    throw new PackedBlocksError("they do not begin as they should");
  }
  const [lists = 0, count = 0, records = 0] = new Float64Array(buffer, base + 8, 4);
  const areSizes = [lists, count, records].every((one) => Number.isSafeInteger(one) && one >= 0);
  if (!areSizes || placesFor(lists, count, records).size !== bytes.length) {
    throw new PackedBlocksError("they have another size than they say");
  }
  const { at } = placesFor(lists, count, records);
  const doubles = (place: number, length: number): Float64Array =>
    new Float64Array(buffer, base + place, length);
  const columns: BlockColumns = {
    addresses: doubles(at.addresses, count),
    indexes: doubles(at.indexes, count),
    overflows: doubles(at.overflows, count),
    starts: doubles(at.starts, count + 1),
    lengths: new Uint32Array(buffer, base + at.lengths, count),
    kinds: bytes.subarray(at.kinds, at.kinds + count),
    cells: bytes.subarray(at.cells, at.cells + count * slotsInBlock),
    marks: bytes.subarray(at.marks, at.marks + count * slotsInBlock),
    records: bytes.subarray(at.records, at.records + records),
  };
  const lengths = [...doubles(headBytes, lists)];
  checkFigures(columns, lengths, map);
  return new PackedBlocks(columns, lengths, map.shape);
}

function checkFigures(
  { starts, lengths, records, kinds }: BlockColumns,
  lists: readonly number[],
  map: MapJson,
): void {
  const isCount = (one: number): boolean => Number.isSafeInteger(one) && one >= 0;
  const sum = lists.reduce((all, one) => all + one, 0);
  if (lists.length !== 2 + map.tables.length || !lists.every(isCount) || sum !== kinds.length) {
    throw new PackedBlocksError("their lists are not those of the map");
  }
  let end = 0;
  for (let block = 0; block < kinds.length; block++) {
    const length = lengths[block] ?? 0;
    const start = starts[block] ?? -1;
    if (start !== end || !isCount(starts[block + 1] ?? -1)) {
      throw new PackedBlocksError(`block ${block} has no record`);
    }
    end = starts[block + 1] ?? 0;
    if (end < start + (length === notKept ? 0 : length)) {
      throw new PackedBlocksError(`the record of block ${block} is too short`);
    }
  }
  if (end !== records.length) {
    throw new PackedBlocksError("records are left over");
  }
}

/** Where each column begins. */
function placesFor(lists: number, count: number, records: number) {
  const addresses = headBytes + 8 * lists;
  const indexes = addresses + 8 * count;
  const overflows = indexes + 8 * count;
  const starts = overflows + 8 * count;
  const lengths = starts + 8 * (count + 1);
  const kinds = lengths + 4 * count;
  const cells = kinds + count;
  const marks = cells + count * slotsInBlock;
  const recordsAt = marks + count * slotsInBlock;
  return {
    count,
    size: recordsAt + records,
    at: { addresses, indexes, overflows, starts, lengths, kinds, cells, marks, records: recordsAt },
  };
}
