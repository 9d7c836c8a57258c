import { describe, expect, it } from "vitest";
import type { OrderFound } from "../../src/analysis/unordered/order-found.js";
import type { UnorderedPair, UnorderedSide } from "../../src/analysis/order/unordered.js";
import { ObservedOrder } from "../../src/cli/observed-order.js";
import type { readOrderFile } from "../../src/cli/order-file.js";
import { readEventFile } from "../../src/evidence/ring/read.js";
import { encodeEventFile } from "../support/event-file.js";
import { frame, symbolizerOf } from "../support/symbols.js";

const text = 0x40_0000;
const eventFile = readEventFile(
  encodeEventFile({ header: { text, executable: "/tmp/shop.test" } }),
  "1-1.maptrap",
);

function side(stack: number): UnorderedSide {
  const rest = { locks: [], acquired: null, released: null, started: null };
  return { goroutine: 1, operation: "assign", stack, ...rest };
}

function pair(first: number, second: number, seen = 1): UnorderedPair {
  return { map: 1, first: side(first), second: side(second), seen, maps: 1, commonLock: null };
}

function found(part: Partial<OrderFound> = {}, pairs: readonly UnorderedPair[] = []): OrderFound {
  return {
    result: {
      pairs,
      pairsNotKept: 0,
      accesses: 2,
      synchronisations: 0,
      maps: 1,
      sharedMaps: 7,
      goroutines: 2,
      forgotten: [],
    },
    coverage: { events: 9, chunks: 1, bytes: 1, cutShort: null, cutShortAt: null, notPlaced: 0, damage: [] },
    stacks: new Map([
      [1, [text + 10, text + 20]],
      [2, [text + 30, text + 40, text + 50]],
    ]),
    mapTypes: new Map(),
    interrupted: false,
    plainAtomics: true,
    ...part,
  };
}

const never = { stop: new AbortController().signal, kill: new AbortController().signal };
const silent = { say: () => undefined, note: () => undefined, clear: () => undefined };
const binary = symbolizerOf({
  10: [frame("main.fill", "/shop/main.go", 3)],
  30: [frame("reflect.Value.SetMapIndex", "/go/reflect.go", 3)],
  40: [
    frame("encoding/json.inlined", "/go/json.go", 3, true),
    frame("encoding/json.(*decodeState).object", "/go/json.go", 4),
  ],
  50: [frame("main.load", "/shop/main.go", 9)],
});

function observed(order: OrderFound, interruption = never): ObservedOrder {
  const reader: typeof readOrderFile = async (_file, { signal }) => ({
    eventFile,
    order: { ...order, interrupted: signal?.aborted === true },
  });
  return new ObservedOrder(reader, () => binary, { interruption, progress: silent });
}

describe("ObservedOrder", () => {
  it("gives the sites as the trap knows them, and how many maps were shared", async () => {
    const all = observed(found({}, [pair(1, 2, 5), pair(1, 99)]));
    const { file, unordered } = await all.read("1-1.maptrap");
    const { identity } = eventFile.header;
    expect(unordered).toEqual([{ identity, first: 10, second: 50, seen: 5 }]);
    expect(file.header.sharedMaps).toBe(7);
    expect(all.foundIn(file)?.result.pairs).toHaveLength(2);
    expect(all.foundIn(eventFile)).toBeUndefined();
  });

  it("is ended by the first Ctrl-C that comes while it reads", async () => {
    const stop = new AbortController();
    const kill = new AbortController();
    const interruption = { stop: stop.signal, kill: kill.signal };
    const all = observed(found(), interruption);
    stop.abort();
    // The program was ended by it: what it left is read.
    expect(all.foundIn((await all.read("1-1.maptrap")).file)?.interrupted).toBe(false);
    kill.abort();
    expect(all.foundIn((await all.read("2-1.maptrap")).file)?.interrupted).toBe(true);
  });
});
