import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Goroutines } from "../../../src/evidence/order/goroutines.js";

describe("the goroutines that are alive", () => {
  it("are found by their ids as in a plain map, with their segments in order", () => {
    const id = fc.oneof(fc.nat(12), fc.constantFrom(2 ** 32, 2 ** 32 + 1, 2 ** 46 + 5, 2 ** 53 - 1));
    const change = fc.tuple(fc.constantFrom("add", "begin", "finish", "remove"), id);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
        const goroutines = new Goroutines();
        const model = new Map<number, { done: number; begun: boolean }>();
        for (const [what, own] of changes) {
          const known = model.get(own);
          const slot = goroutines.find(own);
          expect(slot >= 0).toBe(known !== undefined);
          if (known === undefined) {
            if (what === "add") {
              expect(goroutines.add(own)).toBeGreaterThanOrEqual(0);
              model.set(own, { done: 0, begun: false });
            }
            continue;
          }
          if (what === "remove") {
            goroutines.remove(slot);
            model.delete(own);
          } else if (what === "begin" && !known.begun) {
            goroutines.begin(slot);
            known.begun = true;
          } else if (what === "finish" && known.begun) {
            expect(goroutines.finish(slot)).toBe(++known.done + 1);
            known.begun = false;
          }
        }
        for (const [own, { done, begun }] of model) {
          const slot = goroutines.find(own);
          for (let segment = 0; segment < done + 4; segment++) {
            expect(goroutines.isNext(slot, segment)).toBe(!begun && segment === done + 1);
            expect(goroutines.isPast(slot, segment)).toBe(segment <= done + Number(begun));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("take slots again, however many there were", () => {
    const goroutines = new Goroutines();
    let highest = 0;
    for (let id = 1; id <= 300_000; id++) {
      highest = Math.max(highest, goroutines.add(id));
      if (id > 100) {
        goroutines.remove(goroutines.find(id - 100));
      }
    }
    expect(highest).toBe(100);
  });
});
