/** What several pieces of evidence tell is shown once. */
import type { Observation } from "../../case/case.js";

/**
 * Whether an observation is shown with another one: a crash with the conflict that the recorder kept of it, what the recorder printed with
 * the crash or the conflict that it is about.
 */
export function isToldWithAnother(observation: Observation): boolean {
  switch (observation.kind) {
    case "crash":
      return observation.ofConflict !== null;
    case "probe-report":
      return observation.ofCrash !== null || observation.ofConflict !== null;
    case "conflict":
    case "detection":
    case "unordered":
    case "near-miss":
    case "race":
    case "recording":
    case "gc-trace":
    case "write-barrier":
    case "stopped":
      return false;
    default:
      return observation satisfies never;
  }
}
