/**
 * Where what is in a register is still wanted: a backward analysis over a function's graph, of many registers at once, each of which is
 * a bit.
 */
import type { Block, CodeGraph } from "./control-flow.js";
import type { Instruction } from "./instruction.js";

/** Tells which registers a call or a return hands over; each by the index of the instruction. */
export interface HandedOver {
  readonly call: (index: number) => readonly string[];
  readonly result: (index: number) => readonly string[];
}

/** Registers that are looked at together: bits of a number with which the processor calculates as it is. */
const together = 31;

/** What an instruction, or a block, does to what is wanted: these registers are wanted before it, and these if they are after it. */
interface Effect {
  readonly wants: number;
  readonly passes: number;
}

/**
 * Goes backwards over the graph: a register is wanted before an instruction that reads it, and before one that leaves a wanted one.
 *
 * @returns for each register, for each instruction whether it is wanted before it: 1 or 0
 */
export function liveness(
  graph: CodeGraph,
  registers: readonly string[],
  handed: HandedOver,
): readonly Uint8Array[] {
  return groupsOf(registers).flatMap((group) => {
    const { effects, wanted } = solved(graph, group, handed);
    const live = group.map(() => new Uint8Array(graph.instructions.length));
    graph.blocks.forEach((block) => {
      let after = wantedAfter(block, wanted);
      for (let index = block.end - 1; index >= block.first; index--) {
        const { wants, passes } = effects[index] ?? nothing;
        after = wants | (passes & after);
        for (let column = 0; column < group.length; column++) {
          const one = live[column];
          if (one !== undefined) {
            one[index] = (after >>> column) & 1;
          }
        }
      }
    });
    return live;
  });
}

/** Those registers that are wanted before the function's first instruction. */
export function wantedAtEntry(
  graph: CodeGraph,
  registers: readonly string[],
  handed: HandedOver,
): readonly string[] {
  return groupsOf(registers).flatMap((group) => {
    const [first = 0] = solved(graph, group, handed).wanted;
    return group.filter((_, column) => ((first >>> column) & 1) === 1);
  });
}

const nothing: Effect = { wants: 0, passes: 0 };

function groupsOf(registers: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(registers.length / together) }, (_, group) =>
    registers.slice(group * together, (group + 1) * together),
  );
}

/** What each instruction does, and what is wanted before the first one of each block. */
function solved(
  graph: CodeGraph,
  registers: readonly string[],
  handed: HandedOver,
): { readonly effects: readonly Effect[]; readonly wanted: Int32Array } {
  const { instructions, blocks } = graph;
  const bits = new Map(registers.map((register, column) => [register, 1 << column]));
  const effects = instructions.map((instruction, index) => effectOf(instruction, index, bits, handed));
  const ofBlocks = blocks.map(({ first, end }) => {
    let [wants, passes] = [0, -1];
    for (let index = end - 1; index >= first; index--) {
      const one = effects[index] ?? nothing;
      wants = one.wants | (one.passes & wants);
      passes &= one.passes;
    }
    return { wants, passes };
  });
  const wanted = new Int32Array(blocks.length);
  let changes = true;
  while (changes) {
    changes = false;
    for (let number = blocks.length - 1; number >= 0; number--) {
      const block = blocks[number];
      const { wants, passes } = ofBlocks[number] ?? nothing;
      const now = block === undefined ? 0 : wants | (passes & wantedAfter(block, wanted));
      if (now !== wanted[number]) {
        wanted[number] = now;
        changes = true;
      }
    }
  }
  return { effects, wanted };
}

function wantedAfter({ successors }: Block, wanted: Int32Array): number {
  let all = 0;
  for (const next of successors) {
    all |= wanted[next] ?? 0;
  }
  return all;
}

/** Registers that keep what is in them over a call: the stack and frame pointers, the goroutine, the zero. */
const keptOverCalls: readonly string[] = ["rsp", "rbp", "r14", "xmm15"];

function effectOf(
  { flow, registersRead, registersWritten }: Instruction,
  index: number,
  bits: ReadonlyMap<string, number>,
  handed: HandedOver,
): Effect {
  const bitsOf = (names: readonly string[]): number => {
    let all = 0;
    for (const name of names) {
      all |= bits.get(name) ?? 0;
    }
    return all;
  };
  const reads = bitsOf(registersRead);
  switch (flow) {
    case "call":
    case "indirect call":
      return { wants: reads | bitsOf(handed.call(index)), passes: bitsOf(keptOverCalls) };
    case "return":
      return { wants: reads | bitsOf(handed.result(index)), passes: 0 };
    default:
      return { wants: reads, passes: ~bitsOf(registersWritten) };
  }
}
