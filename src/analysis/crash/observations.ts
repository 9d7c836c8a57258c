/** From what a reader found in a text to the observations of a case: every frame is told whose code it is. */
import type {
  CaseFrame,
  CrashObservation,
  ObservedSide,
  PlacedFrame,
  ProbeObservation,
  RaceObservation,
  Role,
  TextGoroutine,
} from "../../case/case.js";
import type {
  CrashDump,
  CrashFrame,
  CrashGoroutine,
  CrashReport,
  PeerHint,
  ProbeReport,
  RaceReport,
  ReportPlace,
} from "../../evidence/crashtext/crash-text.js";
import { type CodeContext, originOf } from "../origin.js";

/** How a report fits into a case. */
export interface ReportNames {
  readonly handle: string;
  /** Handle of the text in the case. */
  readonly evidence: string;
}

/** An observation that comes from a text. */
export type TextObservation = CrashObservation | RaceObservation | ProbeObservation;

/** Makes the observation of a report. */
export function observationOf(
  report: CrashReport,
  names: ReportNames,
  context: CodeContext,
): TextObservation {
  switch (report.kind) {
    case "dump":
      return crashObservation(report, names, context);
    case "race":
      return raceObservation(report, names, context);
    case "probe":
      return probeObservation(report, names);
    default:
      return report satisfies never;
  }
}

function crashObservation(
  dump: CrashDump & ReportPlace,
  names: ReportNames,
  context: CodeContext,
): CrashObservation {
  return {
    kind: "crash",
    ...placeOf(dump, names),
    cause: dump.cause,
    messages: [...dump.headlines],
    messageInferred: dump.headlineInferred,
    conflict: dump.conflict,
    goVersion: goVersionOf(dump),
    os: dump.os,
    architecture: dump.architecture,
    goroutines: dump.goroutines,
    detector:
      dump.detector === null
        ? null
        : {
            goroutine: goroutineOf(dump.detector.goroutine, context),
            operation: dump.detector.operation,
            operationFrom: dump.detector.operationFrom,
            site: siteOf(dump.detector.site),
            through: dump.detector.through,
          },
    peerVisible: dump.peerVisible,
    peers: dump.peers.map((peer) => peerOf(peer, context)),
    groups: dump.groups.map(({ level, count, ids, waitMinutes, example }) => ({
      level,
      count,
      ids: [...ids],
      waitMinutes: waitMinutes === null ? null : [waitMinutes[0], waitMinutes[1]],
      example: goroutineOf(example, context),
    })),
    groupCount: dump.groupCount,
    ofConflict: null,
  };
}

function peerOf(peer: PeerHint, context: CodeContext): CrashObservation["peers"][number] {
  return {
    goroutine: goroutineOf(peer.goroutine, context),
    reason: peer.reason,
    site: siteOf(peer.frame),
    operation: peer.operation,
  };
}

function raceObservation(
  report: RaceReport & ReportPlace,
  names: ReportNames,
  context: CodeContext,
): RaceObservation {
  return {
    kind: "race",
    ...placeOf(report, names),
    conflict: report.conflict,
    goVersion: goVersionOf(report),
    accesses: report.accesses.map((access) => ({
      operation: access.operation,
      previous: access.previous,
      goroutine: access.goroutine,
      main: access.main,
      address: addressOf(access.address),
      mapOperation: access.mapOperation,
      site: siteOf(access.site),
      through: access.through,
      stack: placed(access.frames, context),
      stackLost: access.stackLost,
      createdAt: placed(access.createdAt, context),
    })),
  };
}

function probeObservation(report: ProbeReport & ReportPlace, names: ReportNames): ProbeObservation {
  return {
    kind: "probe-report",
    ...placeOf(report, names),
    found: report.found,
    ofCrash: null,
    ofConflict: null,
    goroutines: [...new Set(report.sides.map(({ goroutine }) => goroutine))],
    conflict: report.conflict,
    map: { address: addressOf(report.mapAddress), type: report.mapType, elements: report.elements },
  };
}

/** The sides of a probe's report as observed ones, in the order of the text. */
export function probeSides(report: ProbeReport): ObservedSide[] {
  return report.sides.map((side) => ({
    role: roleOf(side),
    operation: side.operation,
    goroutine: {
      id: side.goroutine,
      startedBy: side.startedBy,
      startedAt: side.startedAt.map(plainFrame),
      entry: null,
    },
    heldNanoseconds: side.heldNanoseconds,
    stack: side.frames.map(plainFrame),
    stackCut: !side.callersRecorded,
  }));
}

function roleOf({ part }: ProbeReport["sides"][number]): Role {
  switch (part) {
    case "waited":
    case "came":
      return part;
    case "other":
      return "recorded";
    case "noticed":
      return "detected";
    default:
      return part satisfies never;
  }
}

function placeOf(report: ReportPlace, { handle, evidence }: ReportNames) {
  return {
    handle,
    evidence,
    textLines: [report.textLines[0], report.textLines[1]] satisfies [number, number],
    process: report.process,
    undone: report.undone.map(({ what, lines }) => ({ what, lines })),
    unread: {
      count: report.unread.count,
      lines: report.unread.lines.map(({ line, text }) => ({ line, text })),
    },
    cut: report.cut,
  };
}

function goVersionOf({
  goVersion,
}: Pick<CrashDump | RaceReport, "goVersion">): CrashObservation["goVersion"] {
  return goVersion === null ? null : { text: goVersion.text, from: goVersion.from, exact: goVersion.exact };
}

function goroutineOf(goroutine: CrashGoroutine, context: CodeContext): TextGoroutine {
  return {
    id: goroutine.id,
    state: goroutine.state,
    waitMinutes: goroutine.waitMinutes,
    remarks: [...goroutine.remarks],
    labels: { ...goroutine.labels },
    stack: placed(goroutine.frames, context),
    framesElided: goroutine.framesElided,
    createdBy:
      goroutine.createdBy === null
        ? null
        : {
            frame: placedFrame(goroutine.createdBy.frame, context),
            goroutine: goroutine.createdBy.goroutine,
          },
    unavailable: goroutine.unavailable,
    textLine: goroutine.textLine,
  };
}

function placed(frames: readonly CrashFrame[], context: CodeContext): PlacedFrame[] {
  return frames.map((frame) => placedFrame(frame, context));
}

function placedFrame(frame: CrashFrame, context: CodeContext): PlacedFrame {
  const plain = plainFrame(frame);
  return { ...plain, origin: originOf(plain, context) };
}

/** A frame without what only the reader needs. */
function plainFrame({ function: name, file, line, inlined }: CrashFrame): CaseFrame {
  return { function: name, file, line: line === null || line < 1 ? null : line, inlined };
}

function siteOf(frame: CrashFrame | null): Pick<CaseFrame, "function" | "file" | "line"> | null {
  if (frame === null) {
    return null;
  }
  const { function: name, file, line } = plainFrame(frame);
  return { function: name, file, line };
}

/** An address as the case file wants it; null when the text has something else there. */
function addressOf(text: string | null): string | null {
  const digits = /^0x0*([0-9a-f]{1,16})$/i.exec(text ?? "")?.[1];
  return digits === undefined ? null : `0x${digits.toLowerCase()}`;
}
