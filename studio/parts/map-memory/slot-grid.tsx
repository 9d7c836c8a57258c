/** Rows of slots, of which only what can be seen is on the page. Arrows, Home, End, Page Up and Page Down go through them. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import type { BlockJson, MapJson } from "../../../src/document/map-schema.js";
import { bucketsAfter } from "../../../src/report/map-places.js";
import { slotMark } from "../../../src/report/map-marks.js";
import { cut, shown } from "../../../src/report/text/shown.js";
import { firstVisible, positionOf } from "../virtual-list.js";
import type { MapChanges } from "./changes.js";
import {
  type BlockRow,
  blockPlace,
  type GridPanel,
  type GridRow,
  locate,
  placeAfterKey,
  placeAt,
  slotsInBlock,
  type TableRow,
} from "./grid.js";
import { lookOf } from "./looks.js";
import { brokenAt, entriesText, entryText, slotText } from "./sentences.js";

/** How much of a slot is shown. */
export type Zoom = "marks" | "entries";

/** What all parts of a grid need. */
export interface GridContext {
  readonly map: MapJson;
  readonly panel: GridPanel;
  readonly changes: MapChanges;
  readonly broken: ReadonlyMap<string, readonly string[]>;
  readonly selected: string;
  readonly onSelect: (place: string, how: "push" | "replace") => void;
  readonly zoom: Zoom;
  /** Places of blocks that belong to what is selected elsewhere: where its entries go, or come from. */
  readonly related: ReadonlySet<string>;
}

/** Which rows are seen; for the overview. */
export interface RowWindow {
  readonly first: number;
  readonly count: number;
}

const beyond = 4;
const highest = 8_000_000;
/** The most that a grid is high, in pixels. */
const mostHeight = 448;

/** Height of a row, in pixels. */
export function rowHeightOf(zoom: Zoom): number {
  return zoom === "marks" ? 28 : 48;
}

/** A grid. `scrollTo` is a row that is to be seen, for whom it is given anew each time. */
export function SlotGrid(
  props: GridContext & {
    readonly label: string;
    /** Is told which rows are seen. */
    readonly seen: Signal<RowWindow>;
    readonly scrollTo: { readonly row: number } | null;
  },
): JSX.Element {
  const { panel, selected, onSelect, zoom, seen, scrollTo } = props;
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const id = useId();
  const rowHeight = rowHeightOf(zoom);
  const { count } = panel;
  const height = Math.min(mostHeight, count * rowHeight + 2);
  const sizes = { count, rowHeight, height, whole: Math.min(highest, count * rowHeight) };
  const found = useMemo(() => locate([panel], selected), [panel, selected]);
  const first = firstVisible(top.value, sizes);
  const from = Math.max(0, first - beyond);
  const until = Math.min(count, first + Math.ceil(height / rowHeight) + beyond);
  const offset = positionOf(first, sizes);
  useEffect(() => {
    if (found !== undefined && box.current !== null) {
      bringIntoView(box.current, found.row, sizes);
    }
  }, [selected, zoom, panel.array, count]);
  useEffect(() => {
    if (scrollTo !== null && box.current !== null) {
      box.current.scrollTop = positionOf(scrollTo.row, sizes);
    }
  }, [scrollTo]);
  useEffect(() => {
    seen.value = { first, count: Math.min(count, Math.ceil(height / rowHeight)) };
  }, [first, count, height]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = event.ctrlKey && /^(?:Home|End)$/.test(event.key) ? `Ctrl+${event.key}` : event.key;
    const at = found ?? { row: first, column: -1 };
    const next = placeAfterKey(panel, at, key, Math.max(1, Math.floor(height / rowHeight) - 1));
    const here = key === "Enter" && found === undefined ? placeAt(panel, first, 0) : undefined;
    const place = next ?? here;
    if (place !== undefined && !event.altKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      onSelect(place, here === undefined ? "replace" : "push");
    }
  };
  const active =
    found !== undefined && found.row >= from && found.row < until
      ? cellId(id, found.row, found.column)
      : undefined;
  return (
    <div
      ref={box}
      class={`map-grid map-grid-${zoom}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count}
      aria-colcount={panel.across * (slotsInBlock + 1)}
      aria-activedescendant={active}
      tabIndex={0}
      style={{ height: `${height}px`, "--map-name": `${nameWidth(panel)}ch` }}
      onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class="map-grid-inner" role="presentation" style={{ height: `${sizes.whole}px` }}>
        <Rows {...props} id={id} from={from} until={until} shift={offset - first * rowHeight} />
      </div>
    </div>
  );
}

/** The rows that are seen. `shift` is how far they stand from where they would be in a list of any height, in pixels. */
function Rows(
  props: GridContext & {
    readonly id: string;
    readonly from: number;
    readonly until: number;
    readonly shift: number;
  },
): JSX.Element {
  const { panel, map, changes, broken, selected, related, zoom, onSelect, id, from, until, shift } = props;
  const base = Math.floor(from / run) * run;
  const height = rowHeightOf(zoom);
  const rows = useRows(panel, [panel, map, changes, broken, selected, related, zoom, base]);
  return (
    <div
      class="map-grid-rows"
      role="rowgroup"
      style={{ top: `${shift + base * height}px` }}
      onClick={({ target }) => {
        const place = placeOf(target)?.getAttribute("data-place");
        if (place !== undefined && place !== null) {
          onSelect(place, "push");
        }
      }}
      onMouseOver={({ target }) => {
        const cell = placeOf(target);
        // Only for the one that is pointed at: hundreds come and go while one scrolls.
        cell?.setAttribute("title", cell.querySelector(".visually-hidden")?.textContent ?? "");
      }}
    >
      {rows(from, until, (number, row) => (
        <Row
          key={number}
          {...props}
          id={id}
          row={row}
          number={number}
          top={(number - base) * height}
          height={height}
        />
      ))}
    </div>
  );
}

/** The cell or the name of a row in which something is. */
function placeOf(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest("[data-place]") : null;
}

/** Rows stand in runs of so many, and keep their place within the run while one scrolls. */
const run = 512;

/**
 * Rows that were made stay as they are until something is different in all of them: while one scrolls, only those are made that come
 * into view.
 */
function useRows(
  panel: GridPanel,
  context: readonly unknown[],
): (
  from: number,
  until: number,
  make: (number: number, row: GridRow) => JSX.Element,
) => readonly JSX.Element[] {
  const made = useMemo(() => new Map<number, JSX.Element>(), context);
  return (from, until, make) => {
    for (const number of made.keys()) {
      if (number < from || number >= until) {
        made.delete(number);
      }
    }
    const rows: JSX.Element[] = [];
    for (let number = from; number < until; number++) {
      const known = made.get(number);
      const row = known === undefined ? panel.row(number) : undefined;
      const element = row === undefined ? known : make(number, row);
      if (element !== undefined) {
        made.set(number, element);
        rows.push(element);
      }
    }
    return rows;
  };
}

function cellId(id: string, row: number, column: number | undefined): string {
  return `${id}-${row}-${column ?? "row"}`;
}

/** Scrolls as little as is needed. */
function bringIntoView(
  box: HTMLElement,
  row: number,
  sizes: {
    readonly count: number;
    readonly rowHeight: number;
    readonly height: number;
    readonly whole: number;
  },
): void {
  const start = positionOf(row, sizes);
  if (start < box.scrollTop) {
    box.scrollTop = start;
  } else if (start + sizes.rowHeight > box.scrollTop + sizes.height - 2) {
    box.scrollTop = start + sizes.rowHeight - sizes.height + 2;
  }
}

/** Where a row stands. */
type RowStyle = {
  readonly top: string;
  readonly height: string;
};

interface RowProps extends GridContext {
  readonly id: string;
  readonly number: number;
  readonly top: number;
  readonly height: number;
}

function Row(props: RowProps & { readonly row: GridRow }): JSX.Element {
  const { row, top, height } = props;
  const style = { top: `${top}px`, height: `${height}px` };
  if (row.kind === "border") {
    return (
      <div role="row" aria-rowindex={props.number + 1} class="map-row map-row-border" style={style}>
        <div role="gridcell" class="map-border-word">
          ↑ have moved · border of evacuation (nevacuate {row.nevacuate}) ↓
        </div>
      </div>
    );
  }
  return row.kind === "table" ? (
    <TableHeading {...props} row={row} style={style} />
  ) : (
    <BlockLine {...props} row={row} style={style} />
  );
}

function TableHeading({
  row,
  number,
  style,
  id,
  selected,
  changes,
  broken,
}: RowProps & { readonly row: TableRow; readonly style: RowStyle }): JSX.Element {
  const place = `table ${row.number}`;
  const { table } = row;
  const isBroken = [...broken.keys()].some(
    (where) => where === place || (where.startsWith(`${place} `) && !/ group /.test(where)),
  );
  const classes = [
    "map-row map-row-table",
    selected === place || (selected.startsWith(`${place} `) && !/ group /.test(selected))
      ? "map-row-selected"
      : "",
    isBroken ? "map-row-broken" : "",
  ];
  return (
    <div role="row" aria-rowindex={number + 1} class={classes.join(" ")} style={style}>
      <div
        id={cellId(id, number, undefined)}
        role="gridcell"
        aria-selected={selected === place}
        class="map-row-table-text"
        data-place={place}
      >
        <strong>{place}</strong>
        {isBroken ? <span class="map-warning">! broken</span> : null}
        {changes.known && changes.table(table) ? <span class="map-changed-word">changed</span> : null}
        <span>{entriesText(table.directoryIndexes)}</span>
        <Used used={table.used} capacity={table.capacity} />
        <span>growthLeft {table.growthLeft}</span>
        <span>localDepth {table.localDepth}</span>
      </div>
    </div>
  );
}

/** How full something is, as a bar with figures. */
export function Used({ used, capacity }: { readonly used: number; readonly capacity: number }): JSX.Element {
  const share = capacity > 0 ? Math.max(0, Math.min(1, used / capacity)) : 0;
  return (
    <span class="map-used">
      <span class="map-used-bar">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      used {used} of {capacity}
    </span>
  );
}

function BlockLine(props: RowProps & { readonly row: BlockRow; readonly style: RowStyle }): JSX.Element {
  const { panel, row, number, style, selected, broken, related, map, id } = props;
  const [firstBlock] = row.blocks;
  const place = firstBlock === undefined ? "" : blockPlace(panel.array, row, firstBlock);
  const places = row.blocks.map((block) => blockPlace(panel.array, row, block));
  const isBroken = places.some((one) => broken.has(one));
  const classes = [
    "map-row",
    places.some((one) => related.has(one)) ? "map-row-related" : "",
    places.includes(selected) ? "map-row-selected" : "",
    isBroken ? "map-row-broken" : "",
  ];
  return (
    <div role="row" aria-rowindex={number + 1} class={classes.join(" ")} style={style}>
      <div
        id={cellId(id, number, undefined)}
        role="rowheader"
        class="map-row-name"
        data-place={place}
        title={place}
      >
        {isBroken ? <span class="map-warning">! </span> : null}
        {rowName(panel, row)}
      </div>
      {row.blocks.map((block, at) => (
        <Block key={block.address + at} {...props} block={block} at={at} />
      ))}
      {panel.array === "old buckets" && map.growing !== null && map.growing.oldBuckets > 0 ? (
        <div role="gridcell" class="map-row-goes">
          → {bucketsAfter(row.index, map.growing).join(", ")}
        </div>
      ) : null}
    </div>
  );
}

/** Room for the name of the last row, in characters. */
function nameWidth({ array, range, blocks }: GridPanel): number {
  const last = blocks.columns.indexes[range.first + range.count - 1] ?? 0;
  return (
    (array === "old buckets" ? "old " : array === "groups" ? "group " : "bucket ").length +
    String(last).length
  );
}

function rowName({ array }: GridPanel, row: BlockRow): string {
  const [block] = row.blocks;
  const overflow = (block?.overflow ?? 0) > 0 ? ` +${block?.overflow}` : "";
  return `${array === "groups" ? "group" : array === "old buckets" ? "old" : "bucket"} ${row.index}${overflow}`;
}

function Block(
  props: RowProps & { readonly row: BlockRow; readonly block: BlockJson; readonly at: number },
): JSX.Element {
  const { panel, row, block, at, map, changes, broken, selected, zoom, id, number } = props;
  const changed = changes.known ? changes.slots(row.first + at) : 0;
  const link =
    at === 0 ? null : (
      <span class="map-overflow" aria-hidden="true">
        ⤷
      </span>
    );
  if (block.unreadable !== null || block.slots.length === 0) {
    return (
      <>
        {link}
        <div role="gridcell" class="map-unreadable">
          unreadable{block.unreadable === null ? "" : `: ${cut(shown(block.unreadable), 80)}`}
        </div>
      </>
    );
  }
  return (
    <>
      {link}
      {block.slots.slice(0, slotsInBlock).map((slot, index) => {
        const place = blockPlace(panel.array, row, block, index);
        const isChanged = (changed & (1 << index)) !== 0;
        const wrong = broken.has(place);
        const text = `${place}: ${slotText(map, slot)}${isChanged ? ", changed" : ""}${wrong ? `, broken: ${brokenAt(broken, place)[0] ?? ""}` : ""}`;
        const classes = [
          `map-cell map-cell-${lookOf(slot.state)}`,
          isChanged ? "map-cell-changed" : "",
          wrong ? "map-cell-broken" : "",
          selected === place ? "map-cell-selected" : "",
        ];
        return (
          <div
            key={index}
            id={cellId(id, number, at * slotsInBlock + index)}
            role="gridcell"
            aria-selected={selected === place}
            class={classes.join(" ")}
            data-place={place}
          >
            <span class="visually-hidden">{text}</span>
            <span class="map-cell-mark" aria-hidden="true">
              {slotMark(slot)}
            </span>
            {zoom === "entries" ? (
              <span class="map-cell-entry" aria-hidden="true">
                {entryText(slot)}
              </span>
            ) : null}
          </div>
        );
      })}
    </>
  );
}
