/**
 * What a crash text says.
 *
 * A **crash text** is anything that may hold what a Go program printed when it died: a log, a journal, a CI page, an
 * issue. It is read into **reports**, in the order in which they stand in the text:
 *
 * - a **dump**: a headline (`fatal error: …`, `panic: …`, `SIGQUIT: quit`) where there is one, and goroutines;
 * - a **race report** of Go's race detector;
 * - a **probe report**, printed by maptrap's own probe.
 *
 * Lines count from 1 and are those of the text as it was given, before anything was undone.
 */
import type { CaseFrame, ConflictKind, Operation } from "../../case/case.js";
import type { GoroutineTable } from "./goroutine-table.js";

/** One line of a goroutine's stack, as printed. */
export interface CrashFrame extends CaseFrame {
  /** What stands between the function's parentheses, as printed; null where nothing was recorded: `(...)`, or inlined. */
  readonly arguments: string | null;
  /** Where the function line stands in the text. */
  readonly textLine: number;
}

/** Where a goroutine came from: `created by FUNCTION in goroutine N`. */
export interface CrashOrigin {
  readonly frame: CrashFrame;
  /** The goroutine that started it: printed from Go 1.21 on. */
  readonly goroutine: number | null;
}

/** A goroutine as printed. */
export interface CrashGoroutine {
  /** Null where the text has frames but the header was lost. */
  readonly id: number | null;
  /** As printed, without minutes and remarks: `running`, `chan receive`, `sync.Mutex.Lock`. */
  readonly state: string;
  /** How long it had waited, in minutes. */
  readonly waitMinutes: number | null;
  /** Further words in the brackets: `locked to thread`, `leaked`, `durable`, `scan`, `synctest bubble 3`. */
  readonly remarks: readonly string[];
  /** pprof labels (Go 1.27). */
  readonly labels: Readonly<Record<string, string>>;
  /** Innermost first, without the `created by` line. */
  readonly frames: readonly CrashFrame[];
  /** How many frames were left out: `...N frames elided...`. */
  readonly framesElided: number;
  readonly createdBy: CrashOrigin | null;
  /** Why there is no stack: `goroutine running on other thread; stack unavailable`. */
  readonly unavailable: string | null;
  /** Where its header stands in the text. */
  readonly textLine: number;
}

/** How alike the goroutines of a group are; the words are panicparse's. */
export type GroupLevel = "identical" | "similar" | "any-value";

/** Goroutines with equal stacks. */
export interface GoroutineGroup {
  readonly level: GroupLevel;
  /** One of them, whole. */
  readonly example: CrashGoroutine;
  /** How many there are. */
  readonly count: number;
  /** Their ids in the order of the text; at most `maxIds`, `count` tells when there are more. */
  readonly ids: readonly number[];
  /** Shortest and longest wait, in minutes. */
  readonly waitMinutes: readonly [number, number] | null;
}

/** A version of Go that fits the text. */
export interface GoVersionHint {
  /** As people write it: `1.9`, `1.14 or 1.15`, `1.26.10`, `1.24 or newer`. */
  readonly text: string;
  /** What tells it: `panic.go:605`, `go version go1.22.1`, `only one goroutine is printed`. */
  readonly from: string;
  /** Whether it is exact to the minor version (1.N). */
  readonly exact: boolean;
  /** The lowest and the highest minor version that fit: [9, 9], [14, 15]. */
  readonly minor: readonly [number, number];
}

/** The side that noticed, as far as the text tells. */
export interface CrashDetector {
  readonly goroutine: CrashGoroutine;
  /** What it did to the map, from the runtime frame or from the headline. */
  readonly operation: Operation | null;
  /** What the operation follows from: the runtime's function, or "headline". */
  readonly operationFrom: string | null;
  /** The place in the program to look at: below the runtime, the standard library and wrappers such as loggers. */
  readonly site: CrashFrame | null;
  /** The standard library's or wrapper's function that the program called there and that went to the map. */
  readonly through: string | null;
}

/** How a goroutine in the text may be the peer. */
export interface PeerHint {
  readonly goroutine: CrashGoroutine;
  /**
   * Strongest first: still in a map operation; on another thread, stack unavailable; in a method of the same receiver; in
   * the same function; running or runnable within the program's own code; started at the same place.
   */
  readonly reason:
    | "in-map-operation"
    | "running-unavailable"
    | "same-receiver"
    | "same-function"
    | "running-own-code"
    | "same-creator";
  /** The frame that says so, where one does. */
  readonly frame: CrashFrame | null;
  /** What it does to the map, where it is in a map operation. */
  readonly operation: Operation | null;
}

/** A dump of goroutines. */
export interface CrashDump {
  readonly kind: "dump";
  /** `fatal`: a fatal error; `panic`; `signal`: SIGQUIT, SIGABRT and the like; `goroutines`: no headline at all. */
  readonly cause: "fatal" | "panic" | "signal" | "goroutines";
  /** The headlines without `fatal error: ` or `panic: `, in the order of the text. */
  readonly headlines: readonly string[];
  /** Whether the headline was not in the text and follows from the message's length. */
  readonly headlineInferred: boolean;
  /** The kind of map conflict; null when it is another error, or the text does not tell which of them (then there is a detector). */
  readonly conflict: ConflictKind | null;
  readonly goVersion: GoVersionHint | null;
  /** GOOS and GOARCH as far as the frames tell: `linux`, `amd64`. */
  readonly os: string | null;
  readonly architecture: string | null;
  /** How many goroutines the text shows. */
  readonly goroutines: number;
  /** Null when the dump is of another error, or no goroutine can be the one. */
  readonly detector: CrashDetector | null;
  /**
   * Whether a goroutine other than the detecting one is shown in an operation on what may be the same map: a function of
   * the map is at the top of its stack, the operation can be the other side of this conflict, and where both maps' addresses
   * are printed they are equal.
   */
  readonly peerVisible: boolean;
  /** Goroutines that may be the other side, most likely first; at most 100. */
  readonly peers: readonly PeerHint[];
  /** All goroutines, grouped, those that matter first; at most `maxGroups`. */
  readonly groups: readonly GoroutineGroup[];
  /** How many groups there are, also those beyond the limit. */
  readonly groupCount: number;
  /** Every goroutine, where that was asked for (`everyGoroutine`); else null. */
  readonly table: GoroutineTable | null;
}

/** One of the two accesses of a race report. */
export interface RaceAccess {
  readonly operation: "read" | "write";
  /** Whether it is the `Previous …` one. */
  readonly previous: boolean;
  readonly atomic: boolean;
  /** Null for `by main goroutine`, with `main` set. */
  readonly goroutine: number | null;
  readonly main: boolean;
  readonly address: string | null;
  readonly frames: readonly CrashFrame[];
  /** `[failed to restore the stack]`. */
  readonly stackLost: boolean;
  /** The map operation that the topmost runtime frame tells; null when it is not a map. */
  readonly mapOperation: Operation | null;
  readonly site: CrashFrame | null;
  readonly through: string | null;
  /** The stack that created the goroutine, and its state as printed: `running`, `finished`. */
  readonly createdAt: readonly CrashFrame[];
  readonly state: string | null;
}

/** A report of Go's race detector. */
export interface RaceReport {
  readonly kind: "race";
  readonly accesses: readonly RaceAccess[];
  /** The kind of map conflict; null when it is not about a map. */
  readonly conflict: ConflictKind | null;
  readonly goVersion: GoVersionHint | null;
}

/**
 * How the probe came to its report. **caught**: its trap saw both sides at the map. **recorded**: Go's check ended the
 * program, and the side whose mark it found was on record. **inferred**: Go's check ended the program, and the other side is
 * the last one on record that changed the map, or not known at all.
 */
export type ProbeFound = "caught" | "recorded" | "inferred";

/** How a side of a probe's report took part: in the trap one waited and one came; Go's check was that of one which noticed. */
export type ProbePart = "waited" | "came" | "other" | "noticed";

/** One side of a probe's report. */
export interface ProbeSide {
  readonly part: ProbePart;
  readonly operation: Operation;
  readonly goroutine: number;
  /** How long it had waited in the trap. */
  readonly heldNanoseconds: number;
  /** How long before the conflict its accesses at this place had begun; null where not printed. */
  readonly beganNanosecondsBefore: number | null;
  readonly frames: readonly CrashFrame[];
  /** Whether its stack is there, and not its place only. */
  readonly callersRecorded: boolean;
  /** How many changes it made after its stack was taken: its callers are as they were then, its place is right. */
  readonly callersChangesBefore: number;
  readonly site: CrashFrame | null;
  readonly startedBy: number | null;
  readonly startedAt: readonly CrashFrame[];
}

/** How far a classic map had grown. */
export interface ProbeGrowth {
  readonly kind: "double" | "same-size";
  /** Old buckets that were evacuated, and how many there are. */
  readonly evacuated: number;
  readonly oldBuckets: number;
}

/** A report of maptrap's probe. */
export interface ProbeReport {
  readonly kind: "probe";
  readonly found: ProbeFound;
  readonly mapType: string | null;
  readonly mapAddress: string | null;
  readonly elements: number | null;
  /** Null when it was not growing. */
  readonly growth: ProbeGrowth | null;
  /** The kind of map conflict; null when the text does not tell. */
  readonly conflict: ConflictKind | null;
  /** Whether the text says that the other side is not known; then the only side is the one that noticed. */
  readonly otherSideMissing: boolean;
  /** In the order of the text. */
  readonly sides: readonly ProbeSide[];
}

/** What was undone to read a report: `syslog prefix`, with how many lines it was on. */
export interface Undone {
  /** A word of a fixed list, see unmangle/undone.ts. */
  readonly what: string;
  readonly lines: number;
}

/** What every report carries besides its own. */
export interface ReportPlace {
  /** First and last line in the text. */
  readonly textLines: readonly [number, number];
  /** The process whose lines these are, where lines tell it: `web-1`, `svc[123]`. */
  readonly process: string | null;
  readonly undone: readonly Undone[];
  /** Lines within the report that could not be read; the first few are given. */
  readonly unread: { readonly count: number; readonly lines: readonly { line: number; text: string }[] };
  /** Whether the text ended, or a limit was reached, before the report did. */
  readonly cut: string | null;
}

/** One report in a crash text. */
export type CrashReport = (CrashDump | RaceReport | ProbeReport) & ReportPlace;

/** All that a crash text says. */
export interface CrashText {
  readonly reports: readonly CrashReport[];
  /** How many lines were read, and how many of them belong to no report. */
  readonly lines: number;
  readonly otherLines: number;
  /** What was undone to the whole text: `gzip`, `UTF-16`. */
  readonly undone: readonly Undone[];
}
