/**
 * Which types a map can be of, where only its address is known. A map does not say its type; but of the types of maps that the
 * program has, most do not fit: tophash or control bytes then stand in wrong places, counts are wrong, strings point nowhere.
 */
import type { Address } from "../memory.js";
import type { GoMapType } from "../types/go-type.js";
import { decodeMap } from "./decode.js";
import type { DecodedMap } from "./decoded.js";
import type { ProgramMaps } from "./program-maps.js";

/** Enough to tell most types that are wrong, of which a program has hundreds. */
const firstLook = { slots: 32, blocks: 32, bytes: 1 << 17, directory: 64, tables: 8, keys: 64 };

/** Enough to check counts in maps of thousands of elements, for the types that are left. */
const secondLook = { slots: 128, blocks: 1 << 11, bytes: 1 << 21, directory: 1 << 10, tables: 8, keys: 256 };

/**
 * So many keys that are where their hashes put them are no chance: for each one there are 128 places and marks at least, and so one
 * of a million types that are wrong gets this far.
 */
const enoughKeys = 3;

/** What can be said of a map's type. */
export interface LikelyTypes {
  /**
   * The types that fit, those first that say most: with strings and pointers, which lead nowhere in a map of another type. None for a
   * map that is empty: then all of them fit.
   */
  readonly types: readonly GoMapType[];
  /** Whether they all have the same keys and elements, so that they are shown alike: `map[string]int` and a type declared as that. */
  readonly alike: boolean;
  /** How many keys are where their hashes put them, if that is why other types are left out; else 0. */
  readonly keys: number;
}

/** Tries the program's types of maps on a map. */
export function likelyMapTypes(maps: ProgramMaps, address: Address): LikelyTypes {
  const header = maps.decode(address, undefined, firstLook);
  if (header.count === 0 || header.header.length === 0) {
    return { types: [], alike: false, keys: 0 };
  }
  const byShape = new Map<string, boolean>();
  const fitting: { readonly type: GoMapType; readonly rank: number; readonly keys: number }[] = [];
  for (const type of maps.mapTypes()) {
    const shape = JSON.stringify(type.shape);
    if (byShape.get(shape) === false) {
      continue;
    }
    const source = maps.source(type, maps.glances);
    const look = decodeMap(source, address, firstLook);
    const map = isSound(look) && allReadable(look) ? decodeMap(source, address, secondLook) : look;
    const sound = isSound(map);
    // The places alone already say no, whatever the keys are.
    byShape.set(shape, sound || map.broken.every(({ where }) => where.includes("slot")));
    if (sound && allReadable(map)) {
      const rank = telling(maps, type.key) + telling(maps, type.element);
      fitting.push({ type, rank, keys: map.keysInPlace });
    }
  }
  const hashed = fitting.filter(({ keys }) => keys >= enoughKeys);
  const best = (hashed.length > 0 ? hashed : fitting).toSorted(
    (one, other) => Math.sign(other.keys - one.keys) || other.rank - one.rank,
  );
  const types = best.map(({ type }) => type);
  const [first] = types;
  const alike = types.every((type) => type.key === first?.key && type.element === first.element);
  return { types, alike, keys: hashed[0]?.keys ?? 0 };
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
