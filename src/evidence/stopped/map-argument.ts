/** In which register a map function gets what leads to its map. */
import { mapArguments } from "../../golang/instructions/map-arguments.js";

/** Where a map function is given its map. */
export interface MapArgument {
  readonly register: string;
  /** What the register holds: the map, or an iterator over it. */
  readonly holds: "map" | "iterator";
  /** The register that holds the map's type; undefined when there is none. */
  readonly type: string | undefined;
}

/** Offset of the map in an iterator (`hiter.h`, `maps.Iter.m`), 1.19 to 1.27. */
export const mapInIterator = 24;
/** Offset of the map's type in an iterator (`hiter.t`, `maps.Iter.typ`), 1.19 to 1.27. */
export const typeInIterator = 16;

/**
 * How a function is given its map.
 *
 * @param name the linker's name of it
 * @returns undefined when it is no map function, or is not given the map in a known way
 */
export function mapArgumentOf(name: string): MapArgument | undefined {
  const found = mapArguments(name);
  const map = found?.find(({ role }) => role === "map" || role === "interface's value: the map");
  const type = found?.find(({ role }) => role === "map type" || role === "interface's type")?.register;
  if (map !== undefined) {
    return { register: map.register, holds: "map", type };
  }
  const iterator = found?.find(({ role }) => role === "iterator");
  return iterator === undefined
    ? undefined
    : { register: iterator.register, holds: "iterator", type: undefined };
}
