/**
 * Calls in a program's code: who calls a function, and with which constant text.
 */
import type { Address } from "../memory.js";
import type { CodeRange, ProgramSymbols } from "../program-symbols.js";
import { maxCodeSize } from "./decoder.js";
import type { FunctionCode, ProgramFunctions } from "./functions.js";

/** One call. */
export interface CallSite {
  readonly address: Address;
  readonly returnAddress: Address;
  readonly target: Address;
  /** The called function's name. */
  readonly callee: string;
}

/** A call with a constant string as its first argument: of `runtime.fatal`, `runtime.throw`. */
export interface MessageCall extends CallSite {
  /** The text; undefined when it is not constant, or not in the file. */
  readonly message: string | undefined;
  /** The first instruction of the straight run that ends in the call: who is here is on the way to the call. */
  readonly runStart: Address;
}

/** Functions that end the process with a text that they are given. */
export const fatalFunctions: readonly string[] = [
  "runtime.fatal",
  "internal/runtime/maps.fatal",
  "runtime.throw",
];

/** No message of the runtime is longer. */
const maxMessage = 4096;

/** Machine code of `call rel32`, and its length. */
const callOpcode = 0xe8;
const callLength = 5;

/** The direct calls in a function. */
export function callsIn({ graph }: FunctionCode, functions: ProgramFunctions): readonly CallSite[] {
  return graph.instructions.flatMap((instruction) => {
    const { target } = instruction;
    if (instruction.flow !== "call" || target === undefined) {
      return [];
    }
    const returnAddress = instruction.address + instruction.length;
    const callee = functions.known.nameAt(target) ?? "?";
    return [{ address: instruction.address, returnAddress, target, callee }];
  });
}

/** The calls of functions that end the process with a text, in one function. */
export function fatalCallsIn(
  code: FunctionCode,
  functions: ProgramFunctions,
  symbols: Pick<ProgramSymbols, "code">,
): readonly MessageCall[] {
  return callsIn(code, functions)
    .filter(({ callee }) => fatalFunctions.includes(callee))
    .map((call) => ({
      ...call,
      message: constantString(code, call.address, symbols),
      runStart: runStart(code, call.address),
    }));
}

/** The constant string that is in RAX and RBX when an instruction is about to run: its first argument. */
function constantString(
  code: FunctionCode,
  pc: Address,
  symbols: Pick<ProgramSymbols, "code">,
): string | undefined {
  const values = code.values();
  const number = (register: "rax" | "rbx"): number | undefined => {
    const value = values.valueOf(register, { kind: "before", pc });
    const known = value === undefined ? undefined : values.describe(value);
    return known?.base.kind === "number" ? known.addend : undefined;
  };
  const [start, length] = [number("rax"), number("rbx")];
  if (start === undefined || length === undefined || length <= 0 || length > maxMessage) {
    return undefined;
  }
  const bytes = symbols.code(start, length);
  const text = bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  // The runtime's messages are plain sentences: anything else is no text, but something that looked like one.
  return text === undefined || /[^\P{C}\n\t]|\ufffd/u.test(text) ? undefined : text;
}

function runStart({ graph }: FunctionCode, pc: Address): Address {
  const index = graph.indexAt(pc) ?? 0;
  const first = graph.blocks[graph.blockOf(index)]?.first ?? index;
  return graph.instructions[first]?.address ?? pc;
}

/**
 * The functions that may call one of some others: each that holds the bytes of such a call, also where these are a part of
 * another instruction. {@link callsIn} tells which are real.
 *
 * @param targets entries of the functions that are called
 */
export function possibleCallers(
  symbols: Pick<ProgramSymbols, "textStart" | "textEnd" | "code" | "functionAt">,
  targets: ReadonlySet<Address>,
): readonly CodeRange[] {
  const callers = new Map<Address, CodeRange>();
  for (let start = symbols.textStart; start < symbols.textEnd; start += maxCodeSize) {
    // A call may lie on the border of two pieces.
    const length = Math.min(maxCodeSize + callLength - 1, symbols.textEnd - start);
    const code = symbols.code(start, length);
    if (code === undefined) {
      continue;
    }
    const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
    for (let at = code.indexOf(callOpcode); at !== -1; at = code.indexOf(callOpcode, at + 1)) {
      const fits = at + callLength <= code.length;
      if (fits && targets.has(start + at + callLength + view.getInt32(at + 1, true))) {
        const caller = symbols.functionAt(start + at);
        if (caller !== undefined) {
          callers.set(caller.start, caller);
        }
      }
    }
  }
  return [...callers.values()].toSorted((a, b) => a.start - b.start);
}
