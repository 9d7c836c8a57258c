/**
 * Draws the last events before a conflict: time goes down, and goroutines, the map and the garbage collector have a lane each.
 *
 *        before  goroutine 6            goroutine 8            the map                     GC (cycle)
 *         572µs                         read cache.go:28                                   │
 *         567µs  write cache.go:18                                                         │
 *         195µs                                                grows to 512 buckets        │
 *             0  changing (×3,262)      Go's fatal error       │                           │
 *
 * A bar stands for "still going on": the growth, or marking.
 */
import type { Found, Timeline } from "../../case/case.js";
import { countText } from "../../case/count.js";
import type { Drawing } from "./finding.js";
import { cut, shown } from "./shown.js";
import { many, padded } from "./table.js";
import { goroutineText, mapText, singleGcText, timeText } from "./timeline-event.js";
import { type TimelineEvent, type TimelineRow, timelineRows } from "./timeline-rows.js";

/** How wide the lanes are. All in all a line has 100 characters. */
interface Widths {
  readonly goroutine: number;
  /** The lane that all further goroutines share. */
  readonly others: number;
  readonly map: number;
  readonly gc: number;
}

const timeWidth = 9;
const twoLanes: Widths = { goroutine: 21, others: 21, map: 26, gc: 15 };
const threeLanes: Widths = { goroutine: 17, others: 17, map: 20, gc: 10 };
const sharedLane: Widths = { goroutine: 16, others: 21, map: 18, gc: 10 };
/** How many lanes goroutines have; the last one is shared by all others. */
const mostLanes = 3;
/** What the timeline ends with, where it is a conflict. */
export interface TimelineEnd {
  readonly peer: number | null;
  readonly detector: number | null;
  readonly found: Found;
}

/** Draws a timeline, without its title. */
export function timelineLines(timeline: Timeline, end: TimelineEnd | undefined, drawing: Drawing): string[] {
  const lanes = new Lanes(timeline.goroutines);
  const state: State = {
    growing: timeline.before.growing,
    marking: timeline.before.gcPhase !== null && timeline.before.gcPhase !== "off",
  };
  const { rows, left } = timelineRows(timeline);
  return [
    drawing.colours.marked(titleLine(lanes)),
    ...(left > 0
      ? [
          `${" ".repeat(timeWidth)}  … ${many(left, "event")} of the span ${left === 1 ? "is" : "are"} not shown`,
        ]
      : []),
    ...rows.map((row) => rowLine(row, { timeline, lanes, state, end })),
  ];
}

interface State {
  growing: boolean;
  marking: boolean;
}

interface Scene {
  readonly timeline: Timeline;
  readonly lanes: Lanes;
  readonly state: State;
  readonly end: TimelineEnd | undefined;
}

/** Which goroutine is in which lane. */
class Lanes {
  readonly titles: readonly string[];
  readonly widths: Widths;
  readonly #own: readonly number[];

  constructor(goroutines: readonly number[]) {
    const shared = goroutines.length > mostLanes;
    this.#own = goroutines.slice(0, shared ? mostLanes - 1 : mostLanes);
    this.titles = [...this.#own.map((id) => `goroutine ${id}`), ...(shared ? ["others"] : [])];
    this.widths = shared ? sharedLane : this.titles.length > 2 ? threeLanes : twoLanes;
  }

  /** The lane of a goroutine, and what stands before its text there. */
  of(goroutine: number | null): { readonly lane: number; readonly prefix: string } {
    const own = goroutine === null ? -1 : this.#own.indexOf(goroutine);
    const others = this.titles.length - 1;
    return own >= 0 || goroutine === null
      ? { lane: own, prefix: "" }
      : { lane: others, prefix: this.titles.length > this.#own.length ? `g${goroutine} ` : "" };
  }

  /** How wide a lane is. */
  width(lane: number): number {
    return lane < this.#own.length ? this.widths.goroutine : this.widths.others;
  }

  /** A line with these texts. */
  line(time: string, texts: readonly string[], map: string, gc: string): string {
    const { map: mapWidth, gc: gcWidth } = this.widths;
    const own = this.titles.map((_, lane) => padded(texts[lane] ?? "", this.width(lane), "left"));
    const cells = [time.padStart(timeWidth), ...own, padded(map, mapWidth, "left"), cut(gc, gcWidth)];
    return cells.join("  ").trimEnd();
  }
}

function titleLine(lanes: Lanes): string {
  return lanes.line("before", lanes.titles, "the map", "GC (cycle)");
}

function rowLine(row: TimelineRow, scene: Scene): string {
  const { timeline, lanes, state } = scene;
  const time = timeText(timeline.zeroNanoseconds - row.at);
  switch (row.kind) {
    case "mark":
      return lanes.line(time, [], bar(state.growing), shown(row.text));
    case "gc": {
      const gc = gcText(row.events);
      state.marking = row.events.reduce(
        (marking, { kind, a }) => (kind === "gc-phase" ? a !== 0 : marking),
        state.marking,
      );
      return lanes.line(time, [], bar(state.growing), gc);
    }
    case "event":
      return row.event.kind === "conflict"
        ? conflictLine(row.event, scene)
        : eventLine(row.event, time, scene);
    default:
      return row satisfies never;
  }
}

/** What goes on. */
function bar(on: boolean): string {
  return on ? "│" : "";
}

function eventLine(event: TimelineEvent, time: string, { lanes, state }: Scene): string {
  const texts: string[] = [];
  const own = goroutineText(event);
  const { lane, prefix } = lanes.of(event.goroutine);
  if (own !== "" && lane >= 0) {
    texts[lane] = fitting(`${prefix}${own}`, lanes.width(lane));
  }
  const map = mapText(event);
  if (
    event.kind === "growth-begins" ||
    event.kind === "same-size-growth-begins" ||
    event.kind === "evacuation"
  ) {
    state.growing = true;
  } else if (event.kind === "growth-complete" || event.kind === "clear") {
    state.growing = false;
  }
  return lanes.line(time, texts, map === "" ? bar(state.growing) : map, bar(state.marking));
}

/** The line of a conflict: what both sides do. */
function conflictLine(event: TimelineEvent, { lanes, end, timeline, state }: Scene): string {
  const texts: string[] = [];
  const detector = lanes.of(event.goroutine);
  if (detector.lane >= 0) {
    texts[detector.lane] = `${detector.prefix}Go's fatal error`;
  }
  const isFirst = event.atNanoseconds === timeline.zeroNanoseconds;
  if (isFirst && end?.found.by === "go-check" && end.peer !== null && end.peer !== event.goroutine) {
    const { repeats } = end.found;
    const peer = lanes.of(end.peer);
    texts[peer.lane] =
      `${peer.prefix}changing${repeats === null || repeats < 2 ? "" : ` (×${countText(repeats)})`}`;
  }
  return lanes.line(
    timeText(timeline.zeroNanoseconds - event.atNanoseconds),
    texts,
    bar(state.growing),
    bar(state.marking),
  );
}

/** Text that keeps its line number where a long name of a file has to be cut. */
function fitting(text: string, width: number): string {
  const end = /:\d+(?: ×\d+)?$/.exec(text)?.[0] ?? "";
  return text.length <= width
    ? text
    : `${cut(text.slice(0, -end.length || undefined), width - end.length)}${end}`;
}

/** What the garbage collector did at one moment: the beginning and the end of marking say the most. */
function gcText(events: readonly TimelineEvent[]): string {
  const marks = events.find(({ kind, a }) => kind === "gc-phase" && a === 1);
  const ends = events.some(({ kind, a }) => (kind === "gc-phase" && a === 0) || kind === "gc-ends");
  const swept = events.some(({ kind }) => kind === "sweep-complete");
  if (marks !== undefined) {
    return `${ends ? "marked" : "marks"} (${marks.b})`;
  }
  return ends ? "marked" : swept ? "swept" : events.map(singleGcText).join(", ");
}
