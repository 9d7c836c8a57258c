/** Where a finding comes from: the text, the stop or the process, and what else was seen there. */
import type { JSX } from "preact";
import type {
  CrashObservation,
  Finding,
  Observation,
  ProbeObservation,
  RaceObservation,
  StoppedObservation,
} from "../../../src/case/case.js";
import { countText } from "../../../src/case/count.js";
import { crashFacts, crashHeadline } from "../../../src/report/text/crash.js";
import type { Fact } from "../../../src/report/text/fact.js";
import { readingFacts, textFact } from "../../../src/report/text/reading.js";
import { reportTitle, reportVersion } from "../../../src/report/text/reported.js";
import { counted, sentence } from "../../../src/report/text/shown.js";
import {
  otherTitle,
  stopFacts,
  stopHeadline,
  stoppedStack,
  stopOthers,
  threadText,
} from "../../../src/report/text/stopped.js";
import { routeHash } from "../../page/route.js";
import { Facts } from "../../parts/facts.js";
import { Place } from "../../parts/place.js";
import { type CaseInView, evidenceOf } from "./context.js";
import { Section, Sentences } from "./section.js";

/** So many others, unread lines and threads are shown. */
const mostOthers = 100;
const mostUnread = 5;

/** What there is to say of the observation that is shown first; nothing for those that are all in the finding. */
export function SourceOf({
  view,
  observation,
  findings,
}: {
  readonly view: CaseInView;
  readonly observation: Observation;
  /** Those that rest on it. */
  readonly findings: readonly Finding[];
}): JSX.Element | null {
  switch (observation.kind) {
    case "crash":
      return <CrashText view={view} crash={observation} />;
    case "race":
    case "probe-report":
      return <ReportText view={view} report={observation} />;
    case "stopped":
      return <Stop view={view} stop={observation} findings={findings} />;
    case "conflict":
    case "detection":
    case "unordered":
    case "near-miss":
    case "recording":
    case "gc-trace":
    case "write-barrier":
      return null;
    default:
      return observation satisfies never;
  }
}

/** Facts of a report as entries of a list. */
export function factItems(facts: readonly Fact[]): { readonly label: string; readonly value: string }[] {
  return facts.map(({ label, text }) => ({ label, value: sentence(text) }));
}

function CrashText({
  view,
  crash,
}: {
  readonly view: CaseInView;
  readonly crash: CrashObservation;
}): JSX.Element {
  return (
    <Section title="The crash">
      <p class="mono finding-headline">{crashHeadline(crash)}</p>
      <Facts
        items={factItems([...crashFacts(crash, evidenceOf(view, crash.evidence)), ...readingFacts(crash)])}
      />
      <Unread report={crash} />
      <p>
        <a
          href={routeHash({
            document: view.document.handle,
            view: "goroutines",
            params: { of: crash.handle },
          })}
        >
          {crash.goroutines === 1
            ? "The goroutine of the dump"
            : `All ${countText(crash.goroutines)} goroutines of the dump`}
        </a>
      </p>
    </Section>
  );
}

function Unread({
  report: { unread },
}: {
  readonly report: Pick<CrashObservation, "unread">;
}): JSX.Element | null {
  return unread.lines.length === 0 ? null : (
    <details>
      <summary>Lines that could not be read</summary>
      <ul class="finding-sentences mono">
        {unread.lines.slice(0, mostUnread).map(({ line, text }) => (
          <li key={line}>
            {line}: {sentence(text)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function ReportText({
  view,
  report,
}: {
  readonly view: CaseInView;
  readonly report: RaceObservation | ProbeObservation;
}): JSX.Element {
  return (
    <Section title="The report">
      <p>{reportTitle(report)}</p>
      <Facts
        items={factItems([
          textFact(report, evidenceOf(view, report.evidence)),
          ...reportVersion(report),
          ...readingFacts(report),
        ])}
      />
      <Unread report={report} />
    </Section>
  );
}

function Stop({
  view,
  stop,
  findings,
}: {
  readonly view: CaseInView;
  readonly stop: StoppedObservation;
  readonly findings: readonly Finding[];
}): JSX.Element {
  const { title, alike } = stopOthers(stop, findings);
  return (
    <>
      <Section title="The stop">
        <p class="mono finding-headline">{stopHeadline(stop)}</p>
        <Facts items={factItems(stopFacts(stop, view.incident))} />
        {findings.length === 0 ? null : <Sentences texts={stop.gone} />}
        {stop.threads.length === 0 ? null : (
          <details>
            <summary>{counted(stop.threads.length, "thread")}</summary>
            <ul class="finding-sentences">
              {stop.threads.slice(0, mostOthers).map((thread) => (
                <li key={thread.id}>{threadText(thread)}</li>
              ))}
            </ul>
          </details>
        )}
        <p>
          <a
            href={routeHash({
              document: view.document.handle,
              view: "goroutines",
              params: { of: stop.handle },
            })}
          >
            {counted(stop.goroutines, "goroutine")} at the stop
          </a>
        </p>
      </Section>
      {alike.length === 0 ? null : (
        <Section title={title}>
          {alike.slice(0, mostOthers).map((group, index) => {
            const { site } = stoppedStack(group[0]?.stack ?? [], view.incident);
            return (
              <div key={index} class="finding-other">
                <p>
                  <strong>{otherTitle(group)}</strong>
                  {site === null ? null : (
                    <>
                      {" at "}
                      <Place frame={site} folder={view.incident.workingDirectory} />
                    </>
                  )}
                </p>
                <Sentences texts={group[0]?.sentences ?? []} />
              </div>
            );
          })}
          {alike.length > mostOthers ? <p class="quiet">and {alike.length - mostOthers} more</p> : null}
        </Section>
      )}
    </>
  );
}
