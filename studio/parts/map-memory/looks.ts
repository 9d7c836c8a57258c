/** How the state of a slot looks: a class of the style sheet, and a colour for small scales. Beside the colour there is always a mark. */
import type { SlotJson } from "../../../src/document/map-schema.js";

/** States that look alike at small scale. */
export type Look = "full" | "empty" | "rest" | "deleted" | "first" | "second" | "moved" | "unknown";

const looks: Readonly<Record<SlotJson["state"], Look>> = {
  full: "full",
  empty: "empty",
  "empty from here on": "rest",
  deleted: "deleted",
  "moved to the first half": "first",
  "moved to the second half": "second",
  "moved, was empty": "moved",
  unknown: "unknown",
};

/** All of them. */
export const allLooks: readonly Look[] = [
  "full",
  "empty",
  "rest",
  "deleted",
  "first",
  "second",
  "moved",
  "unknown",
];

/** The look of a state. */
export function lookOf(state: SlotJson["state"]): Look {
  return looks[state];
}

/** The token of the colour that stands for a state where a slot is a pixel. */
export const pixelColours: Readonly<Record<Look, `--${string}`>> = {
  full: "--full",
  empty: "--line",
  rest: "--raised",
  deleted: "--deleted",
  first: "--growth",
  second: "--gc",
  moved: "--evacuated",
  unknown: "--danger",
};
