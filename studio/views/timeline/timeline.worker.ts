/** Holds the data of one timeline, and answers what the page asks. */
import { firstNotBelow } from "../../../src/base/sorted.js";
import { countText } from "../../../src/case/count.js";
import { type TimelineData, recordingData } from "../../../src/analysis/timeline/data.js";
import { keptEventsData, momentsData, traceData } from "../../../src/analysis/timeline/small.js";
import { type SearchResult, searchMarks } from "../../../src/analysis/timeline/search.js";
import { type MarkAt, TimelineStore } from "../../../src/analysis/timeline/timeline-store.js";
import { overviewLength } from "../../../src/analysis/timeline/lane-index.js";
import { timelineEventOf } from "../../../src/analysis/recording/timeline.js";
import type { TimelineInput } from "../../../src/document/timeline-sources.js";
import {
  type CompactRecording,
  type RangeSource,
  readCompact,
  readEvent,
} from "../../../src/evidence/ring/compact.js";
import { byteSource } from "../../parts/byte-source.js";
import { serveCalls } from "../../parts/workers.js";
import { chosen, namesOf, opened, partColumns } from "./answers.js";
import type { ListedMark, MarkDetail, TimelineCalls } from "./calls.js";

/** What was read of a recording; kept, so that names that come later need no second reading. */
interface Read {
  readonly key: string;
  readonly source: RangeSource;
  readonly compact: CompactRecording;
}

/** The timeline that is open. */
interface Open {
  readonly input: TimelineInput;
  readonly data: TimelineData;
  readonly store: TimelineStore;
}

let read: Read | undefined;
let open: Open | undefined;
let found: SearchResult = { query: "", count: 0, rows: new Uint32Array(0) };

function now(): Open {
  if (open === undefined) {
    throw new TypeError("no timeline is open");
  }
  return open;
}

async function readRecording(
  input: TimelineInput & { readonly kind: "recording" },
  progress: (share: number) => void,
): Promise<Read> {
  const { bytes, evidence } = input.part;
  const key = bytes.kind === "served" ? bytes.url : `${evidence} ${bytes.kind} ${bytes.size}`;
  if (read?.key !== key) {
    const source = await byteSource(bytes);
    read = { key, source, compact: await readCompact(source, { fileName: evidence, progress }) };
  }
  return read;
}

async function dataOf(input: TimelineInput, progress: (share: number) => void): Promise<TimelineData> {
  switch (input.kind) {
    case "recording":
      return recordingData((await readRecording(input, progress)).compact, input.part.places, input.known);
    case "kept-events":
      return keptEventsData(input.timeline, input.known);
    case "trace":
      return traceData(input.trace.events);
    case "moments":
      return momentsData(input.known);
    default:
      return input satisfies never;
  }
}

function notesOf(input: TimelineInput): string[] {
  if (input.kind === "kept-events") {
    const left = input.timeline.eventsNotListed;
    return [
      `These are the last events around one map, which is what the case keeps${left > 0 ? `; ${countText(left)} more are not in it` : ""}. The event file itself has all.`,
    ];
  }
  if (input.kind !== "recording" || read === undefined) {
    return [];
  }
  const { leftOut, unreadable } = read.compact;
  return [
    ...(leftOut > 0 ? [`The oldest ${countText(leftOut)} events are left out: there are too many.`] : []),
    ...unreadable
      .slice(0, 8)
      .map(({ region, index, reason }) =>
        index === null ? `${region}: ${reason}` : `${region}, number ${index}: ${reason}`,
      ),
  ];
}

/** With the goroutine and the place that its numbers stand for. */
function listed(mark: MarkAt): ListedMark {
  const { ids, frames } = now().data;
  return { ...mark, goroutine: ids[mark.lane] ?? -1, frame: frames[mark.place] ?? null };
}

async function detailOf(mark: MarkAt): Promise<MarkDetail> {
  const { data, input } = now();
  const detail = { mark: listed(mark), map: data.maps[mark.map] ?? null, event: null, trace: null };
  switch (input.kind) {
    case "kept-events":
      return { ...detail, event: input.timeline.events[mark.ref] ?? null };
    case "trace":
      return { ...detail, trace: input.trace.events[mark.ref] ?? null };
    case "recording": {
      if (read === undefined) {
        return detail;
      }
      const events = await readEvent(read.source, read.compact, mark.ref);
      const places = { siteOf: () => data.frames[mark.place] ?? null };
      const conflictClock = (): number | undefined => undefined;
      const isSame = events.clock[0] === mark.clock;
      return { ...detail, event: isSame ? timelineEventOf(events, 0, { conflictClock }, places) : null };
    }
    case "moments":
      return detail;
    default:
      return input satisfies never;
  }
}

function densityOf({ rows }: SearchResult, { marks, from, to }: TimelineData): Uint32Array {
  const density = new Uint32Array(overviewLength);
  const scale = overviewLength / Math.max(1, to - from);
  for (const row of rows) {
    const at = Math.min(overviewLength - 1, Math.floor(((marks.clock[row] ?? 0) - from) * scale));
    density[at] = (density[at] ?? 0) + 1;
  }
  return density;
}

serveCalls<TimelineCalls>("timeline", {
  open: async ({ input }, { news }) => {
    open = undefined;
    let told = 0;
    const data = await dataOf(input, (share) => {
      if (share - told > 0.01) {
        told = share;
        news({ share });
      }
    });
    const first = data.moments[0];
    const store = new TimelineStore(data, { map: null, first: first?.lanes ?? [] });
    open = { input, data, store };
    return opened(data, notesOf(input), namesOf(data));
  },
  choose: (choice) => {
    const { store } = now();
    store.choose(choice);
    return chosen(store);
  },
  part: ({ screen, view }, { transfer }) => {
    const { store } = now();
    return partColumns(store.picture(screen), store.countOn({ ...screen, ...view }), transfer);
  },
  nearest: ({ row, clock, tolerance }) => {
    const { store } = now();
    const mark = store.nearest(row, clock);
    const isNear = mark !== undefined && Math.abs(mark.clock - clock) <= tolerance;
    return {
      mark: isNear ? listed(mark) : null,
      span: isNear ? null : (store.spanAt(row, clock, tolerance) ?? null),
    };
  },
  spanAt: ({ row, clock, tolerance }) => now().store.spanAt(row, clock, tolerance) ?? null,
  beside: ({ row, clock, mark, steps }) => {
    const to = now().store.beside(row, clock, mark, steps);
    return to === undefined ? null : listed(to);
  },
  detail: async ({ row }) => {
    const mark = now().store.markAt(row);
    return mark === undefined ? null : detailOf(mark);
  },
  list: ({ screen, most }) => now().store.list(screen, most).map(listed),
  search: async ({ query, map }, { news, signal }) => {
    const { data } = now();
    found = { query, count: 0, rows: new Uint32Array(0) };
    const result = await searchMarks(data, query, {
      map,
      pause: async (share) => {
        news({ share });
        // Lets messages in: a newer search ends this one.
        await new Promise((resolve) => setTimeout(resolve, 0));
        signal.throwIfAborted();
      },
    });
    found = result;
    return { count: result.count, density: densityOf(result, data) };
  },
  found: ({ after, steps }) => {
    const { rows } = found;
    const at = firstNotBelow(rows, steps > 0 ? after + 1 : after) - (steps > 0 ? 0 : 1);
    const position = at < 0 ? rows.length - 1 : at >= rows.length ? 0 : at;
    const mark = now().store.markAt(rows[position] ?? -1);
    return mark === undefined ? null : { mark: listed(mark), position: position + 1 };
  },
});
