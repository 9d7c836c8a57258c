/** What is said of a map as a whole: the same words in a text and on a page. */
import { sanitizeLine } from "../base/text.js";
import { cut } from "./text/shown.js";
import { many } from "./text/table.js";

/** What is told. */
export interface ToldMap {
  readonly implementation: "classic" | "swiss";
  /** In hexadecimal; `0x0` for a nil map. */
  readonly address: string;
  readonly count: number;
  readonly type:
    | {
        readonly name: string;
        readonly address: string;
        readonly keySize: number;
        readonly elementSize: number;
      }
    | undefined;
}

/**
 * `main.cache: map[string]int at 0xc00008e180, 2 elements`
 *
 * @param subject how the map is called; undefined for nothing
 */
export function mapHeadline(map: ToldMap, subject: string | undefined): string {
  const type = map.type === undefined ? "map of unknown type" : sanitizeLine(map.type.name);
  const name = subject === undefined ? type : `${sanitizeLine(subject)}: ${type}`;
  return cut(
    map.address === "0x0"
      ? `${name}, nil: it has no elements`
      : `${name} at ${sanitizeLine(map.address)}, ${many(map.count, "element")}`,
    1000,
  );
}

/** `classic map, keys of 16 bytes, elements of 8 bytes, type at 0x47e220` */
export function mapKindText({ implementation, type }: ToldMap): string {
  if (type === undefined) {
    return `${implementation} map`;
  }
  const sizes = `keys of ${many(type.keySize, "byte")}, elements of ${many(type.elementSize, "byte")}`;
  return `${implementation} map, ${sizes}, type at ${sanitizeLine(type.address)}`;
}

/** `growing to twice the size: 3 of 16 old buckets have moved` */
export function mapGrowthText(growing: {
  readonly sameSize: boolean;
  readonly evacuated: number;
  readonly oldBuckets: number;
}): string {
  const how = growing.sameSize
    ? "growing to the same size (many overflow buckets)"
    : "growing to twice the size";
  return `${how}: ${growing.evacuated} of ${many(growing.oldBuckets, "old bucket")} have moved`;
}

/** `12 keys are where their hashes put them`; undefined where that is not known of any. */
export function keysInPlaceText(keysInPlace: number): string | undefined {
  if (keysInPlace === 0) {
    return undefined;
  }
  const verb = keysInPlace === 1 ? "is where its hash puts it" : "are where their hashes put them";
  return `${many(keysInPlace, "key")} ${verb}`;
}
