import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ticketPlace, Waiting } from "../../../src/evidence/order/waiting.js";

const writers = 24;

/** Tickets of one counter that all lie in one place of the table, found by trying. */
function ticketsInOnePlace(counter: number, count: number): number[] {
  const { shift } = new Waiting(writers);
  const place = ticketPlace(counter, 1) >>> shift;
  const found: number[] = [];
  for (let ticket = 1; found.length < count; ticket++) {
    if (ticketPlace(counter, ticket) >>> shift === place) {
      found.push(ticket);
    }
  }
  return found;
}

describe("writers that wait", () => {
  it("are woken for just what they wait for, also where others lie in the same place", () => {
    const things = [
      ...ticketsInOnePlace(7, 4).map((number) => ({ kind: "ticket", owner: 7, number })),
      ...[1, 2].flatMap((number) => [7, 2 ** 33].map((owner) => ({ kind: "segment", owner, number }))),
    ];
    const change = fc.tuple(fc.nat(writers - 1), fc.constantFrom(...things), fc.boolean());
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const waiting = new Waiting(writers);
        const model = new Map<number, (typeof things)[number]>();
        for (const [writer, thing, wakes] of changes) {
          const { kind, owner, number } = thing;
          if (wakes) {
            const ready: number[] = [];
            if (kind === "ticket") {
              waiting.wakeForTicket(owner, number, ready);
            } else {
              waiting.wakeForSegment(owner, number, ready);
            }
            const expected = [...model].filter(([, known]) => known === thing).map(([known]) => known);
            const upwards = (one: number, other: number): number => one - other;
            expect(ready.toSorted(upwards)).toEqual(expected.toSorted(upwards));
            for (const woken of ready) {
              model.delete(woken);
            }
          } else if (!model.has(writer)) {
            model.set(writer, thing);
            if (kind === "ticket") {
              waiting.forTicket(writer, owner, number);
            } else {
              waiting.forSegment(writer, owner, number);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
