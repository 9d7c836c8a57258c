/**
 * Draws a map as its bytes in memory show it.
 *
 * ```text
 * map[string]int at 0xc00008e180, 2 elements
 *   count       2
 *   flags       4      hashWriting
 * buckets
 *   bucket 0  0xc0000a6000  a3 07 .. -- -- -- -- --
 *     0  "tea": 3
 * ```
 *
 * All text of the program was made safe where it was put into Go's syntax, and goes through the same gate as all foreign text here.
 */
import { sanitizeLine } from "../../base/text.js";
import type { DecodedMap, HeaderField, Slot, SlotBlock, SlotState } from "../../golang/maps/decoded.js";
import { hexAddress } from "../../golang/types/words.js";
import { headerText, isPointer } from "../map-header.js";
import { keysInPlaceText, mapGrowthText, mapHeadline, mapKindText } from "../map-words.js";
import { markName, slotLegend, slotMark } from "../map-marks.js";
import { type Colours, coloursOf } from "./colours.js";
import { cut, wrapped } from "./shown.js";
import { many } from "./table.js";

/** How a map is drawn. */
export interface MapDrawing {
  readonly colours?: Colours | undefined;
  /** How wide sentences may become, in characters. */
  readonly width?: number | undefined;
  /** How long a line with a key and an element may become, in characters. */
  readonly entryWidth?: number | undefined;
  /** How the map is called, for example `main.cache`; its type and address are shown in any case. */
  readonly subject?: string | undefined;
}

const usualWidth = 100;
const usualEntryWidth = 300;

interface Pen {
  readonly colours: Colours;
  readonly width: number;
  readonly entryWidth: number;
  readonly lines: string[];
  /** States that occur, for the legend. */
  readonly seen: Set<SlotState>;
}

/** Draws a map, line by line. */
export function mapLines(map: DecodedMap, drawing: MapDrawing = {}): readonly string[] {
  const pen: Pen = {
    colours: drawing.colours ?? coloursOf(false),
    width: drawing.width ?? usualWidth,
    entryWidth: drawing.entryWidth ?? usualEntryWidth,
    lines: [],
    seen: new Set(),
  };
  title(map, drawing.subject, pen);
  if (map.address === 0) {
    return pen.lines;
  }
  header(map.header, pen);
  const inPlace = keysInPlaceText(map.keysInPlace);
  if (inPlace !== undefined) {
    pen.lines.push("", inPlace);
  }
  broken(map, pen);
  growth(map, pen);
  blocks(map.implementation === "classic" ? "buckets" : "group", map.blocks, pen);
  blocks("old buckets", map.oldBlocks, pen);
  tables(map, pen);
  if (map.cut !== undefined) {
    pen.lines.push("", ...wrapped(map.cut, pen.width));
  }
  legend(map, pen);
  return pen.lines;
}

function title(map: DecodedMap, subject: string | undefined, pen: Pen): void {
  const { type } = map;
  const told = {
    ...map,
    address: hexAddress(map.address),
    type: type === undefined ? undefined : { ...type, address: hexAddress(type.address) },
  };
  pen.lines.push(pen.colours.marked(mapHeadline(told, subject)), pen.colours.quiet(mapKindText(told)));
}

function header(fields: readonly HeaderField[], pen: Pen): void {
  if (fields.length === 0) {
    return;
  }
  const values = fields.map((field) => (isPointer(field) && field.value === 0n ? "nil" : headerText(field)));
  const nameWidth = Math.max(...fields.map(({ name }) => name.length));
  const valueWidth = Math.max(...values.map((value) => value.length));
  pen.lines.push("", "header");
  for (const [index, { name, meaning }] of fields.entries()) {
    const value = (values[index] ?? "").padEnd(meaning === undefined ? 0 : valueWidth);
    pen.lines.push(`  ${name.padEnd(nameWidth)}  ${value}${meaning === undefined ? "" : `  ${meaning}`}`);
  }
}

function broken({ broken: found }: DecodedMap, pen: Pen): void {
  if (found.length === 0) {
    return;
  }
  pen.lines.push("", pen.colours.headline("what is in no map that nobody is changing"));
  for (const { where, sentence } of found) {
    const [first = "", ...rest] = wrapped(`${where}: ${sentence}`, pen.width - 2);
    pen.lines.push(`  ${first}`, ...rest.map((line) => `    ${line}`));
  }
}

function growth({ growing }: DecodedMap, pen: Pen): void {
  if (growing === undefined) {
    return;
  }
  pen.lines.push("", mapGrowthText(growing));
}

function blocks(name: string, all: readonly SlotBlock[], pen: Pen): void {
  if (all.length > 0) {
    pen.lines.push("", name);
    blockLines(name === "group" ? "group" : name.slice(0, -1), all, pen);
  }
}

/** Blocks one after another; several in a row without any entry are one line. */
function blockLines(noun: string, all: readonly SlotBlock[], pen: Pen): void {
  for (let at = 0; at < all.length;) {
    const run = emptyRun(all, at);
    const block = all[at];
    const last = all[at + run - 1];
    if (run > 1 && block !== undefined && last !== undefined) {
      pen.lines.push(pen.colours.quiet(`  ${noun}s ${block.index} to ${last.index}: empty`));
      at += run;
      continue;
    }
    if (block !== undefined) {
      blockLine(noun, block, pen);
    }
    at++;
  }
}

/** How many blocks from here on have nothing but slots that were never used. */
function emptyRun(all: readonly SlotBlock[], from: number): number {
  let at = from;
  while (at < all.length && isEmpty(all[at])) {
    at++;
  }
  return at - from;
}

function isEmpty(block: SlotBlock | undefined): boolean {
  return (
    block !== undefined &&
    block.overflow === 0 &&
    block.unreadable === undefined &&
    block.slots.every(
      ({ mark, state }) => state === "empty from here on" || (state === "empty" && mark === 0x80),
    )
  );
}

function blockLine(noun: string, block: SlotBlock, pen: Pen): void {
  const name = block.overflow === 0 ? `${noun} ${block.index}` : `  overflow ${block.overflow}`;
  const start = `  ${name.padEnd(noun.length + 6)}  ${hexAddress(block.address)}`;
  if (block.unreadable !== undefined) {
    pen.lines.push(`${start}  ${pen.colours.headline("unreadable")}: ${sanitizeLine(block.unreadable)}`);
    return;
  }
  pen.lines.push(`${start}  ${marksText(block.slots, pen)}`);
  for (const [index, slot] of block.slots.entries()) {
    if (slot.key !== undefined || slot.element !== undefined) {
      pen.lines.push(`    ${index}  ${entryText(slot, pen)}`);
    }
  }
}

function marksText(slots: readonly Slot[], pen: Pen): string {
  slots.forEach(({ state }) => pen.seen.add(state));
  return slots.map(slotMark).join(" ");
}

function entryText(slot: Slot, pen: Pen): string {
  const entry = `${sanitizeLine(slot.key?.text ?? "?")}: ${sanitizeLine(slot.element?.text ?? "?")}`;
  const moved = slot.state === "full" ? "" : pen.colours.quiet(`  (${slot.state}; these are the old bytes)`);
  return `${cut(entry, pen.entryWidth)}${moved}`;
}

function tables({ tables: all, header: fields }: DecodedMap, pen: Pen): void {
  if (all.length === 0) {
    return;
  }
  const entries = Number(fields.find(({ name }) => name === "dirLen")?.value ?? 0n);
  const listed = all.reduce((sum, { directoryIndexes }) => sum + directoryIndexes.length, 0);
  const number = listed === entries ? `, ${many(all.length, "table")}` : "";
  pen.lines.push("", `directory: ${many(entries, "entry", "entries")}${number}`);
  for (const table of all) {
    const [first = 0] = table.directoryIndexes;
    const last = table.directoryIndexes.at(-1) ?? first;
    const places = first === last ? `entry ${first}` : `entries ${first} to ${last}`;
    const start = `  table ${first}  ${hexAddress(table.address)}  ${places}`;
    if (table.unreadable !== undefined) {
      pen.lines.push(`${start}  ${pen.colours.headline("unreadable")}: ${sanitizeLine(table.unreadable)}`);
      continue;
    }
    const { used, capacity, growthLeft, localDepth, index } = table;
    pen.lines.push(
      `${start}  used ${used} of ${capacity}, growthLeft ${growthLeft}, localDepth ${localDepth}, index ${index}`,
    );
    const groups: string[] = [];
    blockLines("group", table.groups, { ...pen, lines: groups });
    pen.lines.push(...groups.map((line) => `  ${line}`));
  }
}

function legend(map: DecodedMap, pen: Pen): void {
  const marks = slotLegend.filter(([state]) => pen.seen.has(state)).map(([, text]) => text);
  if (pen.seen.size > 0) {
    pen.lines.push(
      "",
      pen.colours.quiet([`hexadecimal: ${markName(map.implementation)}`, ...marks].join(", ")),
    );
  }
}
