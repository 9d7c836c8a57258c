/** How much was written to an order file. */
import { closeSync, openSync, readSync } from "node:fs";
import { readHeader } from "../../src/evidence/ring/header.js";
import { ByteReader } from "../../src/base/bytes.js";
import { headerSize, readableVersions } from "../../src/evidence/ring/format.js";

/** What an order file holds, in numbers. */
export interface Written {
  /** Events; two PCs of a stack that was new count as one. */
  readonly events: number;
  /** Bytes of the file's chunks. */
  readonly fileBytes: number;
}

const chunkHead = 64;
const eventSize = 16;

/**
 * Looks at all chunks of an order file.
 *
 * @throws Error when the program observed no order, or not to its end: then something else was measured
 */
export function written(fileName: string): Written {
  const file = openSync(fileName, "r");
  try {
    const read = (length: number, offset: number) => {
      const bytes = new Uint8Array(length);
      readSync(file, bytes, 0, length, offset);
      return new DataView(bytes.buffer);
    };
    const start = read(headerSize, 0);
    const version = readableVersions.at(-1) ?? 3;
    const { order } = readHeader(new ByteReader(new Uint8Array(start.buffer)), version, []);
    if (order === null || order.cutShort !== null) {
      throw new Error(
        `${fileName}: ${order === null ? "no order was observed" : "the file became too large"}`,
      );
    }
    const chunks = Math.min(order.chunksBegun, order.mostChunks);
    let events = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const at = order.firstChunk + chunk * order.chunkSize + chunkHead;
      const slots = (order.chunkSize - chunkHead) / eventSize;
      events += used(slots, (slot) => read(8, at + slot * eventSize).getBigUint64(0) !== 0n);
    }
    return { events, fileBytes: chunks * order.chunkSize };
  } finally {
    closeSync(file);
  }
}

/** How many places from the first one on are taken; behind a free one none is. */
function used(places: number, isTaken: (place: number) => boolean): number {
  let low = 0;
  let high = places;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTaken(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
