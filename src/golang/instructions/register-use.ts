/**
 * What a function does with each register: how often it reads and writes it, from where to where, and where what is in it is still
 * wanted.
 *
 * Counted are instructions as they stand in the code, not how often they run. Padding is no instruction of the function
 * ({@link withoutPadding}); `nop`s within it are. A call is counted for what the instruction itself does: it writes the
 * stack pointer. That everything else may be changed by the called function is kept apart ({@link RegisterUse.calls}).
 */
import type { CodeGraph } from "./control-flow.js";
import { type HandedOver, liveness, wantedAtEntry } from "./liveness.js";
import { argumentRegisters } from "./registers.js";

/** What is done with one register. */
export interface RegisterUse {
  readonly register: string;
  /** How many instructions read it, and write it; one that does both is in both. */
  readonly reads: number;
  readonly writes: number;
  /** Index of the first and of the last instruction that uses it. */
  readonly first: number;
  readonly last: number;
  /** For each instruction whether the register holds, before it, something that is still read later: 1 or 0. */
  readonly live: Uint8Array;
}

/** The registers that a function uses, in the order of their first use. */
export function registerUse(graph: CodeGraph, handed: HandedOver): readonly RegisterUse[] {
  const uses = new Map<string, Counted>();
  const counted = (register: string, index: number): Counted => {
    const one = uses.get(register) ?? { reads: 0, writes: 0, first: index, last: index };
    one.last = index;
    uses.set(register, one);
    return one;
  };
  graph.instructions.forEach(({ registersRead, registersWritten }, index) => {
    new Set(registersRead).forEach((register) => (counted(register, index).reads += 1));
    new Set(registersWritten).forEach((register) => (counted(register, index).writes += 1));
  });
  const names = [...uses.keys()];
  const live = liveness(graph, names, handed);
  return [...uses].map(([register, use], column) => ({
    register,
    ...use,
    live: live[column] ?? new Uint8Array(graph.instructions.length),
  }));
}

/** What is counted of one register. */
interface Counted {
  reads: number;
  writes: number;
  readonly first: number;
  last: number;
}

/**
 * Registers that were prepared for a call or a return whose needs are not known: the first ones in the order of arguments that
 * were written in the same block since the last call.
 */
export function preparedRegisters(graph: CodeGraph, index: number): readonly string[] {
  const first = graph.blocks[graph.blockOf(index)]?.first ?? index;
  const written = new Set<string>();
  for (let at = index - 1; at >= first; at--) {
    const instruction = graph.instructions[at];
    if (instruction === undefined || instruction.flow === "call" || instruction.flow === "indirect call") {
      // What a call returned may be handed on.
      argumentRegisters
        .slice(0, instruction === undefined ? 0 : 1)
        .forEach((register) => written.add(register));
      break;
    }
    instruction.registersWritten.forEach((register) => written.add(register));
  }
  const end = argumentRegisters.findIndex((register) => !written.has(register));
  return argumentRegisters.slice(0, end === -1 ? undefined : end);
}

/**
 * The argument registers that a function wants on entry: those that it reads before it writes them. Nearly all functions read them
 * all at once, to save them where the stack has to grow; the others hand them to what they call, which is guessed from what they
 * prepared.
 */
export function wantedOnEntry(graph: CodeGraph): readonly string[] {
  const handed: HandedOver = {
    call: (index) => preparedRegisters(graph, index),
    result: () => [],
  };
  return [...wantedAtEntry(graph, argumentRegisters, handed)];
}
