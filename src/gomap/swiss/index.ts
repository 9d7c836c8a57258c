/**
 * The swiss map of Go 1.24 to 1.27: the functions that the compiler calls for a map type.
 */
import { MaptrapError } from "../../base/errors.js";
import { Hasher, type HashKey } from "../hash/fallback.js";
import { type KeyType, type ValueType } from "../types.js";
import { SwissFunctions } from "./functions.js";
import { swissMapType } from "./layout.js";
import { SWISS_VERSIONS } from "./version.js";

/** Which map, of which program. */
export interface SwissMapChoice {
  /** The Go version 1.minor: 24 to 27. */
  readonly minor: number;
  readonly key: KeyType;
  readonly elem: ValueType;
  /** The program's `hashkey`. */
  readonly hashKey: HashKey;
  /** GOEXPERIMENT=mapsplitgroup, Go 1.27 only. */
  readonly split?: boolean;
  /** The generic functions also where the compiler has faster ones, as in reflection. */
  readonly generic?: boolean;
}

/**
 * The map functions for a type.
 *
 * @throws MaptrapError for a version other than 1.24 to 1.27, and for what a version does not have
 */
export function swissMap({ minor, hashKey, ...choice }: SwissMapChoice): SwissFunctions {
  const version = SWISS_VERSIONS.find((candidate) => candidate === `1.${minor}`);
  if (version === undefined) {
    throw new MaptrapError(`Go 1.${minor} has no swiss maps; Go 1.24 to 1.27 have`, {
      wayOut: "choose another version with --go",
    });
  }
  return new SwissFunctions(swissMapType({ ...choice, version, hasher: new Hasher(minor, hashKey) }));
}
