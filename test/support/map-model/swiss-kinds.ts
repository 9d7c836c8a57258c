/** The map types of kinds.go as swiss maps of the model. */
import { swissMap } from "../../../src/gomap/swiss/index.js";
import { kinds } from "./classic-kinds.js";
import type { ReplayedMap } from "./replay.js";
import type { StreamHeader } from "./stream.js";
import { dumpSwiss } from "./swiss-dump.js";

/**
 * The swiss map of a kind, for a stream.
 *
 * @param split whether the program was built with GOEXPERIMENT=mapsplitgroup
 */
export function swissKind(name: string, header: StreamHeader, split = false): ReplayedMap {
  const kind = kinds[name];
  if (kind === undefined) {
    throw new Error(`there is no kind ${name}`);
  }
  const { key, elem, keyStrings = [] } = kind;
  const functions = swissMap({ minor: header.minor, key, elem, hashKey: header.hashKey, split });
  return {
    functions,
    keyStrings,
    dump: (words, memory, map, arena) => dumpSwiss(words, memory, functions.type, map, { arena, keyStrings }),
  };
}
