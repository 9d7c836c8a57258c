/** Under which conditions a program is looked at. */
import { MaptrapError } from "../../base/errors.js";
import { classicMap } from "../classic/index.js";
import { type MemoryModel } from "../explore/execution.js";
import { swissMap } from "../swiss/index.js";
import { int32, int64, string } from "../types.js";
import { type Policy } from "./policies.js";
import { type MapMaker } from "./objects.js";
import { type KeyKind } from "./syntax.js";

/** See the file's comment. */
export interface ModelSettings {
  readonly map: "classic" | "swiss";
  /** The Go version 1.minor: 19 to 23 for classic maps, 24 to 27 for swiss ones. */
  readonly minor: number;
  readonly memory: MemoryModel;
  readonly policy: Policy;
  readonly seed: number;
  /** Whether the goroutines that are not stopped go on after a fatal error, so that all that would be stopped are. */
  readonly afterFatal: "stop" | "continue";
}

/** A Go version that does not have the map that was asked for. */
export class MapVersionError extends MaptrapError {
  constructor(message: string) {
    super(message, {
      wayOut: "classic maps: --go 1.19 to 1.23; swiss maps: --go 1.24 to 1.27",
      exitStatus: 2,
    });
  }
}

/** The map of a Go version, or the version of a map, where only one of them was named. */
export function chooseMap(
  map: ModelSettings["map"] | undefined,
  minor: number | undefined,
): Pick<ModelSettings, "map" | "minor"> {
  const version = minor ?? (map === "classic" ? 23 : 27);
  if (!Number.isInteger(version) || version < 19 || version > 27) {
    throw new MapVersionError(`the maps of Go 1.${version} are not modelled`);
  }
  const implementation = version <= 23 ? "classic" : "swiss";
  if (map !== undefined && map !== implementation) {
    throw new MapVersionError(`Go 1.${version} has ${implementation} maps, not ${map} ones`);
  }
  return { map: implementation, minor: version };
}

/** Makes the maps of these settings. */
export function mapMaker({ map, minor, seed }: Pick<ModelSettings, "map" | "minor" | "seed">): MapMaker {
  const hashKey = [1, 2, 3, 4].map((index) => (Math.imul(seed + index, 0x9e3779b1) | 1) >>> 0);
  return (kind: KeyKind) => {
    const key = kind === "int" ? int64 : kind === "int32" ? int32 : string;
    const choice = { minor, key, elem: int64, hashKey };
    return map === "classic" ? classicMap(choice) : swissMap(choice);
  };
}

/** Program and settings in words: what a token belongs to. */
export function boundOf(text: string, settings: ModelSettings): string {
  const { map, minor, memory, policy, seed, afterFatal } = settings;
  return JSON.stringify([text.trim(), map, minor, memory, policy, seed, afterFatal]);
}
