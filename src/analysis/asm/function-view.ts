/**
 * One function's instructions with all that is said of them: names, source positions, registers, the mark of Go's check.
 */
import { callsIn, fatalCallsIn, fatalFunctions } from "../../golang/instructions/call-sites.js";
import type { FunctionCode, ProgramFunctions } from "../../golang/instructions/functions.js";
import { mapArguments } from "../../golang/instructions/map-arguments.js";
import {
  type MarkAccess,
  type MarkLayout,
  markLayouts,
  type MarkPhase,
  markUse,
} from "../../golang/instructions/map-mark.js";
import { type MarkWindow, markWindows } from "../../golang/instructions/mark-window.js";
import { writeBarrierKind } from "../../golang/instructions/write-barriers.js";
import { neverReturns } from "../../golang/instructions/control-flow.js";
import type { Instruction } from "../../golang/instructions/instruction.js";
import type { Address } from "../../golang/memory.js";
import { printedName } from "../../golang/pclntab/names.js";
import type { Frame } from "../../golang/pclntab/symbolizer.js";
import type { ProgramSymbols } from "../../golang/program-symbols.js";
import { namedText } from "./named-text.js";
import { type RegisterView, registerViews } from "./register-view.js";

/** What a binary is, as far as it is said with its code. */
export interface BinaryView {
  readonly file: string;
  readonly goVersion: string | undefined;
  readonly mapImplementation: "classic" | "swiss";
}

/** A position in the source: a frame of Go. */
export interface PositionView {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly inlined: boolean;
}

/** A call. */
export interface CallView {
  /** The function's name; undefined for calls through a register. */
  readonly callee: string | undefined;
  /** The text that it is given, for functions that end the process. */
  readonly message: string | undefined;
  readonly barrier: "barrier" | "memory with barrier" | undefined;
}

/** One instruction. */
export interface InstructionView {
  /** From the function's first byte. */
  readonly offset: number;
  readonly instruction: Instruction;
  /** With names instead of addresses. */
  readonly text: string;
  /** Index in {@link FunctionView.positions}. */
  readonly position: number;
  readonly call: CallView | undefined;
  readonly mark: MarkAccess["kind"] | undefined;
  /** For tests of the mark: which way ends the process. */
  readonly fatalWhen: MarkAccess["fatalWhen"];
  readonly phase: MarkPhase | undefined;
  /** Registers that hold an argument of the function from here on, and did not before. */
  readonly brings: readonly { readonly register: string; readonly argument: string }[];
}

/** The mark as this function treats it. */
export interface MarkView {
  readonly layout: MarkLayout;
  readonly accesses: readonly MarkAccess[];
  readonly windows: readonly MarkWindow[];
}

/** One function. */
export interface FunctionView {
  /** The linker's name. */
  readonly name: string;
  /** As Go prints it. */
  readonly printed: string;
  /** As it is called in sentences: with the Go version where functions of two programs are spoken of. */
  readonly label: string;
  readonly address: Address;
  /** Bytes of its instructions, without the padding after them. */
  readonly bytes: number;
  readonly instructions: readonly InstructionView[];
  readonly blocks: number;
  /** Frames at each position, innermost first. */
  readonly positions: readonly (readonly PositionView[])[];
  readonly registers: readonly RegisterView[];
  /** Whether it is written in assembly: then arguments need not be where Go's convention has them. */
  readonly assembly: boolean;
  /** Undefined for functions that have nothing to do with the mark. */
  readonly mark: MarkView | undefined;
  readonly jumpsAnywhere: boolean;
}

/** How functions are called in sentences: where those of two programs are spoken of, the version is said. */
export type Labelled = "by name" | "with version";

/** What a function is called in sentences. */
export function labelOf(printed: string, goVersion: string | undefined, labelled: Labelled): string {
  return labelled === "by name" ? printed : `${printed} of ${goVersion ?? "the program"}`;
}

/** Makes the view of a function. */
export function viewOf(
  code: FunctionCode,
  functions: ProgramFunctions,
  symbols: ProgramSymbols,
  labelled: Labelled = "by name",
): FunctionView {
  const { graph, range } = code;
  const positions = new Positions();
  const calls = callViews(code, functions, symbols);
  const mark = markOf(code, calls, symbols.mapImplementation);
  const accesses = new Map(mark.view?.accesses.map((access) => [access.index, access]));
  const registers = registerViews(code, functions);
  const brought = broughtArguments(code);
  const instructions = graph.instructions.map((instruction, index): InstructionView => {
    const access = accesses.get(index);
    return {
      offset: instruction.address - range.start,
      instruction,
      text: namedText(instruction, range, symbols),
      position: positions.of(symbols.framesAt(instruction.address)),
      call: calls.get(index),
      mark: access?.kind,
      fatalWhen: access?.fatalWhen,
      phase: mark.phases[index],
      brings: brought.get(index) ?? [],
    };
  });
  const last = instructions.at(-1);
  return {
    name: range.name,
    printed: printedName(range.name),
    label: labelOf(printedName(range.name), symbols.goVersion, labelled),
    address: range.start,
    bytes: last === undefined ? 0 : last.offset + last.instruction.length,
    instructions,
    blocks: graph.blocks.length,
    positions: positions.all,
    registers,
    assembly: positions.all[0]?.at(-1)?.file.endsWith(".s") === true,
    mark: mark.view,
    jumpsAnywhere: graph.jumpsAnywhere,
  };
}

/** Each different position once. */
class Positions {
  readonly all: (readonly PositionView[])[] = [];
  readonly #known = new Map<string, number>();

  of(frames: readonly Frame[]): number {
    const position = frames.map(({ function: name, file, line, inlined }) => ({
      function: name,
      file,
      line,
      inlined,
    }));
    const key = position.map((frame) => `${frame.function}\0${frame.file}\0${frame.line}`).join("\0");
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.all.push(position) - 1;
      this.#known.set(key, index);
    }
    return index;
  }
}

/** Calls by the index of the instruction. */
function callViews(
  code: FunctionCode,
  functions: ProgramFunctions,
  symbols: ProgramSymbols,
): Map<number, CallView> {
  const messages = new Map(
    fatalCallsIn(code, functions, symbols).map(({ address, message }) => [address, message]),
  );
  const callees = new Map(callsIn(code, functions).map(({ address, callee }) => [address, callee]));
  const calls = new Map<number, CallView>();
  code.graph.instructions.forEach((instruction, index) => {
    if (instruction.flow === "call" || instruction.flow === "indirect call") {
      const callee = callees.get(instruction.address);
      const message = messages.get(instruction.address);
      const barrier = callee === undefined ? undefined : writeBarrierKind(callee);
      calls.set(index, { callee, message, barrier });
    }
  });
  return calls;
}

/** Whether a call ends the process or the goroutine's way through the function. */
export function endsWay(call: CallView | undefined): boolean {
  return call?.callee !== undefined && (fatalFunctions.includes(call.callee) || neverReturns(call.callee));
}

function markOf(
  code: FunctionCode,
  calls: ReadonlyMap<number, CallView>,
  implementation: "classic" | "swiss",
): { readonly view: MarkView | undefined; readonly phases: readonly (MarkPhase | undefined)[] } {
  const layout = markLayouts[implementation];
  const fatal = new Set(
    [...calls]
      .filter(([, { callee }]) => callee !== undefined && fatalFunctions.includes(callee))
      .map(([index]) => code.graph.blockOf(index)),
  );
  const use = markUse(code, layout, (block) => fatal.has(block));
  const concerns = use.accesses.some(({ kind }) => kind !== "load");
  return {
    view: concerns
      ? {
          layout,
          accesses: use.accesses,
          windows: markWindows(code.graph, use, (index) => endsWay(calls.get(index))),
        }
      : undefined,
    phases: concerns ? use.phases : [],
  };
}

/** Where a register comes to hold an argument of a map function that it did not hold before. */
function broughtArguments(code: FunctionCode): Map<number, InstructionView["brings"]> {
  const found = new Map<number, InstructionView["brings"]>();
  const roles = mapArguments(code.range.name);
  if (roles === undefined) {
    return found;
  }
  const flow = code.values();
  const wanted = new Map(roles.map(({ register, role }) => [flow.entryValue(register), role]));
  flow.walk((index, before, after) => {
    const written = code.graph.instructions[index]?.registersWritten ?? [];
    const brings = written.flatMap((register) => {
      const value = flow.held(after, register);
      const argument = value === undefined ? undefined : wanted.get(value);
      return argument === undefined || flow.held(before, register) === value ? [] : [{ register, argument }];
    });
    if (brings.length > 0) {
      found.set(index, brings);
    }
  });
  return found;
}
