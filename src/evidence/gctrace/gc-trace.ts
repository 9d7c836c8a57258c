/**
 * What Go's runtime prints about its garbage collector when GODEBUG asks for it, as records.
 *
 * A **run** is one process. Its lines are **cycles** (`gctrace=1`), what the **pacer** says at a cycle's end
 * (`gcpacertrace=1`), **inits** of packages (`inittrace=1`), what the **scavenger** gave back (`scavtrace=1`) and looks at the
 * **scheduler** (`schedtrace=N`). docs/gctrace.md explains every field.
 *
 * Times are nanoseconds, as far as the runtime prints them: the start of a cycle to a millisecond (the rest is cut off), spans
 * to two digits. What the runtime calls MB are mebibytes (2^20 bytes), the rest cut off. What a version of Go does not print
 * is null. Lines count from 1 and are those of the text as it was given.
 */

/** A time or a span of time. */
export type Nanoseconds = number;
/** Whole mebibytes; the rest was cut off. */
export type Mebibytes = number;

/** One `gc` line: a cycle that has ended. */
export interface GcCycle {
  /** Where the line begins in the text. */
  readonly line: number;
  /** The cycle's number, from 1. */
  readonly number: number;
  /** When the cycle began: since the runtime was ready to run `init` functions, to a millisecond. */
  readonly start: Nanoseconds;
  /** How much of all processors' time since the start of the program went into collection. */
  readonly percent: number;
  /** How long each phase took on the clock. */
  readonly clock: GcPhases;
  /** Processor time; null where it could not be read. */
  readonly cpu: GcCpu;
  readonly heap: GcHeap;
  /** The size that the heap was to have at the most when marking ends; null = none (GOGC=off without a memory limit). */
  readonly goal: Mebibytes | null;
  /** Stacks that were scanned; Go 1.18 on. */
  readonly stacks: Mebibytes | null;
  /** Package variables that were scanned; Go 1.18 on. */
  readonly globals: Mebibytes | null;
  /** GOMAXPROCS during the cycle. */
  readonly processors: number;
  /** Whether runtime.GC or debug.FreeOSMemory asked for it. */
  readonly forced: boolean;
  /** Whether `GC forced` stood before it: two minutes had gone by without a cycle. */
  readonly periodic: boolean;
  /** Whether it looked for leaked goroutines; Go 1.26 on. */
  readonly leakCheck: boolean;
  /** What the pacer said at its end, with `gcpacertrace=1`. */
  readonly pacer: PacerEnd | null;
  /** Whether other output stood within the line, so that a number may have been taken for another one. */
  readonly interrupted: boolean;
}

/** The phases of a cycle. Go 1.5 prints five; scan, synchronization and mark are then added up in `mark`. */
export interface GcPhases {
  /** The world is stopped: what is left to sweep is swept, the write barrier goes on. */
  readonly sweepTermination: Nanoseconds;
  /** The program runs, with the write barrier on. */
  readonly mark: Nanoseconds;
  /** The world is stopped: marking ends, the write barrier goes off. */
  readonly markTermination: Nanoseconds;
}

/** Processor time of a cycle. */
export interface GcCpu {
  readonly sweepTermination: Nanoseconds;
  /** Work that goroutines did because they allocated. */
  readonly assist: Nanoseconds;
  /** Work of dedicated and fractional workers. */
  readonly background: Nanoseconds;
  /** Work on processors that had nothing else to do. */
  readonly idle: Nanoseconds;
  readonly markTermination: Nanoseconds;
}

/** Sizes of the heap in a cycle. */
export interface GcHeap {
  /** When the cycle began. */
  readonly start: Mebibytes;
  /** When marking ended. */
  readonly end: Mebibytes;
  /** What was found alive. */
  readonly live: Mebibytes;
}

/** `pacer: 30% CPU (25 exp.) for …`: how the pacer did in a cycle; Go 1.18 on. In bytes, and exact. */
export interface PacerEnd {
  /** Share of the processors that collection had, in percent; `expected` is what it aims at. */
  readonly cpuPercent: number;
  readonly expectedCpuPercent: number;
  /** Bytes that were scanned. */
  readonly heapWork: number;
  readonly stackWork: number;
  readonly globalsWork: number;
  /** Bytes that were expected to be scanned, all three together. */
  readonly expectedWork: number;
  /** Heap when the cycle was triggered, when it ended, and the goal. */
  readonly triggered: number;
  readonly end: number;
  readonly goal: number;
}

/** An `init` line: a package's init functions and variables. */
export interface PackageInit {
  readonly line: number;
  readonly package: string;
  /** When it began, since the runtime was ready to run `init` functions. */
  readonly start: Nanoseconds;
  readonly clock: Nanoseconds;
  readonly bytes: number;
  readonly allocations: number;
}

/** A `scav` line: memory that was given back to the system. */
export interface Scavenge {
  readonly line: number;
  /** Given back since the line before, in KiB: in the background and, where that is told apart (Go 1.20 on), on demand. */
  readonly background: number;
  readonly eager: number | null;
  /** All that is given back at present, in KiB. */
  readonly released: number;
  /** How much of the memory that is held is in use, in percent. */
  readonly usedPercent: number;
  readonly forced: boolean;
}

/** A `SCHED` line. */
export interface SchedulerLook {
  readonly line: number;
  /** Since the first such line. */
  readonly at: Nanoseconds;
  readonly processors: number;
  readonly idleProcessors: number;
  readonly threads: number;
  /** Goroutines that wait to run, in the queue of all and in those of the processors; null with `scheddetail`. */
  readonly runQueue: number;
  readonly localQueues: readonly number[] | null;
}

/** Sums over all cycles of a run, also those that are not kept. */
export interface GcTotals {
  readonly cycles: number;
  readonly forced: number;
  readonly periodic: number;
  readonly interrupted: number;
  readonly firstNumber: number;
  readonly lastNumber: number;
  /** When the first and the last cycle began. */
  readonly firstStart: Nanoseconds;
  readonly lastStart: Nanoseconds;
  readonly lastPercent: number;
  readonly clock: GcPhases;
  readonly cpu: GcCpu;
  /** The longest time that the world stood in a cycle, both stops together. */
  readonly longestStop: { readonly number: number; readonly nanoseconds: Nanoseconds };
  /** Smallest and largest. */
  readonly startHeap: Bounds;
  readonly liveHeap: Bounds;
  /** Of the cycles that have a goal; null when none has. */
  readonly goal: Bounds | null;
  readonly stacks: Bounds | null;
  readonly globals: Bounds | null;
  readonly processors: Bounds;
}

/** Smallest and largest. */
export type Bounds = readonly [number, number];

/** One process. */
export interface GcRun {
  /** Its name, where prefixes tell: `web-1`, `svc[123]`. */
  readonly process: string | null;
  /** First and last line of the text that is its. */
  readonly textLines: readonly [number, number];
  /** Null when it has no `gc` line. */
  readonly totals: GcTotals | null;
  /** The last cycles, by number; `totals` counts all. */
  readonly cycles: readonly GcCycle[];
  readonly inits: {
    readonly count: number;
    readonly clock: Nanoseconds;
    readonly kept: readonly PackageInit[];
  };
  readonly scavenges: { readonly count: number; readonly kept: readonly Scavenge[] };
  readonly scheduler: { readonly count: number; readonly kept: readonly SchedulerLook[] };
  /** Further lines of the runtime that were recognised and not kept. */
  readonly otherLines: number;
  /** Go versions that print such lines, for example `1.18 or newer`; null where nothing tells. */
  readonly goVersion: string | null;
}

/** All that was found in a text. */
export interface GcTrace {
  /** In the order of their first lines. */
  readonly runs: readonly GcRun[];
  /** Runs that were not kept because there were too many. */
  readonly runsNotKept: number;
  /** How many lines the text has. */
  readonly lines: number;
  /** Lines that began as one of the runtime and could not be read to their end. */
  readonly unread: number;
}
