/** Reads event files that hold order events, however large they are. */
import type { OrderProcess } from "../analysis/unordered/order-found.js";
import { readOrder } from "../analysis/unordered/read-order.js";
import { openOrderEvents } from "../evidence/order/open.js";
import { copyEventFile } from "../evidence/ring/copy.js";
import type { EventFileHeader } from "../evidence/ring/format.js";
import { readEventFile } from "../evidence/ring/read.js";
import { misfitOf } from "../evidence/ring/stacks.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";

/** How an order file is read. */
export interface OrderFileOptions {
  /** The symbols of the process; undefined where the binary is not there. One that does not fit is not used. */
  readonly symbolsOf: (header: EventFileHeader) => Symbolizer | undefined;
  /** Ends reading before the end; what was found until then is given. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then: bytes that were read, and how many there are, both nearly. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Bytes of an event. */
const eventSize = 16;

/**
 * Reads an event file of mode "order": the part before the chunks whole, the events in a stream.
 *
 * @throws MaptrapError when it is not such a file, or cannot be read; what the system says when it is not there
 */
export async function readOrderFile(file: string, options: OrderFileOptions): Promise<OrderProcess> {
  const eventFile = readEventFile(await copyEventFile(file), file);
  const events = openOrderEvents(file);
  try {
    const { header } = eventFile;
    const { signal, onProgress } = options;
    const symbols = options.symbolsOf(header);
    const binary = symbols === undefined || misfitOf(eventFile, symbols) !== undefined ? undefined : symbols;
    const of = (header.order?.chunksBegun ?? 0) * (header.order?.chunkSize ?? 0);
    const order = await readOrder(events, {
      header,
      binary,
      signal,
      onProgress: (count) => onProgress?.(Math.min(of, count * eventSize), of),
    });
    return { eventFile, order };
  } finally {
    events.close();
  }
}
