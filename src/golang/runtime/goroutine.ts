/**
 * Goroutines as the runtime's own memory shows them (`runtime.allgs`).
 *
 * - a goroutine that **runs** is on a thread: its stack is read from that thread's registers;
 * - one that is **parked** is read from `g.sched`, and waits for something: the chain of its `sudog`s says on what.
 */
import type { Address } from "../memory.js";
import type { Frame } from "../pclntab/symbolizer.js";

/** Which of a thread's stacks: the goroutine's own one, that on which the runtime runs (g0), that for signals. */
export type StackKind = "goroutine" | "system" | "signal";

/** One physical frame of a stack. */
export interface StackFrame {
  /** Go's own dumps show frames on the goroutine's own stack only. */
  readonly stack: StackKind;
  /** The instruction: of the innermost frame where it stands, of the others the return address into it. */
  readonly pc: Address;
  /** The stack pointer while this frame is the innermost one, or is in a call. */
  readonly sp: Address;
  /** The address just above the frame's return address: where its caller's stack pointer is after the return. */
  readonly callerSp: Address;
  /** Whether the frame stands at an instruction (innermost, or hit by a signal), not after a call. */
  readonly atInstruction: boolean;
  /** The logical frames, innermost first; empty in code that is not Go's (C, the kernel's vDSO). */
  readonly frames: readonly Frame[];
  /**
   * The registers as they are in this frame: of the innermost one those of its thread, of one that a signal hit those that the
   * kernel saved. Undefined for all others: who calls knows no registers any more.
   */
  readonly registers: Registers | undefined;
}

/** A goroutine's stack. */
export interface GoroutineStack {
  readonly frames: readonly StackFrame[];
  /** Why it does not go down to the goroutine's start; undefined when it does. One sentence. */
  readonly cut: string | undefined;
}

/** The general registers of a thread, as far as they are known. */
export interface Registers {
  readonly rip: Address;
  readonly rsp: Address;
  readonly rbp: Address;
  /** All 64-bit general registers by their lower-case names (`rax`, `r8`, …). */
  readonly values: Readonly<Record<string, bigint>>;
  /** Base of thread-local storage; undefined where not known. */
  readonly fsBase: bigint | undefined;
}

/** A thread of the operating system. */
export interface Thread {
  /** The kernel's id of it. */
  readonly id: number;
  readonly registers: Registers;
}

/** What a goroutine waits on. */
export interface WaitsOn {
  readonly kind: "channel" | "lock" | "semaphore" | "condition" | "other";
  /** Of the channel, or of the word in the lock that goroutines sleep on. */
  readonly address: Address;
  /** For a channel: whether it sends or receives, its capacity and how full it is. */
  readonly channel:
    { readonly sends: boolean; readonly length: number; readonly capacity: number } | undefined;
}

/** Goroutines and stacks of a program that stands still. */
export interface StoppedGoroutines {
  /** All that are not dead, in the order in which the runtime has them. */
  readonly goroutines: readonly Goroutine[];
  /** What could not be read, or is not sure, one sentence each. */
  readonly problems: readonly string[];
  /** The stack of one of them. Never throws: where it does not go on, {@link GoroutineStack.cut} says why. */
  stackOf(goroutine: Goroutine): GoroutineStack;
  /** The stack of a thread, whether or not it has a goroutine; undefined when its registers are not known. */
  stackOfThread(threadId: number): GoroutineStack | undefined;
  /** The goroutine that a thread runs, or works for on its system stack; undefined when it has none. */
  onThread(threadId: number): Goroutine | undefined;
}

/** One goroutine. */
export interface Goroutine {
  readonly id: number;
  /** Of its `g`. */
  readonly address: Address;
  readonly status:
    | "idle"
    | "runnable"
    | "running"
    | "in system call"
    | "waiting"
    | "dead"
    | "copying stack"
    | "preempted"
    | "unknown";
  /** Why it waits, in the words of Go's own dumps (`chan receive`, `sync.Mutex.Lock`); undefined when it does not wait. */
  readonly waitReason: string | undefined;
  /** Since when it waits, in nanoseconds of the runtime's clock; undefined when not known. */
  readonly waitingSince: number | undefined;
  readonly waitsOn: readonly WaitsOn[];
  /** The thread that it is on (`m.procid`); undefined when on none. */
  readonly thread: number | undefined;
  /** Id of the goroutine that started it; undefined before Go 1.21 and for the first one. */
  readonly startedBy: number | undefined;
  /** Return address in the go statement that started it; undefined when there is none. */
  readonly startedAt: Address | undefined;
  /** The function that it began with. */
  readonly entry: Address | undefined;
  /** Whether it is one of the runtime's own, which Go's dumps leave out by default. */
  readonly system: boolean;
  /** Lowest and first address above its stack. */
  readonly stackLow: Address;
  readonly stackHigh: Address;
}
