/**
 * What processes printed when they died, beside what their probes wrote: a crash in a text that is the end of a process whose
 * conflict is in an event file is the same incident, and counts once.
 */
import type { ConflictObservation, DetectionObservation, Finding } from "../../case/case.js";
import type { CrashText } from "../../evidence/crashtext/crash-text.js";
import { joinReported } from "../join-findings.js";
import { concludeReports } from "../crash/build-crash-case.js";
import type { TextObservation } from "../crash/observations.js";
import type { CodeContext } from "../origin.js";

/** A text, and its handle in the case. */
export interface TextInCase {
  readonly text: CrashText;
  readonly evidence: string;
}

/** What texts add to a case. */
export interface TextsInCase {
  readonly observations: readonly TextObservation[];
  /** All findings: those of the event files, with the texts that show the same, then those of texts alone. */
  readonly findings: readonly Finding[];
}

type Recorded = ConflictObservation | DetectionObservation;

/** Puts texts beside what event files show. */
export function textsInCase(
  texts: readonly TextInCase[],
  recorded: readonly Recorded[],
  findings: readonly Finding[],
  { context, nextHandle }: { readonly context: CodeContext; readonly nextHandle: () => string },
): TextsInCase {
  const placed = texts.flatMap(({ text, evidence }) =>
    text.reports.map((report) => ({ report, evidence, handle: nextHandle() })),
  );
  const read = concludeReports(placed, context, undefined);
  const taken = new Set<string>();
  const same = new Map<string, string[]>();
  const linked = read.map((one) => {
    const match = matchOf(one.observation, recorded, taken);
    if (match !== undefined) {
      same.set(match.handle, [...(same.get(match.handle) ?? []), one.observation.handle]);
    }
    return { ...one, match };
  });
  const known = new Set(
    linked.flatMap(({ match, observation }) => (match === undefined ? [] : [observation.handle])),
  );
  const alone = linked.filter(
    ({ match, observation }) => match === undefined && !isWordsOn(observation, known),
  );
  return {
    observations: linked.map(({ observation, match }) => withConflict(observation, match)),
    findings: joinReported(
      findings.map((finding) => ({
        ...finding,
        observations: [
          ...finding.observations,
          ...finding.observations.flatMap((handle) => same.get(handle) ?? []),
        ],
      })),
      alone.flatMap((one) => one.findings),
    ),
  };
}

function isWordsOn(observation: TextObservation, crashes: ReadonlySet<string>): boolean {
  return (
    observation.kind === "probe-report" && observation.ofCrash !== null && crashes.has(observation.ofCrash)
  );
}

function withConflict(observation: TextObservation, match: Recorded | undefined): TextObservation {
  return match === undefined || observation.kind === "race"
    ? observation
    : { ...observation, ofConflict: match.handle };
}

/** The conflict in an event file that a report tells of too. */
function matchOf(
  observation: TextObservation,
  recorded: readonly Recorded[],
  taken: Set<string>,
): Recorded | undefined {
  const match = recorded.find(
    (one) => !taken.has(`${observation.kind} ${one.handle}`) && isSame(observation, one),
  );
  if (match !== undefined) {
    taken.add(`${observation.kind} ${match.handle}`);
  }
  return match;
}

function isSame(observation: TextObservation, recorded: Recorded): boolean {
  const { found } = recorded;
  switch (observation.kind) {
    case "crash": {
      const noticed = observation.detector?.goroutine.id ?? null;
      return (
        found.by === "go-check" &&
        noticed !== null &&
        noticed === detectorOf(recorded) &&
        (observation.conflict === null || found.message === null || observation.conflict === found.message)
      );
    }
    case "probe-report": {
      const { map, found: by, goroutines } = observation;
      return (
        (found.by === "trap") === (by === "caught") &&
        map.address !== null &&
        map.address === recorded.map.address &&
        goroutines.every((id) => goroutinesOf(recorded).includes(id))
      );
    }
    case "race":
      return false;
    default:
      return observation satisfies never;
  }
}

function goroutinesOf(recorded: Recorded): (number | null)[] {
  const sides = recorded.kind === "conflict" ? recorded.sides : [recorded.side];
  return sides.map(({ goroutine }) => goroutine.id);
}

function detectorOf(recorded: Recorded): number | null {
  return (recorded.kind === "conflict" ? recorded.sides[1] : recorded.side).goroutine.id;
}
