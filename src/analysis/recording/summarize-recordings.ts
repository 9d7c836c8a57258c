/** What was recorded, over all processes of a case: above all, whether conflicts came with garbage collection or growth. */
import type { Observation, RecordedChance, RecordedSummary, RecordingObservation } from "../../case/case.js";
import { compareWithChance } from "./chance.js";
import type { GoCheck } from "./conflict-reasons.js";

/** Sums up; null when nothing was recorded. */
export function summarizeRecordings(observations: readonly Observation[]): RecordedSummary | null {
  const recordings = observations.filter((one) => one.kind === "recording");
  if (recordings.length === 0) {
    return null;
  }
  const found = observations.flatMap((one) =>
    (one.kind === "conflict" || one.kind === "detection") && one.found.by === "go-check"
      ? [{ kind: one.kind, found: one.found, evidence: one.evidence, handle: one.handle }]
      : [],
  );
  const inProcess = found.map((one) => ({
    ...one,
    recording: recordings.find(({ evidence }) => evidence === one.evidence),
  }));
  return {
    processes: recordings.length,
    events: recordings.reduce((sum, { events }) => sum + events, 0),
    conflicts: found.length,
    conflictsWithPeer: found.filter(({ kind }) => kind === "conflict").length,
    inMarking: chanceOf(inProcess, ({ gcPhase }) => gcPhase !== null && gcPhase !== "off", markingShare),
    inGrowth: chanceOf(inProcess, ({ growth }) => growth.kind !== "none", growthShare),
  };
}

interface FoundInProcess {
  readonly found: GoCheck;
  readonly handle: string;
  readonly recording: RecordingObservation | undefined;
}

/** Conflicts of which the share is known, against what their shares would give. */
function chanceOf(
  found: readonly FoundInProcess[],
  isHit: (found: GoCheck) => boolean,
  shareOf: (one: FoundInProcess) => number | undefined,
): RecordedChance | null {
  let hits = 0;
  let cases = 0;
  let shares = 0;
  for (const one of found) {
    const share = shareOf(one);
    // Where it took no time at all, or all the time, chance has nothing to say.
    if (share !== undefined && share > 0 && share < 1) {
      cases++;
      shares += share;
      hits += isHit(one.found) ? 1 : 0;
    }
  }
  return cases === 0 ? null : (compareWithChance(hits, cases, Math.min(1, shares / cases)) ?? null);
}

/** The share of the recorded time in which the garbage collector was marking. */
function markingShare({ recording }: FoundInProcess): number | undefined {
  if (recording === undefined) {
    return undefined;
  }
  const { off, mark, markTermination } = recording.gc.phases;
  const marking = mark.nanoseconds + markTermination.nanoseconds;
  const all = off.nanoseconds + marking;
  return all > 0 ? marking / all : undefined;
}

/** The share of the recorded life of the conflict's map in which it grew, where that is known. */
function growthShare({ recording, handle }: FoundInProcess): number | undefined {
  const map = recording?.maps.find(({ conflicts }) => conflicts.includes(handle));
  if (map === undefined || map.livedNanoseconds <= 0) {
    return undefined;
  }
  // Swiss maps do not grow in steps; and of a map that was not seen to grow, it is not known when it would.
  if (
    map.growthCounts.length === 0 ||
    map.growthCounts.some(({ kind }) => kind !== "double" && kind !== "same-size")
  ) {
    return undefined;
  }
  return map.growingNanoseconds / map.livedNanoseconds;
}
