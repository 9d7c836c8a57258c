/** How slots of a map are marked in reports: two characters each, and what they mean. */
import type { SlotState } from "../golang/maps/decoded.js";

/** Two characters for a slot: the byte (tophash or control byte) where it holds an entry. */
export function slotMark({ state, mark }: { readonly state: SlotState; readonly mark: number }): string {
  switch (state) {
    case "full":
      return mark.toString(16).padStart(2, "0");
    case "empty":
      return "..";
    case "empty from here on":
      return "--";
    case "deleted":
      return "xx";
    case "moved to the first half":
      return ">1";
    case "moved to the second half":
      return ">2";
    case "moved, was empty":
      return ">-";
    default:
      return "??";
  }
}

/** What the marks mean, in the order of the legend; entries have their byte in hexadecimal. */
export const slotLegend: readonly (readonly [SlotState, string])[] = [
  ["empty", ".. empty"],
  ["empty from here on", "-- empty from here on"],
  ["deleted", "xx deleted"],
  ["moved to the first half", ">1 moved to the first half"],
  ["moved to the second half", ">2 moved to the second half"],
  ["moved, was empty", ">- moved, was empty"],
  ["unknown", "?? no valid control byte"],
];

/** What the byte of a slot is called. */
export function markName(implementation: "classic" | "swiss"): string {
  return implementation === "classic" ? "tophash" : "control byte";
}
