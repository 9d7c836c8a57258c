/** A map whose states were recorded: one, or several in order. */
import type { JSX } from "preact";
import { mapGrowthText, mapHeadline, mapKindText, keysInPlaceText } from "../../../src/report/map-words.js";
import { sentence, shown } from "../../../src/report/text/shown.js";
import type { MapPart } from "../../../src/document/document.js";
import type { MapJson } from "../../../src/document/map-schema.js";
import { route, setParams } from "../../page/route.js";
import { MapMemory } from "../../parts/map-memory/index.js";
import { EmptyState, ErrorState, LoadingState } from "../../parts/states.js";
import { useLargeMap } from "./large-maps.js";
import { StepBar } from "./step-bar.js";
import { chosenState, stateParam, type Subject } from "./subjects.js";

/** The drawing with what is said of the map. */
export function Recorded({
  subject,
}: {
  readonly subject: Extract<Subject, { readonly kind: "states" }>;
}): JSX.Element | null {
  const { states } = subject;
  const { params } = route.value;
  const at = chosenState(subject, params);
  const state = states[at];
  if (state === undefined) {
    return null;
  }
  return (
    <>
      <Words part={state} />
      {states.length > 1 ? (
        <StepBar
          count={states.length}
          at={at}
          label={shown(state.file === "" ? state.title : state.file)}
          onStep={(next, how) => setParams({ at: stateParam(subject, next) }, how)}
        />
      ) : null}
      {state.map.header.length === 0 ? null : <Memory part={state} before={states[at - 1]} />}
    </>
  );
}

/** The map itself, which may still have to come. */
function Memory({
  part,
  before,
}: {
  readonly part: MapPart;
  readonly before: MapPart | undefined;
}): JSX.Element {
  const now = useLargeMap(part);
  const earlier = useLargeMap(before);
  switch (now.kind) {
    case "coming":
      return <LoadingState text="reading the buckets of the map" share={now.share} onCancel={now.cancel} />;
    case "cancelled":
      return (
        <EmptyState>
          <p>The buckets of the map were not read.</p>
          <button onClick={now.again}>Read them</button>
        </EmptyState>
      );
    case "failed":
      return (
        <>
          <ErrorState sentence={now.sentence} wayOut={now.wayOut} />
          <button onClick={now.again}>Try again</button>
        </>
      );
    case "there":
      return (
        <MapMemory
          packed={now.packed}
          previous={earlier?.kind === "there" ? earlier.packed : null}
          selected={route.value.params["select"] ?? ""}
          onSelect={(place, how) => setParams({ select: place }, how)}
        />
      );
    default:
      return now satisfies never;
  }
}

function Words({ part }: { readonly part: MapPart }): JSX.Element {
  const { map } = part;
  const told = toldOf(map);
  const inPlace = keysInPlaceText(map.keysInPlace);
  return (
    <div class="memory-words">
      <h2>{mapHeadline(told, part.title)}</h2>
      <p class="memory-facts">
        {map.growing === null ? null : <strong class="memory-growth">{mapGrowthText(map.growing)}</strong>}
        <span class="quiet">{mapKindText(told)}</span>
        {inPlace === undefined ? null : <span class="quiet">{inPlace}</span>}
      </p>
      {map.cut === null ? null : <p class="memory-cut">{sentence(map.cut)}</p>}
      {part.notes.slice(0, 20).map((note, index) => (
        <p key={index} class="memory-note quiet">
          {sentence(note)}
        </p>
      ))}
    </div>
  );
}

function toldOf(map: MapJson): Parameters<typeof mapHeadline>[0] {
  return { ...map, type: map.type ?? undefined };
}
