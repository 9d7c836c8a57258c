/**
 * What one instruction does to what is known of values.
 *
 * What it does not know of, it forgets: a place that was written in a way that is not listed here holds an unknown value.
 */
import type { CodeKnowledge } from "./control-flow.js";
import type { Instruction, MemoryOperand, Operand } from "./instruction.js";
import { argumentRegisters, generalRegisters, registerNumber } from "./registers.js";
import { slotAt, slotSize, type ValueState } from "./value-state.js";
import type { ValueId } from "./values.js";

const rsp = generalRegisters.indexOf("rsp");
const rbp = generalRegisters.indexOf("rbp");
const rdi = generalRegisters.indexOf("rdi");
const r11 = generalRegisters.indexOf("r11");

/** Where the caller's part of the stack begins: the return address is at 0, arguments that were spilled are from 8 on. */
const frameTop = 0;
const argumentsStart = 8;

/** No copy or clearing by duffzero and duffcopy goes farther, in bytes. Go 1.27: 64 times 16. */
const duffSize = 1024;

/** Which addresses of the frame others may know, and how calls use its bottom. Found while the analysis runs. */
export interface FrameUse {
  /** Offsets whose address went to where it cannot be followed. */
  readonly escaped: ReadonlySet<number>;
  /** Notes that an address of the frame went to where it cannot be followed. */
  escape(offset: number): void;
  /** Notes that a word of the frame is used while the stack pointer is at an offset. */
  use(stack: number, offset: number): void;
  /**
   * How many bytes from the stack pointer on may be arguments and results of calls, which the callee may write to. These
   * begin at the stack pointer, so without a use of the word there, no call has any in memory. The place that a callee may
   * spill its register arguments to is never used by the caller.
   */
  outgoing(stack: number): number;
}

/** Does to a state what an instruction does; the state is changed. */
export function transfer(
  state: ValueState,
  instruction: Instruction,
  frame: FrameUse,
  known: Pick<CodeKnowledge, "nameAt">,
): void {
  if (instruction.flow === "call" || instruction.flow === "indirect call") {
    const name = instruction.target === undefined ? undefined : known.nameAt(instruction.target);
    call(state, instruction, frame, name);
    return;
  }
  noteUses(state, instruction, frame);
  const made = exactResult(state, instruction, frame);
  if (made === undefined) {
    anything(state, instruction, frame);
  } else {
    made();
  }
}

/** How a call changes what is known, by what is called. */
function call(state: ValueState, instruction: Instruction, frame: FrameUse, name: string | undefined): void {
  if (name?.startsWith("runtime.gcWriteBarrier") === true) {
    // The write barrier keeps all registers. From 1.21 on it returns in R11 where to note pointers; before, it stores RAX to what
    // RDI points to. Source: Go's src/runtime/asm_amd64.s.
    writtenThrough(state, rdi, slotSize, frame);
    fresh(state, instruction, r11, "result");
    return;
  }
  if (name === "runtime.duffzero" || name === "runtime.duffcopy") {
    writtenThrough(state, rdi, duffSize, frame);
    // They move on in RDI, and duffcopy in RSI too; nothing else is changed. Source: Go's src/runtime/duff_amd64.s.
    for (const register of ["rdi", "rsi"]) {
      state.set(registerNumber(register) ?? rdi, undefined);
    }
    return;
  }
  const stack = stackOffset(state, state.get(rsp));
  if (name?.startsWith("runtime.morestack") === true) {
    // It moves the frame and comes back with all that was in it; arguments were spilled before.
    state.dropRegisters([rsp, rbp]);
    return;
  }
  addressesEscape(state, frame);
  dropEscaped(state, frame);
  if (stack === undefined) {
    state.dropSlots(-Infinity, Infinity);
  } else {
    // What lies below the stack pointer becomes the callee's frame.
    state.dropSlots(-Infinity, stack + frame.outgoing(stack));
  }
  const kept = stackOffset(state, state.get(rbp)) === undefined ? [rsp] : [rsp, rbp];
  state.dropRegisters(kept);
  for (const register of argumentRegisters) {
    fresh(state, instruction, registerNumber(register) ?? r11, "result");
  }
}

/** Registers that a call may pass something in: arguments, and the closure. What else is in registers is a leftover. */
const passing = [...argumentRegisters, "rdx"].map((name) => registerNumber(name) ?? r11);

/** Addresses of the frame in registers at a call: the callee may keep and use them. */
function addressesEscape(state: ValueState, frame: FrameUse): void {
  for (const register of passing) {
    escapeOf(state, state.get(register), frame);
  }
}

function escapeOf(state: ValueState, value: ValueId | undefined, frame: FrameUse): void {
  const offset = stackOffset(state, value);
  if (offset !== undefined) {
    frame.escape(offset);
  }
}

/** What others may write to: from an address that they know to the end of the frame, or of the caller's argument area. */
function dropEscaped(state: ValueState, frame: FrameUse): void {
  for (const offset of frame.escaped) {
    state.dropSlots(offset, endOfArea(offset));
  }
}

/** Some bytes are written from where a register points on. */
function writtenThrough(state: ValueState, register: number, size: number, frame: FrameUse): void {
  const offset = stackOffset(state, state.get(register));
  if (offset === undefined) {
    dropEscaped(state, frame);
  } else {
    state.dropSlots(offset, Math.min(offset + size, endOfArea(offset)));
  }
}

/** Where the part of the stack ends that an offset lies in: the frame's variables, or the arguments in the caller's frame. */
function endOfArea(offset: number): number {
  return offset < frameTop ? frameTop : offset < argumentsStart ? argumentsStart : Infinity;
}

/** The offset that a value is, when it is an address of the stack. */
export function stackOffset(state: ValueState, value: ValueId | undefined): number | undefined {
  return value !== undefined && state.values.base(value).kind === "stack"
    ? state.values.addend(value)
    : undefined;
}

/** Where in the stack a memory operand is; undefined when it is elsewhere, or not known to be there. */
export function operandOffset(state: ValueState, operand: MemoryOperand): number | undefined {
  if (operand.base === undefined || operand.index !== undefined || operand.segment !== undefined) {
    return undefined;
  }
  const base = stackOffset(state, state.get(registerNumber(operand.base) ?? -1));
  return base === undefined ? undefined : base + Number(operand.displacement);
}

/** The value of an address that an operand computes; undefined when it is not a known value and a number. */
export function operandAddress(state: ValueState, operand: MemoryOperand): ValueId | undefined {
  if (operand.index !== undefined || operand.segment !== undefined) {
    return undefined;
  }
  const base =
    operand.base === undefined
      ? state.values.of({ kind: "number" })
      : state.get(registerNumber(operand.base) ?? -1);
  return base === undefined ? undefined : state.values.plus(base, Number(operand.displacement));
}

/** Whether an operand is a whole general register. */
function wholeRegister(operand: Operand | undefined): number | undefined {
  return operand?.kind === "register" && operand.size === slotSize
    ? registerNumber(operand.register)
    : undefined;
}

/** A register holds what this instruction makes, whatever that is. */
function fresh(
  state: ValueState,
  instruction: Instruction,
  register: number,
  kind: "made" | "result" | "loaded",
): ValueId {
  const at = instruction.address;
  const value = state.values.of(kind === "loaded" ? { kind, at } : { kind, at, register });
  state.dropBase(state.values.baseId(value));
  state.set(register, value);
  return value;
}

/** For an instruction whose result is known exactly, what it does; undefined for all others. */
function exactResult(state: ValueState, instruction: Instruction, frame: FrameUse): (() => void) | undefined {
  const [first, second] = instruction.operands;
  const destination = wholeRegister(first);
  switch (instruction.mnemonic) {
    case "mov":
      return move(state, instruction);
    case "lea":
      if (destination !== undefined && second?.kind === "memory") {
        const address = operandAddress(state, second.memory);
        return address === undefined ? undefined : () => state.set(destination, address);
      }
      return undefined;
    case "add":
    case "sub":
      return destination !== undefined && second?.kind === "immediate"
        ? adjusted(state, destination, Number(second.value) * (instruction.mnemonic === "add" ? 1 : -1))
        : undefined;
    case "inc":
    case "dec":
      return destination === undefined
        ? undefined
        : adjusted(state, destination, instruction.mnemonic === "inc" ? 1 : -1);
    case "xor":
      return first?.kind === "register" && instruction.registersRead.length === 0
        ? () => state.set(registerNumber(first.register) ?? -1, state.values.of({ kind: "number" }))
        : undefined;
    case "push":
      return push(state, first);
    case "pop":
      return pop(state, instruction, destination);
    case "syscall":
      // The kernel's answer is in RAX; it changes RCX and R11 besides, and memory that it was given.
      return () => {
        ["rax", "rcx", "r11"].forEach((name) => state.set(registerNumber(name) ?? -1, undefined));
        addressesEscape(state, frame);
        dropEscaped(state, frame);
      };
    default:
      // What writes neither to a general register nor to memory changes nothing that is known.
      return instruction.memory.every(({ writes }) => !writes) &&
        instruction.registersWritten.every((register) => registerNumber(register) === undefined)
        ? () => {
            usedOtherwise(state, instruction, frame);
          }
        : undefined;
  }
}

/** Words of the frame that an instruction touches or takes the address of. */
function noteUses(state: ValueState, instruction: Instruction, frame: FrameUse): void {
  const stack = stackOffset(state, state.get(rsp));
  for (const operand of instruction.operands) {
    const offset = operand.kind === "memory" ? indexedFrom(state, operand.memory) : undefined;
    if (stack !== undefined && offset !== undefined) {
      frame.use(stack, offset);
    }
  }
}

function adjusted(state: ValueState, destination: number, addend: number): (() => void) | undefined {
  const value = state.get(destination);
  const sum = value === undefined ? undefined : state.values.plus(value, addend);
  return sum === undefined ? undefined : () => state.set(destination, sum);
}

function push(state: ValueState, source: Operand | undefined): (() => void) | undefined {
  const pointer = stackOffset(state, state.get(rsp));
  if (pointer === undefined) {
    return undefined;
  }
  const register = wholeRegister(source);
  const value = register === undefined ? undefined : state.get(register);
  return () => {
    state.set(rsp, state.values.plus(state.values.of({ kind: "stack" }), pointer - slotSize));
    store(state, pointer - slotSize, slotSize, value);
  };
}

function pop(
  state: ValueState,
  instruction: Instruction,
  destination: number | undefined,
): (() => void) | undefined {
  const pointer = stackOffset(state, state.get(rsp));
  if (pointer === undefined || destination === undefined) {
    return undefined;
  }
  return () => {
    load(state, instruction, destination, pointer);
    state.set(rsp, state.values.plus(state.values.of({ kind: "stack" }), pointer + slotSize));
  };
}

/** Moves between registers, numbers and the stack. */
function move(state: ValueState, instruction: Instruction): (() => void) | undefined {
  const [to, from] = instruction.operands;
  const destination = wholeRegister(to);
  if (destination !== undefined) {
    const source = wholeRegister(from);
    if (source !== undefined) {
      const value = state.get(source);
      // A value without a name gets one here, as from now on two places hold it.
      return () => {
        const named = value ?? fresh(state, instruction, destination, "made");
        state.set(destination, named);
        state.set(source, named);
      };
    }
    if (from?.kind === "memory") {
      const offset = operandOffset(state, from.memory);
      return offset === undefined
        ? () => void fresh(state, instruction, destination, "loaded")
        : () => {
            load(state, instruction, destination, offset);
          };
    }
  }
  if (to?.kind === "register" && to.size >= 4 && from?.kind === "immediate") {
    return () => {
      setNumber(state, registerNumber(to.register) ?? -1, from.value);
    };
  }
  return to?.kind === "memory" ? storing(state, instruction, to.memory, from) : undefined;
}

/** A move to the stack: undefined when it goes elsewhere. */
function storing(
  state: ValueState,
  instruction: Instruction,
  to: MemoryOperand,
  from: Operand | undefined,
): (() => void) | undefined {
  const offset = operandOffset(state, to);
  if (offset === undefined) {
    return undefined;
  }
  const source = wholeRegister(from);
  return () => {
    if (source === undefined) {
      const number = from?.kind === "immediate" && to.size === slotSize ? Number(from.value) : undefined;
      store(
        state,
        offset,
        to.size,
        number === undefined ? undefined : state.values.plus(state.values.of({ kind: "number" }), number),
      );
    } else {
      store(state, offset, to.size, state.get(source) ?? fresh(state, instruction, source, "made"));
    }
  };
}

function setNumber(state: ValueState, register: number, number: bigint): void {
  state.set(register, state.values.plus(state.values.of({ kind: "number" }), Number(number)));
}

function store(state: ValueState, offset: number, size: number, value: ValueId | undefined): void {
  state.dropSlots(offset, offset + size);
  const slot = slotAt(offset);
  if (slot !== undefined && size === slotSize) {
    state.set(slot, value);
  }
}

function load(state: ValueState, instruction: Instruction, destination: number, offset: number): void {
  const slot = slotAt(offset);
  const value = slot === undefined ? undefined : state.get(slot);
  const named = value ?? fresh(state, instruction, destination, "loaded");
  state.set(destination, named);
  if (slot !== undefined) {
    state.set(slot, named);
  }
}

/** An instruction of which only what it touches is known. */
function anything(state: ValueState, instruction: Instruction, frame: FrameUse): void {
  const stores = instruction.memory.filter(({ writes }) => writes);
  usedOtherwise(state, instruction, frame);
  for (const operand of stores) {
    const offset = operandOffset(state, operand);
    const from = offset ?? indexedFrom(state, operand);
    if (from === undefined) {
      dropEscaped(state, frame);
    } else {
      // Without a size it repeats, and with an index it is somewhere in an object: how far it goes is not known.
      const exact = offset !== undefined && operand.size > 0;
      state.dropSlots(from, exact ? from + operand.size : endOfArea(from));
    }
  }
  const loads = instruction.memory.some(({ reads }) => reads) && stores.length === 0;
  for (const name of instruction.registersWritten) {
    const register = registerNumber(name);
    if (register !== undefined) {
      const whole = loads && instruction.registersWritten.length === 1;
      fresh(state, instruction, register, whole ? "loaded" : "made");
    }
  }
}

/** Where an object in the stack begins that an operand with an index lies in. */
function indexedFrom(state: ValueState, operand: MemoryOperand): number | undefined {
  const base =
    operand.base === undefined
      ? undefined
      : stackOffset(state, state.get(registerNumber(operand.base) ?? -1));
  return base === undefined ? undefined : base + Number(operand.displacement);
}

/** Instructions that look at values and do nothing else with them. */
const onlyLooks: ReadonlySet<string> = new Set(["cmp", "test", "nop", "ret", "jmp"]);

/** An address of the frame that is stored or calculated with goes where it is not followed. Comparing and reading is harmless. */
function usedOtherwise(state: ValueState, instruction: Instruction, frame: FrameUse): void {
  const { mnemonic } = instruction;
  if (onlyLooks.has(mnemonic)) {
    return;
  }
  const kept = mnemonic === "lea" ? [] : addressRegisters(instruction);
  const taken = mnemonic.startsWith("cmov") ? instruction.registersWritten : [];
  for (const name of [...instruction.registersRead, ...taken]) {
    const register = registerNumber(name);
    if (register !== undefined && register !== rsp && !kept.includes(name)) {
      escapeOf(state, state.get(register), frame);
    }
  }
  const place = instruction.operands[1];
  const offset =
    mnemonic === "lea" && place?.kind === "memory" ? indexedFrom(state, place.memory) : undefined;
  if (offset !== undefined) {
    frame.escape(offset);
  }
}

/** Registers that only say where in memory an operand is, and are no operand themselves. */
function addressRegisters(instruction: Instruction): readonly string[] {
  const themselves = instruction.operands.flatMap((operand) =>
    operand.kind === "register" ? [operand.register] : [],
  );
  return instruction.memory
    .flatMap(({ base, index }) => [base, index])
    .filter((name) => name !== undefined)
    .filter((name) => !themselves.includes(name));
}
