/** The goroutine in which the runtime noticed. */
import { isFatalFunction } from "../../evidence/crashtext/map-functions.js";
import type { StopReason, StoppedProgram } from "../../evidence/stopped/stopped-program.js";
import type { Goroutine } from "../../golang/runtime/goroutine.js";
import { type MapFrame, mapFramesOf, mapOn } from "./frame-map.js";

/** The detector: which goroutine it is, and which map it is on. */
export interface Detector {
  readonly goroutine: Goroutine;
  /** The map function that noticed; undefined where the stack shows none. */
  readonly frame: MapFrame | undefined;
}

/** The goroutine whose thread stopped the program; in a core the one that is in the runtime's fatal function. */
export function findDetector(program: StoppedProgram, reason: StopReason): Detector | undefined {
  const stopping =
    reason.thread === undefined
      ? program.goroutines.find(
          (one) => one.status !== "dead" && one.thread !== undefined && isInFatal(program, one),
        )
      : program.goroutines.find(({ thread }) => thread === reason.thread);
  if (stopping === undefined) {
    return undefined;
  }
  const stack = program.stackOf(stopping);
  return { goroutine: stopping, frame: mapOn(program, mapFramesOf(program, stack), stack) };
}

function isInFatal(program: StoppedProgram, goroutine: Goroutine): boolean {
  return program
    .stackOf(goroutine)
    .frames.slice(0, 64)
    .some(({ frames }) => frames.some((frame) => isFatalFunction(frame.function)));
}
