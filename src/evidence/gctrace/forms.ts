/**
 * The forms of all lines, with a real one each. Versions are named where they differ; lines up to Go 1.18, for which there is no
 * toolchain among the tests', follow what those versions document.
 */
import type { Edge, Form, ValuePiece } from "./form.js";

/** The kinds of line. */
export type LineKind =
  | "gc"
  | "pacer"
  | "init"
  | "scavenge"
  | "scheduler"
  | "gc-forced"
  /** Recognised, and only counted. */
  | "other";

function value(field: string, pattern: RegExp): ValuePiece {
  return { field, pattern: new RegExp(pattern.source, "y") };
}

const whole = (field: string): ValuePiece => value(field, /\d{1,20}/);
const signed = (field: string): ValuePiece => value(field, /-?\d{1,20}/);
const seconds = (field: string): ValuePiece => value(field, /\d{1,12}\.\d{3}/);
/** Two digits and at most three of them behind the point; whole milliseconds from 10 on. */
const milliseconds = (field: string): ValuePiece =>
  value(field, /0\.0\d\d|0\.[1-9]\d|[1-9]\.\d|[1-9]\d{1,12}|0/);
/** As print and println have it: `+1.514865e+000`, from Go 1.26 on `1.85`. */
const float = (field: string): ValuePiece =>
  value(field, /[+-]?(?:\d{1,20}(?:\.\d{1,20})?(?:e[+-]\d{1,3})?|Inf|NaN)/);
const words = (field: string, ...all: readonly string[]): ValuePiece => ({ field, words: all });

function form<Kind extends LineKind>(
  kind: Kind,
  states: Readonly<Record<string, readonly Edge[]>>,
  ...ends: readonly string[]
): Form<Kind> {
  return { kind, states, ends: new Set(ends) };
}

/**
 *     gc 13 @0.034s 4%: 0.021+0.32+0.029 ms clock, 0.043+0.043/0.11/0.025+0.059 ms cpu, 72->73->50 MB, 76 MB goal, 0 MB stacks, 0 MB globals, 2 P
 *     gc 2 @0.054s 7%: 9.0+0.32+0.002 ms clock, 18+0/0.37/0+0.005 ms cpu, 64->64->32 MB, 8532210231539 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)
 *
 * Go 1.26 on can have ` (checking for goroutine leaks)` before the colon. Stacks and globals are printed from 1.18 on; 1.5
 * has five phases: `0.067+0.007+0.47+0.020+0.26 ms clock, 0.13+0.007+0+0.14/0.15/0.88+0.53 ms cpu`.
 */
export const gcForm = form(
  "gc",
  {
    begin: [
      ["gc #", "number"],
      ["gc ", "number"],
    ],
    number: [[whole("number"), "at"]],
    at: [[" @", "start"]],
    start: [[seconds("start"), "s"]],
    s: [["s ", "percent"]],
    percent: [[whole("percent"), "%"]],
    "%": [["%", "colon"]],
    colon: [
      [": ", "clock"],
      [words("leakCheck", " (checking for goroutine leaks)"), "colon"],
    ],
    clock: [[milliseconds("clock"), "after clock"]],
    "after clock": [
      ["+", "clock"],
      [" ms clock, ", "cpu"],
    ],
    cpu: [[milliseconds("cpu"), "after cpu"]],
    "after cpu": [
      [words("separator", "+", "/"), "cpu"],
      [" ms cpu, ", "heap"],
    ],
    heap: [[whole("heap"), "after heap"]],
    "after heap": [
      ["->", "heap"],
      [" MB, ", "amount"],
    ],
    amount: [[whole("amount"), "unit"]],
    unit: [
      [words("unit", " MB goal, ", " MB stacks, ", " MB globals, "), "amount"],
      [words("unit", " P"), "end"],
    ],
    end: [[words("forced", " (forced)"), "done"]],
  },
  "end",
  "done",
);

/**
 * At the beginning of a cycle, at its end, and when its garbage is swept:
 *
 *     pacer: assist ratio=+1.514865e+000 (scan 0 MB in 3->4 MB) workers=0++2.500000e-001
 *     pacer: 29% CPU (25 exp.) for 100760+1904+223376 B work (223376 B exp.) in 3997696 B -> 4308992 B (∆goal 114688, cons/mark +0.000000e+000)
 *     pacer: sweep done at heap size 1MB; allocated 0MB during sweep; swept 526 pages at 0.0005008474414884501 pages/byte
 *
 * Up to Go 1.17 the end is `pacer: H_m_prev=2236962 h_t=+8.500000e-001 H_T=…`, of which nothing is kept.
 */
export const pacerForm = form(
  "pacer",
  {
    begin: [["pacer: ", "what"]],
    what: [
      ["assist ratio=", "ratio"],
      ["sweep done at heap size ", "sweep heap"],
      ["H_m_prev=", "old value"],
      [signed("cpuPercent"), "cpu"],
    ],
    cpu: [["% CPU (", "expected"]],
    expected: [[whole("expectedCpuPercent"), "exp"]],
    exp: [[" exp.) for ", "work"]],
    work: [[signed("work"), "after work"]],
    "after work": [
      ["+", "work"],
      [" B work (", "expected work"],
    ],
    "expected work": [[whole("expectedWork"), "B exp"]],
    "B exp": [[" B exp.) ", "in"]],
    in: [["in ", "triggered"]],
    triggered: [[whole("triggered"), "arrow"]],
    arrow: [[" B -> ", "size"]],
    size: [[whole("end"), "goal"]],
    goal: [
      [" B (∆goal ", "difference"],
      // The letter is lost where a log was read in another encoding.
      [value("sign", / B \([^\w\s]{1,6}goal /), "difference"],
    ],
    difference: [[signed("overGoal"), "cons"]],
    cons: [[", cons/mark ", "mark"]],
    mark: [[float("consMark"), "bracket"]],
    bracket: [[")", "reset"]],
    reset: [["[controller reset]", "done"]],

    ratio: [[float("ratio"), "scan"]],
    scan: [[" (scan ", "scanned"]],
    scanned: [[whole("scanned"), "MB in"]],
    "MB in": [[" MB in ", "from"]],
    from: [[whole("from"), "to arrow"]],
    "to arrow": [["->", "to"]],
    to: [[whole("to"), "MB)"]],
    "MB)": [[" MB)", "workers"]],
    workers: [[" workers=", "dedicated"]],
    dedicated: [[signed("dedicated"), "plus"]],
    plus: [["+", "fraction"]],
    fraction: [[float("fraction"), "done"]],

    "sweep heap": [[whole("sweepHeap"), "allocated"]],
    allocated: [["MB; allocated ", "allocated heap"]],
    "allocated heap": [[signed("sweepAllocated"), "swept"]],
    swept: [["MB during sweep; swept ", "pages"]],
    pages: [[whole("pages"), "pages at"]],
    "pages at": [[" pages at ", "per byte"]],
    "per byte": [[float("pagesPerByte"), "pages/byte"]],
    "pages/byte": [[" pages/byte", "done"]],

    "old value": [[float("old"), "old key"]],
    "old key": [[value("oldKey", / [\w/∆Δ]{1,12}=/), "old value"]],
    done: [],
  },
  "done",
  "reset",
  "old key",
);

/**     init main @0.77 ms, 0.25 ms clock, 135792 bytes, 1782 allocs */
export const initForm = form(
  "init",
  {
    begin: [["init ", "package"]],
    package: [[value("package", /[^\s@]{1,400}(?=\s|$)/), "at"]],
    at: [[" @", "start"]],
    start: [[milliseconds("start"), "ms"]],
    ms: [[" ms, ", "clock"]],
    clock: [[milliseconds("clock"), "ms clock"]],
    "ms clock": [[" ms clock, ", "bytes"]],
    bytes: [[whole("bytes"), " bytes"]],
    " bytes": [[" bytes, ", "allocations"]],
    allocations: [[whole("allocations"), "allocs"]],
    allocs: [[" allocs", "done"]],
    done: [],
  },
  "done",
);

/**
 *     scav 0 KiB work, 3360 KiB total, 62% util                                   Go 1.15 to 1.19
 *     scav 0 KiB work (bg), 0 KiB work (eager), 3696 KiB now, 44% util            Go 1.21 on
 *
 * Go 1.14 has a number behind `scav`.
 */
export const scavengeForm = form(
  "scavenge",
  {
    begin: [["scav ", "amount"]],
    amount: [[whole("amount"), "unit"]],
    unit: [
      [
        words("unit", " KiB work (bg), ", " KiB work (eager), ", " KiB work, ", " KiB total, ", " KiB now, "),
        "amount",
      ],
      ["% util", "end"],
      [" ", "amount"],
    ],
    end: [
      [words("forced", " (forced)"), "done"],
      [" [controller reset]", "done"],
    ],
    done: [],
  },
  "end",
  "done",
);

const schedulerKeys = [
  " gomaxprocs=",
  " idleprocs=",
  " threads=",
  " spinningthreads=",
  " needspinning=",
  " idlethreads=",
];

/**
 *     SCHED 0ms: gomaxprocs=2 idleprocs=0 threads=3 spinningthreads=1 idlethreads=0 runqueue=0 [0 0]
 *     SCHED 107ms: gomaxprocs=2 idleprocs=2 threads=4 spinningthreads=0 needspinning=0 idlethreads=2 runqueue=0 [ 0 0 ] schedticks=[ 63 19 ]
 *
 * The first up to Go 1.24, `needspinning` from 1.20 on, the second from 1.25 on. With `scheddetail=1` the line goes on with
 * ` gcwaiting=0 …` instead of the queues, and lines for each P, M and G follow.
 */
export const schedulerForm = form(
  "scheduler",
  {
    begin: [["SCHED ", "time"]],
    time: [[whole("at"), "ms"]],
    ms: [["ms:", "key"]],
    key: [
      [words("key", ...schedulerKeys), "number"],
      [words("key", " runqueue="), "run queue"],
    ],
    number: [[whole("number"), "key"]],
    "run queue": [[whole("number"), "queues"]],
    queues: [
      [" ", "queues"],
      ["[ ", "queue"],
      ["[", "queue"],
      [words("detail", "gcwaiting="), "detail"],
    ],
    queue: [
      [whole("queue"), "queue"],
      [" ]", "ticks"],
      ["]", "ticks"],
      [" ", "queue"],
    ],
    ticks: [[" schedticks=[ ", "tick"]],
    tick: [
      [whole("tick"), "tick"],
      ["]", "done"],
      [" ", "tick"],
    ],
    detail: [[value("detail", /\d{1,10}|true|false/), "detail end"]],
    "detail end": [[words("detail", " nmidlelocked=", " stopwait=", " sysmonwait="), "detail"]],
    done: [],
  },
  "ticks",
  "done",
  "detail end",
);

/** `GC forced`: two minutes without a cycle; the next one is for that. */
export const forcedForm = form("gc-forced", { begin: [["GC forced", "done"]], done: [] }, "done");

/**
 * Lines that are only counted:
 *
 *     scan: total 35+99+87=221 objs, 14+5=19 spans                 gctrace=2, Go 1.25 on
 *     checkfinalizers: queue: 0 finalizers + 0 cleanups            Go 1.25 on
 *     scvg: inuse: 3, idle: 60, sys: 63, released: 57, consumed: 6 (MB)      up to Go 1.13
 *       P0: status=1 schedtick=0 syscalltick=0 m=0 …               scheddetail=1
 */
export const otherForm = form(
  "other",
  {
    begin: [
      [value("text", /scan: (?:total|class [\dLB]{1,8}) [^\n]{0,200}/), "done"],
      [value("text", /checkfinalizers: queue: [^\n]{0,200}/), "done"],
      [value("text", /scvg\d{0,10}: (?:inuse: |\d)[^\n]{0,200}/), "done"],
      [value("text", / {2}[PMG]\d{1,12}: (?:status|p)=[^\n]{0,400}/), "done"],
    ],
    done: [],
  },
  "done",
);
