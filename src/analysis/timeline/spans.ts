/**
 * Spans of time: what goes on from one moment to another. Growth and the garbage collector's phases are found from the marks; those of
 * the beginning and the end of which only one was recorded are open at the other side, as far as the evidence reaches.
 */
import { firstNotBelow } from "../../base/sorted.js";
import { mergeRuns } from "../../evidence/ring/clock-order.js";
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
export function spansOf(all: readonly Span[] | SpanList): Spans {
  const list = all instanceof SpanList ? all : new SpanList(all);
  const { length } = list;
  const order = inOrder(list.start.subarray(0, length), list.end.subarray(0, length));
  return {
    length,
    start: taken(list.start, new Float64Array(length), order),
    end: taken(list.end, new Float64Array(length), order),
    kind: taken(list.kind, new Uint8Array(length), order),
    open: taken(list.open, new Uint8Array(length), order),
    lane: taken(list.lane, new Uint32Array(length), order),
    map: taken(list.map, new Uint32Array(length), order),
  };
}

type Column = Float64Array | Uint32Array | Uint8Array;

/** Puts a column's rows in another order into `to`. */
function taken<T extends Column>(column: T, to: T, order: Uint32Array): T {
  for (let row = 0; row < order.length; row++) {
    to[row] = column[order[row] ?? 0] ?? 0;
  }
  return to;
}

/** The order by start, then by end, then as they came: they nearly are in that order, and there may be a million. */
function inOrder(start: Float64Array, end: Float64Array): Uint32Array {
  const { length } = start;
  const rows = new Uint32Array(length);
  const runEnds: number[] = [];
  for (let row = 0; row < length; row++) {
    rows[row] = row;
    if (row > 0 && (start[row] ?? 0) < (start[row - 1] ?? 0)) {
      runEnds.push(row);
    }
  }
  runEnds.push(length);
  const { places, clocks } = mergeRuns({ places: rows, clocks: start.slice() }, runEnds);
  for (let from = 0; from < length;) {
    let to = from + 1;
    while (to < length && clocks[to] === clocks[from]) {
      to++;
    }
    if (to - from > 1) {
      places.subarray(from, to).sort((one, other) => (end[one] ?? 0) - (end[other] ?? 0) || one - other);
    }
    from = to;
  }
  return places;
}

/** Spans in the order in which they were found: there may be a million. Of the columns, those from `length` on are not used. */
export class SpanList {
  start = new Float64Array(64);
  end = new Float64Array(64);
  kind = new Uint8Array(64);
  open = new Uint8Array(64);
  lane = new Uint32Array(64);
  map = new Uint32Array(64);
  #length = 0;

  constructor(spans: readonly Span[] = []) {
    for (const span of spans) {
      this.add(span.kind, span.start, span.end, span);
    }
  }

  get length(): number {
    return this.#length;
  }

  /** @returns its row */
  add(
    kind: number,
    start: number,
    end: number,
    { open = 0, lane = noLane, map = noMap }: Partial<Span>,
  ): number {
    const row = this.#length++;
    if (row === this.start.length) {
      this.#grow(row * 2);
    }
    this.kind[row] = kind;
    this.start[row] = start;
    this.end[row] = end;
    this.open[row] = open;
    this.lane[row] = lane;
    this.map[row] = map;
    return row;
  }

  /** Ends one that was put in when it began. */
  finish(row: number, end: number, open: number): void {
    this.end[row] = end;
    this.open[row] = (this.open[row] ?? 0) | open;
  }

  /** Takes one out, where there is one that fits. */
  remove(fits: (kind: number, open: number) => boolean): void {
    const { length } = this;
    const at = this.kind.findIndex((kind, index) => index < length && fits(kind, this.open[index] ?? 0));
    if (at >= 0) {
      for (const column of [this.start, this.end, this.kind, this.open, this.lane, this.map]) {
        column.copyWithin(at, at + 1, length);
      }
      this.#length--;
    }
  }

  #grow(room: number): void {
    this.start = larger(this.start, new Float64Array(room));
    this.end = larger(this.end, new Float64Array(room));
    this.kind = larger(this.kind, new Uint8Array(room));
    this.open = larger(this.open, new Uint8Array(room));
    this.lane = larger(this.lane, new Uint32Array(room));
    this.map = larger(this.map, new Uint32Array(room));
  }
}

function larger<T extends Column>(column: T, to: T): T {
  to.set(column);
  return to;
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
export function findSpans(marks: Marks, context: SpanContext): SpanList {
  const found = new SpanList();
  const growth = new GrowthSpans(found);
  const gc = new GcSpans(found, context);
  for (let start = 0; start < marks.length && found.length < mostSpans; start += stretchLength) {
    takeMarks(marks, { growth, gc }, start, Math.min(marks.length, start + stretchLength));
  }
  growth.finish(context.end);
  gc.finish();
  return found;
}

/** Marks that are looked through in one go: a function that is called often is run faster than a long loop. */
const stretchLength = 1 << 14;

function takeMarks(
  { kind, clock, map, detail }: Marks,
  { growth, gc }: { readonly growth: GrowthSpans; readonly gc: GcSpans },
  start: number,
  end: number,
): void {
  for (let row = start; row < end; row++) {
    const what = kind[row] ?? 0;
    if (what >= markKinds.growthBegins && what <= markKinds.gcEnds) {
      if (what >= markKinds.gcPhase) {
        gc.take(what, detail[row] ?? 0, clock[row] ?? 0);
      } else {
        growth.take(what, map[row] ?? 0, clock[row] ?? 0);
      }
    }
  }
}

/** Follows which maps grow. A growth has its row from its beginning on, so that rows come in the order of their beginnings. */
class GrowthSpans {
  /** The row of the growth that goes on, by map. */
  readonly #rows = new Map<number, number>();

  constructor(private readonly found: SpanList) {}

  take(kind: number, map: number, clock: number): void {
    const row = this.#rows.get(map);
    if (kind === markKinds.growthBegins || kind === markKinds.sameSizeGrowthBegins) {
      if (row !== undefined) {
        // Its end was lost; the growth before is over when the next one begins.
        this.found.finish(row, clock, 2);
      }
      this.#rows.set(map, this.#begin(map, clock, 0));
    } else if (kind === markKinds.evacuation && row === undefined) {
      // It began before its first event.
      this.#rows.set(map, this.#begin(map, clock, 1));
    } else if (kind === markKinds.growthComplete && row === undefined) {
      this.#begin(map, clock, 1);
    } else if (row !== undefined && (kind === markKinds.growthComplete || kind === markKinds.clear)) {
      this.found.finish(row, clock, 0);
      this.#rows.delete(map);
    }
  }

  #begin(map: number, clock: number, open: number): number {
    return this.found.add(spanKinds.growth, clock, clock, { open, map });
  }

  finish(end: number): void {
    for (const row of this.#rows.values()) {
      this.found.finish(row, Math.max(this.found.start[row] ?? 0, end), 2);
    }
  }
}

/** Follows what the garbage collector does. */
class GcSpans {
  readonly #since = new Map<number, number>();
  /** States of which an event has been seen. */
  readonly #known = new Set<number>();

  constructor(
    private readonly found: SpanList,
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
      this.found.add(kind, since, clock, {});
      this.#since.delete(kind);
    } else if (implied && !this.#known.has(kind) && this.context.completeSince > 0) {
      this.found.add(kind, Math.min(clock, this.context.completeSince), clock, { open: 1 });
    }
    this.#known.add(kind);
  }

  finish(): void {
    for (const [kind, start] of this.#since) {
      this.found.add(kind, start, Math.max(start, this.context.end), { open: 2 });
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
    rows: ArrayLike<number> & Iterable<number>,
  ) {
    const start = new Float64Array(rows.length);
    const end = new Float64Array(rows.length);
    const open = new Uint8Array(rows.length);
    const count = new Uint32Array(rows.length);
    let length = 0;
    let lastEnd = -Infinity;
    for (const row of rows) {
      const begins = spans.start[row] ?? 0;
      const ends = spans.end[row] ?? 0;
      const own = spans.open[row] ?? 0;
      if (begins < lastEnd) {
        const last = length - 1;
        const before = open[last] ?? 0;
        open[last] = (before & 1) | (ends > lastEnd ? own & 2 : before & 2);
        count[last] = (count[last] ?? 0) + 1;
        lastEnd = Math.max(lastEnd, ends);
        end[last] = lastEnd;
      } else {
        start[length] = begins;
        end[length] = ends;
        open[length] = own;
        count[length] = 1;
        lastEnd = ends;
        length++;
      }
    }
    this.#start = start.slice(0, length);
    this.#end = end.slice(0, length);
    this.#open = open.slice(0, length);
    this.#count = count.slice(0, length);
  }

  /** Adds the parts that lie in [from, to]; those with less than `step` between them are one. */
  within(from: number, to: number, step: number, cells: SpanCells): void {
    let at = firstNotBelow(this.#end, from);
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
    const at = firstNotBelow(this.#end, clock - tolerance);
    const start = this.#start[at];
    return start !== undefined && start <= clock + tolerance
      ? { start, end: this.#end[at] ?? 0, open: this.#open[at] ?? 0 }
      : undefined;
  }
}
