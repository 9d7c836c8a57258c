/**
 * Goroutines between two accesses: in code of the program that calls map functions for a map of this type, with the map's
 * address at hand. That is all that is known of them, so they are candidates and nothing more.
 */
import type { Operation } from "../../case/case.js";
import { mapOperationOf } from "../../evidence/crashtext/map-functions.js";
import type { Address } from "../../golang/memory.js";
import type { Goroutine, GoroutineStack, StackFrame } from "../../golang/runtime/goroutine.js";
import { isRuntimeCode } from "../../golang/standard-library.js";
import { word } from "./frame-map.js";
import type { MapCall, StoppedProgram } from "../../evidence/stopped/stopped-program.js";

/** A goroutine that may be about to use the map, or to have used it. */
export interface NearMap {
  readonly goroutine: Goroutine;
  readonly stack: GoroutineStack;
  /** The frame, 0 for the innermost one. */
  readonly index: number;
  /** The calls in that function that are to a map of this type. */
  readonly calls: readonly (MapCall & { readonly operation: Operation })[];
}

/** How many words of a frame are looked through, and how many bytes of what they point to. */
const mostWords = 512;
const capturedBytes = 64;
/** How many of the program's frames of one goroutine are looked at. */
const mostFrames = 3;

/**
 * Looks at a goroutine.
 *
 * @param map the detector's map, and its type where that is known
 * @returns undefined when it is not near the map
 */
export function nearMap(
  program: StoppedProgram,
  goroutine: Goroutine,
  stack: GoroutineStack,
  map: { readonly address: Address; readonly type: Address | undefined },
): NearMap | undefined {
  let looked = 0;
  for (const [index, frame] of stack.frames.entries()) {
    const outermost = frame.frames.at(-1);
    if (outermost === undefined || isRuntimeCode(outermost)) {
      continue;
    }
    looked += 1;
    if (looked > mostFrames) {
      break;
    }
    const range = program.symbols.functionAt(frame.atInstruction ? frame.pc : frame.pc - 1);
    const calls = range === undefined ? [] : program.code.mapCalls(range);
    const fitting = calls.flatMap((call) => {
      const operation = mapOperationOf(call.target);
      const fits = map.type === undefined || call.mapType === undefined || call.mapType === map.type;
      return operation !== null && fits ? [{ ...call, operation }] : [];
    });
    const { registers } = frame;
    const values = registers === undefined ? [] : Object.values(registers.values).map(Number);
    if (fitting.length > 0 && hasAtHand(program, frame, values, map.address)) {
      return { goroutine, stack, index, calls: fitting };
    }
  }
  return undefined;
}

/** Whether the map's address is in the frame, or in what a word of the frame points to (a closure, a struct). */
function hasAtHand(
  { memory }: StoppedProgram,
  frame: StackFrame,
  registers: readonly number[],
  map: Address,
): boolean {
  // The arguments that the caller made room for stand above the return address.
  const end = frame.callerSp + 64;
  const words: number[] = [...registers];
  for (let at = frame.sp; at < end && words.length < mostWords; at += 8) {
    const value = word(memory, at);
    if (value !== undefined) {
      words.push(value);
    }
  }
  return words.includes(map) || words.some((value) => pointsTo(value, map));

  function pointsTo(value: number, wanted: Address): boolean {
    if (value < 4096 || value % 8 !== 0) {
      return false;
    }
    const bytes = memory.read(value, capturedBytes);
    if (bytes === undefined) {
      return word(memory, value) === wanted;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, capturedBytes);
    for (let offset = 0; offset < capturedBytes; offset += 8) {
      if (Number(view.getBigUint64(offset, true)) === wanted) {
        return true;
      }
    }
    return false;
  }
}
