/** Answers what a picture of a timeline asks: what lies on one screen, what is nearest, what comes next. */
import type { TimelineData } from "./data.js";
import { type Cells, LaneIndex, noCells } from "./lane-index.js";
import { glyphTable } from "./marks.js";
import { noSpanCells, type SpanCells, spanKinds, SpanRow } from "./spans.js";

/** What is to be shown. */
export interface Choice {
  /** Number of the map; null for all. */
  readonly map: number | null;
  /** Lanes that come first. */
  readonly first: readonly number[];
}

/** A part of the picture: lanes by their position, and a stretch of time. */
export interface Screen {
  readonly from: number;
  readonly to: number;
  /** Marks within the same multiple of this are one, in nanoseconds. */
  readonly step: number;
  readonly firstLane: number;
  readonly lanes: number;
}

/** Which row: a goroutine's lane, the map, or the garbage collector. */
export type RowName = number | "map" | "gc";

/** What lies on a screen. */
export interface Picture {
  readonly screen: Screen;
  /** Numbers of the lanes that are shown, from the first one on. */
  readonly lanes: readonly number[];
  /** Their row is the position on the screen. */
  readonly cells: Cells;
  readonly mapCells: Cells;
  readonly gcCells: Cells;
  /** Bars in lanes; `row` belongs to each part. */
  readonly bars: SpanCells & { readonly row: number[] };
  readonly growth: SpanCells;
  readonly gc: SpanCells;
}

/** A mark. */
export interface MarkAt {
  readonly row: number;
  readonly clock: number;
  /** Number of its lane. */
  readonly lane: number;
  readonly map: number;
  readonly kind: number;
  readonly glyph: number;
  readonly place: number;
  readonly ref: number;
}

/** A timeline that is looked at. */
export class TimelineStore {
  #index: LaneIndex;
  #bars = new Map<number, SpanRow[]>();
  #growth: SpanRow;
  readonly #gc: readonly SpanRow[];
  /** By lane. */
  #positions: Int32Array;
  #choice: Choice;

  constructor(
    private readonly data: TimelineData,
    choice: Choice,
  ) {
    const { spans } = data;
    this.#gc = [spanKinds.barrier, spanKinds.sweep, spanKinds.marking, spanKinds.termination].map(
      (kind) =>
        new SpanRow(
          kind,
          spans,
          rowsWhere(spans.kind, (one) => one === kind),
        ),
    );
    this.#choice = choice;
    this.#index = this.#makeIndex();
    this.#growth = this.#makeGrowth();
    this.#positions = this.#positionsOf();
    this.#makeBars();
  }

  /** Shows another map, or other lanes first. */
  choose(choice: Choice): void {
    if (choice.map === this.#choice.map && choice.first.join(" ") === this.#choice.first.join(" ")) {
      return;
    }
    this.#choice = choice;
    this.#index = this.#makeIndex();
    this.#growth = this.#makeGrowth();
    this.#positions = this.#positionsOf();
    this.#makeBars();
  }

  /** The lanes that are shown, in order. */
  get order(): Uint32Array {
    return this.#index.order;
  }

  /** How many marks each lane has, by its number. */
  get uses(): Uint32Array {
    return this.#index.uses;
  }

  /** How many marks are shown. */
  get length(): number {
    return this.#index.length;
  }

  /** Density over the whole span. */
  get overview(): LaneIndex["overview"] {
    return this.#index.overview;
  }

  /** Position of a lane among those that are shown; -1 where it is not. */
  positionOf(lane: number): number {
    return this.#positions[lane] ?? -1;
  }

  /** What one screen shows. */
  picture(screen: Screen): Picture {
    const lanes = [...this.#index.order.subarray(screen.firstLane, screen.firstLane + screen.lanes)];
    const cells = noCells();
    const bars = { ...noSpanCells(), row: [] as number[] };
    lanes.forEach((lane, row) => {
      this.#index.cells(lane, screen, row, cells);
      for (const spans of this.#bars.get(lane) ?? []) {
        spans.within(screen.from, screen.to, screen.step, bars);
        while (bars.row.length < bars.start.length) {
          bars.row.push(row);
        }
      }
    });
    const mapCells = noCells();
    const gcCells = noCells();
    this.#index.cells(this.#index.mapRow, screen, 0, mapCells);
    this.#index.cells(this.#index.gcRow, screen, 0, gcCells);
    const growth = noSpanCells();
    this.#growth.within(screen.from, screen.to, screen.step, growth);
    const gc = noSpanCells();
    for (const row of this.#gc) {
      row.within(screen.from, screen.to, screen.step, gc);
    }
    return { screen, lanes, cells, mapCells, gcCells, bars, growth, gc };
  }

  /** How many marks the lanes of a screen, the map and the garbage collector have in it. */
  countOn({ from, to, firstLane, lanes }: Screen): number {
    const shown = this.#index.order.subarray(firstLane, firstLane + lanes);
    return [...shown, this.#index.mapRow, this.#index.gcRow].reduce(
      (sum, lane) => sum + this.#index.count(lane, from, to),
      0,
    );
  }

  /** The mark that is nearest to a moment in a row. */
  nearest(row: RowName, clock: number): MarkAt | undefined {
    return this.markAt(this.#index.nearest(this.#rowNumber(row), clock));
  }

  /** The mark so many steps before or after a moment (or a mark) in a row. */
  beside(row: RowName, clock: number, mark: number, steps: number): MarkAt | undefined {
    return this.markAt(this.#index.beside(this.#rowNumber(row), clock, mark, steps));
  }

  /** The bar or band that a moment lies in. */
  spanAt(
    row: RowName,
    clock: number,
    tolerance: number,
  ):
    | { readonly kind: number; readonly start: number; readonly end: number; readonly open: number }
    | undefined {
    const rows =
      row === "map" ? [this.#growth] : row === "gc" ? this.#gc.toReversed() : (this.#bars.get(row) ?? []);
    for (const spans of rows) {
      const found = spans.at(clock, tolerance);
      if (found !== undefined) {
        return { kind: spans.kind, ...found };
      }
    }
    return undefined;
  }

  /** Marks on a screen, oldest first, at most so many. */
  list({ from, to, firstLane, lanes }: Screen, most: number): MarkAt[] {
    const shown = [
      ...this.#index.order.subarray(firstLane, firstLane + lanes),
      this.#index.mapRow,
      this.#index.gcRow,
    ];
    const rows = shown.flatMap((lane) => [...this.#index.rows(lane, from, to, most)]);
    rows.sort((one, other) => one - other);
    return rows.slice(0, most).flatMap((row) => this.markAt(row) ?? []);
  }

  /** A mark by its row. */
  markAt(row: number): MarkAt | undefined {
    const { clock, lane, map, kind, detail, place, ref, length } = this.data.marks;
    if (row < 0 || row >= length) {
      return undefined;
    }
    return {
      row,
      clock: clock[row] ?? 0,
      lane: lane[row] ?? 0,
      map: map[row] ?? 0,
      kind: kind[row] ?? 0,
      glyph: glyphTable[((kind[row] ?? 0) << 8) | (detail[row] ?? 0)] ?? 0,
      place: place[row] ?? 0,
      ref: ref[row] ?? 0,
    };
  }

  #rowNumber(row: RowName): number {
    return row === "map" ? this.#index.mapRow : row === "gc" ? this.#index.gcRow : row;
  }

  #makeIndex(): LaneIndex {
    const { ids, from, to, marks } = this.data;
    return new LaneIndex(marks, { ...this.#choice, ids, lanes: ids.length, from, to });
  }

  #positionsOf(): Int32Array {
    const positions = new Int32Array(this.data.ids.length).fill(-1);
    this.#index.order.forEach((lane, position) => {
      positions[lane] = position;
    });
    return positions;
  }

  #makeGrowth(): SpanRow {
    const { spans } = this.data;
    const { map } = this.#choice;
    const rows = rowsWhere(
      spans.kind,
      (kind, row) => kind === spanKinds.growth && (map === null || spans.map[row] === map),
    );
    return new SpanRow(spanKinds.growth, spans, rows);
  }

  #makeBars(): void {
    const { spans } = this.data;
    const { map } = this.#choice;
    const byLane = new Map<string, number[]>();
    for (let row = 0; row < spans.length; row++) {
      const kind = spans.kind[row] ?? 0;
      if (kind >= spanKinds.held && (map === null || spans.map[row] === map)) {
        const key = `${spans.lane[row] ?? 0} ${kind}`;
        const rows = byLane.get(key) ?? [];
        rows.push(row);
        byLane.set(key, rows);
      }
    }
    this.#bars = new Map();
    for (const [key, rows] of byLane) {
      const [lane = 0, kind = 0] = key.split(" ").map(Number);
      this.#bars.set(lane, [...(this.#bars.get(lane) ?? []), new SpanRow(kind, spans, rows)]);
    }
  }
}

function rowsWhere(kinds: Uint8Array, fits: (kind: number, row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(kinds.length);
  let count = 0;
  for (let row = 0; row < kinds.length; row++) {
    if (fits(kinds[row] ?? 0, row)) {
      rows[count++] = row;
    }
  }
  return rows.slice(0, count);
}
