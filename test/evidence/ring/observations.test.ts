import { describe, expect, it } from "vitest";
import { symbolizeEventFile, type EventFileObservations } from "../../../src/evidence/ring/observations.js";
import type { EventFile } from "../../../src/evidence/ring/format.js";
import type { Symbolizer } from "../../../src/evidence/ring/symbolizer.js";
import { plainHeader } from "../../support/event-file.js";
import { places, shop, shopConflict, shopFile } from "../../support/incidents.js";
import { frame, symbolizerOf } from "../../support/symbols.js";

const report = `Write by goroutine 7:
  example.com/shop.(*Cache).Put()
      /home/ada/shop/cache.go:12
Read (held in a trap for 512µs) by goroutine 8:
  example.com/shop.(*Cache).Get()
      /home/ada/shop/cache.go:7
Goroutine 7 was started by goroutine 1 at:
  main.main()
      /home/ada/shop/main.go:40
`;

function observe(file: EventFile, binary: Symbolizer | undefined): EventFileObservations {
  let next = 0;
  return symbolizeEventFile(file, binary, { evidence: "e0", nextHandle: () => `o${next++}` });
}

function functionsOf(observed: EventFileObservations): string[][] {
  return observed.conflicts.flatMap(({ sides }) => sides.map(({ stack }) => stack.map((at) => at.function)));
}

describe("symbolizeEventFile", () => {
  it("looks PCs up in the binary", () => {
    const observed = observe(shopFile(), shop);
    expect(observed).toMatchObject({ symbols: "binary", notes: [] });
    expect(observed.conflicts[0]).toMatchObject({
      kind: "conflict",
      handle: "o0",
      evidence: "e0",
      symbols: "binary",
      map: { address: "0xc000012345", type: "map[string]int", elements: 3 },
      sides: [
        { role: "waited", operation: "read", heldNanoseconds: 512_000, goroutine: { id: 8, startedBy: 1 } },
        {
          role: "came",
          operation: "write",
          heldNanoseconds: 0,
          goroutine: { entry: { function: "main.fill" } },
        },
      ],
    });
    expect(functionsOf(observed)).toEqual([
      [
        "runtime.maptrapTouch",
        "runtime.mapaccess1_faststr",
        "example.com/shop.(*Cache).Get",
        "main.serve.func1",
        "runtime.goexit",
      ],
      ["runtime.mapassign_faststr", "example.com/shop.(*Cache).Put", "main.fill", "runtime.goexit"],
    ]);
  });

  it("takes one frame for a logical PC, and all inlined ones for any other", () => {
    const inlined = symbolizerOf({
      [places.put]: [frame("main.put", "a.go", 3, true), frame("main.fill", "a.go", 9)],
    });
    const came = { ...shopConflict.second, pcs: [0x401000 + places.put] };
    const fileWith = (logical: boolean): EventFile =>
      shopFile({ header: { logical }, conflicts: [{ ...shopConflict, second: came }] });
    expect(functionsOf(observe(fileWith(true), inlined))[1]).toEqual(["main.put"]);
    expect(functionsOf(observe(fileWith(false), inlined))[1]).toEqual(["main.put", "main.fill"]);
  });

  it("names a PC that is in no function as not known", () => {
    const came = { ...shopConflict.second, pcs: [0x9999] };
    const observed = observe(shopFile({ conflicts: [{ ...shopConflict, second: came }] }), shop);
    expect(observed.conflicts[0]?.sides[1].stack).toEqual([
      { function: "?", file: null, line: null, inlined: false },
    ]);
  });

  it("uses what the process printed when there is no binary, and says so", () => {
    const observed = observe(shopFile({ conflicts: [{ ...shopConflict, report }] }), undefined);
    expect(observed.symbols).toBe("process");
    expect(observed.notes).toEqual([
      "functions and lines are as the process printed them: the binary that ran is not here, or cannot be read",
    ]);
    expect(functionsOf(observed)).toEqual([
      ["example.com/shop.(*Cache).Get"],
      ["example.com/shop.(*Cache).Put"],
    ]);
    expect(observed.conflicts[0]?.sides[1].goroutine.startedAt).toEqual([
      frame("main.main", "/home/ada/shop/main.go", 40),
    ]);
  });

  it.each([
    [
      "another Go version",
      symbolizerOf({}, { goVersion: "go1.23.5" }),
      "the binary was built with go1.23.5, the process was of go1.24.4",
    ],
    [
      "other functions at the same addresses",
      symbolizerOf({ [places.put]: [frame("main.other", "b.go", 1)] }),
      "the binary has other functions at these addresses; it was built again since",
    ],
  ])("does not believe a binary with %s", (_, binary, reason) => {
    const observed = observe(shopFile({ conflicts: [{ ...shopConflict, report }] }), binary);
    expect(observed.notes).toEqual([`functions and lines are as the process printed them: ${reason}`]);
    expect(functionsOf(observed)[1]).toEqual(["example.com/shop.(*Cache).Put"]);
  });

  it.each([
    [plainHeader.identity, "binary"],
    [plainHeader.identity + 1n, "process"],
  ])("knows the binary that ran by its identity: %s", (identity, symbols) => {
    const observed = observe(shopFile({ conflicts: [{ ...shopConflict, report }] }), { ...shop, identity });
    expect(observed.symbols).toBe(symbols);
  });

  it("says why a recording has no names", () => {
    const recording = shopFile({ header: { mode: "record" }, rings: [{ events: [{}] }] });
    expect(observe(recording, { ...shop, identity: 1n }).notes).toEqual([
      "functions and lines could not be looked up: the binary has other functions at these addresses; it was built again since",
    ]);
    expect(observe(shopFile({}), { ...shop, identity: 1n }).notes).toEqual([]);
  });

  it("goes by what was printed when the event file has no identity", () => {
    const file = shopFile({ header: { identity: 0n }, conflicts: [{ ...shopConflict, report }] });
    expect(observe(file, { ...shop, identity: 5n }).symbols).toBe("binary");
  });

  it("takes a Go version with experiments for the same", () => {
    const file = shopFile({
      header: { ...plainHeader, goVersion: "go1.24.4 X:noswissmap" },
      conflicts: [shopConflict],
    });
    expect(observe(file, shop).symbols).toBe("binary");
  });

  it("keeps near misses", () => {
    const file = shopFile({
      pairs: [{ first: { offset: places.get, operation: "iterate-next" }, shortest: null, longest: 0 }],
    });
    expect(observe(file, shop).nearMisses[0]).toMatchObject({
      kind: "near-miss",
      first: {
        textOffset: "0x40",
        operation: "iterate",
        frames: [{ function: "example.com/shop.(*Cache).Get" }],
      },
      second: { frames: [], operation: "write" },
      shortestNanoseconds: null,
      longestNanoseconds: null,
      seen: 12,
    });
  });
});
