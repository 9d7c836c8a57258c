/**
 * A map's buckets or groups as rows of slots.
 *
 * ```text
 *   panel "buckets"      row  bucket 0              8 slots │ overflow 1: 8 slots │ …
 *   panel "old buckets"  row  old bucket 0          8 slots
 *                        ──── border of evacuation: the buckets before it have moved
 *                        row  old bucket 1          8 slots
 *   panel "groups"       row  table 0               (its own fields)
 *                        row  table 0 group 0       8 slots
 * ```
 */
import type { BlockJson, MapJson, SlotJson, TableJson } from "../../../src/document/map-schema.js";
import { type MapPlace, parsePlace, placeText } from "../../../src/report/map-places.js";

/** Slots of a bucket or group. */
export const slotsInBlock = 8;
/** So many buckets of a chain stand beside each other; a longer chain goes on in the next row. */
const chainAcross = 3;

/** Which array of blocks. */
export type ArrayName = "buckets" | "old buckets" | "groups";

/** A row of blocks: of a bucket with its overflow buckets, or a group. */
export interface BlockRow {
  readonly kind: "blocks";
  readonly table: number | undefined;
  readonly index: number;
  readonly blocks: readonly BlockJson[];
}

/** A row that stands for a table, before its groups. */
export interface TableRow {
  readonly kind: "table";
  readonly number: number;
  readonly table: TableJson;
}

/** The border of evacuation: the old buckets before it have moved. */
export interface BorderRow {
  readonly kind: "border";
  /** The first old bucket that may not have moved. */
  readonly nevacuate: number;
}

/** A row of a panel. */
export type GridRow = BlockRow | TableRow | BorderRow;

/** Rows that belong together. */
export interface GridPanel {
  readonly array: ArrayName;
  readonly rows: readonly GridRow[];
  /** How many blocks the widest row has. */
  readonly across: number;
}

/** How tables are called: by the first entry of the directory that points to them. */
export function tableNumber({ directoryIndexes }: TableJson): number {
  return directoryIndexes[0] ?? 0;
}

/** The panels of a map, those of old buckets first: entries go from there to the other ones. */
export function panelsOf(map: MapJson): readonly GridPanel[] {
  if (map.implementation === "classic") {
    const panels: GridPanel[] = [
      panelOf("old buckets", withBorder(blockRows(map.oldBlocks, undefined), map)),
      panelOf("buckets", blockRows(map.blocks, undefined)),
    ];
    return panels.filter(({ rows }) => rows.length > 0);
  }
  const rows: GridRow[] = blockRows(map.blocks, undefined);
  for (const table of map.tables) {
    const number = tableNumber(table);
    rows.push({ kind: "table", number, table });
    for (const row of blockRows(table.groups, number)) {
      rows.push(row);
    }
  }
  return rows.length === 0 ? [] : [panelOf("groups", rows)];
}

function withBorder(rows: readonly BlockRow[], { header, growing }: MapJson): readonly GridRow[] {
  const nevacuate = Number(header.find(({ name }) => name === "nevacuate")?.value ?? Number.NaN);
  if (growing === null || rows.length === 0 || !(nevacuate >= 0)) {
    return rows;
  }
  const at = rows.findIndex(({ index }) => index >= nevacuate);
  const before = at === -1 ? rows.length : at;
  return [...rows.slice(0, before), { kind: "border", nevacuate }, ...rows.slice(before)];
}

function panelOf(array: ArrayName, rows: readonly GridRow[]): GridPanel {
  let across = 1;
  for (const row of rows) {
    across = row.kind === "blocks" ? Math.max(across, row.blocks.length) : across;
  }
  return { array, rows, across };
}

function blockRows(blocks: readonly BlockJson[], table: number | undefined): BlockRow[] {
  const rows: { kind: "blocks"; table: number | undefined; index: number; blocks: BlockJson[] }[] = [];
  for (const block of blocks) {
    const last = rows.at(-1);
    const goesOn = block.overflow > 0 && last?.index === block.index && last.blocks.length < chainAcross;
    if (goesOn) {
      last.blocks.push(block);
    } else {
      rows.push({ kind: "blocks", table, index: block.index, blocks: [block] });
    }
  }
  return rows;
}

/** The place of a block, or of one of its slots. */
export function blockPlace(array: ArrayName, row: BlockRow, block: BlockJson, slot?: number): string {
  return placeText({
    kind: "block",
    array,
    table: row.table,
    index: block.index,
    overflow: block.overflow,
    slot,
  });
}

/** What a place is in a map. */
export interface Located {
  readonly panel: GridPanel;
  /** Index in the panel's rows. */
  readonly row: number;
  /** Counts slots from the row's first one on; undefined for a block or a table as such. */
  readonly column: number | undefined;
  readonly table: TableJson | undefined;
  readonly block: BlockJson | undefined;
  readonly slot: SlotJson | undefined;
}

/** Finds a place among the panels; undefined for the header, and where there is no such block. */
export function locate(panels: readonly GridPanel[], text: string): Located | undefined {
  const place = parsePlace(text);
  const panel = place.kind === "header" ? undefined : panels.find(({ array }) => array === arrayOf(place));
  if (panel === undefined || place.kind === "header") {
    return undefined;
  }
  if (place.kind === "table") {
    const row = panel.rows.findIndex((one) => one.kind === "table" && one.number === place.table);
    const found = panel.rows[row];
    return found?.kind === "table"
      ? { panel, row, column: undefined, table: found.table, block: undefined, slot: undefined }
      : undefined;
  }
  return locateBlock(panel, place);
}

function arrayOf(place: Exclude<MapPlace, { readonly kind: "header" }>): ArrayName {
  return place.kind === "table" ? "groups" : place.array;
}

function locateBlock(
  panel: GridPanel,
  place: Extract<MapPlace, { readonly kind: "block" }>,
): Located | undefined {
  for (const [row, one] of panel.rows.entries()) {
    if (one.kind !== "blocks" || one.index !== place.index || one.table !== place.table) {
      continue;
    }
    const at = one.blocks.findIndex(({ overflow }) => overflow === place.overflow);
    const block = one.blocks[at];
    if (block !== undefined) {
      return {
        panel,
        row,
        column: place.slot === undefined ? undefined : at * slotsInBlock + place.slot,
        table: undefined,
        block,
        slot: place.slot === undefined ? undefined : block.slots[place.slot],
      };
    }
  }
  return undefined;
}

/** The place at a row and a column; in a row that has no such slot, its last one. */
export function placeAt(panel: GridPanel, row: number, column: number): string {
  const one = panel.rows[Math.max(0, Math.min(panel.rows.length - 1, row))];
  if (one === undefined) {
    return "";
  }
  if (one.kind === "table") {
    return `table ${one.number}`;
  }
  if (one.kind === "border") {
    return "";
  }
  const at = Math.min(one.blocks.length - 1, Math.max(0, Math.floor(column / slotsInBlock)));
  const block = one.blocks[at];
  if (block === undefined) {
    return "";
  }
  const slot = Math.max(0, Math.min(slotsInBlock - 1, column - at * slotsInBlock));
  return blockPlace(panel.array, one, block, block.slots.length === 0 ? undefined : slot);
}

/** Where a key leads to from a place in a panel; undefined for other keys. `page` is how many rows are seen at once. */
export function placeAfterKey(
  panel: GridPanel,
  from: { readonly row: number; readonly column: number | undefined },
  key: string,
  page: number,
): string | undefined {
  const column = from.column ?? 0;
  const width = rowWidth(panel.rows[from.row]);
  /** The row so far away, and beyond the border if it is that; where there is none beyond, the one before it. */
  const away = (step: number): number => {
    const row = Math.max(0, Math.min(panel.rows.length - 1, from.row + step));
    const side = step < 0 ? -1 : 1;
    const beyond = panel.rows[row]?.kind === "border" ? row + side : row;
    return panel.rows[beyond] === undefined ? row - side : beyond;
  };
  switch (key) {
    case "ArrowRight":
      return column + 1 < width
        ? placeAt(panel, from.row, from.column === undefined ? 0 : column + 1)
        : placeAt(panel, away(1), 0);
    case "ArrowLeft":
      return column > 0 || away(-1) === from.row
        ? placeAt(panel, from.row, column - 1)
        : placeAt(panel, away(-1), rowWidth(panel.rows[away(-1)]) - 1);
    case "ArrowDown":
      return placeAt(panel, away(1), column);
    case "ArrowUp":
      return placeAt(panel, away(-1), column);
    case "PageDown":
      return placeAt(panel, away(page), column);
    case "PageUp":
      return placeAt(panel, away(-page), column);
    case "Home":
      return placeAt(panel, from.row, 0);
    case "End":
      return placeAt(panel, from.row, width - 1);
    case "Ctrl+Home":
      return placeAt(panel, away(-panel.rows.length), 0);
    case "Ctrl+End":
      return placeAt(panel, away(panel.rows.length), Number.MAX_SAFE_INTEGER);
    default:
      return undefined;
  }
}

function rowWidth(row: GridRow | undefined): number {
  return row?.kind === "blocks" ? row.blocks.length * slotsInBlock : 1;
}
