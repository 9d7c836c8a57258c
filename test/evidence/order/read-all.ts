/** Reads all order events of a file in memory. */
import type { OrderCoverage } from "../../../src/evidence/order/events.js";
import { openOrderEvents } from "../../../src/evidence/order/open.js";
import { orderSourceOf } from "../../../src/evidence/order/source.js";

/** One event that was given. */
export interface GivenEvent {
  readonly kind: number;
  readonly goroutine: number;
  readonly value: number;
  readonly number: number;
  readonly stack: number;
}

/** All that was given. */
export interface GivenEvents {
  readonly events: readonly GivenEvent[];
  readonly coverage: OrderCoverage;
  readonly stack: (id: number) => readonly number[];
  readonly mapType: (stack: number) => string | null;
}

export const name = "4711-1.maptrap";

/** Opens, and takes all batches. */
export function readAll(bytes: Uint8Array): GivenEvents {
  const file = openOrderEvents(orderSourceOf(bytes, name));
  const events: GivenEvent[] = [];
  for (const { count, kind, goroutine, value, number, stack } of file.batches()) {
    for (let row = 0; row < count; row++) {
      events.push({
        kind: kind[row]!,
        goroutine: goroutine[row]!,
        value: value[row]!,
        number: number[row]!,
        stack: stack[row]!,
      });
    }
  }
  return {
    events,
    coverage: file.coverage(),
    stack: (id) => file.stack(id),
    mapType: (stack) => file.mapType(stack),
  };
}
