/** A map that a trace saw: its header at each event, who holds the mark of a writer, and the old buckets that have moved. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { TraceEventJson } from "../../../src/document/trace-schema.js";
import { type TracedMark, tracedState } from "../../../src/document/trace-states.js";
import { sanitizeLine } from "../../../src/base/text.js";
import { cutMiddle, shown } from "../../../src/report/text/shown.js";
import { shortFunction, traceEventText } from "../../../src/report/text/trace-event.js";
import { navigate, route, setParams } from "../../page/route.js";
import { VirtualList } from "../../parts/virtual-list.js";
import { Evacuation } from "./evacuation.js";
import { StepBar } from "./step-bar.js";
import { chosenState, stateParam, type Subject } from "./subjects.js";
import { TraceStrip } from "./trace-strip.js";
import { TracedHeader } from "./traced-header.js";

/** The drawing. */
export function Traced({
  subject,
}: {
  readonly subject: Extract<Subject, { readonly kind: "trace" }>;
}): JSX.Element | null {
  const { trace, map } = subject;
  const at = chosenState(subject, route.value.params);
  const state = useMemo(() => tracedState(trace, map, at), [trace, map, at]);
  if (state === undefined) {
    return null;
  }
  const go = (next: number, how: "push" | "replace"): void =>
    setParams({ at: stateParam(subject, next), time: "" }, how);
  const { event } = state;
  const text = (one: TraceEventJson): string => shown(traceEventText(one, trace.mapImplementation));
  return (
    <>
      <div class="memory-words">
        <h2>
          {shown(map.address)}: a {trace.mapImplementation} map, as a trace saw it
        </h2>
        <p class="quiet">
          Only what events told is shown: a field of which none has told yet is not known. The buckets
          themselves are not in a trace.
        </p>
      </div>
      <StepBar
        count={map.events.length}
        at={at}
        label={`event ${event.number}, ${timeText(event)}, ${whoText(event)}: ${text(event)}`}
        onStep={go}
        strip={<TraceStrip events={map.events} at={at} onGo={(next) => go(next, "push")} />}
      />
      <div class="memory-trace">
        <div class="memory-trace-state">
          <section class="card memory-event" aria-label="This event">
            <h3>Event {event.number}</h3>
            <p>{text(event)}</p>
            <p class="quiet">
              {timeText(event)} · {whoText(event)}
              {event.kind === "fatal" ? "" : ` · ${shown(shortFunction(event.mapFunction))}`}
            </p>
            {event.site === null ? null : (
              <p class="mono memory-site">
                {shown(event.site.function)}
                <br />
                {cutMiddle(sanitizeLine(event.site.file), 60)}:{event.site.line}
              </p>
            )}
            <button
              onClick={() =>
                navigate({ view: "timeline", params: { at: String(Math.round(event.seconds * 1e9)) } })
              }
            >
              Show on the timeline
            </button>
          </section>
          <Mark mark={state.mark} onGo={(number) => setParams({ at: String(number), time: "" })} />
          <TracedHeader state={state} />
          {state.growth === null ? null : <Evacuation growth={state.growth} />}
        </div>
        <section class="memory-events" aria-label="Events">
          <h3>Events</h3>
          <VirtualList
            label="Events"
            count={map.events.length}
            rowHeight={44}
            height={528}
            selected={at}
            onSelect={(next) => go(next, "replace")}
            row={(index) => <EventRow event={map.events[index]} text={text} />}
          />
        </section>
      </div>
    </>
  );
}

/** `3.4 ms` */
function timeText({ seconds }: TraceEventJson): string {
  return `${(seconds * 1000).toFixed(3)} ms`;
}

function whoText({ goroutine }: TraceEventJson): string {
  return goroutine === null ? "goroutine not known" : `g${goroutine}`;
}

function EventRow({
  event,
  text,
}: {
  readonly event: TraceEventJson | undefined;
  readonly text: (event: TraceEventJson) => string;
}): JSX.Element {
  if (event === undefined) {
    return <span />;
  }
  const place =
    event.site === null
      ? ""
      : shown(`${event.site.file.slice(event.site.file.lastIndexOf("/") + 1)}:${event.site.line}`);
  return (
    <span
      class={`memory-event-row memory-event-${event.kind === "flags" ? (event.mark ?? "flags") : event.kind}`}
    >
      <span class="memory-event-number">{event.number}</span>
      <span class="memory-event-text">
        {text(event)}
        <span class="quiet">
          {timeText(event)} · {whoText(event)} · {place}
        </span>
      </span>
    </span>
  );
}

function Mark({
  mark,
  onGo,
}: {
  readonly mark: TracedMark | null;
  readonly onGo: (event: number) => void;
}): JSX.Element {
  if (mark === null) {
    return <p class="memory-mark memory-mark-unknown">The mark of a writer: not known yet.</p>;
  }
  const { event, set } = mark;
  return (
    <p class={set ? "memory-mark memory-mark-set" : "memory-mark"}>
      <strong>{set ? "⚑ The mark of a writer is set" : "⚐ The mark of a writer is not set"}</strong>:{" "}
      {whoText(event)} {set ? "set" : "cleared"} it in{" "}
      <button class="memory-small" onClick={() => onGo(event.number)}>
        event {event.number}
      </button>
      {event.site === null
        ? ""
        : ` at ${shown(`${event.site.file.slice(event.site.file.lastIndexOf("/") + 1)}:${event.site.line}`)}`}
      .
    </p>
  );
}
