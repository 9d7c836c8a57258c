/** Draws a comparison as JSON. */
import { type Comparison, meanCost, meanReading } from "../../analysis/compare.js";
import { maptrapVersion } from "../../case/version.js";

/** What is said about the comparison besides. */
export interface ComparisonFrame {
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** As `go env GOVERSION` gives it. */
  readonly goVersion: string;
  readonly created?: Date | undefined;
}

/** Format of the JSON text. */
export const comparisonFormat = "maptrap-comparison";
/** Its version. */
export const comparisonVersion = 1;

/** The JSON text, with a line feed at its end. Times are nanoseconds, memory is in bytes. */
export function comparisonJson(comparison: Comparison, frame: ComparisonFrame): string {
  const { names, runs, findings, otherRaces, notes } = comparison;
  const costs = (["plain", "order", "race"] as const).map((way) => [way, meanCost(runs, way)] as const);
  const document = {
    format: comparisonFormat,
    version: comparisonVersion,
    maptrap: maptrapVersion,
    created: (frame.created ?? new Date()).toISOString(),
    command: frame.command,
    workingDirectory: frame.workingDirectory,
    goVersion: frame.goVersion,
    names,
    findings: findings.map(({ finding, order, race }) => ({ order, race, finding })),
    otherRaces,
    meanCosts: { ...Object.fromEntries(costs), reading: meanReading(runs) },
    runs: runs.map(({ way, run, status, cost, reading, findings: found, otherRaces: other }) => ({
      way,
      run,
      status,
      ...cost,
      reading,
      findings: found.length,
      otherRaces: other.length,
    })),
    notes,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
