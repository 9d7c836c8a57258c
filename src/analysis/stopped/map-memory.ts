/** The slots and bytes of a decoded map, for the case file. */
import type { StoppedBlock, StoppedMemory } from "../../case/case.js";
import type { DecodedMap, SlotBlock } from "../../golang/maps/decoded.js";
import { hexAddress } from "../../golang/types/words.js";

/** Takes over what was kept of a map. */
export function mapMemory(map: DecodedMap): StoppedMemory {
  const { type } = map;
  return {
    type:
      type === undefined
        ? null
        : {
            address: hexAddress(type.address),
            name: type.name,
            keySize: type.keySize,
            elementSize: type.elementSize,
          },
    places: map.header.map(({ offset, size }) => ({ offset, size })),
    bytes: hexBytes(map.bytes),
    shape: map.shape === undefined ? null : { ...map.shape },
    blocks: map.blocks.map(memoryBlock),
    oldBlocks: map.oldBlocks.map(memoryBlock),
    tables: map.tables.map((table) => {
      const { used, capacity, growthLeft, localDepth, index, directoryIndexes } = table;
      return {
        address: hexAddress(table.address),
        directoryIndexes: [...directoryIndexes],
        used,
        capacity,
        growthLeft,
        localDepth,
        index,
        groups: table.groups.map(memoryBlock),
        bytes: hexBytes(table.bytes),
        unreadable: table.unreadable ?? null,
      };
    }),
    keysInPlace: map.keysInPlace,
  };
}

function memoryBlock(block: SlotBlock): StoppedBlock {
  return {
    address: hexAddress(block.address),
    index: block.index,
    overflow: block.overflow,
    marks: block.slots.map(({ mark }) => hexByte(mark)).join(""),
    bytes: hexBytes(block.bytes),
    entries: block.slots.flatMap(({ key, element }, slot) =>
      key === undefined && element === undefined
        ? []
        : [
            {
              slot,
              key: key === undefined ? null : { ...key },
              element: element === undefined ? null : { ...element },
            },
          ],
    ),
    unreadable: block.unreadable ?? null,
  };
}

function hexBytes(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Array.from(bytes, hexByte).join("");
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
