/**
 * The symbol table of an ELF executable, as far as it names variables. It is gone after `strip` and with `-ldflags=-s`.
 *
 * Source: the System V ABI, chapter 4, "Symbol Table".
 */
import type { ByteReader } from "../../base/bytes.js";
import { fileHeader, isElf, sectionHeaders } from "./elf.js";
import type { ByteSource } from "./source.js";

/** A variable of the program, or of a C library that was linked in. */
export interface VariableSymbol {
  /** `main.cache`, `runtime.allgs`; names of Go variables have a dot. */
  readonly name: string;
  /** As the linker laid it out. */
  readonly address: number;
  /** In bytes; 0 where the table does not say. */
  readonly size: number;
}

/** SHT_SYMTAB, STT_OBJECT, and the sizes of a section's header and of a symbol. */
const symbolTable = 2;
const object = 1;
const sectionSize = 64;
const symbolSize = 24;

/** Longer names are cut. Measured: 564 bytes at most, in the go command of 1.27. */
const maxName = 1 << 14;

/** The bytes of the symbol table and of its names; undefined when it was removed. Nothing is decoded yet. */
export interface RawSymbols {
  readonly symbols: Uint8Array;
  readonly names: Uint8Array;
}

function section(source: ByteSource, table: ByteReader, at: number): Uint8Array | undefined {
  const offset = table.u64(at + 24);
  const size = table.u64(at + 32);
  return offset + size <= BigInt(source.size) ? source.read(Number(offset), Number(size)) : undefined;
}

/**
 * Reads the symbol table's bytes.
 *
 * @throws BinaryError when the file's header is damaged
 */
export function readRawSymbols(source: ByteSource): RawSymbols | undefined {
  if (!isElf(source.read(0, Math.min(4, source.size)))) {
    return undefined;
  }
  const table = sectionHeaders(source, fileHeader(source));
  for (let at = 0; table?.has(at, sectionSize) === true; at += sectionSize) {
    if (table.u32(at + 4) !== symbolTable) {
      continue;
    }
    const link = table.u32(at + 40) * sectionSize;
    const symbols = section(source, table, at);
    const names = table.has(link, sectionSize) ? section(source, table, link) : undefined;
    return symbols === undefined || names === undefined ? undefined : { symbols, names };
  }
  return undefined;
}

/** The variables among the symbols, in the table's order. What is damaged is left out. */
export function variableSymbols(raw: RawSymbols): readonly VariableSymbol[] {
  const { symbols, names } = raw;
  const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const found: VariableSymbol[] = [];
  for (let at = 0; at + symbolSize <= symbols.length; at += symbolSize) {
    const address = Number(view.getBigUint64(at + 8, true));
    const start = view.getUint32(at, true);
    if ((view.getUint8(at + 4) & 0xf) !== object || address === 0 || start >= names.length) {
      continue;
    }
    const end = names.indexOf(0, start);
    const name = decoder.decode(
      names.subarray(start, Math.min(end === -1 ? names.length : end, start + maxName)),
    );
    found.push({ name, address, size: Number(view.getBigUint64(at + 16, true)) });
  }
  return found;
}
