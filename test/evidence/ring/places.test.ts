import { describe, expect, it } from "vitest";
import { RecordedPlaces } from "../../../src/evidence/ring/places.js";
import type { RecordedStack } from "../../../src/evidence/ring/recording.js";
import type { Symbolizer } from "../../../src/evidence/ring/symbolizer.js";
import { frame, symbolizerOf } from "../../support/symbols.js";

const text = 0x401000;
const stacks: Readonly<Record<number, RecordedStack>> = {
  1: { pcs: [text + 0x10, text + 0x20, text + 0x99], logical: true },
  2: { pcs: [text + 0x10], logical: false },
};
const table = symbolizerOf({
  0x10: [frame("main.get", "/src/a.go", 3, true), frame("main.serve", "/src/a.go", 9)],
  0x20: [frame("main.main", "/src/main.go", 20)],
});

function places(binary: Symbolizer | undefined): RecordedPlaces {
  return new RecordedPlaces({ text, stack: (id) => stacks[id], binary });
}

describe("RecordedPlaces", () => {
  it("names the frames of a stack: one for a logical PC, all inlined ones for any other", () => {
    expect(places(table).stack(1)).toEqual([
      frame("main.get", "/src/a.go", 3, true),
      frame("main.main", "/src/main.go", 20),
      { function: "?", file: null, line: null, inlined: false },
    ]);
    expect(
      places(table)
        .stack(2)
        .map((at) => at.function),
    ).toEqual(["main.get", "main.serve"]);
  });

  it("names the frames at a site", () => {
    expect(
      places(table)
        .site(0x10)
        .map((at) => at.function),
    ).toEqual(["main.get", "main.serve"]);
  });

  it("says nothing where nothing is known", () => {
    expect([
      places(table).stack(0),
      places(table).stack(7),
      places(table).site(0),
      places(table).site(0x77),
    ]).toEqual([[], [], [], []]);
    expect([places(undefined).stack(1), places(undefined).site(0x10)]).toEqual([[], []]);
  });

  it("looks each up once, but asks again for a stack that was not there yet", () => {
    let looked = 0;
    const counting = {
      ...table,
      symbolize: (offset: number) => {
        looked++;
        return table.symbolize(offset);
      },
    };
    const growing: Record<number, RecordedStack> = {};
    const all = new RecordedPlaces({ text, stack: (id) => growing[id], binary: counting });
    all.site(0x10);
    all.site(0x10);
    expect(looked).toBe(1);
    expect(all.stack(2)).toEqual([]);
    growing[2] = { pcs: [text + 0x20], logical: false };
    expect(all.stack(2)).toHaveLength(1);
    all.stack(2);
    expect(looked).toBe(2);
  });

  it("remembers a bounded number of sites", () => {
    let looked = 0;
    const symbolize = (): [] => {
      looked++;
      return [];
    };
    const binary = { ...table, symbolize };
    const all = places(binary);
    for (let offset = 1; offset <= 70_000; offset++) {
      all.site(offset);
    }
    all.site(70_000);
    expect(looked).toBe(70_000);
    all.site(1);
    expect(looked).toBe(70_001);
  });
});
