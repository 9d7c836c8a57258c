/** What the page asks the worker that holds a timeline's data. */
import type { TimelineEvent } from "../../../src/report/text/timeline-rows.js";
import type { TimelineMap, TimelineMoment } from "../../../src/analysis/timeline/data.js";
import type { MarkAt, RowName, Screen } from "../../../src/analysis/timeline/timeline-store.js";
import type { TimelineInput } from "../../../src/document/timeline-sources.js";
import type { TraceEventJson } from "../../../src/document/trace-schema.js";
import type { PlacedFrame } from "../../../src/case/case.js";
import type { Call } from "../../parts/workers.js";

/** A map, and how much of it is there. */
export interface ChoosableMap extends TimelineMap {
  /** Its number. */
  readonly number: number;
  readonly marks: number;
  readonly moments: number;
}

/** What was opened. */
export interface Opened {
  /** All marks. */
  readonly marks: number;
  readonly from: number;
  readonly to: number;
  /** Goroutine ids by lane. */
  readonly ids: Float64Array;
  /** Index into `names` of the function that each was started in; 0 where it is not known. */
  readonly nameOf: Uint32Array;
  readonly names: readonly string[];
  /** Those to look at first: with a conflict, then with the most marks. */
  readonly maps: readonly ChoosableMap[];
  readonly mapCount: number;
  readonly moments: readonly TimelineMoment[];
  /** What is missing, one sentence each. */
  readonly notes: readonly string[];
}

/** The lanes that are shown. */
export interface Shown {
  /** Their numbers, in order. */
  readonly order: Uint32Array;
  /** Marks by the number of the lane. */
  readonly uses: Uint32Array;
  readonly marks: number;
  readonly overview: { readonly count: Uint32Array; readonly changes: Uint32Array };
}

/** Columns of marks that are drawn as one. */
export interface CellColumns {
  readonly length: number;
  readonly row: Uint16Array;
  readonly start: Float64Array;
  readonly count: Uint32Array;
  readonly changes: Uint32Array;
  readonly glyph: Uint8Array;
}

/** Columns of bars or bands. */
export interface SpanColumns {
  readonly length: number;
  readonly row: Uint16Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly kind: Uint8Array;
  readonly open: Uint8Array;
  readonly count: Uint32Array;
}

/** A part of the timeline, as it is drawn. */
export interface DrawnPart {
  readonly screen: Screen;
  /** Marks in the stretch that is in view. */
  readonly marksInView: number;
  readonly cells: CellColumns;
  readonly mapCells: CellColumns;
  readonly gcCells: CellColumns;
  readonly bars: SpanColumns;
  readonly growth: SpanColumns;
  readonly gc: SpanColumns;
}

/** A bar or a band. */
export interface SpanAt {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  readonly open: number;
}

/** One mark with its place. */
export interface ListedMark extends MarkAt {
  readonly goroutine: number;
  readonly frame: PlacedFrame | null;
}

/** All that is known of a mark. */
export interface MarkDetail {
  readonly mark: ListedMark;
  readonly map: TimelineMap | null;
  /** The event as a case file has it; null for a trace and for conflicts of the trap. */
  readonly event: TimelineEvent | null;
  readonly trace: TraceEventJson | null;
}

/** What was found. */
export interface Found {
  readonly count: number;
  /** Over the whole span, as the overview. */
  readonly density: Uint32Array;
}

/** Where one goes to among what was found. */
export interface FoundStep {
  readonly mark: ListedMark;
  /** From 1. */
  readonly position: number;
}

/** All calls. */
export interface TimelineCalls {
  readonly open: Call<{ readonly input: TimelineInput }, Opened, { readonly share: number }>;
  readonly choose: Call<{ readonly map: number | null; readonly first: readonly number[] }, Shown>;
  readonly part: Call<
    { readonly screen: Screen; readonly view: { readonly from: number; readonly to: number } },
    DrawnPart
  >;
  readonly nearest: Call<
    { readonly row: RowName; readonly clock: number; readonly tolerance: number },
    { readonly mark: ListedMark | null; readonly span: SpanAt | null }
  >;
  readonly spanAt: Call<
    { readonly row: RowName; readonly clock: number; readonly tolerance: number },
    SpanAt | null
  >;
  readonly beside: Call<
    { readonly row: RowName; readonly clock: number; readonly mark: number; readonly steps: number },
    ListedMark | null
  >;
  readonly detail: Call<{ readonly row: number }, MarkDetail | null>;
  readonly list: Call<{ readonly screen: Screen; readonly most: number }, readonly ListedMark[]>;
  readonly search: Call<
    { readonly query: string; readonly map: number | null },
    Found,
    { readonly share: number }
  >;
  /** The match after (or before) a moment; from the other end where there is none. */
  readonly found: Call<{ readonly after: number; readonly steps: 1 | -1 }, FoundStep | null>;
}
