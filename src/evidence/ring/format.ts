/**
 * The event file: offsets, sizes and the typed result of reading one. docs/event-file.md is the definition.
 *
 * Addresses (of maps, PCs) are JavaScript numbers: no process has any above 2^53. The identity of a binary is a hash of
 * 64 bits and so a bigint. Times are nanoseconds.
 */
import type { ConflictDetails, Events, Recording } from "./recording.js";
import type { Address, GoroutineId, Nanoseconds } from "./units.js";

export type { Address, GoroutineId, Nanoseconds } from "./units.js";

/** The first eight bytes of an event file. */
export const eventFileMagic = "MAPTRAP\0";
/** The version of the event file that the probe writes. */
export const eventFileVersion = 3;
/** All versions that can be read. */
export const readableVersions: readonly EventFileVersion[] = [1, 2, 3];

/** A version of the event file; the first one knows the trap only, the second one no order events. */
export type EventFileVersion = 1 | 2 | 3;

export const headerSize = 4096;
export const conflictRecordSize = 8192;
export const sideSize = 1088;
export const pairRecordSize = 64;
/** How many PCs a side has room for. */
export const maxPcs = 128;

/** Bits of the header's flags. */
export const flagSwiss = 1;
export const flagLogical = 2;

/** Operations as the event file numbers them. */
export type RingOperation =
  "read" | "assign" | "delete" | "iterate-start" | "iterate-next" | "clear" | "clone" | "length";

/** The operation with number n is at index n - 1. */
export const ringOperations: readonly RingOperation[] = [
  "read",
  "assign",
  "delete",
  "iterate-start",
  "iterate-next",
  "clear",
  "clone",
  "length",
];

/** How the process stood when its header was last written. */
export type ProcessState = "starting" | "running" | "exited";

/** What the probe does: it holds accesses, records them, or records all that orders goroutines. */
export type ProbeMode = "trap" | "record" | "order";

/** What the header says. */
export interface EventFileHeader {
  readonly version: EventFileVersion;
  readonly mode: ProbeMode;
  /** The chunks of order events; null in another mode. */
  readonly order: OrderHeader | null;
  /** Accesses that one ring takes in a second at the most; null = no limit. */
  readonly limit: number | null;
  readonly processId: number;
  /** Whether the process had Go's maps of 1.24 and later. */
  readonly swiss: boolean;
  /** Whether each PC stands for one logical frame (Go 1.21 and newer). */
  readonly logical: boolean;
  /** Start by the wall clock, Unix time. */
  readonly startWall: bigint;
  /** Start by the runtime's monotonic clock. */
  readonly startMonotonic: Nanoseconds;
  /** Address of `runtime.text`. */
  readonly text: Address;
  /** Address of `runtime.etext`. */
  readonly etext: Address;
  /** Hash that is equal for two runs of one binary. */
  readonly identity: bigint;
  readonly gomaxprocs: number;
  readonly state: ProcessState;
  /** Known when the state is "exited". */
  readonly exitStatus: number | null;
  /** How long at least one goroutine was held in a trap. */
  readonly trapTime: Nanoseconds;
  /** The budget as it was set; null stands for the default rule. */
  readonly budget: Nanoseconds | null;
  readonly delays: number;
  readonly plannedDelays: number;
  readonly delaysOverBudget: number;
  readonly sharedMaps: number;
  /** Monotonic clock when the header was last written. */
  readonly updated: Nanoseconds;
  readonly goVersion: string;
  /** GOOS/GOARCH. */
  readonly platform: string;
  /** Path of the executable. */
  readonly executable: string;
}

/** Where the chunks of order events are, and how far they go; nothing of this is checked yet. */
export interface OrderHeader {
  /** Offset of the first chunk. */
  readonly firstChunk: number;
  /** Bytes of a chunk. */
  readonly chunkSize: number;
  /** Chunks that were begun, or could not be because there was no more room for one. */
  readonly chunksBegun: number;
  /** How many there may be. */
  readonly mostChunks: number;
  /** Why recording ended before the program did: the largest size was reached, or the file could not grow; null when it did not. */
  readonly cutShort: "size" | "no-room" | null;
  /** When it ended, milliseconds since the start; null when it did not. */
  readonly cutShortAt: number | null;
}

/** One of the two accesses of a conflict. */
export interface RingSide {
  readonly goroutine: GoroutineId;
  /** Id of the goroutine that started it; null where not known. */
  readonly startedBy: GoroutineId | null;
  /** PC after the go statement that started it; null for the main goroutine. */
  readonly startPc: Address | null;
  /** Entry PC of the goroutine's first function. */
  readonly entryPc: Address | null;
  readonly operation: RingOperation;
  /** How long it had waited in the trap; 0 for the side that came. */
  readonly held: Nanoseconds;
  /** Return address of the map function. */
  readonly site: Address | null;
  /** Return addresses, innermost first. */
  readonly pcs: readonly Address[];
}

/** Two goroutines were in flight on one map. */
export interface ConflictRecord {
  /** Position in the region, from 0. */
  readonly index: number;
  /** Time since the process started. */
  readonly at: Nanoseconds;
  readonly map: Address;
  /** How often the same two stacks met. */
  readonly seen: number;
  /** Number of elements, read without a lock; null when the number is out of all bounds. */
  readonly elements: number | null;
  /** The map's Go type; empty where not known. */
  readonly mapType: string;
  /**
   * Found by the trap: the side that waited in it. Found by Go's check: the other side (the peer), which changes the map;
   * null when it is not known.
   */
  readonly first: RingSide | null;
  /** Found by the trap: the side that came. Found by Go's check: the side that noticed (the detector). */
  readonly second: RingSide;
  readonly details: ConflictDetails;
  /** The probe's own text on this conflict, symbolized in the process. */
  readonly report: string;
}

/** One of the two places of a pair. */
export interface PairSite {
  /** PC - runtime.text. */
  readonly offset: number;
  readonly operation: RingOperation;
}

/** A near miss. */
export interface PairRecord {
  /** Position in the region, from 0. */
  readonly index: number;
  readonly first: PairSite;
  readonly second: PairSite;
  /** Shortest time from the first access to the second; null where not known. */
  readonly shortest: Nanoseconds | null;
  /** Longest such time that was known. */
  readonly longest: Nanoseconds;
  readonly seen: number;
  /** How often the first was held and the second did not come. */
  readonly heldInVain: number;
  /** How often the two met. */
  readonly met: number;
  /** How often the second came right after the first was let go. */
  readonly cameAfterRelease: number;
  /** Longest time for which the first was held in vain. */
  readonly longestHold: Nanoseconds;
}

/** A field of the header, a record, or a whole region that could not be read. */
export interface Unreadable {
  readonly region: "header" | "conflicts" | "pairs" | "rings" | "stacks";
  /** Position of the record or the ring; null when it is the region as a whole, or the header. */
  readonly index: number | null;
  /** Why, half a sentence. */
  readonly reason: string;
}

/** A whole event file, with its events in columns or as a sequence. */
export interface EventFile<E = Events> {
  /** Where it was read from. */
  readonly fileName: string;
  readonly header: EventFileHeader;
  readonly conflicts: readonly ConflictRecord[];
  /** Conflicts that were begun and did not fit. */
  readonly conflictsNotKept: number;
  readonly pairs: readonly PairRecord[];
  /** Pairs that were found and did not fit. */
  readonly pairsNotKept: number;
  /** What the recorder left; null when the probe did not record (modes trap and order, and all of version 1). */
  readonly recording: Recording<E> | null;
  readonly unreadable: readonly Unreadable[];
}
