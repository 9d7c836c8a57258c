/** What a trace has shown, as a whole: its events, figures, and what it could not see. */
import type { TraceEnd, TraceWay } from "../../evidence/gdb/trace/trace.js";
import type { Timeline, TraceEvent, TraceSite } from "./timeline.js";

/** A trace. */
export interface TraceReport {
  readonly program: string;
  readonly goVersion: string | null;
  readonly mapImplementation: "classic" | "swiss";
  /** What was asked for, in words: `main.cache`, `all maps`. */
  readonly chosen: string;
  readonly way: TraceWay;
  readonly events: readonly TraceEvent[];
  readonly end: {
    readonly why: TraceEnd["why"];
    readonly status: number | null;
    readonly signal: string | null;
    readonly seconds: number;
  };
  readonly totals: TraceTotals;
  /** One sentence each. */
  readonly notes: readonly string[];
}

/** Sums. */
export interface TraceTotals {
  readonly marksSet: number;
  readonly marksCleared: number;
  /** How often a function of growth began, by its name. */
  readonly growth: readonly { readonly mapFunction: string; readonly count: number }[];
  readonly maps: number;
  readonly goroutines: number;
  /** How often a line set a mark. */
  readonly sites: readonly { readonly site: TraceSite; readonly count: number }[];
  /** Rows that told again what was known. */
  readonly repeated: number;
  readonly lost: number;
}

/** Makes the report. */
export function traceReport(
  what: Pick<TraceReport, "program" | "goVersion" | "mapImplementation" | "chosen" | "way">,
  timeline: Timeline,
  end: TraceEnd,
): TraceReport {
  const { events } = timeline;
  return {
    ...what,
    events,
    end: {
      why: end.why,
      status: end.status ?? null,
      signal: end.signal ?? null,
      seconds: end.seconds,
    },
    totals: totalsOf(events, timeline.repeated, end.lost),
    notes: notesOf(what.way, events, timeline.repeated, end),
  };
}

function totalsOf(events: readonly TraceEvent[], repeated: number, lost: number): TraceTotals {
  const growth = new Map<string, number>();
  const sites = new Map<string, { readonly site: TraceSite; count: number }>();
  const maps = new Set<string>();
  const goroutines = new Set<number | null>();
  let marksSet = 0;
  let marksCleared = 0;
  for (const event of events) {
    goroutines.add(event.goroutine);
    if (event.kind === "fatal") {
      continue;
    }
    maps.add(event.map);
    if (event.kind === "growth") {
      growth.set(event.mapFunction, (growth.get(event.mapFunction) ?? 0) + 1);
    } else if (event.kind === "header") {
      continue;
    } else if (event.mark === "cleared") {
      marksCleared++;
    } else if (event.mark === "set") {
      marksSet++;
      if (event.site !== null) {
        const key = JSON.stringify(event.site);
        const known = sites.get(key) ?? { site: event.site, count: 0 };
        known.count++;
        sites.set(key, known);
      }
    }
  }
  return {
    marksSet,
    marksCleared,
    growth: [...growth].map(([mapFunction, count]) => ({ mapFunction, count })),
    maps: maps.size,
    goroutines: goroutines.size,
    sites: [...sites.values()].toSorted((a, b) => b.count - a.count),
    repeated,
    lost,
  };
}

/** Seconds between a mark's setting and its clearing, where nothing lay in between; undefined where there were none. */
function medianMarked(events: readonly TraceEvent[]): number | undefined {
  const gaps: number[] = [];
  events.forEach((event, index) => {
    const next = events[index + 1];
    if (
      event.kind === "flags" &&
      event.mark === "set" &&
      next?.kind === "flags" &&
      next.mark === "cleared" &&
      next.map === event.map &&
      next.goroutine === event.goroutine
    ) {
      gaps.push(next.seconds - event.seconds);
    }
  });
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
}

function notesOf(way: TraceWay, events: readonly TraceEvent[], repeated: number, end: TraceEnd): string[] {
  const notes: string[] = [];
  const marked = medianMarked(events);
  if (marked !== undefined) {
    notes.push(
      `The program stands still at each event. Here ${(marked * 1000).toFixed(2)} ms lay between a mark's setting and its clearing (median); ` +
        "without GDB it is below a microsecond, so what meets there need not meet here.",
    );
  }
  if (end.lost > 0) {
    notes.push(`${end.lost} hits are missing: they could not be read, or did not arrive.`);
  }
  if (repeated > 0) {
    notes.push(
      `${repeated} times a thread came by the same instruction again before it had run (a signal reached it there); these were not counted twice.`,
    );
  }
  if (way === "watch") {
    notes.push(
      "A watchpoint sees changes only: a store of the value that is there already is not among them.",
    );
  } else {
    notes.push(
      "Seen are the stores of Go's own map functions. Memory that is overwritten by something else (unsafe, cgo) is not; --watch sees that.",
    );
  }
  if (end.why === "events") {
    notes.push(`It was ended after ${events.length} events; --events allows for more.`);
  } else if (end.why === "time") {
    notes.push("It was ended when the time was over.");
  } else if (end.why === "interrupted") {
    notes.push("It was interrupted.");
  } else if (end.why === "exec") {
    notes.push("The program became another one (exec), which was not traced.");
  }
  return notes;
}
