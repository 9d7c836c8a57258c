/**
 * From an event file to observations: PCs become functions, files and lines.
 *
 * They are looked up in the binary. Where there is none, or it is another one than the process ran, the text that the
 * process printed itself is used instead, and the result says so.
 */
import type {
  CaseFrame,
  ConflictObservation,
  NearMissObservation,
  ObservedSide,
  Operation,
  Role,
  SymbolSource,
} from "../../case/case.js";
import {
  maxPcs,
  type ConflictRecord,
  type EventFile,
  type PairSite,
  type RingOperation,
  type RingSide,
  type Unreadable,
} from "./format.js";
import { parseReportText, type ReportedGoroutine } from "./report-text.js";
import type { SymbolFrame, Symbolizer } from "./symbolizer.js";

/** What an event file shows. */
export interface EventFileObservations {
  readonly conflicts: readonly ConflictObservation[];
  readonly nearMisses: readonly NearMissObservation[];
  /** Where functions and lines come from. */
  readonly symbols: SymbolSource;
  /** What could not be read or looked up, one sentence each. */
  readonly notes: readonly string[];
}

/** How the observations fit into a case. */
export interface ObservationNames {
  /** Handle of the event file in the case. */
  readonly evidence: string;
  /** Gives the next handle for an observation. */
  readonly nextHandle: () => string;
}

/**
 * Turns an event file into observations.
 *
 * @param binary the binary that ran, where it is still there
 */
export function symbolizeEventFile(
  file: EventFile,
  binary: Symbolizer | undefined,
  names: ObservationNames,
): EventFileObservations {
  const misfit = binary === undefined ? "the binary that ran is not known" : misfitOf(file, binary);
  const fitting = misfit === undefined ? binary : undefined;
  const notes = unreadableNotes(file);
  if (misfit !== undefined && (file.conflicts.length > 0 || binary !== undefined)) {
    notes.unshift(`functions and lines are as the process printed them: ${misfit}`);
  }
  return {
    conflicts: file.conflicts.map((record) => conflictObservation(file, record, fitting, names)),
    nearMisses: nearMisses(file, fitting, names),
    symbols: fitting === undefined ? (file.conflicts.some(hasReport) ? "process" : "none") : "binary",
    notes,
  };
}

function hasReport(record: ConflictRecord): boolean {
  return record.report !== "";
}

/** One sentence for each sort of damage, however many records have it. */
function unreadableNotes(file: EventFile): string[] {
  const counts = new Map<string, number>();
  for (const unreadable of file.unreadable) {
    const sort = damageText(unreadable);
    counts.set(sort, (counts.get(sort) ?? 0) + 1);
  }
  return [...counts].map(([sort, count]) => (count === 1 ? sort : `${sort} (${count} times)`));
}

function damageText({ region, index, reason }: Unreadable): string {
  if (region === "header") {
    return `a field of the header could not be read: ${reason}`;
  }
  if (index === null) {
    return `the region of ${region} could not be read in full: ${reason}`;
  }
  return `a ${region === "conflicts" ? "conflict" : "pair"} could not be read: ${reason}`;
}

/** Why the binary cannot be the one that ran, half a sentence; undefined when it can. */
function misfitOf(file: EventFile, binary: Symbolizer): string | undefined {
  const { goVersion, text } = file.header;
  if (text === 0) {
    return "the address of runtime.text is not in the event file";
  }
  if (goVersion !== "" && binary.goVersion !== "" && firstWord(goVersion) !== firstWord(binary.goVersion)) {
    return `the binary was built with ${binary.goVersion}, the process was of ${goVersion}`;
  }
  return file.conflicts.some((record) => contradicts(file, record, binary))
    ? "the binary has other functions at these addresses; it was built again since"
    : undefined;
}

/** `runtime.Version()` may go on with experiments: "go1.24.4 X:noswissmap". */
function firstWord(version: string): string {
  return version.split(" ")[0] ?? version;
}

/** Whether the place that the process printed for a side is not among those that the binary has for it. */
function contradicts(file: EventFile, record: ConflictRecord, binary: Symbolizer): boolean {
  const printed = parseReportText(record.report);
  return [record.waited, record.came].some((side) => {
    const innermost = printed.get(side.goroutine)?.stack[0];
    if (innermost === undefined || side.pcs.length === 0) {
      return false;
    }
    const frames = stackFromBinary(file, side, binary);
    return !frames.some((frame) => frame.function === innermost.function && frame.line === innermost.line);
  });
}

function conflictObservation(
  file: EventFile,
  record: ConflictRecord,
  binary: Symbolizer | undefined,
  names: ObservationNames,
): ConflictObservation {
  const printed = parseReportText(record.report);
  const sideOf = (side: RingSide, role: Role): ObservedSide => ({
    role,
    operation: operationOf(side.operation),
    heldNanoseconds: side.held,
    stackCut: side.pcs.length === maxPcs,
    ...(binary === undefined
      ? symbolsFromText(side, printed.get(side.goroutine))
      : symbolsFromBinary(file, side, binary)),
  });
  return {
    kind: "conflict",
    handle: names.nextHandle(),
    evidence: names.evidence,
    atNanoseconds: record.at,
    seen: record.seen,
    map: {
      address: record.map === 0 ? null : hexadecimal(record.map),
      type: record.mapType === "" ? null : record.mapType,
      elements: record.elements,
    },
    symbols: binary === undefined ? (printed.size > 0 ? "process" : "none") : "binary",
    sides: [sideOf(record.waited, "waited"), sideOf(record.came, "came")],
  };
}

type SideSymbols = Pick<ObservedSide, "goroutine" | "stack">;

function symbolsFromText(side: RingSide, printed: ReportedGoroutine | undefined): SideSymbols {
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

function symbolsFromBinary(file: EventFile, side: RingSide, binary: Symbolizer): SideSymbols {
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

function stackFromBinary(file: EventFile, side: RingSide, binary: Symbolizer): CaseFrame[] {
  const { text, logical } = file.header;
  return side.pcs.flatMap((pc) => {
    const innermost = logical ? binary.symbolizeInnermost(pc - text) : undefined;
    const frames = logical ? (innermost === undefined ? [] : [innermost]) : binary.symbolize(pc - text);
    return frames.length === 0 ? [unknownFrame] : frames.map(caseFrame);
  });
}

const unknownFrame: CaseFrame = { function: "?", file: null, line: null, inlined: false };

function caseFrame(frame: SymbolFrame): CaseFrame {
  return {
    function: frame.function === "" ? "?" : frame.function,
    file: frame.file === "" || frame.file === "?" ? null : frame.file,
    line: Number.isSafeInteger(frame.line) && frame.line > 0 ? frame.line : null,
    inlined: frame.inlined,
  };
}

function nearMisses(
  file: EventFile,
  binary: Symbolizer | undefined,
  names: ObservationNames,
): readonly NearMissObservation[] {
  const siteOf = ({ offset, operation }: PairSite): NearMissObservation["first"] => ({
    textOffset: hexadecimal(offset),
    operation: operationOf(operation),
    frames: binary?.symbolize(offset).map(caseFrame) ?? [],
  });
  return file.pairs.map((pair) => ({
    kind: "near-miss",
    handle: names.nextHandle(),
    evidence: names.evidence,
    first: siteOf(pair.first),
    second: siteOf(pair.second),
    shortestNanoseconds: pair.shortest,
    longestNanoseconds: pair.shortest === null ? null : pair.longest,
    seen: pair.seen,
    heldInVain: pair.heldInVain,
    met: pair.met,
    cameAfterRelease: pair.cameAfterRelease,
    longestHoldNanoseconds: pair.longestHold,
  }));
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`;
}

function operationOf(operation: RingOperation): Operation {
  switch (operation) {
    case "read":
    case "delete":
    case "clear":
    case "clone":
    case "length":
      return operation;
    case "assign":
      return "write";
    case "iterate-start":
    case "iterate-next":
      return "iterate";
    default:
      return operation satisfies never;
  }
}
