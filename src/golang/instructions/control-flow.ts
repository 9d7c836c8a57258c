/**
 * A function's code as a graph of blocks: runs of instructions that are entered at the first and left at the last.
 *
 * Go's compiler makes jump tables from 1.19 on (`jmp *(table)(index*8)`). Where their entries cannot be read, such a jump
 * may go to any instruction of the function, and the graph says so.
 */
import type { Address } from "../memory.js";
import type { Instruction } from "./instruction.js";

/** A run of instructions. */
export interface Block {
  /** Index of its first instruction, and the first index after its last one. */
  readonly first: number;
  readonly end: number;
  /** Blocks that may come next, by their index. */
  readonly successors: readonly number[];
  readonly predecessors: readonly number[];
}

/** What is known about code besides its bytes. */
export interface CodeKnowledge {
  /** The name of the function that holds an address. */
  readonly nameAt: (address: Address) => string | undefined;
  /** {@link ProgramSymbols.stackDelta} */
  readonly stackDelta: (pc: Address) => number | undefined;
  /** Eight bytes of the program's constant data, for jump tables; undefined where they cannot be read. */
  readonly word: (address: Address) => number | undefined;
}

/** Nothing is known: then what follows from code alone is told. */
export const nothingKnown: CodeKnowledge = {
  nameAt: () => undefined,
  stackDelta: () => undefined,
  word: () => undefined,
};

/** The code of one function. */
export interface CodeGraph {
  readonly instructions: readonly Instruction[];
  /** In the order of addresses; the first one is the function's entry. */
  readonly blocks: readonly Block[];
  /** The index of the instruction that begins at an address. */
  readonly indexAt: (address: Address) => number | undefined;
  /** The block that holds an instruction. */
  readonly blockOf: (index: number) => number;
  /** Whether some jump may go anywhere, as its table could not be read. */
  readonly jumpsAnywhere: boolean;
}

/** No jump table of Go's compiler is larger: it makes them for up to 1024 cases. */
const maxTableSize = 1024;

/**
 * Functions of the runtime that a call does not come back from. The compiler puts a `nop` or `ud2` after such calls, and then code
 * of another place, so to go on there would mix what does not belong together.
 */
const endless =
  /^runtime\.(gopanic|panic[A-Za-z0-9]*|goPanic[A-Za-z0-9]*|throw|fatalthrow|fatalpanic|goexit[01]?|abort|sigpanic|unreachableMethod|block|racefuncenterfp\.abort)$/;

/** Whether a call of this function never comes back. */
export function neverReturns(name: string | undefined): boolean {
  return name !== undefined && endless.test(name);
}

/**
 * Makes the graph of a function.
 *
 * @param instructions all of the function's, in the order of addresses, without padding
 * @param known what the program's tables say
 */
export function codeGraph(
  instructions: readonly Instruction[],
  known: CodeKnowledge = nothingKnown,
): CodeGraph {
  const indexes = new Map(instructions.map(({ address }, index) => [address, index]));
  const tables = new Map<number, readonly number[]>();
  let jumpsAnywhere = false;
  instructions.forEach((instruction, index) => {
    if (instruction.flow === "indirect branch") {
      const targets = tableTargets(instructions, index, indexes, known);
      tables.set(index, targets ?? []);
      jumpsAnywhere ||= targets === undefined;
    }
  });
  const next = (index: number): readonly number[] => {
    const table = tables.get(index);
    return table ?? successorsOf(instructions, index, indexes, known);
  };
  const leaders = jumpsAnywhere
    ? instructions.map((_, index) => index)
    : leadersOf(instructions, next, tables);
  return {
    instructions,
    ...blocksBetween(instructions, leaders, (index) =>
      jumpsAnywhere && tables.has(index) ? leaders : next(index),
    ),
    indexAt: (address) => indexes.get(address),
    jumpsAnywhere,
  };
}

/** Where an instruction may go on within the function. */
function successorsOf(
  instructions: readonly Instruction[],
  index: number,
  indexes: ReadonlyMap<Address, number>,
  known: CodeKnowledge,
): readonly number[] {
  const instruction = instructions[index];
  if (instruction === undefined) {
    return [];
  }
  const following = index + 1 < instructions.length ? [index + 1] : [];
  const target = instruction.target === undefined ? undefined : indexes.get(instruction.target);
  const there = target === undefined ? [] : [target];
  switch (instruction.flow) {
    case "next":
    case "indirect call":
      return following;
    case "call":
      return instruction.target !== undefined && neverReturns(known.nameAt(instruction.target))
        ? []
        : following;
    case "branch":
      return there;
    case "conditional branch":
      return [...following, ...there];
    case "return":
    case "stop":
    case "indirect branch":
      return [];
    default:
      return [];
  }
}

/** Whether an instruction ends a run although the next one follows it. */
function endsBlock({ flow }: Instruction): boolean {
  return flow !== "next" && flow !== "call" && flow !== "indirect call";
}

function leadersOf(
  instructions: readonly Instruction[],
  next: (index: number) => readonly number[],
  tables: ReadonlyMap<number, readonly number[]>,
): number[] {
  const leaders = new Set<number>(instructions.length === 0 ? [] : [0]);
  instructions.forEach((instruction, index) => {
    const to = next(index);
    const goesOn = to.length === 1 && to[0] === index + 1;
    if (endsBlock(instruction) || !goesOn || tables.has(index)) {
      to.forEach((target) => leaders.add(target));
      if (index + 1 < instructions.length) {
        leaders.add(index + 1);
      }
    }
  });
  return [...leaders].toSorted((a, b) => a - b);
}

function blocksBetween(
  instructions: readonly Instruction[],
  leaders: readonly number[],
  next: (index: number) => readonly number[],
): Pick<CodeGraph, "blocks" | "blockOf"> {
  const owner = new Int32Array(instructions.length);
  leaders.forEach((first, block) => owner.fill(block, first, leaders[block + 1] ?? instructions.length));
  const successors = leaders.map((_, block) => {
    const last = (leaders[block + 1] ?? instructions.length) - 1;
    return [...new Set(next(last).map((index) => owner[index] ?? 0))];
  });
  const predecessors: number[][] = leaders.map(() => []);
  successors.forEach((to, from) => to.forEach((block) => predecessors[block]?.push(from)));
  const blocks = leaders.map((first, block) => ({
    first,
    end: leaders[block + 1] ?? instructions.length,
    successors: successors[block] ?? [],
    predecessors: predecessors[block] ?? [],
  }));
  return { blocks, blockOf: (index) => owner[index] ?? 0 };
}

/**
 * Where an indirect jump goes: `lea table(%rip),%rdx; jmp *(%rdx,%rcx,8)`. The table's entries are addresses of the same
 * function; it ends where they end. Entries of the next table may be taken for those of this one, which only adds ways.
 *
 * @returns undefined when it may go anywhere within the function; empty when it leaves the function
 */
function tableTargets(
  instructions: readonly Instruction[],
  index: number,
  indexes: ReadonlyMap<Address, number>,
  known: CodeKnowledge,
): readonly number[] | undefined {
  const operand = instructions[index]?.operands[0];
  if (operand?.kind !== "memory" || operand.memory.index === undefined) {
    // A jump to what a register holds is how wrappers and assembly go to another function; the compiler makes none within one.
    return operand?.kind === "register" && isWrapperJump(instructions, index) ? [] : undefined;
  }
  const { base, displacement, scale } = operand.memory;
  const start = base === undefined ? Number(displacement) : addressIn(instructions, index, base);
  if (start === undefined || scale !== 8) {
    return undefined;
  }
  const from = base === undefined ? start : start + Number(displacement);
  const targets: number[] = [];
  for (let entry = 0; entry < maxTableSize; entry++) {
    const word = known.word(from + entry * 8);
    const target = word === undefined ? undefined : indexes.get(word);
    if (target === undefined) {
      break;
    }
    targets.push(target);
  }
  return targets.length === 0 ? undefined : [...new Set(targets)];
}

/** Whether a jump to a register leaves the function: it is the last instruction before its end, or before padding. */
function isWrapperJump(instructions: readonly Instruction[], index: number): boolean {
  return instructions.slice(index + 1).every(({ mnemonic }) => mnemonic === "int3" || mnemonic === "nop");
}

/** The address that a register was set to by a `lea` shortly before; undefined when it was set otherwise. */
function addressIn(
  instructions: readonly Instruction[],
  index: number,
  register: string,
): Address | undefined {
  for (let at = index - 1; at >= 0 && at >= index - 8; at--) {
    const instruction = instructions[at];
    if (instruction?.registersWritten.includes(register) === true) {
      const source = instruction.operands[1];
      return instruction.mnemonic === "lea" &&
        source?.kind === "memory" &&
        source.memory.base === undefined &&
        source.memory.index === undefined
        ? Number(source.memory.displacement)
        : undefined;
    }
  }
  return undefined;
}
