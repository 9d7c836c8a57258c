/** How fields of a map's header are written. */
import type { HeaderField } from "../golang/maps/decoded.js";

const pointers: ReadonlySet<string> = new Set(["buckets", "oldbuckets", "extra", "dirPtr"]);
/** Random numbers, which are read best as such. */
const seeds: ReadonlySet<string> = new Set(["hash0", "seed"]);

/** Whether a field holds an address. */
export function isPointer({ name }: Pick<HeaderField, "name">): boolean {
  return pointers.has(name);
}

/** Addresses and seeds in hexadecimal, numbers in decimal. */
export function headerText(field: Pick<HeaderField, "name" | "value">): string {
  return isPointer(field) || seeds.has(field.name) ? `0x${field.value.toString(16)}` : String(field.value);
}
