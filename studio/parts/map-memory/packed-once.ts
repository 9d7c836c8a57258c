/** Maps that came with their blocks, packed when they are first drawn. */
import { packMap, type PackedMap } from "../../../src/document/block-packer.js";
import type { MapJson } from "../../../src/document/map-schema.js";

const known = new WeakMap<MapJson, PackedMap>();

/** The same for the same map. */
export function packedOnce(map: MapJson): PackedMap {
  const packed = known.get(map) ?? packMap(map);
  known.set(map, packed);
  return packed;
}
