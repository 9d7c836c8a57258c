/** Which timelines a document has: one for each process or trace, with what the case knows of it. */
import { evidenceTitle } from "./evidence-title.js";
import type { Case, CaseFrame, Observation, PlacedFrame, Timeline } from "../case/case.js";
import { placeFrames, siteOf, trimStack } from "../analysis/stack.js";
import type { KnownMoment, KnownOfProcess } from "../analysis/timeline/data.js";
import type { RecordingPart, StudioDocument } from "./document.js";
import type { TraceJson } from "./trace-schema.js";

/** What a timeline is read from. */
export type TimelineInput =
  | { readonly kind: "recording"; readonly part: RecordingPart; readonly known: KnownOfProcess }
  | { readonly kind: "kept-events"; readonly timeline: Timeline; readonly known: KnownOfProcess }
  | { readonly kind: "trace"; readonly trace: TraceJson }
  | { readonly kind: "moments"; readonly known: KnownOfProcess };

/** One timeline. */
export interface TimelineSource {
  /** Handle of the evidence; `trace` for a trace. */
  readonly handle: string;
  /** What it is of. */
  readonly title: string;
  /** What its times are counted from. */
  readonly begins: string;
  readonly input: TimelineInput;
  /** What the text report shows of it: the last events before a conflict. Null where it shows none. */
  readonly stretch: Stretch | null;
}

/** From when to when, and the moment that matters in it, in nanoseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly zero: number;
}

/** All timelines of a document: those with a finding first. */
export function timelineSources(document: StudioDocument): TimelineSource[] {
  const { case: incident, recordings, trace } = document;
  const sources: TimelineSource[] = [];
  const seen = new Set<string>();
  for (const evidence of incident?.evidence ?? []) {
    const source =
      incident === null
        ? undefined
        : sourceOf(
            incident,
            evidence.handle,
            recordings.find((one) => one.evidence === evidence.handle),
          );
    if (source !== undefined) {
      sources.push({ ...source, title: evidenceTitle(incident, evidence.handle) });
      seen.add(evidence.handle);
    }
  }
  for (const part of recordings.filter((one) => !seen.has(one.evidence))) {
    sources.push({
      handle: part.evidence,
      title: part.evidence,
      begins: startOfProcess,
      input: { kind: "recording", part, known: nothingKnown },
      stretch: null,
    });
  }
  if (trace !== null) {
    const title = `trace of ${trace.chosen} in ${trace.program.replace(/^.*\//, "")}`;
    sources.push({
      handle: "trace",
      title,
      begins: "the start of the trace",
      input: { kind: "trace", trace },
      stretch: null,
    });
  }
  return sources.toSorted((one, other) => findingsOf(other) - findingsOf(one));
}

const startOfProcess = "the start of the process";
const nothingKnown: KnownOfProcess = { maps: [], moments: [], functions: [] };

function findingsOf({ input }: TimelineSource): number {
  return input.kind === "trace" ? 0 : Math.min(1, input.known.moments.length);
}

function sourceOf(
  incident: Case,
  evidence: string,
  part: RecordingPart | undefined,
): Omit<TimelineSource, "title"> | undefined {
  const observations = incident.observations.filter((one) => one.evidence === evidence);
  const recording = observations.find((one) => one.kind === "recording");
  const known: KnownOfProcess = {
    maps: (recording?.maps ?? []).map(({ address, life, type }) => ({ address, life, type })),
    moments: observations.flatMap((one) => momentOf(one, incident) ?? []),
    functions: functionsOf(incident),
  };
  const begins = startOfProcess;
  const stretch = stretchOf(recording?.timeline);
  if (part !== undefined) {
    return { handle: evidence, begins, stretch, input: { kind: "recording", part, known } };
  }
  if (recording?.timeline !== null && recording?.timeline !== undefined) {
    const input: TimelineInput = { kind: "kept-events", timeline: recording.timeline, known };
    return { handle: evidence, begins, stretch, input };
  }
  return known.moments.length === 0
    ? undefined
    : { handle: evidence, begins, stretch: null, input: { kind: "moments", known } };
}

function stretchOf(timeline: Timeline | null | undefined): Stretch | null {
  return timeline === null || timeline === undefined || timeline.conflict === null
    ? null
    : {
        from: timeline.fromNanoseconds,
        to: timeline.toNanoseconds,
        zero: timeline.zeroNanoseconds,
      };
}

/** A conflict or a detection with its moment. What was seen without a moment is not for a timeline. */
function momentOf(observation: Observation, incident: Case): KnownMoment | undefined {
  if (observation.kind !== "conflict" && observation.kind !== "detection") {
    return undefined;
  }
  const finding = incident.findings.find(({ observations }) => observations.includes(observation.handle));
  const { map, found, atNanoseconds } = observation;
  const sides = observation.kind === "conflict" ? observation.sides : [observation.side];
  const message = found.by === "go-check" ? found.message : null;
  return {
    clock: atNanoseconds,
    finding: finding?.handle ?? null,
    observation: observation.handle,
    title: finding?.kind ?? message ?? "conflict",
    map: map.address === null ? null : { address: map.address, life: 0, type: map.type },
    sides: sides.map((side) => {
      const placed = finding?.sides.find(
        ({ goroutine, operation }) => goroutine.id === side.goroutine.id && operation === side.operation,
      );
      return {
        goroutine: side.goroutine.id,
        operation: side.operation,
        held: side.heldNanoseconds,
        frame: placed?.site ?? placeOf(side.stack, incident),
      };
    }),
  };
}

/** The place to look at in a stack. */
function placeOf(stack: readonly CaseFrame[], { modulePath, toolchain }: Case): PlacedFrame | null {
  return siteOf(trimStack(placeFrames(stack, { modulePath, goroot: toolchain.goroot })));
}

/** The function that goroutines began with, where a finding tells it. */
function functionsOf({ findings }: Case): KnownOfProcess["functions"] {
  return findings.flatMap(({ sides }) =>
    sides.flatMap(({ goroutine: { id, entry } }) =>
      id === null || entry === null ? [] : [{ goroutine: id, name: entry.function }],
    ),
  );
}
