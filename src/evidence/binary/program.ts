/**
 * A Go executable as a program at certain addresses: code, stack sizes and variables, by address and by name.
 */
import { MaptrapError } from "../../base/errors.js";
import type { Address, Memory } from "../../golang/memory.js";
import { printedName } from "../../golang/pclntab/names.js";
import type { Frame } from "../../golang/pclntab/symbolizer.js";
import type { FunctionExtent } from "../../golang/pclntab/table.js";
import type { CodeRange, ProgramSymbols } from "../../golang/program-symbols.js";
import { type BuildIds, buildIds } from "./build-ids.js";
import { type RawSymbols, readRawSymbols, type VariableSymbol, variableSymbols } from "./elf-symbols.js";
import { BinaryError } from "./errors.js";
import { FileMemory } from "./file-memory.js";
import type { ExecutableImage, LoadedRegion } from "./image.js";
import { type GoBinary, type GoBinaryParts, readGoBinaryParts } from "./open.js";
import { type CodeToSearch, recoverVariable } from "./recovered-variables.js";
import { type ByteSource, withFile } from "./source.js";

/** What is used to read a {@link Program}. */
interface ProgramParts extends GoBinaryParts {
  readonly memory: FileMemory;
  readonly rawSymbols: RawSymbols | undefined;
  readonly ids: BuildIds;
}

/** Variables by name and in the order of their addresses. */
interface Variables {
  readonly byName: ReadonlyMap<string, VariableSymbol>;
  readonly sorted: readonly VariableSymbol[];
}

/** A word that is an address in a program; undefined when it cannot be one. */
function number(word: bigint | undefined): number | undefined {
  return word !== undefined && word < 1n << 53n ? Number(word) : undefined;
}

/** From Go 1.24 on maps are swiss ones, unless the experiment was turned off (possible in 1.24 and 1.25). */
function mapImplementation(binary: GoBinary, has: (name: string) => boolean): "classic" | "swiss" {
  if (binary.experiments.includes("noswissmap")) {
    return "classic";
  }
  const minor = Number(/\bgo1\.(\d+)/.exec(binary.goVersion ?? "")?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) {
    return has("runtime.hashGrow") ? "classic" : "swiss";
  }
  return minor < 24 ? "classic" : "swiss";
}

/** A Go executable at the addresses of a running program, or at those of the link. Everything is in memory; the file is closed. */
export class Program implements ProgramSymbols {
  readonly #parts: ProgramParts;
  /** Added to addresses of the link. */
  readonly bias: number;
  readonly textStart: Address;
  readonly textEnd: Address;
  readonly mapImplementation: "classic" | "swiss";
  #byName: Map<string, number[]> | undefined;
  #variables: Variables | undefined;
  readonly #recovered = new Map<string, Address | undefined>();

  /** @throws BinaryError when it is not known where its code begins */
  constructor(parts: ProgramParts, bias: number) {
    const { binary, symbols } = parts;
    if (binary.textStart === undefined) {
      throw new BinaryError(binary.file, "it is not known where its code begins", 0);
    }
    this.#parts = parts;
    this.bias = bias;
    this.textStart = Number(binary.textStart) + bias;
    this.textEnd = this.textStart + symbols.table.textSize;
    this.mapImplementation = mapImplementation(binary, (name) => this.functionsNamed(name).length > 0);
  }

  /** What it was built from and with. */
  get binary(): GoBinary {
    return this.#parts.binary;
  }

  get goVersion(): string | undefined {
    return this.#parts.binary.goVersion;
  }

  get buildIds(): BuildIds {
    return this.#parts.ids;
  }

  /** Whether the loader chooses where it goes (PIE). */
  get movable(): boolean {
    return this.#parts.image.movable;
  }

  /** Memory that no one writes to while the program runs, from the file: see {@link FileMemory.constantFrom}. */
  constantFrom(address: Address, atMost: number): Uint8Array | undefined {
    return this.#parts.memory.constantFrom(address, atMost);
  }

  /** What the loader loads, at the addresses of the link. */
  get segments(): readonly LoadedRegion[] {
    return this.#parts.image.segments;
  }

  /** Whether the symbol table is there: without it few variables are known. */
  get hasSymbolTable(): boolean {
    return this.#parts.rawSymbols !== undefined;
  }

  /** Memory as the loader leaves it: constants, type descriptors, variables' first values. Nothing that is not in the file. */
  get memory(): Memory {
    return this.#parts.memory;
  }

  /** The words of the module data, with addresses of the link (see golang/pclntab/moduledata.ts); undefined when not found. */
  get moduleWords(): BigUint64Array | undefined {
    return this.#parts.symbols.module?.words;
  }

  functionsNamed(name: string): readonly CodeRange[] {
    this.#byName ??= this.#indexNames();
    // Up to Go 1.19 the table has the short form only.
    const known = this.#parts.symbols.table.header.version === "go1.18" ? printedName(name) : name;
    const indexes = this.#byName.get(name) ?? this.#byName.get(known) ?? [];
    return indexes.flatMap((index) => this.#range(this.#parts.symbols.table.extentAt(index)) ?? []);
  }

  functionAt(pc: Address): CodeRange | undefined {
    return this.#range(this.#parts.symbols.table.extentOf(pc - this.textStart));
  }

  *functions(): Iterable<CodeRange> {
    const { table } = this.#parts.symbols;
    for (let index = 0; index < table.functionCount; index++) {
      const range = this.#range(table.extentAt(index));
      if (range !== undefined) {
        yield range;
      }
    }
  }

  framesBefore(returnAddress: Address): readonly Frame[] {
    return this.#parts.symbols.symbolizer.symbolize(returnAddress - this.textStart);
  }

  framesAt(pc: Address): readonly Frame[] {
    return this.#parts.symbols.symbolizer.symbolizeExact(pc - this.textStart);
  }

  stackDelta(pc: Address): number | undefined {
    const { table } = this.#parts.symbols;
    const offset = pc - this.textStart;
    const record = table.find(offset);
    return record === undefined ? undefined : table.stackDelta(record, offset - table.entryOffset(record));
  }

  functionFlags(pc: Address): number {
    const { table } = this.#parts.symbols;
    const record = table.find(pc - this.textStart);
    return record === undefined ? 0 : table.flags(record);
  }

  code(start: Address, length: number): Uint8Array | undefined {
    return this.#parts.memory.readFile(start, length);
  }

  variable(name: string): Address | undefined {
    const symbol = this.#allVariables().byName.get(name);
    if (symbol !== undefined) {
      return symbol.address + this.bias;
    }
    if (!this.#recovered.has(name)) {
      this.#recovered.set(name, this.#recover(name));
    }
    return this.#recovered.get(name);
  }

  variableAt(address: Address): { readonly name: string; readonly start: Address } | undefined {
    const { sorted } = this.#allVariables();
    const wanted = address - this.bias;
    let low = 0;
    let high = sorted.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle]?.address ?? 0) <= wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    const symbol = sorted[low];
    const within = symbol !== undefined && wanted >= symbol.address && wanted < symbol.address + symbol.size;
    return within ? { name: symbol.name, start: symbol.address + this.bias } : undefined;
  }

  #range(extent: FunctionExtent | undefined): CodeRange | undefined {
    if (extent === undefined) {
      return undefined;
    }
    const { table } = this.#parts.symbols;
    const name = table.name(table.nameOffset(extent.record)) ?? "?";
    return { name, start: this.textStart + extent.start, end: this.textStart + extent.end };
  }

  /** Indexes of functions by the linker's name, and by the one that Go prints where that is another. */
  #indexNames(): Map<string, number[]> {
    const { table } = this.#parts.symbols;
    const index = new Map<string, number[]>();
    const add = (name: string, at: number): void => {
      const known = index.get(name);
      if (known === undefined) {
        index.set(name, [at]);
      } else {
        known.push(at);
      }
    };
    for (let at = 0; at < table.functionCount; at++) {
      const record = table.recordAt(at);
      const name = record === undefined ? undefined : table.name(table.nameOffset(record));
      if (name !== undefined) {
        const printed = printedName(name);
        add(name, at);
        if (printed !== name) {
          add(printed, at);
        }
      }
    }
    return index;
  }

  #allVariables(): Variables {
    const raw = this.#parts.rawSymbols;
    this.#variables ??= sortedVariables(raw === undefined ? [] : variableSymbols(raw));
    return this.#variables;
  }

  #recover(name: string): Address | undefined {
    const { module } = this.#parts.symbols;
    if (name === "runtime.firstmoduledata") {
      const at = number(module?.address);
      return at === undefined ? undefined : at + this.bias;
    }
    if (this.#parts.binary.architecture !== "amd64") {
      return undefined;
    }
    const inRanges = (ranges: readonly { readonly start: bigint; readonly end: bigint }[]) => {
      const numbers = ranges.map(({ start, end }) => ({ start: Number(start), end: Number(end) }));
      return (address: Address): boolean =>
        numbers.some(({ start, end }) => address - this.bias >= start && address - this.bias < end);
    };
    const search: CodeToSearch = {
      functionsNamed: (wanted) => this.functionsNamed(wanted),
      code: (start, length) => this.code(start, length),
      memory: this.memory,
      isVariable: inRanges(module?.variables ?? []),
      isZeroed: inRanges(module?.variables.slice(2) ?? []),
    };
    return recoverVariable(search, name);
  }
}

function sortedVariables(all: readonly VariableSymbol[]): Variables {
  const sorted = all.toSorted((one, other) => one.address - other.address);
  return { byName: new Map(all.map((symbol) => [symbol.name, symbol])), sorted };
}

/** What the loader added to the addresses of the link, or how to find that out once it is known what the file says of itself. */
export type Bias = number | ((image: ExecutableImage) => number);

/**
 * Reads a Go executable as a program.
 *
 * @param bias what the loader added to the addresses of the link; 0 for those of the link
 * @throws BinaryError when it is no executable that is supported, holds no Go program, or is damaged
 */
export function readProgram(source: ByteSource, bias: Bias): Program {
  const parts = readGoBinaryParts(source);
  try {
    const added = typeof bias === "number" ? bias : bias(parts.image);
    const segments = parts.image.notes.map((note) =>
      source.read(note.fileOffset, Math.min(note.size, 1 << 16)),
    );
    const memory = new FileMemory(source, parts.image, added);
    const more = { memory, rawSymbols: readRawSymbols(source), ids: buildIds(segments) };
    return new Program({ ...parts, ...more }, added);
  } catch (error) {
    if (error instanceof MaptrapError && !(error instanceof BinaryError)) {
      throw new BinaryError(source.name, error.message, 0, error);
    }
    throw error;
  }
}

/**
 * Opens a Go executable as a program.
 *
 * @param executable the file
 * @param bias what the loader added to the addresses of the link; 0 for those of the link
 * @throws BinaryError when it cannot be opened, is no executable that is supported, holds no Go program, or is damaged
 */
export function openProgram(executable: string, bias: Bias): Program {
  return withFile(executable, (source) => readProgram(source, bias));
}
