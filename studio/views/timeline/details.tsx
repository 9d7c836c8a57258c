/** What is selected: all that is known of a mark, or of a bar. */
import type { JSX } from "preact";
import { durationText } from "../../../src/case/duration.js";
import { countText } from "../../../src/case/count.js";
import { glyphWords } from "../../../src/analysis/timeline/marks.js";
import { spanText } from "../../../src/analysis/timeline/spans.js";
import type { StudioDocument } from "../../../src/document/document.js";
import type { PlacedFrame } from "../../../src/case/case.js";
import { timelineEventText } from "../../../src/report/text/timeline-event.js";
import { shortFunction, traceEventText } from "../../../src/report/text/trace-event.js";
import { sentence, shown } from "../../../src/report/text/shown.js";
import { routeHash } from "../../page/route.js";
import { type FactItem, Facts } from "../../parts/facts.js";
import { GoroutineHandle } from "../../parts/goroutine-handle.js";
import { Place } from "../../parts/place.js";
import { SourceLines } from "../../parts/source-lines.js";
import type { MarkDetail, SpanAt } from "./calls.js";
import type { Commands } from "./commands.js";

/** What the details need besides. */
interface DetailProps {
  readonly commands: Commands;
  readonly document: StudioDocument;
  /** What times are counted from where there is no conflict. */
  readonly begins: string;
}

/** The panel. */
export function Details(props: DetailProps): JSX.Element {
  const { commands } = props;
  const now = commands.selection.current.value;
  return (
    <section class="timeline-details card" aria-labelledby="timeline-selected">
      <h2 id="timeline-selected">{headline(now?.detail ?? null, now?.span ?? null, props.document)}</h2>
      {now === null ? (
        <p class="quiet">
          Click a mark or a bar, or go from mark to mark with <kbd>[</kbd> and <kbd>]</kbd>. Wheel or{" "}
          <kbd>+</kbd> <kbd>−</kbd> zoom, a drag or <kbd>←</kbd> <kbd>→</kbd> move, <kbd>0</kbd> shows all,{" "}
          <kbd>f</kbd> goes to the conflict.
        </p>
      ) : now.detail !== null ? (
        <OfMark {...props} detail={now.detail} />
      ) : now.span !== null ? (
        <Facts items={ofSpan(props, now.span, now.row)} />
      ) : null}
    </section>
  );
}

function headline(detail: MarkDetail | null, span: SpanAt | null, document: StudioDocument): string {
  if (detail !== null) {
    return sentence(markText(detail, document.trace?.mapImplementation ?? "classic"));
  }
  return span === null ? "Nothing is selected" : spanText(span.kind);
}

/** What a mark is, in the words of the text report. */
function markText({ event, trace, mark }: MarkDetail, implementation: "classic" | "swiss"): string {
  if (event !== null) {
    return timelineEventText(event);
  }
  if (trace !== null) {
    return traceEventText(trace, implementation);
  }
  return glyphWords[mark.glyph] ?? "";
}

function OfMark({
  detail,
  commands,
  document,
  begins,
}: DetailProps & { readonly detail: MarkDetail }): JSX.Element {
  const { mark, map, trace, event } = detail;
  const folder = document.case?.workingDirectory ?? "";
  const excerpt = document.excerpts.find(
    ({ file, line }) => file === mark.frame?.file && line === mark.frame?.line,
  );
  const items: FactItem[] = [
    { label: "Time", value: momentText(commands, mark.clock, begins) },
    { label: "Goroutine", value: <Goroutine commands={commands} document={document} detail={detail} /> },
    ...(event !== null && event.untilNanoseconds > event.atNanoseconds
      ? [
          {
            label: "How often",
            value: `${countText(event.times)} times in ${durationText(event.untilNanoseconds - event.atNanoseconds)}`,
          },
        ]
      : []),
    ...(mark.frame === null
      ? []
      : [{ label: "Place", value: <PlaceOf frame={mark.frame} folder={folder} /> }]),
    ...(trace !== null && trace.kind !== "fatal"
      ? [
          {
            label: "Map function",
            value: <span class="mono">{shown(shortFunction(trace.mapFunction))}</span>,
          },
        ]
      : []),
    ...(map === null || map.address === "0x0"
      ? []
      : [
          {
            label: "Map",
            value: (
              <span class="mono">
                {map.type === null || map.type === "" ? "" : `${shown(map.type)} `}
                {shown(map.address)}
              </span>
            ),
          },
        ]),
    ...(event?.processor === null || event?.processor === undefined
      ? []
      : [{ label: "Processor", value: `P ${event.processor}` }]),
  ];
  return (
    <>
      <Facts items={items} />
      {excerpt === undefined ? null : <SourceLines excerpt={excerpt} />}
      {trace === null || trace.kind === "fatal" ? null : (
        <p>
          <a
            href={routeHash({
              document: document.handle,
              view: "memory",
              params: { map: trace.map, at: String(trace.number) },
            })}
          >
            The map's header at this event
          </a>
        </p>
      )}
    </>
  );
}

function PlaceOf({ frame, folder }: { readonly frame: PlacedFrame; readonly folder: string }): JSX.Element {
  return <Place frame={frame} folder={folder} />;
}

function Goroutine({
  commands,
  document,
  detail: { mark },
}: {
  readonly commands: Commands;
  readonly document: StudioDocument;
  readonly detail: MarkDetail;
}): JSX.Element {
  const opened = commands.session.opened.value;
  const name = opened?.names[opened.nameOf[mark.lane] ?? 0] ?? "";
  const id = mark.goroutine < 0 ? null : mark.goroutine;
  return (
    <span>
      {document.case === null ? (
        <span class="mono">{id === null ? "g?" : `g${id}`}</span>
      ) : (
        <GoroutineHandle document={document.handle} id={id} />
      )}
      {name === "" ? "" : ` started in ${shown(name)}`}
    </span>
  );
}

/** When: relative to the conflict, and since the beginning. */
function momentText({ session }: Commands, clock: number, begins: string): string {
  const moment = session.moment.value;
  const since = `${durationText(clock)} after ${begins}`;
  if (moment === null) {
    return since;
  }
  const name = moment.finding ?? "the conflict";
  const before = moment.clock - clock;
  const relative =
    before === 0
      ? `the moment of ${name}`
      : `${durationText(Math.abs(before))} ${before > 0 ? "before" : "after"} ${name}`;
  return `${relative}; ${since}`;
}

function ofSpan(
  { commands, begins, document }: DetailProps,
  span: SpanAt,
  row: number | "map" | "gc",
): FactItem[] {
  const { session } = commands;
  const opened = session.opened.value;
  const id = typeof row === "number" ? (opened?.ids[row] ?? -1) : -1;
  const more = [
    ...(span.open % 2 === 1 ? ["its beginning was not recorded"] : []),
    ...(span.open >= 2 ? ["its end was not recorded"] : []),
  ].join("; ");
  return [
    { label: "From", value: momentText(commands, span.start, begins) },
    { label: "To", value: momentText(commands, span.end, begins) },
    { label: "How long", value: `${durationText(span.end - span.start)}${more === "" ? "" : ` (${more})`}` },
    ...(typeof row === "number"
      ? [
          {
            label: "Goroutine",
            value:
              document.case === null ? (
                <span class="mono">{id < 0 ? "g?" : `g${id}`}</span>
              ) : (
                <GoroutineHandle document={document.handle} id={id < 0 ? null : id} />
              ),
          },
        ]
      : []),
  ];
}
