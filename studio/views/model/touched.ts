/** Which place of a map an access was to. */
import type { BlockJson, MapJson } from "../../../src/document/map-schema.js";
import { type MapPlace, placeText } from "../../../src/report/map-places.js";

/**
 * The place of an address: a field of the header, a slot, a bucket or group, a table; undefined when it is in none of them.
 *
 * @param address in the model's memory, which has fewer than 2^53 bytes
 */
export function placeOfAddress(map: MapJson, address: number): string | undefined {
  const inHeader = address - Number(map.address);
  const field = map.header.find(
    ({ offset, size }) =>
      offset !== null && size !== null && inHeader >= offset && inHeader < offset + Math.max(1, size),
  );
  if (field !== undefined) {
    return field.name;
  }
  const arrays = [
    { blocks: map.blocks, array: map.implementation === "classic" ? "buckets" : "groups", table: undefined },
    { blocks: map.oldBlocks, array: "old buckets", table: undefined },
    ...map.tables.map(({ groups }, table) => ({ blocks: groups, array: "groups", table }) as const),
  ] as const;
  for (const { blocks, array, table } of arrays) {
    for (const block of blocks) {
      const offset = address - Number(block.address);
      if (offset >= 0 && offset < bytesIn(block)) {
        const { index, overflow } = block;
        return placeText({ kind: "block", array, table, index, overflow, slot: slotAt(block, address) });
      }
    }
  }
  return placeOfTable(map, address);
}

function placeOfTable(map: MapJson, address: number): string | undefined {
  const table = map.tables.findIndex((one) => {
    const offset = address - Number(one.address);
    return offset >= 0 && offset < (one.bytes?.length ?? 0) / 2;
  });
  const place: MapPlace = { kind: "table", table, field: "" };
  return table < 0 ? undefined : placeText(place);
}

function bytesIn({ bytes }: BlockJson): number {
  return bytes === null ? 0 : bytes.length / 2;
}

/** The slot whose mark, key or element is there. */
function slotAt({ address, slots }: BlockJson, at: number): number | undefined {
  const offset = at - Number(address);
  if (offset < slots.length) {
    return offset;
  }
  // The one whose key or element begins last before it.
  const starts = slots.flatMap(({ keyAddress, elementAddress }, slot) => [
    { slot, start: Number(keyAddress) },
    { slot, start: Number(elementAddress) },
  ]);
  const before = starts.filter(({ start }) => start <= at).toSorted((a, b) => b.start - a.start);
  return before[0]?.slot;
}
