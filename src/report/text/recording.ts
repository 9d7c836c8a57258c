/** Draws what the recorder of one process saw: the life of its shared maps, the last events, and what was lost. */
import type {
  ConflictObservation,
  DetectionObservation,
  RecordedMap,
  RecordingObservation,
} from "../../case/case.js";
import { countText } from "../../case/count.js";
import { durationText } from "../../case/duration.js";
import type { Drawing } from "./finding.js";
import { listed, shown, wrapped } from "./shown.js";
import { functionName, placeName } from "./stack.js";
import { type Column, many, percent, tableLines } from "./table.js";
import { timelineLines } from "./timeline.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 96;
/** How many places, goroutines and growths of a map are shown. */
const maxSites = 8;
const maxGoroutines = 6;

/** What is drawn of a recording. */
export interface RecordingView {
  /** How many maps are shown. */
  readonly maps: number;
  /** The conflict that it ends with. */
  readonly conflict?: ConflictObservation | DetectionObservation | undefined;
}

/** Draws a recording, without a line feed at the end. */
export function recordingLines(
  recording: RecordingObservation,
  drawing: Drawing,
  { maps, conflict }: RecordingView,
): string[] {
  const own = recording.maps.filter(
    (map) => conflict !== undefined && map.conflicts.includes(conflict.handle),
  );
  const others = recording.maps.filter((map) => !own.includes(map));
  const chosen = [...own, ...others].slice(0, Math.max(own.length, maps));
  const left = recording.maps.length - chosen.length + recording.mapsNotListed;
  const hint = recording.maps.length > chosen.length ? " (--maps shows more)" : "";
  return [
    ...chosen.flatMap((map) => [...mapLines(map, recording, conflict, drawing), ""]),
    ...(left > 0 ? [`  … and ${many(left, "more shared map")}${hint}`, ""] : []),
    ...lastLines(recording, drawing, conflict),
  ];
}

/** The life of one map. */
function mapLines(
  map: RecordedMap,
  recording: RecordingObservation,
  conflict: RecordingView["conflict"],
  { colours }: Drawing,
): string[] {
  const moment = recordedMoment(recording, conflict);
  return [
    colours.marked(`  ${recordedMapTitle(map)}`),
    ...sentences([...recordedMapTexts(map, moment), ...sameAddressTexts(map, recording)]),
    ...siteLines(map, moment).map((line) => `    ${line}`),
    ...goroutineLines(map, moment).map((line) => `    ${line}`),
  ];
}

/** The moment that times of a recording are told relative to: its conflict, else its end. */
export interface RecordedMoment {
  /** Since the process started. */
  readonly nanoseconds: number;
  readonly name: "the end" | "the conflict";
}

/** That moment. */
export function recordedMoment(
  { lastNanoseconds }: RecordingObservation,
  conflict: RecordingView["conflict"],
): RecordedMoment {
  return {
    nanoseconds: conflict?.atNanoseconds ?? lastNanoseconds ?? 0,
    name: conflict === undefined ? "the end" : "the conflict",
  };
}

/** What stands above the life of a map. */
export function recordedMapTitle({ type, address }: RecordedMap): string {
  return `The map ${type === null ? "" : `${shown(type)} at `}${address}, as recorded`;
}

/** By how many it was used, in a few words. */
export function recordedMapBrief(map: RecordedMap): string {
  const about = map.goroutinesNotKept > 0 ? "about " : "";
  return `${about}${many(map.goroutines.length + map.goroutinesNotKept, "goroutine")}, ${many(map.turns, "turn")}`;
}

/** By how many it was used and since when, how it was used, and how it grew; one sentence each. */
export function recordedMapTexts(map: RecordedMap, { nanoseconds, name }: RecordedMoment): string[] {
  return [useText(map, nanoseconds, name), ...shareTexts(map), ...growthTexts(map), ...clearTexts(map)];
}

/**
 * That other maps of the list have the address too, with other random seeds. Go gives a map a new seed when it becomes empty, and the
 * allocator gives the address of a dead map to another one: a recording does not tell which of the two it was.
 */
export function sameAddressTexts({ address, life }: RecordedMap, { maps }: RecordingObservation): string[] {
  const others = maps.filter((one) => one.address === address && one.life !== life).length;
  return others === 0
    ? []
    : [
        `the recorder met a map at this address ${others === 1 ? "another time" : `${countText(others)} other times`}, with another random seed, and lists it by itself: the same map, which gets a new seed when it becomes empty, or another one at the address of a dead one`,
      ];
}

/** A table, and how many rows it has not. */
export interface RecordedTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly left: number;
}

function sentences(texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    wrapped(text, textWidth).map((line, index) => `    ${index === 0 ? "" : "  "}${line}`),
  );
}

/** Since when it was used, and by how many. */
function useText(map: RecordedMap, zero: number, before: string): string {
  const goroutines = map.goroutines.length + map.goroutinesNotKept;
  if (goroutines === 0) {
    return "no access to it was recorded: as far as the recorder saw, one goroutine alone used it before";
  }
  const about = map.goroutinesNotKept > 0 ? "about " : "";
  const since = durationText(Math.max(0, zero - map.firstNanoseconds));
  return `used by ${about}${many(goroutines, "goroutine")} since ${since} before ${before}; ${many(map.turns, "turn")} (an access by another goroutine than the one before)`;
}

/** The share of reads and changes, with those that were only counted. */
function shareTexts({ recorded, counted: besides }: RecordedMap): string[] {
  const reads = recorded.reads + besides.reads;
  const changes = recorded.changes + besides.changes;
  const all = reads + changes;
  if (all === 0) {
    return [];
  }
  const share = `: ${percent(reads / all)} reads, ${percent(changes / all)} changes`;
  return [
    `${many(recorded.reads + recorded.changes, "access", "accesses")} recorded and ${countText(besides.reads + besides.changes)} more counted${share}`,
  ];
}

/** How it grew: how often in each way, and the last time. */
function growthTexts(map: RecordedMap): string[] {
  const last = map.growths.at(-1);
  if (last === undefined) {
    return [];
  }
  const kinds = map.growthCounts.map(({ kind, count }) => `${growthNoun(kind)} ${countText(count)}×`);
  const by = last.goroutine === null ? "" : ` by goroutine ${last.goroutine}`;
  const at = last.site === null ? "" : ` at ${placeName(last.site)}`;
  return [`growth: ${listed(kinds)}; the last one${by}${at}: ${lastGrowthText(last)}`];
}

function lastGrowthText(growth: RecordedMap["growths"][number]): string {
  const elements = growth.elements === null ? "" : `with ${many(growth.elements, "element")}, `;
  if (growth.kind !== "double" && growth.kind !== "same-size") {
    return `${elements}within one change${growth.inMarking ? ", while the GC was marking" : ""}`;
  }
  const { beginNanoseconds: begin, endNanoseconds: end } = growth;
  const took = begin === null || end === null ? "" : ` in ${durationText(end - begin)}`;
  const far =
    end !== null
      ? `complete${took}`
      : growth.oldBuckets === null
        ? "not complete"
        : `not complete (${countText(growth.evacuated ?? 0)} of ${countText(growth.oldBuckets)} old buckets moved)`;
  const accesses =
    growth.accesses === 0
      ? "no recorded access fell into it"
      : `${many(growth.accesses, "recorded access", "recorded accesses")} fell into it, ${countText(growth.otherAccesses)} of other goroutines`;
  return `${elements}${far}; ${accesses}${growth.inMarking ? "; the GC was marking" : ""}`;
}

/** A way of growing, as a noun. */
export function growthNoun(kind: RecordedMap["growths"][number]["kind"]): string {
  switch (kind) {
    case "double":
      return "to twice the buckets";
    case "same-size":
      return "to the same size";
    case "becomes-table":
      return "small map to table";
    case "table-grows":
      return "larger table";
    case "table-splits":
      return "table split";
    case "directory-doubles":
      return "directory doubled";
    case "tombstones-pruned":
      return "tombstones pruned";
    default:
      return kind satisfies never;
  }
}

function clearTexts({ clears }: RecordedMap): string[] {
  return clears === 0 ? [] : [`cleared ${clears === 1 ? "once" : `${countText(clears)} times`}`];
}

function siteLines(map: RecordedMap, moment: RecordedMoment): string[] {
  const { columns, rows, left } = recordedSites(map, moment, maxSites);
  return rows.length === 0
    ? []
    : [...tableLines(columns, rows), ...(left > 0 ? [`… ${many(left, "more place")}`] : [])];
}

/** The places that used a map, those with the most recorded accesses first. */
export function recordedSites(
  map: RecordedMap,
  { nanoseconds: zero, name }: RecordedMoment,
  most: number,
): RecordedTable {
  const rows = map.sites
    .slice(0, most)
    .map((site) => [
      site.site === null ? site.textOffset : placeName(site.site),
      site.site === null ? "" : functionName(site.site),
      site.operation ?? "?",
      countText(site.recorded),
      durationText(Math.max(0, zero - site.lastNanoseconds)),
      `${site.lastGoroutine}${site.severalGoroutines ? ", others" : ""}`,
    ]);
  return {
    left: map.sites.length - rows.length + map.sitesNotKept,
    rows,
    columns: [
      { title: "place", align: "left", most: 24 },
      { title: "function", align: "left", most: 26 },
      { title: "what", align: "left", most: 7 },
      { title: "recorded", align: "right", most: 11 },
      { title: name === "the end" ? "before end" : "last before", align: "right", most: 11 },
      { title: "goroutine", align: "left", most: 18 },
    ],
  };
}

/** Who had it: hand-overs where one ended before the next began, else who took how many turns. */
function goroutineLines(map: RecordedMap, moment: RecordedMoment): string[] {
  const { columns, rows, left } = recordedGoroutines(map, moment, maxGoroutines);
  return rows.length === 0
    ? []
    : [
        ...tableLines(columns, rows),
        ...(left > 0 ? [`… ${many(left, "more goroutine")}`] : []),
        ...handedTexts(map, moment).flatMap((text) => wrapped(text, textWidth)),
      ];
}

function agoText(clock: number, zero: number): string {
  return clock >= zero ? "0" : durationText(zero - clock);
}

/** One goroutine used it after another one had ended using it; nothing where that was not so. */
export function handedTexts({ handOvers }: RecordedMap, { nanoseconds: zero }: RecordedMoment): string[] {
  const handed = handOvers.map(
    ({ from, to, atNanoseconds }) => `${from} → ${to} (${agoText(atNanoseconds, zero)} before)`,
  );
  return handed.length === 0 ? [] : [`handed over: ${listed(handed.slice(-maxGoroutines))}`];
}

/** The last goroutines that used a map, in the order in which they came. */
export function recordedGoroutines(
  map: RecordedMap,
  { nanoseconds: zero }: RecordedMoment,
  most: number,
): RecordedTable {
  const ago = (clock: number): string => agoText(clock, zero);
  // The last ones to use it, in the order in which they came.
  const last = map.goroutines
    .toSorted((one, other) => other.lastNanoseconds - one.lastNanoseconds)
    .slice(0, most);
  const rows = map.goroutines
    .filter((use) => last.includes(use))
    .map((use) => [
      String(use.id),
      `${ago(use.firstNanoseconds)} to ${ago(use.lastNanoseconds)}`,
      countText(use.reads),
      countText(use.changes),
      countText(use.turns),
    ]);
  return {
    left: map.goroutines.length - rows.length + map.goroutinesNotKept,
    rows,
    columns: [
      { title: "goroutine", align: "right", most: 16 },
      { title: "before, from … to …", align: "left", most: 24 },
      { title: "reads", align: "right", most: 11 },
      { title: "changes", align: "right", most: 11 },
      { title: "turns", align: "right", most: 11 },
    ],
  };
}

/** The timeline with its title. */
function lastLines(
  { timeline }: RecordingObservation,
  drawing: Drawing,
  conflict: RecordingView["conflict"],
): string[] {
  if (timeline === null || timeline.events.length === 0) {
    return [];
  }
  const span = durationText(Math.max(0, timeline.zeroNanoseconds - timeline.fromNanoseconds));
  const end =
    conflict === undefined || timeline.conflict !== conflict.handle
      ? undefined
      : {
          peer: conflict.kind === "conflict" ? conflict.sides[0].goroutine.id : null,
          detector:
            conflict.kind === "conflict" ? conflict.sides[1].goroutine.id : conflict.side.goroutine.id,
          found: conflict.found,
        };
  const title =
    timeline.conflict === null
      ? `The last ${span} in which the map ${timeline.address} was used`
      : `The last ${span} before the conflict`;
  return [
    drawing.colours.marked(`  ${title}`),
    ...timelineLines(timeline, end, drawing),
    ...wrapped(
      "Accesses by the same goroutine at the same place as the map's last one are counted and not listed. --last 2ms, say, shows another span.",
      textWidth,
    ).map((line) => drawing.colours.quiet(`    ${line}`)),
    "",
  ];
}
