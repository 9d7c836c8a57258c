import { describe, expect, it } from "vitest";
import { aliasesOf } from "../../../src/analysis/peer/aliases.js";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import { factsOf, field, flow } from "../../support/source-facts.js";

const [items, first, parameter, second, copy] = [0, 1, 2, 3, 4];

/** first and second are given to one parameter; first comes from items, and is copied. */
const flows = [
  flow(items, first, 10),
  flow(first, parameter, 11, "argument"),
  flow(second, parameter, 12, "argument"),
  flow(first, copy, 13),
];
const index = new FactsIndex(
  factsOf({ variables: ["items", "first", "parameter", "second", "copy"].map(field), flows }),
);

const found = (variable: number, calls: { file: string; line: number }[] = []) =>
  aliasesOf(index, variable, calls).map((alias) => alias.variable);

describe("aliasesOf", () => {
  it("goes to where the map came from, and from there to where else it went", () => {
    expect(found(copy).toSorted((one, other) => one - other)).toEqual([items, first, parameter, copy]);
  });

  it("does not go down into a parameter and up to another caller", () => {
    expect(found(first)).not.toContain(second);
  });

  it("goes from a parameter to all callers, or to the one that the text shows", () => {
    expect(found(parameter)).toContain(second);
    expect(found(parameter, [{ file: "cache.go", line: 11 }])).not.toContain(second);
    expect(found(parameter, [{ file: "cache.go", line: 11 }])).toContain(items);
  });

  it("gives the nearest first, each with its way", () => {
    const [self, next] = aliasesOf(index, copy, []);
    expect(self).toEqual({ variable: copy, way: [], turned: false });
    expect(next?.way).toEqual([flows[3]]);
  });

  it("ends on flows that go in a circle, and on very many", () => {
    const many = Array.from({ length: 100_000 }, (_, at) => flow(at, (at + 1) % 100_000, 1));
    const fan = Array.from({ length: 50_000 }, (_, at) => flow(0, at, 1));
    const wide = new FactsIndex(factsOf({ flows: [...many, ...fan] }));
    expect(aliasesOf(wide, 0, []).length).toBeLessThan(3000);
  });
});
