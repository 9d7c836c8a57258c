import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderKinds } from "../../../src/evidence/order/events.js";
import { ticketCounter } from "../../../src/evidence/order/format.js";
import { writeOrderFile, type WrittenOrderEvent } from "../../support/order-events.js";
import { program } from "./programs.js";
import { readAll, type GivenEvent, type GivenEvents } from "./read-all.js";

const isTicketed = (kind: number): boolean => kind >= orderKinds.acquire && kind <= orderKinds.update;
const counterOf = (value: number): number => ticketCounter(value >>> 0, Math.floor(value / 2 ** 32));

/** An event as text, with its stack's PCs. */
function shown(event: WrittenOrderEvent | GivenEvent, stack: readonly number[]): string {
  const { kind, goroutine, value = 0, number = 0 } = event;
  return [kind, goroutine, value, isTicketed(kind) ? "" : number, stack.join("+")].join(" ");
}

/** Events of each goroutine, and of each counter, in their order. */
function orders(events: readonly (WrittenOrderEvent | GivenEvent)[], shownEvents: readonly string[]): object {
  const goroutines = new Map<number, string[]>();
  const counters = new Map<number, string[]>();
  events.forEach(({ goroutine, kind, value = 0 }, index) => {
    const own = shownEvents[index]!;
    goroutines.set(goroutine, [...(goroutines.get(goroutine) ?? []), own]);
    if (isTicketed(kind)) {
      counters.set(counterOf(value), [...(counters.get(counterOf(value)) ?? []), own]);
    }
  });
  const sorted = (map: Map<number, string[]>): object => [...map].toSorted(([one], [other]) => one - other);
  return { goroutines: sorted(goroutines), counters: sorted(counters) };
}

/** No goroutine has an event before its start or after its end. */
function checkLives(events: readonly GivenEvent[]): void {
  const seen = new Set<number>();
  const ended = new Set<number>();
  for (const { goroutine, kind, value } of events) {
    expect(ended.has(goroutine)).toBe(false);
    seen.add(goroutine);
    if (kind === orderKinds.start) {
      expect(seen.has(value)).toBe(false);
    }
    if (kind === orderKinds.end) {
      ended.add(goroutine);
    }
  }
}

function check(written: readonly WrittenOrderEvent[], { events, coverage, stack }: GivenEvents): void {
  const before = written.map((event) => shown(event, event.stack as readonly number[]));
  const after = events.map((event) => shown(event, stack(event.stack)));
  expect(orders(events, after)).toEqual(orders(written, before));
  checkLives(events);
  expect(coverage).toMatchObject({ events: written.length, notPlaced: 0, damage: [], cutShort: null });
}

describe("order events", () => {
  it("are given each once, in the order of their goroutines and of their tickets", () => {
    fc.assert(
      fc.property(
        program(5),
        fc.constantFrom(128, 256, 1024, 65_536),
        fc.constantFrom(0, 4096),
        (events, chunkSize, spare) => {
          const { bytes, chunks } = writeOrderFile(events, { chunkSize, spare });
          const given = readAll(bytes);
          check(events, given);
          expect(given.coverage).toMatchObject({ chunks, bytes: chunks * chunkSize });
        },
      ),
      { numRuns: 500 },
    );
  });
});
