/** Which map a goroutine is on: from its innermost frames, by data flow. */
import type { Operation } from "../../case/case.js";
import { mapOperationOf } from "../../evidence/crashtext/map-functions.js";
import type { Address, Memory } from "../../golang/memory.js";
import type { CodeRange } from "../../golang/program-symbols.js";
import type { GoroutineStack, Registers, StackFrame } from "../../golang/runtime/goroutine.js";
import { isRuntimeCode } from "../../golang/standard-library.js";
import { mapArgumentOf, mapInIterator, typeInIterator } from "../../evidence/stopped/map-argument.js";
import type { ArgumentRoute, Moment, Place, StoppedProgram } from "../../evidence/stopped/stopped-program.js";

/** A map function in which a goroutine is. */
export interface MapFrame {
  /** Its place on the stack, 0 for the innermost frame. */
  readonly index: number;
  readonly range: CodeRange;
  readonly pc: Address;
  readonly moment: Moment;
  readonly operation: Operation;
  /** The map's address; undefined where nothing proves one. */
  readonly map: Address | undefined;
  /** The map's type; undefined where nothing proves one. */
  readonly type: Address | undefined;
  /** Where the address was found, for a sentence: `rbx`, `its stack slot`. */
  readonly from: string | undefined;
  /** The map function at whose place it was found: this one, or one that it called. */
  readonly foundIn: string;
  /** Whether it is surely what the function was called with; else it was read again from where the caller had it from. */
  readonly proven: boolean;
}

/** How many frames at the top of a stack are looked at: map functions call the allocator, which may be deep in the collector. */
const mostFrames = 64;

/**
 * The map functions at the top of a goroutine's stack, innermost first; none where the goroutine is not in one.
 *
 * @param stack the goroutine's
 */
export function mapFramesOf(
  program: Pick<StoppedProgram, "symbols" | "code" | "memory">,
  stack: GoroutineStack,
): MapFrame[] {
  const found: MapFrame[] = [];
  for (const [index, frame] of stack.frames.slice(0, mostFrames).entries()) {
    const range = program.symbols.functionAt(frame.atInstruction ? frame.pc : frame.pc - 1);
    if (range === undefined) {
      continue;
    }
    const operation = operationOf(range.name, frame);
    if (operation === undefined) {
      if (found.length > 0 || !isBelowMap(frame)) {
        break;
      }
      continue;
    }
    const moment: Moment = frame.atInstruction ? "at" : "in call";
    const registers = frame.atInstruction ? frame.registers : undefined;
    found.push({
      index,
      range,
      pc: frame.pc,
      moment,
      operation,
      foundIn: range.name,
      ...mapIn(program, { range, frame, moment, registers }),
    });
  }
  return found;
}

/**
 * What all map functions at the top of a stack say together.
 *
 * @returns undefined where there is none
 */
export function mapOn(
  program: Pick<StoppedProgram, "symbols" | "code" | "memory">,
  frames: readonly MapFrame[],
  stack: GoroutineStack,
): MapFrame | undefined {
  const outermost = frames.at(-1);
  if (outermost === undefined) {
    return undefined;
  }
  const proven = frames.filter(({ map }) => map !== undefined);
  const addresses = new Set(proven.map(({ map }) => map));
  // Where two frames contradict each other, one of them is not what it seems; nothing is proven then.
  const agreed =
    addresses.size === 1 ? (proven.find(({ type }) => type !== undefined) ?? proven[0]) : undefined;
  const caller = inCaller(program, outermost, stack);
  const type = proven.find((frame) => frame.type !== undefined)?.type ?? caller.type;
  if (agreed !== undefined) {
    const { map, from, foundIn } = agreed;
    return { ...outermost, map, type, from, foundIn, proven: true };
  }
  return addresses.size > 1
    ? { ...outermost, map: undefined, type: undefined, from: undefined, proven: false }
    : { ...outermost, ...caller };
}

/** What the caller of the outermost map function still has of what it handed over. */
function inCaller(
  { symbols, code, memory }: Pick<StoppedProgram, "symbols" | "code" | "memory">,
  { index, range }: MapFrame,
  { frames }: GoroutineStack,
): Pick<MapFrame, "map" | "type" | "from" | "proven"> {
  const nothing = { map: undefined, type: undefined, from: undefined, proven: false };
  const argument = mapArgumentOf(range.name);
  const frame = frames[index + 1];
  const caller = frame === undefined || frame.atInstruction ? undefined : symbols.functionAt(frame.pc - 1);
  if (argument === undefined || frame === undefined || caller === undefined) {
    return nothing;
  }
  const type = code.mapCalls(caller).find(({ returnAddress }) => returnAddress === frame.pc)?.mapType;
  const route = code.callArgument(caller, frame.pc, argument.register);
  const value = route === undefined ? undefined : routeValue(route, frame, memory);
  if (route === undefined || value === undefined) {
    return { ...nothing, type };
  }
  const iterator = argument.holds === "iterator";
  const map = iterator ? word(memory, value + mapInIterator) : value;
  const proven = route.loads.length === 0;
  const where = proven ? "a slot of its caller's frame" : "the place from which its caller had loaded it";
  return map === undefined || map === 0
    ? { ...nothing, type }
    : {
        map,
        type: iterator ? word(memory, value + typeInIterator) : type,
        from: iterator ? `the iterator in ${where}` : where,
        proven,
      };
}

/** Follows a route from a frame; undefined where memory on the way cannot be read. */
export function routeValue(
  { from, loads, difference }: ArgumentRoute,
  frame: StackFrame,
  memory: Memory,
): Address | undefined {
  let value = from.kind === "address" ? from.address : placeValue(from, frame, undefined, memory);
  if (from.kind === "address" && loads.length === 0) {
    return undefined;
  }
  for (const offset of loads) {
    value = value === undefined ? undefined : word(memory, value + offset);
  }
  return value === undefined ? undefined : value + difference;
}

/** What the function of a frame does to a map; also where the compiler put a map function into a function of another name. */
function operationOf(physical: string, frame: StackFrame): Operation | undefined {
  return (
    mapOperationOf(physical) ??
    (mapArgumentOf(physical) === undefined
      ? undefined
      : frame.frames.map((one) => mapOperationOf(one.function)).find((operation) => operation !== null)) ??
    undefined
  );
}

/** Whether a frame may stand above a map function: the runtime's own, and hash and equality functions that the compiler makes. */
function isBelowMap({ frames }: StackFrame): boolean {
  const outermost = frames.at(-1);
  return (
    outermost === undefined ||
    isRuntimeCode(outermost) ||
    /^internal\/(?:abi|bytealg|cpu|goarch|race)\./.test(outermost.function)
  );
}

interface At {
  readonly range: CodeRange;
  readonly frame: StackFrame;
  readonly moment: Moment;
  readonly registers: Registers | undefined;
}

function mapIn(
  program: Pick<StoppedProgram, "code" | "memory">,
  at: At,
): Pick<MapFrame, "map" | "type" | "from" | "proven"> {
  const argument = mapArgumentOf(at.range.name);
  if (argument === undefined) {
    return { map: undefined, type: undefined, from: undefined, proven: false };
  }
  const value = argumentValue(program, at, argument.register);
  if (argument.holds === "iterator") {
    const map = value === undefined ? undefined : word(program.memory, value.value + mapInIterator);
    const type = value === undefined ? undefined : word(program.memory, value.value + typeInIterator);
    return {
      map: map === 0 ? undefined : map,
      type: type === 0 ? undefined : type,
      from: value === undefined ? undefined : `the iterator in ${value.from}`,
      proven: map !== undefined && map !== 0,
    };
  }
  const type = argument.type === undefined ? undefined : argumentValue(program, at, argument.type)?.value;
  const map = value?.value === 0 ? undefined : value?.value;
  return { map, type, from: map === undefined ? undefined : value?.from, proven: map !== undefined };
}

/** What a register held when the function was entered, from any place that still holds it. */
function argumentValue(
  { code, memory }: Pick<StoppedProgram, "code" | "memory">,
  { range, frame, moment, registers }: At,
  register: string,
): { readonly value: Address; readonly from: string } | undefined {
  const values = code.places(range, frame.pc, moment, register).flatMap((place) => {
    const value = placeValue(place, frame, registers, memory);
    return value === undefined ? [] : [{ value, from: placeName(place) }];
  });
  const [one] = values;
  return one !== undefined && values.every(({ value }) => value === one.value) ? one : undefined;
}

function placeValue(
  place: Place,
  frame: StackFrame,
  registers: Registers | undefined,
  memory: Memory,
): Address | undefined {
  switch (place.kind) {
    case "register": {
      const value = registers?.values[place.name];
      return value === undefined ? undefined : Number(value);
    }
    case "stack":
      return word(memory, frame.callerSp + place.offset);
    default:
      return place satisfies never;
  }
}

function placeName(place: Place): string {
  return place.kind === "register" ? place.name : "its slot on the stack";
}

/** A 64-bit word; undefined when it cannot be read. */
export function word(memory: Memory, address: Address): Address | undefined {
  const bytes = memory.read(address, 8);
  return bytes === undefined
    ? undefined
    : Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
}
