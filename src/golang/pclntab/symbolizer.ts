/**
 * From PCs to frames.
 *
 * A *return address* is what a stack holds: the address after the call. The call itself is at the address minus one.
 * A *logical* frame is a call in the source; several of them can share one *physical* function when calls were inlined.
 *
 * ```text
 *   physical function main.serve                 symbolize(PC):  main.(*Cache).Get   inlined      <- innermost
 *   ├ inlined main.handle, called at serve:12                    main.handle         inlined
 *   │ └ inlined main.(*Cache).Get, at handle:7                   main.serve
 *   └── PC
 * ```
 */
import { readInlinedCall, type ReadFunctionData } from "./inline.js";
import { printedName } from "./names.js";
import type { FunctionRecord, Pclntab } from "./table.js";

/** One logical frame. */
export interface Frame {
  /** The function as Go prints it: `main.(*Cache).Get`, `main.Max[...]`; "?" when the table's name is unreadable. */
  readonly function: string;
  /** The file as the compiler recorded it (with `-trimpath` no absolute path); "?" when not known, as Go prints it. */
  readonly file: string;
  /** The line in it; 0 when not known. */
  readonly line: number;
  /** Whether the function was inlined here, so that it has no code of its own at this PC. */
  readonly inlined: boolean;
  /**
   * Whether the compiler made the function (for a promoted method, a deferred call). Go leaves such frames out of the
   * stacks it shows, unless they are the innermost one or have called panic.
   */
  readonly wrapper: boolean;
  /** Line of the function's `func` keyword; undefined up to Go 1.19 and where the table does not say. */
  readonly startLine: number | undefined;
  /** Where the physical function begins, in bytes from runtime.text. The same for all frames at one PC. */
  readonly entryOffset: number;
}

/** How deep inlining can go before the table must be damaged. Measured: 6 in the compilers of 1.19 and 1.27. */
const maxInlineDepth = 64;

/** How many PCs' frames are remembered. Stacks repeat the same few PCs over and over. */
const cacheSize = 4096;

const noFrames: readonly Frame[] = [];

/** The function that a frame is of. */
interface FrameFunction {
  readonly functionId: number;
  readonly nameOffset: number;
  readonly startLine: number | undefined;
}

/** Answers what is at a PC. Never throws: what a damaged table does not say is "?" and 0, or no frame at all. */
export class Symbolizer {
  readonly #table: Pclntab;
  readonly #functionData: ReadFunctionData | undefined;
  readonly #cache = new Map<number, readonly Frame[]>();

  /**
   * @param table the function table
   * @param functionData reads the function data; undefined when it was not found: then inlined calls are not shown,
   *   and lines that lie in inlined functions are given to the physical function
   */
  constructor(table: Pclntab, functionData: ReadFunctionData | undefined) {
    this.#table = table;
    this.#functionData = functionData;
  }

  /**
   * The frames at a return address, innermost first: all calls inlined there, then the physical function.
   * As Go does it, a PC that is a function's entry is taken as it is.
   *
   * @param textOffset the return address, in bytes from runtime.text
   * @returns empty when no Go function is there
   */
  symbolize(textOffset: number): readonly Frame[] {
    const record = this.#table.find(textOffset);
    if (record === undefined) {
      return noFrames;
    }
    return this.#framesAt(
      record,
      textOffset === this.#table.entryOffset(record) ? textOffset : textOffset - 1,
    );
  }

  /**
   * The innermost frame at a return address: what one logical PC stands for, as runtime.Callers gives them.
   *
   * @param textOffset the return address, in bytes from runtime.text
   */
  symbolizeInnermost(textOffset: number): Frame | undefined {
    return this.symbolize(textOffset)[0];
  }

  /**
   * The frames at an instruction, innermost first. For PCs that are no return addresses: where a thread was stopped,
   * where a signal hit.
   *
   * @param textOffset address of the instruction, in bytes from runtime.text
   */
  symbolizeExact(textOffset: number): readonly Frame[] {
    const record = this.#table.find(textOffset);
    return record === undefined ? noFrames : this.#framesAt(record, textOffset);
  }

  /**
   * The physical function that holds an address, with its first line: what an entry PC stands for. The line is that of
   * the `func` keyword where the table says it, and that of the first instruction otherwise.
   *
   * @param textOffset any address in the function, in bytes from runtime.text
   */
  functionAt(textOffset: number): Frame | undefined {
    const record = this.#table.find(textOffset);
    if (record === undefined) {
      return undefined;
    }
    const frame = this.#physicalFrame(record, 0);
    return frame.startLine === undefined ? frame : { ...frame, line: frame.startLine };
  }

  #framesAt(record: FunctionRecord, textOffset: number): readonly Frame[] {
    const known = this.#cache.get(textOffset);
    if (known !== undefined) {
      return known;
    }
    const frames = this.#unwind(record, textOffset - this.#table.entryOffset(record));
    if (this.#cache.size >= cacheSize) {
      this.#cache.clear();
    }
    this.#cache.set(textOffset, frames);
    return frames;
  }

  /** @param start a PC, in bytes from the function's entry */
  #unwind(record: FunctionRecord, start: number): readonly Frame[] {
    const table = this.#table;
    const frames: Frame[] = [];
    const tree = table.inlineTreeOffset(record);
    let pc = start;
    while (tree !== undefined && this.#functionData !== undefined && frames.length < maxInlineDepth) {
      const index = table.inlineIndex(record, pc);
      const call =
        index < 0 ? undefined : readInlinedCall(table.header.version, this.#functionData, tree, index);
      if (call === undefined) {
        break;
      }
      frames.push(this.#frame(record, pc, call, true));
      pc = call.parentPc;
    }
    frames.push(this.#physicalFrame(record, pc));
    return frames;
  }

  #physicalFrame(record: FunctionRecord, pc: number): Frame {
    const table = this.#table;
    const of: FrameFunction = {
      functionId: table.functionId(record),
      nameOffset: table.nameOffset(record),
      startLine: table.startLine(record),
    };
    return this.#frame(record, pc, of, false);
  }

  #frame(record: FunctionRecord, pc: number, of: FrameFunction, inlined: boolean): Frame {
    const table = this.#table;
    const file = table.file(record, pc);
    const line = table.line(record, pc);
    // Half a position is no position: Go gives "?" and 0 then, too.
    const known = file !== undefined && line !== undefined;
    return {
      function: printedName(table.name(of.nameOffset) ?? "?"),
      file: known ? file : "?",
      line: known ? line : 0,
      inlined,
      wrapper: of.functionId !== 0 && of.functionId === table.wrapperId,
      startLine: of.startLine,
      entryOffset: table.entryOffset(record),
    };
  }
}
