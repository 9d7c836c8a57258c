/** The maps that a case holds: those of programs that were stopped. */
import type { Case, StoppedBlock, StoppedMap, StoppedMemory, StoppedObservation } from "../case/case.js";
import { classicState } from "../golang/maps/chain.js";
import { swissState } from "../golang/maps/swiss-table.js";
import { headerText } from "../report/map-header.js";
import { counted } from "../report/text/shown.js";
import type { MapPart } from "./document.js";
import type { BlockJson, MapJson, SlotJson } from "./map-schema.js";

/** A map of a case, and the observation that it is of. */
export interface MapOfCase extends MapPart {
  readonly observation: string;
}

/** All of them, in the order of the observations; each is called after the finding that rests on it: `map of m0`. */
export function mapsOfCase(incident: Case): readonly MapOfCase[] {
  return incident.observations.flatMap((one): readonly MapOfCase[] => {
    if (one.kind !== "stopped" || one.decoded === null) {
      return [];
    }
    const finding = incident.findings.find(({ observations }) => observations.includes(one.handle));
    const map = mapOfStop(one, one.decoded);
    return [
      {
        title: `map of ${finding?.handle ?? one.handle}`,
        file: "",
        map,
        notes: notesOf(one, one.decoded),
        observation: one.handle,
      },
    ];
  });
}

function notesOf(stop: StoppedObservation, map: StoppedMap): readonly string[] {
  return [
    stop.mapFrom,
    ...(map.memory === null
      ? [
          `This case keeps the header of the map and ${counted(map.entries.length, "entry", "entries")} only, not its buckets or groups.`,
        ]
      : []),
  ].filter((sentence) => sentence !== "");
}

function mapOfStop({ map: { address } }: StoppedObservation, map: StoppedMap): MapJson {
  const { implementation, memory } = map;
  const block = blockOf(implementation, memory?.shape ?? null);
  return {
    implementation,
    address: address ?? "0x0",
    type: memory?.type ?? null,
    header: map.header.map((field, index) => ({
      ...field,
      value: headerValue(field),
      offset: memory?.places[index]?.offset ?? null,
      size: memory?.places[index]?.size ?? null,
    })),
    count: map.count,
    writing: map.writing,
    growing: map.growing,
    blocks: memory?.blocks.map(block) ?? [],
    oldBlocks: memory?.oldBlocks.map(block) ?? [],
    tables: memory?.tables.map((table) => ({ ...table, groups: table.groups.map(block) })) ?? [],
    broken: map.broken,
    keysInPlace: memory?.keysInPlace ?? 0,
    cut: map.cut,
    shape: memory?.shape ?? null,
    bytes: memory?.bytes ?? null,
  };
}

/** As `maptrap map` writes it: the case has seeds in decimal. */
function headerValue({ name, value }: StoppedMap["header"][number]): string {
  return /^(?:0x[\da-f]{1,16}|-?\d{1,20})$/.test(value) ? headerText({ name, value: BigInt(value) }) : value;
}

function blockOf(
  implementation: StoppedMap["implementation"],
  shape: StoppedMemory["shape"],
): (block: StoppedBlock) => BlockJson {
  const stateOf = implementation === "classic" ? classicState : swissState;
  return ({ address, index, overflow, marks, bytes, entries, unreadable }) => {
    const slots = Array.from({ length: Math.floor(marks.length / 2) }, (_, slot): SlotJson => {
      const mark = Number.parseInt(marks.slice(2 * slot, 2 * slot + 2), 16);
      const entry = entries.find((one) => one.slot === slot);
      const at = (offset: number, stride: number, indirect: boolean): string => {
        if (shape === null) {
          return "0x0";
        }
        const here = offset + slot * stride;
        return indirect && entry !== undefined
          ? wordIn(bytes, here)
          : `0x${(BigInt(address) + BigInt(here)).toString(16)}`;
      };
      return {
        state: stateOf(mark),
        mark,
        keyAddress: shape === null ? "0x0" : at(shape.keysOffset, shape.keyStride, shape.indirectKey),
        elementAddress:
          shape === null ? "0x0" : at(shape.elementsOffset, shape.elementStride, shape.indirectElement),
        key: entry?.key ?? null,
        element: entry?.element ?? null,
      };
    });
    return { address, index, overflow, slots, unreadable, bytes };
  };
}

/** The pointer at an offset of a block's bytes; `0x0` where they are not known. */
function wordIn(bytes: string | null, offset: number): string {
  const digits = bytes?.slice(2 * offset, 2 * offset + 16) ?? "";
  const bigEndian = digits.match(/../g)?.toReversed().join("") ?? "";
  return digits.length === 16 ? `0x${BigInt(`0x${bigEndian}`).toString(16)}` : "0x0";
}
