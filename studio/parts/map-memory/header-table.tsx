/** The header with Go's own names; the mark of a writer stands out. */
import type { JSX } from "preact";
import type { MapJson } from "../../../src/document/map-schema.js";
import { isPointer } from "../../../src/report/map-header.js";
import type { MapChanges } from "./changes.js";
import { shownValue } from "./region.js";

/** More fields than any header has. */
const mostFields = 64;

/** The table. */
export function HeaderTable({
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
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Header">
      <table class="map-header">
        <thead class="visually-hidden">
          <tr>
            <th scope="col">field</th>
            <th scope="col">value</th>
            <th scope="col">meaning</th>
          </tr>
        </thead>
        <tbody>
          {map.header.slice(0, mostFields).map((field) => {
            const { name, value, meaning } = field;
            const marked = map.writing && (name === "flags" || name === "writing");
            const before = changes.before(name);
            const wrong = broken.get(name) ?? [];
            const classes = [
              selected === name ? "map-header-selected" : "",
              marked ? "map-header-marked" : "",
              before === undefined ? "" : "map-header-changed",
            ];
            return (
              <tr key={name} class={classes.join(" ")}>
                <th scope="row">
                  <button
                    class="map-header-name mono"
                    aria-pressed={selected === name}
                    onClick={() => onSelect(name, "push")}
                  >
                    {shownValue(name)}
                  </button>
                </th>
                <td class="mono">{isPointer(field) && value === "0x0" ? "nil" : shownValue(value)}</td>
                <td>
                  {meaning === null ? null : <span class="mono">{shownValue(meaning)} </span>}
                  {marked ? <strong class="map-mark">mark of a writer</strong> : null}
                  {before === undefined ? null : (
                    <span class="map-changed-word">
                      was {isPointer(field) && before === "0x0" ? "nil" : shownValue(before)}
                    </span>
                  )}
                  {wrong.map((sentence) => (
                    <span key={sentence} class="map-warning">
                      ! {shownValue(sentence)}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
