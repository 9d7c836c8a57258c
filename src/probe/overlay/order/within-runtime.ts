/** What package runtime does with locks and marks of its own that order goroutines of the program, or its own use of maps. */
import type { FileChange } from "../changes.js";
import { raceBlocks, type BlocksOf } from "./blocks.js";

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

/** What is read from the tracer comes after what goroutines wrote into it; on the system stack the goroutine is meant that it serves. */
function tracing(minor: number): FileChange[] {
  const old = (reads: string): BlocksOf[] => [
    { func: "StopTrace", blocks: 1 },
    { func: reads, blocks: 1 },
    { func: "traceString", blocks: 3 },
  ];
  const sleeps = ["sleep", "wake", "close"].map((name) => ({
    func: `\\(s \\*wakeableSleep\\) ${name}`,
    blocks: 2,
  }));
  const advances = [{ func: "traceAdvance", blocks: 1 }, { func: "readTrace0", blocks: 2 }, ...sleeps];
  if (minor < 21) {
    return [blocksIn("trace", old("ReadTrace"))];
  }
  if (minor < 23) {
    const newer = minor < 22 ? [] : [blocksIn("trace2", advances)];
    return [blocksIn("trace", old("readTrace0")), ...newer];
  }
  return [blocksIn("trace", advances)];
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
