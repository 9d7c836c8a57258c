/** Timelines of what is small: the events that a case keeps, traces, and conflicts with their moments. */
import type { Operation, PlacedFrame, Timeline } from "../../case/case.js";
import {
  extent,
  heldSpans,
  type KnownMoment,
  type KnownOfProcess,
  Lanes,
  Maps,
  momentOf,
  type TimelineData,
  type TimelineMap,
  type TimelineMoment,
} from "./data.js";
import { findSpans, noMap, type Span, spanKinds, type SpanList, spansOf } from "./spans.js";
import { type Marks, markKinds } from "./marks.js";

/** One mark, as it is put in. */
interface Mark {
  readonly clock: number;
  readonly goroutine: number | null;
  readonly map: number;
  readonly kind: number;
  readonly detail: number;
  readonly frame: PlacedFrame | null;
  /** Index of what it was made from. */
  readonly ref: number;
}

/** The operation's number, as event files have it. */
export function operationNumberOf(operation: Operation | null): number {
  switch (operation) {
    case "read":
      return 1;
    case "write":
      return 2;
    case "delete":
      return 3;
    case "iterate":
      return 4;
    case "clear":
      return 6;
    case "clone":
      return 7;
    case "length":
      return 8;
    case "change":
      return 9;
    case null:
      return 0;
    default:
      return operation satisfies never;
  }
}

/** Puts marks into columns, with the places that they name. */
function inColumns(
  all: readonly Mark[],
  lanes: Lanes,
): { readonly marks: Marks; readonly frames: readonly (PlacedFrame | null)[] } {
  const sorted = all.toSorted((one, other) => one.clock - other.clock);
  const frames: (PlacedFrame | null)[] = [null];
  const numbers = new Map<string, number>();
  const placeOf = (frame: PlacedFrame | null): number => {
    if (frame === null) {
      return 0;
    }
    const key = JSON.stringify([frame.function, frame.file, frame.line]);
    const known = numbers.get(key) ?? frames.push(frame) - 1;
    numbers.set(key, known);
    return known;
  };
  return {
    marks: {
      length: sorted.length,
      clock: Float64Array.from(sorted, ({ clock }) => clock),
      lane: Uint32Array.from(sorted, ({ goroutine }) => lanes.of(goroutine)),
      map: Uint32Array.from(sorted, ({ map }) => map),
      kind: Uint8Array.from(sorted, ({ kind }) => kind),
      detail: Uint8Array.from(sorted, ({ detail }) => detail),
      place: Uint32Array.from(sorted, ({ frame }) => placeOf(frame)),
      ref: Uint32Array.from(sorted, ({ ref }) => ref),
    },
    frames,
  };
}

/** The events that a case keeps of a recording, around one map. */
export function keptEventsData(timeline: Timeline, known: KnownOfProcess): TimelineData {
  const lanes = new Lanes(timeline.goroutines);
  const maps = new Maps([], known.maps);
  const subject = maps.of({ address: timeline.address, life: timeline.life, type: timeline.type });
  const repeated: Span[] = [];
  const all = timeline.events.map((event, ref): Mark => {
    const { kindNumber, goroutine, atNanoseconds: clock, untilNanoseconds: until } = event;
    const isOfMap = event.kind === null || kindNumber < markKinds.gcPhase;
    if (until > clock && event.kind === "access") {
      repeated.push({
        start: clock,
        end: until,
        kind: spanKinds.repeated,
        lane: lanes.of(goroutine),
        map: subject,
      });
    }
    return {
      clock,
      goroutine,
      map: isOfMap ? subject : noMap,
      kind: Math.min(255, kindNumber),
      detail: event.operation === null ? event.a % 256 : operationNumberOf(event.operation),
      frame: event.site,
      ref,
    };
  });
  const { marks, frames } = inColumns(all, lanes);
  const moments = known.moments.map((moment) => momentOf(moment, lanes, maps));
  const [first, last] = extent(marks, moments);
  const from = Math.min(first, timeline.fromNanoseconds);
  const to = Math.max(last, timeline.toNanoseconds);
  return {
    marks,
    ids: lanes.ids(),
    functions: lanes.functions(known),
    maps: maps.all,
    frames,
    spans: spansOf(withBeginning(timeline, marks, repeated, { subject, from, to })),
    moments,
    from,
    to,
  };
}

/** Growth and phases, with those that were going on when the kept events begin. */
function withBeginning(
  { before }: Timeline,
  marks: Marks,
  others: readonly Span[],
  { subject, from, to }: { readonly subject: number; readonly from: number; readonly to: number },
): SpanList {
  const spans = findSpans(marks, { completeSince: 0, end: to });
  const goesOn: readonly [boolean, number, readonly number[]][] = [
    [
      before.growing,
      spanKinds.growth,
      [markKinds.growthBegins, markKinds.sameSizeGrowthBegins, markKinds.growthComplete],
    ],
    [before.gcPhase === "mark", spanKinds.marking, [markKinds.gcPhase]],
    [before.gcPhase === "mark termination", spanKinds.termination, [markKinds.gcPhase]],
    [before.writeBarrier === true, spanKinds.barrier, [markKinds.writeBarrier]],
  ];
  for (const [goes, kind, ends] of goesOn) {
    const end = marks.kind.findIndex((one) => ends.includes(one));
    const until = end < 0 ? to : (marks.clock[end] ?? to);
    if (goes) {
      spans.remove((one, open) => one === kind && open % 2 === 1);
      spans.add(kind, from, until, { open: end < 0 ? 3 : 1, map: subject });
    }
  }
  for (const span of others) {
    spans.add(span.kind, span.start, span.end, span);
  }
  return spans;
}

/** Conflicts and what was detected, each with its moment. */
export function momentsData(known: KnownOfProcess): TimelineData {
  const lanes = new Lanes();
  const maps = new Maps(known.maps);
  const moments = known.moments.map((moment) => momentOf(moment, lanes, maps));
  const all = known.moments.flatMap(({ clock, sides, map }, ref) =>
    sides.map(({ goroutine, operation, held, frame }): Mark => ({
      // Held just before its access.
      clock: Math.max(0, clock - held),
      goroutine,
      map: maps.of(map),
      kind: markKinds.access,
      detail: operationNumberOf(operation),
      frame,
      ref,
    })),
  );
  const { marks, frames } = inColumns(all, lanes);
  const [from, to] = extent(marks, moments);
  return {
    marks,
    ids: lanes.ids(),
    functions: lanes.functions(known),
    maps: maps.all,
    frames,
    spans: spansOf(heldSpans(known.moments, lanes, maps)),
    moments,
    from,
    to,
  };
}

/** What a timeline needs of an event of a trace. */
export type TracedEvent = {
  readonly seconds: number;
  readonly goroutine: number | null;
  readonly site: { readonly function: string; readonly file: string; readonly line: number } | null;
} & (
  | { readonly kind: "flags"; readonly map: string; readonly mark: "set" | "cleared" | null }
  | { readonly kind: "growth" | "header"; readonly map: string }
  | {
      readonly kind: "fatal";
      readonly message: string | null;
      /** The map that Go's check was made on; null or left out where that is not known. */
      readonly map?: string | null | undefined;
    }
);

/** A trace under GDB, which knows when a writer's mark was set and cleared. */
export function traceData(events: readonly TracedEvent[]): TimelineData {
  const lanes = new Lanes();
  const maps = new Maps([]);
  const mapOf = (address: string): number => maps.of(traceMap(address));
  const follow = new MarkedTime(lanes);
  const fatal: KnownMoment[] = [];
  const all = events.map((event, ref): Mark => {
    const clock = event.seconds * 1e9;
    const map = event.map === null || event.map === undefined ? noMap : mapOf(event.map);
    follow.came(event.goroutine, map, clock);
    if (event.kind === "flags") {
      follow.take(event.mark, event.goroutine, map, clock);
    } else if (event.kind === "fatal") {
      fatal.push(fatalMoment(event, ref, follow.marked(map), maps.all[map] ?? null));
    }
    return {
      clock,
      goroutine: event.goroutine,
      map,
      kind: kindOf(event),
      detail: 0,
      frame: frameOf(event.site),
      ref,
    };
  });
  const { marks, frames } = inColumns(all, lanes);
  const moments: TimelineMoment[] = fatal.map((moment) => momentOf(moment, lanes, maps));
  const [from, to] = extent(marks, moments);
  return {
    marks,
    ids: lanes.ids(),
    functions: Array.from({ length: lanes.ids().length }),
    maps: maps.all,
    frames,
    spans: spansOf(follow.finished(to)),
    moments,
    from,
    to,
  };
}

function traceMap(address: string): TimelineMap {
  return { address, life: 0, type: null };
}

function kindOf(event: TracedEvent): number {
  switch (event.kind) {
    case "flags":
      return event.mark === "set"
        ? markKinds.markSet
        : event.mark === "cleared"
          ? markKinds.markCleared
          : markKinds.flags;
    case "growth":
      return markKinds.growthStep;
    case "header":
      return markKinds.header;
    case "fatal":
      return markKinds.fatal;
    default:
      return event satisfies never;
  }
}

function frameOf(site: TracedEvent["site"]): PlacedFrame | null {
  return site === null
    ? null
    : {
        function: site.function,
        file: site.file,
        line: site.line < 1 ? null : site.line,
        inlined: false,
        origin: "own",
      };
}

interface Marked {
  readonly goroutine: number | null;
  readonly map: number;
  readonly since: number;
}

/** Follows the marks of writers: by map, who has set it and when. */
class MarkedTime {
  readonly #spans: Span[] = [];
  readonly #marked = new Map<number, Marked>();

  constructor(private readonly lanes: Lanes) {}

  take(mark: "set" | "cleared" | null, goroutine: number | null, map: number, clock: number): void {
    if (mark === null) {
      return;
    }
    // A writer that finds its mark cleared by another one has lost it: then the time ends with the other's event.
    this.#end(map, clock, 0);
    if (mark === "set") {
      this.#marked.set(map, { goroutine, map, since: clock });
    }
  }

  /**
   * A goroutine is at a map. It has left every other one, whether or not the end of that was seen: a map function that changes a map
   * uses no other one. (A map on a goroutine's stack moves with the stack, and then its mark is cleared at another address.)
   */
  came(goroutine: number | null, map: number, clock: number): void {
    for (const [other, marked] of this.#marked) {
      if (goroutine !== null && marked.goroutine === goroutine && other !== map && map !== noMap) {
        this.#end(other, clock, 2);
      }
    }
  }

  /** Who has its mark set on a map now. */
  marked(map: number): Marked | undefined {
    return this.#marked.get(map);
  }

  #end(map: number, clock: number, open: number): void {
    const before = this.#marked.get(map);
    if (before !== undefined) {
      this.#spans.push({
        start: before.since,
        end: clock,
        kind: spanKinds.markSet,
        open,
        lane: this.lanes.of(before.goroutine),
        map,
      });
      this.#marked.delete(map);
    }
  }

  finished(end: number): Span[] {
    for (const map of this.#marked.keys()) {
      this.#end(map, end, 2);
    }
    return this.#spans;
  }
}

/** The end by a fatal error. Whoever has its mark set on the map that Go's check was made on is the other side of the check. */
function fatalMoment(
  event: TracedEvent & { readonly kind: "fatal" },
  ref: number,
  marked: Marked | undefined,
  map: TimelineMap | null,
): KnownMoment {
  const other =
    marked === undefined || marked.goroutine === null || marked.goroutine === event.goroutine
      ? undefined
      : marked;
  const side = (goroutine: number | null): KnownMoment["sides"][number] => ({
    goroutine,
    operation: null,
    held: 0,
    frame: null,
  });
  return {
    clock: event.seconds * 1e9,
    finding: null,
    observation: `event ${ref + 1}`,
    title: event.message ?? "fatal error",
    map,
    sides: [side(event.goroutine), ...(other === undefined ? [] : [side(other.goroutine)])],
  };
}
