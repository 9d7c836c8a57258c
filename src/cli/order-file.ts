/** Reads event files that hold order events, however large they are. */
import { open } from "node:fs/promises";
import type { OrderProcess } from "../analysis/unordered/order-found.js";
import { ByteReader } from "../base/bytes.js";
import { type OrderOptions, readOrderOf } from "../document/opening/read-process.js";
import { copyEventFile } from "../evidence/ring/copy.js";
import { type EventFileHeader, headerSize } from "../evidence/ring/format.js";
import { checkFrame, isEventFile } from "../evidence/ring/frame.js";
import { readHeader } from "../evidence/ring/header.js";
import { readEventFile } from "../evidence/ring/read.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";

/** How an order file is read. */
export interface OrderFileOptions extends OrderOptions {
  /** The symbols of the process; undefined where the binary is not there. One that does not fit is not used. */
  readonly symbolsOf: (header: EventFileHeader) => Symbolizer | undefined;
}

/**
 * Whether a file holds order events, as far as its first bytes tell. Such a file may be larger than the memory.
 *
 * @throws what the system says
 */
export async function holdsOrder(file: string): Promise<boolean> {
  const opened = await open(file, "r");
  try {
    const start = new Uint8Array(headerSize);
    const { bytesRead } = await opened.read(start, 0, headerSize, 0);
    const { size } = await opened.stat();
    if (bytesRead < headerSize || !isEventFile(start)) {
      return false;
    }
    const version = checkFrame(start, size, file);
    return readHeader(new ByteReader(start), version, []).mode === "order";
  } finally {
    await opened.close();
  }
}

/**
 * Reads an event file of mode "order": the part before the chunks whole, the events in a stream.
 *
 * @throws MaptrapError when it is not such a file, or cannot be read; what the system says when it is not there
 */
export async function readOrderFile(file: string, options: OrderFileOptions): Promise<OrderProcess> {
  const eventFile = readEventFile(await copyEventFile(file), file);
  const order = await readOrderOf(eventFile, file, options.symbolsOf(eventFile.header), options);
  return { eventFile, order };
}
