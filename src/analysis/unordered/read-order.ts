/** From order events to pairs of accesses that nothing orders, with all that is needed to name them. */
import { setImmediate } from "node:timers";
import type { OrderEvents } from "../../evidence/order/events.js";
import type { EventFileHeader } from "../../evidence/ring/format.js";
import type { Symbolizer } from "../../evidence/ring/symbolizer.js";
import { OrderAnalysis } from "../order/order-analysis.js";
import type { UnorderedPair, UnorderedSide } from "../order/unordered.js";
import { AccessPlaces } from "./access-places.js";
import type { OrderFound } from "./order-found.js";

/** What is known about the process. */
export interface OrderInput {
  readonly header: EventFileHeader;
  /** The binary that ran; without it places are told apart by their PCs. */
  readonly binary: Symbolizer | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of events so far, also so that others get their turn. */
  readonly onProgress?: ((events: number) => void) | undefined;
}

/** So many batches are read at a time, before others get their turn. */
const batchesAtATime = 16;

/**
 * Reads all order events of a process, batch by batch, and finds what nothing orders. Others get their turn meanwhile, so that a
 * signal can arrive.
 *
 * @throws MaptrapError what reading the events throws
 */
export async function readOrder(events: OrderEvents, input: OrderInput): Promise<OrderFound> {
  const { header, binary, signal, onProgress } = input;
  const places = new AccessPlaces({ text: header.text, binary, stack: (id) => events.stack(id) });
  const analysis = new OrderAnalysis({ placeOf: (stack) => places.of(stack) });
  let batches = 0;
  let count = 0;
  let interrupted = false;
  for (const batch of events.batches()) {
    analysis.add(batch);
    count += batch.count;
    if (++batches % batchesAtATime === 0) {
      onProgress?.(count);
      await turnOfOthers();
      if (signal?.aborted === true) {
        interrupted = true;
        break;
      }
    }
  }
  const result = analysis.result();
  const stacks = new Map(
    [...new Set(result.pairs.flatMap(stacksOf))].map((id) => [id, [...events.stack(id)]] as const),
  );
  return {
    result,
    coverage: events.coverage(),
    stacks,
    mapTypes: mapTypesOf(result.pairs, events),
    interrupted,
    plainAtomics: binary?.plainAtomics ?? null,
  };
}

async function turnOfOthers(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The types of the maps of all pairs, by the stacks of the accesses. */
function mapTypesOf(pairs: readonly UnorderedPair[], events: OrderEvents): Map<number, string> {
  const stacks = new Set(pairs.flatMap(({ first, second }) => [first.stack, second.stack]));
  return new Map(
    [...stacks].flatMap((stack) => {
      const type = events.mapType(stack);
      return type === null ? [] : [[stack, type] as const];
    }),
  );
}

/** All stacks that a pair names. */
function stacksOf({ first, second }: UnorderedPair): number[] {
  return [first, second]
    .flatMap(({ stack, locks, acquired, released, started }: UnorderedSide) => [
      stack,
      ...locks.map((lock) => lock.stack),
      acquired?.stack ?? 0,
      released?.stack ?? 0,
      started?.stack ?? 0,
    ])
    .filter((id) => id !== 0);
}
