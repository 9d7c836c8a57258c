/** Observations of crash texts, made by hand. */
import type { CrashObservation, PlacedFrame, TextGoroutine } from "../../src/case/case.js";

/** A frame in the program's own code, in cache.go. */
export function ownFrame(name: string, line: number | null, file = "/home/ada/shop/cache.go"): PlacedFrame {
  return { function: name, file, line, inlined: false, origin: "own" };
}

/** A frame of the runtime. */
export function runtimeFrame(name: string): PlacedFrame {
  return {
    function: name,
    file: "/usr/lib/go/src/runtime/map.go",
    line: 100,
    inlined: false,
    origin: "runtime",
  };
}

/** A goroutine as a text shows it. */
export function textGoroutine(
  id: number | null,
  stack: readonly PlacedFrame[],
  more: Partial<TextGoroutine> = {},
): TextGoroutine {
  return {
    id,
    state: "runnable",
    waitMinutes: null,
    remarks: [],
    labels: {},
    stack: [...stack],
    framesElided: 0,
    createdBy: null,
    unavailable: null,
    textLine: 10 * (id ?? 0) + 3,
    ...more,
  };
}

/** A group of equal goroutines. */
export function group(
  example: TextGoroutine,
  ids: readonly number[] = example.id === null ? [] : [example.id],
  count = Math.max(1, ids.length),
): CrashObservation["groups"][number] {
  return { level: "identical", count, ids: [...ids], waitMinutes: null, example };
}

/** A crash: Cache.Get at line 25 read the map, in goroutine 7, and the text shows nobody else. */
export function crashOf(
  more: Partial<CrashObservation> = {},
  detector: Partial<NonNullable<CrashObservation["detector"]>> = {},
): CrashObservation {
  const goroutine = textGoroutine(7, [ownFrame("example.com/shop.(*Cache).Get", 25)], { state: "running" });
  return {
    kind: "crash",
    handle: "o0",
    evidence: "e0",
    textLines: [1, 20],
    process: null,
    undone: [],
    unread: { count: 0, lines: [] },
    cut: null,
    cause: "fatal",
    messages: ["concurrent map read and map write"],
    messageInferred: false,
    conflict: "concurrent map read and map write",
    goVersion: null,
    os: "linux",
    architecture: "amd64",
    goroutines: 1,
    detector: {
      goroutine,
      operation: "read",
      operationFrom: "headline",
      site: { function: "example.com/shop.(*Cache).Get", file: "/home/ada/shop/cache.go", line: 25 },
      through: null,
      ...detector,
    },
    peerVisible: false,
    peers: [],
    groups: [group(goroutine)],
    groupCount: 1,
    ofConflict: null,
    ...more,
  };
}
