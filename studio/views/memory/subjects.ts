/** What of a document can be shown here: maps from files, maps of stops, maps that a trace saw. */
import type { MapPart, StudioDocument } from "../../../src/document/document.js";
import { mapsOfCase } from "../../../src/document/maps-of-case.js";
import type { TraceJson } from "../../../src/document/trace-schema.js";
import { type TracedMap, tracedMaps } from "../../../src/document/trace-states.js";
import { shown } from "../../../src/report/text/shown.js";
import { many } from "../../../src/report/text/table.js";

/** One map. */
export type Subject =
  /** States that were recorded, in their order. */
  | {
      readonly kind: "states";
      /** As it stands in the address. */
      readonly name: string;
      readonly title: string;
      readonly address: string;
      readonly states: readonly MapPart[];
    }
  | {
      readonly kind: "trace";
      readonly name: string;
      readonly title: string;
      readonly address: string;
      readonly trace: TraceJson;
      readonly map: TracedMap;
    };

/** All of them. */
export function subjectsOf(document: StudioDocument): readonly Subject[] {
  return [...fileSubjects(document.maps), ...caseSubjects(document), ...traceSubjects(document.trace)];
}

/** Maps of files at one address, of one kind, are states of one map. */
function fileSubjects(maps: readonly MapPart[]): readonly Subject[] {
  const groups = new Map<string, MapPart[]>();
  for (const part of maps) {
    const key = `${part.map.implementation} ${part.map.address} ${part.map.address === "0x0" ? part.title : ""}`;
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, [part]);
    } else {
      known.push(part);
    }
  }
  return [...groups.values()].map((states, index) => ({
    kind: "states",
    name: `map${index}`,
    title: shown(states[0]?.title ?? ""),
    address: states[0]?.map.address ?? "",
    states,
  }));
}

function caseSubjects({ case: incident }: StudioDocument): readonly Subject[] {
  return (incident === null ? [] : mapsOfCase(incident)).map((part) => ({
    kind: "states",
    name: /^map of (?<handle>\S+)$/.exec(part.title)?.groups?.["handle"] ?? part.observation,
    title: shown(part.title),
    address: part.map.address,
    states: [part],
  }));
}

function traceSubjects(trace: TraceJson | null): readonly Subject[] {
  if (trace === null) {
    return [];
  }
  return tracedMaps(trace).map((map) => ({
    kind: "trace",
    name: `traced${map.number}`,
    title: `map ${map.number} of the trace: ${shown(map.address)}, ${many(map.events.length, "event")}`,
    address: map.address,
    trace,
    map,
  }));
}

/** The one that is asked for by its name or its address; else that of a trace's fatal error, else the first one. */
export function chosenSubject(subjects: readonly Subject[], wanted: string): Subject | undefined {
  return (
    subjects.find(({ name }) => name === wanted) ??
    subjects.find(({ address }) => address === wanted) ??
    (subjects[0]?.kind === "trace" ? subjects.find(isOfFatal) : undefined) ??
    subjects[0]
  );
}

function isOfFatal(subject: Subject): boolean {
  return subject.kind === "trace" && subject.map.events.some(({ kind }) => kind === "fatal");
}

/** How many states there are. */
export function stateCount(subject: Subject): number {
  return subject.kind === "states" ? subject.states.length : subject.map.events.length;
}

/**
 * Which state the address asks for: `at` is the number of a state from 1, or of an event of the trace; `time` is in nanoseconds since the
 * trace began: the last event until then.
 */
export function chosenState(subject: Subject, params: Readonly<Record<string, string>>): number {
  const last = stateCount(subject) - 1;
  const at = Number(params["at"]);
  const time = Number(params["time"]);
  if (subject.kind === "states") {
    return Number.isInteger(at) && at >= 1 ? Math.min(last, at - 1) : last;
  }
  const { events } = subject.map;
  if (params["at"] !== undefined && Number.isInteger(at)) {
    const found = events.findLastIndex(({ number }) => number <= at);
    return Math.max(0, found);
  }
  if (params["time"] !== undefined && Number.isFinite(time)) {
    return Math.max(
      0,
      events.findLastIndex(({ seconds }) => seconds * 1e9 <= time),
    );
  }
  // A story begins at its beginning; of a program that died, that moment is what is asked for. Others may go on after it for a while.
  return Math.max(
    0,
    events.findIndex(({ kind }) => kind === "fatal"),
  );
}

/** What stands as `at` in the address for a state. */
export function stateParam(subject: Subject, index: number): string {
  return subject.kind === "states" ? String(index + 1) : String(subject.map.events[index]?.number ?? "");
}
