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
import type { PackedMap } from "../../../src/document/block-packer.js";
import type { BlockJson, SlotJson, TableJson } from "../../../src/document/map-schema.js";
import { type PackedBlocks, slotsInBlock } from "../../../src/document/packed-blocks.js";
import { type MapPlace, parsePlace, placeText } from "../../../src/report/map-places.js";

export { slotsInBlock };

/** So many buckets of a chain stand beside each other; a longer chain goes on in the next row. */
const chainAcross = 3;

/** Which array of blocks. */
export type ArrayName = "buckets" | "old buckets" | "groups";

/** A row of blocks: of a bucket with its overflow buckets, or a group. */
export interface BlockRow {
  readonly kind: "blocks";
  readonly table: number | undefined;
  readonly index: number;
  /** The number of the first block among all of the map; the others follow. */
  readonly first: number;
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

/** Blocks that belong together: all of a classic map's array, the group of a small map, those of a table. */
interface Part {
  readonly table: TableJson | undefined;
  readonly from: number;
  readonly until: number;
}

const border = -1;
/** A row of the table `n` is kept as -2 - n. */
const firstTable = -2;

/** Rows that belong together. A row is made when it is asked for: a million slots have a hundred thousand of them. */
export class GridPanel {
  /** How many blocks the widest row has. */
  readonly across: number;
  /** How many blocks stand in the rows before each; one more entry for all of them. */
  readonly starts: Int32Array;
  /** For each row the number of its first block, or one of the numbers above. */
  readonly #firsts: Int32Array;

  constructor(
    readonly array: ArrayName,
    readonly blocks: PackedBlocks,
    readonly parts: readonly Part[],
    readonly nevacuate: number | undefined,
  ) {
    const firsts: number[] = [];
    const counts: number[] = [];
    let rest = nevacuate;
    const add = (first: number, count: number): void => {
      firsts.push(first);
      counts.push(count);
    };
    for (const [part, { table, from, until }] of parts.entries()) {
      if (table !== undefined) {
        add(firstTable - part, 0);
      }
      for (let block = from; block < until;) {
        if (rest !== undefined && this.#index(block) >= rest) {
          add(border, 0);
          rest = undefined;
        }
        const count = chainLength(blocks, block, until);
        add(block, count);
        block += count;
      }
    }
    if (rest !== undefined && firsts.length > 0) {
      add(border, 0);
    }
    this.#firsts = Int32Array.from(firsts);
    this.starts = new Int32Array(counts.length + 1);
    let across = 1;
    counts.forEach((count, row) => {
      across = Math.max(across, count);
      this.starts[row + 1] = (this.starts[row] ?? 0) + count;
    });
    this.across = across;
  }

  /** How many rows there are. */
  get count(): number {
    return this.#firsts.length;
  }

  /** The first of its blocks among all of the map, and how many it has. */
  get range(): { readonly first: number; readonly count: number } {
    return { first: this.parts[0]?.from ?? 0, count: this.starts.at(-1) ?? 0 };
  }

  /** A row; undefined where there is none. */
  row(at: number): GridRow | undefined {
    const first = this.#firsts[at];
    if (first === undefined) {
      return undefined;
    }
    if (first === border) {
      return { kind: "border", nevacuate: this.nevacuate ?? 0 };
    }
    if (first <= firstTable) {
      const table = this.parts[firstTable - first]?.table;
      return table === undefined ? undefined : { kind: "table", number: tableNumber(table), table };
    }
    const blocks = Array.from({ length: this.#blocksIn(at) }, (_, step) => this.blocks.at(first + step));
    const [{ index } = { index: 0 }] = blocks;
    return { kind: "blocks", table: this.#tableOf(first), index, first, blocks };
  }

  /** What kind of row it is, without making it. */
  kindOf(at: number): GridRow["kind"] | undefined {
    const first = this.#firsts[at];
    return first === undefined ? undefined : first === border ? "border" : first < 0 ? "table" : "blocks";
  }

  /** How many columns a row has. */
  width(at: number): number {
    return Math.max(1, this.#blocksIn(at) * slotsInBlock);
  }

  /** The row of a table; -1 where there is none. */
  rowOfTable(number: number): number {
    const part = this.parts.findIndex(({ table }) => table !== undefined && tableNumber(table) === number);
    return part === -1 ? -1 : this.#firsts.indexOf(firstTable - part);
  }

  /** The row in which a block stands. */
  rowOfBlock(block: number): number {
    const before = block - this.range.first;
    let low = 0;
    let high = this.starts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= before) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The number of a block; -1 where there is none. */
  find(table: number | undefined, index: number, overflow: number): number {
    const { indexes, overflows } = this.blocks.columns;
    for (const part of this.parts) {
      const isHere = table === (part.table === undefined ? undefined : tableNumber(part.table));
      for (let block = part.from; isHere && block < part.until; block++) {
        if (indexes[block] === index && overflows[block] === overflow) {
          return block;
        }
      }
    }
    return -1;
  }

  /** How many bucket chains begin here. */
  get chains(): number {
    const { first, count } = this.range;
    return this.blocks.columns.overflows.subarray(first, first + count).filter((one) => one === 0).length;
  }

  #index(block: number): number {
    return this.blocks.columns.indexes[block] ?? 0;
  }

  #blocksIn(row: number): number {
    return (this.starts[row + 1] ?? 0) - (this.starts[row] ?? 0);
  }

  #tableOf(block: number): number | undefined {
    const table = this.parts.find(({ from, until }) => block >= from && block < until)?.table;
    return table === undefined ? undefined : tableNumber(table);
  }
}

/** How many blocks stand in the row that begins with one. */
function chainLength(
  { columns: { indexes, overflows } }: PackedBlocks,
  block: number,
  until: number,
): number {
  let count = 1;
  while (
    count < chainAcross &&
    block + count < until &&
    (overflows[block + count] ?? 0) > 0 &&
    indexes[block + count] === indexes[block]
  ) {
    count++;
  }
  return count;
}

/** How tables are called: by the first entry of the directory that points to them. */
export function tableNumber({ directoryIndexes }: TableJson): number {
  return directoryIndexes[0] ?? 0;
}

/** The panels of a map, those of old buckets first: entries go from there to the other ones. */
export function panelsOf({ map, blocks }: PackedMap): readonly GridPanel[] {
  const part = (list: number, table?: TableJson): Part => {
    const [from, until] = blocks.listRange(list);
    return { table, from, until };
  };
  const panels =
    map.implementation === "classic"
      ? [
          new GridPanel("old buckets", blocks, [part(1)], borderOf(map)),
          new GridPanel("buckets", blocks, [part(0)], undefined),
        ]
      : [
          new GridPanel(
            "groups",
            blocks,
            [part(0), ...map.tables.map((table, index) => part(2 + index, table))],
            undefined,
          ),
        ];
  return panels.filter(({ count }) => count > 0);
}

function borderOf({ header, growing }: PackedMap["map"]): number | undefined {
  const nevacuate = Number(header.find(({ name }) => name === "nevacuate")?.value ?? Number.NaN);
  return growing === null || !(nevacuate >= 0) ? undefined : nevacuate;
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
  /** The block's number among all of the map. */
  readonly number: number | undefined;
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
    const row = panel.rowOfTable(place.table);
    const found = panel.row(row);
    return found?.kind === "table"
      ? {
          panel,
          row,
          column: undefined,
          table: found.table,
          number: undefined,
          block: undefined,
          slot: undefined,
        }
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
  const number = panel.find(place.table, place.index, place.overflow);
  if (number === -1) {
    return undefined;
  }
  const row = panel.rowOfBlock(number);
  const at = number - panel.range.first - (panel.starts[row] ?? 0);
  const block = panel.blocks.at(number);
  return {
    panel,
    row,
    column: place.slot === undefined ? undefined : at * slotsInBlock + place.slot,
    table: undefined,
    number,
    block,
    slot: place.slot === undefined ? undefined : block.slots[place.slot],
  };
}

/** The place at a row and a column; in a row that has no such slot, its last one. */
export function placeAt(panel: GridPanel, row: number, column: number): string {
  const one = panel.row(Math.max(0, Math.min(panel.count - 1, row)));
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
  const width = panel.width(from.row);
  /** The row so far away, and beyond the border if it is that; where there is none beyond, the one before it. */
  const away = (step: number): number => {
    const row = Math.max(0, Math.min(panel.count - 1, from.row + step));
    const side = step < 0 ? -1 : 1;
    const beyond = panel.kindOf(row) === "border" ? row + side : row;
    return panel.kindOf(beyond) === undefined ? row - side : beyond;
  };
  switch (key) {
    case "ArrowRight":
      return column + 1 < width
        ? placeAt(panel, from.row, from.column === undefined ? 0 : column + 1)
        : placeAt(panel, away(1), 0);
    case "ArrowLeft":
      return column > 0 || away(-1) === from.row
        ? placeAt(panel, from.row, column - 1)
        : placeAt(panel, away(-1), panel.width(away(-1)) - 1);
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
      return placeAt(panel, away(-panel.count), 0);
    case "Ctrl+End":
      return placeAt(panel, away(panel.count), Number.MAX_SAFE_INTEGER);
    default:
      return undefined;
  }
}
