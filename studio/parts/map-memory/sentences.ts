/** What there is to say of a place in a map, as pairs of a label and a text. */
import type { MapJson, SlotJson } from "../../../src/document/map-schema.js";
import { bucketBefore, bucketsAfter, parsePlace, tablePrefix } from "../../../src/report/map-places.js";
import { markName } from "../../../src/report/map-marks.js";
import { counted, listed } from "../../../src/report/text/shown.js";
import type { MapChanges } from "./changes.js";
import { type GridPanel, locate, type Located } from "./grid.js";
import { shownValue } from "./region.js";

/** One line. */
export interface Said {
  readonly label: string;
  readonly text: string;
}

/** What is said of a place; nothing for the header as such. */
export function saidOf(
  map: MapJson,
  panels: readonly GridPanel[],
  place: string,
  changes: MapChanges,
): readonly Said[] {
  const found = locate(panels, place);
  if (found === undefined) {
    return headerSaid(map, place, changes);
  }
  if (found.table !== undefined) {
    return tableSaid(map, found);
  }
  return [...slotSaid(map, found, changes), ...blockSaid(map, found)];
}

/** `full, tophash 0xa3` */
export function slotText(map: MapJson, slot: SlotJson): string {
  const entry = entryText(slot);
  const mark = `${markName(map.implementation)} 0x${slot.mark.toString(16).padStart(2, "0")}`;
  return `${slot.state}, ${mark}${entry === "" ? "" : `, ${entry}`}`;
}

/** `"tea": 3`; empty where there is neither key nor element. */
export function entryText({ key, element }: SlotJson): string {
  return key === null && element === null
    ? ""
    : `${shownValue(key?.text ?? "?")}: ${shownValue(element?.text ?? "?")}`;
}

function headerSaid(map: MapJson, place: string, changes: MapChanges): readonly Said[] {
  const field = map.header.find(({ name }) => name === place);
  if (field === undefined) {
    return [];
  }
  const before = changes.before(field.name);
  return [
    { label: "value", text: shownValue(field.value) },
    ...(field.meaning === null ? [] : [{ label: "meaning", text: shownValue(field.meaning) }]),
    ...(before === undefined ? [] : [{ label: "before", text: shownValue(before) }]),
  ];
}

function tableSaid(map: MapJson, { table }: Located): readonly Said[] {
  if (table === undefined) {
    return [];
  }
  const globalDepth = Number(map.header.find(({ name }) => name === "globalDepth")?.value ?? 0);
  const [first = 0] = table.directoryIndexes;
  const prefix = tablePrefix(first, table.localDepth, globalDepth);
  return [
    { label: "in the directory", text: entriesText(table.directoryIndexes) },
    ...(prefix === "" ? [] : [{ label: "hashes begin with", text: prefix }]),
    { label: "used", text: `${table.used} of ${table.capacity} slots, growthLeft ${table.growthLeft}` },
    { label: "localDepth", text: `${table.localDepth} (globalDepth ${globalDepth})` },
    { label: "address", text: shownValue(table.address) },
    ...(table.unreadable === null ? [] : [{ label: "unreadable", text: shownValue(table.unreadable) }]),
  ];
}

/** `entry 3`, `entries 4 to 7` */
export function entriesText(indexes: readonly number[]): string {
  const [first = 0] = indexes;
  const last = indexes.at(-1) ?? first;
  return first === last ? `entry ${first}` : `entries ${first} to ${last}`;
}

function slotSaid(
  map: MapJson,
  { slot, block, number, column }: Located,
  changes: MapChanges,
): readonly Said[] {
  if (slot === undefined || block === undefined || column === undefined) {
    return [];
  }
  const old = changes.known && number !== undefined ? changes.slotBefore(number, column % 8) : undefined;
  const before = old === undefined ? "" : slotText(map, old);
  const now = slotText(map, slot);
  return [
    { label: "state", text: slot.state },
    { label: markName(map.implementation), text: `0x${slot.mark.toString(16).padStart(2, "0")}` },
    ...(slot.key === null ? [] : [{ label: "key", text: shownValue(slot.key.text) }]),
    ...(slot.element === null ? [] : [{ label: "element", text: shownValue(slot.element.text) }]),
    ...(before === "" || before === now ? [] : [{ label: "before", text: before }]),
    ...addressesSaid(map, slot),
  ];
}

function addressesSaid({ shape }: MapJson, slot: SlotJson): readonly Said[] {
  if (slot.keyAddress === "0x0") {
    return [];
  }
  const keyAt = shape?.indirectKey === true ? "key behind a pointer, at" : "key at";
  const elementAt = shape?.indirectElement === true ? "element behind a pointer, at" : "element at";
  return [
    { label: keyAt, text: shownValue(slot.keyAddress) },
    { label: elementAt, text: shownValue(slot.elementAddress) },
  ];
}

function blockSaid(map: MapJson, { block, panel, row }: Located): readonly Said[] {
  if (block === undefined) {
    return [];
  }
  const { growing } = map;
  const one = panel.row(row);
  const chain = one?.kind === "blocks" ? one.blocks.length - 1 : 0;
  const goes =
    growing === null || growing.oldBuckets < 1
      ? []
      : panel.array === "old buckets"
        ? [{ label: "its entries go to", text: bucketsText(bucketsAfter(block.index, growing)) }]
        : [{ label: "is filled from", text: `old bucket ${bucketBefore(block.index, growing)}` }];
  return [
    ...goes,
    ...(chain > 0 ? [{ label: "chain", text: counted(chain, "overflow bucket") }] : []),
    { label: "address", text: shownValue(block.address) },
    ...(block.unreadable === null ? [] : [{ label: "unreadable", text: shownValue(block.unreadable) }]),
  ];
}

function bucketsText(buckets: readonly number[]): string {
  return buckets.length === 1
    ? `bucket ${buckets[0]}`
    : `bucket ${buckets[0]} (first half) and bucket ${buckets[1]} (second half)`;
}

/** So many sentences of one place are enough. */
const mostAtPlace = 5;

/** What of a map is broken, by place. */
export function brokenByPlace(map: MapJson): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const { where, sentence } of map.broken) {
    const known = all.get(where);
    if (known === undefined) {
      all.set(where, [sentence]);
    } else if (known.length < mostAtPlace) {
      known.push(sentence);
    }
  }
  return all;
}

/** `bucket 3: what is, what should be` of all that is at a place: of a slot, also what is said of its block. */
export function brokenAt(broken: ReadonlyMap<string, readonly string[]>, place: string): readonly string[] {
  const parsed = parsePlace(place);
  const places =
    parsed.kind === "block" && parsed.slot !== undefined ? [place, place.replace(/, slot \d$/, "")] : [place];
  return places.flatMap((one) => broken.get(one) ?? []);
}

/** A map in a sentence: for those who do not see it. */
export function wholeText(map: MapJson): string {
  const parts = [
    `${map.implementation} map`,
    counted(map.count, "element"),
    ...(map.writing ? ["the mark of a writer is set"] : []),
    ...(map.growing === null
      ? []
      : [`${map.growing.evacuated} of ${counted(map.growing.oldBuckets, "old bucket")} have moved`]),
    ...(map.tables.length === 0 ? [] : [counted(map.tables.length, "table")]),
    ...(map.broken.length === 0 ? [] : [`${counted(map.broken.length, "rule")} broken`]),
  ];
  return listed(parts);
}
