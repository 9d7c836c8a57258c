/**
 * The option "order" of the overlay: everything in the standard library that orders goroutines calls the probe.
 * docs/order-coverage.md lists what that is.
 */
import { after } from "../beside.js";
import type { FileChange } from "../changes.js";
import { atomicChanges } from "./atomics.js";
import { bubbleChanges } from "./bubbles.js";
import { channelChanges } from "./channels.js";
import { coroutineChanges } from "./coroutines.js";
import { fileChanges } from "./files.js";
import { finalizerChanges } from "./finalizers.js";
import { lockChanges } from "./locks.js";
import { poolChanges } from "./pools.js";
import { runtimeChanges } from "./within-runtime.js";
import { signalChanges } from "./signals.js";
import { timerChanges } from "./timers.js";
import { waitingChanges } from "./waiting.js";

/** Follows the change that switches the probe on. */
const switchChange: FileChange = {
  file: "runtime/proc.go",
  hooks: [],
  edits: [
    after({
      anchor: "the call of maptrapInit in schedinit",
      find: /^\tgoenvs\(\); maptrapInit\(\)$/m,
      statement: "maptrapOrderSwitch()",
    }),
  ],
};

/**
 * A build with -race needs the annotations that are edited here: it is refused with an error that says so. Only such a build compiles this file.
 */
const notWithRace: FileChange = {
  file: "internal/race/race.go",
  hooks: [],
  edits: [],
  ends: [
    () =>
      "\n// This package was laid over by maptrap.\n" +
      'var _ int = "maptrap\'s overlay with the hooks for order cannot be used together with -race"\n',
  ],
};

/**
 * All changes of the option.
 * @param minor the NN of Go 1.NN
 */
export function orderChanges(minor: number): FileChange[] {
  return [
    switchChange,
    notWithRace,
    ...channelChanges,
    ...lockChanges(minor),
    ...waitingChanges(minor),
    ...poolChanges(minor),
    ...timerChanges(minor),
    ...coroutineChanges(minor),
    ...bubbleChanges(minor),
    ...finalizerChanges(minor),
    ...fileChanges,
    ...signalChanges(minor),
    ...runtimeChanges(minor),
    ...atomicChanges(minor),
  ];
}
