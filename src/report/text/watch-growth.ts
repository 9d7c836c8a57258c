/** What a map's growth did, in half a sentence. */
import type { GrowthMessage } from "../../analysis/live/messages.js";
import { counted } from "./shown.js";

/** Above this, a number of buckets is written as a power. */
const largestWritten = 20;

/** Draws a growth. */
export function growthText({
  growth,
  size,
  elements,
}: Pick<GrowthMessage, "growth" | "size" | "elements">): string {
  const has = counted(elements, "element");
  switch (growth) {
    case "double":
      return `grows from ${buckets(size)} to ${buckets(size + 1)} buckets, ${has}`;
    case "same-size":
      return `is laid out anew with ${buckets(size)} buckets, ${has}`;
    case "becomes-table":
      return `becomes a table of ${size} slots, ${has}`;
    case "table-grows":
      return `a table grows to ${size} slots, ${has}`;
    case "table-splits":
      return `a table is split (depth ${size}), ${has}`;
    case "directory-doubles":
      return `the directory doubles (depth ${size}), ${has}`;
    case "tombstones-pruned":
      return `tombstones are pruned from a table of ${size} slots, ${has}`;
    default:
      return growth satisfies never;
  }
}

function buckets(exponent: number): string {
  return exponent <= largestWritten ? String(2 ** exponent) : `2^${exponent}`;
}
