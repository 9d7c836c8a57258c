/**
 * Which types a map can be of, where only its address is known. A map does not say its type; but of the types of maps that the
 * program has, most do not fit: tophash or control bytes then stand in wrong places, counts are wrong, strings point nowhere.
 */
import type { Address } from "../memory.js";
import type { GoMapType } from "../types/go-type.js";
import type { DecodedMap } from "./decoded.js";
import type { ProgramMaps } from "./program-maps.js";

/** Enough to tell types apart, and little enough to try hundreds of them. */
const limits = { slots: 512, blocks: 1 << 14, bytes: 1 << 24, tables: 64, keys: 1 << 12 };

/** What can be said of a map's type. */
export interface LikelyTypes {
  /**
   * The types that fit, those first that say most: with strings and pointers, which lead nowhere in a map of another type. None for a
   * map that is empty: then all of them fit.
   */
  readonly types: readonly GoMapType[];
  /** Whether they all have the same keys and elements, so that they are shown alike: `map[string]int` and a type declared as that. */
  readonly alike: boolean;
}

/** Tries the program's types of maps on a map. */
export function likelyMapTypes(maps: ProgramMaps, address: Address): LikelyTypes {
  const header = maps.decode(address, undefined, { ...limits, blocks: 1 });
  if (header.count === 0 || header.header.length === 0) {
    return { types: [], alike: false };
  }
  const byShape = new Map<string, boolean>();
  const types = maps.mapTypes().filter((type) => {
    const shape = JSON.stringify(type.shape);
    if (byShape.get(shape) === false) {
      return false;
    }
    const map = maps.decode(address, type.address, limits);
    const sound = isSound(map);
    // The places alone already say no, whatever the keys are.
    byShape.set(shape, sound || map.broken.every(({ where }) => where.includes("slot")));
    return sound && allReadable(map);
  });
  const rank = (type: GoMapType): number => telling(maps, type.key) + telling(maps, type.element);
  types.sort((one, other) => rank(other) - rank(one));
  const [first] = types;
  const alike = types.every((type) => type.key === first?.key && type.element === first.element);
  return { types, alike };
}

function telling(maps: ProgramMaps, type: Address): number {
  const kind = maps.types.at(type)?.kind ?? "uint8";
  return ["string", "interface", "ptr", "slice", "map", "chan", "func"].includes(kind) ? 1 : 0;
}

/** A mark of a writer is no reason against a type. */
function isSound(map: DecodedMap): boolean {
  return map.broken.every(({ where }) => where === "flags" || where === "writing");
}

function allReadable(map: DecodedMap): boolean {
  const blocks = [...map.blocks, ...map.oldBlocks, ...map.tables.flatMap(({ groups }) => groups)];
  const slots = blocks.flatMap((block) => block.slots).filter(({ state }) => state === "full");
  return (
    blocks.every(({ unreadable }) => unreadable === undefined) &&
    slots.every(({ key, element }) => key?.unreadable !== true && element?.unreadable !== true)
  );
}
