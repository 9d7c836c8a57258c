/** A decoded map in brief, for the case file. */
import type { StoppedMap } from "../../case/case.js";
import type { DecodedMap, SlotBlock } from "../../golang/maps/decoded.js";

import { mapMemory } from "./map-memory.js";

/** How many entries are shown, and broken invariants. */
const mostEntries = 16;
const mostBroken = 50;

/** Fields of the header that are addresses. */
const pointers: ReadonlySet<string> = new Set(["buckets", "oldbuckets", "extra", "dirPtr"]);

/** Sums a decoded map up. */
export function mapInBrief(map: DecodedMap): StoppedMap {
  const blocks: SlotBlock[] = [
    ...map.blocks,
    ...map.oldBlocks,
    ...map.tables.flatMap(({ groups }) => groups),
  ];
  const slots = blocks.flatMap((block) => block.slots);
  const full = slots.filter(({ state }) => state === "full");
  return {
    implementation: map.implementation,
    header: map.header.map(({ name, value, meaning }) => ({
      name,
      value: pointers.has(name) ? `0x${value.toString(16)}` : String(value),
      meaning: meaning ?? null,
    })),
    count: map.count,
    writing: map.writing,
    growing: map.growing ?? null,
    blocks: blocks.length,
    tables: map.tables.length,
    full: full.length,
    deleted: slots.filter(({ state }) => state === "deleted").length,
    entries: full
      .slice(0, mostEntries)
      .map(({ key, element }) => ({ key: key?.text ?? "?", element: element?.text ?? "?" })),
    // That somebody is changing the map is why the program was stopped.
    broken: map.broken
      .filter(({ sentence }) => !/a write is under way/.test(sentence))
      .slice(0, mostBroken)
      .map(({ where, sentence }) => ({ where, sentence })),
    cut: map.cut ?? null,
    memory: mapMemory(map),
  };
}
