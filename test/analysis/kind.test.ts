import { describe, expect, it } from "vitest";
import { conflictKind } from "../../src/analysis/kind.js";
import type { ConflictKind, Operation } from "../../src/case/case.js";

const reading: Record<string, ConflictKind> = {
  read: "concurrent map read and map write",
  length: "concurrent map read and map write",
  iterate: "concurrent map iteration and map write",
  clone: "concurrent map clone and map write",
};
const changing = ["write", "delete", "clear"] as const;
const readers = ["read", "length", "iterate", "clone"] as const;

describe("conflictKind", () => {
  it("is Go's own word for every two operations, in both orders", () => {
    for (const change of changing) {
      for (const other of readers) {
        expect(conflictKind(change, other)).toBe(reading[other]);
        expect(conflictKind(other, change)).toBe(reading[other]);
      }
      for (const other of changing) {
        expect(conflictKind(change, other)).toBe("concurrent map writes");
      }
    }
  });

  it("is nothing where nobody changes the map", () => {
    const pairs = readers.flatMap((one): [Operation, Operation][] => readers.map((other) => [one, other]));
    expect(pairs.map(([one, other]) => conflictKind(one, other))).toEqual(pairs.map(() => undefined));
  });
});
