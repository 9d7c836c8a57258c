/** The map of a conflict: what it is, how it stood, and who used it. */
import { countText } from "../../../src/case/count.js";
import type { JSX } from "preact";
import type {
  CaseMap,
  ConflictObservation,
  DetectionObservation,
  Observation,
  RecordedMap,
  RecordingObservation,
  StoppedMap,
} from "../../../src/case/case.js";
import {
  handedTexts,
  recordedGoroutines,
  recordedMapTexts,
  sameAddressTexts,
  recordedMoment,
  recordedSites,
  type RecordedTable,
} from "../../../src/report/text/recording.js";
import { counted, sentence, shown } from "../../../src/report/text/shown.js";
import {
  stoppedGrowthTexts,
  stoppedHeaderText,
  stoppedPartsTexts,
} from "../../../src/report/text/stopped.js";
import { many } from "../../../src/report/text/table.js";
import { routeHash } from "../../page/route.js";
import { DataTable } from "../../parts/data-table.js";
import { type FactItem, Facts } from "../../parts/facts.js";
import type { CaseInView } from "./context.js";
import { Section, Sentences } from "./section.js";

/** So many rows of a table of a recording are shown. */
const mostRows = 100;
/** So many entries of a map, and places where it is broken. */
const mostEntries = 50;

/**
 * A map.
 *
 * @param observations those that the finding rests on, or the one that is shown
 */
export function MapCard({
  view,
  map,
  observations,
}: {
  readonly view: CaseInView;
  readonly map: CaseMap;
  readonly observations: readonly Observation[];
}): JSX.Element {
  const decoded = observations.flatMap((one) =>
    one.kind === "stopped" && one.decoded !== null ? [one.decoded] : [],
  )[0];
  const recorded = recordedMapOf(view.incident, observations, map);
  return (
    <Section title="The map">
      <Facts items={[...mapFacts(map), ...observations.slice(0, 1).flatMap(stateFacts)]} />
      {decoded === undefined ? null : <DecodedMap map={decoded} />}
      {recorded === undefined ? null : <MapLife {...recorded} />}
      <MemoryLink view={view} map={map} />
    </Section>
  );
}

function mapFacts({ name, type, address, elements }: CaseMap): FactItem[] {
  return [
    ...(name === null ? [] : [{ label: "name", value: <code>{shown(name)}</code> }]),
    { label: "type", value: type === null ? "type not known" : <code>{shown(type)}</code> },
    ...(address === null ? [] : [{ label: "address", value: <code>{shown(address)}</code> }]),
    ...(elements === null ? [] : [{ label: "elements", value: countText(elements) }]),
  ];
}

/** How it stood at the moment of the conflict, as far as Go's own check and the recorder tell. */
function stateFacts(observation: Observation): FactItem[] {
  if (observation.kind === "unordered") {
    return [
      { label: "seen on", value: counted(observation.maps, "map") },
      ...(observation.commonLock === null
        ? []
        : [{ label: "common lock", value: <code>{observation.commonLock}</code> }]),
    ];
  }
  if (observation.kind !== "conflict" && observation.kind !== "detection") {
    return [];
  }
  const { found } = observation;
  if (found.by === "trap") {
    return [];
  }
  const { growth, gcPhase, gcCycles } = found;
  return [
    {
      label: "growth",
      value:
        growth.kind === "none"
          ? "not growing"
          : `${growth.kind === "double" ? "to twice the buckets" : "to the same size"}: ${growth.evacuated} of ${growth.oldBuckets} old buckets moved`,
    },
    ...(gcPhase === null
      ? []
      : [
          {
            label: "GC phase",
            value: `${gcPhase}${gcCycles === null ? "" : `; ${counted(gcCycles, "cycle")} had begun`}`,
          },
        ]),
  ];
}

interface RecordedHere {
  readonly map: RecordedMap;
  readonly recording: RecordingObservation;
  readonly conflict: ConflictObservation | DetectionObservation | undefined;
}

/** The life of the map in the recording of its process. */
export function recordedMapOf(
  incident: CaseInView["incident"],
  observations: readonly Observation[],
  { address }: CaseMap,
): RecordedHere | undefined {
  for (const one of observations) {
    const conflict = one.kind === "conflict" || one.kind === "detection" ? one : undefined;
    const recording = incident.observations.find(
      (other) => other.kind === "recording" && other.evidence === one.evidence,
    );
    if (recording?.kind !== "recording") {
      continue;
    }
    const map =
      recording.maps.find(({ conflicts }) => conflicts.includes(one.handle)) ??
      recording.maps.find((other) => other.address === address);
    if (map !== undefined) {
      return { map, recording, conflict };
    }
  }
  return undefined;
}

/** What was recorded of a map: in sentences, then the goroutines and the places that used it. */
export function MapLife({ map, recording, conflict }: RecordedHere): JSX.Element {
  const moment = recordedMoment(recording, conflict);
  return (
    <>
      <h3>Who used it, as recorded</h3>
      <Sentences texts={[...recordedMapTexts(map, moment), ...sameAddressTexts(map, recording)]} />
      <Rows
        caption="Goroutines that used the map"
        table={recordedGoroutines(map, moment, mostRows)}
        noun="goroutine"
      />
      <Sentences texts={handedTexts(map, moment)} />
      <Rows caption="Places that used the map" table={recordedSites(map, moment, mostRows)} noun="place" />
    </>
  );
}

function Rows({
  caption,
  table,
  noun,
}: {
  readonly caption: string;
  readonly table: RecordedTable;
  readonly noun: string;
}): JSX.Element | null {
  const { columns, rows, left } = table;
  return rows.length === 0 ? null : (
    <>
      <DataTable caption={caption} columns={columns} rows={rows} />
      {left > 0 ? <p class="quiet">… {many(left, `more ${noun}`)}</p> : null}
    </>
  );
}

/** The map as it lay in memory, in brief. */
export function DecodedMap({ map }: { readonly map: StoppedMap }): JSX.Element {
  const entries = map.entries.slice(0, mostEntries);
  return (
    <>
      <h3>As it stood in memory</h3>
      <Sentences
        texts={[
          stoppedHeaderText(map),
          ...stoppedGrowthTexts(map),
          ...stoppedPartsTexts(map),
          ...(map.cut === null ? [] : [map.cut]),
        ]}
      />
      <Sentences
        texts={map.broken
          .slice(0, mostEntries)
          .map(({ where, sentence: text }) => `broken: ${where}: ${text}`)}
      />
      {entries.length === 0 ? null : (
        <details>
          <summary>{counted(entries.length, "entry", "entries")}</summary>
          <ul class="finding-sentences mono">
            {entries.map(({ key, element }, index) => (
              <li key={index}>
                {sentence(key)}: {sentence(element)}
              </li>
            ))}
            {map.full > entries.length ? <li>…</li> : null}
          </ul>
        </details>
      )}
    </>
  );
}

function MemoryLink({ view, map }: { readonly view: CaseInView; readonly map: CaseMap }): JSX.Element | null {
  const { address } = map;
  const { document, incident } = view;
  const has =
    document.maps.some((one) => one.map.address === address) ||
    incident.observations.some(
      (one) => one.kind === "stopped" && one.decoded !== null && one.map.address === address,
    );
  return address === null || !has ? null : (
    <p>
      <a href={routeHash({ document: document.handle, view: "memory", params: { map: address } })}>
        Its memory, bucket by bucket
      </a>
    </p>
  );
}
