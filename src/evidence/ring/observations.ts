/**
 * From an event file to observations: PCs become functions, files and lines.
 *
 * They are looked up in the binary. Where there is none, or it is another one than the process ran, the text that the
 * process printed itself is used instead, and the result says so.
 */
import type {
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
import { parseReportText } from "./report-text.js";
import { caseFrame, misfitOf, symbolsFromBinary, symbolsFromText } from "./stacks.js";
import type { Symbolizer } from "./symbolizer.js";

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
  const misfit =
    binary === undefined ? "the binary that ran is not here, or cannot be read" : misfitOf(file, binary);
  const fitting = misfit === undefined ? binary : undefined;
  const symbols = fitting !== undefined ? "binary" : file.conflicts.some(hasReport) ? "process" : "none";
  return {
    conflicts: file.conflicts.flatMap((record) => conflictObservation(file, record, fitting, names) ?? []),
    nearMisses: nearMisses(file, fitting, names),
    symbols,
    notes: [...symbolNotes(file, symbols, misfit), ...unreadableNotes(file)],
  };
}

/** Why functions and lines do not come from the binary, where that matters. */
function symbolNotes(file: EventFile, symbols: SymbolSource, misfit: string | undefined): string[] {
  if (misfit === undefined || file.conflicts.length === 0) {
    return [];
  }
  const what = symbols === "process" ? "are as the process printed them" : "could not be looked up";
  return [`functions and lines ${what}: ${misfit}`];
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

const singular = {
  conflicts: "conflict",
  pairs: "pair",
  rings: "ring",
  stacks: "stack",
} as const;

function damageText({ region, index, reason }: Unreadable): string {
  if (region === "header") {
    return `a field of the header could not be read: ${reason}`;
  }
  if (index === null) {
    return `the region of ${region} could not be read in full: ${reason}`;
  }
  return `a ${singular[region]} could not be read: ${reason}`;
}

function conflictObservation(
  file: EventFile,
  record: ConflictRecord,
  binary: Symbolizer | undefined,
  names: ObservationNames,
): ConflictObservation | undefined {
  const { first, second } = record;
  if (first === null) {
    return undefined;
  }
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
      name: null,
      elements: record.elements,
    },
    symbols: binary === undefined ? (printed.size > 0 ? "process" : "none") : "binary",
    sides: [sideOf(first, "waited"), sideOf(second, "came")],
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
