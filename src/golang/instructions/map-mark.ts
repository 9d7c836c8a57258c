/**
 * Where a map function tests, sets and clears the mark by which Go's own check finds two accesses at one time.
 *
 * Classic maps (up to Go 1.23): bit 4 of the byte at 8 of the header (`hashWriting` in `hmap.flags`). Swiss maps (from 1.24):
 * the byte at 34 (`Map.writing`), 0 or 1. Both are changed by ordinary loads and stores: no lock, no barrier.
 *
 * ```text
 *     movzbl 0x8(%rbx),%ecx     test      cmpb   $0x0,0x22(%rbx)    test
 *     test   $0x4,%cl                     je     …
 *     xor    $0x4,%ecx          set       movzbl 0x22(%rbx),%edx    set, or clear
 *     mov    %cl,0x8(%rbx)                xor    $0x1,%edx
 *     and    $0xfb,%ecx         clear     mov    %dl,0x22(%rbx)
 * ```
 */
import type { Address } from "../memory.js";
import type { FunctionCode } from "./functions.js";
import type { Instruction, MemoryOperand } from "./instruction.js";
import { iteratorRegister, mapRegister } from "./map-arguments.js";
import { registerNumber } from "./registers.js";
import { operandAddress } from "./value-transfer.js";
import type { ValueState } from "./value-state.js";
import type { ValueId } from "./values.js";

/** Where the mark is in the map header, and which bits it is. */
export interface MarkLayout {
  readonly offset: number;
  readonly mask: number;
}

/** By the implementation of maps. */
export const markLayouts: Readonly<Record<"classic" | "swiss", MarkLayout>> = {
  classic: { offset: 8, mask: 4 },
  swiss: { offset: 34, mask: 1 },
};

/** How far an access has come, as far as its own mark is concerned. */
export type MarkPhase =
  /** It has not set the mark yet. Functions that only read never do. */
  | "before"
  /** It has set the mark and not cleared it: whoever tests now finds it. */
  | "set"
  | "cleared"
  /** Different ways lead here. */
  | "unclear";

/** One instruction that has to do with the mark. */
export interface MarkAccess {
  /** Index of the instruction in the function. */
  readonly index: number;
  readonly address: Address;
  readonly kind: "load" | "test" | "set" | "clear" | "other store";
  /** For tests: whether the way on which the process ends is the one with the mark, or the one without. */
  readonly fatalWhen: "marked" | "not marked" | undefined;
}

/** What is known of the mark in one function. */
export interface MarkUse {
  readonly accesses: readonly MarkAccess[];
  /** The phase before each instruction, by its index; undefined where no way leads. */
  readonly phases: readonly (MarkPhase | undefined)[];
}

/** What a store does to the mark. */
type Change = "toggle" | "set" | "clear" | "keep";

/** What is known of one instruction by itself. */
interface Seen {
  readonly kind: "load" | "test" | "store";
  readonly change: Change;
}

/** Where an iterator has the map: the fourth word in both implementations (`hiter.h`, `Iter.m`), 1.19 to 1.27. */
const mapInIterator = 24;

/** Tells whether a value is the map that the function was given, or that the iterator it was given is of. */
function mapOf(code: FunctionCode): ((value: ValueId, state: ValueState) => boolean) | undefined {
  const register = mapRegister(code.range.name);
  const iterator = iteratorRegister(code.range.name);
  if (register === undefined && iterator === undefined) {
    // What is known of values is not made for others: for a large function it takes seconds.
    return undefined;
  }
  const flow = code.values();
  if (register !== undefined) {
    const map = flow.entryValue(register);
    return (value) => value === map;
  }
  const place = iterator === undefined ? undefined : flow.plus(flow.entryValue(iterator), mapInIterator);
  if (place === undefined) {
    return undefined;
  }
  const loads = new Set<Address>();
  code.graph.instructions.forEach((instruction, index) => {
    const source = instruction.mnemonic === "mov" ? instruction.operands[1] : undefined;
    const state = source?.kind === "memory" ? flow.stateBefore(index) : undefined;
    if (source?.kind === "memory" && state !== undefined && operandAddress(state, source.memory) === place) {
      loads.add(instruction.address);
    }
  });
  return (value, state) => {
    const base = state.values.base(value);
    return base.kind === "loaded" && state.values.addend(value) === 0 && loads.has(base.at);
  };
}

/**
 * Finds what a map function does with the mark of the map that it was given.
 *
 * @param leadsToFatal whether a block, by its index, calls a function that ends the process
 * @returns nothing found for a function that takes neither a map nor an iterator
 */
export function markUse(
  code: FunctionCode,
  layout: MarkLayout,
  leadsToFatal: (block: number) => boolean = () => false,
): MarkUse {
  const isMap = mapOf(code);
  const seen = isMap === undefined ? new Map<number, Seen>() : look(code, isMap, layout);
  const phases = phasesOf(code, seen);
  const accesses = [...seen].map(([index, { kind, change }]): MarkAccess => ({
    index,
    address: code.graph.instructions[index]?.address ?? 0,
    kind: kind === "store" ? storeKind(change, phases[index]) : kind,
    fatalWhen: kind === "test" ? fatalWhen(code, index, leadsToFatal) : undefined,
  }));
  return { accesses, phases };
}

/** What a toggle is, is told by what came before it: the check at a function's beginning ends the process where the mark is set. */
function storeKind(change: Change, phase: MarkPhase | undefined): MarkAccess["kind"] {
  if (change === "set" || (change === "toggle" && phase === "before")) {
    return "set";
  }
  return change === "clear" || (change === "toggle" && phase === "set") ? "clear" : "other store";
}

/** The instructions that touch the mark, or test what was loaded from it. */
function look(
  code: FunctionCode,
  isMap: (value: ValueId, state: ValueState) => boolean,
  layout: MarkLayout,
): Map<number, Seen> {
  const flow = code.values();
  const seen = new Map<number, Seen>();
  const { instructions } = code.graph;
  // Where the mark was loaded, and where what was loaded was changed, by the addresses of the instructions.
  const loads = new Set<Address>();
  const changes = new Map<Address, Change>();
  instructions.forEach((instruction, index) => {
    const state = flow.stateBefore(index);
    if (state === undefined) {
      return;
    }
    const touched = byteOfMap(instruction, state, layout.offset, isMap);
    if (touched !== undefined) {
      const one = seenAt(instruction, touched, layout, (register) =>
        changes.get(madeAt(state, register) ?? -1),
      );
      if (one.kind === "load") {
        loads.add(instruction.address);
      }
      seen.set(index, one);
      return;
    }
    const source = loadedFrom(instruction, state);
    if (source !== undefined && (loads.has(source) || changes.has(source))) {
      if (testsMask(instruction, layout.mask)) {
        seen.set(index, { kind: "test", change: "keep" });
      } else if (calculates.test(instruction.mnemonic)) {
        changes.set(instruction.address, arithmetic(instruction, layout.mask));
      }
    }
  });
  return seen;
}

/** The instruction that made the value of the first operand's register. */
function loadedFrom(instruction: Instruction, state: ValueState): Address | undefined {
  const [first] = instruction.operands;
  const register = first?.kind === "register" ? registerNumber(first.register) : undefined;
  return register === undefined ? undefined : madeAt(state, register);
}

function madeAt(state: ValueState, register: number): Address | undefined {
  const value = state.get(register);
  const base = value === undefined ? undefined : state.values.base(value);
  return base?.kind === "made" || base?.kind === "loaded" ? base.at : undefined;
}

function testsMask({ mnemonic, immediate }: Instruction, mask: number): boolean {
  return (
    (mnemonic === "test" && immediate !== undefined && Number(immediate & 0xffn) === mask) ||
    (mnemonic === "bt" && immediate !== undefined && 1 << Number(immediate) === mask)
  );
}

/** Calculations with bits whose first operand is what they begin with and what they end with. */
const calculates = /^(xor|or|and|btc|bts|btr)$/;

/** What a calculation does to the mark's bits in a register or in memory. */
function arithmetic({ mnemonic, immediate }: Instruction, mask: number): Change {
  const bits = immediate === undefined ? 0 : Number(immediate & 0xffn);
  const hit = (bits & mask) !== 0;
  switch (mnemonic) {
    case "xor":
      return hit ? "toggle" : "keep";
    case "or":
      return hit ? "set" : "keep";
    case "and":
      return hit ? "keep" : "clear";
    case "btc":
      return 1 << bits === mask ? "toggle" : "keep";
    case "bts":
      return 1 << bits === mask ? "set" : "keep";
    case "btr":
      return 1 << bits === mask ? "clear" : "keep";
    default:
      return "keep";
  }
}

/** The byte of the map header at an offset, when the instruction reads or writes it. */
function byteOfMap(
  instruction: Instruction,
  state: ValueState,
  offset: number,
  isMap: (value: ValueId, state: ValueState) => boolean,
): MemoryOperand | undefined {
  for (const operand of instruction.operands) {
    if (operand.kind === "memory" && operand.memory.size === 1) {
      const address = operandAddress(state, operand.memory);
      const map = address === undefined ? undefined : state.values.plus(address, -offset);
      if (map !== undefined && isMap(map, state)) {
        return operand.memory;
      }
    }
  }
  return undefined;
}

/** What an instruction does with the mark's byte in memory. */
function seenAt(
  instruction: Instruction,
  { writes }: MemoryOperand,
  layout: MarkLayout,
  changeIn: (register: number) => Change | undefined,
): Seen {
  if (!writes) {
    const wholeByte = layout.mask === 1 && instruction.mnemonic === "cmp" && instruction.immediate === 0n;
    const tests = wholeByte || testsMask(instruction, layout.mask);
    return { kind: tests ? "test" : "load", change: "keep" };
  }
  if (instruction.mnemonic !== "mov") {
    return { kind: "store", change: arithmetic(instruction, layout.mask) };
  }
  const source = instruction.operands[1];
  if (source?.kind === "immediate") {
    return { kind: "store", change: (Number(source.value) & layout.mask) === 0 ? "clear" : "set" };
  }
  const register = source?.kind === "register" ? registerNumber(source.register) : undefined;
  return { kind: "store", change: (register === undefined ? undefined : changeIn(register)) ?? "keep" };
}

/** Goes over the graph with the phases. */
function phasesOf({ graph }: FunctionCode, seen: ReadonlyMap<number, Seen>): (MarkPhase | undefined)[] {
  const phases: (MarkPhase | undefined)[] = graph.instructions.map(() => undefined);
  const waiting: [block: number, phase: MarkPhase][] = graph.blocks.length === 0 ? [] : [[0, "before"]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [block, incoming] = next;
    const { first, end, successors } = graph.blocks[block] ?? { first: 0, end: 0, successors: [] };
    const known = phases[first];
    const joined = known === undefined || known === incoming ? incoming : "unclear";
    if (joined === known) {
      continue;
    }
    let phase: MarkPhase = joined;
    for (let index = first; index < end; index++) {
      phases[index] = phase;
      phase = after(phase, seen.get(index));
    }
    for (const successor of successors) {
      waiting.push([successor, phase]);
    }
  }
  return phases;
}

function after(phase: MarkPhase, seen: Seen | undefined): MarkPhase {
  if (seen?.kind !== "store" || seen.change === "keep") {
    return phase;
  }
  if (phase === "unclear") {
    return seen.change === "set" ? "set" : seen.change === "clear" ? "cleared" : "unclear";
  }
  const sets = seen.change === "set" || (seen.change === "toggle" && phase === "before");
  return sets ? "set" : "cleared";
}

/** Which way of the branch after a test leads to the end of the process. */
function fatalWhen(
  { graph }: FunctionCode,
  index: number,
  leadsToFatal: (block: number) => boolean,
): MarkAccess["fatalWhen"] {
  const block = graph.blocks[graph.blockOf(index)];
  const branch = block === undefined ? undefined : graph.instructions[block.end - 1];
  const target = branch?.target === undefined ? undefined : graph.indexAt(branch.target);
  if (block === undefined || branch?.flow !== "conditional branch" || target === undefined) {
    return undefined;
  }
  const taken = leadsToFatal(graph.blockOf(target));
  const passed = block.end < graph.instructions.length && leadsToFatal(graph.blockOf(block.end));
  if (taken === passed) {
    return undefined;
  }
  // The mark is in the zero flag (test, cmp) or in the carry flag (bt).
  const whenMarked = branch.mnemonic === "jne" || branch.mnemonic === "jb";
  return whenMarked === taken ? "marked" : "not marked";
}
