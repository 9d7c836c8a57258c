/** The colours of the drawing, read once for each theme. */
import { colour } from "../../page/theme.js";

/** All of them. */
export interface Palette {
  readonly ground: string;
  readonly raised: string;
  readonly line: string;
  readonly text: string;
  readonly quiet: string;
  readonly focus: string;
  readonly change: string;
  readonly changeSoft: string;
  readonly read: string;
  readonly readSoft: string;
  readonly growth: string;
  readonly growthSoft: string;
  readonly gc: string;
  readonly gcSoft: string;
  readonly barrier: string;
  readonly barrierSoft: string;
  readonly marked: string;
  readonly markedSoft: string;
  readonly danger: string;
  readonly mono: string;
  readonly sans: string;
}

/** Reads them; within an effect, again when the theme changes. */
export function palette(): Palette {
  return {
    ground: colour("--ground"),
    raised: colour("--raised"),
    line: colour("--line"),
    text: colour("--text"),
    quiet: colour("--quiet"),
    focus: colour("--focus"),
    change: colour("--side-a"),
    changeSoft: colour("--side-a-soft"),
    read: colour("--side-b"),
    readSoft: colour("--side-b-soft"),
    growth: colour("--growth"),
    growthSoft: colour("--growth-soft"),
    gc: colour("--gc"),
    gcSoft: colour("--gc-soft"),
    barrier: colour("--barrier"),
    barrierSoft: colour("--barrier-soft"),
    marked: colour("--marked"),
    markedSoft: colour("--marked-soft"),
    danger: colour("--danger"),
    mono: colour("--mono"),
    sans: colour("--sans"),
  };
}
