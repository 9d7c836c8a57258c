import { describe, expect, it } from "vitest";
import { CaseSource } from "../../../src/analysis/crash/case-source.js";
import { raceNotes } from "../../../src/analysis/crash/race-notes.js";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import type { RaceObservation } from "../../../src/case/case.js";
import { ownFrame, runtimeFrame } from "../../support/observations.js";
import { access, call, fact, factsOf, field, start } from "../../support/source-facts.js";

type RaceAccess = RaceObservation["accesses"][number];

function raceOf(...accesses: Partial<RaceAccess>[]): RaceObservation {
  return {
    kind: "race",
    handle: "o0",
    evidence: "e0",
    textLines: [1, 20],
    process: null,
    undone: [],
    unread: { count: 0, lines: [] },
    cut: null,
    conflict: "concurrent map read and map write",
    goVersion: null,
    accesses: accesses.map((one) => ({
      operation: "read",
      previous: false,
      goroutine: 8,
      main: false,
      address: "0xc00007c0f0",
      mapOperation: "read",
      site: null,
      through: null,
      stack: [],
      stackLost: false,
      createdAt: [],
      ...one,
    })),
  };
}

/** How Go 1.27 shows `x = m[k]`: the wrapper, and then who called the reader. */
const wrapper = [runtimeFrame("runtime.mapaccess2_faststr"), runtimeFrame("runtime.mapaccess1_faststr")];
const loop = { function: "main.main.func2", file: "/home/ada/shop/cache.go", line: 34 };

const [get, func2] = [0, 1];
const facts = factsOf({
  functions: [
    fact("example.com/shop.(*Cache).Get", 10, 17),
    fact("main.main.func2", 31, 36),
    fact("main.main", 20, 40),
  ],
  variables: [field("Cache.items")],
  accesses: [
    access("read", { function: get, line: 13 }),
    access("read", { function: get, line: 15 }),
    access("write", { function: get, line: 16 }),
    access("read", { function: get, line: 14 }, { through: "fmt.Sprint" }),
  ],
  calls: [call(func2, get, 34)],
  starts: [start(get, 25, "go", { starter: 2 })],
});
const source = (): CaseSource => new CaseSource(new FactsIndex(facts));

describe("raceNotes", () => {
  it("lists the reads of what is called at the line that is shown instead of the reader's", () => {
    const race = raceOf({ site: loop, stack: [...wrapper, ownFrame(loop.function, loop.line)] });
    expect(raceNotes(race, source())).toEqual([
      "Race reports of Go 1.27 lose the reader's own line for x = m[k]; line 34 of main.main.func2 is who called it. It is one of these: cache.go:13 and :15.",
    ]);
    expect(raceNotes(race, undefined)).toEqual([
      "Race reports of Go 1.27 lose the reader's own line for x = m[k]; line 34 of main.main.func2 is who called it. It is one of the reads in a function that is called there.",
    ]);
  });

  it("lists the reads of what the goroutine was started with where no own frame is left", () => {
    const race = raceOf({ stack: wrapper, createdAt: [ownFrame("main.main", 25)] });
    expect(raceNotes(race, source())[0]).toContain("It is one of these: cache.go:13 and :15.");
  });

  it("says nothing of a reader whose line is there", () => {
    const frame = ownFrame("example.com/shop.(*Cache).Get", 15);
    const site = { function: frame.function, file: "/home/ada/shop/cache.go", line: 15 };
    const stack = [runtimeFrame("runtime.mapaccess2_faststr"), frame];
    expect(raceNotes(raceOf({ site, stack }), source())).toEqual([]);
    expect(
      raceNotes(raceOf({ site, stack: [runtimeFrame("runtime.mapaccess1_faststr"), frame] }), source()),
    ).toEqual([]);
  });

  it("tells how to keep a stack that was lost", () => {
    expect(raceNotes(raceOf({ stackLost: true }), source())).toEqual([
      "The race detector had forgotten one side's stack: GORACE=history_size=7 keeps more of it.",
    ]);
  });
});
