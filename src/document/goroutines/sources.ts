/** What tells of goroutines in a document: each dump, stop, report and recording, and the sides of findings. */
import type {
  Case,
  CrashObservation,
  Finding,
  Observation,
  RaceObservation,
  RecordingObservation,
  StoppedGroup,
  StoppedObservation,
} from "../../case/case.js";
import type { CodeContext } from "../../analysis/origin.js";
import { crashHeadline, hintText } from "../../report/text/crash.js";
import { operationTitle } from "../../report/text/finding.js";
import { reportTitle } from "../../report/text/reported.js";
import { roleText } from "../../report/text/rests-on.js";
import { counted } from "../../report/text/shown.js";
import { stoppedStack, stoppedStateText, stopHeadline, waitText } from "../../report/text/stopped.js";
import type { StudioDocument } from "../document.js";
import { type GivenStack, type GoroutineList, listOf } from "./goroutine-list.js";
import { byProcess, findingsList } from "./findings-list.js";
import { placed } from "./placed.js";
import { recordingList } from "./recording-list.js";
import { listOfTable, waitMinutesText } from "./table-list.js";

/** What is known of one goroutine beyond its stack. */
export interface GoroutineMark {
  /** The letter of its side in a finding, where it is one. */
  readonly side: "A" | "B" | null;
  /** `m0`, where it is a side. */
  readonly finding: string | null;
  /** In a few words: `noticed: …`, `may be the other side: …`, `3 reads, 2 changes of 0xc000012345`. */
  readonly text: string;
}

/** Goroutines that one observation tells of. */
export interface GoroutineSource {
  /** Handle of the observation; `findings` for the sides of findings. */
  readonly handle: string;
  readonly title: string;
  readonly list: GoroutineList;
  /** By the goroutine's id. Those that share the map are here. */
  readonly marks: ReadonlyMap<number, readonly GoroutineMark[]>;
}

/** All sources of a document, those that tell most first. Lists are made when they are asked for, for they may be long. */
export function goroutineSources(
  document: Pick<StudioDocument, "case" | "goroutines">,
): { readonly handle: string; readonly title: string; readonly make: () => GoroutineSource }[] {
  const incident = document.case;
  if (incident === null) {
    return [];
  }
  const context: CodeContext = { modulePath: incident.modulePath, goroot: incident.toolchain.goroot };
  const from = incident.observations.flatMap((one) => {
    switch (one.kind) {
      case "crash":
        return [entry(one.handle, crashHeadline(one), incident, () => crashList(one, document, context))];
      case "stopped":
        return [entry(one.handle, stopHeadline(one), incident, () => stopList(one, incident))];
      case "race":
        return [entry(one.handle, reportTitle(one), incident, () => raceList(one))];
      case "recording":
        return one.maps.length === 0
          ? []
          : [
              entry(one.handle, "goroutines that used shared maps, as recorded", incident, () =>
                recordingList(one, incident, context),
              ),
            ];
      case "conflict":
      case "detection":
      case "unordered":
      case "near-miss":
      case "probe-report":
      case "gc-trace":
      case "write-barrier":
        return [];
      default:
        return one satisfies never;
    }
  });
  const sides = sidesApart(incident);
  return [
    ...from,
    ...byProcess(sides, incident).map(({ handle, title, findings }) =>
      entry(handle, title, { ...incident, findings: [...findings] }, () => findingsList(findings)),
    ),
  ];
}

/** Findings whose sides are not among the goroutines of what they rest on. */
function sidesApart({ findings, observations }: Pick<Case, "findings" | "observations">): Finding[] {
  const listed = new Set(observations.flatMap((one) => (hasList(one) ? [one.handle] : [])));
  return findings.filter(
    (finding) =>
      !listed.has(finding.observations[0] ?? "") &&
      finding.sides.some(({ goroutine }) => goroutine.id !== null),
  );
}

/** Whether an observation is a list of goroutines itself. */
function hasList(one: Observation): boolean {
  return (
    one.kind === "crash" ||
    one.kind === "stopped" ||
    one.kind === "race" ||
    (one.kind === "recording" && one.maps.length > 0)
  );
}

/**
 * Where the goroutines of an observation are listed: with a dump, a stop or a report its own; with a conflict those of the recording of
 * its process, else the sides of findings.
 *
 * @param handle of the observation
 */
export function sourceOf(
  handle: string | undefined,
  incident: Pick<Case, "findings" | "observations" | "evidence">,
): string {
  const { observations } = incident;
  const ofFindings = (): string =>
    byProcess(sidesApart(incident), incident).find(({ findings }) =>
      findings.some((finding) => finding.observations[0] === handle),
    )?.handle ?? "findings";
  const observation = observations.find((one) => one.handle === handle);
  switch (observation?.kind) {
    case "crash":
    case "stopped":
    case "race":
    case "recording":
      return observation.handle;
    case "conflict":
    case "detection": {
      const recording = observations.find(
        (one) => one.kind === "recording" && one.evidence === observation.evidence && one.maps.length > 0,
      );
      return recording?.handle ?? ofFindings();
    }
    case "unordered":
    case "near-miss":
    case "probe-report":
    case "gc-trace":
    case "write-barrier":
    case undefined:
      return ofFindings();
    default:
      return observation satisfies never;
  }
}

function entry(handle: string, title: string, incident: Case, make: () => GoroutineList) {
  return {
    handle,
    title,
    make: (): GoroutineSource => ({ handle, title, list: make(), marks: marksOf(handle, incident) }),
  };
}

function crashList(
  crash: CrashObservation,
  { goroutines }: Pick<StudioDocument, "goroutines">,
  context: CodeContext,
): GoroutineList {
  const part = goroutines.find(({ observation }) => observation === crash.handle);
  if (part !== undefined) {
    return listOfTable(part.table, context);
  }
  const stacks = crash.groups.map(({ count, ids, waitMinutes, example }): GivenStack => {
    const labels = Object.entries(example.labels).map(([name, value]) => `${name}: ${value}`);
    return {
      ids,
      count,
      textLine: example.textLine,
      state: example.state,
      wait: waitMinutes === null ? "" : waitMinutesText(...waitMinutes),
      remarks: [...example.remarks, ...labels].join(", "),
      unavailable: example.unavailable,
      stack: example.stack,
      stackCut: example.framesElided > 0,
      startedAt: example.createdBy === null ? [] : [example.createdBy.frame],
      startedBy: example.createdBy?.goroutine ?? null,
      waitsOn: [],
    };
  });
  const listed = stacks.reduce((sum, { count }) => sum + count, 0);
  const named = stacks.reduce((sum, { ids, count }) => sum + Math.min(count, ids.length), 0);
  return listOf(stacks, crash.goroutines, [
    ...(crash.groupCount > stacks.length
      ? [
          `${counted(crash.groupCount - stacks.length, "more group")} with ${counted(Math.max(0, crash.goroutines - listed), "goroutine")} not in the case file; open the text itself to see all.`,
        ]
      : []),
    ...idsNotListed(listed - named),
  ]);
}

function idsNotListed(count: number): string[] {
  return count > 0 ? [`${counted(count, "goroutine")} of these groups without an id in the case file.`] : [];
}

function stopList(stop: StoppedObservation, incident: Case): GoroutineList {
  const stacks = stop.groups.map((group): GivenStack => stoppedGiven(group, incident));
  const named = stop.groups.reduce((sum, { ids, count }) => sum + count - Math.min(count, ids.length), 0);
  return listOf(stacks, stop.goroutines, [
    ...(stop.groupsNotListed > 0
      ? [`${counted(stop.groupsNotListed, "more group")} not in the case file.`]
      : []),
    ...idsNotListed(named),
  ]);
}

function stoppedGiven(group: StoppedGroup, incident: Case): GivenStack {
  const { stack } = stoppedStack(group.stack, incident);
  const context: CodeContext = { modulePath: incident.modulePath, goroot: incident.toolchain.goroot };
  return {
    ids: group.ids,
    count: group.count,
    textLine: null,
    state: group.status,
    wait:
      group.waitReason === null
        ? ""
        : stoppedStateText({ ...group, status: group.waitReason, waitReason: null }),
    remarks: group.system ? "of the runtime's own" : "",
    unavailable: null,
    stack: stack.length > 0 ? stack : placed(group.stack, context),
    stackCut: group.stackCut !== null,
    startedAt: placed(group.startedAt, context),
    startedBy: null,
    waitsOn: group.waitsOn.map(waitText),
  };
}

function raceList({ accesses }: RaceObservation): GoroutineList {
  const stacks = accesses.map((access): GivenStack => {
    const id = access.goroutine ?? (access.main ? 1 : null);
    return {
      ids: id === null ? [] : [id],
      count: 1,
      textLine: null,
      state: `${access.previous ? "previous " : ""}${access.operation}`,
      wait: "",
      remarks: access.address ?? "",
      unavailable: null,
      stack: access.stack,
      stackCut: access.stackLost,
      startedAt: access.createdAt,
      startedBy: null,
      waitsOn: [],
    };
  });
  return listOf(stacks, stacks.length, []);
}

function useText(
  address: string,
  { reads, changes }: { readonly reads: number; readonly changes: number },
): string {
  return `${counted(reads, "read")} and ${counted(changes, "change")} of the map ${address} recorded`;
}

/** Who shares the map of a conflict: the sides of findings, those that may be the other side, those that used it. */
function marksOf(handle: string, incident: Case): ReadonlyMap<number, readonly GoroutineMark[]> {
  const marks = new Map<number, GoroutineMark[]>();
  const add = (id: number | null, mark: GoroutineMark): void => {
    if (id !== null) {
      marks.set(id, [...(marks.get(id) ?? []), mark]);
    }
  };
  const observation = incident.observations.find((one) => one.handle === handle);
  for (const finding of incident.findings) {
    if (isOf(finding, handle, incident)) {
      finding.sides.forEach((side, index) => {
        const text = `${operationTitle(side.operation)}, ${roleText(side.role)}`;
        add(side.goroutine.id, { side: index === 0 ? "A" : "B", finding: finding.handle, text });
      });
    }
  }
  if (observation?.kind === "crash") {
    const { detector } = observation;
    if (detector !== null && !marks.has(detector.goroutine.id ?? -1)) {
      add(detector.goroutine.id, { side: "A", finding: null, text: roleText("detected") });
    }
    for (const { goroutine, reason } of observation.peers) {
      add(goroutine.id, { side: null, finding: null, text: `may be the other side: ${hintText(reason)}` });
    }
  }
  if (observation?.kind === "stopped") {
    for (const other of observation.others) {
      add(other.goroutine.id, { side: null, finding: null, text: other.sentences[0] ?? "on this map" });
    }
  }
  for (const map of usedMaps(observation, incident)) {
    for (const use of map.goroutines) {
      add(use.id, { side: null, finding: null, text: useText(map.address, use) });
    }
  }
  return marks;
}

/** Whether a finding is about the goroutines of an observation: it rests on it, or on the conflict that it is the end of. */
function isOf(finding: Finding, handle: string, { observations }: Case): boolean {
  if (handle.startsWith("findings") || finding.observations.includes(handle)) {
    return true;
  }
  const observation = observations.find((one) => one.handle === handle);
  if (observation?.kind === "crash") {
    return observation.ofConflict !== null && finding.observations.includes(observation.ofConflict);
  }
  return (
    observation?.kind === "recording" &&
    finding.observations.some((other) =>
      observations.some(
        (one) => one.handle === other && one.kind === "conflict" && one.evidence === observation.evidence,
      ),
    )
  );
}

/** The maps of conflicts that a recording of the same process tells of. */
function usedMaps(
  observation: Case["observations"][number] | undefined,
  { observations }: Case,
): RecordingObservation["maps"] {
  if (observation?.kind === "recording") {
    // Where nothing met, any of them may be the one that a person asks about.
    const met = observation.maps.filter(({ conflicts }) => conflicts.length > 0);
    return met.length > 0 ? met : observation.maps;
  }
  const conflict = observation?.kind === "crash" ? observation.ofConflict : null;
  return conflict === null
    ? []
    : observations.flatMap((one) =>
        one.kind === "recording" ? one.maps.filter(({ conflicts }) => conflicts.includes(conflict)) : [],
      );
}
