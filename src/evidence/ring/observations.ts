/**
 * From an event file to observations: PCs become functions, files and lines.
 *
 * They are looked up in the binary. Where there is none, or it is another one than the process ran, the text that the
 * process printed itself is used instead, and the result says so.
 */
import type {
  ConflictObservation,
  DetectionObservation,
  Found,
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
  /** Where Go's check stopped the program and the other side is not known. */
  readonly detections: readonly DetectionObservation[];
  /** The handles of both sorts, by the position of the conflict record. */
  readonly handles: ReadonlyMap<number, string>;
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
  const observed = file.conflicts.map((record) => conflictObservation(file, record, fitting, names));
  return {
    conflicts: observed.filter((one) => one.kind === "conflict"),
    detections: observed.filter((one) => one.kind === "detection"),
    handles: new Map(observed.map(({ handle }, index) => [file.conflicts[index]?.index ?? index, handle])),
    nearMisses: nearMisses(file, fitting, names),
    symbols,
    notes: [...symbolNotes(file, symbols, misfit), ...unreadableNotes(file)],
  };
}

/** Why functions and lines do not come from the binary, where that matters. */
function symbolNotes(file: EventFile, symbols: SymbolSource, misfit: string | undefined): string[] {
  if (misfit === undefined || (file.conflicts.length === 0 && file.recording === null)) {
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
): ConflictObservation | DetectionObservation {
  const { first, second } = record;
  const found = foundOf(record);
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
  const common = {
    handle: names.nextHandle(),
    evidence: names.evidence,
    atNanoseconds: record.at,
    map: {
      address: record.map === 0 ? null : hexadecimal(record.map),
      type: record.mapType === "" ? null : record.mapType,
      name: null,
      elements: record.elements,
    },
    symbols:
      binary === undefined
        ? printed.size > 0
          ? ("process" as const)
          : ("none" as const)
        : ("binary" as const),
    found,
  };
  const byTrap = found.by === "trap";
  return first === null
    ? { kind: "detection", ...common, side: sideOf(second, "detected") }
    : {
        kind: "conflict",
        ...common,
        seen: record.seen,
        sides: [sideOf(first, byTrap ? "waited" : "recorded"), sideOf(second, byTrap ? "came" : "detected")],
      };
}

function foundOf({ details }: ConflictRecord): Found {
  if (details.foundBy === "trap") {
    return { by: "trap" };
  }
  const { growth } = details;
  return {
    by: "go-check",
    message: details.message === "another" ? null : details.message,
    otherSide: details.otherSide === "trap" ? "unknown" : details.otherSide,
    ageNanoseconds: details.age,
    repeats: details.repeats,
    callersChangesBefore: details.callersChangesBefore,
    growth: growth.kind === "none" ? { kind: "none", evacuated: 0, oldBuckets: 0 } : { ...growth },
    depth: details.depth,
    gcPhase: details.gcPhase,
    gcCycles: details.gcCycles,
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

/** An operation as the case file names it. */
export function operationOf(operation: RingOperation): Operation {
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
