/** The list of findings, and of what was observed without one. */
import type { JSX } from "preact";
import { placeName } from "../../../src/report/text/stack.js";
import { shown } from "../../../src/report/text/shown.js";
import { Certainty } from "../../parts/certainty.js";
import { routeHash } from "../../page/route.js";
import { type Item, testOf, titleOf } from "./items.js";

/** So many entries are listed. */
const most = 1000;

/** The list; each entry is a link, so that the back button undoes a choice. */
export function FindingList({
  document,
  items,
  chosen,
}: {
  /** Handle of the document. */
  readonly document: string;
  readonly items: readonly Item[];
  readonly chosen: Item | undefined;
}): JSX.Element {
  let heading: string | null = null;
  return (
    <nav class="finding-list" aria-label="Findings" onKeyDown={moveBetweenLinks}>
      <ol>
        {items.slice(0, most).map((item) => {
          const test = testOf(item);
          const isNew = test !== null && test !== heading;
          heading = test;
          return (
            <li key={item.handle}>
              {isNew ? <p class="finding-test">{test}</p> : null}
              <a
                href={routeHash({ document, view: "finding", params: { m: item.handle } })}
                aria-current={item === chosen ? "true" : undefined}
              >
                <Entry item={item} />
              </a>
            </li>
          );
        })}
      </ol>
      {items.length > most ? <p class="quiet">and {items.length - most} more in the case file</p> : null}
    </nav>
  );
}

function Entry({ item }: { readonly item: Item }): JSX.Element {
  const sites =
    item.kind === "finding"
      ? item.finding.sides.map(({ site }) => (site === null ? "?" : placeName(site))).join(" ↔ ")
      : "";
  return (
    <>
      <span class="finding-entry-head">
        <span class="mono">{shown(item.handle)}</span>
        {item.kind === "finding" ? (
          <Certainty certainty={item.finding.certainty} score={item.finding.score} />
        ) : (
          <span class="quiet">no finding</span>
        )}
      </span>
      <span class="finding-entry-title">{titleOf(item)}</span>
      {sites === "" ? null : <span class="finding-entry-sites mono">{sites}</span>}
    </>
  );
}

/** The arrows go from one entry to the next. */
function moveBetweenLinks(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const { currentTarget: list } = event;
  if (step === 0 || !(list instanceof HTMLElement)) {
    return;
  }
  const links = [...list.querySelectorAll("a")];
  const at = links.findIndex((link) => link === document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  event.preventDefault();
}
