/** What the list of the view holds: findings, and what was observed of conflicts without a finding. */
import type {
  Case,
  CrashObservation,
  DetectionObservation,
  Finding,
  Observation,
  ProbeObservation,
  RaceObservation,
  StoppedObservation,
} from "../../../src/case/case.js";
import { crashHeadline, isMapConflict } from "../../../src/report/text/crash.js";
import { detectionTitle } from "../../../src/report/text/detection.js";
import { testName } from "../../../src/report/text/finding.js";
import { reportTitle } from "../../../src/report/text/reported.js";
import { stopHeadline } from "../../../src/report/text/stopped.js";
import { isToldWithAnother } from "../../../src/report/text/told-once.js";

/** An observation that is shown by itself. */
export type AloneObservation =
  CrashObservation | DetectionObservation | ProbeObservation | RaceObservation | StoppedObservation;

/** One entry of the list. */
export type Item =
  | { readonly kind: "finding"; readonly handle: string; readonly finding: Finding }
  | { readonly kind: "alone"; readonly handle: string; readonly observation: AloneObservation };

/** Conflicts first: findings, then what was observed without a finding; reports that are not about a map come last. */
export function itemsOf({ findings, observations }: Pick<Case, "findings" | "observations">): Item[] {
  const told = new Set(findings.flatMap((finding) => finding.observations));
  const alone = observations
    .filter(isAlone)
    .filter(({ handle }) => !told.has(handle))
    .map((observation) => ({ kind: "alone" as const, handle: observation.handle, observation }));
  return [
    ...findings.map((finding) => ({ kind: "finding" as const, handle: finding.handle, finding })),
    ...alone.filter(({ observation }) => isConflict(observation)),
    ...alone.filter(({ observation }) => !isConflict(observation)),
  ];
}

/** Whether it has an entry of its own where no finding rests on it. */
function isAlone(observation: Observation): observation is AloneObservation {
  switch (observation.kind) {
    case "crash":
    case "probe-report":
    case "race":
    case "stopped":
    case "detection":
      return !isToldWithAnother(observation);
    case "conflict":
    case "unordered":
    case "near-miss":
    case "recording":
    case "gc-trace":
    case "write-barrier":
      return false;
    default:
      return observation satisfies never;
  }
}

function isConflict(observation: AloneObservation): boolean {
  switch (observation.kind) {
    case "crash":
      return isMapConflict(observation);
    case "race":
    case "probe-report":
    case "stopped":
      return observation.conflict !== null;
    case "detection":
      return true;
    default:
      return observation satisfies never;
  }
}

/** What stands on an entry. */
export function titleOf(item: Item): string {
  if (item.kind === "finding") {
    return item.finding.kind;
  }
  const { observation } = item;
  switch (observation.kind) {
    case "crash":
      return crashHeadline(observation);
    case "detection":
      return detectionTitle(observation);
    case "race":
    case "probe-report":
      return reportTitle(observation);
    case "stopped":
      return stopHeadline(observation);
    default:
      return observation satisfies never;
  }
}

/** The first test that a finding was seen in; null for what is outside of tests. */
export function testOf(item: Item): string | null {
  const test = item.kind === "finding" ? item.finding.tests[0] : undefined;
  return test === undefined ? null : testName(test);
}

/** The entry that the address names, else the first one. */
export function chosenItem(items: readonly Item[], handle: string | undefined): Item | undefined {
  return items.find((item) => item.handle === handle) ?? items[0];
}
