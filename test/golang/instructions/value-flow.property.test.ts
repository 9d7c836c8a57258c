/**
 * Random code, run step by step by a small machine of the test's own: what the value flow says of places must be true of each run.
 */
import fc from "fast-check";
import { Code, Encoder, Instruction as Encoded, MemoryOperand, Register } from "iced-x86";
import { expect, it } from "vitest";
import { randomNumbers } from "../../support/places.js";
import { codeGraph } from "../../../src/golang/instructions/control-flow.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import type { Instruction } from "../../../src/golang/instructions/instruction.js";
import { generalRegisters } from "../../../src/golang/instructions/registers.js";
import { ValueFlow } from "../../../src/golang/instructions/value-flow.js";
import { offsetOf, type ValueState } from "../../../src/golang/instructions/value-state.js";

const decoder = await loadInstructionDecoder();

const registers = [Register.RAX, Register.RBX, Register.RCX, Register.RDI, Register.RSI] as const;
const names = ["rax", "rbx", "rcx", "rdi", "rsi"] as const;
const allNames = ["rax", "rbx", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10", "r11"] as const;

/** Frame of the random functions, and where slots of it are used: above the place of arguments of calls. */
const frameSize = 0x40;
const start = 0x1000;

/** One random instruction: what it does, two registers, a slot, where a jump goes. */
interface Step {
  readonly kind:
    "move" | "load" | "store" | "address" | "add" | "zero" | "through" | "from" | "narrow" | "jump" | "call";
  readonly a: number;
  readonly b: number;
  readonly slot: number;
  readonly to: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom(
      "jump",
      "through",
      "move",
      "load",
      "store",
      "address",
      "add",
      "zero",
      "through",
      "from",
      "narrow",
      "jump",
      "call",
    ),
    a: fc.nat({ max: registers.length - 1 }),
    b: fc.nat({ max: registers.length - 1 }),
    slot: fc.nat({ max: 9 }),
    to: fc.nat({ max: 24 }),
  }),
  { minLength: 3, maxLength: 24 },
);

/** Slots in the frame and of the arguments in the caller's frame, from the stack pointer. */
function displacement(slot: number): bigint {
  return slot < 5 ? BigInt(0x10 + slot * 8) : BigInt(frameSize + 8 + (slot - 5) * 8);
}

function encodedStep(step: Step, addresses: readonly bigint[]): Encoded {
  const [a, b] = [registers[step.a]!, registers[step.b]!];
  const slot = MemoryOperand.createBaseDispl(Register.RSP, displacement(step.slot));
  switch (step.kind) {
    case "move":
      return Encoded.createRegReg(Code.Mov_r64_rm64, a, b);
    case "load":
      return Encoded.createRegMem(Code.Mov_r64_rm64, a, slot);
    case "store":
      return Encoded.createMemReg(Code.Mov_rm64_r64, slot, a);
    case "address":
      return Encoded.createRegMem(Code.Lea_r64_m, a, slot);
    case "add":
      return Encoded.createRegI32(Code.Add_rm64_imm8, a, 8);
    case "zero":
      return Encoded.createRegReg(
        Code.Xor_r32_rm32,
        [Register.EAX, Register.EBX, Register.ECX, Register.EDI, Register.ESI][step.a]!,
        [Register.EAX, Register.EBX, Register.ECX, Register.EDI, Register.ESI][step.a]!,
      );
    case "through":
      return Encoded.createMemReg(Code.Mov_rm64_r64, MemoryOperand.createBase(a), b);
    case "from":
      return Encoded.createRegMem(Code.Mov_r64_rm64, a, MemoryOperand.createBase(b));
    case "narrow":
      return Encoded.createMemReg(Code.Mov_rm8_r8, slot, Register.CL);
    case "jump":
      return Encoded.createBranch(Code.Jne_rel32_64, addresses[step.to % addresses.length]!);
    case "call":
      return Encoded.createBranch(Code.Call_rel32_64, 0x9000n);
    default:
      return step.kind satisfies never;
  }
}

/** Machine code of a function: it makes its frame, does the steps, and returns. */
function assemble(random: readonly Step[]): Uint8Array {
  const make = (addresses: readonly bigint[]): Encoded[] => [
    Encoded.createRegI32(Code.Sub_rm64_imm8, Register.RSP, frameSize),
    ...random.map((step) => encodedStep(step, addresses)),
    Encoded.createRegI32(Code.Add_rm64_imm8, Register.RSP, frameSize),
    Encoded.create(Code.Retnq),
  ];
  // Lengths do not depend on where jumps go, so the second round has the right addresses.
  const first = encode(make([BigInt(start)]));
  const second = encode(make(first.addresses.slice(1, -2)));
  return second.bytes;
}

function encode(instructions: readonly Encoded[]): {
  readonly bytes: Uint8Array;
  readonly addresses: bigint[];
} {
  const encoder = new Encoder(64);
  let at = BigInt(start);
  const addresses = instructions.map((instruction) => {
    const here = at;
    at += BigInt(encoder.encode(instruction, here));
    instruction.free();
    return here;
  });
  const bytes = encoder.takeBuffer();
  encoder.free();
  return { bytes, addresses };
}

/** A machine with the few instructions that random functions are made of. */
class Machine {
  readonly values = new Map<string, bigint>();
  readonly memory = new Map<bigint, bigint>();
  /** Addresses of the frame that the function has given away: to a callee, or into memory that others reach. */
  readonly given = new Set<bigint>();
  readonly #stack: bigint;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    this.#stack = 0x7000_0000n;
    allNames.forEach((name, index) => this.values.set(name, 0xc000_0000n + BigInt(index * 0x1000)));
    this.values.set("rsp", this.#stack);
  }

  get entryStack(): bigint {
    return this.#stack;
  }

  word(address: bigint): bigint {
    let value = this.memory.get(address);
    if (value === undefined) {
      value = this.#any();
      this.memory.set(address, value);
    }
    return value;
  }

  /** Does an instruction; returns where it goes on. */
  step(instruction: Instruction): number | undefined {
    const next = instruction.address + instruction.length;
    const [to, from] = instruction.operands;
    switch (instruction.flow) {
      case "return":
        return undefined;
      case "conditional branch":
        return this.#random() < 0.5 ? instruction.target : next;
      case "call":
        this.#call();
        return next;
      default:
        this.#calculate(instruction.mnemonic, to!, from!);
        return next;
    }
  }

  #calculate(
    mnemonic: string,
    to: Instruction["operands"][number],
    from: Instruction["operands"][number],
  ): void {
    const value = mnemonic === "lea" ? this.#address(from) : this.#value(from);
    if (to.kind === "register") {
      const before = this.values.get(to.register) ?? 0n;
      const results: Readonly<Record<string, bigint>> = { add: before + value, sub: before - value, xor: 0n };
      this.values.set(to.register, results[mnemonic] ?? value);
    } else if (to.kind === "memory" && to.memory.size === 1) {
      const address = this.#address(to);
      const word = this.word(address - (address % 8n));
      this.memory.set(address - (address % 8n), (word & ~0xffn) | (value & 0xffn));
    } else {
      const address = this.#address(to);
      this.memory.set(address, value);
      if (!this.#inFrame(address) && this.#inFrame(value)) {
        this.given.add(value);
      }
    }
  }

  #inFrame(address: bigint): boolean {
    return address >= this.#stack - 0x1000n && address < this.#stack + 0x1000n;
  }

  #address(operand: Instruction["operands"][number]): bigint {
    return operand.kind === "memory"
      ? (this.values.get(operand.memory.base ?? "") ?? 0n) + operand.memory.displacement
      : 0n;
  }

  #value(operand: Instruction["operands"][number]): bigint {
    switch (operand.kind) {
      case "register":
        return this.values.get(operand.register) ?? 0n;
      case "immediate":
        return operand.value;
      case "memory":
        return this.word(this.#address(operand));
      default:
        return 0n;
    }
  }

  /** A callee: it may write to what it was given, also earlier, and changes all registers. */
  #call(): void {
    for (const name of allNames) {
      const value = this.values.get(name) ?? 0n;
      if (this.#inFrame(value)) {
        this.given.add(value);
      }
    }
    for (const address of this.given) {
      this.memory.set(address, this.#any());
    }
    for (const name of allNames) {
      // Now and then it returns an address that it was given.
      const [one] = this.given;
      this.values.set(name, one !== undefined && this.#random() < 0.2 ? one : this.#any());
    }
  }

  #any(): bigint {
    return 0xa_0000_0000n + BigInt(Math.floor(this.#random() * 0x1000_0000)) * 16n;
  }
}

/** What a place holds in the machine. */
function heldIn(machine: Machine, location: number): bigint {
  const offset = offsetOf(location);
  return offset === undefined
    ? (machine.values.get(generalRegisters[location] ?? "") ?? 0n)
    : machine.word(machine.entryStack + BigInt(offset));
}

/** Fails where two places have one base's name, and do not hold one base's values; returns how many were compared. */
function compareNames(state: ValueState, machine: Machine): number {
  const bases = new Map<number, bigint>();
  let compared = 0;
  for (const [location, value] of state.held) {
    const base = state.values.baseId(value);
    // Registers that the machine does not have say nothing.
    const known = offsetOf(location) !== undefined || machine.values.has(generalRegisters[location] ?? "");
    if (known && state.values.base(value).kind !== "number") {
      const held = heldIn(machine, location) - BigInt(state.values.addend(value));
      expect(held, `${JSON.stringify(state.values.base(value))} in ${location}`).toBe(
        bases.get(base) ?? held,
      );
      bases.set(base, held);
      compared += 1;
    }
  }
  return compared;
}

it("what places hold is true in each run", () => {
  let places = 0;
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 1_000_000 }), (random, seed) => {
      const graph = codeGraph(decoder.decode(assemble(random), start));
      const flow = new ValueFlow(graph);
      const machine = new Machine(randomNumbers(seed));
      const states = new Map<number, ValueState>();
      const entry = names.map((name) => [flow.entryValue(name), machine.values.get(name)!] as const);
      let at: number | undefined = start;
      for (let count = 0; at !== undefined && count < 60; count++) {
        const index = graph.indexAt(at)!;
        const state = states.get(index) ?? flow.stateBefore(index)!;
        states.set(index, state);
        places += compareNames(state, machine);
        for (const [value, held] of entry) {
          for (const { location, addend } of state.placesOf(state.values.baseId(value))) {
            if (heldIn(machine, location) - BigInt(addend) !== held) {
              throw new Error(`${JSON.stringify(state.values.base(value))} is not in ${location} any more`);
            }
          }
        }
        at = machine.step(graph.instructions[index]!);
      }
    }),
    { numRuns: 150 },
  );
  expect(places).toBeGreaterThan(5000);
});
