/** What a finding rests on: observations, each with the evidence that it was read from. */
import type { Case, Evidence, Observation, Role } from "../../case/case.js";
import { countText } from "../../case/count.js";
import { counted, shown } from "./shown.js";

/** How a side took part, in a few words. */
export function roleText(role: Role): string {
  switch (role) {
    case "waited":
      return "waited: it was held just before its access";
    case "came":
      return "came: it came to use this map while the other one was held";
    case "detected":
      return "noticed: Go's own check stopped the program here";
    case "recorded":
      return "recorded: the recorder knows that it had changed the map last";
    case "stopped":
      return "stopped: it was found on this map when the program stood still";
    case "reported":
      return "reported: Go's race detector names it";
    case "observed":
      return "observed: its access and what orders it were recorded";
    case "supposed":
      return "supposed: inferred, nobody saw it on the map";
    default:
      return role satisfies never;
  }
}

/** An observation in one line: `o3, a conflict seen 4 times, of e0 (/tmp/4711.maptrap, run 2)`. */
export function observationText(observation: Observation, evidence: Evidence | undefined): string {
  return `${shown(observation.handle)}, ${kindText(observation)}, of ${shown(observation.evidence)}${evidence === undefined ? "" : ` (${evidenceText(evidence)})`}`;
}

/** Where evidence lies, and of which run it is. */
export function evidenceText(evidence: Evidence): string {
  const path = evidence.path === "-" ? "standard input" : shown(evidence.path);
  const run = "run" in evidence && evidence.run !== null ? `, run ${evidence.run}` : "";
  return `${path}${run}`;
}

function kindText(observation: Observation): string {
  const times = (seen: number): string => (seen === 1 ? "seen once" : `seen ${countText(seen)} times`);
  switch (observation.kind) {
    case "conflict":
      return `a conflict ${times(observation.seen)}`;
    case "unordered":
      return `two accesses that nothing orders, ${times(observation.seen)} on ${counted(observation.maps, "map")}`;
    case "detection":
      return "a conflict that Go's check found, the other side not known";
    case "near-miss":
      return `two places near each other, ${times(observation.seen)}`;
    case "recording":
      return "what the recorder saw";
    case "crash":
      return `a dump of ${counted(observation.goroutines, "goroutine")}, lines ${observation.textLines.join(" to ")}`;
    case "race":
      return `a report of Go's race detector, lines ${observation.textLines.join(" to ")}`;
    case "probe-report":
      return `a report of maptrap's own, lines ${observation.textLines.join(" to ")}`;
    case "gc-trace":
      return "lines of the garbage collector";
    case "write-barrier":
      return "what fell into the time of the write barrier";
    case "stopped":
      return `a stop with ${counted(observation.goroutines, "goroutine")}`;
    default:
      return observation satisfies never;
  }
}

/** The observations that a finding rests on, the one that is shown first; those that the case has not are left out. */
export function restsOn(
  handles: readonly string[],
  { observations, evidence }: Pick<Case, "observations" | "evidence">,
): string[] {
  const byHandle = new Map(observations.map((one) => [one.handle, one]));
  const evidences = new Map(evidence.map((one) => [one.handle, one]));
  return handles.flatMap((handle) => {
    const one = byHandle.get(handle);
    return one === undefined ? [] : [observationText(one, evidences.get(one.evidence))];
  });
}
