/**
 * The functions of one program: decoded, as graphs, and with what is known of their values; each made once, when it is asked for.
 */
import type { Address } from "../memory.js";
import type { CodeRange, ProgramSymbols } from "../program-symbols.js";
import { type CodeGraph, codeGraph, type CodeKnowledge } from "./control-flow.js";
import { type InstructionDecoder, maxCodeSize } from "./decoder.js";
import type { Instruction } from "./instruction.js";
import { ValueFlow } from "./value-flow.js";

/** One function. */
export interface FunctionCode {
  readonly range: CodeRange;
  readonly graph: CodeGraph;
  /** Made when it is first asked for: it takes some milliseconds for a large function. */
  readonly values: () => ValueFlow;
}

/** How many functions are kept. */
const cacheSize = 512;

/**
 * The linker fills up the space between functions with `int3`, which belongs to none. Go's compiler makes none itself; those of
 * assembly (runtime.breakpoint) have other instructions after them.
 */
export function withoutPadding(instructions: readonly Instruction[]): readonly Instruction[] {
  const last = instructions.findLastIndex(({ mnemonic }) => mnemonic !== "int3");
  return instructions.slice(0, last + 1);
}

/** Functions of a program, by address. */
export class ProgramFunctions {
  readonly #symbols: ProgramSymbols;
  readonly #decoder: InstructionDecoder;
  readonly #known: CodeKnowledge;
  readonly #cache = new Map<Address, FunctionCode | undefined>();

  /** @param decoder from loadInstructionDecoder */
  constructor(symbols: ProgramSymbols, decoder: InstructionDecoder) {
    this.#symbols = symbols;
    this.#decoder = decoder;
    this.#known = {
      nameAt: (address) => symbols.functionAt(address)?.name,
      stackDelta: (pc) => symbols.stackDelta(pc),
      word: (address) => wordIn(symbols.code(address, 8)),
    };
  }

  /** What is known of the program's code besides its bytes. */
  get known(): CodeKnowledge {
    return this.#known;
  }

  /**
   * The function that holds an address.
   *
   * @returns undefined when there is none, or its code is not in the executable's file
   */
  at(pc: Address): FunctionCode | undefined {
    const range = this.#symbols.functionAt(pc);
    return range === undefined ? undefined : this.of(range);
  }

  /** The code of a function; undefined when it is not in the executable's file. */
  of(range: CodeRange): FunctionCode | undefined {
    if (!this.#cache.has(range.start)) {
      if (this.#cache.size >= cacheSize) {
        this.#cache.clear();
      }
      this.#cache.set(range.start, this.#read(range));
    }
    return this.#cache.get(range.start);
  }

  #read(range: CodeRange): FunctionCode | undefined {
    const size = range.end - range.start;
    const code = size > 0 && size <= maxCodeSize ? this.#symbols.code(range.start, size) : undefined;
    if (code === undefined) {
      return undefined;
    }
    const graph = codeGraph(withoutPadding(this.#decoder.decode(code, range.start)), this.#known);
    let values: ValueFlow | undefined;
    return {
      range,
      graph,
      values: () => (values ??= new ValueFlow(graph, this.#known)),
    };
  }
}

/** A little-endian word; undefined when it is too large to be an address. */
function wordIn(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined || bytes.length < 8) {
    return undefined;
  }
  const word = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return word <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(word) : undefined;
}
