/**
 * Goroutines between two accesses: in code of the program that calls map functions for a map of this type, with the map's
 * address at hand. That is all that is known of them, so they are candidates and nothing more.
 */
import type { Operation } from "../../case/case.js";
import { mapOperationOf } from "../../evidence/crashtext/map-functions.js";
import type { Address } from "../../golang/memory.js";
import type { CodeRange } from "../../golang/program-symbols.js";
import type { Frame } from "../../golang/pclntab/symbolizer.js";
import type { Goroutine, GoroutineStack, StackFrame } from "../../golang/runtime/goroutine.js";
import { isStandardCode } from "../../golang/standard-library.js";
import { mapArgumentOf } from "../../evidence/stopped/map-argument.js";
import { routeValue, word } from "./frame-map.js";
import type { MapCall, StoppedProgram } from "../../evidence/stopped/stopped-program.js";

/** A goroutine that may be about to use the map, or to have used it. */
export interface NearMap {
  readonly goroutine: Goroutine;
  readonly stack: GoroutineStack;
  /** The frame, 0 for the innermost one. */
  readonly index: number;
  /**
   * The calls in that function that are to a map of this type, and from which control can have come to where the goroutine is;
   * `again` where it can go back to the call from there, as in a loop.
   */
  readonly calls: readonly (MapCall & { readonly operation: Operation; readonly again: boolean })[];
}

/** How many words of a frame are looked through, and how many bytes of what they point to. */
const mostWords = 512;
const capturedBytes = 64;

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
  const index = stack.frames.findIndex((frame) => isOfProgram(frame));
  const frame = stack.frames[index];
  const range =
    frame === undefined
      ? undefined
      : program.symbols.functionAt(frame.atInstruction ? frame.pc : frame.pc - 1);
  if (frame === undefined || range === undefined) {
    return undefined;
  }
  const calls = program.code.mapCalls(range).flatMap((call) => {
    const operation = mapOperationOf(call.target);
    const fits = map.type === undefined || call.mapType === undefined || call.mapType === map.type;
    const way = operation !== null && fits ? program.code.wayFrom(range, call.returnAddress, frame.pc) : "no";
    return operation === null || way === "no"
      ? []
      : [{ ...call, operation, again: way === "loop", of: mapOfCall(program, frame, range, call) }];
  });
  // A call that takes its map from a variable of the program's is for that map and no other.
  const possible = calls.filter(({ of }) => of.map === undefined || !of.sure || of.map === map.address);
  const surely = possible.filter(({ of }) => of.map === map.address);
  if (surely.length > 0) {
    return { goroutine, stack, index, calls: surely };
  }
  const values = frame.registers === undefined ? [] : Object.values(frame.registers.values).map(Number);
  return possible.length > 0 && hasAtHand(program, frame, values, map.address)
    ? { goroutine, stack, index, calls: possible }
    : undefined;
}

/**
 * The map that a call would be given now, as far as the frame of the function tells; sure where it comes from a variable of the
 * program's: slots of the frame may hold something else while it is elsewhere.
 */
function mapOfCall(
  { code, memory }: StoppedProgram,
  frame: StackFrame,
  range: CodeRange,
  { target, returnAddress }: MapCall,
): { readonly map: Address | undefined; readonly sure: boolean } {
  const argument = mapArgumentOf(target);
  const route =
    argument?.holds === "map" ? code.callArgument(range, returnAddress, argument.register) : undefined;
  return {
    map: route === undefined ? undefined : routeValue(route, frame, memory),
    sure: route?.from.kind === "address",
  };
}

/** The innermost frame that is not Go's own: what it waits in, or asks of the standard library, lies above. */
function isOfProgram({ frames }: StackFrame): boolean {
  const outermost = frames.at(-1);
  return outermost !== undefined && !isStandardCode(named(outermost), null);
}

function named({ function: name, file }: Frame): { readonly function: string; readonly file: string | null } {
  return { function: name, file: file === "?" ? null : file };
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
