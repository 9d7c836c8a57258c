/**
 * The runtime's own list of threads (`runtime.allm`), and which of them is which thread of the kernel.
 */
import type { Address, Memory } from "../memory.js";
import { readView, readWord, wordAt } from "../types/words.js";
import type { Thread } from "./goroutine.js";
import type { RuntimeLayout } from "./layout.js";
import type { Position, StackBounds } from "./unwind.js";

/** A thread as the runtime knows it. */
export interface RuntimeThread {
  /** Of its `m`. */
  readonly address: Address;
  /** `m.procid`: the kernel's id of it, as the program sees it; 0 before it has started. */
  readonly id: number;
  /** The goroutine that it runs or works for; 0 when there is none. */
  readonly goroutine: Address;
  readonly g0: Address;
  readonly gsignal: Address;
  readonly system: StackBounds | undefined;
  readonly signal: StackBounds | undefined;
  /** Who called the kernel's vDSO; undefined when it is not in it. */
  readonly vdso: Position | undefined;
}

/** More threads than a program has: the runtime's own limit is 10,000 unless it is told otherwise. */
const maxThreads = 1 << 18;

function bounds(memory: Memory, g: Address, layout: RuntimeLayout): StackBounds | undefined {
  const view = g === 0 ? undefined : readView(memory, g + layout.g.stackLow, 16);
  return view === undefined ? undefined : { low: wordAt(view, 0), high: wordAt(view, 8) };
}

function readThread(
  memory: Memory,
  address: Address,
  layout: RuntimeLayout,
): (RuntimeThread & { readonly next: Address }) | undefined {
  const view = readView(memory, address, layout.m.size);
  if (view === undefined) {
    return undefined;
  }
  const { m } = layout;
  const [g0, gsignal] = [wordAt(view, m.g0), wordAt(view, m.gsignal)];
  const [sp, pc] = [wordAt(view, m.vdsoSp), wordAt(view, m.vdsoPc)];
  return {
    address,
    id: wordAt(view, m.threadId),
    goroutine: wordAt(view, m.curg),
    g0,
    gsignal,
    system: bounds(memory, g0, layout),
    signal: bounds(memory, gsignal, layout),
    vdso: sp === 0 ? undefined : { sp, pc },
    next: wordAt(view, m.next),
  };
}

/**
 * The threads of the runtime.
 *
 * @param first address of the newest one, whose `alllink` leads to the others
 */
export function readThreads(memory: Memory, first: Address, layout: RuntimeLayout): readonly RuntimeThread[] {
  const found = new Map<Address, RuntimeThread>();
  let address = first;
  while (address !== 0 && !found.has(address) && found.size < maxThreads) {
    const thread = readThread(memory, address, layout);
    if (thread === undefined) {
      break;
    }
    found.set(address, thread);
    address = thread.next;
  }
  return [...found.values()];
}

/** Reads one thread that is known by its address. */
export function readThreadAt(
  memory: Memory,
  address: Address,
  layout: RuntimeLayout,
): RuntimeThread | undefined {
  return readThread(memory, address, layout);
}

/**
 * Which of the kernel's threads is which of the runtime's.
 *
 * By the id that the runtime noted. In a PID namespace of its own the program knows other ids than who looks from outside, and
 * then by the g that each thread has in its thread-local storage (below `fs`), which leads to its m.
 */
export function matchThreads(
  memory: Memory,
  threads: readonly Thread[],
  known: readonly RuntimeThread[],
  layout: RuntimeLayout,
): ReadonlyMap<Address, Thread> {
  const byId = new Map(known.filter(({ id }) => id !== 0).map((one) => [one.id, one]));
  const byAddress = new Map(known.map((one) => [one.address, one]));
  const matched = new Map<Address, Thread>();
  const sameIds = threads.some(({ id }) => byId.has(id));
  for (const thread of threads) {
    const runtimeThread =
      byLocalStorage(memory, thread, byAddress, layout) ?? (sameIds ? byId.get(thread.id) : undefined);
    if (runtimeThread !== undefined) {
      matched.set(runtimeThread.address, thread);
    }
  }
  return matched;
}

function byLocalStorage(
  memory: Memory,
  { registers: { fsBase } }: Thread,
  known: ReadonlyMap<Address, RuntimeThread>,
  layout: RuntimeLayout,
): RuntimeThread | undefined {
  if (fsBase === undefined || fsBase < 8n || fsBase > BigInt(Number.MAX_SAFE_INTEGER)) {
    return undefined;
  }
  const g = readWord(memory, Number(fsBase) - 8);
  const m = g === undefined ? undefined : readWord(memory, g + layout.g.m);
  const thread = m === undefined ? undefined : known.get(m);
  const isOwn = thread !== undefined && [thread.g0, thread.gsignal, thread.goroutine].includes(g ?? 0);
  return isOwn ? thread : undefined;
}
