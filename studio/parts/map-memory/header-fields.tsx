/** The header with Go's own names; the mark of a writer stands out. */
import type { JSX } from "preact";
import type { MapJson } from "../../../src/document/map-schema.js";
import { isPointer } from "../../../src/report/map-header.js";
import type { MapChanges } from "./changes.js";
import { shownValue } from "./region.js";

/** More fields than any header has. */
const mostFields = 64;

/** The fields, beside each other where there is room. */
export function HeaderFields({
  map,
  changes,
  broken,
  selected,
  onSelect,
}: {
  readonly map: Pick<MapJson, "header" | "writing">;
  readonly changes: MapChanges;
  readonly broken: ReadonlyMap<string, readonly string[]>;
  readonly selected: string;
  readonly onSelect: (place: string, how: "push" | "replace") => void;
}): JSX.Element {
  return (
    <ul class="map-header">
      {map.header.slice(0, mostFields).map((field) => {
        const { name, value, meaning } = field;
        const marked = map.writing && (name === "flags" || name === "writing");
        const before = changes.before(name);
        const classes = [selected === name ? "map-header-selected" : "", marked ? "map-header-marked" : ""];
        const nilled = (text: string): string =>
          isPointer(field) && text === "0x0" ? "nil" : shownValue(text);
        return (
          <li key={name} class={classes.join(" ")}>
            <button
              class="map-header-name mono"
              aria-pressed={selected === name}
              onClick={() => onSelect(name, "push")}
            >
              {shownValue(name)}
            </button>
            <span class="map-header-value">
              <span class="mono">{nilled(value)}</span>
              {meaning === null ? null : <span class="quiet">{shownValue(meaning)}</span>}
              {marked ? <strong class="map-mark">mark of a writer</strong> : null}
              {before === undefined ? null : <span class="map-changed-word">was {nilled(before)}</span>}
              {(broken.get(name) ?? []).map((sentence) => (
                <span key={sentence} class="map-warning">
                  ! {shownValue(sentence)}
                </span>
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
