/** A timeline's data, from whatever evidence: marks, lanes, maps, spans, and the moments of conflicts. Plain data. */
import type { Operation, PlacedFrame } from "../../case/case.js";
import type { CompactRecording } from "../../evidence/ring/compact.js";
import { findSpans, noMap, type Span, spanKinds, type Spans, spansOf } from "./spans.js";
import { type Marks, markKinds, marksOf } from "./marks.js";

/** A map in a timeline. */
export interface TimelineMap {
  /** As text, as in case files. */
  readonly address: string;
  readonly life: number;
  readonly type: string | null;
}

/** A moment at which two sides were on one map. */
export interface TimelineMoment {
  readonly clock: number;
  /** Handle of the finding that it is of, where there is one, and of the observation. */
  readonly finding: string | null;
  readonly observation: string;
  /** What it is, half a sentence. */
  readonly title: string;
  /** Lanes of its sides. */
  readonly lanes: readonly number[];
  /** Number of the map; `noMap` where it is not known. */
  readonly map: number;
}

/** All of it. */
export interface TimelineData {
  readonly marks: Marks;
  /** Goroutine ids by lane; -1 where the evidence does not tell it. */
  readonly ids: Float64Array;
  /** The function that each lane's goroutine was started in; undefined where not known. */
  readonly functions: readonly (string | undefined)[];
  readonly maps: readonly TimelineMap[];
  /** Places by their numbers; null where no name is known. */
  readonly frames: readonly (PlacedFrame | null)[];
  readonly spans: Spans;
  readonly moments: readonly TimelineMoment[];
  readonly from: number;
  readonly to: number;
}

/** What a case knows of the process besides. */
export interface KnownOfProcess {
  readonly maps: readonly TimelineMap[];
  readonly moments: readonly KnownMoment[];
  /** In which function goroutines were started. */
  readonly functions: readonly { readonly goroutine: number; readonly name: string }[];
}

/** A conflict with its moment, or what Go's check detected. */
export interface KnownMoment {
  readonly clock: number;
  readonly finding: string | null;
  readonly observation: string;
  readonly title: string;
  readonly map: TimelineMap | null;
  readonly sides: readonly {
    readonly goroutine: number | null;
    readonly operation: Operation | null;
    /** For how long it had been held in the trap. */
    readonly held: number;
    readonly frame: PlacedFrame | null;
  }[];
}

/** A name for a place. */
export interface NamedPlace {
  readonly stack: number;
  readonly site: number;
  readonly frame: PlacedFrame;
}

/** Names by the numbers that the columns have. */
export function framesOfPlaces(
  { places }: Pick<CompactRecording, "places">,
  names: readonly NamedPlace[],
): (PlacedFrame | null)[] {
  const key = (stack: number, site: number): number => stack * 0x1_0000_0000 + site;
  const known = new Map(names.map(({ stack, site, frame }) => [key(stack, site), frame]));
  return Array.from(
    { length: places.length },
    (_, place) =>
      known.get(key(places.stack(place), places.site(place))) ??
      known.get(key(0, places.site(place))) ??
      null,
  );
}

/** A recording as a timeline. */
export function recordingData(
  compact: CompactRecording,
  names: readonly NamedPlace[],
  known: KnownOfProcess,
): TimelineData {
  const marks = marksOf(compact.events);
  const lanes = new Lanes(compact.goroutines);
  const maps = new Maps(
    compact.maps.map(({ address, life }) => ({ address: `0x${address.toString(16)}`, life, type: null })),
    known.maps,
  );
  const frames = framesOfPlaces(compact, names);
  const moments = known.moments.map((moment) => momentOf(moment, lanes, maps));
  const [from, to] = extent(marks, moments);
  const functions = lanes.functions(known);
  nameByStarts(functions, marks, frames);
  const spans = findSpans(marks, { completeSince: compact.processCompleteSince, end: to });
  return {
    marks,
    ids: lanes.ids(),
    functions,
    maps: maps.all,
    frames,
    spans: spansOf(spans),
    moments,
    from,
    to,
  };
}

/** Where a goroutine starts, the place is the function that it starts in. */
function nameByStarts(
  functions: (string | undefined)[],
  { length, kind, lane, place }: Marks,
  frames: readonly (PlacedFrame | null)[],
): void {
  if (frames.every((frame) => frame === null)) {
    return;
  }
  for (let row = 0; row < length; row++) {
    if (kind[row] === markKinds.goroutineStarts) {
      functions[lane[row] ?? 0] ??= frames[place[row] ?? 0]?.function;
    }
  }
}

/** Where everything lies. */
export function extent(marks: Marks, moments: readonly { readonly clock: number }[]): [number, number] {
  const clocks = moments.map(({ clock }) => clock);
  const from = Math.min(marks.length > 0 ? (marks.clock[0] ?? 0) : Infinity, ...clocks);
  const to = Math.max(marks.length > 0 ? (marks.clock[marks.length - 1] ?? 0) : -Infinity, ...clocks);
  return from <= to ? [from, to] : [0, 0];
}

/** Lanes by goroutine. */
export class Lanes {
  readonly #ids: number[];
  readonly #byId = new Map<number, number>();

  constructor(ids: Iterable<number> = []) {
    this.#ids = [...ids];
    this.#ids.forEach((id, lane) => this.#byId.set(id, lane));
  }

  /** The lane of a goroutine; a new one where it has none. */
  of(goroutine: number | null): number {
    const id = goroutine ?? -1;
    const known = this.#byId.get(id);
    if (known !== undefined) {
      return known;
    }
    this.#byId.set(id, this.#ids.length);
    return this.#ids.push(id) - 1;
  }

  ids(): Float64Array {
    return Float64Array.from(this.#ids);
  }

  /** Names that the case knows. */
  functions({ functions }: KnownOfProcess): (string | undefined)[] {
    const names: (string | undefined)[] = Array.from({ length: this.#ids.length });
    for (const { goroutine, name } of functions) {
      const lane = this.#byId.get(goroutine);
      if (lane !== undefined) {
        names[lane] = name;
      }
    }
    return names;
  }
}

/** Maps by address and life. */
export class Maps {
  readonly all: TimelineMap[];
  readonly #byKey = new Map<string, number>();

  constructor(maps: readonly TimelineMap[], known: readonly TimelineMap[] = []) {
    const types = new Map(known.map((map) => [keyOf(map), map.type]));
    const anyLife = new Map(known.map(({ address, type }) => [address, type]));
    this.all = maps.map((map) => ({
      ...map,
      type: types.get(keyOf(map)) ?? (map.life === 0 ? anyLife.get(map.address) : undefined) ?? null,
    }));
    this.all.forEach((map, index) => this.#byKey.set(keyOf(map), index));
  }

  /** The number of a map; a new one where it is not known. One whose life is not known is the last one at its address. */
  of(map: TimelineMap | null): number {
    if (map === null) {
      return noMap;
    }
    const same = this.#byKey.get(keyOf(map));
    const known =
      same ?? (map.life === 0 ? this.all.findLastIndex((one) => one.address === map.address) : -1);
    if (known >= 0) {
      const before = this.all[known];
      if (before?.type === null && map.type !== null) {
        this.all[known] = { ...before, type: map.type };
      }
      return known;
    }
    this.#byKey.set(keyOf(map), this.all.length);
    return this.all.push(map) - 1;
  }
}

function keyOf({ address, life }: TimelineMap): string {
  return `${address} ${life}`;
}

/** A moment with its lanes and its map. */
export function momentOf(moment: KnownMoment, lanes: Lanes, maps: Maps): TimelineMoment {
  const { clock, finding, observation, title, sides, map } = moment;
  return {
    clock,
    finding,
    observation,
    title,
    lanes: [...new Set(sides.map(({ goroutine }) => lanes.of(goroutine)))],
    map: maps.of(map),
  };
}

/** The time for which sides were held in the trap. */
export function heldSpans(moments: readonly KnownMoment[], lanes: Lanes, maps: Maps): Span[] {
  return moments.flatMap(({ clock, sides, map }) =>
    sides
      .filter(({ held }) => held > 0)
      .map(({ goroutine, held }) => ({
        start: Math.max(0, clock - held),
        end: clock,
        kind: spanKinds.held,
        lane: lanes.of(goroutine),
        map: maps.of(map),
      })),
  );
}
