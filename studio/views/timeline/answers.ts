/** Puts what the timeline answers into columns that move between worker and page. */
import type { TimelineData } from "../../../src/analysis/timeline/data.js";
import type { Cells } from "../../../src/analysis/timeline/lane-index.js";
import { glyphs, glyphTable, isOfLife } from "../../../src/analysis/timeline/marks.js";
import type { SpanCells } from "../../../src/analysis/timeline/spans.js";
import type { Picture, TimelineStore } from "../../../src/analysis/timeline/timeline-store.js";
import type { CellColumns, ChoosableMap, DrawnPart, Opened, Shown, SpanColumns } from "./calls.js";

/** So many maps can be chosen; those that matter most. */
const mostMaps = 300;

/** The functions that goroutines were started in, each once. */
export function namesOf({ functions, ids }: TimelineData): Pick<Opened, "names" | "nameOf"> {
  const numbers = new Map<string, number>();
  const names = [""];
  const nameOf = new Uint32Array(ids.length);
  functions.forEach((name, lane) => {
    if (name !== undefined) {
      const known = numbers.get(name) ?? names.push(name) - 1;
      numbers.set(name, known);
      nameOf[lane] = known;
    }
  });
  return { names, nameOf };
}

/** What was opened. */
export function opened(
  data: TimelineData,
  notes: readonly string[],
  names: Pick<Opened, "names" | "nameOf">,
): Opened {
  const { marks, from, to, ids, moments } = data;
  const maps = mapsOf(data);
  return {
    marks: marks.length,
    from,
    to,
    ids: ids.slice(),
    ...names,
    maps: maps.slice(0, mostMaps),
    mapCount: maps.length,
    moments,
    notes,
  };
}

function mapsOf({ maps, marks, moments }: TimelineData): ChoosableMap[] {
  const used = new Uint32Array(maps.length);
  for (let row = 0; row < marks.length; row++) {
    const glyph = glyphTable[((marks.kind[row] ?? 0) << 8) | (marks.detail[row] ?? 0)] ?? 0;
    const map = marks.map[row] ?? 0;
    if (map < used.length && glyph !== glyphs.gc && !isOfLife(glyph)) {
      used[map] = (used[map] ?? 0) + 1;
    }
  }
  return maps
    .map((map, number) => ({
      ...map,
      number,
      marks: used[number] ?? 0,
      moments: moments.filter((moment) => moment.map === number).length,
    }))
    .filter((map) => (map.marks > 0 || map.moments > 0) && map.address !== "0x0")
    .toSorted((one, other) => other.moments - one.moments || other.marks - one.marks);
}

/** The lanes that are shown. */
export function chosen(store: TimelineStore): Shown {
  const { order, uses, length, overview } = store;
  return { order, uses, marks: length, overview };
}

/** A picture as columns, which move. */
export function partColumns(
  picture: Picture,
  marksInView: number,
  transfer: (...parts: readonly Transferable[]) => void,
): DrawnPart {
  const cells = (from: Cells): CellColumns => {
    const columns = {
      length: from.row.length,
      row: Uint16Array.from(from.row),
      start: Float64Array.from(from.start),
      count: Uint32Array.from(from.count),
      changes: Uint32Array.from(from.changes),
      glyph: Uint8Array.from(from.glyph),
    };
    transfer(
      columns.row.buffer,
      columns.start.buffer,
      columns.count.buffer,
      columns.changes.buffer,
      columns.glyph.buffer,
    );
    return columns;
  };
  const spans = (from: SpanCells, row: readonly number[]): SpanColumns => ({
    length: from.start.length,
    row: Uint16Array.from(row),
    start: Float64Array.from(from.start),
    end: Float64Array.from(from.end),
    kind: Uint8Array.from(from.kind),
    open: Uint8Array.from(from.open),
    count: Uint32Array.from(from.count),
  });
  return {
    screen: picture.screen,
    marksInView,
    cells: cells(picture.cells),
    mapCells: cells(picture.mapCells),
    gcCells: cells(picture.gcCells),
    bars: spans(picture.bars, picture.bars.row),
    growth: spans(picture.growth, []),
    gc: spans(picture.gc, []),
  };
}
