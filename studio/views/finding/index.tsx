/**
 * Both sides of each conflict. In the address: `m`, the handle of the finding that is shown, or of an observation that no finding
 * rests on.
 */
import type { JSX } from "preact";
import type { RecordedMap } from "../../../src/case/case.js";
import { EmptyState } from "../../parts/states.js";
import { Certainty } from "../../parts/certainty.js";
import { shown } from "../../../src/report/text/shown.js";
import { route } from "../../page/route.js";
import type { ViewProps } from "../../page/view.js";
import { Alone } from "./alone.js";
import { Around, Tried } from "./around.js";
import type { CaseInView } from "./context.js";
import { Found } from "./found.js";
import { chosenItem, type Item, itemsOf, titleOf } from "./items.js";
import { FindingList } from "./list.js";
import { recordedMapOf } from "./map-card.js";
import { SourceOf } from "./source-of.js";
import "./finding.css";

/** The view. */
export function FindingView({ document }: ViewProps): JSX.Element {
  const incident = document.case;
  if (incident === null) {
    return <EmptyState>There is no case in this document.</EmptyState>;
  }
  const view: CaseInView = { document, incident };
  const items = itemsOf(incident);
  const chosen = chosenItem(items, route.value.params["m"]);
  return (
    <div class={items.length > 1 ? "finding finding-with-list" : "finding"}>
      {items.length > 1 ? <FindingList document={document.handle} items={items} chosen={chosen} /> : null}
      <article class="finding-shown">
        {chosen === undefined ? <h1>No conflict was found</h1> : <Chosen view={view} item={chosen} />}
        <Tried view={view} />
        <Around view={view} besides={shownMap(view, chosen)} />
      </article>
    </div>
  );
}

/** The recorded map that is shown with an entry. */
function shownMap({ incident }: CaseInView, item: Item | undefined): RecordedMap | undefined {
  if (item === undefined) {
    return undefined;
  }
  const handles = item.kind === "finding" ? item.finding.observations : [item.handle];
  const observations = handles.flatMap((handle) =>
    incident.observations.filter((one) => one.handle === handle),
  );
  const [first] = observations;
  const map =
    item.kind === "finding" ? item.finding.map : first?.kind === "detection" ? first.map : undefined;
  return map === undefined ? undefined : recordedMapOf(incident, observations, map)?.map;
}

function Chosen({ view, item }: { readonly view: CaseInView; readonly item: Item }): JSX.Element {
  return (
    <>
      <h1 class="finding-title">
        <span class="mono">{shown(item.handle)}</span> {titleOf(item)}
        {item.kind === "finding" ? (
          <Certainty certainty={item.finding.certainty} score={item.finding.score} />
        ) : null}
      </h1>
      {item.kind === "finding" ? (
        <Found view={view} finding={item.finding} />
      ) : (
        <>
          <Alone view={view} observation={item.observation} />
          <SourceOf view={view} observation={item.observation} findings={[]} />
        </>
      )}
    </>
  );
}
