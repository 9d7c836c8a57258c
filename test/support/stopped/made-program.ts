/** A program that is made up: functions with frames of a known size, and memory that is filled word by word. */
import type { Address, Memory } from "../../../src/golang/memory.js";
import type { Frame } from "../../../src/golang/pclntab/symbolizer.js";
import type { CodeRange, ProgramSymbols } from "../../../src/golang/program-symbols.js";

const pageSize = 4096;

/** Memory in pages that are there once something was written to them. */
export class MadeMemory implements Memory {
  readonly #pages = new Map<number, Uint8Array>();

  /** Writes 64-bit words one after another. */
  put(address: Address, ...words: readonly (number | bigint)[]): void {
    words.forEach((word, index) => {
      const at = address + index * 8;
      const page = this.#page(at);
      new DataView(page.buffer).setBigUint64(at % pageSize, BigInt.asUintN(64, BigInt(word)), true);
    });
  }

  read(address: Address, length: number): Uint8Array | undefined {
    if (
      !Number.isSafeInteger(address) ||
      !Number.isSafeInteger(length) ||
      address < 0 ||
      length < 0 ||
      length > 1 << 24
    ) {
      return undefined;
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = address + done;
      const page = this.#pages.get(Math.floor(at / pageSize));
      if (page === undefined) {
        return undefined;
      }
      const part = page.subarray(at % pageSize, (at % pageSize) + length - done);
      bytes.set(part, done);
      done += part.length;
    }
    return bytes;
  }

  #page(address: Address): Uint8Array {
    const index = Math.floor(address / pageSize);
    const page = this.#pages.get(index) ?? new Uint8Array(pageSize);
    this.#pages.set(index, page);
    return page;
  }
}

/** A function that is made up. */
export interface MadeFunction {
  readonly name: string;
  /** Bytes between stack pointer and return address, everywhere in it; undefined where the table does not say. */
  readonly delta: number | undefined;
  /** The table's flags. */
  readonly flags?: number;
}

/** Where the first function begins, and how large each is. */
const textStart = 0x40_0000;
const functionSize = 0x100;

/** Symbols of functions that lie one after another. */
export class MadeSymbols implements ProgramSymbols {
  readonly goVersion: string;
  readonly mapImplementation = "swiss";
  readonly textStart = textStart;
  readonly textEnd: Address;
  readonly #functions: readonly MadeFunction[];
  readonly #variables: ReadonlyMap<string, Address>;

  constructor(
    functions: readonly MadeFunction[],
    variables: Readonly<Record<string, Address>> = {},
    goVersion = "go1.27.3",
  ) {
    this.goVersion = goVersion;
    this.#functions = functions;
    this.#variables = new Map(Object.entries(variables));
    this.textEnd = textStart + functions.length * functionSize;
  }

  /** An address in a function: by default one after a call. */
  in(name: string, offset = 0x20): Address {
    const index = this.#functions.findIndex((one) => one.name === name);
    if (index < 0) {
      throw new Error(`there is no function ${name}`);
    }
    return textStart + index * functionSize + offset;
  }

  functionAt(pc: Address): CodeRange | undefined {
    const index = Math.floor((pc - textStart) / functionSize);
    const name = this.#functions[index]?.name;
    const start = textStart + index * functionSize;
    return name === undefined ? undefined : { name, start, end: start + functionSize };
  }

  functionsNamed(name: string): readonly CodeRange[] {
    return [...this.functions()].filter((one) => one.name === name);
  }

  *functions(): Iterable<CodeRange> {
    for (const { name } of this.#functions) {
      const start = this.in(name, 0);
      yield { name, start, end: start + functionSize };
    }
  }

  framesBefore(returnAddress: Address): readonly Frame[] {
    return this.#frames(returnAddress, "after");
  }

  framesAt(pc: Address): readonly Frame[] {
    return this.#frames(pc, "at");
  }

  stackDelta(pc: Address): number | undefined {
    return this.#functions[Math.floor((pc - textStart) / functionSize)]?.delta;
  }

  functionFlags(pc: Address): number {
    return this.#functions[Math.floor((pc - textStart) / functionSize)]?.flags ?? 0;
  }

  code(): undefined {
    return undefined;
  }

  variable(name: string): Address | undefined {
    return this.#variables.get(name);
  }

  variableAt(): undefined {
    return undefined;
  }

  #frames(pc: Address, file: string): readonly Frame[] {
    const range = this.functionAt(pc);
    const frame = { file, line: 1, inlined: false, wrapper: false, startLine: undefined };
    return range === undefined
      ? []
      : [{ ...frame, function: range.name, entryOffset: range.start - textStart }];
  }
}
