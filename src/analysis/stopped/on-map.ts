/** Who else is on the detector's map, and what is known of each. */
import type { Operation, StoppedGrade, StoppedPhase } from "../../case/case.js";
import { isChange } from "../../case/kind.js";
import type { Address } from "../../golang/memory.js";
import type { Goroutine, GoroutineStack } from "../../golang/runtime/goroutine.js";
import { type MapFrame, mapFramesOf, mapOn } from "./frame-map.js";
import type { StoppedProgram } from "../../evidence/stopped/stopped-program.js";

/** A goroutine in a map function. */
export interface OnMap {
  readonly goroutine: Goroutine;
  readonly stack: GoroutineStack;
  readonly frame: MapFrame;
  readonly grade: StoppedGrade;
  readonly phase: StoppedPhase;
}

/** How many goroutines' stacks are read in search of others; those on threads come first. */
const mostStacks = 200_000;

/** All goroutines that are in a map function, whichever map it is. */
export function allOnMaps(program: StoppedProgram, except: number | undefined): OnMap[] {
  const onThreadFirst = program.goroutines.toSorted(
    (one, other) => Number(other.thread !== undefined) - Number(one.thread !== undefined),
  );
  const found: OnMap[] = [];
  for (const goroutine of onThreadFirst.slice(0, mostStacks)) {
    if (goroutine.id === except || goroutine.status === "dead" || goroutine.status === "idle") {
      continue;
    }
    const stack = program.stackOf(goroutine);
    const on = onMapWith(program, goroutine, stack);
    if (on !== undefined) {
      found.push(on);
    }
  }
  return found;
}

/** What a goroutine does to a map; undefined where it is in no map function. */
export function onMapWith(
  program: StoppedProgram,
  goroutine: Goroutine,
  stack: GoroutineStack,
): OnMap | undefined {
  const frames = mapFramesOf(program, stack);
  const frame = mapOn(program, frames, stack);
  if (frame === undefined) {
    return undefined;
  }
  const innermost = frames[0] ?? frame;
  const begun =
    frames.length === 1 && program.code.hasJustBegun(innermost.range, innermost.pc, innermost.moment);
  return {
    goroutine,
    stack,
    frame,
    grade: begun ? "begun" : "inside",
    phase: begun && isChange(frame.operation) ? "before the mark" : phaseOf(program, frames, frame.operation),
  };
}

/** The first of the frames that tells, from the one nearest to the program: that one sets and clears the mark. */
function phaseOf(program: StoppedProgram, frames: readonly MapFrame[], operation: Operation): StoppedPhase {
  if (!isChange(operation)) {
    return "reads";
  }
  for (const { range, pc, moment } of frames.toReversed()) {
    const phase = program.code.phase(range, pc, moment);
    if (phase !== "not known") {
      return phase;
    }
  }
  return "not known";
}

/**
 * One that came to the detector's map when it was let go on alone, and stands at the first instruction of a map function.
 *
 * @param map the detector's, which is what it has called the function with
 * @returns undefined when it stands in no map function
 */
export function arrived(
  program: StoppedProgram,
  goroutine: Goroutine,
  stack: GoroutineStack,
  map: Address,
): OnMap | undefined {
  const frame = mapFramesOf(program, stack).at(-1);
  return frame === undefined
    ? undefined
    : {
        goroutine,
        stack,
        frame: { ...frame, map, type: undefined, from: "its argument", proven: true },
        grade: "came",
        phase: isChange(frame.operation) ? "before the mark" : "reads",
      };
}
