/**
 * Which places hold which values at each instruction of a function: a forward analysis over its graph.
 *
 * What it says holds on every way that leads to the instruction ("must"). The question that it was made for: a thread stands in a
 * function of the runtime, which map was it called with? The function's argument was in RBX on entry; here, on this
 * instruction, it may be in another register, or in a slot of the stack, or nowhere any more.
 *
 * What is taken for granted: code is Go's compiler's. Calls keep no register but the stack and frame pointers, return the
 * stack pointer as it was, and write to the caller's frame only where they were given an address of it, or in the area of
 * arguments and results at its bottom. The frame's variables do not reach beyond the frame.
 */
import type { Address } from "../memory.js";
import { type CodeGraph, type CodeKnowledge, nothingKnown } from "./control-flow.js";
import type { Instruction } from "./instruction.js";
import { joinStates } from "./value-join.js";
import { type GeneralRegister, generalRegisters, registerNumber } from "./registers.js";
import { offsetOf, slotAt, slotSize, ValueState } from "./value-state.js";
import { type FrameUse, operandAddress, stackOffset, transfer } from "./value-transfer.js";
import { type ValueBase, type ValueId, ValueTable } from "./values.js";

/** Where a value lives at an instruction. */
export type ValuePlace = {
  /** What to add to what is read there to have the value. Nearly always 0. */
  readonly difference: number;
} & (
  | { readonly kind: "register"; readonly register: GeneralRegister }
  /** A word of the stack at the stack pointer on entry plus this offset: the return address is at 0. */
  | { readonly kind: "slot"; readonly offset: number }
);

/** How to find a value again in memory, although no place holds it: by loading it from where it was loaded from. */
export interface ValueRoute {
  /** Where to begin: a place, or an address of the program's data. */
  readonly from: ValuePlace | { readonly kind: "address"; readonly address: Address };
  /** What is added before each load: with `[16, 0]`, `v = word at (v + 16)`, then `v = word at v`. Memory may have changed since. */
  readonly loads: readonly number[];
  /** What to add to what the last load brought. Nearly always 0. */
  readonly difference: number;
}

/** No value is looked for through more loads. */
const maxLoads = 4;

/** A moment in the run of a function. */
export type Moment =
  /** The instruction at this address is about to run. */
  | { readonly kind: "before"; readonly pc: Address }
  /** The call that returns to this address is under way. */
  | { readonly kind: "in call"; readonly returnAddress: Address };

/** Words of arguments in memory that get a name on entry. */
const namedArguments = 32;

/** From how many looks at a block on what is known of it may only become less, so that the analysis ends. */
const patience = 6;

/** More rounds than any function needs: each adds an address that escapes. */
const maxRounds = 64;

/** What is known of values in one function. */
export class ValueFlow {
  readonly #graph: CodeGraph;
  readonly #known: CodeKnowledge;
  readonly #values = new ValueTable();
  readonly #frame = new Frame();
  /** What is known before each block's first instruction; undefined for those that are not reached. */
  readonly #before: readonly (ValueState | undefined)[];

  constructor(graph: CodeGraph, known: CodeKnowledge = nothingKnown) {
    this.#graph = graph;
    this.#known = known;
    // What is found on the way about the frame changes what calls do: then once more, until nothing new is found.
    let before: (ValueState | undefined)[] = [];
    let uses = -1;
    for (let round = 0; round < maxRounds && this.#frame.size !== uses; round++) {
      uses = this.#frame.size;
      before = this.#solve();
    }
    this.#before = this.#frame.size === uses ? before : [];
  }

  get graph(): CodeGraph {
    return this.#graph;
  }

  /**
   * Where the value of an argument register on entry is still to be found.
   *
   * @returns empty when no place is known to hold it
   */
  placesOfArgument(register: GeneralRegister, moment: Moment): readonly ValuePlace[] {
    return this.placesOf(this.entryValue(register), moment);
  }

  /** The name of what a register held on entry. */
  entryValue(register: GeneralRegister): ValueId {
    return this.#values.of({ kind: "entry register", register: registerNumber(register) ?? 0 });
  }

  /** A value and a number added. */
  plus(value: ValueId, addend: number): ValueId | undefined {
    return this.#values.plus(value, addend);
  }

  /** The value that a register holds at a moment; undefined when it has no name. */
  valueOf(register: GeneralRegister, moment: Moment): ValueId | undefined {
    return this.#stateAt(moment)?.get(registerNumber(register) ?? 0);
  }

  /** The value that a register holds in a state that {@link ValueFlow.walk} gave. */
  held(state: ValueState, register: string): ValueId | undefined {
    return state.get(registerNumber(register) ?? -1);
  }

  /** The value of a word of the stack, counted from the stack pointer on entry; undefined when it has no name. */
  valueOfSlot(offset: number, moment: Moment): ValueId | undefined {
    const slot = slotAt(offset);
    return slot === undefined ? undefined : this.#stateAt(moment)?.get(slot);
  }

  /** Where a value is to be found at a moment. */
  placesOf(value: ValueId, moment: Moment): readonly ValuePlace[] {
    const state = this.#stateAt(moment);
    if (state === undefined) {
      return [];
    }
    const wanted = this.#values.addend(value);
    return [...state.placesOf(this.#values.baseId(value))].map(({ location, addend }): ValuePlace => {
      const difference = wanted - addend;
      const offset = offsetOf(location);
      return offset === undefined
        ? { kind: "register", register: generalRegisters[location] ?? "rax", difference }
        : { kind: "slot", offset, difference };
    });
  }

  /**
   * How a value can be found although no place holds it: it was loaded from an address that is still known. What is found in
   * this way is what is there now.
   *
   * @returns undefined when no such way is known; a route without loads is one of the places themselves
   */
  routeTo(value: ValueId, moment: Moment): ValueRoute | undefined {
    const loads: number[] = [];
    let wanted: ValueId | undefined = value;
    const difference = this.#values.addend(value);
    while (wanted !== undefined && loads.length <= maxLoads) {
      const [place] = this.placesOf(wanted, moment);
      if (place !== undefined) {
        return { from: place, loads, difference: loads.length === 0 ? 0 : difference };
      }
      const base = this.#values.base(wanted);
      const addend = this.#values.addend(wanted);
      if (base.kind === "number" && loads.length > 0) {
        return { from: { kind: "address", address: addend }, loads, difference };
      }
      const source = base.kind === "loaded" ? this.#addressOfLoad(base.at) : undefined;
      if (source === undefined) {
        return undefined;
      }
      // What was added to a loaded value before the next load belongs to that load.
      if (loads.length > 0) {
        loads[0] = (loads[0] ?? 0) + addend;
      }
      loads.unshift(0);
      wanted = source;
    }
    return undefined;
  }

  /** The value of the address that a load at some instruction read a whole word from. */
  #addressOfLoad(at: Address): ValueId | undefined {
    const index = this.#graph.indexAt(at);
    const load = index === undefined ? undefined : this.#graph.instructions[index];
    const source = load?.mnemonic === "mov" ? load.operands[1] : undefined;
    if (index === undefined || source?.kind !== "memory" || source.memory.size !== slotSize) {
      return undefined;
    }
    const state = this.stateBefore(index);
    return state === undefined ? undefined : operandAddress(state, source.memory);
  }

  /** What a value is: its base, and what was added to that. */
  describe(value: ValueId): { readonly base: ValueBase; readonly addend: number } {
    return { base: this.#values.base(value), addend: this.#values.addend(value) };
  }

  /** How far the stack pointer is below that on entry, as the code itself says; undefined when that is not known. */
  stackDepth(moment: Moment): number | undefined {
    const state = this.#stateAt(moment);
    const offset = state === undefined ? undefined : stackOffset(state, state.get(stackPointer));
    return offset === undefined ? undefined : 0 - offset;
  }

  /** Goes once over all instructions that are reached: what is known before each, and after it. The states are only good during the call. */
  walk(visit: (index: number, before: ValueState, after: ValueState) => void): void {
    this.#graph.blocks.forEach(({ first, end }, block) => {
      const state = this.#before[block]?.copy();
      for (let index = first; state !== undefined && index < end; index++) {
        const before = state.copy();
        this.#step(state, index, this.#frame);
        visit(index, before, state);
      }
    });
  }

  /** What is known before an instruction, for other questions about values. */
  stateBefore(index: number): ValueState | undefined {
    const block = this.#graph.blockOf(index);
    const first = this.#graph.blocks[block]?.first ?? 0;
    const state = this.#before[block]?.copy();
    for (let at = first; state !== undefined && at < index; at++) {
      this.#step(state, at, this.#frame);
    }
    return state;
  }

  #stateAt(moment: Moment): ValueState | undefined {
    if (moment.kind === "before") {
      const index = this.#graph.indexAt(moment.pc);
      return index === undefined ? undefined : this.stateBefore(index);
    }
    const call = callBefore(this.#graph, moment.returnAddress);
    const state = call === undefined ? undefined : this.stateBefore(call.index);
    if (state !== undefined && call !== undefined) {
      // The results are not there yet, and what a callee may write to it may have written to.
      transfer(state, call.instruction, this.#frame, this.#known);
      state.dropRegisters([]);
    }
    return state;
  }

  /** Does to a state what an instruction does, and corrects the stack pointer by the program's own table. */
  #step(state: ValueState, index: number, frame: FrameUse): void {
    const instruction = this.#graph.instructions[index];
    if (instruction !== undefined) {
      transfer(state, instruction, frame, this.#known);
      const next = this.#graph.instructions[index + 1];
      if (next !== undefined && stackOffset(state, state.get(stackPointer)) === undefined) {
        this.#setStackPointer(state, next.address);
      }
    }
  }

  #setStackPointer(state: ValueState, pc: Address): void {
    const delta = this.#known.stackDelta(pc);
    if (delta !== undefined) {
      state.set(stackPointer, this.#values.plus(this.#values.of({ kind: "stack" }), -delta));
    }
  }

  #entryState(): ValueState {
    const state = new ValueState(this.#values);
    generalRegisters.forEach((_, register) => {
      state.set(register, this.#values.of({ kind: "entry register", register }));
    });
    state.set(stackPointer, this.#values.of({ kind: "stack" }));
    for (let offset = slotSize; offset <= namedArguments * slotSize; offset += slotSize) {
      state.set(slotAt(offset) ?? 0, this.#values.of({ kind: "entry slot", offset }));
    }
    return state;
  }

  /** Goes over the graph until nothing changes. */
  #solve(): (ValueState | undefined)[] {
    const { blocks } = this.#graph;
    const before: (ValueState | undefined)[] = blocks.map(() => undefined);
    const after: (ValueState | undefined)[] = blocks.map(() => undefined);
    const looks = new Uint32Array(blocks.length);
    const waiting = new Set<number>(blocks.length === 0 ? [] : [0]);
    for (let block = smallest(waiting); block !== undefined; block = smallest(waiting)) {
      waiting.delete(block);
      const state = this.#incoming(block, after);
      looks[block] = (looks[block] ?? 0) + 1;
      const settled = (looks[block] ?? 0) > patience ? before[block] : undefined;
      const joined = joinStates(block, state, settled, this.#frame);
      if (before[block]?.equals(joined) === true) {
        continue;
      }
      before[block] = joined;
      after[block] = this.#through(block, joined);
      blocks[block]?.successors.forEach((next) => waiting.add(next));
    }
    return before;
  }

  /** The states that may come into a block. A way on which the stack pointer contradicts the program's own table is none. */
  #incoming(block: number, after: readonly (ValueState | undefined)[]): ValueState[] {
    const { blocks, instructions } = this.#graph;
    const start = instructions[blocks[block]?.first ?? 0]?.address;
    const states = (blocks[block]?.predecessors ?? [])
      .map((from) => after[from])
      .filter((state) => state !== undefined);
    const all = block === 0 ? [this.#entryState(), ...states] : states;
    const delta = start === undefined ? undefined : this.#known.stackDelta(start);
    const possible = all.filter((state) => {
      const offset = stackOffset(state, state.get(stackPointer));
      return delta === undefined || offset === undefined || offset === -delta;
    });
    return possible.length === 0 ? all : possible;
  }

  #through(block: number, before: ValueState): ValueState {
    const state = before.copy();
    const { first: from, end } = this.#graph.blocks[block] ?? { first: 0, end: 0 };
    for (let index = from; index < end; index++) {
      this.#step(state, index, this.#frame);
    }
    return state;
  }
}

const stackPointer = generalRegisters.indexOf("rsp");

/** The smallest number: blocks are taken in the order of addresses, which is mostly the order of the flow. */
function smallest(waiting: ReadonlySet<number>): number | undefined {
  return waiting.size === 0 ? undefined : Math.min(...waiting);
}

/** The call instruction that returns to an address. */
function callBefore(
  graph: CodeGraph,
  returnAddress: Address,
): { readonly index: number; readonly instruction: Instruction } | undefined {
  const next = graph.indexAt(returnAddress);
  const index = next === undefined ? graph.instructions.length - 1 : next - 1;
  const instruction = graph.instructions[index];
  const calls = instruction?.flow === "call" || instruction?.flow === "indirect call";
  return instruction !== undefined && calls && instruction.address + instruction.length === returnAddress
    ? { index, instruction }
    : undefined;
}

/** How a function uses its frame, found while the analysis runs: it only grows. */
class Frame implements FrameUse {
  readonly escaped = new Set<number>();
  readonly #words = new Map<number, Set<number>>();

  /** Grows with everything that is noted. */
  get size(): number {
    let words = 0;
    for (const used of this.#words.values()) {
      words += used.size;
    }
    return this.escaped.size + words;
  }

  escape(offset: number): void {
    this.escaped.add(offset);
  }

  use(stack: number, offset: number): void {
    const word = Math.floor((offset - stack) / slotSize);
    const known = this.#words.get(stack);
    if (word < 0) {
      return;
    }
    if (known === undefined) {
      this.#words.set(stack, new Set([word]));
    } else {
      known.add(word);
    }
  }

  outgoing(stack: number): number {
    const words = this.#words.get(stack);
    let count = 0;
    while (words?.has(count) === true) {
      count++;
    }
    return count * slotSize;
  }
}
