/**
 * Spans of time: what goes on from one moment to another. Growth and the garbage collector's phases are found from the marks; those of
 * the beginning and the end of which only one was recorded are open at the other side, as far as the evidence reaches.
 */
import { type Marks, markKinds } from "./marks.js";

/** Kinds of span. */
export const spanKinds = {
  /** A classic map grows in steps. */
  growth: 1,
  /** The garbage collector marks; mark termination; its write barrier is on; it sweeps. */
  marking: 2,
  termination: 3,
  barrier: 4,
  sweep: 5,
  /** A side was held in the trap. */
  held: 6,
  /** The mark (flag) of a writer is set in the map's header. */
  markSet: 7,
  /** Several equal accesses in a row, of which only the first and the last moment are known. */
  repeated: 8,
} as const;

/** What a span is, in words. */
export function spanText(kind: number): string {
  switch (kind) {
    case spanKinds.growth:
      return "the map grows in steps";
    case spanKinds.marking:
      return "the garbage collector marks";
    case spanKinds.termination:
      return "mark termination";
    case spanKinds.barrier:
      return "the write barrier is on";
    case spanKinds.sweep:
      return "the garbage collector sweeps";
    case spanKinds.held:
      return "held in the trap";
    case spanKinds.markSet:
      return "the writer's mark is set in the map's header";
    case spanKinds.repeated:
      return "several equal accesses in a row";
    default:
      return "";
  }
}

/** Spans in columns, by their beginnings. */
export interface Spans {
  readonly length: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** One of `spanKinds`. */
  readonly kind: Uint8Array;
  /** 1 = the beginning is not known, 2 = the end is not known. */
  readonly open: Uint8Array;
  /** Number of the lane; `noLane` for those of no goroutine. */
  readonly lane: Uint32Array;
  /** Number of the map; `noMap` for those of none. */
  readonly map: Uint32Array;
}

/** Of no goroutine. */
export const noLane = 0xffff_ffff;
/** Of no map. */
export const noMap = 0xffff_ffff;

/** One span, as it is put in. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: number;
  readonly open?: number;
  readonly lane?: number;
  readonly map?: number;
}

/** Puts spans into columns. */
export function spansOf(all: readonly Span[]): Spans {
  const sorted = all.toSorted((one, other) => one.start - other.start || one.end - other.end);
  return {
    length: sorted.length,
    start: Float64Array.from(sorted, ({ start }) => start),
    end: Float64Array.from(sorted, ({ end }) => end),
    kind: Uint8Array.from(sorted, ({ kind }) => kind),
    open: Uint8Array.from(sorted, ({ open }) => open ?? 0),
    lane: Uint32Array.from(sorted, ({ lane }) => lane ?? noLane),
    map: Uint32Array.from(sorted, ({ map }) => map ?? noMap),
  };
}

/** So many spans are kept; a damaged file may have as many as events. */
const mostSpans = 1 << 20;

/** What is known beside the marks. */
export interface SpanContext {
  /** From when on all events of the garbage collector are there. */
  readonly completeSince: number;
  /** Where the evidence ends. */
  readonly end: number;
}

/** Finds growth and the phases of the garbage collector. */
export function findSpans(marks: Marks, context: SpanContext): Span[] {
  const found: Span[] = [];
  const growing = new Map<number, { start: number; open: number }>();
  const gc = new GcSpans(found, context);
  for (let row = 0; row < marks.length && found.length < mostSpans; row++) {
    const kind = marks.kind[row] ?? 0;
    if (kind < markKinds.growthBegins || kind > markKinds.gcEnds) {
      continue;
    }
    const clock = marks.clock[row] ?? 0;
    if (kind >= markKinds.gcPhase) {
      gc.take(kind, marks.detail[row] ?? 0, clock);
      continue;
    }
    const map = marks.map[row] ?? 0;
    const open = growing.get(map);
    if (kind === markKinds.growthBegins || kind === markKinds.sameSizeGrowthBegins) {
      if (open !== undefined) {
        // Its end was lost; the growth before is over when the next one begins.
        found.push({ ...open, end: clock, open: open.open | 2, kind: spanKinds.growth, map });
      }
      growing.set(map, { start: clock, open: 0 });
    } else if (kind === markKinds.evacuation && open === undefined) {
      growing.set(map, { start: clock, open: 1 });
    } else if (kind === markKinds.growthComplete || (kind === markKinds.clear && open !== undefined)) {
      found.push({ start: clock, open: 1, ...open, end: clock, kind: spanKinds.growth, map });
      growing.delete(map);
    }
  }
  for (const [map, open] of growing) {
    found.push({ ...open, end: context.end, open: open.open | 2, kind: spanKinds.growth, map });
  }
  gc.finish();
  return found;
}

/** Follows what the garbage collector does. */
class GcSpans {
  readonly #since = new Map<number, number>();
  /** States of which an event has been seen. */
  readonly #known = new Set<number>();

  constructor(
    private readonly found: Span[],
    private readonly context: SpanContext,
  ) {}

  take(kind: number, detail: number, clock: number): void {
    if (kind === markKinds.gcPhase) {
      this.#set(spanKinds.marking, detail === 1, clock, detail === 2);
      this.#set(spanKinds.termination, detail === 2, clock, detail === 0);
    } else if (kind === markKinds.writeBarrier) {
      this.#set(spanKinds.barrier, detail === 1, clock, detail === 0);
    } else if (kind === markKinds.sweepBegins || kind === markKinds.sweepComplete) {
      const begins = kind === markKinds.sweepBegins;
      this.#set(spanKinds.sweep, begins, clock, !begins);
    }
  }

  /** @param implied whether its being off now means that it was on until now */
  #set(kind: number, on: boolean, clock: number, implied: boolean): void {
    const since = this.#since.get(kind);
    if (on) {
      if (since === undefined) {
        this.#since.set(kind, clock);
      }
    } else if (since !== undefined) {
      this.found.push({ start: since, end: clock, kind });
      this.#since.delete(kind);
    } else if (implied && !this.#known.has(kind) && this.context.completeSince > 0) {
      this.found.push({ start: Math.min(clock, this.context.completeSince), end: clock, kind, open: 1 });
    }
    this.#known.add(kind);
  }

  finish(): void {
    for (const [kind, start] of this.#since) {
      this.found.push({ start, end: Math.max(start, this.context.end), kind, open: 2 });
    }
  }
}

/** Parts of spans that lie in a stretch of time; those that are closer than `step` are one. */
export interface SpanCells {
  readonly start: number[];
  readonly end: number[];
  readonly kind: number[];
  readonly open: number[];
  /** How many spans each stands for. */
  readonly count: number[];
}

/** No parts. */
export function noSpanCells(): SpanCells {
  return { start: [], end: [], kind: [], open: [], count: [] };
}

/**
 * Spans of one kind and one lane (or map, or of the whole process) for look-ups: overlapping ones are joined, so that both their
 * beginnings and their ends ascend.
 */
export class SpanRow {
  readonly #start: Float64Array;
  readonly #end: Float64Array;
  readonly #open: Uint8Array;
  readonly #count: Uint32Array;

  /** @param rows of the spans, ascending */
  constructor(
    readonly kind: number,
    spans: Spans,
    rows: readonly number[],
  ) {
    const joined: { start: number; end: number; open: number; count: number }[] = [];
    for (const row of rows) {
      const start = spans.start[row] ?? 0;
      const end = spans.end[row] ?? 0;
      const open = spans.open[row] ?? 0;
      const last = joined.at(-1);
      if (last !== undefined && start < last.end) {
        last.open = (last.open & 1) | (end > last.end ? open & 2 : last.open & 2);
        last.end = Math.max(last.end, end);
        last.count++;
      } else {
        joined.push({ start, end, open, count: 1 });
      }
    }
    this.#start = Float64Array.from(joined, ({ start }) => start);
    this.#end = Float64Array.from(joined, ({ end }) => end);
    this.#open = Uint8Array.from(joined, ({ open }) => open);
    this.#count = Uint32Array.from(joined, ({ count }) => count);
  }

  /** Adds the parts that lie in [from, to]; those with less than `step` between them are one. */
  within(from: number, to: number, step: number, cells: SpanCells): void {
    let at = this.#firstEnding(from);
    while (at < this.#start.length && (this.#start[at] ?? 0) <= to) {
      const first = at;
      let end = this.#end[at] ?? 0;
      let count = this.#count[at] ?? 0;
      while (at + 1 < this.#start.length && (this.#start[at + 1] ?? 0) - end < step && end <= to) {
        at++;
        end = this.#end[at] ?? 0;
        count += this.#count[at] ?? 0;
      }
      cells.start.push(this.#start[first] ?? 0);
      cells.end.push(end);
      cells.kind.push(this.kind);
      cells.open.push(((this.#open[first] ?? 0) & 1) | ((this.#open[at] ?? 0) & 2));
      cells.count.push(count);
      at++;
    }
  }

  /** The part that a moment lies in; undefined where there is none. */
  at(clock: number, tolerance: number): { start: number; end: number; open: number } | undefined {
    const at = this.#firstEnding(clock - tolerance);
    const start = this.#start[at];
    return start !== undefined && start <= clock + tolerance
      ? { start, end: this.#end[at] ?? 0, open: this.#open[at] ?? 0 }
      : undefined;
  }

  #firstEnding(clock: number): number {
    let low = 0;
    let high = this.#end.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#end[middle] ?? 0) < clock) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
