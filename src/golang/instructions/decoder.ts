/**
 * Decodes x86-64 machine code with iced-x86.
 *
 * That is WebAssembly with memory of its own: each object that it hands out has to be freed, so none of them leaves this
 * file. It is loaded when it is first asked for; a command that shows no instructions does not pay for it.
 */
import type * as Iced from "iced-x86";
import type { Address } from "../memory.js";
import type { FlowKind, Instruction, MemoryOperand, Operand } from "./instruction.js";

/** What code is decoded with. */
export interface InstructionDecoder {
  /**
   * Decodes code from its first byte to its last. A byte that begins no instruction becomes one with the mnemonic `(bad)`, after
   * which decoding goes on. Any bytes are safe.
   *
   * @param code at most {@link maxCodeSize} bytes; what is beyond is not looked at
   * @param address where its first byte is in the program's memory
   */
  decode(code: Uint8Array, address: Address): readonly Instruction[];
  /** As {@link InstructionDecoder.decode}, in Intel's syntax. */
  decodeIntel(code: Uint8Array, address: Address): readonly Instruction[];
}

/** No function is larger. Measured: 0.3 MB in the compiler of Go 1.27. */
export const maxCodeSize = 4 << 20;

let loading: Promise<InstructionDecoder> | undefined;

/** Loads the decoder, once. */
export async function loadInstructionDecoder(): Promise<InstructionDecoder> {
  loading ??= import("iced-x86").then((iced) => new IcedDecoder(iced));
  return loading;
}

type Library = typeof Iced;

/** What the library calls one instruction, and what is done with it. */
interface Accesses {
  readonly reads: boolean;
  readonly writes: boolean;
}

class IcedDecoder implements InstructionDecoder {
  readonly #iced: Library;
  readonly #factory: Iced.InstructionInfoFactory;
  readonly #gnu: Iced.Formatter;
  readonly #intel: Iced.Formatter;
  readonly #one: Iced.Instruction;
  /** Names of registers and of instructions by their numbers in the library, as they come up. */
  readonly #registers = new Map<Iced.Register, RegisterUse | undefined>();
  readonly #mnemonics = new Map<Iced.Mnemonic, string>();

  constructor(iced: Library) {
    this.#iced = iced;
    this.#factory = new iced.InstructionInfoFactory();
    this.#gnu = formatter(iced, iced.FormatterSyntax.Gas);
    this.#intel = formatter(iced, iced.FormatterSyntax.Intel);
    this.#one = new iced.Instruction();
  }

  decode(code: Uint8Array, address: Address): readonly Instruction[] {
    return this.#decode(code, address, this.#gnu);
  }

  decodeIntel(code: Uint8Array, address: Address): readonly Instruction[] {
    return this.#decode(code, address, this.#intel);
  }

  #decode(code: Uint8Array, address: Address, format: Iced.Formatter): Instruction[] {
    if (!Number.isSafeInteger(address) || address < 0) {
      return [];
    }
    const decoder = new this.#iced.Decoder(64, code.subarray(0, maxCodeSize), this.#iced.DecoderOptions.None);
    try {
      decoder.ip = BigInt(address);
      const decoded: Instruction[] = [];
      let at = address;
      while (decoder.canDecode) {
        decoder.decodeOut(this.#one);
        const instruction = this.#instruction(at, format);
        decoded.push(instruction);
        at += instruction.length;
        if (this.#one.isInvalid) {
          // How much of what follows was looked at says nothing: the next byte may begin an instruction.
          decoder.position = at - address;
          decoder.ip = BigInt(at);
        }
      }
      return decoded;
    } finally {
      decoder.free();
    }
  }

  /** What the library says of the instruction that was decoded last. */
  #instruction(address: Address, format: Iced.Formatter): Instruction {
    const one = this.#one;
    const text = format.format(one);
    if (one.isInvalid) {
      return { ...invalid, address };
    }
    const { FlowControl } = this.#iced;
    const info = this.#factory.info(one);
    try {
      const registers = this.#usedRegisters(info);
      const memory = this.#usedMemory(info);
      const operands = this.#operands(info, memory);
      const immediate = operands.find((operand) => operand.kind === "immediate");
      const near = operands.find((operand) => operand.kind === "target");
      return {
        address,
        length: one.length,
        text,
        mnemonic: this.#mnemonic(one.mnemonic),
        operands,
        ...registers,
        memory,
        flow: one.flowControl === FlowControl.Call && near === undefined ? "next" : this.#flow(one),
        target: near?.address,
        locked:
          one.hasLockPrefix ||
          (one.mnemonic === this.#iced.Mnemonic.Xchg && memory.some(({ writes }) => writes)),
        immediate: immediate?.value,
      };
    } finally {
      info.free();
    }
  }

  #flow(one: Iced.Instruction): FlowKind {
    const { FlowControl } = this.#iced;
    switch (one.flowControl) {
      case FlowControl.UnconditionalBranch:
        return "branch";
      case FlowControl.ConditionalBranch:
        return "conditional branch";
      case FlowControl.Call:
        return "call";
      case FlowControl.IndirectCall:
        return "indirect call";
      case FlowControl.IndirectBranch:
        return "indirect branch";
      case FlowControl.Return:
        return "return";
      case FlowControl.Exception:
        return "stop";
      default:
        return "next";
    }
  }

  #usedRegisters(info: Iced.InstructionInfo): Pick<Instruction, "registersRead" | "registersWritten"> {
    const read = new Set<string>();
    const written = new Set<string>();
    for (const used of info.usedRegisters()) {
      if (used instanceof this.#iced.UsedRegister) {
        const register = this.#register(used.register);
        const { reads, writes } = this.#access(used.access);
        used.free();
        if (register !== undefined && reads) {
          read.add(register.register);
        }
        if (register !== undefined && writes) {
          written.add(register.register);
        }
      }
    }
    return { registersRead: [...read], registersWritten: [...written] };
  }

  #usedMemory(info: Iced.InstructionInfo): MemoryOperand[] {
    const operands: MemoryOperand[] = [];
    for (const used of info.usedMemory()) {
      if (used instanceof this.#iced.UsedMemory) {
        operands.push({
          base: this.#register(used.base)?.register,
          index: this.#register(used.index)?.register,
          scale: used.scale,
          displacement: BigInt.asIntN(64, used.displacement),
          segment: this.#threadSegment(used.segment),
          size: this.#iced.MemorySizeExt.size(used.memorySize),
          ...this.#access(used.access),
        });
        used.free();
      }
    }
    return operands;
  }

  #threadSegment(segment: Iced.Register): string | undefined {
    const { Register } = this.#iced;
    return segment === Register.FS ? "fs" : segment === Register.GS ? "gs" : undefined;
  }

  /** The operands as they are written; those in memory are those of the list, so that they compare equal. */
  #operands(info: Iced.InstructionInfo, memory: readonly MemoryOperand[]): Operand[] {
    const one = this.#one;
    return Array.from({ length: one.opCount }, (_, index): Operand => {
      const kind = one.opKind(index);
      if (kind === this.#iced.OpKind.Register) {
        return { kind: "register", ...(this.#register(one.opRegister(index)) ?? otherRegister) };
      }
      if (kind === this.#iced.OpKind.Memory) {
        return { kind: "memory", memory: this.#operandInMemory(info.opAccess(index), memory) };
      }
      if (this.#isImmediate(kind)) {
        return { kind: "immediate", value: BigInt.asIntN(64, one.immediate(index)) };
      }
      return kind === this.#iced.OpKind.NearBranch64
        ? { kind: "target", address: Number(one.nearBranchTarget) }
        : { kind: "other" };
    });
  }

  #isImmediate(kind: Iced.OpKind): boolean {
    const { OpKind } = this.#iced;
    return kind >= OpKind.Immediate8 && kind <= OpKind.Immediate32to64;
  }

  #operandInMemory(access: Iced.OpAccess, memory: readonly MemoryOperand[]): MemoryOperand {
    const one = this.#one;
    const base = one.isIpRelMemoryOperand ? undefined : this.#register(one.memoryBase)?.register;
    const index = this.#register(one.memoryIndex)?.register;
    const displacement = BigInt.asIntN(
      64,
      one.isIpRelMemoryOperand ? one.ipRelMemoryAddress : one.memoryDisplacement,
    );
    const known = memory.find(
      (place) => place.base === base && place.index === index && place.displacement === displacement,
    );
    return (
      known ?? {
        base,
        index,
        scale: one.memoryIndexScale,
        displacement,
        segment: this.#threadSegment(one.segmentPrefix),
        size: 0,
        ...this.#access(access),
      }
    );
  }

  #access(access: Iced.OpAccess): Accesses {
    const { OpAccess } = this.#iced;
    switch (access) {
      case OpAccess.Read:
      case OpAccess.CondRead:
        return { reads: true, writes: false };
      case OpAccess.Write:
      case OpAccess.CondWrite:
        return { reads: false, writes: true };
      case OpAccess.ReadWrite:
      case OpAccess.ReadCondWrite:
        return { reads: true, writes: true };
      default:
        return { reads: false, writes: false };
    }
  }

  #register(register: Iced.Register): RegisterUse | undefined {
    if (!this.#registers.has(register)) {
      const { Register, RegisterExt } = this.#iced;
      const known =
        RegisterExt.isGPR(register) ||
        RegisterExt.isVectorRegister(register) ||
        register === Register.FS ||
        register === Register.GS;
      const name = (Register[RegisterExt.fullRegister(register)] ?? "").toLowerCase().replace("zmm", "xmm");
      this.#registers.set(register, known ? { register: name, size: RegisterExt.size(register) } : undefined);
    }
    return this.#registers.get(register);
  }

  #mnemonic(mnemonic: Iced.Mnemonic): string {
    let name = this.#mnemonics.get(mnemonic);
    if (name === undefined) {
      name = (this.#iced.Mnemonic[mnemonic] ?? "").toLowerCase();
      this.#mnemonics.set(mnemonic, name);
    }
    return name;
  }
}

/** A register, and how much of it is meant in bytes. */
interface RegisterUse {
  readonly register: string;
  readonly size: number;
}

/** Registers that Go code does not use: masks, control and debug registers. */
const otherRegister: RegisterUse = { register: "other", size: 8 };

/** What stands for bytes that are no instruction. */
const invalid: Omit<Instruction, "address"> = {
  length: 1,
  text: "(bad)",
  mnemonic: "(bad)",
  operands: [],
  registersRead: [],
  registersWritten: [],
  memory: [],
  flow: "stop",
  target: undefined,
  locked: false,
  immediate: undefined,
};

/** Writes instructions as objdump does, or in Intel's way with the same numbers. */
function formatter(iced: Library, syntax: Iced.FormatterSyntax): Iced.Formatter {
  const made = new iced.Formatter(syntax);
  made.uppercaseHex = false;
  made.hexPrefix = "0x";
  made.hexSuffix = "";
  made.smallHexNumbersInDecimal = false;
  made.branchLeadingZeros = false;
  return made;
}
