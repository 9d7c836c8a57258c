/** Which lines a timeline has: events of the garbage collector that belong together are one, and the most telling ones are kept. */
import type { Timeline } from "../../case/case.js";

/** An event of a timeline. */
export type TimelineEvent = Timeline["events"][number];

/** One line. */
export type TimelineRow =
  | { readonly kind: "event"; readonly at: number; readonly event: TimelineEvent }
  /** What the garbage collector did at nearly one moment, in order. */
  | { readonly kind: "gc"; readonly at: number; readonly events: readonly TimelineEvent[] }
  /** What other evidence says of it. */
  | { readonly kind: "mark"; readonly at: number; readonly text: string };

/** Lines, and how many events had to be left out for them. */
export interface TimelineRows {
  readonly rows: readonly TimelineRow[];
  readonly left: number;
}

/** How many lines a timeline has at most. */
const mostRows = 48;
/** Events of the garbage collector are one line when less than this part of the span lies between two of them. */
const oneLine = 1 / 200;

/** Makes the lines, oldest first. */
export function timelineRows(timeline: Timeline): TimelineRows {
  const span = Math.max(0, timeline.toNanoseconds - timeline.fromNanoseconds);
  const rows = [
    ...joined(timeline.events, span * oneLine),
    ...timeline.marks.map(({ atNanoseconds, text }) => ({ kind: "mark" as const, at: atNanoseconds, text })),
  ].toSorted((one, other) => one.at - other.at);
  const kept = choose(rows);
  const left = rows.filter((row) => !kept.has(row)).reduce((sum, row) => sum + sizeOf(row), 0);
  return { rows: rows.filter((row) => kept.has(row)), left: left + timeline.eventsNotListed };
}

function sizeOf(row: TimelineRow): number {
  return row.kind === "event" ? row.event.times : row.kind === "gc" ? row.events.length : 1;
}

/** Accesses first, then all others; of each the newest. */
function choose(rows: readonly TimelineRow[]): ReadonlySet<TimelineRow> {
  const accesses = rows.filter((row) => isAccess(row)).slice(-mostRows);
  const others = rows.filter((row) => !isAccess(row));
  const room = mostRows - accesses.length;
  return new Set([...accesses, ...(room > 0 ? others.slice(-room) : [])]);
}

function isAccess(row: TimelineRow): boolean {
  return (
    row.kind === "event" && (row.event.goroutine !== null || row.event.kind === null) && !isOfMap(row.event)
  );
}

/** Growth: what happens to the map and not what somebody does to it. */
function isOfMap({ kind }: TimelineEvent): boolean {
  switch (kind) {
    case "growth-begins":
    case "same-size-growth-begins":
    case "evacuation":
    case "growth-complete":
    case "becomes-table":
    case "table-grows":
    case "table-splits":
    case "directory-doubles":
    case "tombstones-pruned":
      return true;
    default:
      return false;
  }
}

/** Whether an event is the garbage collector's. */
function isOfGc({ kind }: TimelineEvent): boolean {
  switch (kind) {
    case "gc-begins":
    case "gc-phase":
    case "write-barrier":
    case "gc-ends":
    case "sweep-begins":
    case "sweep-complete":
      return true;
    default:
      return false;
  }
}

function joined(events: readonly TimelineEvent[], gap: number): TimelineRow[] {
  const rows: (TimelineRow | { kind: "gc"; at: number; events: TimelineEvent[] })[] = [];
  for (const event of events) {
    const last = rows.at(-1);
    const at = event.atNanoseconds;
    if (!isOfGc(event)) {
      rows.push({ kind: "event", at, event });
    } else if (last?.kind === "gc" && at - (last.events.at(-1)?.atNanoseconds ?? at) <= gap) {
      rows[rows.length - 1] = { kind: "gc", at: last.at, events: [...last.events, event] };
    } else {
      rows.push({ kind: "gc", at, events: [event] });
    }
  }
  return rows;
}
