/** Draws what a goroutine of a modelled program can come to load. */
import { UsageError } from "../../base/errors.js";
import { LOAD } from "../../gomap/explore/operations.js";
import { heapBase } from "../../gomap/machine/memory.js";
import { siteAt } from "../../gomap/machine/sites.js";
import type { Exploration } from "../../gomap/programs/exploration.js";
import { type Column, tableLines } from "./table.js";

/** More lines than this are cut. */
const mostLines = 60;

/** One way that a goroutine can go: what it loaded, in order, and what came of it. */
interface Way {
  readonly loads: ReadonlyMap<string, string>;
  readonly result: string;
}

/** What a goroutine can come to load. */
export interface SeenTable {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that are left out. */
  readonly more: number;
}

/** {@link seenTable} as text. */
export function seenLines(exploration: Exploration, name: string): string[] {
  const { title, columns, rows, more } = seenTable(exploration, name);
  return [title, "", ...tableLines(columns, rows), ...(more > 0 ? [`and ${more} more`] : [])];
}

/**
 * A table with a line for each way that a goroutine can go in an exploration, and a column for each load that can differ.
 *
 * @throws UsageError when the program has no such goroutine
 */
export function seenTable(exploration: Exploration, name: string): SeenTable {
  const { program } = exploration;
  const goroutine = program.goroutines.findIndex((one) => one.name === name);
  if (goroutine < 0) {
    throw new UsageError(`the program has no goroutine ${name}`);
  }
  const nodes = new Map<number, string>();
  for (const end of exploration.search.ends) {
    const node = end.nodes[goroutine] ?? 0;
    nodes.set(node, nodes.get(node) ?? end.told.stopped.find((one) => one.goroutine === name)?.message ?? "");
  }
  const ways = [...nodes].map(([node, stopped]) => wayOf(exploration, node, stopped));
  const names = [...new Set(ways.flatMap(({ loads }) => [...loads.keys()]))].filter(
    (load) => new Set(ways.map(({ loads }) => loads.get(load) ?? "")).size > 1,
  );
  const shownNames = names.slice(0, 9);
  const rows = [
    ...new Set(
      ways.map(({ loads, result }) =>
        JSON.stringify([...shownNames.map((load) => loads.get(load) ?? ""), result]),
      ),
    ),
  ]
    .toSorted()
    .map((row) => cellsOf(row));
  return {
    title: `What ${name} can load, where it can differ (${ways.length} ways):`,
    columns: [
      ...shownNames.map((load) => ({ title: titleOf(load, shownNames), align: "left", most: 28 }) as const),
      { title: "comes to", align: "left", most: 60 },
    ],
    rows: rows.slice(0, mostLines),
    more: Math.max(0, rows.length - mostLines),
  };
}

/** The load's name; with its phase where the same is loaded in several. */
function titleOf(load: string, all: readonly string[]): string {
  const [text = "", phase = ""] = load.split("\n");
  return all.filter((one) => one.startsWith(`${text}\n`)).length > 1 ? `${text} (${phase})` : text;
}

function cellsOf(row: string): string[] {
  const cells: unknown = JSON.parse(row);
  return Array.isArray(cells) ? cells.map(String) : [];
}

function wayOf(exploration: Exploration, node: number, stopped: string): Way {
  const { histories, shared } = exploration.compiled;
  const loads = new Map<string, string>();
  const way: { readonly at: number; readonly next: number }[] = [];
  for (
    let next = node, at = histories.parent[node] ?? -1;
    at >= 0;
    next = at, at = histories.parent[at] ?? -1
  ) {
    way.unshift({ at, next });
  }
  for (const { at, next } of way) {
    if (histories.kind[at] === LOAD) {
      const { text, phase } = siteAt(histories.site[at] ?? 0);
      const [low, high] = histories.valueInto(next);
      loads.set(
        `${text.replace("load ", "")}\n${phase}`,
        valueText(low, high, histories.size[at] ?? 0, shared.shape.arenaBytes),
      );
    }
  }
  const { observations } = histories.detail(node);
  const results = observations.map(({ value, entries, ended }) =>
    ended
      ? entries === undefined
        ? String(value ?? "not found")
        : `${entries.length} elements`
      : "not ended",
  );
  return { loads, result: stopped === "" ? results.join(", ") : stopped };
}

/** A pointer is told by whose memory it points to. */
function valueText(low: number, high: number, size: number, arenaBytes: number): string {
  if (size < 8) {
    return String(size === 4 ? low | 0 : low);
  }
  const value = high * 0x1_0000_0000 + (low >>> 0);
  if (value < heapBase || value >= heapBase + 0x4000_0000) {
    return high === 0 || high === -1
      ? String(value)
      : `0x${(high >>> 0).toString(16)}${(low >>> 0).toString(16).padStart(8, "0")}`;
  }
  const offset = value - heapBase;
  const arena = Math.floor(offset / arenaBytes);
  return `${arena === 0 ? "first" : "new"}+0x${(offset % arenaBytes).toString(16)}`;
}
