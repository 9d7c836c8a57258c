/** What package runtime does with locks and marks of its own that order goroutines of the program, or its own use of maps. */
import type { Edit, FileChange } from "../changes.js";
import { raceBlocks, translateBlocks, wholeFunction, type BlocksOf } from "./blocks.js";

/** Blocks of some functions of a file of package runtime. */
function blocksIn(name: string, blocks: readonly BlocksOf[]): FileChange {
  return { file: `runtime/${name}.go`, hooks: [], edits: blocks.map((one) => raceBlocks(one)) };
}

/** Labels of goroutines: they are maps, and the profiler reads them. */
function labels(minor: number): FileChange[] {
  const profiles = [
    ...(minor < 26 ? [] : ["goroutineLeakProfileWithLabelsConcurrent"]),
    "goroutineProfileWithLabelsConcurrent",
    "goroutineProfileWithLabelsSync",
  ];
  return [
    blocksIn("proflabel", [{ func: "runtime_setProfLabel", blocks: 1 }]),
    blocksIn("profbuf", [{ func: "\\(b \\*profBuf\\) read", blocks: 1 }]),
    blocksIn(
      "mprof",
      profiles.map((func) => ({ func, blocks: 1 })),
    ),
    blocksIn("proc", [{ func: "newproc1", blocks: 1, drop: /^\t*newg\.racectx = / }]),
  ];
}

/** Types that reflect makes; from Go 1.27 on types that a module has. */
function types(minor: number): FileChange {
  const lists = { func: "moduleTypelinks", blocks: 3 };
  return blocksIn("type", [
    { func: "reflectOffsLock", blocks: 1 },
    { func: "reflectOffsUnlock", blocks: 1 },
    ...(minor < 27 ? [] : [lists]),
  ]);
}

/** From Go 1.21 on the reader of a trace works on the system stack, for the goroutine that reads. */
function readsTrace(blocks: number): Edit {
  const func = "readTrace0";
  return {
    anchor: `func ${func}`,
    find: wholeFunction(func),
    replace: ([text], context) =>
      translateBlocks(text, { func, blocks }, context).replaceAll(
        "maptrapOrderRelease(",
        "maptrapOrderReleaseFor(getg().m.curg, ",
      ),
  };
}

/** Traces: that the reader is done comes before what follows the end of tracing. */
function tracing(minor: number): FileChange[] {
  const old = blocksIn("trace", [
    { func: "StopTrace", blocks: 1 },
    { func: "traceString", blocks: 3 },
    ...(minor < 21 ? [{ func: "ReadTrace", blocks: 1 }] : []),
  ]);
  const sleeps = ["sleep", "wake", "close"].map((name) => ({
    func: `\\(s \\*wakeableSleep\\) ${name}`,
    blocks: 2,
  }));
  const advances = blocksIn(minor < 23 ? "trace2" : "trace", [
    { func: "traceAdvance", blocks: 1 },
    ...sleeps,
  ]);
  const reads = (change: FileChange, blocks: number): FileChange => ({
    ...change,
    edits: [...change.edits, readsTrace(blocks)],
  });
  if (minor < 23) {
    return [minor < 21 ? old : reads(old, 1), ...(minor < 22 ? [] : [reads(advances, 2)])];
  }
  return [reads(advances, 2)];
}

/**
 * The changes to other parts of package runtime.
 * @param minor the NN of Go 1.NN
 */
export function runtimeChanges(minor: number): FileChange[] {
  const counts = blocksIn("runtime", [{ func: "\\(g \\*godebugInc\\) IncNonDefault", blocks: 2 }]);
  return [
    // What C code may do to order goroutines is not seen: all calls of it come after each other.
    blocksIn("cgocall", [
      { func: "cgocall", blocks: 2 },
      { func: "cgocallbackg1", blocks: 2 },
    ]),
    blocksIn("metrics", [
      { func: "metricsLock", blocks: 1 },
      { func: "metricsUnlock", blocks: 1 },
    ]),
    ...labels(minor),
    types(minor),
    ...tracing(minor),
    ...(minor < 21 ? [] : [counts]),
    blocksIn("syscall_windows", [
      { func: "cbsLock", blocks: 1 },
      { func: "cbsUnlock", blocks: 1 },
    ]),
  ];
}
