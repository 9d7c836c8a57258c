/**
 * How a map lies in memory: its header, its buckets or tables and groups as grids of slots, and the bytes of what is selected beside
 * them. `selected` is a place as src/report/map-places.ts has them (`bucket 3, slot 2`, `table 4 growthLeft`, `flags`).
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { PackedMap } from "../../../src/document/block-packer.js";
import { noSlot, slotBits } from "../../../src/document/packed-blocks.js";
import { slotStates } from "../../../src/document/slot-states.js";
import type { MapJson, SlotJson } from "../../../src/document/map-schema.js";
import { markName, slotLegend } from "../../../src/report/map-marks.js";
import { bucketBefore, bucketsAfter } from "../../../src/report/map-places.js";
import { counted, sentence } from "../../../src/report/text/shown.js";
import { Facts } from "../facts.js";
import { changesSince, type MapChanges } from "./changes.js";
import { Directory } from "./directory.js";
import { type GridPanel, locate, panelsOf, placeAt, slotsInBlock } from "./grid.js";
import { HeaderFields } from "./header-fields.js";
import { HexPane } from "./hex-pane.js";
import { lookOf } from "./looks.js";
import { Overview } from "./overview.js";
import { regionOf } from "./region.js";
import { brokenAt, brokenByPlace, saidOf, wholeText } from "./sentences.js";
import { type RowWindow, SlotGrid, type Zoom } from "./slot-grid.js";
import "./map-memory.css";

/** What is shown. */
export interface MapMemoryProps {
  readonly packed: PackedMap;
  /** The state before, against which changes are marked; null where there is none. */
  readonly previous?: PackedMap | null | undefined;
  /** A place; empty for none. */
  readonly selected: string;
  /** `replace` for steps of the keyboard, `push` for what a person chose. */
  readonly onSelect: (place: string, how: "push" | "replace") => void;
}

/** From so many rows on, all of them are also shown at a small scale. */
const rowsWithOverview = 48;

/** The drawing. */
export function MapMemory({ packed, previous, selected, onSelect }: MapMemoryProps): JSX.Element {
  const { map } = packed;
  const panels = useMemo(() => panelsOf(packed), [packed]);
  const changes = useMemo(() => changesSince(previous, packed), [packed, previous]);
  const broken = useMemo(() => brokenByPlace(map), [map]);
  const zoom = useSignal<Zoom>("marks");
  const region = useMemo(() => regionOf(map, panels, selected), [map, panels, selected]);
  const related = useMemo(() => relatedOf(map, panels, selected), [map, panels, selected]);
  const context = { map, changes, broken, selected, onSelect, related };
  return (
    <div class="map-memory" role="group" aria-label={wholeText(map)}>
      <div class="map-memory-parts">
        <div class="map-memory-main">
          <section class="map-memory-header" aria-label="Header fields">
            <h3>
              Header{" "}
              <button
                class="map-small"
                aria-pressed={selected === "header"}
                onClick={() => onSelect("header", "push")}
              >
                show its bytes
              </button>
            </h3>
            <HeaderFields {...context} />
          </section>
          <Broken {...context} />
          <Directory {...context} />
          <div class="map-tools">
            <ZoomChoice zoom={zoom.value} onZoom={(next) => (zoom.value = next)} />
            <Legend map={map} panels={panels} changes={changes} />
          </div>
          {panels.length === 0 ? <p class="quiet">{noBlocks(map)}</p> : null}
          <div class={panels.length > 1 ? "map-panels map-panels-two" : "map-panels"}>
            {panels.map((panel) => (
              <Panel key={panel.array} {...context} panel={panel} zoom={zoom.value} />
            ))}
          </div>
        </div>
        <div class="map-memory-bytes">
          <Selected {...context} panels={panels} />
          <HexPane
            region={region}
            selected={selected}
            onSelect={onSelect}
            before={changes.bytesBefore(region.address)}
          />
        </div>
      </div>
    </div>
  );
}

function noBlocks(map: MapJson): string {
  return map.count === 0
    ? "There is no bucket or group yet."
    : sentence(map.cut ?? "Its buckets or groups are not known.");
}

/** What belongs to a place in the other array: where entries go, or come from. */
function relatedOf(map: MapJson, panels: readonly GridPanel[], place: string): ReadonlySet<string> {
  const found = locate(panels, place);
  const { growing } = map;
  if (found?.block === undefined || growing === null || growing.oldBuckets < 1) {
    return new Set();
  }
  const { index } = found.block;
  return new Set(
    found.panel.array === "old buckets"
      ? bucketsAfter(index, growing).map((bucket) => `bucket ${bucket}`)
      : [`old bucket ${bucketBefore(index, growing)}`],
  );
}

interface Context {
  readonly map: MapJson;
  readonly changes: MapChanges;
  readonly broken: ReadonlyMap<string, readonly string[]>;
  readonly selected: string;
  readonly onSelect: (place: string, how: "push" | "replace") => void;
  readonly related: ReadonlySet<string>;
}

function Panel(props: Context & { readonly panel: GridPanel; readonly zoom: Zoom }): JSX.Element {
  const { panel, map } = props;
  const seen = useSignal<RowWindow>({ first: 0, count: 0 });
  const scrollTo = useSignal<{ readonly row: number } | null>(null);
  const title = panelTitle(map, panel);
  return (
    <section class="map-panel" aria-label={panel.array}>
      <h3>
        {panelName(map, panel)} <span class="quiet">{title}</span>
      </h3>
      {panel.count >= rowsWithOverview ? (
        <Overview
          panel={panel}
          changes={props.changes}
          seen={seen}
          onGo={(row, column) => {
            scrollTo.value = { row: Math.max(0, row - 3) };
            if (column !== undefined) {
              props.onSelect(placeAt(panel, row, column), "push");
            }
          }}
        />
      ) : null}
      <SlotGrid
        {...props}
        label={`Slots of the ${panelName(map, panel).toLowerCase()}`}
        scrollTo={scrollTo.value}
        seen={seen}
      />
    </section>
  );
}

function panelName(map: MapJson, { array }: GridPanel): string {
  if (array === "groups") {
    return map.tables.length === 0 ? "Group" : "Tables and groups";
  }
  return array === "buckets" ? (map.growing === null ? "Buckets" : "New buckets") : "Old buckets";
}

function panelTitle({ growing, tables }: MapJson, panel: GridPanel): string {
  const { array } = panel;
  if (array === "old buckets" && growing !== null) {
    return `${growing.evacuated} of ${counted(growing.oldBuckets, "old bucket")} have moved${growing.sameSize ? ", to the same size" : ""}`;
  }
  if (array === "groups") {
    const groups = panel.range.count;
    return tables.length === 0
      ? "the map is small: it has one group and no directory"
      : `${counted(tables.length, "table")}, ${counted(groups, "group")}`;
  }
  return counted(panel.chains, "bucket");
}

function ZoomChoice({
  zoom,
  onZoom,
}: {
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
}): JSX.Element {
  return (
    <div class="map-zoom" role="group" aria-label="What slots show">
      <button aria-pressed={zoom === "marks"} onClick={() => onZoom("marks")}>
        Marks
      </button>
      <button aria-pressed={zoom === "entries"} onClick={() => onZoom("entries")}>
        Keys and elements
      </button>
    </div>
  );
}

/** The states that there are, with their marks. */
function Legend({
  map,
  panels,
  changes,
}: {
  readonly map: MapJson;
  readonly panels: readonly GridPanel[];
  readonly changes: MapChanges;
}): JSX.Element {
  const states = useMemo(() => statesIn(panels), [panels]);
  return (
    <ul class="map-legend" aria-label="Marks">
      {states.has("full") ? (
        <li>
          <span class="map-cell map-cell-full">a3</span> {markName(map.implementation)} of an entry
        </li>
      ) : null}
      {slotLegend
        .filter(([state]) => states.has(state))
        .map(([state, text]) => (
          <li key={state}>
            <span class={`map-cell map-cell-${lookOf(state)}`}>{text.slice(0, 2)}</span> {text.slice(3)}
          </li>
        ))}
      {changes.known ? (
        <li>
          <span class="map-cell map-cell-empty map-cell-changed">▴</span> changed since the state before
        </li>
      ) : null}
      {map.broken.length > 0 ? (
        <li>
          <span class="map-cell map-cell-broken">!</span> breaks a rule
        </li>
      ) : null}
    </ul>
  );
}

function statesIn(panels: readonly GridPanel[]): ReadonlySet<SlotJson["state"]> {
  const codes = new Set<number>();
  for (const { blocks, range } of panels) {
    const from = range.first * slotsInBlock;
    for (const cell of blocks.columns.cells.subarray(from, from + range.count * slotsInBlock)) {
      codes.add(cell === noSlot ? noSlot : cell & slotBits.state);
    }
  }
  return new Set(slotStates.filter((_, code) => codes.has(code)));
}

/** How many broken rules are listed at once. */
const listedBroken = 20;

function Broken({ map, onSelect }: Context): JSX.Element | null {
  return map.broken.length === 0 ? null : (
    <section class="map-broken" aria-label="Broken rules">
      <h3>In no map that nobody is changing</h3>
      <ul>
        {map.broken.slice(0, listedBroken).map((one, index) => (
          <li key={index}>
            <button class="map-small" onClick={() => onSelect(one.where, "push")}>
              {sentence(one.where)}
            </button>{" "}
            {sentence(one.sentence)}
          </li>
        ))}
      </ul>
      {map.broken.length > listedBroken ? (
        <p>and {map.broken.length - listedBroken} more, marked where they are</p>
      ) : null}
    </section>
  );
}

function Selected({
  map,
  panels,
  selected,
  changes,
  broken,
}: Context & { readonly panels: readonly GridPanel[] }): JSX.Element {
  const said = saidOf(map, panels, selected, changes);
  const wrong = brokenAt(broken, selected);
  return (
    <section class="map-selected card" aria-live="polite" aria-label="Selected">
      <h3>{selected === "" || selected === "header" ? "Header" : sentence(selected)}</h3>
      {wrong.map((text, index) => (
        <p key={index} class="map-warning">
          ! {sentence(text)}
        </p>
      ))}
      {said.length === 0 ? (
        <p class="quiet">Choose a slot, a field or a byte: with a click, or with Tab and the arrow keys.</p>
      ) : (
        <Facts items={said.map(({ label, text }) => ({ label, value: text }))} />
      )}
    </section>
  );
}
