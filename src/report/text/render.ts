/** The text report: every finding with both sides, then what was tried. */
import type { Case, Finding, Observation } from "../../case/case.js";
import { coloursOf } from "./colours.js";
import { crashLines } from "./crash.js";
import { detectionLines } from "./detection.js";
import { findingLines, testName, type Drawing } from "./finding.js";
import { overlapLines } from "./recording-figures.js";
import { barrierLines } from "./barrier.js";
import { gcTraceLines } from "./gctrace.js";
import { recordingLines } from "./recording.js";
import { reportedLines } from "./reported.js";
import { sameInTexts } from "./same-in-texts.js";
import { stoppedLines } from "./stopped.js";
import { summaryLines } from "./summary.js";
import { isToldWithAnother } from "./told-once.js";

/** How the text report is drawn. */
export interface TextOptions {
  /** Whether to use colours; no by default. */
  readonly colour?: boolean | undefined;
  /** Paths below this folder are shown relative to it; the case's own working directory by default. */
  readonly workingDirectory?: string | undefined;
  /** Gives the text of a source file, or undefined where there is none. Without it no excerpts are shown. */
  readonly readSource?: ((file: string) => string | undefined) | undefined;
  /** How many maps of a recording are shown. */
  readonly maps?: number | undefined;
}

/** How many maps of a recording are shown when nothing else is said. */
const usualMaps = 3;
/** Beside a conflict only its own map is shown, when nothing else is said. */
const usualMapsBesideConflict = 1;
/** How many recordings without a conflict are shown. */
const mostRecordings = 3;

/**
 * Draws a case for a person to read: every finding with both sides, then what was tried. Ends with a line feed. All text
 * that comes from evidence is made safe for a terminal.
 */
export function renderText(incident: Case, options: TextOptions = {}): string {
  const drawing: Drawing = {
    colours: coloursOf(options.colour ?? false),
    folder: options.workingDirectory ?? incident.workingDirectory,
    readSource: options.readSource,
  };
  const drawn = incident.observations.map((observation) => drawnReport(observation, incident, drawing));
  const reports = drawn.filter((report) => report !== undefined);
  const handles = new Set(reports.map(({ handle }) => handle));
  const ofReport = (finding: Finding): boolean => handles.has(finding.observations[0] ?? "");
  const recordings = new Recordings(incident, drawing, options.maps);
  const groups = groupByTest(incident.findings.filter((finding) => !ofReport(finding))).flatMap(
    ({ heading, findings }) => [
      ...(heading === undefined ? [] : [drawing.colours.marked(`== ${heading} ==`), ""]),
      ...findings.flatMap((finding) => [
        ...findingLines(finding, drawing),
        "",
        ...sameInTextLines(finding.observations, incident),
        ...recordings.of(finding.observations[0]),
      ]),
    ],
  );
  const detections = incident.observations
    .filter((one) => one.kind === "detection")
    .flatMap((one) => [
      ...detectionLines(one, incident, drawing),
      ...sameInTextLines([one.handle], incident),
      ...recordings.of(one.handle),
    ]);
  const lines = [
    ...reports.flatMap((report) => report.lines),
    ...groups,
    ...detections,
    ...recordings.others(),
    ...barrierLines(incident),
    ...gcTraces(incident, drawing),
    ...overlapLines(incident),
    ...summaryLines(incident),
  ];
  return `${lines.join("\n")}\n`;
}

/** Where texts tell of a conflict that was read from an event file. */
function sameInTextLines(conflicts: readonly string[], incident: Case): string[] {
  const texts = sameInTexts(conflicts, incident);
  return texts.length === 0 ? [] : [...texts.map((text) => `  ${text}`), ""];
}

/** Draws each recording once: beside the first conflict of its process, else at the end. */
class Recordings {
  readonly #drawn = new Set<string>();

  constructor(
    private readonly incident: Case,
    private readonly drawing: Drawing,
    private readonly maps: number | undefined,
  ) {}

  /** The recording of the process that a conflict was observed in. */
  of(handle: string | undefined): string[] {
    const conflict = this.incident.observations.find((one) => one.handle === handle);
    if (conflict?.kind !== "conflict" && conflict?.kind !== "detection") {
      return [];
    }
    const recording = this.incident.observations.find(
      (one) => one.kind === "recording" && one.evidence === conflict.evidence,
    );
    if (recording?.kind !== "recording" || this.#drawn.has(recording.handle)) {
      return [];
    }
    this.#drawn.add(recording.handle);
    return recordingLines(recording, this.drawing, { maps: this.maps ?? usualMapsBesideConflict, conflict });
  }

  /** The recordings of processes without a conflict, when none at all was found. */
  others(): string[] {
    if (this.#drawn.size > 0) {
      return [];
    }
    return this.incident.observations
      .filter((one) => one.kind === "recording")
      .slice(0, mostRecordings)
      .flatMap((one) => recordingLines(one, this.drawing, { maps: this.maps ?? usualMaps }));
  }
}

/** What texts hold of the garbage collector. */
function gcTraces({ observations, evidence }: Case, drawing: Drawing): string[] {
  return observations.flatMap((one) =>
    one.kind === "gc-trace"
      ? gcTraceLines(
          one,
          evidence.find(({ handle }) => handle === one.evidence),
          drawing,
        )
      : [],
  );
}

/** A report that a text holds, with the findings that rest on it; undefined for observations of other kinds. */
function drawnReport(
  observation: Observation,
  incident: Case,
  drawing: Drawing,
): { readonly handle: string; readonly lines: readonly string[] } | undefined {
  if (isToldWithAnother(observation)) {
    return undefined;
  }
  const { handle } = observation;
  const findings = incident.findings.filter(({ observations }) => observations[0] === handle);
  const text = incident.evidence.find((evidence) => evidence.handle === observation.evidence);
  switch (observation.kind) {
    case "crash": {
      const source = incident.evidence.find(({ kind }) => kind === "source");
      return { handle, lines: crashLines(observation, findings, { text, source }, drawing) };
    }
    case "probe-report":
      return { handle, lines: reportedLines(observation, findings, text, drawing) };
    case "race":
      // What others tell of too is shown with that.
      return incident.findings.some(({ observations }) => observations.indexOf(handle) > 0)
        ? undefined
        : {
            handle,
            lines: [
              ...reportedLines(observation, findings, text, drawing),
              ...findings.flatMap((finding) => sameInTextLines(finding.observations, incident)),
            ],
          };
    case "stopped":
      return { handle, lines: stoppedLines(observation, findings, incident, drawing) };
    case "conflict":
    case "detection":
    case "unordered":
    case "near-miss":
    case "recording":
    case "gc-trace":
    case "write-barrier":
      return undefined;
    default:
      return observation satisfies never;
  }
}

interface TestGroup {
  /** Package and test; undefined for findings outside of tests. */
  readonly heading: string | undefined;
  readonly findings: readonly Finding[];
}

/** Findings by the first test that they were seen in, in the order of their appearance. */
function groupByTest(findings: readonly Finding[]): TestGroup[] {
  const groups = new Map<string | undefined, Finding[]>();
  for (const finding of findings) {
    const [test] = finding.tests;
    const heading = test === undefined ? undefined : testName(test);
    groups.set(heading, [...(groups.get(heading) ?? []), finding]);
  }
  return [...groups].map(([heading, grouped]) => ({ heading, findings: grouped }));
}
