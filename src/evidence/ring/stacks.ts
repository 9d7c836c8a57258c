/**
 * The stacks of a conflict, from the binary or from what the process printed; and whether the binary can be the one that
 * ran.
 */
import type { CaseFrame, ObservedSide } from "../../case/case.js";
import type { ConflictRecord, EventFile, RingSide } from "./format.js";
import type { RecordedStack } from "./recording.js";
import { parseReportText, type ReportedGoroutine } from "./report-text.js";
import type { SymbolFrame, Symbolizer } from "./symbolizer.js";
import type { Address } from "./units.js";

/** Why the binary cannot be the one that ran, half a sentence; undefined when it can. */
export function misfitOf(file: EventFile, binary: Symbolizer): string | undefined {
  const { goVersion, text } = file.header;
  if (text === 0) {
    return "the address of runtime.text is not in the event file";
  }
  if (goVersion !== "" && binary.goVersion !== "" && firstWord(goVersion) !== firstWord(binary.goVersion)) {
    return `the binary was built with ${binary.goVersion}, the process was of ${goVersion}`;
  }
  const { identity } = file.header;
  const same = binary.identity === undefined || identity === 0n ? undefined : binary.identity === identity;
  const fits = same ?? !file.conflicts.some((record) => contradicts(file, record, binary));
  return fits ? undefined : "the binary has other functions at these addresses; it was built again since";
}

/** `runtime.Version()` may go on with experiments: "go1.24.4 X:noswissmap". */
function firstWord(version: string): string {
  return version.split(" ")[0] ?? version;
}

/** Whether the place that the process printed for a side is not among those that the binary has for it. */
function contradicts(file: EventFile, record: ConflictRecord, binary: Symbolizer): boolean {
  const printed = parseReportText(record.report);
  return [record.first, record.second].some((side) => {
    if (side === null) {
      return false;
    }
    const innermost = printed.get(side.goroutine)?.stack[0];
    if (innermost === undefined || side.pcs.length === 0) {
      return false;
    }
    const frames = stackFromBinary(file, side, binary);
    return !frames.some((frame) => frame.function === innermost.function && frame.line === innermost.line);
  });
}

/** What symbols add to a side. */
export type SideSymbols = Pick<ObservedSide, "goroutine" | "stack">;

/** A side as the process printed it. */
export function symbolsFromText(side: RingSide, printed: ReportedGoroutine | undefined): SideSymbols {
  return {
    stack: [...(printed?.stack ?? [])],
    goroutine: {
      id: side.goroutine,
      startedBy: side.startedBy,
      startedAt: [...(printed?.startedAt ?? [])],
      entry: null,
    },
  };
}

/** A side as the binary shows it. */
export function symbolsFromBinary(file: EventFile, side: RingSide, binary: Symbolizer): SideSymbols {
  const { text } = file.header;
  const entry = side.entryPc === null ? undefined : binary.symbolizeEntry(side.entryPc - text);
  return {
    stack: stackFromBinary(file, side, binary),
    goroutine: {
      id: side.goroutine,
      startedBy: side.startedBy,
      startedAt: side.startPc === null ? [] : binary.symbolize(side.startPc - text).map(caseFrame),
      entry: entry === undefined ? null : caseFrame(entry),
    },
  };
}

function stackFromBinary(file: EventFile, { pcs }: RingSide, binary: Symbolizer): CaseFrame[] {
  const { text, logical } = file.header;
  return framesOf({ pcs, logical }, text, binary);
}

/**
 * The frames of a stack, innermost first; "?" for a PC that is in no function.
 *
 * @param text address of `runtime.text` in the process
 */
export function framesOf({ pcs, logical }: RecordedStack, text: Address, binary: Symbolizer): CaseFrame[] {
  return pcs.flatMap((pc) => {
    const innermost = logical ? binary.symbolizeInnermost(pc - text) : undefined;
    const frames = logical ? (innermost === undefined ? [] : [innermost]) : binary.symbolize(pc - text);
    return frames.length === 0 ? [unknownFrame] : frames.map(caseFrame);
  });
}

const unknownFrame: CaseFrame = { function: "?", file: null, line: null, inlined: false };

/** A frame of a binary as the case holds it. */
export function caseFrame(frame: SymbolFrame): CaseFrame {
  return {
    function: frame.function === "" ? "?" : frame.function,
    file: frame.file === "" || frame.file === "?" ? null : frame.file,
    line: Number.isSafeInteger(frame.line) && frame.line > 0 ? frame.line : null,
    inlined: frame.inlined,
  };
}
