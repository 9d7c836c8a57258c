/**
 * What a function does with each register: how often it reads and writes it, from where to where, and where what is in it is still
 * wanted.
 *
 * Counted are instructions as they stand in the code, not how often they run. Padding is no instruction of the function
 * ({@link withoutPadding}); `nop`s within it are. A call is counted for what the instruction itself does: it writes the
 * stack pointer. That everything else may be changed by the called function is kept apart ({@link RegisterUse.calls}).
 */
import type { CodeGraph } from "./control-flow.js";
import type { Instruction } from "./instruction.js";
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

/** Tells which registers a call or a return hands over; each by the index of the instruction. */
export interface HandedOver {
  readonly call: (index: number) => readonly string[];
  readonly result: (index: number) => readonly string[];
}

/** Registers that keep what is in them over a call: the stack and frame pointers, the goroutine, the zero. */
const keptOverCalls: ReadonlySet<string> = new Set(["rsp", "rbp", "r14", "xmm15"]);

/** The registers that a function uses, in the order of their first use. */
export function registerUse(graph: CodeGraph, handed: HandedOver): readonly RegisterUse[] {
  const { instructions } = graph;
  const names = [
    ...new Set(
      instructions.flatMap(({ registersRead, registersWritten }) => [...registersRead, ...registersWritten]),
    ),
  ];
  return names.map((register) => {
    const reads = instructions.filter(({ registersRead }) => registersRead.includes(register));
    const writes = instructions.filter(({ registersWritten }) => registersWritten.includes(register));
    const uses = (one: Instruction): boolean =>
      one.registersRead.includes(register) || one.registersWritten.includes(register);
    return {
      register,
      reads: reads.length,
      writes: writes.length,
      first: instructions.findIndex(uses),
      last: instructions.findLastIndex(uses),
      live: liveness(graph, register, handed),
    };
  });
}

/** Goes backwards over the graph: a register is wanted before an instruction that reads it, and before one that leaves a wanted one. */
function liveness(graph: CodeGraph, register: string, handed: HandedOver): Uint8Array {
  const { instructions, blocks } = graph;
  const live = new Uint8Array(instructions.length);
  const wantedAtStart = new Uint8Array(blocks.length);
  let changes = true;
  while (changes) {
    changes = false;
    for (let block = blocks.length - 1; block >= 0; block--) {
      const { first, end, successors } = blocks[block] ?? { first: 0, end: 0, successors: [] };
      let wanted = successors.some((next) => wantedAtStart[next] === 1);
      for (let index = end - 1; index >= first; index--) {
        wanted = wantedBefore(instructions, index, register, { wanted, handed });
        live[index] = wanted ? 1 : 0;
      }
      if (wanted && wantedAtStart[block] !== 1) {
        wantedAtStart[block] = 1;
        changes = true;
      }
    }
  }
  return live;
}

function wantedBefore(
  instructions: readonly Instruction[],
  index: number,
  register: string,
  after: { readonly wanted: boolean; readonly handed: HandedOver },
): boolean {
  const instruction = instructions[index];
  if (instruction === undefined) {
    return false;
  }
  if (instruction.registersRead.includes(register)) {
    return true;
  }
  switch (instruction.flow) {
    case "call":
    case "indirect call":
      return after.handed.call(index).includes(register) || (keptOverCalls.has(register) && after.wanted);
    case "return":
      return after.handed.result(index).includes(register);
    default:
      return after.wanted && !instruction.registersWritten.includes(register);
  }
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
  return argumentRegisters.filter((register) => liveness(graph, register, handed)[0] === 1);
}
