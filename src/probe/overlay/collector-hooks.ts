/**
 * Where the garbage collector changes its phase and where goroutines start and end, and what is put there for the
 * recorder: probe/runtime/collector.go and goroutines.go say what is made of it.
 *
 * Found by reading the files named here in Go 1.19, 1.21 to 1.27.
 */
import { after, before } from "./beside.js";
import type { FileChange } from "./changes.js";

/** A call that is made while the recorder is on or order is observed. */
const noteGoroutine = (call: string): string => `if maptrapRecording|maptrapOrdering != 0 { ${call} }`;

/** A call that is made while the recorder is on. */
const tell = (call: string): string => `if maptrapRecording != 0 { ${call} }`;

const collector: FileChange = {
  file: "runtime/mgc.go",
  hooks: [],
  edits: [
    after({
      anchor: "the increment of work.cycles in gcStart",
      find: /^\twork\.cycles(?:\+\+|\.Add\(1\))$/m,
      statement: tell("maptrapCycleBegins()"),
    }),
    after({
      anchor: "the write barrier's switch in setGCPhase",
      find: /^\twriteBarrier\.enabled = .*$/m,
      statement: tell("maptrapPhase(x)"),
    }),
    after({
      anchor: "setGCPhase(_GCoff) in gcMarkTermination",
      find: /^\t\tsetGCPhase\(_GCoff\)$/m,
      statement: tell("maptrapMarked()"),
    }),
    after({
      anchor: "sweep.active.reset() in gcSweep",
      find: /^\tsweep\.active\.reset\(\)$/m,
      statement: tell("maptrapSweep(maptrapKindSweep)"),
    }),
  ],
};

const sweeper: FileChange = {
  file: "runtime/mgcsweep.go",
  hooks: [],
  edits: [
    {
      // The last sweeper leaves, and none can come any more.
      anchor: "the decrement of the sweepers in activeSweep.end",
      find: /^\t\tif a\.state\.CompareAndSwap\(state, state-1\) \{$/m,
      replace: ([text]) =>
        `${text} if maptrapRecording != 0 && state-1 == sweepDrainedMask { maptrapSweep(maptrapKindSwept) }`,
    },
  ],
};

function goroutines(minor: number): FileChange {
  const end = minor < 22 ? "goexit0" : "gdestroy";
  return {
    file: "runtime/proc.go",
    hooks: [],
    edits: [
      before({
        anchor: "the increment of goidcache in newproc1",
        find: /^\t(?:pp|_p_)\.goidcache\+\+$/m,
        statement: noteGoroutine("maptrapStarts(newg, callergp, callerpc, fn)"),
      }),
      {
        anchor: `func ${end}`,
        find: new RegExp(`^func ${end}\\(gp \\*g\\) \\{$`, "m"),
        replace: ([text]) => `${text} ${noteGoroutine("maptrapEnds(gp)")}`,
      },
    ],
  };
}

/**
 * The changes by which the recorder is told of garbage collections and of goroutines.
 * @param minor the NN of Go 1.NN
 */
export function collectorChanges(minor: number): FileChange[] {
  return [collector, sweeper, goroutines(minor)];
}
