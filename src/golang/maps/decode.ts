/** Reads a map from memory. */
import type { Address } from "../memory.js";
import { hexAddress } from "../types/words.js";
import { BrokenInvariants } from "./broken.js";
import { decodeClassic } from "./classic.js";
import { KeptBytes } from "./kept-bytes.js";
import type { DecodedMap } from "./decoded.js";
import { readHeader } from "./header.js";
import { BoundedMemory, type MapLimits, type MapSource, usualMapLimits } from "./source.js";
import { decodeSwiss } from "./swiss.js";

/**
 * Reads a map. Nothing is changed, nothing is thrown, and the work is bounded, whatever the memory holds.
 *
 * @param source the memory and what is known of the map
 * @param address of its header: what a map variable holds. 0 is a nil map, which is empty
 * @param limits how much is read and kept
 */
export function decodeMap(source: MapSource, address: Address, limits: Partial<MapLimits> = {}): DecodedMap {
  const all = { ...usualMapLimits, ...limits };
  const { layout, type } = source;
  const nothing: DecodedMap = {
    implementation: layout.implementation,
    address,
    type,
    header: [],
    count: 0,
    writing: false,
    growing: undefined,
    blocks: [],
    oldBlocks: [],
    tables: [],
    broken: [],
    keysInPlace: 0,
    cut: undefined,
    shape: source.shape,
  };
  if (address === 0) {
    return nothing;
  }
  const memory = new BoundedMemory(source.memory, all.bytes);
  const header = readHeader(memory, address, layout);
  if (header === undefined) {
    return {
      ...nothing,
      cut: `The header at ${hexAddress(address)} cannot be read: there is no such memory.`,
    };
  }
  const broken = new BrokenInvariants();
  const kept = new KeptBytes(all.kept);
  const bytes = kept.read(memory, address, layout.headerSize);
  const bounded = { ...source, memory, kept };
  const parts =
    layout.implementation === "classic"
      ? decodeClassic(bounded, header, all, broken)
      : decodeSwiss(bounded, header, all, broken);
  return { ...nothing, header: header.fields, ...parts, broken: broken.list(), bytes };
}
