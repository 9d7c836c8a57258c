/** What is known besides single conflicts: recordings, the garbage collector, what was tried, and what would tell more. */
import type { JSX } from "preact";
import type { GcTraceObservation, RecordedMap, RecordingObservation } from "../../../src/case/case.js";
import { barrierColumns, barrierRows, barrierText, barrierTitle } from "../../../src/report/text/barrier.js";
import {
  cycleColumns,
  cycleRow,
  gcTraceFacts,
  gcTraceHeadline,
  gcTraceSections,
} from "../../../src/report/text/gctrace.js";
import { overlapTexts, overlapTitle } from "../../../src/report/text/recording-figures.js";
import { recordedMapBrief, recordedMapTitle } from "../../../src/report/text/recording.js";
import { shown } from "../../../src/report/text/shown.js";
import { summaryTexts } from "../../../src/report/text/summary.js";
import { many } from "../../../src/report/text/table.js";
import { DataTable } from "../../parts/data-table.js";
import { Facts } from "../../parts/facts.js";
import { type CaseInView, evidenceOf } from "./context.js";
import { MapLife } from "./map-card.js";
import { Section, Sentences } from "./section.js";
import { factItems } from "./source-of.js";

/** So many recordings, maps of one, processes and cycles are shown. */
const mostRecordings = 8;
const mostMaps = 24;
const mostProcesses = 8;
const mostCycles = 200;

/** What was tried, and what would tell more. Where nothing was found this is all there is. */
export function Tried({ view }: { readonly view: CaseInView }): JSX.Element {
  const { tried, lost, nextSteps, notes } = summaryTexts(view.incident);
  const { evidence, summary } = view.incident;
  const readOnly = summary === null && evidence.every(({ kind }) => kind !== "gdb-session");
  return (
    <>
      {tried.length === 0 && lost.length === 0 ? null : (
        <Section title={readOnly ? "What was read" : "What was tried"}>
          <Sentences texts={tried} />
          {lost.length === 0 ? null : <h3>Lost</h3>}
          <Sentences texts={lost} />
        </Section>
      )}
      {nextSteps.length === 0 ? null : (
        <Section title="What would tell more">
          <Sentences texts={nextSteps} />
        </Section>
      )}
      {notes.length + view.document.notes.length === 0 ? null : (
        <Section title="Notes">
          <Sentences texts={[...view.document.notes, ...notes]} />
        </Section>
      )}
    </>
  );
}

/** Recordings of maps, and what the garbage collector did meanwhile. */
export function Around({
  view,
  besides,
}: {
  readonly view: CaseInView;
  /** The map that is shown already. */
  readonly besides: RecordedMap | undefined;
}): JSX.Element {
  const { observations } = view.incident;
  const overlap = overlapTexts(view.incident);
  return (
    <>
      {observations
        .flatMap((one) =>
          one.kind === "recording" ? [{ ...one, maps: one.maps.filter((map) => map !== besides) }] : [],
        )
        .filter(({ maps, mapsNotListed }) => maps.length + mapsNotListed > 0)
        .slice(0, mostRecordings)
        .map((one) => (
          <Recording key={one.handle} recording={one} />
        ))}
      {observations
        .flatMap((one) => (one.kind === "write-barrier" ? [one] : []))
        .slice(0, mostProcesses)
        .map((one) => (
          <Section key={one.handle} title={barrierTitle}>
            <Sentences texts={[barrierText(one)]} />
            {barrierRows(one).length === 0 ? null : (
              <DataTable
                caption="Times in which the write barrier was on"
                columns={barrierColumns}
                rows={barrierRows(one).slice(-mostCycles)}
              />
            )}
          </Section>
        ))}
      {observations
        .flatMap((one) => (one.kind === "gc-trace" ? [one] : []))
        .slice(0, mostProcesses)
        .map((one) => (
          <GcTrace key={one.handle} view={view} trace={one} />
        ))}
      {overlap.length === 0 ? null : (
        <Section title={overlapTitle}>
          <Sentences texts={overlap} />
        </Section>
      )}
    </>
  );
}

/** The shared maps of a process. */
function Recording({ recording }: { readonly recording: RecordingObservation }): JSX.Element {
  const left = recording.maps.length - mostMaps + recording.mapsNotListed;
  return (
    <Section title={`${shown(recording.handle)} Shared maps, as recorded`}>
      {recording.maps.slice(0, mostMaps).map((map, index) => (
        <details key={`${map.address} ${map.life}`} open={index === 0 && recording.maps.length === 1}>
          <summary>
            {recordedMapTitle(map)} <span class="quiet">{recordedMapBrief(map)}</span>
          </summary>
          <MapLife map={map} recording={recording} conflict={undefined} />
        </details>
      ))}
      {left > 0 ? <p class="quiet">… and {many(left, "more shared map")}</p> : null}
    </Section>
  );
}

function GcTrace({
  view,
  trace,
}: {
  readonly view: CaseInView;
  readonly trace: GcTraceObservation;
}): JSX.Element {
  return (
    <Section title={`${shown(trace.handle)} ${gcTraceHeadline(trace)}`}>
      <Facts items={factItems(gcTraceFacts(trace, evidenceOf(view, trace.evidence)))} />
      {gcTraceSections(trace).map(({ title, sentences }) => (
        <div key={title}>
          <h3>{title}</h3>
          <Sentences texts={sentences} />
        </div>
      ))}
      <details>
        <summary>Cycles (heap: at the beginning, at the end of marking, alive)</summary>
        <DataTable
          caption="Cycles of the garbage collector"
          columns={cycleColumns}
          rows={trace.kept.slice(-mostCycles).map(cycleRow)}
        />
      </details>
    </Section>
  );
}
