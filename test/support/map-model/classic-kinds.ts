/** The map types of kinds.go as classic maps of the model. */
import { classicMap } from "../../../src/gomap/classic/index.js";
import type { KeyType, ValueType } from "../../../src/gomap/types.js";
import { bytesKey, bytesType, float64, int32, int64, string, struct } from "../../../src/gomap/types.js";
import { dumpClassic } from "./classic-dump.js";
import type { ReplayedMap } from "./replay.js";
import type { StreamHeader } from "./stream.js";

interface Kind {
  readonly key: KeyType;
  readonly elem: ValueType;
  readonly keyStrings?: readonly number[];
}

const mixed = struct([
  { name: "A", type: int32 },
  { name: "B", type: string },
  { name: "C", type: int64 },
]);

/** By their names in kinds.go. */
export const kinds: Readonly<Record<string, Kind>> = {
  int32: { key: int32, elem: int32 },
  int64: { key: int64, elem: int64 },
  string: { key: string, elem: int64, keyStrings: [0] },
  float64: { key: float64, elem: int64 },
  struct: { key: mixed, elem: int64, keyStrings: [8] },
  bigkey: { key: bytesKey(200), elem: int64 },
  key16: { key: bytesKey(16), elem: int32 },
  bigelem: { key: int64, elem: bytesType(200) },
  smallelem: { key: int32, elem: bytesType(3) },
  bytes8: { key: bytesKey(8), elem: bytesType(3) },
  noelem: { key: string, elem: struct([]), keyStrings: [0] },
};

/** The classic map of a kind, for a stream. */
export function classicKind(name: string, header: StreamHeader): ReplayedMap {
  const kind = kinds[name];
  if (kind === undefined) {
    throw new Error(`there is no kind ${name}`);
  }
  const { key, elem, keyStrings = [] } = kind;
  const functions = classicMap({ minor: header.minor, key, elem, hashKey: header.hashKey });
  return {
    functions,
    keyStrings,
    dump: (words, memory, map, arena) =>
      dumpClassic(words, memory, functions.type, map, { arena, keyStrings }),
  };
}
