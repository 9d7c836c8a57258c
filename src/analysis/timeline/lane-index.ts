/**
 * Marks by lane, so that one screen can be drawn without looking at what is not on it.
 *
 * The marks of each lane stand one behind the other, oldest first. Which of them lie in a stretch of time is found by bisection, how
 * many of these are changes from sums for each 64 marks. So what one pixel stands for costs the same, whether it is one mark or a million.
 */
import { firstNotBelow } from "../../base/sorted.js";
import { changeTable, glyphTable, glyphs, isOfLife, type Marks } from "./marks.js";

/** Marks for each sum. */
const block = 64;
/** Stretches of the overview. */
export const overviewLength = 1024;

/** Which marks are shown. */
export interface LaneChoice {
  /** Number of the map; null for all maps. */
  readonly map: number | null;
  /** How many lanes there are. */
  readonly lanes: number;
  /** Ids by lane; equal use is ordered by them. */
  readonly ids: Float64Array;
  /** Lanes that come first. */
  readonly first: readonly number[];
  /** The span of the overview. */
  readonly from: number;
  readonly to: number;
}

/** Marks that are drawn as one, because they lie closer together than can be seen. */
export interface Cells {
  /** Where they are: row of the screen. */
  readonly row: number[];
  /** Clock of the first one. */
  readonly start: number[];
  readonly count: number[];
  readonly changes: number[];
  /** Glyph of the most telling one. */
  readonly glyph: number[];
}

/** No cells. */
export function noCells(): Cells {
  return { row: [], start: [], count: [], changes: [], glyph: [] };
}

/** An index over the marks of one map, or of all. */
export class LaneIndex {
  /** Lanes that are shown, by their position: number of the lane. */
  readonly order: Uint32Array;
  /** Marks by lane number, without starts and ends. */
  readonly uses: Uint32Array;
  /** Marks that are shown. */
  readonly length: number;
  /** Marks for each stretch of the whole span, and how many of them are changes. */
  readonly overview: { readonly count: Uint32Array; readonly changes: Uint32Array };
  /** Where the marks of each lane begin; the last two rows are those of the map and of the garbage collector. */
  readonly #starts: Uint32Array;
  readonly #clock: Float64Array;
  readonly #glyph: Uint8Array;
  /** The mark's row among all marks. */
  readonly #row: Uint32Array;
  readonly #changesBefore: Uint32Array;
  readonly #mapRow: number;

  constructor(marks: Marks, choice: LaneChoice) {
    const { lanes } = choice;
    this.#mapRow = lanes;
    const counted = countUses(marks, choice);
    this.uses = counted.uses;
    this.length = counted.total;
    this.#starts = startsOf(counted.inRows);
    this.#clock = new Float64Array(this.length);
    this.#glyph = new Uint8Array(this.length);
    this.#row = new Uint32Array(this.length);
    const filling = { clock: this.#clock, glyph: this.#glyph, row: this.#row, next: this.#starts.slice() };
    const showing = { ...choice, uses: this.uses };
    eachStretch(marks.length, (start, end) => fill(marks, showing, filling, start, end));
    this.overview = overviewOf(marks, showing);
    this.#changesBefore = changesBefore(this.#glyph);
    this.order = orderOf(counted, choice);
  }

  /** Row of the map (growth), to be given in place of a lane's number. */
  get mapRow(): number {
    return this.#mapRow;
  }

  /** Row of the garbage collector. */
  get gcRow(): number {
    return this.#mapRow + 1;
  }

  /**
   * Adds what a lane has in [from, to): marks in the same multiple of `step` are one cell.
   *
   * @param lane its number, or `mapRow` or `gcRow`
   * @param screenRow what is put into the cells for it
   */
  cells(
    lane: number,
    { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
    screenRow: number,
    into: Cells,
  ): void {
    const end = this.#starts[lane + 1] ?? 0;
    let at = this.#firstFrom(from, this.#starts[lane] ?? 0, end);
    while (at < end) {
      const clock = this.#clock[at] ?? 0;
      if (clock >= to) {
        return;
      }
      const next = this.#gallop((Math.floor(clock / step) + 1) * step, at, end);
      into.row.push(screenRow);
      into.start.push(clock);
      into.count.push(next - at);
      into.changes.push(this.#changes(at, next));
      into.glyph.push(this.#telling(at, next));
      at = next;
    }
  }

  /** How many marks a lane has in [from, to). */
  count(lane: number, from: number, to: number): number {
    const [start, end] = this.#ends(lane);
    return Math.max(0, this.#firstFrom(to, start, end) - this.#firstFrom(from, start, end));
  }

  /** The mark of a lane that is nearest to a moment, as its row; -1 where the lane has none. */
  nearest(lane: number, clock: number): number {
    const [start, end] = this.#ends(lane);
    if (start === end) {
      return -1;
    }
    const after = this.#firstFrom(clock, start, end);
    const before = after - 1;
    if (after === end || (before >= start && clock - this.#clockAt(before) < this.#clockAt(after) - clock)) {
      return this.#row[Math.max(start, before)] ?? -1;
    }
    return this.#row[after] ?? -1;
  }

  /** The mark so many marks before or after another one in its lane, as its row; -1 where there is none. */
  beside(lane: number, clock: number, row: number, steps: number): number {
    const [start, end] = this.#ends(lane);
    let at = this.#firstFrom(clock, start, end);
    while (at < end && this.#clockAt(at) === clock && (this.#row[at] ?? 0) < row) {
      at++;
    }
    // Where no mark is at that moment, the first one after it is one step on.
    const isThere = this.#row[at] === row && at < end;
    const to = at + steps - (isThere || steps < 0 ? 0 : 1);
    return to >= start && to < end ? (this.#row[to] ?? -1) : -1;
  }

  /** Rows of a lane's marks in [from, to), the first ones. */
  rows(lane: number, from: number, to: number, most: number): Uint32Array {
    const [start, end] = this.#ends(lane);
    const first = this.#firstFrom(from, start, end);
    return this.#row.slice(first, Math.min(this.#firstFrom(to, start, end), first + most));
  }

  #ends(lane: number): readonly [number, number] {
    return [this.#starts[lane] ?? 0, this.#starts[lane + 1] ?? 0];
  }

  #clockAt(position: number): number {
    return this.#clock[position] ?? 0;
  }

  #firstFrom(clock: number, start: number, end: number): number {
    return firstNotBelow(this.#clock, clock, start, end);
  }

  /** As firstFrom, where the answer is likely to be near. */
  #gallop(clock: number, start: number, end: number): number {
    let width = 1;
    while (start + width < end && (this.#clock[start + width] ?? 0) < clock) {
      width *= 2;
    }
    return this.#firstFrom(clock, start + (width >>> 1), Math.min(end, start + width));
  }

  #changes(from: number, to: number): number {
    return this.#changesUpTo(to) - this.#changesUpTo(from);
  }

  #changesUpTo(position: number): number {
    let sum = this.#changesBefore[Math.floor(position / block)] ?? 0;
    for (let at = position - (position % block); at < position; at++) {
      sum += changeTable[this.#glyph[at] ?? 0] ?? 0;
    }
    return sum;
  }

  /** The glyph that matters most among marks, of many the first ones. */
  #telling(from: number, to: number): number {
    let best: number = this.#glyph[from] ?? glyphs.none;
    const last = Math.min(to, from + block);
    for (let at = from + 1; at < last; at++) {
      const glyph = this.#glyph[at] ?? 0;
      if ((importance[glyph] ?? 0) > (importance[best] ?? 0)) {
        best = glyph;
      }
    }
    return best;
  }
}

/** What is shown of several marks at one pixel. */
const importance: Uint8Array = Uint8Array.from({ length: 32 }, (_, glyph) =>
  glyph === glyphs.conflict ? 4 : isOfLife(glyph) ? 3 : changeTable[glyph] === 1 ? 2 : 1,
);

/** Where the marks of a glyph stand: in a lane, there as a part of the goroutine's own life, or in one of the two rows above. */
const laneKind = 0;
const lifeKind = 1;
const growthKind = 2;
const gcKind = 3;

/** By kind and detail of a mark: its glyph, where it stands, and whether it changes the map. */
const glyphMask = 0x1f;
const rowShift = 5;
const rowMask = 3;
const changeShift = 7;
const whatTable: Uint8Array = glyphTable.map((glyph) => {
  const stands =
    glyph === glyphs.growth
      ? growthKind
      : glyph === glyphs.gc
        ? gcKind
        : isOfLife(glyph)
          ? lifeKind
          : laneKind;
  return glyph | (stands << rowShift) | ((changeTable[glyph] ?? 0) << changeShift);
});

/** Marks that are worked on in one go. */
const stretchLength = 1 << 14;

/**
 * Does something with all marks, a stretch at a time: an engine runs a function that is called often several times as fast as a long loop
 * that is run once, because the loop has begun before there is good code for it.
 */
function eachStretch(length: number, work: (start: number, end: number) => void): void {
  for (let start = 0; start < length; start += stretchLength) {
    work(start, Math.min(length, start + stretchLength));
  }
}

/** Marks by lane, while they are put in. */
interface Filling {
  readonly clock: Float64Array;
  readonly glyph: Uint8Array;
  readonly row: Uint32Array;
  /** Where the next mark of each row goes. */
  readonly next: Uint32Array;
}

/** What is shown, and which lanes use it. */
interface Showing extends LaneChoice {
  readonly uses: Uint32Array;
}

/**
 * Whether a mark is shown where one map is: the garbage collector is beside every map, and of a goroutine's life only that of those which use
 * the map.
 */
function isShown({ map, uses }: Showing, stands: number, mapOf: number, lane: number): boolean {
  return stands === gcKind || (stands === lifeKind ? uses[lane] !== 0 : mapOf === map);
}

/** Puts the marks [start, end) behind those of their lanes. */
function fill(marks: Marks, showing: Showing, filling: Filling, start: number, end: number): void {
  const { clock, kind, detail, lane, map } = marks;
  const { next } = filling;
  const [clocks, glyphsAt, rows] = [filling.clock, filling.glyph, filling.row];
  const { lanes } = showing;
  const isAll = showing.map === null;
  const table = whatTable;
  for (let at = start; at < end; at++) {
    const what = table[((kind[at] ?? 0) << 8) | (detail[at] ?? 0)] ?? 0;
    const stands = (what >>> rowShift) & rowMask;
    const own = lane[at] ?? 0;
    if (isAll || isShown(showing, stands, map[at] ?? 0, own)) {
      const row = stands === growthKind ? lanes : stands === gcKind ? lanes + 1 : own;
      const to = next[row] ?? 0;
      next[row] = to + 1;
      clocks[to] = clock[at] ?? 0;
      glyphsAt[to] = what & glyphMask;
      rows[to] = at;
    }
  }
}

/** Counts marks, and changes among them, by stretch of the whole span. */
function overviewOf(marks: Marks, showing: Showing): LaneIndex["overview"] {
  const { from, to } = showing;
  const overview = { count: new Uint32Array(overviewLength), changes: new Uint32Array(overviewLength) };
  const width = Math.max(1, to - from) / overviewLength;
  let start = 0;
  for (let stretch = 0; stretch < overviewLength; stretch++) {
    const isLast = stretch === overviewLength - 1;
    const end = isLast
      ? marks.length
      : firstNotBelow(marks.clock, from + (stretch + 1) * width, start, marks.length);
    addToOverview(marks, showing, overview, [stretch, start, end]);
    start = end;
  }
  return overview;
}

function addToOverview(
  { kind, detail, lane, map }: Marks,
  showing: Showing,
  overview: LaneIndex["overview"],
  [stretch, start, end]: readonly [number, number, number],
): void {
  const isAll = showing.map === null;
  const table = whatTable;
  let count = 0;
  let changes = 0;
  for (let at = start; at < end; at++) {
    const what = table[((kind[at] ?? 0) << 8) | (detail[at] ?? 0)] ?? 0;
    if (isAll || isShown(showing, (what >>> rowShift) & rowMask, map[at] ?? 0, lane[at] ?? 0)) {
      count++;
      changes += what >>> changeShift;
    }
  }
  overview.count[stretch] = count;
  overview.changes[stretch] = changes;
}

interface Counted {
  readonly uses: Uint32Array;
  /** Marks in each row: the lanes, the map, the garbage collector. */
  readonly inRows: Uint32Array;
  readonly total: number;
}

/** Counts the marks of each row. */
function countUses(marks: Marks, choice: LaneChoice): Counted {
  const { map, lanes } = choice;
  const uses = new Uint32Array(lanes);
  const ofLife = new Uint32Array(lanes);
  const inRows = new Uint32Array(lanes + 2);
  eachStretch(marks.length, (start, end) => addUses(marks, choice, { uses, ofLife, inRows }, start, end));
  for (let at = 0; at < lanes; at++) {
    const used = uses[at] ?? 0;
    inRows[at] = used + (map === null || used > 0 ? (ofLife[at] ?? 0) : 0);
  }
  return { uses, inRows, total: inRows.reduce((sum, count) => sum + count, 0) };
}

function addUses(
  { kind, detail, lane, map: mapOf }: Marks,
  { map, lanes }: LaneChoice,
  { uses, ofLife, inRows }: Pick<Counted, "uses" | "inRows"> & { readonly ofLife: Uint32Array },
  start: number,
  end: number,
): void {
  const table = whatTable;
  for (let at = start; at < end; at++) {
    const what = table[((kind[at] ?? 0) << 8) | (detail[at] ?? 0)] ?? 0;
    const stands = (what >>> rowShift) & rowMask;
    const own = lane[at] ?? 0;
    if (stands === lifeKind) {
      ofLife[own] = (ofLife[own] ?? 0) + 1;
    } else if (stands === gcKind) {
      inRows[lanes + 1] = (inRows[lanes + 1] ?? 0) + 1;
    } else if (map === null || mapOf[at] === map) {
      if (stands === growthKind) {
        inRows[lanes] = (inRows[lanes] ?? 0) + 1;
      } else {
        uses[own] = (uses[own] ?? 0) + 1;
      }
    }
  }
}

function startsOf(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let row = 0; row < counts.length; row++) {
    starts[row + 1] = (starts[row] ?? 0) + (counts[row] ?? 0);
  }
  return starts;
}

function changesBefore(glyph: Uint8Array): Uint32Array {
  const before = new Uint32Array(Math.floor(glyph.length / block) + 1);
  let sum = 0;
  for (let index = 0; index < before.length; index++) {
    before[index] = sum;
    sum += changesIn(glyph, index * block, Math.min(glyph.length, (index + 1) * block));
  }
  return before;
}

function changesIn(glyph: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) {
    sum += changeTable[glyph[at] ?? 0] ?? 0;
  }
  return sum;
}

/** Lanes with anything to show: those that were named first, then by use, and among equals by id. */
function orderOf({ uses, inRows }: Counted, { lanes, ids, first }: LaneChoice): Uint32Array {
  const named = new Set(first);
  const others: number[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    if ((inRows[lane] ?? 0) > 0 && !named.has(lane)) {
      others.push(lane);
    }
  }
  others.sort((one, other) => (uses[other] ?? 0) - (uses[one] ?? 0) || (ids[one] ?? 0) - (ids[other] ?? 0));
  return Uint32Array.from([...named, ...others]);
}
