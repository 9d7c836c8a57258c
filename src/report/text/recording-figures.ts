/** Draws figures over all recordings: garbage collection and growth beside conflicts, and what was lost. */
import type { Case, RecordedChance, RecordedSummary, RecordingObservation } from "../../case/case.js";
import { countText } from "../../case/count.js";
import { durationText } from "../../case/duration.js";
import { wrapped } from "./shown.js";
import { many, percent } from "./table.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 96;

/** What garbage collection and growth had to do with it, as measured. Nothing where nothing was recorded. */
export function overlapLines(incident: Case): string[] {
  const texts = overlapTexts(incident);
  return texts.length === 0
    ? []
    : [
        `${overlapTitle}:`,
        ...texts.flatMap((text) =>
          wrapped(text, textWidth).map((line, index) => `  ${index === 0 ? "-" : " "} ${line}`),
        ),
        "",
      ];
}

/** What stands above it. */
export const overlapTitle = "Garbage collection and growth, as measured";

/** The same as sentences. */
export function overlapTexts({ observations, summary }: Pick<Case, "observations" | "summary">): string[] {
  const recordings = observations.filter((one) => one.kind === "recording");
  const recorded = summary?.recorded ?? null;
  if (recorded === null || recordings.every(({ events }) => events === 0)) {
    return [];
  }
  return [markingText(recordings), growthText(recordings), ...conflictTexts(recorded)];
}

/** How much of the time was marking, and how many turns fell into it. */
function markingText(recordings: readonly RecordingObservation[]): string {
  const sum = (value: (gc: RecordingObservation["gc"]) => number): number =>
    recordings.reduce((total, { gc }) => total + value(gc), 0);
  const marking = sum(({ phases }) => phases.mark.nanoseconds + phases.markTermination.nanoseconds);
  const time = marking + sum(({ phases }) => phases.off.nanoseconds);
  const turnsIn = sum(({ phases }) => phases.mark.turns + phases.markTermination.turns);
  const turns = turnsIn + sum(({ phases }) => phases.off.turns);
  const cycles = sum(({ cycleCount }) => cycleCount);
  if (time === 0) {
    return "What the garbage collector did is not known: none of its events were kept.";
  }
  if (cycles === 0 && marking === 0) {
    return `The garbage collector did not run in the ${durationText(time)} recorded.`;
  }
  const share = `The garbage collector was marking, with its write barrier on, for ${percent(marking / time)} of the ${durationText(time)} recorded (${many(cycles, "cycle")})`;
  return turns === 0
    ? `${share}.`
    : `${share}; ${countText(turnsIn)} of ${many(turns, "turn")} (${percent(turnsIn / turns)}) fell into that. Turns come in bursts, and a program does other things while it collects, so a difference between the two shares says nothing by itself.`;
}

/** The same for the growth of the map that was used. */
function growthText(recordings: readonly RecordingObservation[]): string {
  const sum = (value: (growth: RecordingObservation["growth"]) => number): number =>
    recordings.reduce((total, { growth }) => total + value(growth), 0);
  const turns = sum((growth) => growth.turns);
  if (turns === 0) {
    return "No map was seen to grow in steps while it was shared (only classic maps do that, up to Go 1.23), so no recorded access fell into a growth.";
  }
  const inGrowth = sum((growth) => growth.turnsInGrowth);
  return `Of ${many(turns, "turn")} on maps that grew in steps, ${countText(inGrowth)} (${percent(inGrowth / turns)}) fell into a growth of that map; it grew for ${percent(sum((growth) => growth.byTime) / turns)} of the time.`;
}

function conflictTexts({ conflicts, inMarking, inGrowth }: RecordedSummary): string[] {
  if (conflicts === 0) {
    return [];
  }
  return [
    ...(inMarking === null
      ? []
      : [chanceText(inMarking, "while the garbage collector was marking", "marking took")]),
    ...(inGrowth === null ? [] : [chanceText(inGrowth, "while their map was growing", "growth took")]),
  ];
}

function chanceText(chance: RecordedChance, when: string, took: string): string {
  const { hits, cases, share, lowest, highest } = chance;
  const found = `Of ${many(cases, "conflict")} ${countText(hits)} came ${when}`;
  const expected = `${took} ${percent(share)} of the time`;
  const interval = `with 95 % confidence, between ${percent(lowest)} and ${percent(highest)} of such conflicts do`;
  switch (chance.verdict) {
    case "too-few":
      return `${found}; ${expected}. That is too few to say whether the two have to do with each other.`;
    case "as-chance":
      return `${found} (${percent(hits / cases)}); ${expected}, and ${interval}. That is what chance gives: these events show no connection.`;
    case "more":
      return `${found} (${percent(hits / cases)}); ${expected}, and ${interval}. That is more than chance gives; it is no cause yet, for a program also does other things at such times.`;
    case "fewer":
      return `${found} (${percent(hits / cases)}); ${expected}, and ${interval}. That is fewer than chance gives.`;
    default:
      return chance.verdict satisfies never;
  }
}

/** What recordings lost, and how to lose less, in lines. */
export function lossLines(incident: Case): string[] {
  return lossTexts(incident).flatMap((text) =>
    wrapped(`lost: ${text}`, textWidth).map((line, index) => (index === 0 ? line : `      ${line}`)),
  );
}

/** What recordings lost, and how to lose less. */
export function lossTexts({ observations }: Pick<Case, "observations">): string[] {
  const recordings = observations.filter((one) => one.kind === "recording");
  const sum = (value: (ring: RecordingObservation["rings"][number]) => number): number =>
    recordings.reduce((total, { rings }) => total + rings.reduce((all, ring) => all + value(ring), 0), 0);
  const overwritten = sum((ring) => ring.overwritten);
  const overLimit = sum((ring) => ring.overLimit);
  const unfinished = sum((ring) => ring.unfinished);
  const damaged = sum((ring) => ring.damaged);
  const stacks = recordings.reduce((total, { stacksNotKept }) => total + stacksNotKept, 0);
  const limits = recordings.map(({ limit }) => limit).filter((limit) => limit !== null);
  return [
    ...(overwritten > 0
      ? [
          `${many(overwritten, "older event")} ${overwritten === 1 ? "was" : "were"} overwritten; ${widerText(recordings)}`,
        ]
      : []),
    ...(overLimit > 0
      ? [
          `${many(overLimit, "access", "accesses")} over the limit of ${countText(Math.max(0, ...limits))} in a second on one processor were not recorded; MAPTRAP_LIMIT=0 takes all.`,
        ]
      : []),
    ...(unfinished > 0
      ? [
          `${many(unfinished, "event")} ${unfinished === 1 ? "was" : "were"} being written when the file was read or the process died.`,
        ]
      : []),
    ...(damaged > 0 ? [`${many(damaged, "event")} could not be read.`] : []),
    ...(stacks > 0
      ? [
          `${many(stacks, "stack")} did not fit, so some places are the map function's caller only; ${widerText(recordings)}`,
        ]
      : []),
  ];
}

/** `MAPTRAP_SIZE=33554432 (four times as much) keeps more.` */
function widerText(recordings: readonly RecordingObservation[]): string {
  const sizes = recordings.map(({ rings }) =>
    rings.reduce((total, { capacity }) => total + capacity * eventSize, 0),
  );
  const wider = Math.min(largestSize, Math.max(smallestSize, ...sizes) * 4);
  return `MAPTRAP_SIZE=${wider} keeps more.`;
}

const eventSize = 64;
const smallestSize = 1 << 20;
const largestSize = 1 << 30;
