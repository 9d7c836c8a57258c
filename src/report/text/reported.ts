/** Draws a report that names both sides itself: of Go's race detector, or of maptrap's probe. */
import type { Evidence, Finding, ProbeObservation, RaceObservation } from "../../case/case.js";
import { type Drawing, findingLines } from "./finding.js";
import { type Fact, factLine } from "./fact.js";
import { readingLines, textLine } from "./reading.js";
import { shown } from "./shown.js";

/** Draws a report with the finding that rests on it, without a line feed at the end. */
export function reportedLines(
  report: RaceObservation | ProbeObservation,
  findings: readonly Finding[],
  evidence: Evidence | undefined,
  drawing: Drawing,
): string[] {
  return [
    drawing.colours.headline(`${shown(report.handle)}  ${reportTitle(report)}`),
    `    ${textLine(report, evidence)}`,
    ...reportVersion(report).map((fact) => `    ${factLine(fact)}`),
    ...readingLines(report).map((line) => `    ${line}`),
    "",
    ...(findings.length === 0 ? [`  ${withoutFinding(report)}`, ""] : []),
    ...findings.flatMap((finding) => [...findingLines(finding, drawing), ""]),
  ];
}

/** What kind of report it is. */
export function reportTitle(report: RaceObservation | ProbeObservation): string {
  if (report.kind === "race") {
    return "report of Go's race detector";
  }
  return report.found === "caught" ? "report of maptrap's probe" : "report of maptrap's recorder";
}

/** The version of Go that the text tells. */
export function reportVersion(report: RaceObservation | ProbeObservation): Fact[] {
  const version = report.kind === "race" ? report.goVersion : null;
  return version === null ? [] : [{ label: "go", text: `${shown(version.text)} (${shown(version.from)})` }];
}

/** Why no finding rests on it. */
export function withoutFinding(report: RaceObservation | ProbeObservation): string {
  if (report.kind === "race" && report.conflict === null) {
    return "This race is not about a map, as far as the text tells.";
  }
  return "The text does not show both sides.";
}
