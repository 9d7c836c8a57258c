/**
 * A whole pclntab in memory: finds functions by PC, and reads one function's record.
 *
 * Nothing is decoded ahead. A function is named by the offset of its record in the table, a plain number, and each
 * question reads the few bytes that it needs.
 *
 * ```text
 * record:  0 entry   4 name   8 args   12 deferreturn   16 pcsp   20 pcfile   24 pcln   28 npcdata   32 unit
 *          36 start line (from 1.20)   then funcID, flag, pad, nfuncdata (one byte each)
 *          then npcdata u32 (offsets of pc-value tables), nfuncdata u32 (offsets in go:func.*)
 * ```
 *
 * Sources: Go's src/runtime/runtime2.go (_func) and src/runtime/symtab.go, 1.19 to 1.27.
 */
import { GoTableError } from "./errors.js";
import { parseHeader, type PclntabHeader } from "./header.js";
import { noValue, PcTables } from "./pcvalue.js";

/** Offset of a function's record, in bytes from the start of the pclntab. */
export type FunctionRecord = number;

/** Where a function's code lies, in bytes from runtime.text. */
export interface FunctionExtent {
  readonly record: FunctionRecord;
  readonly start: number;
  /** Where the next function begins. */
  readonly end: number;
}

/** Index of the table of inlined calls among a function's pc-value tables, and among its function data. */
const inlineTreeIndexTable = 2;
const inlineTreeData = 3;

/** Stands for "nothing" where an offset is expected. */
const nothing = 0xffff_ffff;

/** No name is longer; a damaged table must not give one of many megabytes. Measured: 564 in the go command of 1.27. */
const maxNameLength = 1 << 20;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A parsed pclntab. */
export class Pclntab {
  readonly header: PclntabHeader;
  readonly #bytes: Uint8Array;
  readonly #tables: PcTables;
  readonly #view: DataView;
  /** Size of a record without its variable part. */
  readonly #recordSize: number;
  /**
   * The function ID of wrappers: the largest one. Each version gives it another number, as it comes after those of the
   * runtime's special functions; every program has wrappers. Measured: 21 in 1.19 and 1.21, 22 up to 1.24, 23 up to 1.27.
   */
  readonly wrapperId: number;

  /**
   * @param bytes the table; bytes after its end do no harm
   * @throws GoTableError when the header is damaged or the functions are not sorted
   */
  constructor(bytes: Uint8Array) {
    this.header = parseHeader(bytes, bytes.length);
    this.#bytes = bytes;
    this.#tables = new PcTables(bytes, this.header.functionTable, this.header.quantum);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#recordSize = this.header.version === "go1.18" ? 40 : 44;
    this.#checkSorted();
    this.wrapperId = this.#largestId();
  }

  /** How many functions there are. */
  get functionCount(): number {
    return this.header.functionCount;
  }

  /** Where the last function ends, in bytes from runtime.text. */
  get textSize(): number {
    return this.#entry(this.functionCount);
  }

  /**
   * Some of the bytes with the functions and their records.
   *
   * @param size of that part of the table, in bytes
   * @returns undefined when it does not lie within the table
   */
  functionBytes(size: number): Uint8Array | undefined {
    const start = this.header.functionTable;
    return size <= this.#bytes.length - start ? this.#bytes.subarray(start, start + size) : undefined;
  }

  /**
   * The function that holds a PC.
   *
   * @param textOffset the PC, in bytes from runtime.text
   * @returns its record, or undefined when no Go function is there or the record does not lie within the table
   */
  find(textOffset: number): FunctionRecord | undefined {
    const index = this.#indexOf(textOffset);
    return index === undefined ? undefined : this.recordAt(index);
  }

  /**
   * The function that holds a PC, with where its code lies.
   *
   * @param textOffset the PC, in bytes from runtime.text
   */
  extentOf(textOffset: number): FunctionExtent | undefined {
    const index = this.#indexOf(textOffset);
    return index === undefined ? undefined : this.extentAt(index);
  }

  /** The n-th function, in the order of addresses; undefined when its record does not lie within the table. */
  extentAt(index: number): FunctionExtent | undefined {
    const record = index >= 0 && index < this.functionCount ? this.recordAt(index) : undefined;
    return record === undefined
      ? undefined
      : { record, start: this.#entry(index), end: this.#entry(index + 1) };
  }

  #indexOf(textOffset: number): number | undefined {
    let low = 0;
    let high = this.functionCount;
    if (!(textOffset >= this.#entry(0) && textOffset < this.#entry(high))) {
      return undefined;
    }
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#entry(middle) <= textOffset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The record of the n-th function, in the order of addresses; undefined when it does not lie within the table. */
  recordAt(index: number): FunctionRecord | undefined {
    const { functionTable } = this.header;
    const record = functionTable + this.#view.getUint32(functionTable + index * 8 + 4, true);
    if (record + this.#recordSize > this.#bytes.length) {
      return undefined;
    }
    const variable = 4 * (this.#u32(record + 28) + this.#functionDataCount(record));
    return record + this.#recordSize + variable <= this.#bytes.length ? record : undefined;
  }

  /** What is special about the function: 0 for nothing, {@link wrapperId} for code that the compiler made. */
  functionId(record: FunctionRecord): number {
    return this.#view.getUint8(record + this.#recordSize - 4);
  }

  /**
   * What the runtime's unwinding must know of the function: bits of the table's own flags.
   *
   * - 1: it is the outermost one of a stack (`runtime.goexit`, `runtime.mstart`);
   * - 2: it changes the stack pointer in a way that the table does not describe;
   * - 4: it was written in assembly.
   */
  flags(record: FunctionRecord): number {
    return this.#view.getUint8(record + this.#recordSize - 3);
  }

  /**
   * How many bytes lie between the stack pointer and the return address before the instruction at a PC runs (the pcsp
   * table); undefined when it does not say.
   *
   * @param pc in bytes from the function's entry
   */
  stackDelta(record: FunctionRecord, pc: number): number | undefined {
    const delta = this.#value(this.#u32(record + 16), pc);
    return delta < 0 ? undefined : delta;
  }

  /** Where the function begins, in bytes from runtime.text. */
  entryOffset(record: FunctionRecord): number {
    return this.#u32(record);
  }

  /** Offset of the function's name in the table of names. */
  nameOffset(record: FunctionRecord): number {
    return this.#u32(record + 4);
  }

  /** Line of the `func` keyword; undefined where the table does not say (up to Go 1.19, and most assembly). */
  startLine(record: FunctionRecord): number | undefined {
    return this.header.version === "go1.18" ? undefined : positive(this.#view.getInt32(record + 36, true));
  }

  /**
   * The line at a PC; undefined when not known.
   *
   * @param pc in bytes from the function's entry
   */
  line(record: FunctionRecord, pc: number): number | undefined {
    const line = this.#value(this.#u32(record + 24), pc);
    return line < 0 ? undefined : line;
  }

  /**
   * The file at a PC, as the compiler recorded it; undefined when not known.
   *
   * @param pc in bytes from the function's entry
   */
  file(record: FunctionRecord, pc: number): string | undefined {
    const { unitTable, fileTable, valueTable } = this.header;
    const index = this.#value(this.#u32(record + 20), pc);
    const entry = unitTable + 4 * (this.#u32(record + 32) + index);
    if (index < 0 || entry < unitTable || entry + 4 > fileTable) {
      return undefined;
    }
    const offset = this.#u32(entry);
    return offset === nothing ? undefined : this.#text(fileTable + offset, valueTable);
  }

  /**
   * Index of the innermost inlined call at a PC in the function's inline tree; -1 when nothing is inlined there.
   *
   * @param pc in bytes from the function's entry
   */
  inlineIndex(record: FunctionRecord, pc: number): number {
    if (this.#u32(record + 28) <= inlineTreeIndexTable) {
      return noValue;
    }
    return this.#value(this.#u32(record + this.#recordSize + 4 * inlineTreeIndexTable), pc);
  }

  /** Offset of the function's inline tree in the function data (go:func.*); undefined when nothing is inlined in it. */
  inlineTreeOffset(record: FunctionRecord): number | undefined {
    if (this.#functionDataCount(record) <= inlineTreeData) {
      return undefined;
    }
    const data = record + this.#recordSize + 4 * this.#u32(record + 28);
    const offset = this.#u32(data + 4 * inlineTreeData);
    return offset === nothing ? undefined : offset;
  }

  /** The name at an offset in the table of names; undefined when the offset is out of range. */
  name(offset: number): string | undefined {
    const { nameTable, unitTable } = this.header;
    return this.#text(nameTable + offset, unitTable);
  }

  /** Whether a name begins at an offset in the table of names. A check for data that may be something else. */
  isNameStart(offset: number): boolean {
    const { nameTable, unitTable } = this.header;
    const at = nameTable + offset;
    return (
      offset >= 0 && at < unitTable && this.#bytes[at] !== 0 && (offset === 0 || this.#bytes[at - 1] === 0)
    );
  }

  #largestId(): number {
    let largest = 0;
    for (let index = 0; index < this.functionCount; index++) {
      const record = this.recordAt(index);
      largest = record === undefined ? largest : Math.max(largest, this.functionId(record));
    }
    return largest;
  }

  #u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  #entry(index: number): number {
    return this.#view.getUint32(this.header.functionTable + index * 8, true);
  }

  /** Number of function data offsets: the last byte of the fixed part. */
  #functionDataCount(record: FunctionRecord): number {
    return this.#view.getUint8(record + this.#recordSize - 1);
  }

  #value(table: number, pc: number): number {
    return table === 0 ? noValue : this.#tables.value(this.header.valueTable + table, pc);
  }

  #text(start: number, limit: number): string | undefined {
    if (start >= limit) {
      return undefined;
    }
    const end = this.#bytes.subarray(start, Math.min(limit, start + maxNameLength)).indexOf(0);
    return end === -1 ? undefined : decoder.decode(this.#bytes.subarray(start, start + end));
  }

  #checkSorted(): void {
    let before = 0;
    for (let index = 0; index <= this.functionCount; index++) {
      const entry = this.#entry(index);
      if (entry < before) {
        throw new GoTableError("the function table is not sorted", this.header.functionTable + index * 8);
      }
      before = entry;
    }
  }
}

function positive(line: number): number | undefined {
  return line > 0 ? line : undefined;
}
