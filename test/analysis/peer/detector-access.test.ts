import { describe, expect, it } from "vitest";
import { type DetectingSide, detectorAccesses } from "../../../src/analysis/peer/detector-access.js";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import { SourceMatch } from "../../../src/analysis/peer/source-match.js";
import type { MapAccess } from "../../../src/evidence/source/facts.js";
import { access, fact, factsOf, field } from "../../support/source-facts.js";

const get = "example.com/shop.(*Cache).Get";
const show = "example.com/shop.(*Cache).Show";
const log = "example.com/shop.log";

const functions = [fact(get, 10, 30), fact(show, 40, 60), fact(log, 70, 80)];

/** The accesses that fit where the source has these. */
function found(accesses: readonly MapAccess[], side: Partial<DetectingSide> = {}) {
  const facts = factsOf({ functions, variables: [field("Cache.items")], accesses });
  return detectorAccesses(new SourceMatch(new FactsIndex(facts)), {
    stack: [frame(get, 20)],
    site: 0,
    operation: "read",
    conflict: "concurrent map read and map write",
    through: null,
    ...side,
  });
}

const frame = (name: string, line: number | null) => ({
  function: name,
  file: "/home/ada/shop/cache.go",
  line,
  inlined: false,
});

const lines = (accesses: readonly MapAccess[], side?: Partial<DetectingSide>) =>
  found(accesses, side).map(({ access: one }) => one.line);

const read = (line: number, more: Partial<MapAccess> = {}) => access("read", { function: 0, line }, more);

describe("detectorAccesses", () => {
  it("is the access at the frame's line, without a doubt", () => {
    const [only, ...others] = found([read(12), read(20), read(21)]);
    expect(only).toMatchObject({ access: { line: 20 }, frame: 0, fit: 1, doubt: null });
    expect(others).toEqual([]);
  });

  it("is all accesses at the line that may be it", () => {
    const two = [
      read(20, { column: 3 }),
      read(20, { column: 12 }),
      access("write", { function: 0, line: 20 }),
    ];
    expect(found(two).map(({ access: { column } }) => column)).toEqual([3, 12]);
  });

  it("takes a statement that spans lines, and says so", () => {
    const [only] = found([read(22)]);
    expect(only?.access.line).toBe(22);
    expect(only?.doubt).toBe(
      "The text says line 20; the nearest access that fits is at line 22: the statement spans lines, or the source is of another revision.",
    );
    expect(lines([read(21), read(23)])[0]).toBe(21);
  });

  it("takes an access of the same function when the lines do not fit at all, with less trust", () => {
    const [first] = found([read(29)]);
    expect(first?.access.line).toBe(29);
    expect(first?.fit).toBeLessThan(0.5);
    expect(first?.doubt).toContain("another revision");
    const moved = found([read(29)], { stack: [frame(get, 500)] });
    expect(moved.map(({ access: { line } }) => line)).toEqual([29]);
  });

  it("does not leave the function for a near line", () => {
    expect(lines([access("read", { function: 1, line: 41 })], { stack: [frame(get, 29)] })).toEqual([]);
  });

  it("knows what the operation may be from the headline alone", () => {
    const all = (["read", "write", "delete", "iterate", "clear", "clone", "length"] as const).map(
      (operation) => access(operation, { function: 0, line: 20 }),
    );
    const operations = (conflict: DetectingSide["conflict"]) =>
      found(all, { operation: null, conflict }).map(({ access: { operation } }) => operation);
    expect(operations("concurrent map writes")).toEqual(["write", "delete", "clear"]);
    expect(operations("concurrent map iteration and map write")).toEqual(["iterate"]);
    // A range over a swiss map that has grown looks keys up: it is reported as a read, and less likely than one.
    expect(operations("concurrent map read and map write")).toEqual(["read", "length", "iterate"]);
    expect(operations("concurrent map clone and map write")).toEqual(["iterate", "clone"]);
    expect(operations(null)).toHaveLength(7);
  });

  it("believes the runtime's function rather than the headline", () => {
    const all = [access("delete", { function: 0, line: 20 }), access("write", { function: 0, line: 20 })];
    const [only, ...others] = found(all, { operation: "delete", conflict: "concurrent map writes" });
    expect([only?.access.operation, others.length]).toEqual(["delete", 0]);
    expect(found([access("write", { function: 0, line: 20 })])).toEqual([]);
  });

  it("goes outwards to where the map was given to a library", () => {
    const stack = [
      { function: "fmt.Fprintln", file: "/usr/lib/go/src/fmt/print.go", line: 300, inlined: false },
      frame(log, 75),
      frame(show, 50),
    ];
    const printed = access("iterate", { function: 1, line: 50 }, { through: "fmt.Println" });
    const side = { stack, site: 1, operation: "iterate", through: "fmt.Fprintln" } as const;
    const [only] = found([printed], { ...side, conflict: "concurrent map iteration and map write" });
    expect(only).toMatchObject({ access: { line: 50 }, frame: 2, fit: 1 });
    // An access of the language itself that merely stands at a caller's line is none.
    const plain = access("iterate", { function: 1, line: 50 });
    expect(found([plain], { ...side, conflict: "concurrent map iteration and map write" })).toEqual([]);
  });

  it("prefers the site to what lies further out, and never looks further in", () => {
    const stack = [frame(log, 75), frame(get, 20), frame(show, 50)];
    const through = { through: "fmt.Println" };
    const accesses = [
      access("read", { function: 2, line: 75 }),
      read(20),
      access("read", { function: 1, line: 50 }, through),
    ];
    expect(lines(accesses, { stack, site: 1 })).toEqual([20]);
  });

  it("takes what a library does to a map as its own affair, as far as the headline allows it", () => {
    const printed = access("iterate", { function: 0, line: 20 }, { through: "json.Marshal" });
    const merged = access("write", { function: 0, line: 20 }, { through: "maps.Copy" });
    const through = "encoding/json.Marshal";
    expect(lines([printed, merged], { operation: "read", through })).toEqual([20]);
    expect(found([printed, merged], { operation: "read", through })[0]?.access.through).toBe("json.Marshal");
    expect(
      found([printed, merged], {
        operation: "write",
        conflict: "concurrent map writes",
        through: "maps.Copy",
      })[0]?.access.through,
    ).toBe("maps.Copy");
  });

  it("is nothing when the source is another program's", () => {
    expect(found([read(20)], { stack: [{ ...frame("main.main", 20), file: "/x/main.go" }] })).toEqual([]);
    expect(found([read(20)], { stack: [] })).toEqual([]);
    expect(found([])).toEqual([]);
  });
});
