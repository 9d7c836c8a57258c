/**
 * What the source of a Go program says about its maps.
 *
 * The source is read without a toolchain: files are parsed, names and types are resolved as far as needed, and what
 * remains are **facts**:
 *
 * - **functions**, named as the runtime prints them;
 * - **accesses** to maps, each with the variable or field that holds the map;
 * - **map flows**: where a map goes from one variable to another (assigned, passed, returned, stored);
 * - **held locks** at each access;
 * - **calls** and **starts** (go statements, timers, handlers …).
 *
 * Everything refers to everything else by its index in the arrays of {@link SourceFacts}. Files are relative to the root,
 * with slashes. Lines and columns count from 1.
 */
import type { Operation } from "../../case/case.js";

/** A module below the root. */
export interface SourceModule {
  readonly path: string;
  /** Its folder, relative to the root; "" for the root itself. */
  readonly folder: string;
  /** The `go` line of go.mod, for example `1.21`. */
  readonly goVersion: string | null;
}

/** A function, method or function literal with a body. */
export interface SourceFunction {
  /**
   * As the runtime prints it, with `[...]` for type arguments: `example.com/shop.(*Cache).Put`, `main.main.func1`,
   * `example.com/shop.glob..func1`. Package main is `main`.
   */
  readonly name: string;
  /** The import path, also of package main. */
  readonly package: string;
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  /** The function that a function literal stands in. */
  readonly enclosing: number | null;
  /** Receiver type's name without `*`, and whether it is a pointer. */
  readonly receiver: {
    readonly type: string;
    readonly pointer: boolean;
    readonly name: string | null;
  } | null;
  /** In a _test.go file. */
  readonly inTest: boolean;
  /** In a file marked `Code generated … DO NOT EDIT.` */
  readonly generated: boolean;
}

/** Something that holds a map. */
export interface MapVariable {
  /** Equal for the same variable everywhere: `field example.com/shop.Cache.items`, `global …`, `local FILE:LINE:COL …`. */
  readonly key: string;
  readonly kind: "field" | "global" | "local" | "parameter" | "result" | "element" | "other";
  /** As people call it: `Cache.items`, `registry`, `m`, `element of Cache.items`. */
  readonly name: string;
  /** The map's type as far as it is known: `map[string]int`. */
  readonly type: string | null;
  /** Where it is declared. */
  readonly file: string | null;
  readonly line: number | null;
  /** The function that a local variable, parameter or result belongs to. */
  readonly function: number | null;
}

/** A place that accesses a map. */
export interface MapAccess {
  readonly operation: Operation;
  readonly function: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The map expression as written, at most 100 characters: `c.items`. */
  readonly expression: string;
  readonly variable: number;
  /** The function that goes to the map here, when it is not the language itself: `fmt.Sprint`, `maps.Clone`. */
  readonly through: string | null;
  /** The locks that are surely held here. */
  readonly locks: readonly HeldLock[];
  /** The base of the map expression (`c` of `c.items`), to tell instances apart: a key of the base variable. */
  readonly base: string | null;
  /** What a sync.Once orders: what is inside comes before what is after. */
  readonly once: readonly OnceOrder[];
  /** The map is new, made here or by a caller, and nobody else has it yet. */
  readonly unshared: boolean;
  /**
   * Sites ({@link StartEdge.site}) whose goroutines this function or what it called may have left running at this point;
   * [-1] when they are too many to be listed.
   */
  readonly running: readonly number[];
}

/** Where an access is as seen by a sync.Once. */
export interface OnceOrder {
  /** Equal for the same sync.Once. */
  readonly key: string;
  /** `inside` the function that it runs; `after`: where that has surely run. */
  readonly when: "inside" | "after";
}

/** A lock that is held at a place. */
export interface HeldLock {
  /** Equal for the same lock variable: `field example.com/shop.Cache.mu`. */
  readonly key: string;
  /** As written: `c.mu`. */
  readonly expression: string;
  readonly mode: "lock" | "rlock";
  /** Where it was taken. */
  readonly file: string;
  readonly line: number;
  /**
   * What makes it doubtful: `copied` (lock of a copied struct: value receiver or copied local), `other-instance` (its base
   * is not the map's base), `maybe` (not on all ways). A doubtful lock protects less than it seems.
   */
  readonly doubt: "copied" | "other-instance" | "maybe" | null;
  /** `caller` when all known callers hold it, else `here`. */
  readonly by: "here" | "caller";
}

/** A map goes from one variable to another. */
export interface MapFlow {
  readonly from: number;
  readonly to: number;
  readonly how: "assign" | "argument" | "result" | "store" | "send" | "range" | "capture" | "convert";
  readonly file: string;
  readonly line: number;
  /**
   * The call ({@link CallEdge.site}, {@link StartEdge.site}) that an argument or a result goes through, else null. A way that
   * enters a function as an argument of one call does not leave it as a result of another.
   */
  readonly site: number | null;
}

/** A function calls another. */
export interface CallEdge {
  readonly caller: number;
  readonly callee: number;
  readonly file: string;
  readonly line: number;
  /** `dynamic`: through an interface or a function value, found by type; may be wrong. */
  readonly how: "static" | "dynamic" | "defer";
  /** The number of the place; equal for all edges of one call, and different for any two calls and starts. */
  readonly site: number;
  /** As in {@link MapAccess.running}, when the call begins. */
  readonly running: readonly number[];
  /**
   * The function that is called was given to the caller by these sites only, each of which is a start of its own (`safeGo(f)`,
   * `group.Go(f)`): who asks for goroutines takes those instead of this edge. Else null.
   */
  readonly startedBy: readonly number[] | null;
}

/** A function is started on a goroutine of its own, or may run at the same time as itself. */
export interface StartEdge {
  /** The function in which it is started; null for what a library calls by itself. */
  readonly starter: number | null;
  readonly started: number;
  readonly file: string;
  readonly line: number;
  readonly how:
    | "go"
    | "timer"
    | "http-handler"
    | "errgroup"
    | "parallel-test"
    | "test"
    | "main"
    | "init"
    | "callback"
    | "finalizer";
  /** Whether several may run at once: started in a loop, a handler, by a function that runs more than once. */
  readonly many: boolean;
  /** One run of the starter may start several. */
  readonly inLoop: boolean;
  /** The number of the place, see {@link CallEdge.site}. */
  readonly site: number;
  /** As in {@link MapAccess.running}, just before the start. */
  readonly running: readonly number[];
  /** Sites whose goroutines may still be running when the started function has returned. */
  readonly left: readonly number[];
  /** Where the go statement stands when the function was given to another one that starts it; null when it is here. */
  readonly statement: { readonly file: string; readonly line: number } | null;
}

/** All facts about the source below one root. */
export interface SourceFacts {
  /** The folder that was read, absolute. */
  readonly root: string;
  readonly modules: readonly SourceModule[];
  readonly files: number;
  /** Lines of Go that were read. */
  readonly lines: number;
  readonly functions: readonly SourceFunction[];
  readonly variables: readonly MapVariable[];
  readonly accesses: readonly MapAccess[];
  readonly flows: readonly MapFlow[];
  readonly calls: readonly CallEdge[];
  readonly starts: readonly StartEdge[];
  /** What was not handled, one sentence each: files left out by build tags, cgo, dot imports … */
  readonly notes: readonly string[];
}
