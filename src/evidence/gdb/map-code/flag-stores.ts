/**
 * The instructions that store into a map's flags: `flags` of a classic map, `writing` of a swiss one.
 *
 * ```text
 *   classic, mapassign_fast64        swiss, mapassign_fast64
 *     movzbl 8(%rbx),%ecx              movzbl 34(%rbx),%edx
 *     xor    $4,%ecx                   xor    $1,%edx
 *     mov    %cl,8(%rbx)    set        mov    %dl,34(%rbx)   set
 *     …                                …
 *     and    $-5,%ecx                  xor    $1,%ecx
 *     mov    %cl,8(%rbx)    cleared    mov    %cl,34(%rcx)   cleared
 * ```
 *
 * Which of the two a store does is told by the value in its register when it runs. An iterator of a classic map marks the map with a
 * locked `or`, through a register that holds the flags' own address. Measured with Go 1.19 and 1.21 to 1.27: these forms, and no other.
 */
import type { Instruction, MemoryOperand } from "../../../golang/instructions/instruction.js";
import type { CodeGraph } from "../../../golang/instructions/control-flow.js";
import { ProgramFunctions } from "../../../golang/instructions/functions.js";
import type { InstructionDecoder } from "../../../golang/instructions/decoder.js";
import type { Address } from "../../../golang/memory.js";
import type { CodeRange, ProgramSymbols } from "../../../golang/program-symbols.js";

/** One such instruction. */
export interface FlagStore {
  readonly address: Address;
  readonly function: CodeRange;
  /** The register whose value plus {@link mapOffset} is the map's address. */
  readonly mapRegister: string;
  readonly mapOffset: number;
  /** The register whose lowest byte is stored. */
  readonly valueRegister: string;
  /** Whether the byte is or-ed to what is there, not stored in its place. */
  readonly or: boolean;
  /** The next instruction, where one comes to it from the store only: the store has just been done there. */
  readonly next: Address | undefined;
  /** How many bytes lie between the stack pointer and the return address there. */
  readonly stackDelta: number;
}

/** Where the flags lie in a map's header, and which bit says that it is being written. */
export interface FlagLayout {
  readonly offset: number;
  readonly writing: number;
}

/** Up to Go 1.23, and of 1.24 and 1.25 with noswissmap: hmap.flags with hashWriting. From 1.24 on: Map.writing. */
export function flagLayout(implementation: "classic" | "swiss"): FlagLayout {
  return implementation === "classic" ? { offset: 8, writing: 4 } : { offset: 34, writing: 1 };
}

/** The functions that may hold such stores; inlined ones are where they were inlined. */
const classicFunctions =
  /^(?:runtime|reflect)\.(?:map|hashGrow|growWork|evacuate|advanceEvacuationMark|reflect_map|maps_|\(\*hmap\))/;
const swissFunctions = /^(?:internal\/runtime\/maps\.|(?:runtime|reflect)\.(?:map|reflect_map|maps_))/;

/** Whether a function is part of the map's implementation. */
export function isMapFunction(name: string, implementation: "classic" | "swiss"): boolean {
  return (implementation === "classic" ? classicFunctions : swissFunctions).test(name);
}

/** All stores into a map's flags in a program's map functions, in the order of their addresses. */
export function findFlagStores(symbols: ProgramSymbols, decoder: InstructionDecoder): readonly FlagStore[] {
  const layout = flagLayout(symbols.mapImplementation);
  const functions = new ProgramFunctions(symbols, decoder);
  const found: FlagStore[] = [];
  for (const range of symbols.functions()) {
    if (!isMapFunction(range.name, symbols.mapImplementation)) {
      continue;
    }
    const graph = functions.of(range)?.graph;
    const instructions = graph?.instructions ?? [];
    instructions.forEach((instruction, index) => {
      const store = plainStore(instruction, layout) ?? lockedOr(instruction, instructions, index, layout);
      const stackDelta = symbols.stackDelta(instruction.address);
      if (store !== undefined && stackDelta !== undefined) {
        const next = graph === undefined ? undefined : onlyAfter(graph, index);
        found.push({ ...store, address: instruction.address, next, function: range, stackDelta });
      }
    });
  }
  return found.toSorted((a, b) => a.address - b.address);
}

/** The address of the instruction after this one, when no jump goes there. */
function onlyAfter(graph: CodeGraph, index: number): Address | undefined {
  const next = graph.instructions[index + 1];
  return next !== undefined && graph.blockOf(index) === graph.blockOf(index + 1) ? next.address : undefined;
}

type Store = Pick<FlagStore, "mapRegister" | "mapOffset" | "valueRegister" | "or">;

/** `mov %cl,8(%rbx)` */
function plainStore(instruction: Instruction, layout: FlagLayout): Store | undefined {
  const value = byteRegister(instruction);
  const memory = writtenByte(instruction);
  if (
    instruction.mnemonic !== "mov" ||
    value === undefined ||
    memory?.base === undefined ||
    memory.displacement !== BigInt(layout.offset)
  ) {
    return undefined;
  }
  return { mapRegister: memory.base, mapOffset: 0, valueRegister: value, or: false };
}

/** `lea 8(%rbx),%rcx`, then `lock or %dl,(%rcx)` */
function lockedOr(
  instruction: Instruction,
  instructions: readonly Instruction[],
  index: number,
  layout: FlagLayout,
): Store | undefined {
  const value = byteRegister(instruction);
  const memory = writtenByte(instruction);
  if (
    !instruction.locked ||
    instruction.mnemonic !== "or" ||
    value === undefined ||
    memory?.base === undefined ||
    memory.displacement !== 0n
  ) {
    return undefined;
  }
  const { base } = memory;
  const made = instructions
    .slice(Math.max(0, index - 6), index)
    .findLast(({ registersWritten }) => registersWritten.includes(base));
  const from = made?.operands[1];
  return made?.mnemonic === "lea" &&
    from?.kind === "memory" &&
    from.memory.index === undefined &&
    from.memory.displacement === BigInt(layout.offset)
    ? { mapRegister: base, mapOffset: -layout.offset, valueRegister: value, or: true }
    : undefined;
}

/** The register whose lowest byte is the instruction's source. */
function byteRegister({ operands }: Instruction): string | undefined {
  const source = operands[1];
  return source?.kind === "register" && source.size === 1 ? source.register : undefined;
}

/** The byte that the instruction writes, when its place is a register and a displacement and not on the stack. */
function writtenByte({ operands }: Instruction): MemoryOperand | undefined {
  const target = operands[0];
  return target?.kind === "memory" &&
    target.memory.writes &&
    target.memory.size === 1 &&
    target.memory.index === undefined &&
    target.memory.base !== "rsp" &&
    target.memory.base !== "rbp" &&
    target.memory.base !== "rip"
    ? target.memory
    : undefined;
}
