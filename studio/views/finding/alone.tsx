/** What was observed of a conflict without a finding: the side that noticed, and that the other one is not known. */
import type { JSX } from "preact";
import type {
  CrashObservation,
  DetectionObservation,
  ProbeObservation,
  RaceObservation,
  StoppedObservation,
  TextGoroutine,
} from "../../../src/case/case.js";
import {
  crashDetectorTitle,
  createdText,
  hintsTitle,
  hintText,
  isMapConflict,
  noDetectorText,
  throughText,
  unknownPeerText,
} from "../../../src/report/text/crash.js";
import { detectionReasons, detectionSide } from "../../../src/report/text/detection.js";
import { withoutFinding } from "../../../src/report/text/reported.js";
import { shown, shownPath } from "../../../src/report/text/shown.js";
import { stopDetectorSide } from "../../../src/report/text/stopped.js";
import { Facts } from "../../parts/facts.js";
import { GoroutineHandle } from "../../parts/goroutine-handle.js";
import { Place } from "../../parts/place.js";
import { SourceLines } from "../../parts/source-lines.js";
import { Stack } from "../../parts/stack.js";
import { type CaseInView, excerptAt } from "./context.js";
import type { AloneObservation } from "./items.js";
import { MapCard } from "./map-card.js";
import { Section, Sentences } from "./section.js";
import { SideCard, SideFrame } from "./side.js";

/** So many goroutines are named that may have been the other side. */
const maxHints = 50;

/** An observation by itself. */
export function Alone({
  view,
  observation,
}: {
  readonly view: CaseInView;
  readonly observation: AloneObservation;
}): JSX.Element {
  switch (observation.kind) {
    case "crash":
      return <AloneCrash view={view} crash={observation} />;
    case "detection":
      return <AloneDetection view={view} detection={observation} />;
    case "stopped":
      return <AloneStop view={view} stop={observation} />;
    case "race":
      return <AloneRace view={view} race={observation} />;
    case "probe-report":
      return <AloneProbe view={view} report={observation} />;
    default:
      return observation satisfies never;
  }
}

function AloneCrash({
  view,
  crash,
}: {
  readonly view: CaseInView;
  readonly crash: CrashObservation;
}): JSX.Element {
  const { detector } = crash;
  return (
    <div class="finding-sides">
      {detector === null ? (
        <p class="card">{noDetectorText(crash)}</p>
      ) : (
        <SideFrame letter="A" title={crashDetectorTitle(detector)}>
          <CrashDetector view={view} detector={detector} of={crash.handle} />
        </SideFrame>
      )}
      {isMapConflict(crash) ? <UnknownPeer view={view} crash={crash} /> : null}
    </div>
  );
}

function CrashDetector({
  view,
  detector: { goroutine, site, through },
  of,
}: {
  readonly view: CaseInView;
  /** Handle of the crash. */
  readonly of: string;
  readonly detector: NonNullable<CrashObservation["detector"]>;
}): JSX.Element {
  const folder = view.incident.workingDirectory;
  const placed = site === null ? null : { ...site, inlined: false, origin: "own" as const };
  const excerpt = excerptAt(view, placed);
  return (
    <>
      <p class="finding-at">
        {placed === null ? (
          <span class="quiet">the place is not known</span>
        ) : (
          <Place frame={placed} folder={folder} />
        )}
        {through === null ? null : <span class="quiet">, {throughText(through)}</span>}
      </p>
      {excerpt === undefined ? null : <SourceLines excerpt={excerpt} />}
      <TextGoroutineFacts view={view} goroutine={goroutine} of={of} />
      <h3>Stack</h3>
      <Stack
        stack={goroutine.stack.filter(({ origin }) => origin !== "runtime")}
        folder={folder}
        cutShort={goroutine.framesElided > 0}
        site={placed}
      />
    </>
  );
}

function TextGoroutineFacts({
  view,
  goroutine,
  of,
}: {
  readonly view: CaseInView;
  readonly goroutine: TextGoroutine;
  readonly of: string;
}): JSX.Element {
  const { id, state, remarks, labels } = goroutine;
  const named = Object.entries(labels).map(([name, value]) => `${shown(name)}: ${shown(value)}`);
  return (
    <Facts
      items={[
        { label: "goroutine", value: <GoroutineHandle document={view.document.handle} id={id} of={of} /> },
        { label: "role", value: "noticed: Go's own check stopped the program here" },
        { label: "state", value: [state, ...remarks].map(shown).join(", ") },
        { label: "started", value: createdText(goroutine, view.incident.workingDirectory) },
        ...(named.length === 0 ? [] : [{ label: "labels", value: named.join(", ") }]),
      ]}
    />
  );
}

/** That the other side is not known, and who may have been it. */
function UnknownPeer({
  view,
  crash,
}: {
  readonly view: CaseInView;
  readonly crash: CrashObservation;
}): JSX.Element {
  const folder = view.incident.workingDirectory;
  const hints = crash.peers.slice(0, maxHints);
  return (
    <SideFrame letter="B" title={unknownPeerText}>
      {hints.length === 0 ? (
        <p class="quiet">No goroutine of the text is in a place that would tell of it.</p>
      ) : (
        <>
          <p>{hintsTitle}</p>
          <ul class="finding-hints">
            {hints.map(({ goroutine, reason, site }, index) => (
              <li key={index}>
                <GoroutineHandle document={view.document.handle} id={goroutine.id} of={crash.handle} /> [
                {shown(goroutine.state)}]
                {site === null ? null : (
                  <span class="mono"> {shownPath(`${site.file ?? "?"}:${site.line ?? "?"}`, folder)}</span>
                )}
                : {hintText(reason)}
              </li>
            ))}
          </ul>
        </>
      )}
    </SideFrame>
  );
}

function AloneDetection({
  view,
  detection,
}: {
  readonly view: CaseInView;
  readonly detection: DetectionObservation;
}): JSX.Element {
  return (
    <>
      <div class="finding-sides">
        <SideCard
          view={view}
          side={detectionSide(detection, view.incident)}
          letter="A"
          observation={detection.handle}
        />
        <SideFrame letter="B" title={unknownPeerText}>
          <Sentences texts={detectionReasons(detection)} />
        </SideFrame>
      </div>
      <MapCard view={view} map={detection.map} observations={[detection]} />
    </>
  );
}

function AloneStop({
  view,
  stop,
}: {
  readonly view: CaseInView;
  readonly stop: StoppedObservation;
}): JSX.Element {
  const side = stopDetectorSide(stop, view.incident);
  return (
    <>
      {side === undefined ? null : (
        <div class="finding-sides">
          <SideCard view={view} side={side} letter="A" observation={stop.handle} />
          <SideFrame letter="B" title={unknownPeerText}>
            <Sentences texts={stop.gone} />
          </SideFrame>
        </div>
      )}
      <MapCard view={view} map={stop.map} observations={[stop]} />
    </>
  );
}

function AloneRace({
  view,
  race,
}: {
  readonly view: CaseInView;
  readonly race: RaceObservation;
}): JSX.Element {
  const folder = view.incident.workingDirectory;
  return (
    <>
      <p class="card">{withoutFinding(race)}</p>
      <div class="finding-sides">
        {race.accesses.slice(0, 2).map((access, index) => (
          <SideFrame
            key={index}
            letter={index === 0 ? "A" : "B"}
            title={
              <>
                {access.previous ? "previous " : ""}
                {access.operation} by{" "}
                <GoroutineHandle document={view.document.handle} id={access.goroutine} of={race.handle} />
              </>
            }
          >
            <Stack stack={access.stack} folder={folder} cutShort={access.stackLost} />
            {access.createdAt.length === 0 ? null : (
              <>
                <h3>Where it was started</h3>
                <Stack stack={access.createdAt} folder={folder} />
              </>
            )}
          </SideFrame>
        ))}
      </div>
    </>
  );
}

function AloneProbe({
  view,
  report,
}: {
  readonly view: CaseInView;
  readonly report: ProbeObservation;
}): JSX.Element {
  return (
    <>
      <p class="card">{withoutFinding(report)}</p>
      {report.goroutines.length === 0 ? null : (
        <Section title="Goroutines that it names">
          <p>
            {report.goroutines.slice(0, maxHints).map((id) => (
              <span key={id}>
                <GoroutineHandle document={view.document.handle} id={id} />{" "}
              </span>
            ))}
          </p>
        </Section>
      )}
      <MapCard view={view} map={{ ...report.map, name: null }} observations={[report]} />
    </>
  );
}
