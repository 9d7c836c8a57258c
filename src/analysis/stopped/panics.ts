/** Whether a panic came from within a map function: a race can leave a map in a state in which Go's code meets a nil pointer. */
import type { StopReason, StoppedProgram } from "../../evidence/stopped/stopped-program.js";
import { mapFramesOf } from "./frame-map.js";

/** Whether the goroutine that stopped the program was in a map function when it panicked by a signal. */
export function isInMapFunction(program: StoppedProgram, reason: StopReason): boolean {
  const goroutine = program.goroutines.find(({ thread }) => thread !== undefined && thread === reason.thread);
  if (goroutine === undefined) {
    return false;
  }
  const stack = program.stackOf(goroutine);
  const bySignal = stack.frames.some(({ frames }) =>
    frames.some((frame) => frame.function === "runtime.sigpanic"),
  );
  return bySignal && mapFramesOf(program, stack).length > 0;
}
