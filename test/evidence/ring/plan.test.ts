import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePlan, encodePlan, PlanFormatError, type PlanEntry } from "../../../src/evidence/ring/plan.js";

const entry: fc.Arbitrary<PlanEntry> = fc.record({
  identity: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
  site: fc.maxSafeNat(),
  action: fc.constantFrom("hold" as const, "leave" as const),
  delay: fc.maxSafeNat(),
  limit: fc.integer({ min: 0, max: 0xffff_ffff }),
});

describe("plan", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(decodePlan(encodePlan(entries))).toEqual(entries);
      }),
    );
  });

  it("has the bytes that the probe expects", () => {
    const bytes = encodePlan([
      { identity: 0x0102n, site: 0x1105, action: "hold", delay: 1_000_000, limit: 3 },
    ]);
    expect(Buffer.from(bytes).toString("hex").match(/.{16}/g)).toEqual([
      Buffer.from("MAPPLAN1").toString("hex"),
      "0100000000000000",
      "0201000000000000",
      "0511000000000000",
      "40420f0000000000",
      "0100000003000000",
      "0000000000000000",
    ]);
  });

  it("refuses what is not a whole plan", () => {
    const bytes = encodePlan([{ identity: 1n, site: 2, action: "leave", delay: 0, limit: 1 }]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodePlan(bytes.subarray(0, length))).toThrow(PlanFormatError);
    }
    expect(() => decodePlan(new TextEncoder().encode("MAPPLAN9".padEnd(64)))).toThrow("not a plan");
  });
});
