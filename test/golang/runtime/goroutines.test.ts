import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoppedGoroutines, Thread } from "../../../src/golang/runtime/goroutine.js";
import { readGoroutines } from "../../../src/golang/runtime/goroutines.js";
import { layoutFor } from "../../../src/golang/runtime/choose-layout.js";
import { readWaitReasons } from "../../../src/golang/runtime/wait-reasons.js";
import { MadeMemory, MadeSymbols } from "../../support/stopped/made-program.js";

const { layout } = layoutFor("go1.27.3");

const variables = {
  "runtime.allgs": 0x1000,
  "runtime.allm": 0x1100,
  "runtime.semtable": 0x2000,
  "runtime.waitReasonStrings": 0x8000,
};
const functions = [
  { name: "main.work", delta: 0 },
  { name: "runtime.main", delta: 0 },
  { name: "runtime.bgsweep", delta: 0 },
  { name: "runtime.runFinalizers", delta: 0 },
  { name: "runtime.goexit", delta: 0, flags: 1 },
];
const symbols = new MadeSymbols(functions, variables);

const reasons = ["", "IO wait", "chan send", "select", "sync.Mutex.Lock", "finalizer wait", "chan receive"];
const reasonNumber = (reason: string): number => reasons.indexOf(reason);

/** What a made goroutine is. */
interface Made {
  readonly id?: number;
  readonly status?: number;
  readonly reason?: string;
  readonly waiting?: number;
  readonly m?: number;
  readonly entry?: string;
}

const goroutineAt = (index: number): number => 0x10_0000 + index * 0x1000;
const stackOf = (index: number): number => 0x20_0000 + index * 0x1000;

/** Memory with the words for what goroutines wait for, and with these goroutines. */
function memoryWith(goroutines: readonly Made[]): MadeMemory {
  const memory = new MadeMemory();
  const encoder = new TextEncoder();
  reasons.forEach((reason, index) => {
    const text = 0x9000 + index * 64;
    const bytes = Buffer.alloc(64);
    bytes.set(encoder.encode(reason));
    memory.put(text, ...Array.from({ length: 8 }, (_, at) => bytes.readBigUInt64LE(at * 8)));
    memory.put(variables["runtime.waitReasonStrings"] + index * 16, text, reason.length);
  });
  memory.put(variables["runtime.allgs"], 0x5000, goroutines.length, goroutines.length);
  memory.put(variables["runtime.allm"], 0);
  memory.put(variables["runtime.semtable"], ...Array.from({ length: 251 * 8 }, () => 0));
  goroutines.forEach((made, index) => {
    putGoroutine(memory, index, made);
  });
  return memory;
}

function putGoroutine(memory: MadeMemory, index: number, made: Made): void {
  const { g } = layout;
  const at = goroutineAt(index);
  memory.put(0x5000 + index * 8, at);
  memory.put(at, ...Array.from({ length: g.size / 8 }, () => 0));
  memory.put(at + g.stackLow, stackOf(index), stackOf(index) + 0x1000);
  memory.put(at + g.schedSp, stackOf(index) + 0x800, symbols.in("main.work"));
  memory.put(stackOf(index) + 0x800, symbols.in("runtime.goexit"));
  memory.put(at + g.schedG, at);
  memory.put(at + g.status, made.status ?? 4);
  memory.put(at + g.id, made.id ?? index + 1);
  memory.put(at + g.waitReason, reasonNumber(made.reason ?? ""));
  memory.put(at + g.waiting, made.waiting ?? 0);
  memory.put(at + g.m, made.m ?? 0);
  memory.put(at + g.entry, symbols.in(made.entry ?? "main.work", 0));
}

function putSudog(
  memory: MadeMemory,
  at: number,
  fields: Partial<Record<keyof typeof layout.sudog, number>>,
): void {
  memory.put(at, ...Array.from({ length: layout.sudog.size / 8 }, () => 0));
  for (const [field, value] of Object.entries(fields)) {
    memory.put(at + layout.sudog[field as keyof typeof layout.sudog], value);
  }
}

function read(memory: MadeMemory, threads: readonly Thread[] = []): StoppedGoroutines {
  return readGoroutines(memory, symbols, threads);
}

describe("goroutines in memory", () => {
  it("are those that are not dead, with their state", () => {
    const memory = memoryWith([
      { entry: "runtime.main", reason: "IO wait" },
      { status: 1 },
      { status: 6 },
      { status: 0x1003 },
      { status: 11 },
      { status: 77 },
    ]);
    const { goroutines, problems } = read(memory);
    expect(goroutines.map(({ id, status, waitReason }) => [id, status, waitReason])).toEqual([
      [1, "waiting", "IO wait"],
      [2, "runnable", undefined],
      [4, "in system call", undefined],
      [6, "unknown", undefined],
    ]);
    expect(problems).toEqual([]);
    expect(read(memory).stackOf(goroutines[0] ?? never()).cut).toBeUndefined();
  });

  it("are the runtime's own by the function that they began with", () => {
    const made = ["runtime.main", "main.work", "runtime.bgsweep", "runtime.runFinalizers"].map((entry) => ({
      entry,
    }));
    const { goroutines } = read(
      memoryWith([...made, { entry: "runtime.runFinalizers", reason: "finalizer wait" }]),
    );
    expect(goroutines.map(({ system }) => system)).toEqual([false, false, true, false, true]);
  });

  it("wait on the channels of their sudogs, and a select's direction is told by the queue", () => {
    const memory = memoryWith([
      { reason: "chan send", waiting: 0x3000 },
      { reason: "select", waiting: 0x3100 },
    ]);
    putSudog(memory, 0x3000, { g: goroutineAt(0), channel: 0x4000 });
    putSudog(memory, 0x3100, { g: goroutineAt(1), channel: 0x4000, waitLink: 0x3200 });
    putSudog(memory, 0x3200, { g: goroutineAt(1), channel: 0x4100 });
    for (const [channel, length, capacity, sender] of [
      [0x4000, 3, 4, 0x3000],
      [0x4100, 0, 0, 0x3200],
    ] as const) {
      memory.put(channel, ...Array.from({ length: layout.channel.size / 8 }, () => 0));
      memory.put(channel + layout.channel.length, length, capacity);
      memory.put(channel + layout.channel.senders, sender);
    }
    const [sender, selecting] = read(memory).goroutines;
    const full = { kind: "channel", address: 0x4000, channel: { sends: true, length: 3, capacity: 4 } };
    expect(sender?.waitsOn).toEqual([full]);
    expect(selecting?.waitsOn).toEqual([
      { ...full, channel: { ...full.channel, sends: false } },
      { kind: "channel", address: 0x4100, channel: { sends: true, length: 0, capacity: 0 } },
    ]);
  });

  it("wait on the lock under which the table of semaphores has them, in the tree or in a list of it", () => {
    const made = { reason: "sync.Mutex.Lock" };
    const memory = memoryWith([made, made, made, made]);
    const { size, tree } = layout.semaphores;
    memory.put(variables["runtime.semtable"] + 250 * size + tree, 0x3000);
    putSudog(memory, 0x3000, { g: goroutineAt(0), element: 0x7000, next: 0x3100, waitLink: 0x3200 });
    putSudog(memory, 0x3100, { g: goroutineAt(1), element: 0x7100, previous: 0x3000 });
    putSudog(memory, 0x3200, { g: goroutineAt(2), element: 0x7000, waitLink: 0x3000 });
    const locks = read(memory).goroutines.map(({ waitsOn }) =>
      waitsOn.map(({ kind, address }) => [kind, address]),
    );
    expect(locks).toEqual([[["lock", 0x7000]], [["lock", 0x7100]], [["lock", 0x7000]], []]);
  });

  it("do not wait on what belongs to another one", () => {
    const memory = memoryWith([
      { reason: "chan send", waiting: 0x3000 },
      { reason: "chan receive", waiting: 0x9_0000 },
    ]);
    putSudog(memory, 0x3000, { g: goroutineAt(1), channel: 0x4000 });
    expect(read(memory).goroutines.map(({ waitsOn }) => waitsOn)).toEqual([[], []]);
  });
});

function never(): never {
  throw new Error("there is no goroutine");
}

describe("threads", () => {
  const m = 0x6000;

  function running(procid: number): MadeMemory {
    const memory = memoryWith([
      { status: 2, m, entry: "runtime.main" },
      { status: 2, m: 0xdead_0000 },
    ]);
    memory.put(m, ...Array.from({ length: Math.ceil(layout.m.size / 8) }, () => 0));
    memory.put(m + layout.m.threadId, procid);
    memory.put(m + layout.m.curg, goroutineAt(0));
    return memory;
  }

  const thread = (id: number, fsBase?: bigint): Thread => ({
    id,
    registers: { rip: symbols.in("main.work"), rsp: stackOf(0) + 0x800, rbp: 0, values: {}, fsBase },
  });

  it("are known by the id that the runtime has noted", () => {
    const stopped = read(running(1234), [thread(1234)]);
    expect(stopped.goroutines.map((one) => one.thread)).toEqual([1234, undefined]);
    expect(stopped.onThread(1234)?.id).toBe(1);
    expect(stopped.stackOf(stopped.goroutines[0] ?? never())).toMatchObject({ cut: undefined });
    expect(stopped.stackOfThread(1234)).toEqual(stopped.stackOf(stopped.goroutines[0] ?? never()));
    expect(stopped.stackOf(stopped.goroutines[1] ?? never()).cut).toMatch(/registers are not known/);
    expect(stopped.stackOfThread(99)).toBeUndefined();
  });

  it("are known by their g where the program has ids of its own (in a container)", () => {
    const memory = running(7);
    memory.put(0x6_0000, goroutineAt(0));
    const stopped = read(memory, [thread(1234, 0x6_0008n)]);
    expect(stopped.goroutines[0]?.thread).toBe(1234);
    const unknown = read(memory, [thread(1234)]);
    expect(unknown.goroutines[0]?.thread).toBe(7);
    expect(unknown.problems).toEqual([expect.stringMatching(/knows none of the threads/)]);
  });
});

describe("damage", () => {
  it("of the list is said", () => {
    const memory = memoryWith([{}]);
    for (const [words, problem] of [
      [[0x5000, 2 ** 40], /cannot be read: 1099511627776 are said to be/],
      [[0xffff_0000, 1], /cannot be read: 1 are said to be at 0xffff0000/],
    ] as const) {
      memory.put(variables["runtime.allgs"], ...words);
      expect(read(memory)).toMatchObject({ goroutines: [], problems: [expect.stringMatching(problem)] });
    }
    expect(readGoroutines(memory, new MadeSymbols(functions), []).problems[0]).toMatch(
      /was not found in this program/,
    );
    expect(readGoroutines(new MadeMemory(), symbols, []).problems[0]).toMatch(/cannot be read$/);
  });

  it("of one goroutine leaves the others", () => {
    const memory = memoryWith([{}, {}, {}]);
    memory.put(0x5008, 0x66_6666_0000);
    const { goroutines, problems } = read(memory);
    expect(goroutines.map(({ id }) => id)).toEqual([1, 3]);
    expect(problems).toEqual(["1 of 3 goroutines cannot be read"]);
    memory.put(goroutineAt(0) + layout.g.schedG, 1);
    expect(read(memory).problems[0]).toBe("the memory of the first goroutine is damaged");
    expect(read(memory).goroutines).toHaveLength(2);
  });

  it("is not a version that was not measured: the layout that fits is taken, and it is said", () => {
    const memory = memoryWith([{ entry: "runtime.main" }]);
    const newer = readGoroutines(memory, new MadeSymbols(functions, variables, "go1.99.1"), []);
    expect(newer.goroutines.map(({ id }) => id)).toEqual([1]);
    expect(newer.problems).toEqual([
      expect.stringMatching(/go1.99.1 .* was not measured; it was read as that of Go 1.27/),
    ]);
    const changed = readGoroutines(memory, new MadeSymbols(functions, variables, "go1.24.99"), []);
    expect(changed.goroutines.map(({ id }) => id)).toEqual([1]);
    expect(changed.problems).toEqual([expect.stringMatching(/go1.24.99 .* read as that of Go 1.2/)]);
    memory.put(goroutineAt(0) + layout.g.schedG, 1);
    const nonsense = read(memory);
    expect(nonsense.goroutines).toEqual([]);
    expect(nonsense.problems).toEqual([
      expect.stringMatching(/do not look as in Go 1.27, nor as in any version/),
    ]);
  });

  it("of any kind ends in an answer", () => {
    const places = [0x1000, 0x2000, 0x3000, 0x5000, 0x6000, goroutineAt(0), stackOf(0)];
    const word = fc.oneof(
      fc.constantFrom(...places),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constant(0),
    );
    const damage = fc.record({
      place: fc.constantFrom(...places),
      at: fc.integer({ min: 0, max: 120 }),
      word,
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 60 }), (all) => {
        const memory = memoryWith([
          { reason: "chan send", waiting: 0x3000, m: 0x6000 },
          { reason: "sync.Mutex.Lock" },
          { reason: "select", waiting: 0x3000 },
        ]);
        putSudog(memory, 0x3000, { g: goroutineAt(0), channel: 0x3000, waitLink: 0x3000, next: 0x3000 });
        all.forEach(({ place, at, word: value }) => {
          memory.put(place + at * 8, value);
        });
        const stopped = read(memory);
        stopped.goroutines.forEach((one) => {
          expect(stopped.stackOf(one).frames.length).toBeLessThanOrEqual(10_000);
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe("the words for what goroutines wait for", () => {
  it("are read as far as they are words", () => {
    const memory = memoryWith([]);
    expect(readWaitReasons(memory, variables["runtime.waitReasonStrings"])).toEqual(reasons);
    expect(readWaitReasons(memory, 0x5000)).toEqual([]);
    expect(readWaitReasons(memory, 0xffff_0000)).toEqual([]);
  });
});
