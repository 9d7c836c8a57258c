/** A finding: both sides, the map, how sure it is and why, what to do, and what it rests on. */
import type { JSX } from "preact";
import type { Finding, Observation } from "../../../src/case/case.js";
import { sourceOf } from "../../../src/document/goroutines/sources.js";
import { sameSite, seenText } from "../../../src/report/text/finding.js";
import { restsOn } from "../../../src/report/text/rests-on.js";
import { sameInTexts } from "../../../src/report/text/same-in-texts.js";
import { sentence, shown, shownPath } from "../../../src/report/text/shown.js";
import { meaning } from "../../parts/certainty.js";
import { CopyButton } from "../../parts/copy-button.js";
import { routeHash } from "../../page/route.js";
import type { CaseInView } from "./context.js";
import { MapCard } from "./map-card.js";
import { Section, Sentences } from "./section.js";
import { modelParams } from "./model-link.js";
import { SideCard } from "./side.js";
import { SourceOf } from "./source-of.js";

/** A finding. */
export function Found({
  view,
  finding,
}: {
  readonly view: CaseInView;
  readonly finding: Finding;
}): JSX.Element {
  const { incident } = view;
  const [first, second] = finding.sides;
  const observations = finding.observations.flatMap((handle) =>
    incident.observations.filter((one) => one.handle === handle),
  );
  const [main] = observations;
  return (
    <>
      <div class="finding-sides">
        <SideCard view={view} side={first} letter="A" observation={main?.handle} />
        <SideCard
          view={view}
          side={second}
          letter="B"
          observation={main?.handle}
          sameLine={sameSite(first, second)}
        />
      </div>
      <div class="finding-columns">
        <div>
          <WhatToDo view={view} finding={finding} />
          <HowSure finding={finding} />
        </div>
        <div>
          <MapCard view={view} map={finding.map} observations={observations} />
          <RestsOn view={view} finding={finding} observations={observations} />
        </div>
      </div>
      {main === undefined ? null : (
        <SourceOf
          view={view}
          observation={main}
          findings={incident.findings.filter((one) => one.observations[0] === main.handle)}
        />
      )}
    </>
  );
}

function HowSure({ finding }: { readonly finding: Finding }): JSX.Element {
  return (
    <Section title="How sure">
      <p>
        <strong>
          {finding.certainty}
          {finding.score === null ? "" : `, score ${finding.score.toFixed(2)}`}
        </strong>
        . <span class="quiet">{meaning(finding.certainty)}</span>
      </p>
      <Sentences texts={finding.reasons} />
      <p>Seen {seenText(finding)}.</p>
    </Section>
  );
}

function WhatToDo({
  view: { incident },
  finding: { advice, proof },
}: {
  readonly view: CaseInView;
  readonly finding: Finding;
}): JSX.Element {
  const root = incident.evidence.find(({ kind }) => kind === "source")?.path;
  const where =
    root === undefined || root === incident.workingDirectory
      ? ""
      : `, in ${shownPath(root, incident.workingDirectory)}`;
  return (
    <Section title="What to do">
      {advice.length === 0 ? (
        <p class="quiet">Nothing is known to do about it.</p>
      ) : (
        <Sentences texts={advice} />
      )}
      {proof === null ? null : (
        <>
          <h3>To be sure{where}</h3>
          <div class="finding-command">
            <code>{sentence(proof)}</code>
            <CopyButton text={proof} />
          </div>
        </>
      )}
    </Section>
  );
}

function RestsOn({
  view,
  finding,
  observations,
}: {
  readonly view: CaseInView;
  readonly finding: Finding;
  readonly observations: readonly Observation[];
}): JSX.Element {
  const { document, incident } = view;
  const inTime =
    document.recordings.length > 0 ||
    observations.some(
      (one) =>
        one.kind === "conflict" ||
        incident.observations.some((other) => other.kind === "recording" && other.evidence === one.evidence),
    );
  return (
    <Section title="What it rests on">
      <Sentences texts={restsOn(finding.observations, incident)} />
      <Sentences texts={sameInTexts(finding.observations, incident)} />
      <p class="finding-links">
        {inTime ? (
          <a
            href={routeHash({
              document: document.handle,
              view: "timeline",
              params: { finding: finding.handle },
            })}
          >
            Its moment in the timeline
          </a>
        ) : null}
        <a
          href={routeHash({
            document: document.handle,
            view: "goroutines",
            params: { of: sourceOf(finding.observations[0], incident) },
          })}
        >
          All goroutines
        </a>
        <a
          href={routeHash({
            document: document.handle,
            view: "model",
            params: modelParams(finding, incident),
          })}
        >
          How this can happen, in the model
        </a>
      </p>
      <p class="quiet">
        Made with maptrap {shown(incident.maptrap)} by <code>{shown(incident.command.join(" "))}</code>
        {incident.toolchain.goVersion === null ? "" : `, ${shown(incident.toolchain.goVersion)}`}
        {incident.toolchain.platform === null ? "" : ` on ${shown(incident.toolchain.platform)}`}.
      </p>
    </Section>
  );
}
