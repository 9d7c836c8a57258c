/** From the rings of one process to the observation that the case holds. */
import type { PlacedFrame, RecordedMap, RecordingObservation } from "../../case/case.js";
import { RecordedPlaces } from "../../evidence/ring/places.js";
import type { EventFile } from "../../evidence/ring/format.js";
import { partsOf, sequenceOf } from "../../evidence/ring/event-sequence.js";
import type { EventColumns, Events, Recording, RingClass, RingState } from "../../evidence/ring/recording.js";
import type { Symbolizer } from "../../evidence/ring/symbolizer.js";
import type { CodeContext } from "../origin.js";
import { operationOfNumber } from "./accesses.js";
import { type GcCycle, gcPhases } from "./gc-life.js";
import type { Growth } from "./growth.js";
import type { MapLife } from "./map-life.js";
import { EventPlaces } from "./places.js";
import {
  type AccessesInState,
  type ConflictMoment,
  RecordingAnalysis,
  type RecordingSummary,
} from "./recording-analysis.js";
import { timelineOf } from "./timeline.js";

/** What the observation is made from. */
export interface RecordingInput {
  readonly file: EventFile;
  readonly recording: Recording<Events>;
  /** The binary that ran; left out where it is gone or another one. */
  readonly binary: Symbolizer | undefined;
  readonly context: CodeContext;
  readonly handle: string;
  /** Handle of the event file. */
  readonly evidence: string;
  /** Handles of the conflicts, by the position of their records. */
  readonly conflicts: ReadonlyMap<number, string>;
  readonly options: RecordingOptions;
  /** Hears all events, part after part: for who needs them, too. */
  readonly along?: ((part: EventColumns) => void) | undefined;
}

/** What is shown of a recording. */
export interface RecordingOptions {
  /** The length of the timeline in nanoseconds; left out, it is chosen. */
  readonly last?: number | undefined;
  /** How many maps are listed at most. */
  readonly maps: number;
}

/** How many goroutines, and growths, of a map are listed. */
const listedGoroutines = 32;
const listedHandOvers = 16;
/** Conflicts that follow the first one so closely, in nanoseconds, are of the same end of the program. */
const sameEnd = 100e6;

/** Makes the observation. */
export function observeRecording(input: RecordingInput): RecordingObservation {
  const { file, recording, binary, context } = input;
  const rings = ringClasses(recording.rings);
  const since = (name: RingClass): number =>
    rings.find(({ ringClass }) => ringClass === name)?.completeSinceNanoseconds ?? 0;
  const analysis = new RecordingAnalysis({
    completeSince: { accesses: since("accesses"), process: since("process") },
  });
  for (const part of partsOf(recording.events)) {
    analysis.accept(part);
    input.along?.(part);
  }
  const summary = withAllConflicts(analysis.summary(), file);
  const places = new EventPlaces(
    new RecordedPlaces({ text: file.header.text, stack: recording.stack, binary }),
    context,
  );
  const listed = summary.maps.slice(0, input.options.maps);
  return {
    kind: "recording",
    handle: input.handle,
    evidence: input.evidence,
    events: summary.events,
    firstNanoseconds: summary.firstClock,
    lastNanoseconds: summary.lastClock,
    rings,
    limit: recording.limit,
    stacksNotKept: recording.stacksNotKept,
    maps: listed.map((life) => mapOf(life, summary, input, places)),
    mapsNotListed: summary.maps.length - listed.length + summary.mapsNotKept,
    gc: gcOf(summary),
    growth: summary.growth,
    goroutinesStarted: summary.goroutinesStarted,
    goroutinesEnded: summary.goroutinesEnded,
    timeline: timelineFor(summary, input, places),
  };
}

/** A conflict whose event is not among the rings still has its record: it is then the newest map at its address. */
function withAllConflicts(summary: RecordingSummary, file: EventFile): RecordingSummary {
  const known = new Set(summary.conflicts.map(({ record }) => record));
  const others = file.conflicts
    .filter(({ index, details }) => details.foundBy === "go-check" && !known.has(index))
    .map(({ index, at, map, second, details }): ConflictMoment => {
      const lives = summary.maps.filter(({ address }) => address === map);
      const newest = lives.toSorted((one, other) => other.lastClock - one.lastClock)[0];
      return {
        clock: at,
        goroutine: second.goroutine,
        address: map,
        life: newest?.life ?? 0,
        record: index,
        gcPhase: gcPhases.indexOf(details.gcPhase),
        writeBarrier: details.gcPhase === "off" ? 0 : 1,
        growing: details.growth.kind !== "none",
      };
    });
  const conflicts = [...summary.conflicts, ...others].toSorted((one, other) => one.clock - other.clock);
  const rank = ({ address, life }: MapLife): number =>
    conflicts.some((one) => one.address === address && one.life === life) ? 0 : 1;
  return { ...summary, conflicts, maps: summary.maps.toSorted((one, other) => rank(one) - rank(other)) };
}

/** Counts of damaged files can add up to more than a count may be. */
function count(value: number): number {
  return Math.min(Math.max(0, Math.trunc(value)), Number.MAX_SAFE_INTEGER);
}

/** The rings by class. From the newest of the oldest events of those that were overwritten on, all events are there. */
function ringClasses(rings: readonly RingState[]): RecordingObservation["rings"] {
  const classes: RingClass[] = ["accesses", "growth", "process"];
  return classes.flatMap((ringClass) => {
    const own = rings.filter((ring) => ring.ringClass === ringClass);
    const sum = (value: (ring: RingState) => number): number =>
      count(own.reduce((total, ring) => total + value(ring), 0));
    const cut = own.filter(({ overwritten }) => overwritten > 0);
    return own.length === 0
      ? []
      : [
          {
            ringClass,
            rings: own.length,
            capacity: sum(({ capacity }) => capacity),
            begun: sum(({ begun }) => begun),
            kept: sum(({ kept }) => kept),
            overwritten: sum(({ overwritten }) => overwritten),
            unfinished: sum(({ unfinished }) => unfinished),
            damaged: sum(({ damaged }) => damaged),
            overLimit: sum(({ overLimit }) => overLimit),
            completeSinceNanoseconds: cut.reduce(
              (since, { oldestClock }) => Math.max(since, oldestClock ?? 0),
              0,
            ),
          },
        ];
  });
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Handles of the conflicts on a map. */
function conflictsOn(
  life: MapLife,
  summary: RecordingSummary,
  handles: ReadonlyMap<number, string>,
): string[] {
  return summary.conflicts
    .filter((moment) => moment.address === life.address && moment.life === life.life)
    .map(({ record }) => handles.get(record))
    .filter((handle) => handle !== undefined);
}

/** Changes that the other side of a conflict made since its last event; no later event tells of them. */
function changesUntilConflict(life: MapLife, summary: RecordingSummary, file: EventFile): number {
  const moment = summary.conflicts.find(
    ({ address, life: of }) => address === life.address && of === life.life,
  );
  const record = file.conflicts.find(({ index }) => index === moment?.record);
  return record?.details.repeats ?? 0;
}

/** The map's type, where one of its conflicts tells it. */
function typeOf(
  { file }: RecordingInput,
  moments: readonly ConflictMoment[],
  address: number,
): string | null {
  const record = moments.find((moment) => moment.address === address)?.record;
  const type = file.conflicts.find(
    (conflict) => conflict.index === record && conflict.map === address,
  )?.mapType;
  return type === undefined || type === "" ? null : type;
}

function mapOf(
  life: MapLife,
  summary: RecordingSummary,
  input: RecordingInput,
  places: EventPlaces,
): RecordedMap {
  const goroutines = life.goroutines.slice(0, listedGoroutines).map((use) => ({
    id: use.goroutine,
    firstNanoseconds: use.firstClock,
    lastNanoseconds: use.lastClock,
    reads: use.reads,
    changes: use.changes,
    turns: use.turns,
  }));
  const conflicts = conflictsOn(life, summary, input.conflicts);
  const lived = life.firstAccess < 0 ? 0 : Math.max(0, life.lastClock - life.firstAccess);
  return {
    address: hexadecimal(life.address),
    life: life.life,
    type: conflicts.length === 0 ? null : typeOf(input, summary.conflicts, life.address),
    conflicts,
    firstNanoseconds: Math.max(0, life.firstAccess),
    lastNanoseconds: Math.max(0, life.lastAccess),
    recorded: { reads: life.reads, changes: life.changes },
    counted: {
      reads: count(life.countedReads),
      changes: count(life.countedChanges + changesUntilConflict(life, summary, input.file)),
    },
    turns: life.turns,
    sites: sitesOf(life, places),
    sitesNotKept: life.sitesNotKept,
    goroutines,
    goroutinesNotKept: life.goroutinesNotKept,
    handOvers: handOvers(goroutines),
    growingNanoseconds: Math.min(life.growth.time(life.lastClock), lived),
    livedNanoseconds: lived,
    growthCounts: [...life.growth.counts].map(([kind, times]) => ({ kind, count: times })),
    growths: life.growth.last.map((growth) => growthOf(growth, places)),
    clears: life.clears,
  };
}

/** The places, those with the most recorded accesses first. The steps of one loop are one place. */
function sitesOf(life: MapLife, places: EventPlaces): RecordedMap["sites"] {
  const sites = new Map<string, RecordedMap["sites"][number]>();
  for (const use of life.sites) {
    const operation = operationOfNumber(use.operation);
    const site = places.siteOf(use.lastStack, use.site);
    const at = site === null ? use.site : `${site.function} ${site.file ?? ""}:${site.line ?? 0}`;
    const key = `${operation ?? use.operation} ${at}`;
    const known = sites.get(key);
    const latest = known === undefined || use.lastClock >= known.lastNanoseconds;
    sites.set(key, {
      textOffset: known?.textOffset ?? hexadecimal(use.site),
      operation,
      site,
      stack: latest ? places.stack(use.lastStack) : known.stack,
      recorded: (known?.recorded ?? 0) + use.recorded,
      firstNanoseconds: Math.min(known?.firstNanoseconds ?? use.firstClock, use.firstClock),
      lastNanoseconds: latest ? use.lastClock : known.lastNanoseconds,
      lastGoroutine: latest ? use.lastGoroutine : known.lastGoroutine,
      severalGoroutines:
        use.changesOfGoroutine > 1 ||
        (known !== undefined && (known.severalGoroutines || known.lastGoroutine !== use.lastGoroutine)),
    });
  }
  return [...sites.values()].toSorted((one, other) => other.recorded - one.recorded);
}

/** Where one goroutine was through before the next one began. Those that take turns hand nothing over. */
function handOvers(goroutines: RecordedMap["goroutines"]): RecordedMap["handOvers"] {
  const found: RecordedMap["handOvers"] = [];
  goroutines.forEach((next, index) => {
    const before = goroutines.slice(0, index);
    const last = before.toSorted((one, other) => other.lastNanoseconds - one.lastNanoseconds)[0];
    if (last !== undefined && last.lastNanoseconds < next.firstNanoseconds) {
      found.push({ from: last.id, to: next.id, atNanoseconds: next.firstNanoseconds });
    }
  });
  return found.slice(-listedHandOvers);
}

function growthOf(growth: Growth, places: EventPlaces): RecordedMap["growths"][number] {
  return {
    kind: growth.kind,
    beginNanoseconds: growth.begin,
    endNanoseconds: growth.end,
    goroutine: growth.goroutine === 0 ? null : growth.goroutine,
    site: places.siteOf(growth.stack, growth.site) satisfies PlacedFrame | null,
    elements: growth.elements,
    size: growth.size,
    evacuated: growth.evacuated,
    oldBuckets: growth.oldBuckets,
    accesses: growth.accesses,
    otherAccesses: growth.others,
    inMarking: growth.inMarking,
  };
}

function gcOf({ gc }: RecordingSummary): RecordingObservation["gc"] {
  const inState = (states: readonly AccessesInState[], index: number) => ({
    nanoseconds: states[index]?.time ?? 0,
    accesses: states[index]?.accesses ?? 0,
    turns: states[index]?.turns ?? 0,
  });
  return {
    cycleCount: count(gc.cycleCount),
    cycles: gc.cycles.map(cycleOf),
    phases: {
      off: inState(gc.phases, 0),
      mark: inState(gc.phases, 1),
      markTermination: inState(gc.phases, 2),
    },
    writeBarrier: { off: inState(gc.writeBarrier, 0), on: inState(gc.writeBarrier, 1) },
  };
}

function cycleOf(cycle: GcCycle): RecordingObservation["gc"]["cycles"][number] {
  return {
    number: cycle.number,
    beginNanoseconds: cycle.begin,
    markNanoseconds: cycle.mark,
    markTerminationNanoseconds: cycle.markTermination,
    writeBarrierOnNanoseconds: cycle.writeBarrierOn,
    writeBarrierOffNanoseconds: cycle.writeBarrierOff,
    endNanoseconds: cycle.end,
    sweepBeginNanoseconds: cycle.sweepBegin,
    sweepEndNanoseconds: cycle.sweepEnd,
    heapBefore: cycle.heapBefore,
    heapAfter: cycle.heapAfter,
  };
}

/** The timeline before the first conflict; without one, of the map with the most turns. */
function timelineFor(
  summary: RecordingSummary,
  input: RecordingInput,
  places: EventPlaces,
): RecordingObservation["timeline"] {
  const events = sequenceOf(input.recording.events);
  const span = { last: input.options.last };
  const [moment] = summary.conflicts;
  if (moment !== undefined) {
    const record = input.file.conflicts.find(({ index }) => index === moment.record);
    const ends = summary.conflicts.filter(
      ({ address, clock }) => address === moment.address && clock - moment.clock <= sameEnd,
    );
    const to = Math.max(...ends.map(({ clock }) => clock));
    const peer = record?.first?.goroutine;
    const named = [...(peer === undefined ? [] : [peer]), ...ends.map(({ goroutine }) => goroutine)];
    const conflictClock = (index: number): number | undefined =>
      input.file.conflicts.find((conflict) => conflict.index === index)?.at;
    const subject = {
      conflictClock,
      address: moment.address,
      life: moment.life,
      type: typeOf(input, summary.conflicts, moment.address),
      conflict: input.conflicts.get(moment.record) ?? null,
      goroutines: [...new Set(named)],
    };
    return timelineOf(
      events,
      subject,
      { ...span, to, zero: Math.min(moment.clock, record?.at ?? moment.clock) },
      places,
    );
  }
  const [busiest] = summary.maps;
  if (busiest === undefined) {
    return null;
  }
  const subject = {
    conflictClock: () => undefined,
    address: busiest.address,
    life: busiest.life,
    type: null,
    conflict: null,
    goroutines: [],
  };
  return timelineOf(events, subject, { ...span, to: busiest.lastAccess, zero: busiest.lastAccess }, places);
}
