import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCrashText } from "../../src/evidence/crashtext/read.js";
import { readGcTrace } from "../../src/evidence/gctrace/read.js";
import { decodeCase, encodeCase } from "../../src/case/file.js";
import type { Case } from "../../src/case/case.js";
import { renderJson } from "../../src/report/json/render.js";
import { renderText } from "../../src/report/text/render.js";
import { shop, shopFile, shopSource } from "../support/incidents.js";
import {
  orderedCase,
  orderedShop,
  orderEventFile,
  orderFound,
  shopPair,
  StackTable,
} from "../support/unordered.js";

const readSource = (file: string): string | undefined => shopSource[file];

/** A write under a lock that the read does not take. */
function lockMissing(): Case {
  const stacks = new StackTable();
  const pair = shopPair(stacks, {
    first: {
      locks: [stacks.lock(0xc000100000, false, "lock", "fill")],
      acquired: stacks.last("acquire", 0xc000100000, "lock", "fill"),
      released: stacks.last("release", 0xc000200000, "chansend", "chansend1", "fill"),
    },
    second: { acquired: stacks.last("start", 0, "newproc", "mainLater") },
  });
  return orderedCase(orderFound(stacks, [pair]));
}

describe("renderText of what nothing orders", () => {
  it("shows both sides, what they hold, and why", async () => {
    await expect(renderText(lockMissing(), { readSource })).toMatchFileSnapshot("golden/order.txt");
  });

  it("shows what was caught in one run and is unordered in another as one finding", async () => {
    const stacks = new StackTable();
    const pair = shopPair(stacks, {
      first: {
        operation: "read",
        stack: stacks.of("get", "serve", "goexit"),
        locks: [stacks.lock(0xc000100000, true, "rlock", "serve")],
      },
      second: {
        operation: "assign",
        stack: stacks.of("put", "fill", "goexit"),
        locks: [stacks.lock(0xc000100000, true, "rlockInPut", "fill")],
      },
      pair: { commonLock: 0xc000100000, seen: 900 },
    });
    const incident = orderedCase(orderFound(stacks, [pair]), {
      processes: [
        { eventFile: orderEventFile, binary: orderedShop, run: 1, order: orderFound(stacks, [pair]) },
        { eventFile: shopFile(), binary: shop, run: 2, exitStatus: 2 },
      ],
    });
    expect(incident.findings).toHaveLength(1);
    await expect(renderText(incident, { readSource })).toMatchFileSnapshot("golden/order-caught.txt");
  });

  it("says what was not covered", async () => {
    const stacks = new StackTable();
    const found = orderFound(stacks, [shopPair(stacks)], { plainAtomics: false, interrupted: true });
    const incident = orderedCase({
      ...found,
      coverage: {
        ...found.coverage,
        cutShort: "size",
        cutShortAt: 12_300,
        notPlaced: 17,
        damage: ["a chunk lies outside the file"],
      },
      result: {
        ...found.result,
        pairsNotKept: 4,
        forgotten: ["More than 65,536 goroutines were alive at once."],
      },
    });
    await expect(renderText(incident, { readSource })).toMatchFileSnapshot("golden/order-limits.txt");
  });

  it("says honestly that nothing was found", () => {
    const nothing = oneLine(renderText(orderedCase(orderFound(new StackTable(), []))));
    expect(nothing).toContain("All accesses of different goroutines to one map");
    expect(nothing).toContain(
      "That is not a proof that there is no conflict: only code that ran is covered.",
    );
    expect(nothing).not.toContain("assembly");
    const found = orderFound(new StackTable(), []);
    const alone = oneLine(renderText(orderedCase({ ...found, result: { ...found.result, sharedMaps: 0 } })));
    expect(alone).toContain(
      "No map was used by two goroutines in the process of which the order was recorded.",
    );
    const both = orderedCase(found, {
      processes: [
        { eventFile: orderEventFile, binary: orderedShop, run: 1, order: found },
        { eventFile: shopFile({ conflicts: [] }), binary: shop, run: 2 },
      ],
    });
    expect(oneLine(renderText(both))).toContain("are ordered, and none was trapped.");
  });

  it("shows a report of Go's race detector on the same places with the finding", async () => {
    const stacks = new StackTable();
    const text = await readCrashText(raceText);
    const incident = orderedCase(orderFound(stacks, [shopPair(stacks)]), {
      logs: [{ path: "race.log", text, trace: await readGcTrace(raceText) }],
    });
    expect(incident.findings).toHaveLength(1);
    expect(incident.findings[0]!.reasons).toContain("Go's race detector reported it too.");
    const shown = renderText(incident);
    expect(shown).toContain("race.log, lines");
    expect(shown).toContain("the report of Go's race detector");
    expect(shown).not.toContain("does not show both sides");
  });

  it("is a valid case file, and is read as it was written", () => {
    const incident = lockMissing();
    expect(decodeCase(encodeCase(incident), "a.json")).toEqual(incident);
    expect(renderJson(incident)).toContain('"kind": "unordered"');
  });

  it("is safe on a terminal, whatever the evidence says", () => {
    const unsafe = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\x1b]0;title\x07", "\u202egnp.go", "a\rb", "x\n== fake ==\n", "\u009b2J"),
      fc.string({ unit: "binary", minLength: 1000, maxLength: 5000 }),
    );
    fc.assert(
      fc.property(hostile, hostile, (name, path) => {
        const incident = lockMissing();
        for (const { order } of incident.findings.flatMap(({ sides }) => sides)) {
          for (const lock of order?.locks ?? []) {
            lock.name = name;
            lock.at = { function: name, file: path, line: 3, inlined: false, origin: "own" };
          }
          for (const last of [order?.acquired, order?.released]) {
            if (last !== null && last !== undefined) {
              last.how = name;
              last.at = { function: name, file: null, line: null, inlined: false, origin: "own" };
            }
          }
        }
        incident.findings[0]!.reasons.push(path);
        const text = renderText(incident);
        expect(unsafe.exec(text)).toBeNull();
        expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(6000);
      }),
    );
  });
});

function oneLine(text: string): string {
  return text.replaceAll("\n", " ");
}

const raceText = `==================
WARNING: DATA RACE
Read at 0x00c00007e0c0 by goroutine 8:
  runtime.mapaccess1_faststr()
      /usr/lib/go/src/runtime/map_faststr.go:13 +0x0
  example.com/shop.(*Cache).Get()
      /home/ada/shop/cache.go:7 +0x88
  main.serve.func1()
      /home/ada/shop/main.go:20 +0x44

Previous write at 0x00c00007e0c0 by goroutine 7:
  runtime.mapassign_faststr()
      /usr/lib/go/src/runtime/map_faststr.go:203 +0x0
  example.com/shop.(*Cache).Put()
      /home/ada/shop/cache.go:12 +0x88
  main.fill()
      /home/ada/shop/main.go:31 +0x44

Goroutine 8 (running) created at:
  main.main()
      /home/ada/shop/main.go:41 +0x104

Goroutine 7 (finished) created at:
  main.main()
      /home/ada/shop/main.go:40 +0x9c
==================
`;
