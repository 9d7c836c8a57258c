/**
 * Goroutines side by side in time, from a recording, a trace under GDB, or the conflicts of the trap.
 *
 * In the address: `of` (which process or trace), `map` (number of a map, or `all`), `from` and `to` (the stretch in view, in
 * nanoseconds), `select` with `at` and `until` (a mark or a bar), `finding` (a conflict to go to), `q` (a search), `list`.
 */
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { many } from "../../../src/report/text/table.js";
import { sentence, shown } from "../../../src/report/text/shown.js";
import { type TimelineSource, timelineSources } from "../../../src/document/timeline-sources.js";
import { route, setParams } from "../../page/route.js";
import type { ViewProps } from "../../page/view.js";
import { MaptrapError } from "../../../src/base/errors.js";
import { EmptyState, ErrorState, LoadingState } from "../../parts/states.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { Commands } from "./commands.js";
import { Details } from "./details.js";
import { Drawing } from "./drawing.js";
import { useTimelineKeys } from "./keys.js";
import { Legend } from "./legend.js";
import { MarkList } from "./list.js";
import { TimelineSearch } from "./search.js";
import { Selection } from "./selection.js";
import { TimelineSession } from "./session.js";
import "./timeline.css";
import { Toolbar } from "./toolbar.js";
import { useAddress } from "./address.js";

/** The view. */
export function TimelineView({ document }: ViewProps): JSX.Element {
  const sources = useMemo(() => timelineSources(document), [document]);
  const source = chosenSource(sources, route.value.params);
  if (source === undefined) {
    return (
      <section>
        <h1>Timeline</h1>
        <EmptyState>
          <p>
            Nothing in this document has a time: a crash text, a stop under GDB, near misses, or accesses that
            nothing orders tell what happened and not when. The recorder (MAPTRAP=record) and maptrap gdb
            trace do.
          </p>
        </EmptyState>
      </section>
    );
  }
  return <SourceTimeline key={source.handle} document={document} sources={sources} source={source} />;
}

/** The one in the address; else the one that the finding in the address is of; else the first one. */
function chosenSource(
  sources: readonly TimelineSource[],
  { of, finding }: Readonly<Record<string, string>>,
): TimelineSource | undefined {
  const named = sources.find(({ handle }) => handle === of);
  const found = sources.find(
    ({ input }) =>
      input.kind !== "trace" &&
      input.known.moments.some((one) => one.finding === finding || one.observation === finding),
  );
  return named ?? found ?? sources[0];
}

function SourceTimeline({
  document,
  sources,
  source,
}: {
  readonly document: StudioDocument;
  readonly sources: readonly TimelineSource[];
  readonly source: TimelineSource;
}): JSX.Element {
  const commands = useMemo(() => {
    const session = new TimelineSession();
    return new Commands(session, new Selection(session));
  }, []);
  const { session } = commands;
  useEffect(() => {
    session.stretch = source.stretch;
    void session.open(source.input);
  }, [source]);
  useEffect(
    () => () => {
      commands.stop();
      session.close();
    },
    [],
  );
  useAddress(commands);
  useTimelineKeys(commands);
  const opened = session.opened.value;
  const error = session.error.value;
  const isListed = route.value.params["list"] === "1";
  if (error !== null) {
    return (
      <section>
        <h1>Timeline</h1>
        <ErrorState
          sentence={`${shown(source.title)} cannot be shown: ${sentence(error.message)}`}
          wayOut={error instanceof MaptrapError ? error.wayOut : undefined}
        />
      </section>
    );
  }
  if (opened === null) {
    return (
      <section>
        <h1>Timeline</h1>
        <LoadingState text={`reading ${shown(source.title)}`} share={session.share.value} />
      </section>
    );
  }
  return (
    <section class="timeline-view">
      <div class="timeline-head">
        <h1>Timeline</h1>
        <p class="quiet">
          {shown(source.title)}: {many(opened.marks, "event")} of {many(opened.ids.length, "goroutine")} on{" "}
          {many(opened.mapCount, "map")}
        </p>
      </div>
      <Toolbar commands={commands} sources={sources} source={source} />
      <TimelineSearch commands={commands} />
      <Drawing commands={commands} title="Timeline" />
      <div class="timeline-below">
        <Details commands={commands} document={document} begins={source.begins} />
        <div>
          <button aria-pressed={isListed} onClick={() => setParams({ list: isListed ? "" : "1" }, "replace")}>
            {isListed ? "Hide the list of marks" : "List the marks in view"}
          </button>
          {isListed ? <MarkList commands={commands} /> : null}
          <Legend kind={source.input.kind} />
          {opened.notes.map((note, index) => (
            <p key={index} class="quiet">
              {sentence(note)}
            </p>
          ))}
        </div>
      </div>
    </section>
  );
}
