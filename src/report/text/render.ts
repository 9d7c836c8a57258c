/** The text report: every finding with both sides, then what was tried. */
import type { Case, Finding } from "../../case/case.js";
import { coloursOf } from "./colours.js";
import { crashLines } from "./crash.js";
import { findingLines, testName, type Drawing } from "./finding.js";
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
  const crashes = incident.observations.filter((observation) => observation.kind === "crash");
  const handles = new Set(crashes.map(({ handle }) => handle));
  const ofCrash = (finding: Finding): boolean => handles.has(finding.observations[0] ?? "");
  const drawnCrashes = crashes.flatMap((crash) =>
    crashLines(
      crash,
      incident.findings.filter(({ observations }) => observations[0] === crash.handle),
      {
        text: incident.evidence.find(({ handle }) => handle === crash.evidence),
        source: incident.evidence.find(({ kind }) => kind === "source"),
      },
      drawing,
    ),
  );
  const groups = groupByTest(incident.findings.filter((finding) => !ofCrash(finding))).flatMap(
    ({ heading, findings }) => [
      ...(heading === undefined ? [] : [drawing.colours.marked(`== ${heading} ==`), ""]),
      ...findings.flatMap((finding) => [...findingLines(finding, drawing), ""]),
    ],
  );
  return `${[...drawnCrashes, ...groups, ...summaryLines(incident)].join("\n")}\n`;
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
