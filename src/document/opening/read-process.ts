/** Reads what the probe of one process wrote: as `maptrap read`, `run` and `compare` do, and the page. */
import type { CaseProcess } from "../../analysis/build-case.js";
import type { OrderFound } from "../../analysis/unordered/order-found.js";
import { readOrder } from "../../analysis/unordered/read-order.js";
import { orderEventSize } from "../../evidence/order/format.js";
import { openOrderEvents } from "../../evidence/order/open.js";
import type { OrderSource } from "../../evidence/order/source.js";
import type { EventFile } from "../../evidence/ring/format.js";
import { misfitOf } from "../../evidence/ring/stacks.js";
import type { Symbolizer } from "../../evidence/ring/symbolizer.js";

/** How order events are read. */
export interface OrderOptions {
  /** Ends reading before the end; what was found until then is given. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then: bytes that were read, and how many there are, both nearly. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/**
 * Reads an event file with what its order events tell, where it has some.
 *
 * @param eventFile the part that is not order events
 * @param source where order events are read from: a path, or bytes
 * @throws MaptrapError when they cannot be read
 */
export async function readProcess(
  eventFile: EventFile,
  source: string | OrderSource,
  symbols: Symbolizer | undefined,
  options: OrderOptions = {},
): Promise<CaseProcess> {
  return eventFile.header.mode === "order"
    ? { eventFile, binary: symbols, run: null, order: await readOrderOf(eventFile, source, symbols, options) }
    : { eventFile, binary: symbols, run: null };
}

/**
 * Reads the order events of a process in a stream.
 *
 * @param symbols those of the process; ones that do not fit are not used
 * @throws MaptrapError when the file holds none, or they cannot be read; what the system says when it is not there
 */
export async function readOrderOf(
  eventFile: EventFile,
  source: string | OrderSource,
  symbols: Symbolizer | undefined,
  { signal, onProgress }: OrderOptions,
): Promise<OrderFound> {
  const { header } = eventFile;
  const events = openOrderEvents(source);
  try {
    const binary = symbols === undefined || misfitOf(eventFile, symbols) !== undefined ? undefined : symbols;
    const of = (header.order?.chunksBegun ?? 0) * (header.order?.chunkSize ?? 0);
    return await readOrder(events, {
      header,
      binary,
      signal,
      onProgress: (count) => onProgress?.(Math.min(of, count * orderEventSize), of),
    });
  } finally {
    events.close();
  }
}
