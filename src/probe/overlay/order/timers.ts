/**
 * Timers: who starts or resets a timer comes before what the timer does. A timer runs on a thread's own stack, between goroutines, so the
 * probe gives each run a goroutine of its own: then what one timer does is not taken to come before what the next one does.
 */
import type { Edit, FileChange } from "../changes.js";
import { raceBlocks } from "./blocks.js";
import { tell } from "./told.js";

/** The block in which the run of a timer acquires, in the detector's context for this P. It stays as it is. */
const acquiring =
  /^\tif raceenabled \{\n(?:\t\t.*\n)*?\t\traceacquirectx\([\w.]+, unsafe\.Pointer\(t\)\)\n\t\}$/m;

const run: readonly Edit[] = [
  {
    anchor: "the block of raceacquirectx",
    find: acquiring,
    replace: ([text]) => {
      const begin = "getg().racectx = maptrapOrderTimers()";
      const acquire = "maptrapOrderAcquireIn(getg().racectx, unsafe.Pointer(t))";
      return `\t${tell(`${begin}; ${acquire}`)}; ${text.trimStart()}`;
    },
  },
  {
    anchor: "the block that takes the context away from g0",
    find: /^\tif raceenabled \{(?=\n\t\tgp := getg\(\)\n\t\tgp\.racectx = 0\n\t\}$)/m,
    replace: () => "\tif maptrapOrdering != 0 {",
  },
];

/** Ticker.Reset says nothing to the race detector before Go 1.23. */
const modTimer: Edit = {
  anchor: "func modTimer",
  find: /^func modTimer\(t \*timer, .*\{$/m,
  replace: ([text]) => `${text} ${tell("maptrapOrderRelease(unsafe.Pointer(t))")}`,
};

/**
 * The changes to timers.
 * @param minor the NN of Go 1.NN
 */
export function timerChanges(minor: number): FileChange[] {
  const starts = minor < 23 ? ["startTimer", "resetTimer"] : ["newTimer", "resetTimer"];
  const inBubble = minor < 25 ? [] : [raceBlocks({ func: "\\(t \\*timer\\) unlockAndRun", blocks: 1 })];
  return [
    {
      file: "runtime/time.go",
      hooks: [],
      edits: [
        ...starts.map((func) => raceBlocks({ func, blocks: 1 })),
        ...run,
        ...inBubble,
        ...(minor < 23 ? [modTimer] : []),
      ],
    },
  ];
}
