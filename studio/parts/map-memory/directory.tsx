/** A swiss map's directory: which entries lead to which table, and how full that is. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { countText } from "../../../src/case/count.js";
import type { MapJson } from "../../../src/document/map-schema.js";
import { tablePrefix } from "../../../src/report/map-places.js";
import type { MapChanges } from "./changes.js";
import { shown } from "../../../src/report/text/shown.js";
import { many } from "../../../src/report/text/table.js";
import { tableNumber } from "./grid.js";
import { entriesText } from "./sentences.js";
import { Used } from "./slot-grid.js";

/** So many tables are shown at once. */
const atOnce = 32;

/** The directory. */
export function Directory({
  map,
  changes,
  selected,
  onSelect,
}: {
  readonly map: MapJson;
  readonly changes: MapChanges;
  readonly selected: string;
  readonly onSelect: (place: string, how: "push" | "replace") => void;
}): JSX.Element | null {
  const first = useSignal(0);
  const { tables } = map;
  if (tables.length === 0) {
    return null;
  }
  const valueOf = (field: string): string =>
    shown(map.header.find(({ name }) => name === field)?.value ?? "?");
  const globalDepth = Number(valueOf("globalDepth"));
  const from = Math.min(first.value, Math.max(0, tables.length - 1));
  return (
    <section class="map-directory" aria-label="Directory">
      <h3>
        Directory{" "}
        <span class="quiet">
          dirLen {valueOf("dirLen")}, globalDepth {valueOf("globalDepth")}, {many(tables.length, "table")}
        </span>
      </h3>
      <ul>
        {tables.slice(from, from + atOnce).map((table) => {
          const number = tableNumber(table);
          const place = `table ${number}`;
          const isSelected = selected === place || selected.startsWith(`${place} `);
          const prefix = tablePrefix(number, table.localDepth, globalDepth);
          return (
            <li key={table.address}>
              <button
                class={`map-table ${isSelected ? "map-table-selected" : ""}`}
                aria-pressed={isSelected}
                onClick={() => onSelect(place, "push")}
              >
                <span class="map-table-entries mono">
                  {entriesText(table.directoryIndexes)} {prefix === "" ? "" : `(${prefix}…)`}
                </span>
                <strong>→ {place}</strong>
                <Used used={table.used} capacity={table.capacity} />
                <span class="quiet">
                  localDepth {table.localDepth}, growthLeft {table.growthLeft}
                </span>
                {changes.known && changes.table(table) ? <span class="map-changed-word">changed</span> : null}
              </button>
            </li>
          );
        })}
      </ul>
      {tables.length > atOnce ? (
        <div class="map-pages">
          <button disabled={from === 0} onClick={() => (first.value = Math.max(0, from - atOnce))}>
            Earlier tables
          </button>
          <span>
            {countText(from + 1)} to {countText(Math.min(tables.length, from + atOnce))} of{" "}
            {countText(tables.length)}
          </span>
          <button disabled={from + atOnce >= tables.length} onClick={() => (first.value = from + atOnce)}>
            Later tables
          </button>
        </div>
      ) : null}
    </section>
  );
}
