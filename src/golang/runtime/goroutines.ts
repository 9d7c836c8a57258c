/**
 * Reads the goroutines of a program that stands still from the runtime's own list (`runtime.allgs`).
 */
import type { Address, Memory } from "../memory.js";
import type { ProgramSymbols } from "../program-symbols.js";
import { hexAddress, readView, readWord, wordAt } from "../types/words.js";
import type { Goroutine, GoroutineStack, StoppedGoroutines, Thread, WaitsOn } from "./goroutine.js";
import { allLayouts, type ChosenLayout, layoutFor } from "./choose-layout.js";
import type { RuntimeLayout } from "./layout.js";
import { PcTable } from "./pc-facts.js";
import { matchThreads, readThreadAt, readThreads, type RuntimeThread } from "./threads.js";
import { type Position, type StackBounds, type StackOwner, walkStack } from "./unwind.js";
import { readWaitReasons } from "./wait-reasons.js";
import { Waits } from "./waits.js";

/** Names of the states by their number; 10 and 11 are of Go 1.26 and newer. Source: Go's src/runtime/runtime2.go. */
const statuses: ReadonlyMap<number, Goroutine["status"]> = new Map([
  [0, "idle"],
  [1, "runnable"],
  [2, "running"],
  [3, "in system call"],
  [4, "waiting"],
  [6, "dead"],
  [8, "copying stack"],
  [9, "preempted"],
  [10, "waiting"],
  [11, "dead"],
]);

/** Is added to the number while the collector looks at the stack. */
const scanBit = 0x1000;

/** More than fit into any memory: the list is damaged. */
const maxGoroutines = 1 << 26;

/** The words of a `g`. The bytes are not kept: a hundred thousand pieces of them would hold all memory that was read. */
interface RawGoroutine {
  readonly address: Address;
  readonly status: number;
  readonly id: number;
  readonly m: Address;
  readonly stack: StackBounds;
  readonly sched: Position;
  readonly systemCall: Position;
  readonly waitReason: number;
  readonly waitSince: number;
  readonly waiting: Address;
  readonly startedBy: number;
  readonly startedAt: Address;
  readonly entry: Address;
}

function readRaw(memory: Memory, address: Address, { g }: RuntimeLayout): RawGoroutine | undefined {
  const view = readView(memory, address, g.size);
  if (view === undefined) {
    return undefined;
  }
  const word = (offset: number): number => wordAt(view, offset);
  return {
    address,
    status: view.getUint32(g.status, true) & ~scanBit,
    id: word(g.id),
    m: word(g.m),
    stack: { low: word(g.stackLow), high: word(g.stackHigh) },
    sched: { sp: word(g.schedSp), pc: word(g.schedPc) },
    systemCall: { sp: word(g.syscallSp), pc: word(g.syscallPc) },
    waitReason: view.getUint8(g.waitReason),
    waitSince: word(g.waitSince),
    waiting: word(g.waiting),
    startedBy: g.startedBy === undefined ? 0 : word(g.startedBy),
    startedAt: word(g.startedAt),
    entry: word(g.entry),
  };
}

/** Goroutines of the runtime that go over to the program's own code: not the runtime's while they are there. */
const callsBack: ReadonlyMap<string, string> = new Map([
  ["runtime.runfinq", "finalizer wait"],
  ["runtime.runFinalizers", "finalizer wait"],
  ["runtime.runCleanups", "cleanup wait"],
]);
const programsOwn: ReadonlySet<string> = new Set([
  "runtime.main",
  "runtime.corostart",
  "runtime.handleAsyncEvent",
]);

function unlessZero(value: number): number | undefined {
  return value === 0 || !Number.isSafeInteger(value) ? undefined : value;
}

const nowhere = { low: 0, high: 0 };

/** A thread that has no goroutine: its stacks are the runtime's own. */
function noGoroutine(thread: RuntimeThread | undefined): StackOwner {
  return {
    goroutine: nowhere,
    sched: { pc: 0, sp: -1 },
    systemCall: undefined,
    vdso: thread?.vdso,
    system: thread?.system,
    signal: thread?.signal,
  };
}

/** Reads and answers; made once for each time the program stands still. */
class Reader implements StoppedGoroutines {
  readonly #memory: Memory;
  readonly #symbols: ProgramSymbols;
  readonly #layout: RuntimeLayout;
  readonly #pcs: PcTable;
  readonly #reasons: readonly string[];
  readonly #waits: Waits;
  readonly #threads = new Map<Address, RuntimeThread>();
  readonly #kernelThreads: readonly Thread[];
  /** The kernel's thread of each m. */
  readonly #matched: ReadonlyMap<Address, Thread>;
  readonly #raw = new Map<Address, RawGoroutine>();
  readonly goroutines: readonly Goroutine[];
  readonly problems: readonly string[];

  constructor(
    from: { readonly memory: Memory; readonly symbols: ProgramSymbols; readonly threads: readonly Thread[] },
    raw: readonly RawGoroutine[],
    chosen: { readonly layout: RuntimeLayout; readonly problems: readonly string[] },
  ) {
    const { memory, symbols } = from;
    this.#memory = memory;
    this.#symbols = symbols;
    this.#layout = chosen.layout;
    this.#pcs = new PcTable(symbols);
    const problems = [...chosen.problems];
    const strings = symbols.variable("runtime.waitReasonStrings");
    this.#reasons = strings === undefined ? [] : readWaitReasons(memory, strings);
    if (this.#reasons.length === 0) {
      problems.push("the words for what goroutines wait for were not found");
    }
    this.#waits = new Waits(memory, this.#layout, symbols.variable("runtime.semtable"));
    this.#findThreads(raw);
    this.#kernelThreads = from.threads;
    this.#matched = matchThreads(memory, from.threads, [...this.#threads.values()], this.#layout);
    if (from.threads.length > 0 && this.#matched.size === 0 && raw.length > 0) {
      problems.push("the runtime knows none of the threads, so stacks of goroutines that run are missing");
    }
    this.goroutines = raw.flatMap((one) => this.#goroutine(one) ?? []);
    this.problems = problems;
  }

  stackOf(goroutine: Goroutine): GoroutineStack {
    return this.#stack(goroutine.address);
  }

  stackOfThread(threadId: number): GoroutineStack | undefined {
    const kernelThread = this.#kernelThreads.find(({ id }) => id === threadId);
    if (kernelThread === undefined) {
      return undefined;
    }
    const goroutine = this.onThread(threadId);
    if (goroutine !== undefined) {
      return this.#stack(goroutine.address);
    }
    const { registers } = kernelThread;
    const [m] = [...this.#matched].find(([, thread]) => thread === kernelThread) ?? [];
    const from = {
      memory: this.#memory,
      pcs: this.#pcs,
      owner: noGoroutine(m === undefined ? m : this.#threads.get(m)),
    };
    return walkStack(from, { pc: registers.rip, sp: registers.rsp }, registers);
  }

  onThread(threadId: number): Goroutine | undefined {
    return this.goroutines.find(({ thread }) => thread === threadId);
  }

  /** From the runtime's list, and from the goroutines where that is not known. */
  #findThreads(raw: readonly RawGoroutine[]): void {
    const first = this.#symbols.variable("runtime.allm");
    const start = first === undefined ? undefined : readWord(this.#memory, first);
    const listed = start === undefined ? [] : readThreads(this.#memory, start, this.#layout);
    listed.forEach((thread) => this.#threads.set(thread.address, thread));
    for (const { m } of raw) {
      if (m !== 0 && !this.#threads.has(m)) {
        const thread = readThreadAt(this.#memory, m, this.#layout);
        if (thread !== undefined) {
          this.#threads.set(m, thread);
        }
      }
    }
  }

  #goroutine(raw: RawGoroutine): Goroutine | undefined {
    const status = statuses.get(raw.status) ?? "unknown";
    if (status === "dead" || status === "idle") {
      return undefined;
    }
    this.#raw.set(raw.address, raw);
    const reason = status === "waiting" ? this.#reasons[raw.waitReason] : undefined;
    const entry = unlessZero(raw.entry);
    return {
      id: raw.id,
      address: raw.address,
      status,
      waitReason: reason === "" ? undefined : reason,
      waitingSince: status === "waiting" ? unlessZero(raw.waitSince) : undefined,
      waitsOn: reason === undefined ? [] : this.#waitsOn(raw, reason),
      thread: this.#threadId(raw),
      startedBy: unlessZero(raw.startedBy),
      startedAt: unlessZero(raw.startedAt),
      entry,
      system: entry !== undefined && this.#isSystem(entry, reason),
      stackLow: raw.stack.low,
      stackHigh: raw.stack.high,
    };
  }

  /** The thread that runs it or works for it. */
  #threadOf({ address, m }: RawGoroutine): RuntimeThread | undefined {
    const thread = m === 0 ? undefined : this.#threads.get(m);
    return thread?.goroutine === address ? thread : undefined;
  }

  #threadId(raw: RawGoroutine): number | undefined {
    const thread = this.#threadOf(raw);
    if (thread === undefined) {
      return undefined;
    }
    return this.#matched.get(thread.address)?.id ?? (thread.id === 0 ? undefined : thread.id);
  }

  #waitsOn({ address: g, waiting }: RawGoroutine, reason: string): readonly WaitsOn[] {
    const waits = this.#waits.of({ g, first: waiting, reason });
    if (reason.startsWith("sync.Cond") && waits.length === 0) {
      return this.#conditionOf(g);
    }
    // Go 1.19 has one word for all semaphores.
    return reason === "semacquire" && this.#isInLock(g)
      ? waits.map((one) => ({ ...one, kind: "lock" }))
      : waits;
  }

  #isInLock(g: Address): boolean {
    const innermost = this.#stack(g, 6).frames.flatMap(({ frames }) => frames);
    return innermost.some(({ function: name }) => /^(internal\/)?sync\.\(\*(RW)?Mutex\)\./.test(name));
  }

  /**
   * Before Go 1.26 nothing leads from a goroutine to the condition that it waits for, but the address lies in the frame of
   * the function that waits. A word is one only if the goroutine is in the list at that address.
   */
  #conditionOf(g: Address): readonly WaitsOn[] {
    const { frames } = this.#stack(g, 6);
    const frame = frames.find((one) => one.frames.at(-1)?.function === "sync.runtime_notifyListWait");
    const words =
      frame === undefined ? undefined : readView(this.#memory, frame.sp, frame.callerSp - frame.sp + 16);
    for (let at = 0; words !== undefined && at + 8 <= words.byteLength; at += 8) {
      const address = wordAt(words, at);
      if (this.#waits.isConditionOf(address, g)) {
        return [{ kind: "condition", address, channel: undefined }];
      }
    }
    return [];
  }

  #isSystem(entry: Address, reason: string | undefined): boolean {
    const name = this.#pcs.at(entry)?.name ?? "";
    const idle = callsBack.get(name);
    if (idle !== undefined) {
      return reason === idle;
    }
    return name.startsWith("runtime.") && !programsOwn.has(name);
  }

  #stack(g: Address, limit?: number): GoroutineStack {
    const raw = this.#raw.get(g);
    if (raw === undefined) {
      return { frames: [], cut: `there is no goroutine at ${hexAddress(g)}` };
    }
    const thread = this.#threadOf(raw);
    const kernelThread = thread === undefined ? undefined : this.#matched.get(thread.address);
    const owner = ownerOf(raw, thread);
    const from = { memory: this.#memory, pcs: this.#pcs, owner, ...(limit === undefined ? {} : { limit }) };
    if (kernelThread !== undefined) {
      const { registers } = kernelThread;
      return walkStack(from, { pc: registers.rip, sp: registers.rsp }, registers);
    }
    if (statuses.get(raw.status) === "running") {
      const where = thread === undefined ? "on a thread" : `on thread ${thread.id}`;
      return { frames: [], cut: `it runs ${where}, whose registers are not known` };
    }
    return walkStack(from, owner.systemCall ?? owner.sched, undefined);
  }
}

function ownerOf(raw: RawGoroutine, thread: RuntimeThread | undefined): StackOwner {
  return {
    goroutine: raw.stack,
    sched: raw.sched,
    systemCall: raw.systemCall.sp === 0 ? undefined : raw.systemCall,
    vdso: thread?.vdso,
    system: thread?.system,
    signal: thread?.signal,
  };
}

/** Addresses of all `g`; undefined with a reason when the list cannot be read. */
function addresses(memory: Memory, symbols: ProgramSymbols): readonly Address[] | string {
  const list = symbols.variable("runtime.allgs");
  const header = list === undefined ? undefined : readView(memory, list, 16);
  if (header === undefined) {
    return list === undefined
      ? "the runtime's list of goroutines was not found in this program"
      : "the runtime's list of goroutines cannot be read";
  }
  const [first, count] = [wordAt(header, 0), wordAt(header, 8)];
  const words = count > maxGoroutines ? undefined : readView(memory, first, count * 8);
  if (words === undefined) {
    return `the runtime's list of goroutines cannot be read: ${count} are said to be at ${hexAddress(first)}`;
  }
  return Array.from({ length: count }, (_, index) => wordAt(words, index * 8));
}

/** How many goroutines are looked at to tell whether a layout fits. */
const sampleSize = 16;

/** Whether a `g` looks as it should when it is read with a layout; the first one runs main and is number 1. */
function fits(memory: Memory, address: Address, { g }: RuntimeLayout, id?: number): boolean {
  const view = readView(memory, address, g.size);
  if (view === undefined) {
    return false;
  }
  const [low, high] = [wordAt(view, g.stackLow), wordAt(view, g.stackHigh)];
  const status = view.getUint32(g.status, true) & ~scanBit;
  const own = wordAt(view, g.schedG) === address && (id === undefined || wordAt(view, g.id) === id);
  return own && low <= high && statuses.has(status);
}

/** How goroutines are read, and what is to be said about that. */
interface Choice {
  readonly layout: RuntimeLayout;
  /** Whether it fits at all: otherwise what would be read is nonsense. */
  readonly fits: boolean;
  readonly problems: readonly string[];
}

/** The layout of the program's version, or the one that fits: a build of a version that was not measured may have another. */
function chooseLayout(memory: Memory, symbols: ProgramSymbols, list: readonly Address[]): Choice {
  const own = layoutFor(symbols.goVersion);
  const version = symbols.goVersion ?? "an unknown Go version";
  const [first] = list;
  if (first === undefined) {
    return { layout: own.layout, fits: true, problems: [] };
  }
  const fitting = (one: ChosenLayout): boolean => fits(memory, first, one.layout, 1);
  const chosen = [own, ...allLayouts()].find(fitting);
  if (chosen !== undefined) {
    const what = `how the runtime of ${version} lays out goroutines was not measured; it was read as that of Go 1.${chosen.minor}, which fits`;
    return { layout: chosen.layout, fits: true, problems: chosen.measured ? [] : [what] };
  }
  const others = list.slice(1, sampleSize).some((one) => fits(memory, one, own.layout));
  const problem = others
    ? `the memory of the first goroutine is damaged`
    : `goroutines of ${version} do not look as in Go 1.${own.minor}, nor as in any version that is known: they were not read`;
  return { layout: own.layout, fits: others, problems: [problem] };
}

/**
 * Reads the goroutines of a program that stands still. Damaged memory gives fewer goroutines and problems, never an error.
 *
 * @param memory of the program
 * @param symbols of its executable, at the addresses where it runs
 * @param threads the kernel's threads with their registers, as far as they are known: stacks of those that run come from there
 */
export function readGoroutines(
  memory: Memory,
  symbols: ProgramSymbols,
  threads: readonly Thread[],
): StoppedGoroutines {
  const all = addresses(memory, symbols);
  const list = typeof all === "string" ? [] : all;
  const { layout, problems, fits: readable } = chooseLayout(memory, symbols, list);
  const raw: RawGoroutine[] = [];
  for (const address of readable ? new Set(list) : []) {
    const one = readRaw(memory, address, layout);
    if (one !== undefined) {
      raw.push(one);
    }
  }
  const missing = readable ? list.length - raw.length : 0;
  const found = [
    ...(typeof all === "string" ? [all] : []),
    ...problems,
    ...(missing === 0 ? [] : [`${missing} of ${list.length} goroutines cannot be read`]),
  ];
  return new Reader({ memory, symbols, threads }, raw, { layout, problems: found });
}
