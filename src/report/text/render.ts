/** The text report: every finding with both sides, then what was tried. */
import type { Case, Finding, Observation } from "../../case/case.js";
import { coloursOf } from "./colours.js";
import { crashLines } from "./crash.js";
import { findingLines, testName, type Drawing } from "./finding.js";
import { reportedLines } from "./reported.js";
import { summaryLines } from "./summary.js";

/** How the text report is drawn. */
export interface TextOptions {
  /** Whether to use colours; no by default. */
  readonly colour?: boolean | undefined;
  /** Paths below this folder are shown relative to it; the case's own working directory by default. */
  readonly workingDirectory?: string | undefined;
  /** Gives the text of a source file, or undefined where there is none. Without it no excerpts are shown. */
  readonly readSource?: ((file: string) => string | undefined) | undefined;
}

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
  const groups = groupByTest(incident.findings.filter((finding) => !ofReport(finding))).flatMap(
    ({ heading, findings }) => [
      ...(heading === undefined ? [] : [drawing.colours.marked(`== ${heading} ==`), ""]),
      ...findings.flatMap((finding) => [...findingLines(finding, drawing), ""]),
    ],
  );
  const lines = [...reports.flatMap((report) => report.lines), ...groups, ...summaryLines(incident)];
  return `${lines.join("\n")}\n`;
}

/** A report that a text holds, with the findings that rest on it; undefined for observations of other kinds. */
function drawnReport(
  observation: Observation,
  incident: Case,
  drawing: Drawing,
): { readonly handle: string; readonly lines: readonly string[] } | undefined {
  const { handle } = observation;
  const findings = incident.findings.filter(({ observations }) => observations[0] === handle);
  const text = incident.evidence.find((evidence) => evidence.handle === observation.evidence);
  switch (observation.kind) {
    case "crash": {
      const source = incident.evidence.find(({ kind }) => kind === "source");
      return { handle, lines: crashLines(observation, findings, { text, source }, drawing) };
    }
    case "race":
    case "probe-report":
      return { handle, lines: reportedLines(observation, findings, text, drawing) };
    case "conflict":
    case "detection":
    case "near-miss":
    case "recording":
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
