/**
 * Where a line of the program calls a map function: the return addresses of those calls. They tell a breakpoint in the map function,
 * which all of the program's maps share, who has called it.
 */
import { MaptrapError } from "../../../base/errors.js";
import type { Address } from "../../../golang/memory.js";
import type { Frame } from "../../../golang/pclntab/symbolizer.js";
import type { CodeRange, ProgramSymbols } from "../../../golang/program-symbols.js";

/** A line of source, as a person names it: `main.go:12`, `cache/cache.go:40`. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

/** One call of a map function that changes a map. */
export interface MapCall {
  readonly returnAddress: Address;
  /** The map function. */
  readonly callee: string;
  /** The source line's frame. */
  readonly site: Frame;
}

/** There is no such line, or no map is written there. */
export class NoMapWriteError extends MaptrapError {
  constructor(
    readonly wanted: SourceLine,
    /** Lines of that file where maps are written. */
    readonly others: readonly number[],
  ) {
    const { file, line } = wanted;
    super(`no map is written at ${file}:${line}`, {
      wayOut:
        others.length === 0
          ? `no map is written in any file of that name in this program; a deleted, inlined or unused function has no code`
          : `in ${file}, maps are written at the lines ${others.join(", ")}`,
    });
  }
}

/** Functions of the map's implementation that change a map and are called by compiled code or by the standard library's packages. */
const changing =
  /^runtime\.map(?:assign|delete|clear)|^reflect\.map(?:assign|delete|clear)|^runtime\.mapclone|^maps\.clone|^internal\/runtime\/maps\.\(\*Map\)\.(?:PutSlot|Put|Delete|Clear)/;

/** Reads `FILE:LINE`; undefined when it is none. */
export function parseSourceLine(text: string): SourceLine | undefined {
  const match = /^(.+):(\d{1,9})$/.exec(text);
  return match?.[1] === undefined ? undefined : { file: match[1], line: Number(match[2]) };
}

/** Whether a path is meant by its last parts: `cache/cache.go` means `/src/cache/cache.go`, and not `/src/mycache/cache.go`. */
export function fileMatches(path: string, wanted: string): boolean {
  const short = wanted.replace(/^\.\//, "");
  return path === short || path.endsWith(short.startsWith("/") ? short : `/${short}`);
}

/** All calls in a program's code of functions that change maps, with the frames at the call. */
export function* callsOfMapFunctions(symbols: ProgramSymbols): Generator<{
  readonly returnAddress: Address;
  readonly callee: string;
  readonly frames: readonly Frame[];
}> {
  const targets = new Map<Address, string>();
  for (const range of symbols.functions()) {
    if (changing.test(range.name)) {
      targets.set(range.start, range.name);
    }
  }
  for (const range of symbols.functions()) {
    for (const { returnAddress, target } of callsIn(symbols, range)) {
      const callee = targets.get(target);
      if (callee !== undefined) {
        yield { returnAddress, callee, frames: symbols.framesBefore(returnAddress) };
      }
    }
  }
}

/** `call rel32`, byte by byte: a hit by chance would have to have a map function's very address. */
function* callsIn(
  symbols: ProgramSymbols,
  range: CodeRange,
): Generator<{ readonly returnAddress: Address; readonly target: Address }> {
  const code = symbols.code(range.start, range.end - range.start);
  if (code === undefined) {
    return;
  }
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = code.indexOf(0xe8); at !== -1 && at + 5 <= code.length; at = code.indexOf(0xe8, at + 1)) {
    const returnAddress = range.start + at + 5;
    yield { returnAddress, target: returnAddress + view.getInt32(at + 1, true) };
  }
}

/**
 * The calls at a line that change a map. A line inside a function that was inlined has one for each place where it was.
 *
 * @throws NoMapWriteError when there is none
 */
export function mapCallsAt(symbols: ProgramSymbols, wanted: SourceLine): readonly MapCall[] {
  const calls: MapCall[] = [];
  const others = new Set<number>();
  for (const { returnAddress, callee, frames } of callsOfMapFunctions(symbols)) {
    for (const site of frames) {
      if (fileMatches(site.file, wanted.file)) {
        if (site.line === wanted.line) {
          calls.push({ returnAddress, callee, site });
          break;
        }
        others.add(site.line);
      }
    }
  }
  if (calls.length === 0) {
    throw new NoMapWriteError(wanted, [...others].toSorted((a, b) => a - b).slice(0, 40));
  }
  return calls;
}
