/** Searching among marks: by goroutine, function, file, map, operation and kind of event. */
import type { TimelineData } from "./data.js";
import { glyphTable, glyphWords } from "./marks.js";

/** Rows that are kept; all are counted. */
const mostKept = 1 << 21;
/** Marks between two pauses. */
const piece = 1 << 20;

/** What was found. */
export interface SearchResult {
  readonly query: string;
  readonly count: number;
  /** Rows, oldest first; not all of them where there are very many. */
  readonly rows: Uint32Array;
}

/** How a search is done. */
export interface SearchOptions {
  /** Only marks of this map; null for all. */
  readonly map: number | null;
  /** Called now and then with the share that was looked at; throws to end the search. */
  readonly pause: (share: number) => Promise<void>;
}

/** One word of a query, as what it matches: a mark matches by its lane, its place, its map or its glyph. */
interface WordTables {
  readonly lanes: Uint8Array | null;
  readonly places: Uint8Array | null;
  readonly maps: Uint8Array | null;
  /** By kind and detail. */
  readonly kinds: Uint8Array | null;
}

/**
 * Finds the marks that match every word of a query. `g7` is a goroutine, any other word a part of a function's name, of a file with its
 * line, of a map's address or type, or of what happens: `write`, `growth`.
 */
export async function searchMarks(
  data: TimelineData,
  query: string,
  { map, pause }: SearchOptions,
): Promise<SearchResult> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 16);
  const tables = words.map((word) => tablesOf(data, word));
  const { marks } = data;
  let rows = new Uint32Array(1024);
  let count = 0;
  for (let start = 0; start < marks.length && words.length > 0; start += piece) {
    const end = Math.min(marks.length, start + piece);
    for (let row = start; row < end; row++) {
      if ((map === null || marks.map[row] === map) && tables.every((table) => matches(data, row, table))) {
        if (count === rows.length && count < mostKept) {
          const larger = new Uint32Array(count * 2);
          larger.set(rows);
          rows = larger;
        }
        rows[count++] = row;
      }
    }
    // oxlint-disable-next-line no-await-in-loop -- a pause is the point of it
    await pause(end / marks.length);
  }
  return { query, count, rows: rows.slice(0, Math.min(count, rows.length)) };
}

function matches({ marks }: TimelineData, row: number, { lanes, places, maps, kinds }: WordTables): boolean {
  return (
    (kinds !== null && kinds[((marks.kind[row] ?? 0) << 8) | (marks.detail[row] ?? 0)] === 1) ||
    (places !== null && places[marks.place[row] ?? 0] === 1) ||
    (lanes !== null && lanes[marks.lane[row] ?? 0] === 1) ||
    (maps !== null && maps[marks.map[row] ?? 0] === 1)
  );
}

function tablesOf(data: TimelineData, word: string): WordTables {
  const goroutine = /^g(\d{1,16})$/.exec(word)?.[1];
  if (goroutine !== undefined) {
    const id = Number(goroutine);
    return { lanes: tableOf(data.ids, (one) => one === id), places: null, maps: null, kinds: null };
  }
  const has = (text: string | null | undefined): boolean => text?.toLowerCase().includes(word) === true;
  return {
    lanes: tableOf(data.functions, has),
    places: tableOf(data.frames, (frame) => frame !== null && (has(frame.function) || has(fileText(frame)))),
    maps: tableOf(data.maps, ({ address, type }) => has(address) || has(type)),
    kinds: tableOf(glyphTable, (glyph) => has(glyphWords[glyph])),
  };
}

function fileText({ file, line }: { readonly file: string | null; readonly line: number | null }): string {
  return file === null ? "" : line === null ? file : `${file}:${line}`;
}

/** 1 for each that fits; null where none does. */
function tableOf<T>(all: ArrayLike<T>, fits: (one: T) => boolean): Uint8Array | null {
  const table = Uint8Array.from(all, (one) => (fits(one) ? 1 : 0));
  return table.includes(1) ? table : null;
}
