/** What of a stack a person wants to see: without the runtime's ends, with the place that matters, and the test. */
import type { CaseFrame, PlacedFrame } from "../case/case.js";
import { originOf, type CodeContext } from "./origin.js";

/** Says of every frame whose code it is. */
export function placeFrames(frames: readonly CaseFrame[], context: CodeContext): PlacedFrame[] {
  return frames.map((frame) => ({ ...frame, origin: originOf(frame, context) }));
}

/**
 * The stack without the frames of the runtime and the probe at its two ends: the map functions at the top, and
 * `runtime.main` and `runtime.goexit` at the bottom. What lies between stays whole.
 */
export function trimStack(frames: readonly PlacedFrame[]): PlacedFrame[] {
  const first = frames.findIndex(isOutsideRuntime);
  const last = frames.findLastIndex(isOutsideRuntime);
  return first === -1 ? [] : frames.slice(first, last + 1);
}

function isOutsideRuntime(frame: PlacedFrame): boolean {
  return frame.origin !== "runtime";
}

/** The place to look at: the first frame in the program's own code, else the first one outside the runtime. */
export function siteOf(frames: readonly PlacedFrame[]): PlacedFrame | null {
  return frames.find((frame) => frame.origin === "own") ?? frames.find(isOutsideRuntime) ?? null;
}

/** A test function, or a closure in one: `example.com/shop.TestCache`, `example.com/shop.(*Suite).TestCache.func1`. */
const testFunction = /\.((?:Test|Benchmark|Fuzz|Example)(?![a-z])[^.\s]*)(?:\.|$)/;

/**
 * The test that a goroutine belongs to: the outermost test function on its stack, else on the stack that started it.
 *
 * @returns the test's name without its package, or null
 */
export function testOf(stack: readonly CaseFrame[], startedAt: readonly CaseFrame[]): string | null {
  for (const frames of [stack, startedAt]) {
    const named = frames.findLast((frame) => isInTestFile(frame) && testFunction.test(frame.function));
    const name = named === undefined ? undefined : testFunction.exec(named.function)?.[1];
    if (name !== undefined) {
      return name.replace(/-fm$/, "");
    }
  }
  return null;
}

/** A method of ordinary code may be called TestConnection. */
function isInTestFile(frame: CaseFrame): boolean {
  return frame.file?.endsWith("_test.go") ?? false;
}
