/** What was found in an example, put beside what its expected.json says. */
import path from "node:path";
import type { Case, Finding } from "../../src/case/case.js";
import type { Example, ExampleConflict, ExampleSite } from "./examples.js";

/** What stands in expected.json, as one line for each pair; equal to {@link pairFound} of a right finding. */
export function pairExpected(conflict: ExampleConflict): string {
  return pair(conflict.kind, conflict.sites.map(siteExpected));
}

function siteExpected({ file, line, operation }: ExampleSite): string {
  return `${operation === "assign" ? "write" : operation} at ${file}:${line}`;
}

/** A finding as one line. */
export function pairFound(directory: string, { kind, sides }: Finding): string {
  const sites = sides.map(({ operation, site }) => {
    const file = site?.file === null || site?.file === undefined ? "?" : path.relative(directory, site.file);
    return `${operation} at ${file}:${site?.line ?? "?"}`;
  });
  return pair(kind, sites);
}

function pair(kind: string, sites: readonly string[]): string {
  return `${kind}: ${sites.toSorted().join(" / ")}`;
}

/** The functions that expected.json names and a finding shows otherwise. */
export function otherFunctions(directory: string, { conflicts }: Example, incident: Case): string[] {
  const expected = conflicts.flatMap(({ sites }) => sites);
  return incident.findings
    .flatMap(({ sides }) => sides.map(({ site }) => site))
    .filter((site) => site !== null)
    .filter(({ file, line, function: shown }) => {
      const there = expected.find((one) => path.join(directory, one.file) === file && one.line === line);
      return there?.function !== undefined && there.function !== shown;
    })
    .map((site) => `${site.function} at ${site.file}:${site.line}`);
}
