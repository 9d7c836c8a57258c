/** What a program's own instructions say of a place in it: the answers to {@link CodeFacts} for an executable. */
import { mapOperationOf } from "../crashtext/map-functions.js";
import type { CodeGraph } from "../../golang/instructions/control-flow.js";
import type { FunctionCode, ProgramFunctions } from "../../golang/instructions/functions.js";
import { type GeneralRegister, generalRegisters } from "../../golang/instructions/registers.js";
import { markLayouts, type MarkPhase, type MarkUse, markUse } from "../../golang/instructions/map-mark.js";
import type { Moment as FlowMoment } from "../../golang/instructions/value-flow.js";
import type { Address } from "../../golang/memory.js";
import type { CodeRange, ProgramSymbols } from "../../golang/program-symbols.js";
import type { StoppedPhase } from "../../case/case.js";
import type { ArgumentRoute, CodeFacts, MapCall, Moment, Place } from "./stopped-program.js";

/** From the address of the return address to the one just above it, from which places count. */
const returnAddressSize = 8;

const phaseNames: Readonly<Record<MarkPhase, StoppedPhase>> = {
  before: "before the mark",
  set: "marked",
  cleared: "after the mark",
  unclear: "not known",
};

/** Makes the answers for a program. */
export function codeFacts(functions: ProgramFunctions, symbols: ProgramSymbols): CodeFacts {
  return new ProgramCodeFacts(functions, symbols);
}

class ProgramCodeFacts implements CodeFacts {
  readonly #calls = new Map<Address, readonly MapCall[]>();
  readonly #marks = new Map<Address, MarkUse>();

  constructor(
    private readonly functions: ProgramFunctions,
    private readonly symbols: ProgramSymbols,
  ) {}

  places(range: CodeRange, pc: Address, moment: Moment, register: string): readonly Place[] {
    const name = generalRegisters.find((one) => one === register);
    const flow = this.functions.of(range)?.values();
    if (name === undefined || flow === undefined) {
      return [];
    }
    return flow
      .placesOfArgument(name, flowMoment(pc, moment))
      .filter(({ difference }) => difference === 0)
      .map((place) =>
        place.kind === "register"
          ? { kind: "register", name: place.register }
          : { kind: "stack", offset: place.offset - returnAddressSize },
      );
  }

  callArgument(caller: CodeRange, returnAddress: Address, register: string): ArgumentRoute | undefined {
    const name = generalRegisters.find((one) => one === register);
    const code = this.functions.of(caller);
    const next = code?.graph.indexAt(returnAddress);
    const call = next === undefined ? undefined : code?.graph.instructions[next - 1];
    if (name === undefined || code === undefined || call?.flow !== "call") {
      return undefined;
    }
    const flow = code.values();
    const value = flow.valueOf(name, { kind: "before", pc: call.address });
    const route = value === undefined ? undefined : flow.routeTo(value, { kind: "in call", returnAddress });
    if (route === undefined || route.from.kind === "register") {
      return undefined;
    }
    const { from, loads, difference } = route;
    return from.kind === "address"
      ? { from, loads, difference }
      : {
          from: { kind: "stack", offset: from.offset - returnAddressSize },
          loads,
          // Without loads the place itself may hold another value with a known difference.
          difference: loads.length === 0 ? from.difference : difference,
        };
  }

  phase(range: CodeRange, pc: Address, moment: Moment): ReturnType<CodeFacts["phase"]> {
    const code = this.functions.of(range);
    const index = code?.graph.indexAt(pc);
    if (code === undefined || index === undefined) {
      return "not known";
    }
    const use = this.#markUse(code);
    const sets = use.accesses.some(({ kind }) => kind === "set");
    return sets ? phaseNames[use.phases[moment === "at" ? index : index - 1] ?? "unclear"] : "not known";
  }

  #markUse(code: FunctionCode): MarkUse {
    let use = this.#marks.get(code.range.start);
    if (use === undefined) {
      use = markUse(code, markLayouts[this.symbols.mapImplementation]);
      this.#marks.set(code.range.start, use);
    }
    return use;
  }

  hasJustBegun(range: CodeRange, pc: Address, moment: Moment): boolean {
    const code = this.functions.of(range);
    if (code === undefined) {
      return false;
    }
    return moment === "at" ? isBeginning(code, pc) : this.#growsStack(code, pc);
  }

  wayFrom(range: CodeRange, returnAddress: Address, to: Address): "loop" | "once" | "no" {
    const graph = this.functions.of(range)?.graph;
    const from = graph?.indexAt(returnAddress);
    const end = graph?.indexAt(to);
    if (graph === undefined || from === undefined || end === undefined) {
      return "no";
    }
    if (!leadsTo(graph, from, end)) {
      return "no";
    }
    return leadsTo(graph, end, from) ? "loop" : "once";
  }

  /** Whether the call that returns there makes the stack larger, or gives the processor away, before anything else is done. */
  #growsStack({ graph }: FunctionCode, returnAddress: Address): boolean {
    const next = graph.indexAt(returnAddress);
    const target = graph.instructions[next === undefined ? graph.instructions.length - 1 : next - 1]?.target;
    return (
      target !== undefined && this.symbols.functionAt(target)?.name.startsWith("runtime.morestack") === true
    );
  }

  mapCalls(range: CodeRange): readonly MapCall[] {
    const known = this.#calls.get(range.start);
    if (known !== undefined) {
      return known;
    }
    const code = this.functions.of(range);
    const calls = code === undefined ? [] : this.#findCalls(code);
    this.#calls.set(range.start, calls);
    return calls;
  }

  #findCalls(code: FunctionCode): readonly MapCall[] {
    return code.graph.instructions.flatMap((instruction): MapCall[] => {
      if (instruction.flow !== "call" || instruction.target === undefined) {
        return [];
      }
      const target = this.symbols.functionAt(instruction.target)?.name;
      if (target === undefined || mapOperationOf(target) === null) {
        return [];
      }
      return [
        {
          returnAddress: instruction.address + instruction.length,
          target,
          mapType: constantIn(code, "rax", instruction.address),
        },
      ];
    });
  }
}

/** Whether control can come from one instruction to another. */
function leadsTo(graph: CodeGraph, from: number, to: number): boolean {
  const start = graph.blockOf(from);
  const end = graph.blockOf(to);
  if (start === end && to >= from) {
    return true;
  }
  const seen = new Set<number>();
  const waiting = [...(graph.blocks[start]?.successors ?? [])];
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    if (block === end) {
      return true;
    }
    if (!seen.has(block)) {
      seen.add(block);
      waiting.push(...(graph.blocks[block]?.successors ?? []));
    }
  }
  return false;
}

function flowMoment(pc: Address, moment: Moment): FlowMoment {
  return moment === "at" ? { kind: "before", pc } : { kind: "in call", returnAddress: pc };
}

function constantIn(code: FunctionCode, register: GeneralRegister, pc: Address): Address | undefined {
  const flow = code.values();
  const value = flow.valueOf(register, { kind: "before", pc });
  const described = value === undefined ? undefined : flow.describe(value);
  return described?.base.kind === "number" ? described.addend : undefined;
}

/**
 * Whether no instruction before this one has read or written memory but the stack: from the function's entry on in a straight line,
 * there were the stack check, the making of the frame, and spills of arguments.
 */
function isBeginning({ graph }: FunctionCode, pc: Address): boolean {
  const index = graph.indexAt(pc);
  if (index === undefined) {
    return false;
  }
  return graph.instructions
    .slice(0, index)
    .every(
      ({ memory, flow }) =>
        (flow === "next" || flow === "conditional branch") &&
        memory.every(
          ({ base, size, segment }) =>
            size === 0 || base === "rsp" || base === "rbp" || base === "r14" || segment !== undefined,
        ),
    );
}
