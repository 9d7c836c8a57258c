/**
 * The last events around one map, chosen from the columns: its own, those of the garbage collector, and the starts and ends of
 * the goroutines that used it.
 */
import type { Timeline } from "../../case/case.js";
import { copyRow, makeColumns } from "../../evidence/ring/columns.js";
import { partsBefore } from "../../evidence/ring/event-sequence.js";
import { type EventColumns, eventKinds, type EventSequence } from "../../evidence/ring/recording.js";
import { operationNumber, operationOfNumber } from "./accesses.js";
import { gcPhases } from "./gc-life.js";
import { isGrowth } from "./growth.js";
import type { EventPlaces } from "./places.js";

/** What the timeline is of. */
export interface TimelineSubject {
  readonly address: number;
  /** 0 = any. */
  readonly life: number;
  readonly type: string | null;
  /** Handle of the conflict that it ends with. */
  readonly conflict: string | null;
  /** When a conflict was found, by the position of its record; it is a little earlier than its event. */
  readonly conflictClock: (record: number) => number | undefined;
  /** Goroutines to put first. */
  readonly goroutines: readonly number[];
}

/** Which span is shown. */
export interface TimelineSpan {
  /** Where it ends. */
  readonly to: number;
  /** The moment that times are shown relative to: the conflict, or the end. */
  readonly zero: number;
  /** How long it is; left out, so long that it holds a useful number of events. */
  readonly last?: number | undefined;
}

/** How many accesses a span has when its length is not given. */
const usefulAccesses = 40;
/** A span whose length is not given is at most so long, in nanoseconds: what was long before explains nothing. */
const longestSpan = 10e9;
/** How many events are listed at most. */
const mostEvents = 1000;
/** How many goroutines are listed. */
const mostGoroutines = 64;

type TimelineEvent = Timeline["events"][number];

/** Chooses the events of a timeline. */
export function timelineOf(
  all: EventSequence,
  subject: TimelineSubject,
  span: TimelineSpan,
  places: EventPlaces,
): Timeline {
  const end = firstAfter(all, span.to);
  const chosen = choose(all, subject, { ...span, end });
  const first = chosen.rows[0];
  const events = picked(all, chosen.rows);
  const from =
    span.last === undefined
      ? first === undefined
        ? span.to
        : (events.clock[0] ?? 0)
      : span.zero - span.last;
  const listed = chosen.rows
    .map((_, row) => timelineEventOf(events, row, subject, places))
    .toSorted((one, other) => one.atNanoseconds - other.atNanoseconds);
  return {
    address: `0x${subject.address.toString(16)}`,
    life: subject.life,
    type: subject.type,
    conflict: subject.conflict,
    fromNanoseconds: Math.max(0, from),
    toNanoseconds: span.to,
    zeroNanoseconds: span.zero,
    goroutines: goroutinesOf(events, subject),
    before: stateBefore(all, first ?? end, subject),
    events: joined(listed),
    eventsNotListed: chosen.left,
    marks: [],
  };
}

/** The first row whose clock is later, by bisection. */
function firstAfter(events: EventSequence, time: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events.rows(middle, middle + 1).clock[0] ?? 0) <= time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Goes back from the end of the span, and gives the rows that matter in their order. */
function choose(
  events: EventSequence,
  subject: TimelineSubject,
  { zero, last, end }: TimelineSpan & { readonly end: number },
): { readonly rows: number[]; readonly left: number } {
  const known = new Set(subject.goroutines);
  const earliest = zero - (last ?? longestSpan);
  const rows: number[] = [];
  let left = 0;
  let useful = 0;
  for (const { part, from } of partsBefore(events, end)) {
    for (let at = part.length - 1; at >= 0; at--) {
      if ((part.clock[at] ?? 0) < earliest || (last === undefined && useful >= usefulAccesses)) {
        return { rows: rows.toReversed(), left };
      }
      const matter = mattering(part, at, subject, known);
      if (matter !== "no") {
        if (rows.length < mostEvents) {
          rows.push(from + at);
        } else {
          left++;
        }
        // What the map's accesses are shown beside does not take their place.
        useful += matter === "access" ? 1 : 0;
      }
    }
  }
  return { rows: rows.toReversed(), left };
}

/** Some rows, as columns of their own. */
function picked(events: EventSequence, rows: readonly number[]): EventColumns {
  const columns = makeColumns(rows.length);
  for (const [to, row] of rows.entries()) {
    copyRow(events.rows(row, row + 1), 0, columns, to);
  }
  return columns;
}

function mattering(
  events: EventColumns,
  row: number,
  { address, life }: TimelineSubject,
  known: Set<number>,
): "access" | "beside" | "no" {
  const kind = events.kind[row] ?? 0;
  if (kind >= eventKinds.gcPhase && kind <= eventKinds.gcEnds) {
    return "beside";
  }
  const goroutine = events.goroutine[row] ?? 0;
  if (kind === eventKinds.goroutineStarts || kind === eventKinds.goroutineEnds) {
    return known.has(goroutine) ? "beside" : "no";
  }
  const eventLife = events.life[row] ?? 0;
  if (events.map[row] !== address || address === 0 || (life !== 0 && eventLife !== 0 && eventLife !== life)) {
    return "no";
  }
  if (known.size < mostGoroutines) {
    known.add(goroutine);
  }
  return isGrowth(kind) ? "beside" : "access";
}

/** Who is in it: those that were named first, then by how often, and among equals by who was last. */
function goroutinesOf(events: EventColumns, subject: TimelineSubject): number[] {
  const counts = new Map<number, number>();
  for (let row = events.length - 1; row >= 0; row--) {
    const goroutine = events.goroutine[row] ?? 0;
    if (goroutine !== 0 && events.map[row] === subject.address) {
      counts.set(goroutine, (counts.get(goroutine) ?? 0) + 1);
    }
  }
  const others = [...counts].toSorted(([, one], [, other]) => other - one).map(([goroutine]) => goroutine);
  return [...new Set([...subject.goroutines, ...others])].slice(0, mostGoroutines);
}

/** How map and garbage collector stood before a row: what their last events before it say. */
function stateBefore(events: EventSequence, row: number, { address }: TimelineSubject): Timeline["before"] {
  const found: StateFound = { growing: undefined, phase: undefined, barrier: undefined };
  for (const { part } of partsBefore(events, row)) {
    if (lookForState(part, address, found)) {
      break;
    }
  }
  const { growing, phase, barrier } = found;
  return {
    growing: growing ?? false,
    gcPhase: phase === undefined ? null : (gcPhases[phase] ?? null),
    writeBarrier: barrier === undefined ? null : barrier === 1,
  };
}

interface StateFound {
  growing: boolean | undefined;
  phase: number | undefined;
  barrier: number | undefined;
}

/** Goes back over events, and notes what is not known yet. Gives whether all is. */
function lookForState(events: EventColumns, address: number, found: StateFound): boolean {
  for (let at = events.length - 1; at >= 0; at--) {
    const kind = events.kind[at] ?? 0;
    if (kind === eventKinds.gcPhase) {
      found.phase ??= events.a[at] ?? 0;
    } else if (kind === eventKinds.writeBarrier) {
      found.barrier ??= events.a[at] ?? 0;
    } else if (
      found.growing === undefined &&
      events.map[at] === address &&
      (isGrowth(kind) || kind === eventKinds.clear)
    ) {
      found.growing = kind >= eventKinds.growthBegins && kind <= eventKinds.evacuation;
    }
    if (found.growing !== undefined && found.phase !== undefined && found.barrier !== undefined) {
      return true;
    }
  }
  return false;
}

/** An event with its names, as a case file has it. */
export function timelineEventOf(
  events: EventColumns,
  row: number,
  { conflictClock }: Pick<TimelineSubject, "conflictClock">,
  places: Pick<EventPlaces, "siteOf">,
): TimelineEvent {
  const kind = events.kind[row] ?? 0;
  const hasOperation = kind === eventKinds.access || kind === eventKinds.shared;
  const a = events.a[row] ?? 0;
  const recorded = events.clock[row] ?? 0;
  const clock = kind === eventKinds.conflict ? Math.min(recorded, conflictClock(a) ?? recorded) : recorded;
  const goroutine = events.goroutine[row] ?? 0;
  const processor = events.processor[row] ?? noProcessor;
  return {
    atNanoseconds: clock,
    untilNanoseconds: clock,
    times: 1,
    kind: names.get(kind) ?? null,
    kindNumber: kind,
    goroutine: goroutine === 0 ? null : goroutine,
    processor: processor === noProcessor ? null : processor,
    operation: hasOperation ? operationOfNumber(operationNumber(a)) : null,
    site: places.siteOf(events.stack[row] ?? 0, events.site[row] ?? 0),
    a,
    b: events.b[row] ?? 0,
  };
}

const noProcessor = 65_535;

const names: ReadonlyMap<number, NonNullable<TimelineEvent["kind"]>> = new Map([
  [eventKinds.access, "access"],
  [eventKinds.conflict, "conflict"],
  [eventKinds.shared, "shared"],
  [eventKinds.growthBegins, "growth-begins"],
  [eventKinds.sameSizeGrowthBegins, "same-size-growth-begins"],
  [eventKinds.evacuation, "evacuation"],
  [eventKinds.growthComplete, "growth-complete"],
  [eventKinds.becomesTable, "becomes-table"],
  [eventKinds.tableGrows, "table-grows"],
  [eventKinds.tableSplits, "table-splits"],
  [eventKinds.directoryDoubles, "directory-doubles"],
  [eventKinds.tombstonesPruned, "tombstones-pruned"],
  [eventKinds.clear, "clear"],
  [eventKinds.gcPhase, "gc-phase"],
  [eventKinds.writeBarrier, "write-barrier"],
  [eventKinds.sweepBegins, "sweep-begins"],
  [eventKinds.sweepComplete, "sweep-complete"],
  [eventKinds.gcBegins, "gc-begins"],
  [eventKinds.gcEnds, "gc-ends"],
  [eventKinds.goroutineStarts, "goroutine-starts"],
  [eventKinds.goroutineEnds, "goroutine-ends"],
]);

/** Equal accesses in a row, by one goroutine at one place, are one line. */
function joined(events: readonly TimelineEvent[]): TimelineEvent[] {
  const lines: TimelineEvent[] = [];
  for (const event of events) {
    const before = lines.at(-1);
    if (before !== undefined && isSame(before, event)) {
      before.untilNanoseconds = event.untilNanoseconds;
      before.times++;
      before.a = event.a;
      before.b = event.b;
    } else {
      lines.push({ ...event });
    }
  }
  return lines;
}

function isSame(one: TimelineEvent, other: TimelineEvent): boolean {
  return (
    one.kind === other.kind &&
    (one.kind === "access" || one.kind === "evacuation") &&
    one.goroutine === other.goroutine &&
    one.operation === other.operation &&
    one.site?.file === other.site?.file &&
    one.site?.line === other.site?.line &&
    one.site?.function === other.site?.function
  );
}
