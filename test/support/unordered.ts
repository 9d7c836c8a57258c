/** Two accesses to the shop's map that nothing orders, as the order analysis gives them, and cases made of them. */
import type { CaseInput } from "../../src/analysis/build-case.js";
import type {
  HeldLock,
  LastSynchronised,
  UnorderedPair,
  UnorderedSide,
} from "../../src/analysis/order/unordered.js";
import type { OrderFound } from "../../src/analysis/unordered/order-found.js";
import type { Case } from "../../src/case/case.js";
import type { SymbolFrame } from "../../src/evidence/ring/symbolizer.js";
import { shopCase, shopFile } from "./incidents.js";
import { frame, symbolizerOf } from "./symbols.js";

/** Address of `runtime.text`, as the shop's event files have it. */
const text = 0x401000;

/** A call of the program or of Go, by a short name: the frames at its return address. */
const calls = {
  get: [frame("example.com/shop.(*Cache).Get", "/home/ada/shop/cache.go", 7)],
  put: [frame("example.com/shop.(*Cache).Put", "/home/ada/shop/cache.go", 12)],
  serve: [frame("main.serve.func1", "/home/ada/shop/main.go", 20)],
  fill: [frame("main.fill", "/home/ada/shop/main.go", 31)],
  main: [frame("main.main", "/home/ada/shop/main.go", 40)],
  mainLater: [frame("main.main", "/home/ada/shop/main.go", 41)],
  goexit: [frame("runtime.goexit", "/usr/lib/go/src/runtime/asm_amd64.s", 1700)],
  newproc: [frame("runtime.newproc", "/usr/lib/go/src/runtime/proc.go", 5000)],
  lock: [
    frame("sync.(*Mutex).Lock", "/usr/lib/go/src/sync/mutex.go", 46, true),
    frame("example.com/shop.(*Cache).Put", "/home/ada/shop/cache.go", 11),
  ],
  rlock: [
    frame("sync.(*RWMutex).RLock", "/usr/lib/go/src/sync/rwmutex.go", 70, true),
    frame("example.com/shop.(*Cache).Get", "/home/ada/shop/cache.go", 6),
  ],
  rlockInPut: [
    frame("sync.(*RWMutex).RLock", "/usr/lib/go/src/sync/rwmutex.go", 70, true),
    frame("example.com/shop.(*Cache).Put", "/home/ada/shop/cache.go", 11),
  ],
  lockInGet: [frame("sync.(*Mutex).Lock", "/usr/lib/go/src/sync/mutex.go", 46)],
  getLocked: [frame("example.com/shop.(*Cache).Get", "/home/ada/shop/cache.go", 6)],
  unlock: [
    frame("sync.(*Mutex).Unlock", "/usr/lib/go/src/sync/mutex.go", 65, true),
    frame("example.com/shop.(*Cache).Put", "/home/ada/shop/cache.go", 10),
  ],
  done: [frame("sync.(*WaitGroup).Add", "/usr/lib/go/src/sync/waitgroup.go", 100)],
  doneCall: [frame("sync.(*WaitGroup).Done", "/usr/lib/go/src/sync/waitgroup.go", 150)],
  wait: [frame("sync.(*WaitGroup).Wait", "/usr/lib/go/src/sync/waitgroup.go", 180)],
  chansend: [frame("runtime.chansend", "/usr/lib/go/src/runtime/chan.go", 200)],
  chansend1: [frame("runtime.chansend1", "/usr/lib/go/src/runtime/chan.go", 160)],
  chanrecv: [frame("runtime.chanrecv", "/usr/lib/go/src/runtime/chan.go", 500)],
  chanrecv1: [frame("runtime.chanrecv1", "/usr/lib/go/src/runtime/chan.go", 506)],
  closechan: [frame("runtime.closechan", "/usr/lib/go/src/runtime/chan.go", 400)],
  store: [frame("sync/atomic.(*Bool).Store", "/usr/lib/go/src/sync/atomic/type.go", 20)],
  encode: [frame("encoding/json.mapEncoder.encode", "/usr/lib/go/src/encoding/json/encode.go", 700)],
  generic: [frame("example.com/shop.each[...]", "/home/ada/shop/each.go", 3)],
  load: [frame("sync/atomic.(*Bool).Load", "/usr/lib/go/src/sync/atomic/type.go", 16)],
} as const satisfies Readonly<Record<string, readonly SymbolFrame[]>>;

/** The name of a call. */
export type CallName = keyof typeof calls;

const names = Object.keys(calls);
const offsetOf = (name: CallName): number => (names.indexOf(name) + 1) * 0x10;

/** The shop's binary, with Go's own functions that synchronise. */
export const orderedShop = symbolizerOf(
  Object.fromEntries(Object.entries(calls).map(([name, frames]) => [offsetOf(name as CallName), frames])),
  { modulePath: "example.com/shop" },
);

/** Makes stacks and gives them ids. */
export class StackTable {
  readonly stacks = new Map<number, readonly number[]>();

  /** The id of a stack of calls, innermost first. */
  of(...stack: readonly CallName[]): number {
    const id = this.stacks.size + 1;
    this.stacks.set(
      id,
      stack.map((name) => text + offsetOf(name)),
    );
    return id;
  }

  /** A lock that is held. */
  lock(address: number, reading: boolean, ...stack: readonly CallName[]): HeldLock {
    return { address, reading, stack: this.of(...stack) };
  }

  /** The last time that a goroutine synchronised. */
  last(how: LastSynchronised["how"], address: number, ...stack: readonly CallName[]): LastSynchronised {
    return { how, address, stack: this.of(...stack) };
  }
}

/** A write of goroutine 7 and a read of goroutine 8, both started in main. */
export function shopPair(
  stacks: StackTable,
  parts: {
    readonly first?: Partial<UnorderedSide>;
    readonly second?: Partial<UnorderedSide>;
    readonly pair?: Partial<UnorderedPair>;
  } = {},
): UnorderedPair {
  const started = { by: 1, entry: offsetOf("serve") };
  return {
    map: 0xc000012345,
    first: {
      goroutine: 7,
      operation: "assign",
      stack: stacks.of("put", "fill", "goexit"),
      locks: [],
      acquired: null,
      released: null,
      started: { ...started, stack: stacks.of("newproc", "main") },
      ...parts.first,
    },
    second: {
      goroutine: 8,
      operation: "read",
      stack: stacks.of("get", "serve", "goexit"),
      locks: [],
      acquired: null,
      released: null,
      started: { ...started, stack: stacks.of("newproc", "mainLater") },
      ...parts.second,
    },
    seen: 5,
    maps: 1,
    commonLock: null,
    ...parts.pair,
  };
}

/** What was found in a process. */
export function orderFound(
  stacks: StackTable,
  pairs: readonly UnorderedPair[],
  parts: Partial<OrderFound> = {},
): OrderFound {
  return {
    result: {
      pairs,
      pairsNotKept: 0,
      accesses: 12_345,
      synchronisations: 6_789,
      maps: 21,
      sharedMaps: 3,
      goroutines: 17,
      forgotten: [],
    },
    coverage: {
      events: 20_000,
      chunks: 2,
      bytes: 131_072,
      cutShort: null,
      cutShortAt: null,
      notPlaced: 0,
      damage: [],
    },
    stacks: stacks.stacks,
    mapTypes: new Map(),
    interrupted: false,
    plainAtomics: true,
    ...parts,
  };
}

/** An event file with order events. */
export const orderEventFile = shopFile({
  header: { state: "exited", exitStatus: 0, mode: "order", version: 3, delays: 0, plannedDelays: 0 },
});

/** A case of one run of which the order was recorded. */
export function orderedCase(order: OrderFound, parts: Partial<CaseInput> = {}): Case {
  return shopCase({
    processes: [{ eventFile: orderEventFile, binary: orderedShop, run: 1, order }],
    ...parts,
  });
}
